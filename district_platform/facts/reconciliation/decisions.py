"""What becomes of a student's day: the rules of the reconciliation in the order in which they are asked. docs/reconciliation.md.

Nothing here knows a session; how much time a day holds is `minutes`.
"""

import datetime as dt
from enum import StrEnum

import ibis
import ibis.expr.types as ir
import pandas as pd

from district_platform.facts.reconciliation.codes import VIRTUAL
from district_platform.facts.reconciliation.minutes import A_DAY, as_minutes
from district_platform.facts.reconciliation.sessions import SECONDS_A_MINUTE
from district_platform.settings import Reconciliation

EXCUSED = "Excused"

POLICY = {
    "k_school": "string",
    "minimum_minutes": "int64",
    "weekly_minimum_minutes": "int64",
    "marks_everyone": "boolean",
}

DAY_AT_SCHOOL = ["k_student", "k_student_xyear", "k_school", "school_year", "event_date"]


class Verdict(StrEnum):
    """Why a day stays or changes. The first that holds decides; only the last two change anything."""

    NOT_ENROLLED = "not enrolled"
    NO_SCHOOL_DAY = "no instructional day"
    NOT_OVER = "day not over"
    LOCKED = "locked"
    UNKNOWN_CODE = "code without meaning"
    EXCUSED = "excused"
    IN_PERSON = "present in person"
    NOT_TAKEN = "no attendance taken"
    BELOW_MINIMUM = "below minimum"
    DAILY_MINIMUM = "daily minimum"
    WEEKLY_MINIMUM = "weekly minimum"


RECONCILED = (Verdict.DAILY_MINIMUM, Verdict.WEEKLY_MINIMUM)


def enrolled_days(
    online: ibis.Table, enrollments: ibis.Table, dim_calendar_date: ibis.Table, exit_date_inclusive: bool
) -> ibis.Table:
    """One row per online day and school of a primary enrollment that covers it; without one, a row without a school.

    `is_school_day`: whether a calendar of such an enrollment teaches on the date.
    """
    open_end = ibis.literal(dt.date(9999, 12, 31))
    last_date = enrollments.exit_date if exit_date_inclusive else enrollments.exit_date - ibis.interval(days=1)
    primary = enrollments.filter(enrollments.is_primary.fill_null(True)).select(
        "k_student",
        "k_school",
        "school_year",
        "calendar_code",
        "entry_date",
        student="k_student_xyear",
        last_date=ibis.coalesce(last_date.cast("date"), open_end),
    )
    days = online.left_join(
        primary,
        [
            online.k_student_xyear == primary.student,
            online.activity_date >= primary.entry_date,
            online.activity_date <= primary.last_date,
        ],
    ).drop("student", "entry_date", "last_date")
    taught = dim_calendar_date.filter(dim_calendar_date.is_school_day).select(
        "k_school", "calendar_code", activity_date="calendar_date", taught_year="school_year"
    )
    on_calendar = days.left_join(taught, ["k_school", "calendar_code", "activity_date"])
    return on_calendar.group_by("k_student", "k_student_xyear", "k_school", "school_year", "activity_date").agg(
        is_school_day=(on_calendar.taught_year == on_calendar.school_year).any().fill_null(False),
        **{name: on_calendar[name].max() for name in ("seconds_online", "n_sessions")},
        **{name: on_calendar[name].max() for name in ("first_online_at", "last_online_at")},
    )


def with_marks(days: ibis.Table, sis_events: ibis.Table, evidence: ibis.Table) -> ibis.Table:
    """The days with what the SIS says of them: its events of the student at the school, and whether attendance was taken."""
    on_days = sis_events.semi_join(days, ["k_student", "k_school", sis_events.event_date == days.activity_date])
    is_usable = on_days.is_absent.between(0, 1).fill_null(False)
    marks = on_days.group_by("k_student", "k_school", activity_date="event_date").agg(
        has_unknown_code=(~is_usable).any(),
        has_excuse=((on_days.attendance_excusal_status == EXCUSED) & (on_days.is_absent > 0)).any().fill_null(False),
        has_presence=(on_days.is_absent < 1).any().fill_null(False),
        old_attendance_code=on_days.attendance_code.min(),
        k_session=on_days.k_session.min(),
    )
    taken = evidence.select("k_school", activity_date="calendar_date", was_taken=ibis.literal(True)).distinct()
    return (
        days.left_join(marks, ["k_student", "k_school", "activity_date"])
        .drop("k_student_right", "k_school_right", "activity_date_right")
        .left_join(taken, ["k_school", "activity_date"])
        .drop("k_school_right", "activity_date_right")
    )


def with_week(days: ibis.Table, online: ibis.Table) -> ibis.Table:
    """The days with the student's seconds of the week, Monday to Sunday, enrolled or not."""
    week = online.activity_date.truncate("W").cast("date")
    weeks = online.group_by("k_student_xyear", week=week).agg(seconds_of_week=online.seconds_online.sum())
    return days.mutate(week=days.activity_date.truncate("W").cast("date")).join(weeks, ["k_student_xyear", "week"])


