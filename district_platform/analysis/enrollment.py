"""Who is enrolled."""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.analysis.grouping import at_district_and_schools, described, with_subgroups, with_year_before
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.metrics.enrollment import actual_enrollments, census_date, change, covers, n_students, pct_of
from district_platform.settings import Quality

EPOCH = dt.date(1970, 1, 1)


def enrollment_summary(
    fct_student_school_association: ibis.Table,
    fct_student_subgroup: ibis.Table,
    dim_calendar_date: ibis.Table,
    dim_school: ibis.Table,
    dim_subgroup: ibis.Table,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    enrollments = actual_enrollments(fct_student_school_association, as_of_date)
    dated = _with_dates(enrollments, dim_calendar_date, quality, as_of_date)
    grouped = at_district_and_schools(with_subgroups(dated, fct_student_subgroup), _summarize)
    group = ["aggregation", "k_school", "k_subgroup"]
    compared = with_year_before(_with_share(grouped), group, ["n_students"])
    changed = compared.mutate(n_students_change=change(compared.n_students, compared.n_students_before))
    return described(changed, dim_school, dim_subgroup)


def _with_dates(
    enrollments: ibis.Table, dim_calendar_date: ibis.Table, quality: Quality, as_of_date: dt.date
) -> ibis.Table:
    """Enrollments with the census date, whether they cover it, and the last instructional day of their calendar."""
    calendar = ["k_school", "school_year", "calendar_code"]
    school_days = dim_calendar_date.filter(dim_calendar_date.is_school_day)
    last_days = school_days.group_by(calendar).agg(last_day=school_days.calendar_date.max())
    rows = enrollments.left_join(last_days, calendar).drop(*(f"{name}_right" for name in calendar))
    rows = rows.mutate(census_date=census_date(rows.school_year, quality, as_of_date))
    has_ended = rows.exit_date.notnull() & (rows.exit_date <= as_of_date)
    rows = rows.mutate(
        is_on_census=covers(rows, "entry_date", "exit_date", rows.census_date),
        last_date=has_ended.ifelse(rows.exit_date, ibis.null("date")),
    )
    return rows.mutate(exit_rank=_exit_rank(rows))


EARLY, UNKNOWN, AT_THE_END = range(3)
"""How an enrollment ended, by its own calendar: before its last instructional day, without a calendar, or not before that day."""
N_ENDINGS = 3


def _exit_rank(rows: ibis.Table) -> ir.IntegerValue:
    """A rank that orders a student's exits by date, then by how the enrollment ended; `rank % N_ENDINGS` says how."""
    day = rows.last_date.delta(ibis.literal(EPOCH), unit="day").cast("int64")
    ending = ibis.cases((rows.last_day.isnull(), UNKNOWN), (rows.last_date < rows.last_day, EARLY), else_=AT_THE_END)
    return day * N_ENDINGS + ending


def _summarize(rows: ibis.Table, extra: list[str]) -> ibis.Table:
    """First makes one row per student, then counts, so that a student with two enrollments counts once in each figure.

    The calendar of the enrollment that ended last says whether a student left early. A student whose last enrollment has no calendar
    (ENR-07) is not counted; where this holds for everybody who left, the count is null.
    """
    students = rows.group_by("school_year", *extra, "k_subgroup", "k_student").agg(
        is_on_census=rows.is_on_census.any(),
        entered_late=rows.entry_date.min() > rows.census_date.min(),
        has_left=rows.last_date.notnull().all(),
        ending=rows.exit_rank.max() % N_ENDINGS,
    )
    has_left, is_known = students.has_left, students.ending != UNKNOWN
    n_exited_early = n_students(students, where=has_left & (students.ending == EARLY))
    none_is_known = (has_left & ~is_known).any() & ~(has_left & is_known).any()
    return students.group_by("school_year", *extra, "k_subgroup").agg(
        n_students=n_students(students),
        n_students_census=n_students(students, where=students.is_on_census),
        n_entered_late=n_students(students, where=students.entered_late),
        n_exited_early=none_is_known.ifelse(ibis.null("int64"), n_exited_early),
    )


def _with_share(rows: ibis.Table) -> ibis.Table:
    everyone = rows.filter(rows.k_subgroup == f"{ALL_STUDENTS}-{ALL_STUDENTS}")
    whole = everyone.select(
        _year=everyone.school_year,
        _aggregation=everyone.aggregation,
        _school=everyone.k_school,
        _n=everyone.n_students_census,
    )
    same = [
        rows.school_year == whole._year,
        rows.aggregation == whole._aggregation,
        rows.k_school.identical_to(whole._school),
    ]
    joined = rows.join(whole, same)
    return joined.mutate(pct_of_students=pct_of(joined.n_students_census, joined._n)).drop(
        "_year", "_aggregation", "_school", "_n"
    )
