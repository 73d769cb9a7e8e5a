"""Which calendar an enrollment follows, and a calendar for a district that delivers none."""

import ibis

from district_platform.dictionary.schools import ONLY_CALENDAR
from district_platform.settings import Calendar
from district_platform.staging.parsing import school_year_of

DERIVED = "derived from attendance"
"""The calendar_event of every date that nobody delivered."""

_FRIDAY = 4


def on_calendars(enrollments: ibis.Table, calendar_dates: ibis.Table) -> ibis.Table:
    """Enrollments with the code of the calendar that each follows. Both name their school by school_id.

    An enrollment without a code follows the only calendar that its school has in the year; so does every enrollment where calendars come
    without codes. Else the code stays, and is null where the school has several calendars or none.
    """
    place = ["school_id", "school_year"]
    calendars = calendar_dates.group_by(place).agg(
        n_calendars=calendar_dates.calendar_code.nunique(), only_code=calendar_dates.calendar_code.min()
    )
    joined = enrollments.left_join(calendars.filter(calendars.n_calendars == 1), place)
    follows_only = (joined.calendar_code.isnull() | (joined.only_code == ONLY_CALENDAR)).fill_null(False)
    code = follows_only.ifelse(ibis.coalesce(joined.only_code, joined.calendar_code), joined.calendar_code)
    return joined.mutate(calendar_code=code).select(*enrollments.columns)


def derived_dates(events: ibis.Table, submissions: ibis.Table, calendar: Calendar) -> ibis.Table:
    """Dates of calendars that attendance shows, with the columns of a staged calendar: one calendar for each school and year with records.

    A weekday is instructional, for all of them, if at least `derive_share` of these schools recorded anything on it: an event or a
    submission. 30 June closes each year without instruction, so that a year still running is not over with its last record.
    """
    recorded = ibis.union(
        events.select("school_id", calendar_date="event_date"),
        submissions.select("school_id", calendar_date="submission_date"),
        distinct=True,
    ).drop_null()
    recorded = recorded.mutate(school_year=school_year_of(recorded.calendar_date))
    schools = recorded.select("school_id", "school_year").distinct()
    by_year = schools.group_by("school_year").agg(n_of_year=schools.count())
    by_date = recorded.group_by("school_year", "calendar_date").agg(n_recording=recorded.count())
    shared = by_date.join(by_year, "school_year")
    share = ibis.literal(calendar.derive_share, "decimal(9, 4)")
    days = shared.filter(
        shared.calendar_date.day_of_week.index() <= _FRIDAY, shared.n_recording >= shared.n_of_year * share
    )
    instructional = schools.join(days.select("school_year", "calendar_date"), "school_year").mutate(is_school_day=True)
    closing = schools.mutate(calendar_date=ibis.date(schools.school_year, 6, 30))
    closing = closing.anti_join(instructional, ["school_id", "calendar_date"]).mutate(is_school_day=False)
    columns = ("school_id", "school_year", "calendar_date", "is_school_day")
    dates = instructional.select(*columns).union(closing.select(*columns))
    return dates.mutate(calendar_code=ibis.literal(ONLY_CALENDAR), calendar_event=ibis.literal(DERIVED))
