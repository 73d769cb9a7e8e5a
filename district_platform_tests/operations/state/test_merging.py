"""What a home takes from the store: what changed there alone; never what changed in both places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district_platform.operations.merging import Synced, merge

digests = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("123"), max_size=4)


def merged(here, there, base=None, taking=None):
    return merge(here, there, Synced(owner="h", files=base or {}, taking=taking or {}))


@pytest.mark.parametrize(
    ("here", "there", "base", "take"),
    [
        ({}, {"a": "1"}, {}, ("a",)),  # an empty machine
        ({"a": "1"}, {"a": "2"}, {"a": "1"}, ("a",)),  # changed there
        ({"a": "2"}, {"a": "1"}, {"a": "1"}, ()),  # changed here
        ({"a": "1"}, {}, {"a": "1"}, ("a",)),  # removed there
        ({}, {"a": "1"}, {"a": "1"}, ()),  # removed here
        ({"a": "1", "b": "2"}, {"a": "2", "b": "1"}, {"a": "1", "b": "1"}, ("a",)),  # each changed another file
    ],
)
def test_change_in_one_place_is_taken_or_stays(here, there, base, take):
    assert merged(here, there, base).take == take
    assert merged(here, there, base).conflicts == ()


def test_change_in_both_places_is_a_conflict():
    assert merged({"a": "2"}, {"a": "3"}, {"a": "1"}).conflicts == ("a",)


def test_settings_of_a_machine_that_was_never_in_step_stay():
    plan = merged({"district.toml": "1"}, {"district.toml": "2", "a": "1"})
    assert (plan.take, plan.conflicts) == (("a",), ())


def test_half_of_a_killed_pull_is_no_change_of_ours():
    assert merged({"a": "2"}, {"a": "3"}, {"a": "1"}, taking={"a": "2"}).take == ("a",)


@given(digests, digests, digests)
def test_after_a_merge_without_conflicts_both_changes_are_there(here, there, base):
    plan = merged(here, there, base)
    if plan.conflicts:
        return
    after = {name: digest for name, digest in here.items() if name not in plan.take}
    after |= {name: there[name] for name in plan.take if name in there}
    for name in here.keys() | there.keys():
        expected = there.get(name) if there.get(name) != base.get(name) else here.get(name)
        assert after.get(name) == expected
