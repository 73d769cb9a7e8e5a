"""What the daily attendance fact costs, beside the obvious SQL and beside a plain copy of the finished table.

    python benchmarks/daily_attendance.py --students 20000

Makes a district of three school years (about 17 days enrolled per absence, 2 % of students with two overlapping enrollments,
2 % who move to another school while the old one goes on sending their absences, a gap of three weeks at every fifth school), and
builds the daily fact in a process of its own for each variant:

- `spans`      the platform's expression, as `create table as`
- `grid`       the yardstick: the student-by-day grid with window functions, the same rules, in SQL as one would write it
- `copy`       DuckDB copying the finished table into another, for scale: no method can be much faster than writing its result

CPU seconds, wall seconds and peak memory are the child process's own (resource.getrusage). DuckDB keeps what it has written in memory up
to its limit, so `spans` and `copy` get one (--memory-limit); `grid` needs more and has none. Exits 1 if `spans` and `grid` disagree.
"""

import argparse
import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import ibis

from district_platform.facts.daily_attendance import fct_student_daily_attendance
from district_platform.settings import Attendance
from district_platform.sources.reference.absentee_bands import absentee_categories

AS_OF_DATE = dt.date(2026, 6, 30)
SEED = 0.20260213
STUDENTS_PER_SCHOOL = 650

MAKE_DISTRICT = """
create table dim_calendar_date as
select k_school || '-main-' || date as k_calendar_date, k_school, school_year, 'main' as calendar_code,
       date as calendar_date, isodow(date) <= 5 and not (month(date) = 12 and day(date) > 20) as is_school_day,
       null::varchar as calendar_event
from (select printf('%04d', unnest(range($schools))) as k_school),
     (select unnest([2024, 2025, 2026])::bigint as school_year),
     lateral (select unnest(generate_series(make_date(school_year - 1, 8, 28), make_date(school_year, 5, 22),
                                            interval 1 day))::date as date);

create table dim_session as
select school_year || '-' || k_school || '-' || session_id as k_session, k_school, school_year, session_id,
       session_id as session_name, make_date(school_year - 1, 8, 1) + from_day as begin_date,
       make_date(school_year - 1, 8, 1) + to_day as end_date, n_days as total_instructional_days
from (select distinct k_school, school_year from dim_calendar_date),
     (values ('Full Year', 0, 330, 182), ('Fall', 0, 150, 85), ('Spring', 151, 330, 97))
         s(session_id, from_day, to_day, n_days);

create table students as
select year || '-' || printf('%07d', n) as k_student, printf('%07d', n) as k_student_xyear,
       printf('%04d', n % $schools) as k_school, year as school_year, n
from (select unnest(range($students)) as n), (select unnest([2024, 2025, 2026])::bigint as year);

create table fct_student_school_association as
with base as (
    select *, make_date(school_year - 1, 8, 28) as first_date, random() as mover, (random() * 200)::int as moved_after
    from students
)
select k_student, k_student_xyear, k_school, school_year, k_student || '-1' as enrollment_id, 'main' as calendar_code,
       '05' as grade_level, first_date as entry_date,
       case when mover < 0.06 then first_date + 20 + moved_after end as exit_date,
       null::varchar as exit_reason, true as is_primary
from base
union all
select k_student, k_student_xyear, k_school, school_year, k_student || '-2', 'main', '05', first_date + moved_after, null, null, false
from base where mover < 0.02
union all
select k_student, k_student_xyear, printf('%04d', (n + 1) % $schools), school_year, k_student || '-3', 'main', '05',
       first_date + 21 + moved_after, null, null, true
from base where mover between 0.04 and 0.06;

create table fct_student_school_attendance_event as
select k_student, k_student_xyear, k_school,
       school_year || '-' || k_school || case when month(date) > 7 then '-Fall' else '-Spring' end as k_session,
       school_year, date as event_date, code as attendance_code, category as attendance_event_category,
       case when code = 'E' then 'Illness' end as attendance_event_reason,
       excusal as attendance_excusal_status, is_absent::decimal(5, 4) as is_absent
from (
    select s.*, d.calendar_date as date, least(5, (random() * 6)::int) as pick
    from students s join dim_calendar_date d using (k_school, school_year)
    where d.is_school_day and random() < 1 / 17.0
), (values (0, 'E', 'Excused Absence', 'Excused', 1), (1, 'U', 'Unexcused Absence', 'Unexcused', 1),
           (2, 'U', 'Unexcused Absence', 'Unexcused', 1), (3, 'H', 'Partial Day', 'Excused', 0.5),
           (4, 'T', 'Tardy', 'Unexcused', 0), (5, 'N', 'Unexcused Absence', null, 1)
   ) c(key, code, category, excusal, is_absent)
where c.key = pick
union all
select k_student, k_student_xyear, k_school, null, school_year, make_date(school_year - 1, 10, 6), 'T', 'Tardy', null,
       'Unexcused', 0::decimal(5, 4)
from students where n % 50 = 0;

create table gap as
select k_school, make_date(2026, 1, 12) as first_date, make_date(2026, 1, 30) as last_date
from (select distinct k_school from dim_calendar_date) where k_school::int % 5 = 0;

create table stg_attendance_submissions as
select k_school as school_id, calendar_date as submission_date from dim_calendar_date d where is_school_day and not exists (
    from gap g where g.k_school = d.k_school and calendar_date between first_date and last_date);

delete from fct_student_school_attendance_event e using gap g
where g.k_school = e.k_school and event_date between first_date and last_date;
drop table students;
drop table gap;
"""

