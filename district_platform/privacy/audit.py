"""The audit of a release: whether any hidden cell can be worked out from what is published.

It reads the released tables as a reader does (`reader`), with all that readers know of their totals, and bounds every cell that is
hidden for its size (`bounds`). It shares no decision with the suppression that it judges.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.dictionary import KEY_SEPARATOR, TABLES
from district_platform.privacy.bounds import Interval, Known, Seen, propagated, too_narrow
from district_platform.privacy.gathering import Frames, gather, in_order
from district_platform.privacy.groups import NO_GROUP, Groups
from district_platform.privacy.reader import Reading, read, shown_in_spite
from district_platform.privacy.relations import Relations
from district_platform.privacy.solver import ContradictionError
from district_platform.privacy.totals import EXACT, PARTS, Totals, totals_of
from district_platform.privacy.truth import Truth, truth_of, usable
from district_platform.settings import Privacy

AUDIT = "privacy_audit"
CONTRADICTION = "the published figures contradict their totals"


@dataclass(frozen=True)
class Finding:
    """A cell that is given away; `message` is what a reader can conclude."""

    key: str
    message: str


@dataclass(frozen=True)
class Read:
    """A release as its audit sees it."""

    tables: Frames
    groups: Groups
    reading: Reading
    totals: Totals
    truth: Truth | None


@dataclass(frozen=True)
class Audit:
    """What was judged, by key, and what was found."""

    judged: list[str]
    findings: list[Finding]


def read_release(released: Frames, privacy: Privacy, analysis: Frames | None = None) -> Read:
    """Reads released tables, by the name of the analysis table.

    `analysis` are the tables behind them, where they are at hand: they show which totals hold in data with faults and to which day years
    are compared, and spare the search for a table that fits. No conclusion rests on them: that a table fits is checked.
    """
    tables, behind = in_order(released), in_order(analysis) if analysis else None
    groups = gather(tables, behind)
    reading = read(tables, groups, privacy)
    truth = truth_of(behind, groups) if behind else None
    relations = Relations(groups)
    totals = totals_of(groups)
    known = usable(totals, relations, truth) if truth else without_unknown(totals, relations, reading)
    return Read(tables, groups, reading, known, truth)


def audit(release: Read, privacy: Privacy) -> Audit:
    """Judges a release by itself."""
    groups, reading, relations = release.groups, release.reading, Relations(release.groups)
    asked = wanted(relations, reading, privacy)
    findings = [
        *_told_plainly(release.tables, groups, relations, reading, privacy),
        *told_by_totals(groups, release.totals, reading, asked, privacy, release.truth),
        *small_remainders(groups, relations, release.totals, reading, privacy),
    ]
    return Audit([groups.label(int(i)) for i in np.flatnonzero(asked)], findings)


def rows_of(judged: list[str], findings: list[Finding]) -> pd.DataFrame:
    """Rows of privacy_audit: for each key what was found of it, or nothing."""
    messages: dict[str, str | None] = dict.fromkeys(judged)
    for finding in findings:
        known = messages.get(finding.key)
        messages[finding.key] = f"{known}; {finding.message}" if known else finding.message
    return pd.DataFrame(sorted(messages.items()), columns=list(TABLES[AUDIT].columns))


def told_by_totals(
    groups: Groups, totals: Totals, reading: Reading, asked: np.ndarray, privacy: Privacy, truth: Truth | None
) -> list[Finding]:
    """The counts that can be worked out too closely from all totals together."""
    known, relations = Known(groups, totals, reading.lower, reading.upper), Relations(groups)
    try:
        narrow = too_narrow(known, asked, Seen(len(groups), _fitting(known, truth)))
    except ContradictionError as error:
        return [Finding(str(error), CONTRADICTION)]
    told = (_known_closely(groups, relations, reading, privacy, i, narrow[i]) for i in sorted(narrow))
    return [finding for finding in told if finding]


def wanted(relations: Relations, reading: Reading, privacy: Privacy) -> np.ndarray:
    """How far apart the bounds of each count must be; 0 where nothing is asked."""
    minimum = privacy.min_group_size
    hidden = reading.is_hidden & ~reading.is_shown
    may_be_small = hidden & (reading.is_small | reading.is_unsized)
    small = may_be_small & ~relations.has_twin
    has_whole = relations.whole != NO_GROUP
    of_small = has_whole & may_be_small[relations.whole] & ~reading.is_shown
    size = np.where(has_whole & reading.is_shown[relations.whole], reading.lower[relations.whole], 0)
    is_range = relations.is_share & ~reading.is_shown & (size > 0)
    may_be_few = (reading.lower < minimum) | (size - reading.upper < minimum)
    asked = np.where(small | (is_range & may_be_few), privacy.min_uncertainty, 0)
    return np.where(of_small, 1, asked)


def without_unknown(totals: Totals, relations: Relations, reading: Reading) -> Totals:
    """Without totals that hold a count of which nothing is said."""
    is_open = ~reading.is_shown & ~reading.is_hidden & (reading.lower == 0) & ~relations.has_twin
    n_open = np.bincount(totals.equation, weights=is_open[totals.count], minlength=len(totals))
    return totals.where((n_open == 0) | (totals.adds == PARTS))


def _fitting(known: Known, truth: Truth | None) -> np.ndarray | None:
    """The true table, if it fits what is published."""
    if truth is None:
        return None
    values, (lower, upper) = truth.filled, propagated(known)
    fits = ((lower <= values) & (values <= upper)).all() and known.totals.hold(values).all()
    return values if fits else None


def _told_plainly(
    released: Frames, groups: Groups, relations: Relations, reading: Reading, privacy: Privacy
) -> Iterator[Finding]:
    """Small counts that are shown, and figures shown although what they rest on is not."""
    minimum, lower, upper = privacy.min_group_size, reading.lower, reading.upper
    few = reading.is_shown & (lower > 0) & (upper < minimum) & ~relations.has_twin
    whole = np.where(relations.whole != NO_GROUP, lower[relations.whole], 0)
    few |= reading.is_shown & relations.is_share & (whole > 0) & ((upper < minimum) | (whole - lower < minimum))
    for i in np.flatnonzero(few):
        yield Finding(groups.label(int(i)), f"{Interval(lower[i], upper[i])} is shown")
    for name, row, column in shown_in_spite(released, groups, reading):
        key = KEY_SEPARATOR.join(str(released[name][part].iloc[row]) for part in TABLES[name].key)
        yield Finding(f"{name}|{key}|{column}", "is shown although a count that it rests on is hidden")


def _known_closely(
    groups: Groups, relations: Relations, reading: Reading, privacy: Privacy, i: int, interval: Interval
) -> Finding | None:
    """A cell known too closely; a share only where few have the trait, or few have it not."""
    if relations.is_share[i] and reading.is_shown[relations.whole[i]]:
        few = min(interval.lower, reading.upper[relations.whole[i]] - interval.upper)
        if few >= privacy.min_group_size:
            return None
    return Finding(groups.label(i), f"can be worked out from what is published: {interval}")


def small_remainders(
    groups: Groups, relations: Relations, totals: Totals, reading: Reading, privacy: Privacy
) -> Iterator[Finding]:
    """Totals whose parts that are hidden, or that they lack, are together a small group, whose figures follow by subtraction."""
    is_open = reading.upper > reading.lower
    told = np.where(is_open, 0, reading.lower)
    sides = [((totals.relation == EXACT) & (totals.adds != PARTS), -1.0), (totals.may_lack_parts(), 1.0)]
    for is_asked, of_total in sides:
        is_odd = relations.has_twin[totals.count] | (is_open[totals.count] & (totals.sign == of_total))
        n_odd = np.bincount(totals.equation, weights=is_odd, minlength=len(totals))
        left = of_total * totals.sums(told)
        is_small = (left > 0) & (left < privacy.min_group_size) & (n_odd == 0)
        for equation in np.flatnonzero(is_small & is_asked):
            i = int(totals.count[(totals.equation == equation) & (totals.sign == of_total)][0])
            yield Finding(groups.label(i), f"less the parts shown leaves {left[equation]:.0f} children")
