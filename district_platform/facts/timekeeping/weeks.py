"""An employee's work week: hours, overtime, days on which a punch is missing, and estimated pay."""

import ibis

from district_platform.dictionary.schools import DAYS_A_WEEK
from district_platform.facts.timekeeping.pairing import misses_partner
from district_platform.facts.timekeeping.shifts import week_begin
from district_platform.metrics import timekeeping as metrics
from district_platform.settings import Hours
from district_platform.staging.parsing import school_year_of

A_WEEK = ["k_employee", "work_week_begin_date"]


def missing_days(punches: ibis.Table, hours: Hours) -> ibis.Table:
    """One row per employee and local date with a punch that misses its partner."""
    alone = punches.filter(misses_partner(punches))
    days = alone.select("k_employee", work_date=alone.punch_dtm.date()).distinct()
    return days.mutate(work_week_begin_date=week_begin(days.work_date, hours))


def weekly(shifts: ibis.Table, missing: ibis.Table, dim_employee: ibis.Table, hours: Hours) -> ibis.Table:
    """One row per employee and work week with a shift, the end of a shift of the week before, or a day with a missing punch."""
    parts = _parts_of_shifts(shifts)
    worked = parts.group_by(A_WEEK).agg(
        n_shifts=parts.begins.sum(),
        n_days_worked=parts.work_date.nunique(where=parts.begins == 1),
        first_work_date=parts.work_date.min(),
        hours_worked=metrics.hours_worked(parts),
    )
    unworked = missing.group_by(A_WEEK).agg(n_missing_punch_days=missing.count())
    both = worked.outer_join(unworked, A_WEEK)
    both = both.mutate(**{name: ibis.coalesce(both[name], both[f"{name}_right"]) for name in A_WEEK})
    both = both.drop(*(f"{name}_right" for name in A_WEEK))
    known = both.fill_null({"n_shifts": 0, "n_days_worked": 0, "hours_worked": 0, "n_missing_punch_days": 0})
    paid = known.left_join(dim_employee.select("k_employee", "k_school", "worker_type", "hourly_rate"), "k_employee")
    split = paid.mutate(
        school_year=school_year_of(paid.work_week_begin_date), overtime_hours=metrics.overtime_hours(paid, hours)
    )
    split = split.mutate(regular_hours=metrics.regular_hours(split))
    priced = split.mutate(estimated_gross_pay=metrics.estimated_gross_pay(split, hours))
    return priced.drop("k_employee_right", "worker_type", "hourly_rate")


def _parts_of_shifts(shifts: ibis.Table) -> ibis.Table:
    """Shifts cut at the end of the work week in which they begin: the later part is of the next week, from its first day."""
    begun = shifts.select(
        *A_WEEK,
        "work_date",
        hours_worked=metrics.hours_in_week(shifts),
        begins=ibis.literal(1, "int64"),
    )
    later = shifts.filter(shifts.hours_worked_next_week > 0)
    week = (later.work_week_begin_date.cast("timestamp") + ibis.interval(days=DAYS_A_WEEK)).date()
    ended = later.select(
        "k_employee",
        work_week_begin_date=week,
        work_date=week,
        hours_worked="hours_worked_next_week",
        begins=ibis.literal(0, "int64"),
    )
    return begun.union(ended)
