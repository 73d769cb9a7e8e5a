"""Whose an online session is, and whether it can be counted: the learner's student, or the reason why it is rejected."""

import ibis
import ibis.expr.types as ir

SECONDS_A_DAY = 86_400
SECONDS_A_MINUTE = 60


def judged_sessions(
    learner_sessions: ibis.Table, learner_crosswalk: ibis.Table, dim_student: ibis.Table, max_session_minutes: int
) -> ibis.Table:
    """Every session with its student, the seconds it lasted and was active, and `reject_reason`: null where it counts.

    The district's own crosswalk wins over the id that the vendor holds. An id that no student has maps to nobody. Times are local
    wall-clock times, and so are the seconds between them.
    """
    known = dim_student.select(known_id="k_student_xyear").distinct()
    crosswalk = learner_crosswalk.select(crosswalk_learner="learner_id", crosswalk_id="student_id")
    mapped = learner_sessions.left_join(crosswalk, learner_sessions.learner_id == crosswalk.crosswalk_learner)
    mapped = mapped.mutate(meant_id=ibis.coalesce(mapped.crosswalk_id, mapped.sis_student_id))
    named = mapped.left_join(known, mapped.meant_id == known.known_id)
    timed = named.select(
        *learner_sessions.columns,
        k_student_xyear=named.known_id,
        meant_id=named.meant_id,
        wall_seconds=_seconds_between(named.login_at, named.logout_at),
        active_seconds=(named.active_minutes.cast("decimal(18, 2)") * SECONDS_A_MINUTE).floor().cast("int64"),
    )
    return timed.mutate(reject_reason=_reject_reason(timed, max_session_minutes)).drop("meant_id")


def counted_sessions(
    learner_sessions: ibis.Table, learner_crosswalk: ibis.Table, dim_student: ibis.Table, max_session_minutes: int
) -> ibis.Table:
    """The sessions that count."""
    judged = judged_sessions(learner_sessions, learner_crosswalk, dim_student, max_session_minutes)
    return judged.filter(judged.reject_reason.isnull())


def _seconds_between(begin: ir.TimestampValue, end: ir.TimestampValue) -> ir.IntegerValue:
    days = end.date().delta(begin.date(), unit="day")
    return (days * SECONDS_A_DAY + second_of_day(end) - second_of_day(begin)).cast("int64")


def second_of_day(moment: ir.TimestampValue) -> ir.IntegerValue:
    return moment.hour().cast("int64") * 3_600 + moment.minute().cast("int64") * 60 + moment.second().cast("int64")


def _reject_reason(sessions: ibis.Table, max_session_minutes: int) -> ir.StringValue:
    never_active = sessions.active_seconds.isnull()
    return ibis.cases(
        (sessions.meant_id.isnull(), "learner without a student_id, and not in the crosswalk"),
        (sessions.k_student_xyear.isnull(), "learner's student_id is no student of the SIS"),
        (sessions.login_at.isnull(), "no login time"),
        (sessions.wall_seconds < 0, "ends before it begins"),
        (sessions.active_seconds < 0, "active minutes below zero"),
        (sessions.wall_seconds.isnull() & never_active, "still open, without active minutes"),
        (
            (sessions.wall_seconds > max_session_minutes * SECONDS_A_MINUTE) & never_active,
            f"longer than {max_session_minutes} minutes, without active minutes",
        ),
        else_=ibis.null("string"),
    )