def with_policy(days: ibis.Table, reconciliation: Reconciliation) -> ibis.Table:
    """The days with the policy of their school: the district's, but for what the school has of its own."""
    of_schools = [
        (school, policy.minimum_minutes, policy.weekly_minimum_minutes, policy.marks_everyone)
        for school, policy in sorted(reconciliation.schools.items())
    ]
    frame = pd.DataFrame(of_schools, columns=list(POLICY)).astype(
        {"minimum_minutes": "Int64", "weekly_minimum_minutes": "Int64", "marks_everyone": "boolean"}
    )
    own = ibis.memtable(frame, schema=ibis.schema(POLICY)).select(
        policy_school="k_school", **{f"own_{name}": name for name in POLICY if name != "k_school"}
    )
    joined = days.left_join(own, days.k_school == own.policy_school)
    defaults = {
        name: ibis.literal(getattr(reconciliation, name), POLICY[name]) for name in POLICY if name != "k_school"
    }
    chosen = {name: ibis.coalesce(joined[f"own_{name}"], default) for name, default in defaults.items()}
    return joined.select(*days.columns, **chosen)


def decided(days: ibis.Table, reconciliation: Reconciliation, as_of_date: dt.date) -> ibis.Table:
    """Each day with its verdict, the threshold it was held against, and the code before and after."""
    minimum, weekly_minimum = days.minimum_minutes, days.weekly_minimum_minutes
    timed = days.mutate(
        has_enough_today=days.seconds_online >= minimum * SECONDS_A_MINUTE,
        has_enough_in_week=(days.seconds_of_week >= weekly_minimum * SECONDS_A_MINUTE).fill_null(False),
    )
    decisions = timed.mutate(reconciliation_rule=_verdict(timed, reconciliation, as_of_date))
    is_reconciled = decisions.reconciliation_rule.isin([str(rule) for rule in RECONCILED])
    is_weekly = decisions.reconciliation_rule == Verdict.WEEKLY_MINIMUM
    return decisions.select(
        "k_student",
        "k_student_xyear",
        "k_school",
        "school_year",
        "k_session",
        "n_sessions",
        "first_online_at",
        "last_online_at",
        "reconciliation_rule",
        "old_attendance_code",
        event_date="activity_date",
        minutes_online=as_minutes(decisions.seconds_online),
        minutes_online_week=as_minutes(decisions.seconds_of_week),
        threshold_minutes=is_weekly.ifelse(decisions.weekly_minimum_minutes, decisions.minimum_minutes),
        is_reconciled=is_reconciled,
        has_enough_time=decisions.has_enough_today | decisions.has_enough_in_week,
        new_attendance_code=is_reconciled.ifelse(VIRTUAL, decisions.old_attendance_code),
    )


def _verdict(days: ibis.Table, reconciliation: Reconciliation, as_of_date: dt.date) -> ir.StringValue:
    is_marked = days.old_attendance_code.notnull()
    is_protected = days.has_excuse & ibis.literal(not reconciliation.reconciles_excused)
    first_open = reconciliation.first_open_date(as_of_date)
    return ibis.cases(
        (days.k_school.isnull(), Verdict.NOT_ENROLLED.value),
        (~days.is_school_day, Verdict.NO_SCHOOL_DAY.value),
        (days.activity_date >= as_of_date, Verdict.NOT_OVER.value),
        (days.activity_date < ibis.literal(first_open), Verdict.LOCKED.value),
        (days.has_unknown_code, Verdict.UNKNOWN_CODE.value),
        (is_protected, Verdict.EXCUSED.value),
        (days.has_presence | (~is_marked & ~days.marks_everyone), Verdict.IN_PERSON.value),
        (~is_marked & days.was_taken.isnull(), Verdict.NOT_TAKEN.value),
        (days.has_enough_today, Verdict.DAILY_MINIMUM.value),
        (days.has_enough_in_week, Verdict.WEEKLY_MINIMUM.value),
        else_=Verdict.BELOW_MINIMUM.value,
    )


def absences_in_online_weeks(online: ibis.Table, sis_events: ibis.Table) -> ibis.Table:
    """Days of absence without time online of their own, in weeks with some: what a weekly minimum can reach.

    In the shape of `online`, with nothing counted.
    """
    week = online.activity_date.truncate("W").cast("date")
    weeks = online.select("k_student_xyear", week=week).distinct()
    absences = (
        sis_events.filter(sis_events.is_absent > 0).select("k_student_xyear", activity_date="event_date").distinct()
    )
    absences = absences.mutate(week=absences.activity_date.truncate("W").cast("date"))
    candidates = absences.semi_join(weeks, ["k_student_xyear", "week"]).anti_join(online, A_DAY)
    return candidates.select(
        *A_DAY,
        n_sessions=ibis.literal(0).cast("int64"),
        seconds_online=ibis.literal(0).cast("int64"),
        minutes_online=ibis.literal(0).cast("decimal(9, 2)"),
        first_online_at=ibis.null("timestamp"),
        last_online_at=ibis.null("timestamp"),
    )
