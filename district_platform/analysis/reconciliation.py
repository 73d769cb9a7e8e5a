"""What reconciliation with learning online changes, by school: both readings of attendance side by side.

The readings differ only for the few students whose events differ. Only their days are computed a second time, by the daily fact's own
rules; all others are taken from the daily fact.
"""

import datetime as dt

import ibis

from district_platform.analysis.chronic_absence import absence_figures, student_readings
from district_platform.analysis.grouping import DISTRICT, SCHOOL, described
from district_platform.facts import daily_attendance
from district_platform.metrics.attendance_rates import student_days_at_district_grain
from district_platform.metrics.reconciliation import (
    days_absent,
    days_reconciled,
    difference_of_readings,
    n_students_reconciled,
)
from district_platform.settings import Attendance

SIS, RECONCILED = "SIS", "reconciled"
RECONCILED_EVENTS = "fct_reconciled_attendance_event"

GROUP = ["school_year", "aggregation", "k_school"]
AN_EVENT = ["k_student", "k_school", "event_date", "attendance_code"]
OF_BOTH = ("n_students_attending", "n_students_judged", "n_students_judged_federal")
"""Counts that follow from enrollment, and so are the same in both readings."""


def reconciliation_summary(
    fct_student_daily_attendance: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    fct_reconciled_attendance_event: ibis.Table,
    fct_student_school_association: ibis.Table,
    dim_calendar_date: ibis.Table,
    dim_session: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    absentee_categories: ibis.Table,
    dim_school: ibis.Table,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """Years in which the readings differ. `_other` is what the figure would be with the other source of daily attendance."""
    sis, reconciled = fct_student_school_attendance_event, fct_reconciled_attendance_event
    told_differently = _students_whose_events_differ(sis, reconciled)
    uses_sis = attendance.daily_attendance_source != RECONCILED_EVENTS
    in_these_years = fct_student_daily_attendance.semi_join(told_differently, "school_year")
    days = in_these_years.semi_join(told_differently, "k_student")
    days_by_other = daily_attendance.fct_student_daily_attendance(
        fct_student_school_association.semi_join(told_differently, "k_student"),
        dim_calendar_date,
        dim_session,
        reconciled if uses_sis else sis,
        stg_attendance_submissions,
        absentee_categories,
        sis,
        attendance,
        as_of_date,
    )
    in_use = student_readings(in_these_years, dim_session, absentee_categories, attendance)
    recounted = student_readings(days_by_other, dim_session, absentee_categories, attendance)
    by_other = in_use.anti_join(told_differently, "k_student").union(recounted.select(*in_use.columns))
    changes = _changes(*((days, days_by_other) if uses_sis else (days_by_other, days)), dim_session)
    compared = _beside(_summarize(in_use), _summarize(by_other)).semi_join(changes, "school_year")
    other = RECONCILED if uses_sis else SIS
    return described(_with_changes(compared, changes, other), dim_school)


def _students_whose_events_differ(sis: ibis.Table, reconciled: ibis.Table) -> ibis.Table:
    """Students with an event that only one of the two tables has."""
    events = ibis.union(sis.anti_join(reconciled, AN_EVENT), reconciled.anti_join(sis, AN_EVENT))
    return events.select("k_student", "school_year").distinct()


def _summarize(students: ibis.Table) -> ibis.Table:
    return students.group_by(GROUP).agg(
        days_absent=days_absent(students.cumulative_days_absent), **absence_figures(students)
    )


def _beside(in_use: ibis.Table, by_other: ibis.Table) -> ibis.Table:
    """The figures of both readings in one row; those of the other end in `_other`."""
    differing = [name for name in in_use.columns if name not in (*GROUP, *OF_BOTH)]
    others = by_other.select(
        **{f"_{name}": by_other[name] for name in GROUP}, **{f"{name}_other": by_other[name] for name in differing}
    )
    both = in_use.join(others, _same_group(in_use, others))
    return both.drop(*(f"_{name}" for name in GROUP)).mutate(
        pct_attendance_difference=difference_of_readings(both.pct_attendance, both.pct_attendance_other),
        pct_chronically_absent_difference=difference_of_readings(
            both.pct_chronically_absent, both.pct_chronically_absent_other
        ),
    )


def _same_group(rows: ibis.Table, prefixed: ibis.Table) -> list[ibis.Value]:
    return [rows[name].identical_to(prefixed[f"_{name}"]) for name in GROUP]


def _changes(by_sis: ibis.Table, by_reconciled: ibis.Table, dim_session: ibis.Table) -> ibis.Table:
    """One row per school, and one for the district, with a day that the readings count differently."""
    schools = _differing_days(by_sis, by_reconciled).mutate(aggregation=ibis.literal(SCHOOL))
    one_a_date = (student_days_at_district_grain(days, dim_session) for days in (by_sis, by_reconciled))
    district = _differing_days(*(days.mutate(k_school=ibis.null("string")) for days in one_a_date))
    days = schools.union(district.mutate(aggregation=ibis.literal(DISTRICT)).select(*schools.columns))
    return days.group_by(GROUP).agg(
        n_students_reconciled=n_students_reconciled(days.k_student),
        days_reconciled=days_reconciled(days.is_absent, days.is_absent_reconciled),
    )


def _differing_days(by_sis: ibis.Table, by_reconciled: ibis.Table) -> ibis.Table:
    now = by_reconciled.select(
        student="k_student", school="k_school", date="calendar_date", is_absent_reconciled="is_absent"
    )
    before = by_sis.select("school_year", "k_student", "k_school", "calendar_date", "is_absent")
    same_day = [
        before.k_student == now.student,
        before.k_school.identical_to(now.school),
        before.calendar_date == now.date,
    ]
    days = before.join(now, same_day).drop("student", "school", "date")
    return days.filter(~days.is_absent.identical_to(days.is_absent_reconciled))


def _with_changes(compared: ibis.Table, changes: ibis.Table, other: str) -> ibis.Table:
    """The rows with the days and students that were reconciled, which may be 0 in most schools."""
    of_group = changes.rename({f"_{name}": name for name in GROUP})
    rows = compared.left_join(of_group, _same_group(compared, of_group)).drop(*(f"_{name}" for name in GROUP))
    return rows.mutate(
        other_reading=ibis.literal(other),
        days_absent_sis=rows.days_absent_other if other == SIS else rows.days_absent,
        n_students_reconciled=rows.n_students_reconciled.fill_null(0),
        days_reconciled=rows.days_reconciled.fill_null(0),
    ).drop("days_absent", "days_absent_other")
