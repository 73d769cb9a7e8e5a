"""The reconciliation of the synthetic district against where its children truly were (data/raw/_true_presence.csv)."""

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pytest

MARKED_ABSENT = """
    select presence, coalesce(is_reconciled, false) as is_reconciled
    from read_csv('data/raw/_true_presence.csv', types = {'student_id': 'varchar'}) as truth
    join (
        select distinct k_student_xyear, event_date
        from read_parquet('warehouse/out/fct_student_school_attendance_event/**/*.parquet')
        where attendance_code in ('AU', 'AX') and event_date between date '2025-12-15' and date '2026-02-12'
    ) as marked on marked.k_student_xyear = student_id and marked.event_date = truth.date
    left join 'warehouse/out/fct_attendance_decision.parquet' as decision
        on decision.k_student_xyear = student_id and decision.event_date = truth.date
    where student_id in (
        select sis_student_id
        from read_csv('data/raw/online_learning/learner_sessions.csv', types = {'sis_student_id': 'varchar'})
    )
"""


@pytest.fixture(scope="module")
def outcomes(district: Path) -> Counter[tuple[str, bool]]:
    """Open days that a school marked absent without excuse, of children whom the vendor knows: where they were, and whether the
    day was reconciled."""
    connection = duckdb.connect()
    connection.execute(f"set file_search_path = '{district}'")
    return Counter(connection.execute(MARKED_ABSENT).fetchall())


def test_days_of_learning_online_are_found(outcomes: Counter[tuple[str, bool]]):
    """All but those with a second mark that says the child was there (a planted ATT-05)."""
    found, missed = outcomes["virtual", True], outcomes["virtual", False]
    assert found > 20
    assert found / (found + missed) >= 0.98


def test_nine_of_ten_days_of_true_absence_stay_absent(outcomes: Counter[tuple[str, bool]]):
    """The rest are pages left open for hours that the vendor counts no active minutes of: nobody could know."""
    kept, excused = outcomes["absent", False], outcomes["absent", True]
    assert kept / (kept + excused) >= 0.9


def test_nobody_who_was_in_school_becomes_virtual(outcomes: Counter[tuple[str, bool]]):
    assert outcomes["in-person", True] == 0


PLANTED = """
    select distinct reconciliation_rule
    from read_csv('data/raw/online_learning/learner_sessions.csv', types = {'sis_student_id': 'varchar'}) as sessions
    join 'warehouse/out/fct_attendance_decision.parquet' as decision
        on k_student_xyear = sis_student_id and event_date = login_at::date
    where """


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("dayofweek(login_at) = 6", "no instructional day"),
        (
            "sis_student_id not in (select student_id::varchar from read_csv('data/raw/_true_presence.csv', "
            "types = {'student_id': 'varchar'}))",
            "not enrolled",
        ),
        ("old_attendance_code in ('AE', 'AI') and event_date >= '2025-12-15'", "excused"),
        (
            "event_date < '2025-12-15' and dayofweek(event_date) between 1 and 5 and old_attendance_code = 'AU'",
            "locked",
        ),
    ],
    ids=["on a Saturday", "after leaving", "excused", "locked"],
)
def test_days_that_no_time_online_changes_stay_as_they_are(district: Path, kind: str, rule: str):
    connection = duckdb.connect()
    connection.execute(f"set file_search_path = '{district}'")
    assert connection.execute(PLANTED + kind).fetchall() == [(rule,)]


def test_the_hour_that_comes_twice_is_rejected_where_it_turns_a_session_around(district: Path):
    with (district / "reports" / "attendance_rejects.csv").open() as file:
        turned = {
            line["login_at"][:10] for line in csv.DictReader(file) if line["reject_reason"] == "ends before it begins"
        }
    assert turned == {"2025-11-02"}


def test_what_only_the_tracker_knows_is_in_the_reconciled_events_and_every_other_line_says_why(district: Path):
    connection = duckdb.connect()
    connection.execute(f"set file_search_path = '{district}'")
    counts = """
        select count(*) filter (reject_reason is null), count(*) filter (reject_reason like 'the SIS has a mark%'), count(*)
        from 'warehouse/out/fct_tracked_attendance_day.parquet'
    """
    [(merged, known, lines)] = connection.execute(counts).fetchall()
    assert merged > known > 0
    assert lines == len((district / "data/raw/legacy/attendance_tracker.csv").read_text().splitlines()) - 1
    events = """
        select count(*) from read_parquet('warehouse/out/fct_reconciled_attendance_event/**/*.parquet')
        where school_year = 2025 and attendance_code in ('VIRTUAL', 'TRACKED')
    """
    assert connection.execute(events).fetchall() == [(merged,)]