GRID = """
create table grid as
with years as (
    select k_school, school_year, max(calendar_date) as last_date from dim_calendar_date group by all
), taken as (
    select distinct k_school, school_year, event_date as calendar_date from fct_student_school_attendance_event
    union
    select k_school, school_year, calendar_date from dim_calendar_date
    semi join stg_attendance_submissions on school_id = k_school and submission_date = calendar_date
), evidence as (
    select k_school, school_year, max(calendar_date) as last_evidence
    from dim_calendar_date semi join taken using (k_school, school_year, calendar_date)
    where calendar_date <= $as_of group by all
), reached as (
    select d.*
    from dim_calendar_date d join years using (k_school, school_year) join evidence using (k_school, school_year)
    where is_school_day and d.calendar_date <= case when last_date <= $as_of then last_date else last_evidence end
), submitted as (
    select distinct k_school, school_year, calendar_date from dim_calendar_date d
    join stg_attendance_submissions on school_id = k_school and submission_date = calendar_date
    where calendar_date <= $as_of
), submitting as (
    select d.k_school, d.school_year, any_value(first) as first
    from (select distinct k_school, school_year, calendar_date from dim_calendar_date where is_school_day) d
    join (select k_school, school_year, min(calendar_date) as first, max(calendar_date) as latest from submitted group by all) ends
      on ends.k_school = d.k_school and ends.school_year = d.school_year and calendar_date between first and latest
    left join submitted s
      on s.k_school = d.k_school and s.school_year = d.school_year and s.calendar_date = d.calendar_date
    group by all having count(s.calendar_date) >= 20 and count(s.calendar_date) >= 0.5 * count(*)
), silent as (
    select k_school, school_year, calendar_date, run,
           count(*) over (partition by k_school, school_year, run) as n_days
    from (
        select d.k_school, d.school_year, d.calendar_date, t.k_school is not null as is_taken,
               count(t.k_school) over (partition by d.k_school, d.school_year order by d.calendar_date) as run
        from (select distinct k_school, school_year, calendar_date from reached) d
        join submitting s on s.k_school = d.k_school and s.school_year = d.school_year and d.calendar_date >= first
        left join taken t on t.k_school = d.k_school and t.school_year = d.school_year and t.calendar_date = d.calendar_date
    ) where not is_taken
), days as (
    select * from reached anti join (from silent where n_days >= 5) using (k_school, school_year, calendar_date)
), used as (
    select s.* from dim_session s
    semi join (
        select k_school, school_year, k_session from fct_student_school_attendance_event e
        semi join dim_calendar_date d
          on d.k_school = e.k_school and d.school_year = e.school_year and d.calendar_date = e.event_date
        where event_date <= $as_of
    ) e using (k_school, school_year, k_session)
), covering as (
    select k_school, school_year, calendar_date, k_session as covering_session
    from (select distinct k_school, school_year, calendar_date from days) d join used s using (k_school, school_year)
    where d.calendar_date between s.begin_date and s.end_date
    qualify row_number() over (partition by k_school, school_year, calendar_date
                               order by total_instructional_days nulls last, session_id) = 1
), grid as (
    select e.k_student, e.k_student_xyear, k_school, school_year, calendar_code, e.enrollment_id, d.k_calendar_date,
           d.calendar_date, (e.exit_date is null or d.calendar_date <= e.exit_date)::bigint as is_enrolled
    from fct_student_school_association e join days d using (k_school, school_year, calendar_code)
    where d.calendar_date >= e.entry_date
), stray as (
    select e.k_student, e.k_school, e.event_date, any_value(a.k_school) as school_of_day
    from (select distinct k_student, k_school, event_date from fct_student_school_attendance_event) e
    join fct_student_school_association a
      on a.k_student = e.k_student and a.entry_date <= event_date and event_date <= coalesce(a.exit_date, date '9999-12-31')
    group by all having count(distinct a.k_school) = 1 and any_value(a.k_school) <> e.k_school
), followed as (
    from stray s
    semi join (select k_student, g.k_school, calendar_date from grid g where is_enrolled = 1) g
      on g.k_student = s.k_student and g.k_school = s.school_of_day and g.calendar_date = s.event_date
    anti join fct_student_school_attendance_event o
      on o.k_student = s.k_student and o.k_school = s.school_of_day and o.event_date = s.event_date
), placed as (
    select e.* replace (coalesce(school_of_day, e.k_school) as k_school,
                        case when school_of_day is null then k_session end as k_session)
    from fct_student_school_attendance_event e left join followed using (k_student, k_school, event_date)
), events as (
    select k_student, e.k_school, event_date as calendar_date, s.k_session as named_session, attendance_code,
           attendance_event_category, attendance_event_reason,
           case when is_absent between 0 and 1 then is_absent end as is_absent,
           case when is_absent = 0 then 'In Attendance' else coalesce(attendance_excusal_status, 'Unknown')
           end as attendance_excusal_status, true as has_event
    from placed e left join dim_session s on s.k_session = e.k_session
), claims as (
    select g.*, coalesce(named_session, covering_session) as k_session,
           case when has_event then attendance_event_category else 'In Attendance' end as attendance_event_category,
           attendance_event_reason, attendance_code,
           case when has_event then is_absent else 0 end::decimal(5, 4) as is_absent,
           case when has_event then attendance_excusal_status else 'In Attendance' end as attendance_excusal_status
    from (from grid where is_enrolled = 1) g
    left join events using (k_student, k_school, calendar_date)
    left join covering using (k_school, school_year, calendar_date)
    union all
    select g.*, covering_session, 'Not Enrolled', null, null, 0, 'Not Enrolled'
    from (from grid where is_enrolled = 0) g
    anti join fct_student_school_association o
      on o.k_student = g.k_student and o.k_school = g.k_school and o.entry_date <= g.calendar_date
         and g.calendar_date <= coalesce(o.exit_date, date '9999-12-31')
    left join covering using (k_school, school_year, calendar_date)
), one_a_day as (
    select claims.* from claims left join dim_session s using (k_session)
    qualify row_number() over (
        partition by k_student, claims.k_school, calendar_date
        order by is_enrolled desc, total_instructional_days nulls last, attendance_event_category nulls last,
                 k_session nulls last, is_absent desc nulls last, attendance_code nulls last,
                 attendance_event_reason nulls last, calendar_code nulls last, enrollment_id nulls last) = 1
), counted as (
    select *, (is_enrolled - is_absent)::decimal(5, 4) as is_present,
           sum(is_enrolled) over (partition by k_student, k_school)::bigint as total_days_enrolled,
           sum(is_enrolled) over so_far::bigint as cumulative_days_enrolled,
           sum(is_absent) over so_far::decimal(9, 4) as cumulative_days_absent,
           sum(is_enrolled - is_absent) over so_far::decimal(9, 4) as cumulative_days_attended,
           row_number() over so_far
               - row_number() over (partition by k_student, k_school, attendance_excusal_status order by calendar_date) as run
    from one_a_day
    window so_far as (partition by k_student, k_school order by calendar_date)
), rated as (
    select *, (floor((20000 * cumulative_days_attended + cumulative_days_enrolled) / nullif(2 * cumulative_days_enrolled, 0))
               / 100)::decimal(5, 2) as cumulative_attendance_rate,
           cumulative_days_enrolled >= 20 as meets_enrollment_threshold,
           row_number() over (partition by k_student, k_school, attendance_excusal_status, run order by calendar_date)
               as consecutive_days_by_excusal_status
    from counted
)
select k_student, k_student_xyear, k_school, k_calendar_date, school_year, calendar_date, k_session,
       attendance_event_category, attendance_event_reason, is_absent, is_present, is_enrolled, attendance_excusal_status,
       consecutive_days_by_excusal_status, total_days_enrolled, cumulative_days_absent, cumulative_days_attended,
       cumulative_days_enrolled, cumulative_attendance_rate, meets_enrollment_threshold,
       coalesce(meets_enrollment_threshold and cumulative_attendance_rate <= 90, false) as is_chronic_absentee,
       case when meets_enrollment_threshold then level_numeric end as absentee_category_rank,
       case when meets_enrollment_threshold then level_label end as absentee_category_label
from rated left join absentee_categories
  on cumulative_attendance_rate <= threshold_upper
 and cumulative_attendance_rate > case when threshold_lower = 0 then -1 else threshold_lower end
"""


