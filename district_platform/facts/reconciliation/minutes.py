"""Time online of a student on a local date: the union of session intervals, not their sum.

A session counts from its login for as long as it lasted, and no longer than it was active where the vendor says so: time idle
behind an open page is no attendance. One that crosses midnight is cut there, and each part belongs to its date.
"""

import ibis
import ibis.expr.types as ir

from district_platform.facts.reconciliation.sessions import SECONDS_A_DAY, SECONDS_A_MINUTE, second_of_day

A_DAY = ["k_student_xyear", "activity_date"]


def online_days(counted: ibis.Table, max_session_minutes: int) -> ibis.Table:
    """One row per student and local date with a session: seconds covered, sessions, first and last moment counted."""
    pieces = _cut_at_midnight(_intervals(counted, max_session_minutes))
    days = (
        _newly_covered(pieces)
        .group_by(A_DAY)
        .agg(
            n_sessions=ibis._.count(),
            seconds_online=ibis._.new_seconds.sum().cast("int64"),
            first_second=ibis._.begin.min(),
            last_second=ibis._.end.max(),
        )
    )
    return days.select(
        *A_DAY,
        "n_sessions",
        "seconds_online",
        minutes_online=as_minutes(days.seconds_online),
        first_online_at=_moment(days.activity_date, days.first_second),
        last_online_at=_moment(days.activity_date, days.last_second),
    )


def online_intervals(counted: ibis.Table, max_session_minutes: int) -> ibis.Table:
    """One row per student, local date and time without a break: k_student_xyear, activity_date, begin and end in seconds of it."""
    pieces = _with_covered_until(_cut_at_midnight(_intervals(counted, max_session_minutes)))
    begins_anew = (pieces.covered_until.isnull() | (pieces.begin > pieces.covered_until)).cast("int64")
    order = ibis.window(group_by=A_DAY, order_by=["begin", "end"], rows=(None, 0))
    numbered = pieces.mutate(begins_anew=begins_anew)
    islands = numbered.mutate(island=numbered.begins_anew.sum().over(order))
    return islands.group_by([*A_DAY, "island"]).agg(begin=islands.begin.min(), end=islands.end.max()).drop("island")


def as_minutes(seconds: ir.IntegerValue) -> ir.DecimalValue:
    """Minutes to the hundredth. Thresholds are compared with seconds: 9 minutes and 59 seconds stay below ten."""
    return (seconds / SECONDS_A_MINUTE).round(2).cast("decimal(9, 2)")


def _intervals(counted: ibis.Table, max_session_minutes: int) -> ibis.Table:
    """From login to the end of what counts, in seconds since the midnight before; at most a day long."""
    wall, active = counted.wall_seconds, counted.active_seconds
    lasted = ibis.least(
        ibis.coalesce(wall, active), ibis.coalesce(active, wall), ibis.literal(max_session_minutes * SECONDS_A_MINUTE)
    )
    begin = second_of_day(counted.login_at)
    return counted.select("k_student_xyear", activity_date=counted.login_at.date(), begin=begin, end=begin + lasted)


def _cut_at_midnight(intervals: ibis.Table) -> ibis.Table:
    """An interval is at most a day long, so that it touches two dates at most."""
    today = intervals.mutate(end=ibis.least(intervals.end, ibis.literal(SECONDS_A_DAY)).cast("int64"))
    crossing = intervals.filter(intervals.end > SECONDS_A_DAY)
    tomorrow = crossing.select(
        "k_student_xyear",
        activity_date=(crossing.activity_date.cast("timestamp") + ibis.interval(days=1)).date(),
        begin=ibis.literal(0).cast("int64"),
        end=(crossing.end - SECONDS_A_DAY).cast("int64"),
    )
    return today.mutate(begin=today.begin.cast("int64")).union(tomorrow)


def _newly_covered(pieces: ibis.Table) -> ibis.Table:
    """Each piece with the seconds that none before it, by begin, has covered: they add up to the union."""
    known = _with_covered_until(pieces)
    fresh = known.end - ibis.greatest(known.begin, ibis.coalesce(known.covered_until, known.begin))
    return known.mutate(new_seconds=ibis.greatest(fresh, ibis.literal(0)))


def _with_covered_until(pieces: ibis.Table) -> ibis.Table:
    """Each piece with the second up to which those before it, by begin, reach; null for the first of a date."""
    before = ibis.window(group_by=A_DAY, order_by=["begin", "end"], rows=(None, -1))
    return pieces.mutate(covered_until=pieces.end.max().over(before))


def _moment(date: ir.DateValue, second: ir.IntegerValue) -> ir.TimestampValue:
    return date.cast("timestamp") + second.as_interval("s")
