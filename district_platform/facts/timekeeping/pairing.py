"""The pairing rule: which punch is in, which is out, and to which shift both belong. It needs punches whose moment is known.

A punch does not say which it is. Punches of an employee that follow each other closely enough are a *run*; in a run they are in and out by
turns, and a last one without its pair misses its partner. A run of hours without work in between is several shifts. The rule in words, and
why: docs/timekeeping.md. `shifts` says how long a shift is.
"""

from enum import StrEnum
from typing import Any

import ibis
import ibis.expr.types as ir

from district_platform.facts.reconciliation.sessions import SECONDS_A_MINUTE
from district_platform.facts.timekeeping.marks import is_marked_in, is_marked_out
from district_platform.metrics.timekeeping import SECONDS_AN_HOUR
from district_platform.settings import Hours

PUNCHES_A_SEGMENT = 2


class Pairing(StrEnum):
    """What became of a punch. Only paired punches are in a shift; of the first five, the first that holds."""

    DELETED = "deleted"
    PHANTOM = "phantom"
    UNKNOWN_EMPLOYEE = "unknown employee"
    UNKNOWN_ZONE = "unknown time zone"
    REPEAT = "repeat"
    """The same badge read a second time (`repeats`)."""
    PAIRED = "paired"
    MISSING_OUT = "missing out"
    MISSING_IN = "missing in"
    OPEN = "open"
    """A punch in on as_of_date, without a punch out yet."""


SHIFT_COLUMNS = ("k_shift", "segment_number", "is_in")
"""Columns about its shift that a paired punch gets."""


def exclusion(punches: ibis.Table) -> ir.StringValue:
    """Why a punch does not count, null where it does.

    The vendor puts a phantom in the place of a missing punch; it is no evidence that somebody was there.
    """
    return ibis.cases(
        (punches.is_deleted, Pairing.DELETED.value),
        (punches.is_phantom, Pairing.PHANTOM.value),
        (punches.is_known.isnull(), Pairing.UNKNOWN_EMPLOYEE.value),
        (punches.utc_offset.isnull(), Pairing.UNKNOWN_ZONE.value),
        else_=ibis.null("string"),
    )


def paired(punches: ibis.Table, hours: Hours) -> ibis.Table:
    """The punches with `pairing`, and of paired ones `k_shift`, `segment_number` and `is_in`.

    `punches` are those that count, with their `moment` in seconds, in any order. Each is in exactly one shift, or is unpaired.
    """
    placed = _placed_in_runs(punches, hours)
    is_alone = placed.is_in & placed.is_last
    pairing = ibis.cases(
        (~is_alone, Pairing.PAIRED.value),
        (placed.is_marked_out, Pairing.MISSING_IN.value),
        else_=Pairing.MISSING_OUT.value,
    )
    return _in_shifts(placed.mutate(pairing=pairing, is_paired=~is_alone), hours).select(
        *punches.columns, "pairing", *SHIFT_COLUMNS
    )


def misses_partner(punches: ibis.Table) -> ir.BooleanValue:
    """Whether payroll has to complete a punch with another."""
    return punches.pairing.isin([Pairing.MISSING_OUT.value, Pairing.MISSING_IN.value])


def _placed_in_runs(punches: ibis.Table, hours: Hours) -> ibis.Table:
    """The punches with their place in time, the pause before them in seconds, and whether they are in and the last of their run.

    A run begins after a pause that is longer than anyone works without a punch, at a punch that is marked as in, and after one that
    is marked as out. A pause from a punch marked as in to one marked as out may be longer. `is_after_alone`: whether the punch
    before ends its run alone.
    """
    by = _in_time(punches)
    window = ibis.window(**by)
    marked = punches.mutate(
        is_marked_in=is_marked_in(punches.override_type), is_marked_out=is_marked_out(punches.override_type)
    )
    beside = marked.mutate(
        place=ibis.row_number().over(window),
        pause=marked.moment - marked.moment.lag(1).over(window),
        pause_after=marked.moment.lead(1).over(window) - marked.moment,
        is_after_in=marked.is_marked_in.lag(1).over(window).fill_null(False),
        is_after_out=marked.is_marked_out.lag(1).over(window).fill_null(False),
        is_before_in=marked.is_marked_in.lead(1).over(window).fill_null(False),
        is_before_out=marked.is_marked_out.lead(1).over(window).fill_null(False),
    )
    ends_marked = beside.is_after_in & beside.is_marked_out
    begins_marked = beside.is_marked_in & beside.is_before_out
    begun = beside.mutate(
        begins_run=_is_apart(beside.pause, ends_marked, hours) | beside.is_marked_in | beside.is_after_out,
        is_last=_is_apart(beside.pause_after, begins_marked, hours) | beside.is_marked_out | beside.is_before_in,
    )
    first_place = begun.begins_run.ifelse(begun.place, None).max()
    in_run = begun.place - first_place.over(ibis.cumulative_window(**by))
    in_run_before = begun.place - 1 - first_place.over(ibis.window(**by, preceding=(None, 1)))
    return begun.mutate(
        is_in=in_run % PUNCHES_A_SEGMENT == 0,
        is_after_alone=begun.begins_run & (in_run_before % PUNCHES_A_SEGMENT == 0).fill_null(True),
    )


def _is_apart(pause: ir.IntegerValue, is_certain: ir.BooleanValue, hours: Hours) -> ir.BooleanValue:
    """Whether the neighboring punch is missing or too far away. A pause may be longer where its ends are marked as in and out, and so are
    certain."""
    longest = is_certain.ifelse(hours.max_hours_between_marks, hours.max_hours_without_punch) * SECONDS_AN_HOUR
    return (pause > longest).fill_null(True)


def _in_shifts(punches: ibis.Table, hours: Hours) -> ibis.Table:
    """Stretches of work with no more than a break between them are one shift, which has the punch_id of its first punch."""
    is_after_break = (punches.pause <= hours.max_break_minutes * SECONDS_A_MINUTE).fill_null(False)
    continues = is_after_break & ~punches.is_after_alone
    begun = punches.mutate(begins_shift=punches.is_in & punches.is_paired & ~continues)
    up_to = ibis.cumulative_window(**_in_time(begun))
    first_place = begun.begins_shift.ifelse(begun.place, None).max().over(up_to)
    placed = begun.mutate(
        first_place=begun.is_paired.ifelse(first_place, None), is_in=begun.is_paired.ifelse(begun.is_in, None)
    )
    placed = placed.mutate(segment_number=(placed.place - placed.first_place) // PUNCHES_A_SEGMENT + 1)
    shifts = placed.filter(placed.begins_shift).select("k_employee", first_place="place", k_shift="punch_id")
    return placed.left_join(shifts, ["k_employee", "first_place"])


def _in_time(punches: ibis.Table) -> dict[str, Any]:
    """An employee's punches in the order of time; of two at the same moment, the one made first comes first."""
    return {"group_by": "k_employee", "order_by": [punches.moment, punches.punch_id]}
