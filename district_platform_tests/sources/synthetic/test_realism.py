"""The clean district looks like one: figures that analyses rest on, read back from the extracts."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from district_platform.settings import Synthetic

DAYS_ENROLLED = """
    select student_id, e.school_year, count(*) as days
    from enrollments e join calendar_dates c using (school_id, calendar_code, school_year)
    where is_school_day and is_primary
      and calendar_date between entry_date and coalesce(exit_date, date '2026-02-13')
    group by all
"""
ATTENDANCE = f"""
    with absences as (
        select student_id, school_year, sum(is_absent) as absent
        from attendance_events join attendance_codes using (attendance_code)
        join enrollments using (student_id, school_id, school_year)
        where is_primary and event_date between entry_date and coalesce(exit_date, date '2026-02-13') group by all)
    select *, coalesce(absent, 0) as missed from ({DAYS_ENROLLED}) left join absences using (student_id, school_year)
"""
TUTORED = "(from program_participation where program = 'Reading Tutoring')"
CHANGES = """
    select student_id, school_year, subject, max(grade_level) as grade,
           max(scale_score) filter (administration = 'Spring')
             - max(scale_score) filter (administration = 'Fall') as change
    from assessment_results group by all having change is not null
"""


@pytest.fixture(scope="module")
def db(clean_district: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for path in sorted(clean_district.glob("*/*.csv")):
            connection.execute(f"create table {path.stem} as select * from read_csv('{path}')")
        yield connection


def value(db: duckdb.DuckDBPyConnection, sql: str) -> float:
    return float(db.execute(sql).fetchall()[0][0])


def test_attendance_is_about_94_percent(db: duckdb.DuckDBPyConnection) -> None:
    assert 93 <= value(db, f"select 100 * (1 - sum(missed) / sum(days)) from ({ATTENDANCE})") <= 95


def test_between_15_and_25_percent_are_chronically_absent(db: duckdb.DuckDBPyConnection) -> None:
    share = "avg((round(100 * (1 - missed / days), 2) <= 90)::integer) * 100"
    assert 15 <= value(db, f"select {share} from ({ATTENDANCE}) where days >= 20") <= 25


def test_disadvantaged_students_are_absent_more(db: duckdb.DuckDBPyConnection) -> None:
    rows = db.execute(
        f"""select sum(missed) / sum(days) from ({ATTENDANCE}) join students using (student_id, school_year)
            group by is_economically_disadvantaged order by is_economically_disadvantaged"""
    ).fetchall()
    (others,), (disadvantaged,) = rows
    assert disadvantaged > 1.2 * others


def test_economic_gap_can_be_found_again(db: duckdb.DuckDBPyConnection) -> None:
    gap = value(
        db,
        """select avg(scale_score - mean) filter (not is_economically_disadvantaged)
                - avg(scale_score - mean) filter (is_economically_disadvantaged)
           from (select *, avg(scale_score) over (partition by school_year, grade_level, subject, administration)
                 as mean from assessment_results)
           join students using (student_id, school_year)""",
    )
    assert gap == pytest.approx(Synthetic().economic_gap, abs=4)


@pytest.mark.parametrize(("subject", "effect"), [("Reading", Synthetic().program_effect), ("Math", 0)])
def test_program_effect_is_in_reading_and_nowhere_else(
    db: duckdb.DuckDBPyConnection, subject: str, effect: float
) -> None:
    difference = value(
        db,
        f"""select avg(change) filter (program is not null) - avg(change) filter (program is null)
            from ({CHANGES}) left join {TUTORED} using (student_id, school_year)
            where subject = '{subject}' and grade between '03' and '08'""",
    )
    assert difference == pytest.approx(effect, abs=2.5)


def test_participants_score_lower_before_the_program(db: duckdb.DuckDBPyConnection) -> None:
    before = db.execute(
        f"""select avg(scale_score) from assessment_results left join {TUTORED} using (student_id, school_year)
            where administration = 'Fall' and subject = 'Reading' and grade_level between '03' and '08'
            group by program is null order by program is null"""
    ).fetchall()
    assert before[0][0] < before[1][0] - 10


def test_nothing_has_happened_after_as_of(db: duckdb.DuckDBPyConnection) -> None:
    last = db.execute(
        """select max(event_date)::varchar, (select max(test_date)::varchar from assessment_results),
               (select max(submission_date)::varchar from attendance_submissions),
               (select greatest(max(entry_date), max(exit_date))::varchar from enrollments),
               (select max(begin_date)::varchar from program_participation)
           from attendance_events"""
    ).fetchall()[0]
    assert all(day <= "2026-02-13" for day in last)


def test_calendars_run_from_august_to_june_with_175_to_180_days(db: duckdb.DuckDBPyConnection) -> None:
    rows = db.execute(
        """select count(*) filter (is_school_day), month(min(calendar_date)), month(max(calendar_date))
           from calendar_dates where calendar_code = 'STD' group by school_id, school_year"""
    ).fetchall()
    assert all(175 <= days <= 180 and (first, last) == (8, 6) for days, first, last in rows)


def test_sessions_count_the_instructional_days_of_the_main_calendar(db: duckdb.DuckDBPyConnection) -> None:
    wrong = db.execute(
        """select s.school_id, s.school_year, session_id, total_instructional_days, count(*) as days
           from sessions s join calendar_dates c using (school_id, school_year)
           where is_school_day and calendar_code = 'STD' and calendar_date between begin_date and end_date
           group by all having days <> total_instructional_days"""
    ).fetchall()
    assert wrong == []


def test_schools_of_every_level_have_the_children_of_their_grades(db: duckdb.DuckDBPyConnection) -> None:
    levels = db.execute("select distinct school_level from schools order by 1").fetchall()
    assert levels == [("Elementary",), ("High",), ("Middle",)]
    assert value(db, "select count(distinct student_id) from students where school_year = 2025") == pytest.approx(
        4_500, rel=0.03
    )


def test_cohorts_are_promoted_a_grade_a_year(db: duckdb.DuckDBPyConnection) -> None:
    promoted = value(
        db,
        """select avg((b.grade_level::varchar = case a.grade_level when 'KG' then '01'
                       else lpad((a.grade_level::integer + 1)::varchar, 2, '0') end)::integer)
           from enrollments a join enrollments b using (student_id)
           where b.school_year = a.school_year + 1""",
    )
    assert promoted > 0.98


def test_shared_time_enrollments_overlap_and_are_not_primary(db: duckdb.DuckDBPyConnection) -> None:
    assert value(db, "select count(*) from enrollments where not is_primary") > 0
    several_primary = """select count(*) from (
        select student_id, school_year, entry_date from enrollments where is_primary group by all having count(*) > 1)"""
    assert value(db, several_primary) == 0


def test_some_student_ids_begin_with_zero(db: duckdb.DuckDBPyConnection, clean_district: Path) -> None:
    ids = f"read_csv('{clean_district}/sis/students.csv', all_varchar = true)"
    share = value(db, f"select avg(starts_with(student_id, '0')::integer) from {ids}")
    assert 0.05 < share < 0.2


def test_itinerant_teachers_work_at_several_schools_within_one_post(db: duckdb.DuckDBPyConnection) -> None:
    rows = db.execute(
        """select sum(fte) from staff_assignments where position = 'Teacher'
           group by educator_id, school_year having count(distinct school_id) > 1"""
    ).fetchall()
    assert rows
    assert all(total <= 1 for (total,) in rows)
