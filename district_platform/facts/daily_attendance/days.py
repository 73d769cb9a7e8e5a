"""Which days count: the instructional days of schools that took attendance, and the session each date belongs to.

Nothing here knows a student; `spells` says which days a student has.
"""

import datetime as dt

import ibis

SCHOOL = ["k_school", "school_year"]


def took_attendance_on(
    dim_calendar_date: ibis.Table, sis_events: ibis.Table, stg_attendance_submissions: ibis.Table, as_of_date: dt.date
) -> ibis.Table:
    """Evidence: one row per school, year and date on which the school took attendance.

    An event of the SIS, or a submission, dated on a calendar of that school and year and not after `as_of_date`.
    """
    events = sis_events.select(*SCHOOL, calendar_date="event_date").distinct()
    return ibis.union(
        _dates_on_a_calendar(dim_calendar_date, as_of_date).semi_join(events, [*SCHOOL, "calendar_date"]),
        submitted_on(dim_calendar_date, stg_attendance_submissions, as_of_date),
        distinct=True,
    )


def submitted_on(
    dim_calendar_date: ibis.Table, stg_attendance_submissions: ibis.Table, as_of_date: dt.date
) -> ibis.Table:
    """One row per school, year and date of a submission that is evidence."""
    submissions = stg_attendance_submissions.select(k_school="school_id", calendar_date="submission_date").distinct()
    return _dates_on_a_calendar(dim_calendar_date, as_of_date).semi_join(submissions, ["k_school", "calendar_date"])


def fct_school_attendance_taken(
    dim_calendar_date: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per school, year and instructional day of any of its calendars up to `as_of_date`: what evidence there is of the day."""
    a_day = [*SCHOOL, "calendar_date"]
    days = dim_calendar_date.filter(dim_calendar_date.is_school_day, dim_calendar_date.calendar_date <= as_of_date)
    submitted = submitted_on(dim_calendar_date, stg_attendance_submissions, as_of_date)
    events = fct_student_school_attendance_event.select(*SCHOOL, calendar_date="event_date").distinct()
    told = days.select(*a_day).distinct()
    for name, evidence in (("has_submission", submitted), ("has_events", events)):
        found = evidence.mutate(**{name: ibis.literal(True)})
        told = told.left_join(found, a_day).drop(*(f"{column}_right" for column in a_day))
    return told.fill_null({"has_submission": False, "has_events": False})


def days_with_evidence_to_come(dim_calendar_date: ibis.Table, evidence: ibis.Table, as_of_date: dt.date) -> ibis.Table:
    """One row per calendar and instructional day up to where the school's evidence of that year reaches.

    Year over: every instructional day. Year running: those up to the school's latest evidence of that year.
    A school and year without evidence has none. `gaps` says which of these days count.
    """
    latest_evidence = evidence.group_by(SCHOOL).agg(last_evidence=evidence.calendar_date.max())
    years = dim_calendar_date.group_by(SCHOOL).agg(last_date=dim_calendar_date.calendar_date.max())
    horizons = latest_evidence.join(years, SCHOOL).mutate(
        horizon=lambda t: ibis.ifelse(t.last_date <= as_of_date, t.last_date, t.last_evidence)
    )
    days = dim_calendar_date.filter(dim_calendar_date.is_school_day)
    return (
        days.join(horizons, SCHOOL)
        .filter(lambda t: t.calendar_date <= t.horizon)
        .select(*SCHOOL, "calendar_code", "calendar_date", "k_calendar_date")
    )


def sessions_in_use(
    dim_session: ibis.Table, dim_calendar_date: ibis.Table, attendance_events: ibis.Table, as_of_date: dt.date
) -> ibis.Table:
    """The sessions that a school's events of that year name, among the events that are dated as evidence is."""
    dates = _dates_on_a_calendar(dim_calendar_date, as_of_date)
    named = attendance_events.select(*SCHOOL, "k_session", calendar_date="event_date").distinct()
    used = named.semi_join(dates, [*SCHOOL, "calendar_date"])
    return dim_session.semi_join(used, [*SCHOOL, "k_session"])


def session_of_each_date(days: ibis.Table, sessions: ibis.Table) -> ibis.Table:
    """One row per school, year and date that a session covers: the covering session with the fewest instructional days."""
    dates = days.select(*SCHOOL, "calendar_date").distinct()
    covering = dates.join(
        sessions, [*SCHOOL, dates.calendar_date >= sessions.begin_date, dates.calendar_date <= sessions.end_date]
    )
    shortest_first = ibis.window(
        group_by=[*SCHOOL, "calendar_date"],
        order_by=[ibis.asc("total_instructional_days", nulls_first=False), "session_id"],
    )
    return (
        covering.mutate(place=ibis.row_number().over(shortest_first))
        .filter(lambda t: t.place == 0)
        .select(*SCHOOL, "calendar_date", "k_session")
    )


def _dates_on_a_calendar(dim_calendar_date: ibis.Table, as_of_date: dt.date) -> ibis.Table:
    """Dates of any kind, instructional or not, up to `as_of_date`."""
    dates = dim_calendar_date.filter(dim_calendar_date.calendar_date <= as_of_date)
    return dates.select(*SCHOOL, "calendar_date").distinct()
