"""Releases of the same data judged together: what follows from this one and what readers know of earlier ones.

A release that groups otherwise, or hides what an earlier one showed, can give away with it what neither gives away alone. The earlier
ones are rows of the ledger (`ledger`); what is asked of a count, and how it is bounded, is the audit's (`audit`).
"""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from district_platform.privacy.audit import (
    CONTRADICTION,
    Finding,
    Read,
    small_remainders,
    told_by_totals,
    wanted,
    without_unknown,
)
from district_platform.privacy.counts import rest_of
from district_platform.privacy.groups import FIELDS, Groups, Ids, Vocabulary, keys_of
from district_platform.privacy.ledger import COLUMN_OF
from district_platform.privacy.reader import Reading
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import Totals, totals_of
from district_platform.privacy.truth import Truth, usable
from district_platform.settings import Privacy

_NAMED = 3
"""Earlier releases that a finding names; more of them are counted."""


def told_together(release: Read, earlier: pd.DataFrame, privacy: Privacy) -> list[Finding]:
    """What a reader of this release and of all earlier ones of the same data can work out; `earlier` are their rows of the ledger.

    What the earlier ones showed, or gave away without this one, is no finding: that cannot be taken back.
    """
    if earlier.empty:
        return []
    known = _joined(release, earlier)
    asked = np.where(
        known.before.is_shown & ~known.now.is_shown, 0, wanted(Relations(known.groups), known.both, privacy)
    )
    found = known.told(known.both, asked, privacy)
    if not found:
        return []
    keys = {finding.key for finding in found}
    of_found = np.array([asked[i] if asked[i] and known.groups.label(i) in keys else 0 for i in range(len(asked))])
    before = {finding.key for finding in known.told(known.before, of_found, privacy)}
    return [Finding(f.key, f"{f.message}, {_with(earlier)}") for f in found if f.key not in before]


def _with(earlier: pd.DataFrame) -> str:
    ids = earlier.sort_values("release_number", ascending=False)["release_id"].unique()
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"together with what was released earlier of the same data: {', '.join(ids[:_NAMED])}{more}"


@dataclass(frozen=True)
class _Joined:
    """What this release and earlier ones say of every count of any of them."""

    groups: Groups
    totals: Totals
    is_beyond: np.ndarray
    """Counts that this release does not know: whether their totals hold in the data, nobody can look up."""
    truth: Truth | None
    now: Reading
    before: Reading

    @property
    def both(self) -> Reading:
        """What a reader of all of them knows."""
        now, before = self.now, self.before
        return Reading(
            np.maximum(now.lower, before.lower),
            np.minimum(now.upper, before.upper),
            now.is_shown | before.is_shown,
            now.is_small | before.is_small,
            now.is_unsized | before.is_unsized,
            now.protects_another,
            now.is_hidden | before.is_hidden,
            now.is_withheld,
        )

    def told(self, reading: Reading, asked: np.ndarray, privacy: Privacy) -> list[Finding]:
        """What follows from all totals; where those that nobody can look up contradict the rest, from the others."""
        n_beyond = np.bincount(self.totals.equation, self.is_beyond[self.totals.count], len(self.totals))
        for totals in (self.totals, self.totals.where(n_beyond == 0)):
            found = [
                *told_by_totals(self.groups, totals, reading, asked, privacy, self.truth),
                *small_remainders(self.groups, Relations(self.groups), totals, reading, privacy),
            ]
            if all(finding.message != CONTRADICTION for finding in found):
                return found
        return []


def _joined(release: Read, earlier: pd.DataFrame) -> _Joined:
    groups, keys = _all_groups(release.groups, earlier)
    here = groups.find(release.groups.keys)
    is_beyond = np.ones(len(groups), dtype=bool)
    is_beyond[here] = False
    now = _spread(release.reading, here, len(groups))
    before = _read_before(groups, now, groups.find(keys), earlier)
    totals, relations, truth = totals_of(groups), Relations(groups), None
    if release.truth is None:
        totals = without_unknown(totals, relations, now)
    else:
        value, is_unknown = np.full(len(groups), np.nan), np.zeros(len(groups), dtype=bool)
        value[here], is_unknown[here] = release.truth.value, release.truth.is_unknown
        truth = Truth(value, is_unknown)
        totals = usable(totals, relations, truth, beyond=is_beyond)
    return _Joined(groups, totals, is_beyond, truth, now, before)


def _all_groups(groups: Groups, earlier: pd.DataFrame) -> tuple[Groups, np.ndarray]:
    """The groups of all releases, and the key of each row of the earlier ones."""
    words = {name: Vocabulary.of(groups.words[name].values) for name in FIELDS}
    codes = {name: words[name].codes(earlier[column].astype(str)) for name, column in COLUMN_OF.items()}
    keys = keys_of(codes, len(earlier))
    joined = Groups(np.unique(np.concatenate([groups.keys, keys])), {}, words, groups.level_of)
    joined.periods.extend((joined.find(groups.keys[counts]), signs) for counts, signs in groups.periods)
    return joined, keys


def _spread(reading: Reading, here: Ids, n: int) -> Reading:
    """The same reading among more counts."""
    spread = Reading.of_nothing(n)
    for field in fields(Reading):
        getattr(spread, field.name)[here] = getattr(reading, field.name)
    return spread


def _read_before(groups: Groups, now: Reading, there: Ids, earlier: pd.DataFrame) -> Reading:
    """What the earlier releases say. Of a count that contradicts a later one anywhere nothing is taken: it counts otherwise."""
    before, names = Reading.of_nothing(len(groups)), earlier["count_name"].str.removeprefix(rest_of("")).to_numpy()
    lowest, highest = (earlier[name].to_numpy(dtype=float) for name in ("lowest_value", "highest_value"))
    flags = {name: earlier[name].to_numpy(dtype=bool) for name in ("is_shown", "is_small")}
    numbers = earlier["release_number"].to_numpy()
    for number in np.unique(numbers)[::-1]:
        rows = np.flatnonzero(numbers == number)
        lower, upper = (
            np.maximum(now.lower, before.lower)[there[rows]],
            np.minimum(now.upper, before.upper)[there[rows]],
        )
        differs = np.maximum(lower, lowest[rows]) > np.minimum(upper, highest[rows])
        rows = rows[~np.isin(names[rows], names[rows][differs].astype(str))]
        before.lower[there[rows]] = np.maximum(before.lower[there[rows]], lowest[rows])
        before.upper[there[rows]] = np.minimum(before.upper[there[rows]], highest[rows])
        for name, told in flags.items():
            getattr(before, name)[there[rows]] |= told[rows]
    before.is_hidden[:] = before.is_small
    return before
