"""Badges that are read twice: which punches only repeat the one before. docs/timekeeping.md."""

import ibis
import ibis.expr.types as ir

from district_platform.facts.reconciliation.sessions import SECONDS_A_MINUTE, second_of_day
from district_platform.facts.timekeeping.marks import is_marked_in, is_marked_out
from district_platform.metrics.timekeeping import SECONDS_AN_HOUR
from district_platform.settings import Hours


def with_repeats(punches: ibis.Table, hours: Hours) -> ibis.Table:
    """The punches that count, with `is_repeat`: within `repeat_minutes` after the punch before, and no decision of a manager.

    A punch that is marked as in or out is a repeat only of one with the same mark. Out and in at midnight, as clocks cut a night
    shift, are two punches where somebody is at work before and after (`_is_cut_at_midnight`).
    """
    if not hours.repeat_minutes:
        return punches.mutate(is_repeat=ibis.literal(False))
    in_time = ibis.window(group_by="k_employee", order_by=[punches.moment, punches.punch_id])
    beside = punches.mutate(
        pause=punches.moment - punches.moment.lag(1).over(in_time),
        pause_after=punches.moment.lead(1).over(in_time) - punches.moment,
        dtm_before=punches.punch_dtm.lag(1).over(in_time),
        override_before=punches.override_type.lag(1).over(in_time),
    )
    beside = beside.mutate(pause_before=beside.pause.lag(1).over(in_time))
    is_near = beside.pause <= hours.repeat_minutes * SECONDS_A_MINUTE
    is_repeat = is_near & _has_no_mark_of_its_own(beside) & ~_is_cut_at_midnight(beside, hours)
    return beside.select(*punches.columns, is_repeat=is_repeat.fill_null(False))


def _has_no_mark_of_its_own(punches: ibis.Table) -> ir.BooleanValue:
    own, before = punches.override_type, punches.override_before
    is_marked = is_marked_in(own) | is_marked_out(own)
    return ~is_marked | (is_marked_in(own) & is_marked_in(before)) | (is_marked_out(own) & is_marked_out(before))


def _is_cut_at_midnight(punches: ibis.Table, hours: Hours) -> ir.BooleanValue:
    """Whether two punches are on two dates, or both exactly at midnight, with a punch before and one after that are near enough to belong
    to the same work."""
    longest = hours.max_hours_without_punch * SECONDS_AN_HOUR
    is_at_work = ((punches.pause_before <= longest) & (punches.pause_after <= longest)).fill_null(False)
    are_midnight = (second_of_day(punches.punch_dtm) == 0) & (second_of_day(punches.dtm_before) == 0)
    crosses = punches.dtm_before.date() < punches.punch_dtm.date()
    return (is_at_work & (crosses | are_midnight)).fill_null(False)
