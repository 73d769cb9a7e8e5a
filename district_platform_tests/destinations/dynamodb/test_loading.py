"""After any sequence of loads, kills, throttling, corrections and deletions, the table equals the attendance history."""

import datetime as dt
import os
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from district_platform.destinations.dynamodb.requests import Requests
from district_platform.destinations.model import DestinationError
from district_platform_tests.destinations.dynamodb.days import FIRST, Days, expected, published
from district_platform_tests.destinations.dynamodb.rough import Fate, Killed, Service, killing_files, service

pytestmark = pytest.mark.whole

WHOLE, HALF, NONE = Decimal(1), Decimal("0.5"), Decimal(0)
EXAMPLES = int(os.environ.get("DYNAMODB_EXAMPLES", "3"))
"""Sequences by chance, beside the one that is written down; `make test-all` has 60."""
DAYS = st.dictionaries(
    st.tuples(
        st.sampled_from(["0001", "7"]),
        st.sampled_from(["0101", "0102"]),
        st.integers(0, 4).map(lambda n: FIRST + dt.timedelta(days=n)),
    ),
    st.sampled_from([WHOLE, HALF, NONE]),
    max_size=12,
)
STEPS = st.lists(st.tuples(DAYS, st.lists(st.integers(1, 40), max_size=3), st.booleans()), min_size=1, max_size=3)
"""Loads one after another: the days, at which steps the process is killed before it succeeds, and whether the disk is lost before it."""


def of_student(student: str, n: int, absent: Decimal = NONE) -> Days:
    return {(student, "0101", FIRST + dt.timedelta(days=d)): absent for d in range(n)}


TEN_KILLS = [
    ({**of_student("0001", 8), **of_student("7", 5, WHOLE)}, [1, 9, 16, 24], False),
    ({**of_student("0001", 6, HALF), **of_student("0002", 4)}, [5, 14, 21], False),
    ({**of_student("0002", 9, WHOLE)}, [3, 12, 30], True),
]
"""Corrections, deletions, ten kills at different steps of a load, and a lost disk."""


