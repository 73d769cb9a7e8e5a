"""Schools, calendars, sessions."""

import ibis

from district_platform.dimensions import keys


def dim_school(stg_schools: ibis.Table) -> ibis.Table:
    return stg_schools.mutate(k_school=stg_schools.school_id)


def dim_calendar_date(stg_calendar_dates: ibis.Table) -> ibis.Table:
    dates = stg_calendar_dates
    return dates.mutate(k_calendar_date=keys.k_calendar_date(dates), k_school=dates.school_id).drop("school_id")


def dim_session(stg_sessions: ibis.Table) -> ibis.Table:
    sessions = stg_sessions
    return sessions.mutate(k_session=keys.k_session(sessions), k_school=sessions.school_id).drop("school_id")
