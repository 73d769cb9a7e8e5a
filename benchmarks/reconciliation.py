"""What the reconciliation costs: time online as the union of sessions, decisions, and the reconciled events.

    python -m benchmarks.reconciliation --students 100000 --sessions 20000000

Makes one school year: each session is of one student, on one instructional day, and lasts up to two hours, so that many overlap; one
in a hundred crosses midnight. One day in seventeen is an absence without excuse. Wall seconds are those of one `create table as`
each, in one process; peak memory is the process's.
"""

import argparse
import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import ibis

from district_platform.dictionary import TABLES
from district_platform.engine import database
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.resources import unbound
from district_platform.facts.reconciliation import (
    fct_attendance_decision,
    fct_reconciled_attendance_event,
    fct_student_online_day,
    learner_session_rejects,
)
from district_platform.settings import Attendance, Engine, Reconciliation

AS_OF = dt.date(2026, 6, 30)
POLICY = Reconciliation(lock_after_days=None)
STUDENTS_PER_SCHOOL = 450

MAKE = """
insert into dim_calendar_date by name
select printf('%04d', school) as k_school, 2026 as school_year, 'STD' as calendar_code, date as calendar_date,
       printf('%04d-STD-', school) || date as k_calendar_date, isodow(date) <= 5 as is_school_day
from range($schools) s(school), (select unnest(generate_series(date '2025-08-20', date '2026-05-29', interval 1 day))::date as date);

insert into dim_student by name
select '2026-' || n as k_student, n::varchar as k_student_xyear, 2026 as school_year from range($students) s(n);

insert into fct_student_school_association by name
select '2026-' || n as k_student, n::varchar as k_student_xyear, printf('%04d', n % $schools) as k_school, 2026 as school_year,
       n::varchar as enrollment_id, 'STD' as calendar_code, date '2025-08-20' as entry_date, true as is_primary
from range($students) s(n);

insert into fct_student_school_attendance_event by name
select k_student, k_student_xyear, k_school, 2026 as school_year, calendar_date as event_date, 'AU' as attendance_code,
       'Absence' as attendance_event_category, 'Unexcused' as attendance_excusal_status, 1 as is_absent
from fct_student_school_association join dim_calendar_date using (k_school)
where is_school_day and hash(k_student, calendar_date) % 17 = 0;

insert into stg_learner_sessions by name
select n::varchar as session_uuid, 'L' || n % $students as learner_id, (n % $students)::varchar as sis_student_id,
       login_at, login_at + to_seconds(60 + (hash(n, 1) % 7200)::bigint) as logout_at,
       case when hash(n, 2) % 2 = 0 then (hash(n, 3) % 7200) / 60 end as active_minutes
from (
    select n, timestamp '2025-08-20' + to_days((hash(n, 4) % 280)::int)
              + to_seconds(case when hash(n, 5) % 100 = 0 then 85000 else 28800 + (hash(n, 6) % 28800)::bigint end) as login_at
    from range($sessions) s(n)
);
"""

BUILT: dict[str, Callable[[], ibis.Table]] = {
    "fct_student_online_day": lambda: fct_student_online_day(*_sessions()),
    "learner_session_rejects": lambda: learner_session_rejects(*_sessions()),
    "fct_attendance_decision": lambda: fct_attendance_decision(
        unbound("fct_student_online_day"),
        unbound("fct_student_school_association"),
        unbound("dim_calendar_date"),
        unbound("fct_student_school_attendance_event"),
        unbound("fct_student_program_association"),
        unbound("stg_attendance_submissions"),
        POLICY,
        Attendance(),
        AS_OF,
    ),
    "fct_reconciled_attendance_event": lambda: fct_reconciled_attendance_event(
        unbound("fct_student_school_attendance_event"),
        unbound("fct_attendance_decision"),
        unbound("fct_tracked_attendance_day"),
    ),
}
READ = (
    "dim_calendar_date",
    "dim_student",
    "fct_student_school_association",
    "fct_student_school_attendance_event",
    "fct_student_program_association",
    "fct_tracked_attendance_day",
    "stg_learner_sessions",
    "stg_attendance_submissions",
    "learner_crosswalk",
)


def _sessions() -> tuple[ibis.Table, ibis.Table, ibis.Table, Reconciliation]:
    return unbound("stg_learner_sessions"), unbound("learner_crosswalk"), unbound("dim_student"), POLICY


def make_year(connection: duckdb.DuckDBPyConnection, students: int, sessions: int) -> None:
    for name in READ:
        DuckDBTables(connection).ensure(TABLES[name])
    schools = max(1, students // STUDENTS_PER_SCHOOL)
    sizes = MAKE.replace("$schools", str(schools)).replace("$students", str(students))
    connection.execute(sizes.replace("$sessions", str(sessions)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--sessions", type=int, default=20_000_000)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        database.connect(Path(folder) / "bench.duckdb", Engine()) as connection,
    ):
        make_year(connection, arguments.students, arguments.sessions)
        for name, build in BUILT.items():
            started = time.monotonic()
            DuckDBTables(connection).replace(TABLES[name], build())
            seconds = time.monotonic() - started
            print(f"{name:<34} {DuckDBTables(connection).count(name):>12,} rows {seconds:>7.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory {peak:.1f} GB")


if __name__ == "__main__":
    main()