def many(n: int, absent: Decimal = NONE) -> Days:
    return {(f"{s:04}", "0101", FIRST + dt.timedelta(days=d)): absent for s in range(n // 10) for d in range(10)}


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, seed=st.integers(0, 10**6))
@example(steps=TEN_KILLS, seed=1)
def test_table_equals_the_history_after_any_sequence_of_loads_and_kills(steps, seed):
    with tempfile.TemporaryDirectory() as made, service(seed=seed, roughness=0.2) as store:
        root, n_kills = Path(made), 0
        for number, (days, kills, is_lost) in enumerate(steps, start=1):
            if is_lost:
                shutil.rmtree(root / "known", ignore_errors=True)
            publication = published(root, number, days)
            for kill_at in (*kills, None):
                if n_kills == 10:
                    kill_at = None
                n_kills += _load(store, root, publication, kill_at)
            assert store.items() == expected(days)


def _load(store: Service, root: Path, publication, kill_at: int | None) -> int:
    """Loads; 1 where it was killed."""
    store.fate.within(kill_at)
    try:
        with killing_files(store.fate):
            store.loader(root / "known").load(publication)
    except Killed:
        return 1
    return 0


@pytest.mark.slow
def test_killed_load_goes_on_and_writes_one_wave_again_at_most(tmp_path: Path):
    fate = Fate()
    with service(fate=fate) as store:
        publication = published(tmp_path, 1, many(60, WHOLE))
        fate.within(16)
        with pytest.raises(Killed):
            store.loader(tmp_path / "known").load(publication)
        written = store.client.n_written
        assert 7 <= written < 60
        fate.within(None)
        store.loader(tmp_path / "known").load(publication)
        assert store.client.n_written <= 60 + 7
        assert store.items() == expected(many(60, WHOLE))


def test_only_what_changed_is_written(tmp_path: Path):
    with service() as store:
        loader = store.loader(tmp_path / "known")
        assert loader.load(published(tmp_path, 1, many(40)))["written"] == 40
        changed = {**many(40), ("0000", "0101", FIRST): WHOLE}
        del changed["0001", "0101", FIRST]
        assert loader.plan(published(tmp_path, 2, changed))["changed"] == 1
        counts = loader.load(published(tmp_path, 3, changed))
        assert {name: counts[name] for name in ("new", "changed", "gone")} == {"new": 0, "changed": 1, "gone": 1}
        assert store.client.n_written == 42
        assert loader.load(published(tmp_path, 4, changed))["written"] == 0
        assert store.client.n_written == 42
        assert store.items() == expected(changed)


def test_lost_disk_is_found_by_the_pointer_and_scanned_not_rewritten(tmp_path: Path):
    with service() as store:
        store.loader(tmp_path / "known").load(published(tmp_path, 1, many(30)))
        counts = store.loader(tmp_path / "another machine").load(published(tmp_path, 2, many(20)))
        assert (counts["scanned"], counts["written"], counts["gone"]) == (30, 10, 10)
        assert store.items() == expected(many(20))
        older = store.loader(tmp_path / "known").load(published(tmp_path, 3, many(40)))
        assert older["scanned"] == 20
        assert store.items() == expected(many(40))


def test_table_that_was_made_anew_is_filled_again(tmp_path: Path):
    with service() as store:
        loader = store.loader(tmp_path / "known")
        loader.load(published(tmp_path, 1, many(10)))
        store.plain.update_table(TableName="attendance", DeletionProtectionEnabled=False)
        store.plain.delete_table(TableName="attendance")
        again = Service()
        again.loader(tmp_path / "known").load(published(tmp_path, 2, many(10)))
        assert again.items() == expected(many(10))


def test_second_loader_is_told_who_holds_the_lease(tmp_path: Path):
    with service() as store:
        publication = published(tmp_path, 1, many(20))
        other, told = store.loader(tmp_path / "other"), []
        write = store.client.batch_write_item

        def meanwhile(**parameters):
            if not told:
                told.append("")
                with pytest.raises(DestinationError) as refused:
                    other.load(publication)
                told[0] = str(refused.value)
            return write(**parameters)

        store.client.batch_write_item = meanwhile
        store.loader(tmp_path / "known", threads=1).load(publication)
        holder = (tmp_path / "known" / "holder").read_text()
        assert told[0].startswith(f"attendance: {holder} holds the lease until ")
        assert store.items() == expected(many(20))


def test_loader_that_lost_its_lease_stops_and_does_not_move_the_pointer(tmp_path: Path):
    now = [1_000_000.0]
    with service() as store:
        publication, later = published(tmp_path, 1, many(30)), published(tmp_path, 2, many(20, WHOLE))
        slow = store.loader(tmp_path / "slow", clock=lambda: now[0], threads=1)
        fast = store.loader(tmp_path / "fast", clock=lambda: now[0])
        write, done = store.client.batch_write_item, []

        def paused(**parameters):
            if not done:
                done.append(True)
                now[0] += 1_000
                fast.load(later)
            return write(**parameters)

        store.client.batch_write_item = paused
        with pytest.raises(DestinationError, match="This load stops"):
            slow.load(publication)
        store.client.batch_write_item = write
        assert slow.load(published(tmp_path, 3, many(20, WHOLE)))["scanned"] >= 20
        assert store.items() == expected(many(20, WHOLE))


def test_earlier_publication_does_not_replace_a_later_one(tmp_path: Path):
    with service() as store:
        loader = store.loader(tmp_path / "known")
        loader.load(published(tmp_path, 2, many(10)))
        with pytest.raises(
            DestinationError, match="holds publication v00000002-made, which is later than v00000001-made"
        ):
            loader.load(published(tmp_path, 1, many(20)))


def test_batch_of_26_is_refused_by_us(tmp_path: Path):
    with service() as store, pytest.raises(AssertionError, match="26 requests"):
        Requests("aws", store.section, store.plain).write([{}] * 26)
