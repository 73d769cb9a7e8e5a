"""What `doctor` says of the state in its store."""

from district_platform.operations.doctor import outside
from district_platform.operations.doctor.model import Status


def looked_at(machine):
    [answer] = outside.state(machine.settings)
    return answer


def test_state_in_its_store_is_missing_in_step_changed_here_or_changed_there(machine):
    first, second = machine("first"), machine("second")
    nothing = looked_at(first)
    assert (nothing.status, nothing.to_do) == (Status.FAIL, "district-platform state push")
    first.run("a", [])
    in_step = looked_at(first)
    assert (in_step.status, "s00000001-" in in_step.says) == (Status.OK, True)
    first.tell("b")
    changed = looked_at(first)
    assert (changed.status, "; 1 files have changed since" in changed.says) == (Status.WARN, True)
    second.run("c", [])
    behind = looked_at(first)
    assert (behind.status, "this home is at another version" in behind.says) == (Status.WARN, True)