def make_district(connection: duckdb.DuckDBPyConnection, students: int) -> None:
    connection.execute("set threads = 1")  # random() repeats only in one thread
    connection.execute(f"select setseed({SEED})")
    sql = MAKE_DISTRICT.replace("$schools", str(max(1, students // STUDENTS_PER_SCHOOL))).replace(
        "$students", str(students)
    )
    connection.execute(sql)
    bands = ibis.duckdb.connect().to_pyarrow(absentee_categories())
    connection.register("bands", bands)
    connection.execute("create table absentee_categories as select * from bands")


def spans_sql(database: Path) -> str:
    connection = ibis.duckdb.connect(database, read_only=True)
    try:
        table = connection.table
        fact = fct_student_daily_attendance(
            table("fct_student_school_association"),
            table("dim_calendar_date"),
            table("dim_session"),
            table("fct_student_school_attendance_event"),
            table("stg_attendance_submissions"),
            table("absentee_categories"),
            table("fct_student_school_attendance_event"),
            Attendance(),
            AS_OF_DATE,
        )
        return f"create table spans as {ibis.to_sql(fact, dialect='duckdb')}"
    finally:
        connection.disconnect()


def run(variant: str, database: Path, students: int, memory_limit: str | None) -> None:
    """One variant, in this process: build its table and print what that took."""
    sql = spans_sql(database) if variant == "spans" else ""
    connection = duckdb.connect(str(database), config={"memory_limit": memory_limit} if memory_limit else {})
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    try:
        if variant == "make":
            make_district(connection, students)
        elif variant == "grid":
            connection.execute(GRID.replace("$as_of", f"date '{AS_OF_DATE}'"))
        elif variant == "copy":
            connection.execute("create table copy as from spans")
        else:
            connection.execute(sql)
        connection.execute("checkpoint")
    finally:
        connection.close()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(cpu, time.perf_counter() - started, after.ru_maxrss / 2**20)


def measured(variant: str, database: Path, options: argparse.Namespace) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak GiB of a variant, in a process of its own."""
    command = [
        sys.executable,
        __file__,
        "--variant",
        variant,
        "--database",
        str(database),
        "--students",
        str(options.students),
    ]
    command += ["--memory-limit", "" if variant == "grid" else options.memory_limit]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    cpu, wall, peak = map(float, output.split())
    return cpu, wall, peak


def checksum(database: Path, table: str) -> tuple[int, int]:
    """Rows, and a sum over the hashes of whole rows: equal for equal rows in any order."""
    connection = duckdb.connect(str(database), read_only=True)
    try:
        return connection.execute(f"select count(*), sum(hash(t)) from {table} t").fetchall()[0]
    finally:
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=20_000, help="students in each of three school years")
    parser.add_argument(
        "--without-grid", action="store_true", help="leave the yardstick out: it takes most of the time"
    )
    parser.add_argument("--memory-limit", default="2GB", help="DuckDB's memory_limit; the grid gets all it asks for")
    parser.add_argument("--variant", help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.variant:
        run(options.variant, options.database, options.students, options.memory_limit)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return compare(Path(folder) / "benchmark.duckdb", options)


def compare(database: Path, options: argparse.Namespace) -> int:
    measured("make", database, options)
    variants = ("spans", "copy") if options.without_grid else ("spans", "copy", "grid")
    costs = {variant: measured(variant, database, options) for variant in variants}
    rows, fast = checksum(database, "spans")
    print(f"{options.students} students, 3 years, {rows} rows, DuckDB {duckdb.__version__}, {os.cpu_count()} cores\n")
    print("| variant | CPU s | wall s | peak GiB | CPU : copy | wall : copy |\n|---|---|---|---|---|---|")
    for variant, (cpu, wall, peak) in costs.items():
        by_cpu, by_wall = cpu / costs["copy"][0], wall / costs["copy"][1]
        print(f"| {variant} | {cpu:.1f} | {wall:.1f} | {peak:.2f} | {by_cpu:.2f} | {by_wall:.2f} |")
    if options.without_grid:
        return 0
    _, slow = checksum(database, "grid")
    cpu_gain, wall_gain = costs["grid"][0] / costs["spans"][0], costs["grid"][1] / costs["spans"][1]
    print(f"\nspans against grid: {cpu_gain:.1f} times less CPU, {wall_gain:.1f} times faster")
    print(f"same rows: {'yes' if fast == slow else 'NO'} (checksums {fast}, {slow})")
    return 0 if fast == slow else 1


if __name__ == "__main__":
    sys.exit(main())
