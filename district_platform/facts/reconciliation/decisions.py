"""What becomes of a student's day: the rules of the reconciliation in the order in which they are asked. docs/reconciliation.md.

Nothing here knows a session: `days` gathers what is known of a day, and `policies` says whose rules hold for it.
"""

import datetime as dt
from enum import StrEnum

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.online import VIRTUAL
from district_platform.facts.reconciliation.minutes import as_minutes
from district_platform.facts.reconciliation.sessions import SECONDS_A_MINUTE
from district_platform.settings import Reconciliation


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


def decided(days: ibis.Table, reconciliation: Reconciliation, as_of_date: dt.date) -> ibis.Table:
    """Each day with its verdict, the threshold it was compared with, and the code before and after."""
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
        (days.is_in_gap, Verdict.NOT_TAKEN.value),
        (days.has_presence | (~is_marked & ~days.marks_everyone), Verdict.IN_PERSON.value),
        (~is_marked & days.was_taken.isnull(), Verdict.NOT_TAKEN.value),
        (days.has_enough_today, Verdict.DAILY_MINIMUM.value),
        (days.has_enough_in_week, Verdict.WEEKLY_MINIMUM.value),
        else_=Verdict.BELOW_MINIMUM.value,
    )
