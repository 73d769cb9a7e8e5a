"""Stray events: events of one school on a day on which the student was at another school. docs/attendance.md.

Exports stamp old absences with the student's present school, so that an absence from before a move names the wrong school.
"""

import ibis

from district_platform.facts.daily_attendance.events import A_DAY
from district_platform.settings import Attendance


def placed_events(
    attendance_events: ibis.Table, spells: ibis.Table, attendance_days: ibis.Table, attendance: Attendance
) -> ibis.Table:
    """The events at the school where each one counts: a stray counts at the one school that had the student, without its session.

    Every other event, and with `stray_events = "ignore"` every event, stays where it is. `spells` are
    `spells.enrollment_spells`, `attendance_days` those of `gaps`.
    """
    if attendance.stray_events == "ignore":
        return attendance_events
    strays = followed_days(attendance_events, spells, attendance_days)
    events = attendance_events.left_join(strays, A_DAY).drop(*(f"{name}_right" for name in A_DAY))
    is_stray = events.school_of_day.notnull()
    return events.mutate(
        k_school=ibis.ifelse(is_stray, events.school_of_day, events.k_school),
        k_session=ibis.ifelse(is_stray, ibis.null("string"), events.k_session),
    ).select(*attendance_events.columns)


def followed_days(attendance_events: ibis.Table, spells: ibis.Table, attendance_days: ibis.Table) -> ibis.Table:
    """One row per student, school and date whose events count at another school, `school_of_day`.

    That date is one of the student's days there, and no event of that school is on it.
    """
    elsewhere = days_covered_elsewhere(attendance_events, spells)
    enrolled_by = elsewhere.select(*A_DAY, "school_year", "school_of_day", calendar_code=elsewhere.calendars.unnest())
    days_there = attendance_days.select(
        "school_year", "calendar_code", school_of_day="k_school", event_date="calendar_date"
    )
    a_day_there = enrolled_by.semi_join(days_there, days_there.columns).select(*A_DAY, "school_of_day").distinct()
    own = attendance_events.select(k_student="k_student", school_of_day="k_school", event_date="event_date").distinct()
    return a_day_there.anti_join(own, ["k_student", "school_of_day", "event_date"])


def days_covered_elsewhere(attendance_events: ibis.Table, spells: ibis.Table) -> ibis.Table:
    """One row per student, school and date of events that no enrollment there covers, while exactly one other school's do.

    `school_of_day` is that school, `calendars` those of its enrollments.
    """
    enrolled = spells.filter(spells.is_enrolled).select(
        "k_student", "from_date", "until_date", "calendars", school_of_day="k_school"
    )
    of_movers = attendance_events.semi_join(
        enrolled, ["k_student", attendance_events.k_school != enrolled.school_of_day]
    )
    dates = of_movers.select(*A_DAY, "school_year").distinct()
    covering = dates.join(
        enrolled,
        ["k_student", dates.event_date >= enrolled.from_date, dates.event_date < enrolled.until_date],
    )
    covered = covering.group_by([*A_DAY, "school_year"]).agg(
        n_covering=covering.count(),
        school_of_day=covering.school_of_day.min(),
        calendars=covering.calendars.arbitrary(),
    )
    return covered.filter(covered.n_covering == 1, covered.school_of_day != covered.k_school).drop("n_covering")
