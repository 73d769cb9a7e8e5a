"""Whatever is killed, wiped or runs at once: no figure leaves without its ledger, and no two machines publish side by side."""

import json
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district_platform.home.kept import KeepingError
from district_platform.operations.state import opened
from district_platform.settings import Credentials, Storage
from district_platform.storage.s3 import S3, Address, StorageError
from district_platform.storage.state import current_version, fetch_file
from district_platform_tests.operations.state.machines import Killed, Machine

MOST_REQUESTS = 45
"""A run of these machines makes fewer."""
HISTORIES = int(os.environ.get("STATE_KILLS", "5"))
"""How many are tried; `make test-all` tries more."""

turns = st.lists(
    st.tuples(
        st.sampled_from(["server", "task"]),
        st.none() | st.integers(0, MOST_REQUESTS),  # killed before this request
        st.booleans(),  # begins empty
        st.booleans(),  # the lease of a killed machine has ended
    ),
    min_size=2,
    max_size=5,
)


@pytest.mark.whole
@pytest.mark.slow
@given(turns)
@settings(max_examples=HISTORIES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ledger_of_what_leaves_holds_all_that_left_before(store, turns):
    at = Address("state", uuid4().hex)
    with TemporaryDirectory() as folder:
        left: list[tuple[str, set[str]]] = []
        for number, (name, lives, is_empty, has_ended) in enumerate(turns):
            machine = Machine(Path(folder) / name, at)
            if is_empty:
                machine.wipe()
            if has_ended:
                end_leases(store, at)
            try:
                machine.run(f"fact {number}", left, lives)
            except (Killed, KeepingError, StorageError):
                continue
        told: set[str] = set()
        for _, facts in left:
            assert facts > told
            told = facts
        versions = [int(version[1:9]) for version, _ in left]
        assert versions == sorted(set(versions))
        assert told <= facts_in_the_store(Path(folder) / "reader", at)


def facts_in_the_store(root: Path, at: Address) -> set[str]:
    """What a machine that starts empty would know, every file compared with its digest."""
    s3 = S3(Storage(), Credentials())
    version = current_version(s3, at)
    if version is None:
        return set()
    for name in version.files:
        fetch_file(s3, at, version, name, root / "files" / name)
    reader = Machine(root / "home", at)
    with opened(reader.settings, str(at)) as state:
        state.pull()
    return reader.facts()


def end_leases(client: Any, at: Address) -> None:
    """As if so much time had passed that no lease lasts any longer."""
    try:
        lock = json.loads(client.get_object(Bucket=at.bucket, Key=f"{at.key}/lock.json")["Body"].read())
    except client.exceptions.NoSuchKey:
        return
    client.put_object(Bucket=at.bucket, Key=f"{at.key}/lock.json", Body=json.dumps({**lock, "minutes": 0}))


def test_machine_that_starts_empty_goes_on_where_the_last_one_stopped(machine):
    left = []
    machine("first").run("a", left)
    machine("second").run("b", left)
    machine("first").run("c", left)
    assert left == [
        ("v00000001-a", {"a"}),
        ("v00000002-b", {"a", "b"}),
        ("v00000003-c", {"a", "b", "c"}),
    ]


def test_second_machine_is_told_who_runs_and_publishes_nothing(machine):
    left = []
    first, second = machine("first"), machine("second")

    def meanwhile() -> None:
        with pytest.raises(StorageError, match=r"process \d+ on .* is running this district since"):
            second.run("b", left)

    first.publish_ = first.publish
    first.publish = lambda fact: (meanwhile(), first.publish_(fact))[1]
    first.run("a", left)
    assert [version for version, _ in left] == ["v00000001-a"]
    assert not second.settings.home.current.exists()


def test_machine_that_slept_until_its_lease_ended_publishes_nothing(machine, store):
    """The other one took over, and published."""
    left = []
    slow, quick = machine("slow"), machine("quick")

    def asleep(fact: str) -> None:
        end_leases(store, slow.at)
        quick.run("quick", left)

    slow.tell = asleep
    with pytest.raises(StorageError, match="The lease was lost, and nothing more is published from here"):
        slow.run("slow", left)
    assert [version for version, _ in left] == ["v00000001-quick"]
    assert not slow.settings.home.current.exists()


def test_machine_that_slept_after_it_published_lets_nothing_leave(machine, store):
    left = []
    slow, quick = machine("slow"), machine("quick")
    slow.publish_ = slow.publish

    def asleep(fact: str) -> str:
        version = slow.publish_(fact)
        end_leases(store, slow.at)
        quick.run("quick", left)
        return version

    slow.publish = asleep
    with pytest.raises(KeepingError, match="has gone on without this home"):
        slow.run("slow", left)
    assert [version for version, _ in left] == ["v00000001-quick"]
    slow.publish = slow.publish_
    with pytest.raises(KeepingError, match=r"have both changed since they were last in step: .*state pull --replace"):
        slow.run("later", left)
    assert len(left) == 1


def test_home_copied_to_another_machine_is_another_holder(machine, monkeypatch):
    left = []
    server, copy = machine("server"), machine("copy")
    with pytest.raises(Killed):
        server.run("a", left, lives=0)
    shutil.copytree(server.root, copy.root, dirs_exist_ok=True)
    monkeypatch.setattr("socket.gethostname", lambda: "another")
    with pytest.raises(StorageError, match="is running this district since"):
        copy.run("b", left)
    assert left == []


def test_killed_home_takes_its_own_lease_back_at_once(machine):
    left = []
    server = machine("server")
    with pytest.raises(Killed):
        server.run("a", left, lives=0)
    server.run("b", left)
    assert left[-1][1] >= {"b"}


def test_store_keeps_a_few_versions_and_what_is_current_is_whole(machine, store):
    left = []
    for number in range(5):
        machine("server").run(f"fact {number}", left)
    listed = store.list_objects_v2(Bucket="state", Prefix="district/versions/")["Contents"]
    versions = {item["Key"].split("/")[2] for item in listed}
    assert len(versions) == 3
