"""What happened on a day: the one event that stands for a student's day, and the status it gives."""

import ibis

from district_platform.facts.daily_attendance.days import SCHOOL

IN_ATTENDANCE = "In Attendance"
NOT_ENROLLED = "Not Enrolled"
UNKNOWN = "Unknown"
"""Excusal status of a day on which a code applies that has none."""


def events_on_days(
    attendance_events: ibis.Table, spells: ibis.Table, days: ibis.Table, dim_session: ibis.Table
) -> ibis.Table:
    """One row per student, school and enrolled day with an event: the event that wins the day.

    An event after the exit, or on a day that is no day of the student's, finds no spell or no day and changes nothing.
    `day` is its number; the other columns are the spell's and the status of the day.
    """
    enrolled = spells.filter(spells.is_enrolled).drop(*SCHOOL[1:], "k_student_xyear", "is_enrolled")
    in_spell = attendance_events.join(
        enrolled,
        [
            "k_student",
            "k_school",
            attendance_events.event_date >= enrolled.from_date,
            attendance_events.event_date < enrolled.until_date,
        ],
    )
    dates = days.select("calendar_set", "day", "covering_session", event_date="calendar_date")
    on_days = in_spell.join(dates, ["calendar_set", "event_date"])
    known = dim_session.select(*SCHOOL, "k_session", named_session="k_session")
    with_session = on_days.left_join(known, [*SCHOOL, "k_session"])
    return _one_a_day(
        with_session.select(
            "student",
            "day",
            "first_day",
            "n_days",
            "days_before",
            "named_session",
            "covering_session",
            "attendance_code",
            "attendance_event_category",
            "attendance_event_reason",
            is_absent=usable_is_absent(with_session.is_absent),
            attendance_excusal_status=_excusal_status(with_session),
        ),
        dim_session,
    )


def usable_is_absent(is_absent: ibis.Column) -> ibis.Column:
    """A code's is_absent where it lies in 0..1, else null.

    Null stays null through to the row: it must not become presence, so the day is neither present nor absent, and the
    invariant `is_present + is_absent = is_enrolled` fails on it for all to see. ATT-01 names the code.
    """
    return ibis.ifelse(is_absent.between(0, 1), is_absent, ibis.null(is_absent.type()))


def _excusal_status(events: ibis.Table) -> ibis.Column:
    return ibis.ifelse(events.is_absent == 0, IN_ATTENDANCE, events.attendance_excusal_status.fill_null(UNKNOWN))


def _one_a_day(events: ibis.Table, dim_session: ibis.Table) -> ibis.Table:
    """Where several events claim a day, the first wins: shortest session, category, session, larger is_absent, code, reason.

    Few days are contested; only those are sorted.
    """
    contested = (
        events.group_by("student", "day").agg(n=events.count()).filter(lambda t: t.n > 1).select("student", "day")
    )
    rivals = events.semi_join(contested, ["student", "day"]).mutate(
        k_session=lambda t: t.named_session.fill_null(t.covering_session)
    )
    lengths = dim_session.select("k_session", "total_instructional_days")
    claims = rivals.left_join(lengths, "k_session")
    order = ibis.window(
        group_by=["student", "day"],
        order_by=[
            ibis.asc("total_instructional_days", nulls_first=False),
            ibis.asc("attendance_event_category", nulls_first=False),
            ibis.asc("k_session", nulls_first=False),
            ibis.desc("is_absent", nulls_first=False),
            ibis.asc("attendance_code", nulls_first=False),
            ibis.asc("attendance_event_reason", nulls_first=False),
            "attendance_excusal_status",
        ],
    )
    winners = claims.mutate(place=ibis.row_number().over(order)).filter(lambda t: t.place == 0)
    return ibis.union(events.anti_join(contested, ["student", "day"]), winners.select(events.columns))
