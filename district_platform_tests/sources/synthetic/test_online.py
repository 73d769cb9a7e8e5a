"""Learning online in the synthetic district: the truth, what schools marked of it, and every kind of session."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from district_platform.settings import Assessments, Synthetic
from district_platform.sources.synthetic import generate

AS_OF = dt.date(2026, 2, 13)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    raw = tmp_path_factory.mktemp("raw")
    generate(raw, Synthetic(students=600, years=2), Assessments(), AS_OF)
    return opened(raw)


def opened(raw: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in ("_true_presence", "online_learning/learner_sessions", "legacy/attendance_tracker"):
        view = Path(name).name.strip("_")
        types = "{'student_id': 'varchar'}" if "sessions" not in name else "{'sis_student_id': 'varchar'}"
        connection.execute(f"create view {view} as from read_csv('{raw}/{name}.csv', types = {types})")
    connection.execute(f"create view events as from read_csv('{raw}/sis/attendance_events.csv', all_varchar = true)")
    return connection


def one(db: duckdb.DuckDBPyConnection, query: str) -> object:
    [(value,)] = db.execute(query).fetchall()
    return value


def test_the_truth_has_one_place_for_each_child_and_day(db: duckdb.DuckDBPyConnection) -> None:
    assert one(db, "select count(*) - count(distinct (student_id, date)) from true_presence") == 0
    assert db.execute("select distinct presence from true_presence order by 1").fetchall() == [
        ("absent",),
        ("in-person",),
        ("virtual",),
    ]


def test_schools_mark_a_third_of_the_days_online_as_absences(db: duckdb.DuckDBPyConnection) -> None:
    marked = """
        select count(attendance_code) / count(*) from true_presence as truth left join events
        on events.student_id = truth.student_id and event_date = truth.date::varchar
        where presence = 'virtual'
    """
    assert 0.25 < float(str(one(db, marked))) < 0.45


@pytest.mark.parametrize(
    "kind",
    [
        "logout_at is null",
        "active_minutes is null",
        "logout_at::date > login_at::date",
        "sis_student_id is null",
        "active_minutes < 10 and logout_at - login_at > interval 100 minutes",
        "dayofweek(login_at) = 6",
        "login_at::date = date '2025-11-02' and logout_at < login_at",
        "session_uuid in (select session_uuid from learner_sessions group by all having count(*) > 1)",
        "sis_student_id not in (select student_id from true_presence)",
    ],
)
def test_sessions_of_each_hard_kind_exist(db: duckdb.DuckDBPyConnection, kind: str) -> None:
    assert int(str(one(db, f"select count(*) from learner_sessions where {kind}"))) > 0


def test_some_sessions_of_a_learner_overlap(db: duckdb.DuckDBPyConnection) -> None:
    overlapping = """
        select count(*) from learner_sessions as a join learner_sessions as b
        on a.learner_id = b.learner_id and a.login_at < b.login_at and b.login_at < a.logout_at
    """
    assert int(str(one(db, overlapping))) > 0


def test_the_tracker_is_of_the_year_before_and_mostly_knows_what_the_sis_does_not(
    db: duckdb.DuckDBPyConnection,
) -> None:
    marked = """
        select count(attendance_code) / count(*) from attendance_tracker as tracker left join events
        on events.student_id = tracker.student_id and event_date = tracker.date::varchar
    """
    assert 0 < float(str(one(db, marked))) < 0.3
    assert one(db, "select count(distinct status) from attendance_tracker") == 5


def test_the_tracker_ends_before_the_first_session(db: duckdb.DuckDBPyConnection) -> None:
    assert one(
        db, "select (select max(date) from attendance_tracker) < (select min(login_at)::date from learner_sessions)"
    )
