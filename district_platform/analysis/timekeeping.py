"""Staff hours of every work week: for the district and each school, by position."""

import datetime as dt

import ibis

from district_platform.analysis.grouping import at_district_and_schools, described
from district_platform.dictionary.students import NOT_REPORTED
from district_platform.metrics import timekeeping as metrics

CELL = ["school_year", "work_week_begin_date", "position"]


def staff_hours(
    msr_staff_weekly_hours: ibis.Table,
    fct_staff_assignment: ibis.Table,
    dim_employee: ibis.Table,
    dim_school: ibis.Table,
    as_of_date: dt.date,
) -> ibis.Table:
    """Every work week that is over by as_of_date, and position with somebody at work. There is no row for all positions together."""
    week_end = msr_staff_weekly_hours.work_week_begin_date + ibis.interval(days=6)
    over = msr_staff_weekly_hours.filter(msr_staff_weekly_hours.n_shifts > 0, week_end <= ibis.literal(as_of_date))
    people = dim_employee.select("k_employee", "k_educator", position=dim_employee.job_title.fill_null(NOT_REPORTED))
    weeks = over.join(people, "k_employee")
    held = metrics.fte_on(weeks, fct_staff_assignment, "first_work_date")
    return described(at_district_and_schools(held, _summarized), dim_school)


def _summarized(weeks: ibis.Table, columns: list[str]) -> ibis.Table:
    placed = weeks.drop_null(columns) if columns else weeks
    return placed.group_by([*CELL, *columns]).agg(
        headcount=metrics.headcount(placed),
        hours_worked=metrics.hours_worked(placed),
        overtime_hours=metrics.total_overtime_hours(placed),
        assigned_fte=metrics.assigned_fte(placed),
        hours_per_fte=metrics.hours_per_fte(placed),
    )
