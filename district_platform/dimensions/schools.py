"""Schools, calendars, sessions."""

import ibis

from district_platform.dimensions import keys
from district_platform.dimensions.calendars import derived_dates
from district_platform.settings import Calendar


def dim_school(stg_schools: ibis.Table) -> ibis.Table:
    return stg_schools.mutate(k_school=stg_schools.school_id)


def dim_calendar_date(
    stg_calendar_dates: ibis.Table,
    stg_attendance_events: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    calendar: Calendar,
) -> ibis.Table:
    """The delivered calendars; where there are none and [calendar] derive is on, those that attendance shows."""
    dates = stg_calendar_dates
    if calendar.derive:
        derived = derived_dates(stg_attendance_events, stg_attendance_submissions, calendar)
        dates = dates.union(derived.filter(dates.count() == 0).select(*dates.columns))
    return dates.mutate(k_calendar_date=keys.k_calendar_date(dates), k_school=dates.school_id).drop("school_id")


def dim_session(stg_sessions: ibis.Table) -> ibis.Table:
    sessions = stg_sessions
    return sessions.mutate(k_session=keys.k_session(sessions), k_school=sessions.school_id).drop("school_id")
