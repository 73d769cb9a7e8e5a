"""The history: each run adds its rows, the oldest runs go, and a run that is repeated replaces its own."""

import datetime as dt

import pytest

from district_platform.dictionary import TABLES
from district_platform.engine.tables import ContractError, unbound
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.history import HISTORY, counts, extended, last_runs

AS_OF = dt.date(2026, 2, 13)


@pytest.fixture
def record(tables):
    """Writes a run's count of ENR-01 down, as the run of an asset does; keeps three runs."""

    def write(run_id: str, minute: int, n_findings: int = 1) -> None:
        rule = RULES["ENR-01"]
        result = RuleResult(rule, "warn", Status.WARNED, None, 100, n_findings)
        run = counts([result], run_id, AS_OF, dt.datetime(2026, 2, 13, 5, minute))
        history = unbound(HISTORY) if last_runs(tables) else None
        tables.replace(TABLES[HISTORY], extended(history, run, most_runs=3))

    return write


def found(tables) -> list[tuple[str, int]]:
    return [(run.run_id, run.rules["ENR-01"].n_findings) for run in last_runs(tables)]


def test_each_run_adds_its_counts_and_the_oldest_go(tables, record):
    assert found(tables) == []
    for minute, run_id in enumerate(("d", "a", "c", "b")):
        record(run_id, minute, n_findings=minute)
    assert found(tables) == [("a", 1), ("c", 2), ("b", 3)]


def test_a_clock_that_was_ahead_neither_stays_the_last_run_nor_pushes_later_ones_out(tables, record):
    """Run `b` was recorded 50 minutes too late; those after it are in their order, and it goes when its time has come."""
    for run_id, minute in (("a", 1), ("b", 59), ("c", 3), ("d", 4)):
        record(run_id, minute)
    assert [run_id for run_id, _ in found(tables)] == ["b", "c", "d"]
    record("e", 5)
    assert [run_id for run_id, _ in found(tables)] == ["c", "d", "e"]


def test_a_repeated_run_replaces_its_own_counts(tables, record):
    record("a", 1, n_findings=5)
    record("b", 2, n_findings=4)
    record("b", 3, n_findings=3)
    assert found(tables) == [("a", 5), ("b", 3)]


def test_a_run_reads_back_as_it_was_judged(tables, record):
    record("a", 15, n_findings=5)
    [run] = last_runs(tables)
    count = run.rules["ENR-01"]
    assert (run.as_of_date, run.recorded_at) == (AS_OF, dt.datetime(2026, 2, 13, 5, 15))
    assert (count.severity, count.status, count.n_findings, count.n_waived) == ("warn", Status.WARNED, 5, 0)


def test_only_the_last_runs_are_read(tables, record):
    for minute, run_id in enumerate("abc"):
        record(run_id, minute)
    assert [run.run_id for run in last_runs(tables, most=2)] == ["b", "c"]


def test_a_run_that_fails_while_it_is_written_leaves_the_history_whole(tables, record):
    record("a", 1)
    run = counts([RuleResult(RULES["ENR-01"], "warn", Status.PASSED)], "b", AS_OF, dt.datetime(2026, 2, 13))
    twice = extended(unbound(HISTORY), run.union(run), most_runs=3)
    with pytest.raises(ContractError, match=r"keys .* repeat: b\|ENR-01"), tables.transaction():
        tables.replace(TABLES[HISTORY], twice)
    assert found(tables) == [("a", 1)]
