"""Staff hours of every work week: for the district and each school, by position."""

import datetime as dt
from functools import partial

import ibis

from district_platform.analysis.grouping import SCHOOL, at_district_and_schools, described
from district_platform.dictionary.students import NOT_REPORTED
from district_platform.metrics import timekeeping as metrics
from district_platform.metrics.staffing import is_representative
from district_platform.settings import Privacy, Quality

A_POSITION = ["school_year", "position"]
CELL = [*A_POSITION, "work_week_begin_date"]


def staff_hours(
    msr_staff_weekly_hours: ibis.Table,
    fct_staff_assignment: ibis.Table,
    dim_employee: ibis.Table,
    dim_school: ibis.Table,
    privacy: Privacy,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per work week that is over by as_of_date and position with somebody at work. There is no row for all positions together.

    Schools have rows only in years and positions in which most of them have enough staff to be released; in the others, almost all rows
    would be hidden. A position has all of its schools or none, so that a missing row reveals nothing about a school. Hours per FTE are null
    where they leave out more than `max_left_out_pct` of the employees.
    """
    week_end = msr_staff_weekly_hours.work_week_begin_date + ibis.interval(days=6)
    over = msr_staff_weekly_hours.filter(
        msr_staff_weekly_hours.first_work_date.notnull(), week_end <= ibis.literal(as_of_date)
    )
    people = dim_employee.select("k_employee", "k_educator", position=dim_employee.job_title.fill_null(NOT_REPORTED))
    weeks = over.join(people, "k_employee")
    held = metrics.fte_on(weeks, fct_staff_assignment, "first_work_date")
    cells = at_district_and_schools(held, partial(_summarized, quality=quality))
    told = _told_by_school(cells.filter(cells.aggregation == SCHOOL), privacy.min_group_size)
    kept = cells.left_join(told, A_POSITION)
    kept = kept.filter((kept.aggregation != SCHOOL) | kept.is_told.notnull())
    return described(kept.select(*cells.columns), dim_school)


def _told_by_school(schools: ibis.Table, min_group_size: int) -> ibis.Table:
    """The years and positions in which half of the schools or more reach the size in some week."""
    peaks = schools.group_by(*A_POSITION, "k_school").agg(peak=schools.headcount.max())
    reached = peaks.group_by(A_POSITION).agg(n=peaks.count(), n_enough=peaks.count(where=peaks.peak >= min_group_size))
    return reached.filter(2 * reached.n_enough >= reached.n).select(*A_POSITION, is_told=ibis.literal(True))


def _summarized(weeks: ibis.Table, columns: list[str], quality: Quality) -> ibis.Table:
    placed = weeks.drop_null(columns) if columns else weeks
    rows = placed.group_by([*CELL, *columns]).agg(
        headcount=metrics.headcount(placed),
        hours_worked=metrics.hours_worked(placed),
        overtime_hours=metrics.total_overtime_hours(placed),
        assigned_fte=metrics.assigned_fte(placed),
        hours_per_fte=metrics.hours_per_fte(placed),
        n_with_fte=metrics.n_with_fte(placed),
    )
    is_told = is_representative(rows.headcount, rows.n_with_fte, quality)
    return rows.mutate(
        hours_per_fte=is_told.ifelse(rows.hours_per_fte, None),
        pct_employees_left_out=metrics.pct_employees_left_out(rows.headcount, rows.n_with_fte),
    ).drop("n_with_fte")
