"""How long a shift is, and to which day and weeks its hours belong; computed from paired punches.

`pairing` says which punches are paired.
"""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.schools import DAYS_A_WEEK, WEEKDAYS
from district_platform.facts.timekeeping.clock import moment
from district_platform.metrics.timekeeping import HOURS, hours_of
from district_platform.settings import Hours
from district_platform.staging.parsing import school_year_of


def shifts_of(punches: ibis.Table, hours: Hours) -> ibis.Table:
    """One row per shift. Its date is the local one on which it begins, also where it ends on the next; so is its work week.

    Its hours up to the week's end belong to that week, and later ones to the next.

    Punched breaks are not work. Rounded punches can cross each other; a stretch of work then counts as zero, never less.
    """
    segments = _segments(punches, hours)
    in_order = segments.segment_number
    whole = segments.group_by("k_shift", "k_employee").agg(
        began_dtm=segments.began_dtm.argmin(in_order),
        ended_dtm=segments.ended_dtm.argmax(in_order),
        time_zone=segments.time_zone.argmin(in_order),
        utc_offset=segments.utc_offset.argmin(in_order),
        n_segments=segments.count(),
        seconds_elapsed=segments.ended.max() - segments.began.min(),
        seconds_at_work=segments.seconds_at_work.sum(),
        seconds_worked=segments.seconds_worked.sum(),
        seconds_in_week=segments.seconds_in_week.sum(),
    )
    hours_worked = hours_of(whole.seconds_worked.cast("int64"))
    begun, ended = whole.began_dtm.date(), whole.ended_dtm.date()
    return whole.select(
        "k_shift",
        "k_employee",
        "began_dtm",
        "ended_dtm",
        "time_zone",
        "utc_offset",
        "n_segments",
        "seconds_elapsed",
        break_seconds=(whole.seconds_elapsed - whole.seconds_at_work).cast("int64"),
        work_date=begun,
        work_week_begin_date=week_begin(begun, hours),
        school_year=school_year_of(begun),
        hours_worked=hours_worked,
        hours_worked_next_week=(hours_worked - hours_of(whole.seconds_in_week.cast("int64"))).cast(HOURS),
        is_overnight=ended > begun,
    )


def _segments(punches: ibis.Table, hours: Hours) -> ibis.Table:
    """One row per stretch of work, from in to out."""
    paired = punches.filter(punches.k_shift.notnull())
    counted = paired.punch_dtm
    if hours.uses_rounded_punches:
        counted = ibis.coalesce(paired.rounded_punch_dtm, counted)
    timed = paired.mutate(
        punched=moment(paired.punch_dtm, paired.utc_offset), counted=moment(counted, paired.utc_offset)
    )
    is_in = timed.is_in
    segments = timed.group_by("k_shift", "k_employee", "segment_number").agg(
        began_dtm=timed.punch_dtm.max(where=is_in),
        ended_dtm=timed.punch_dtm.max(where=~is_in),
        time_zone=timed.time_zone.max(where=is_in),
        utc_offset=timed.utc_offset.max(where=is_in),
        began=timed.punched.min(),
        ended=timed.punched.max(),
        counted_from=timed.counted.max(where=is_in),
        counted_to=timed.counted.max(where=~is_in),
    )
    return segments.mutate(
        seconds_at_work=segments.ended - segments.began,
        seconds_worked=ibis.greatest(segments.counted_to - segments.counted_from, 0),
        seconds_in_week=_seconds_in_week(segments, hours),
    )


def _seconds_in_week(segments: ibis.Table, hours: Hours) -> ir.IntegerValue:
    """The seconds of a stretch of work up to the end of the work week in which its shift begins: midnight of the local clock.

    Source: 29 CFR 778.105, a workweek is 168 hours, seven consecutive 24-hour periods.
    """
    in_shift = ibis.window(group_by="k_shift", order_by="segment_number")
    week = week_begin(segments.began_dtm.first().over(in_shift).date(), hours)
    next_week = week.cast("timestamp") + ibis.interval(days=DAYS_A_WEEK)
    ends = ibis.least(segments.counted_to, moment(next_week, segments.utc_offset))
    return ibis.greatest(ends - segments.counted_from, 0)


def week_begin(date: ir.DateValue, hours: Hours) -> ir.DateValue:
    """First day of the work week that holds a date."""
    first = WEEKDAYS.index(hours.work_week_begins)
    days_before = (date.day_of_week.index().cast("int64") - first + DAYS_A_WEEK) % DAYS_A_WEEK
    return (date - days_before.as_interval("D")).cast("timestamp").date()
