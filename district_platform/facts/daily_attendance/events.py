"""What happened on a day: the one event that stands for a student's day, and the status it gives."""

import ibis

from district_platform.facts.daily_attendance.days import SCHOOL

IN_ATTENDANCE = "In Attendance"
NOT_ENROLLED = "Not Enrolled"
UNKNOWN = "Unknown"
"""Excusal status of a day on which a code applies that has none."""

A_DAY = ["k_student", "k_school", "event_date"]


def one_a_day(attendance_events: ibis.Table, dim_session: ibis.Table, sessions_of_dates: ibis.Table) -> ibis.Table:
    """One row per student, school and date with an event: the event that wins the day, and the status it gives.

    Shortest session first, then category, session, larger is_absent, code, reason. `named_session` is the event's session
    where it is known. Few days are contested; only those are sorted.
    """
    known = dim_session.select(*SCHOOL, "k_session", named_session="k_session", named_length="total_instructional_days")
    events = attendance_events.left_join(known, [*SCHOOL, "k_session"])
    events = events.select(
        *A_DAY,
        "school_year",
        "named_session",
        "named_length",
        "attendance_code",
        "attendance_event_category",
        "attendance_event_reason",
        is_absent=usable_is_absent(events.is_absent),
        attendance_excusal_status=_excusal_status(events),
    )
    contested = attendance_events.group_by(A_DAY).agg(n=attendance_events.count()).filter(lambda t: t.n > 1)
    winners = _first_of_each_day(events.semi_join(contested, A_DAY), sessions_of_dates, dim_session)
    return ibis.union(events.anti_join(contested, A_DAY), winners.select(events.columns))


def _first_of_each_day(rivals: ibis.Table, sessions_of_dates: ibis.Table, dim_session: ibis.Table) -> ibis.Table:
    covering = sessions_of_dates.join(dim_session, [*SCHOOL, "k_session"]).select(
        *SCHOOL, "k_session", event_date="calendar_date", length="total_instructional_days"
    )
    claims = rivals.left_join(covering, [*SCHOOL, "event_date"])
    is_named = claims.named_session.notnull()
    claims = claims.select(
        *rivals.columns,
        k_session=ibis.coalesce(claims.named_session, claims.k_session),
        length=ibis.ifelse(is_named, claims.named_length, claims.length),
    )
    ascending = (
        "length",
        "attendance_event_category",
        "k_session",
        ibis.desc("is_absent", nulls_first=False),
        "attendance_code",
        "attendance_event_reason",
        "attendance_excusal_status",
    )
    order = [ibis.asc(key, nulls_first=False) if isinstance(key, str) else key for key in ascending]
    place = ibis.row_number().over(group_by=A_DAY, order_by=order)
    return claims.mutate(place=place).filter(lambda t: t.place == 0)


def usable_is_absent(is_absent: ibis.Column) -> ibis.Column:
    """A code's is_absent where it lies in 0..1, else null.

    Null stays null up to the row, because it must not become presence: the day is neither present nor absent, and the
    invariant `is_present + is_absent = is_enrolled` fails on it for all to see. ATT-01 names the code.
    """
    return ibis.ifelse(is_absent.between(0, 1), is_absent, ibis.null(is_absent.type()))


def _excusal_status(events: ibis.Table) -> ibis.Column:
    return ibis.ifelse(events.is_absent == 0, IN_ATTENDANCE, events.attendance_excusal_status.fill_null(UNKNOWN))


def events_on_days(events: ibis.Table, spells: ibis.Table, days: ibis.Table) -> ibis.Table:
    """The events that fall on an enrolled day of their student, with the number of the `day` and the columns of the spell.

    An event after the exit, or on a day that the student does not have, matches no spell or no day and changes nothing.
    """
    enrolled = spells.filter(spells.is_enrolled)
    events = events.drop("school_year")
    in_spell = events.join(
        enrolled,
        [
            "k_student",
            "k_school",
            events.event_date >= enrolled.from_date,
            events.event_date < enrolled.until_date,
        ],
    )
    return in_spell.join(days.select("calendar_set", "day", event_date="calendar_date"), ["calendar_set", "event_date"])
