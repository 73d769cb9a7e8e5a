"""The audit of a release: it tries to work out hidden counts from what is published, before anybody else can.

It reads the released tables as a stranger does (`reading`), knows which populations contain which (`relations`), and bounds the hidden
counts (`bounding`). It shares only the names of cells (`gathering`) and the solver with the suppression. Its equations are made by separate
code from the dictionary, so that each side notices a relation that the other forgets.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.dictionary import KEY_SEPARATOR, TABLES, Table
from district_platform.dictionary.analysis import CENSUS
from district_platform.privacy.audit.bounding import closely_known
from district_platform.privacy.audit.reading import MOST, Reading, read, told_in_spite
from district_platform.privacy.audit.relations import Broken, Relation, checked, relations_of
from district_platform.privacy.audit.small_schools import groups_of_small_schools
from district_platform.privacy.audit.told import small_differences, small_numbers
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.gathering import Frames, gather, in_order
from district_platform.privacy.truth import Truth, truth_of
from district_platform.privacy.withheld import with_groups_listed, withheld_years
from district_platform.settings import Attendance, Privacy

AUDIT, RELATIONS = "privacy_audit", "privacy_relations"

_DEFAULT_RULES = Attendance()


@dataclass(frozen=True)
class Finding:
    """A cell that is given away; `message` is what a reader can conclude."""

    key: str
    message: str


@dataclass(frozen=True)
class Audit:
    """The keys judged, what was found about each, and how each relation held."""

    judged: list[str]
    findings: list[Finding]
    relations: list[Relation]
    broken: list[Broken]


def audit(
    released: Frames,
    analysis: Frames,
    privacy: Privacy,
    attendance: Attendance = _DEFAULT_RULES,
    counted_before: frozenset[str] = frozenset(),
) -> Audit:
    """Judges released tables, by the name of the analysis table.

    `analysis` holds the tables behind them. They show which relations hold: a broken one is a finding if it must hold by construction, and
    is left out if it depends on the delivery. They also give a first table that fits everything published, where bounds begin.
    `counted_before` are school years whose headcount an earlier publication told. A release that counts nobody has nothing to judge.
    """
    released, analysis = in_order(released), with_groups_listed(analysis, privacy)
    analysis = in_order({name: _rows_released(frame, analysis[name], TABLES[name]) for name, frame in released.items()})
    cells = gather(analysis)
    if not cells.codes("count").size:
        return Audit([], [], [], [])
    truth, reading = truth_of(analysis, cells), read(released, cells, privacy)
    _forget_earlier_headcounts(cells, truth, reading, counted_before)
    _forget_earlier_sizes(cells, truth, reading, counted_before)
    relations, broken = checked(relations_of(cells, attendance, withheld_years(analysis, privacy)), cells, truth)
    asked, known = closely_known(cells, reading, relations, truth, privacy)
    found = [
        *((b.key, b.message) for b in broken if not b.rests_on_delivery),
        *small_numbers(cells, reading, privacy),
        *small_differences(cells, reading, relations, privacy),
        *_told_of_small_groups(released, cells, reading),
        *groups_of_small_schools(released, analysis, privacy),
        *known,
    ]
    findings = [Finding(key, message) for key, message in found]
    return Audit([cells.label(int(i)) for i in np.flatnonzero(asked)], findings, relations, broken)


def _forget_earlier_headcounts(
    cells: ReleaseCells, truth: Truth, reading: Reading, counted_before: frozenset[str]
) -> None:
    """Ignores headcounts of the count day in years whose data have changed since they were first published.

    They were audited then, and are now about other students than the rest of the release.
    """
    is_census = (cells.names("count") == CENSUS) & np.isin(cells.names("year").astype(str), list(counted_before))
    is_off = (truth.filled < reading.lower) | (truth.filled > reading.upper)
    years = np.unique(cells.codes("year")[is_census & is_off & ~truth.is_unknown])
    forgotten = is_census & np.isin(cells.codes("year"), years)
    reading.forget(forgotten)
    truth.is_unknown[forgotten] = True


def _forget_earlier_sizes(cells: ReleaseCells, truth: Truth, reading: Reading, counted_before: frozenset[str]) -> None:
    """Ignores what the form of a repeated percentage says about the size of its group, where the size has changed.

    A percentage that still lies within what was told is repeated in the form that fitted the group's earlier size.
    """
    is_off = (truth.filled < reading.lower) | (truth.filled > reading.upper)
    is_earlier = np.isin(cells.names("year").astype(str), list(counted_before))
    outgrown = reading.is_sized & is_off & is_earlier & ~truth.is_unknown
    reading.lower[outgrown], reading.upper[outgrown] = 0, MOST


def _rows_released(released: pd.DataFrame, analysis: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The rows of an analysis table that stand in the released table."""
    return analysis.merge(released[list(table.key)], on=list(table.key))


def _told_of_small_groups(released: Frames, cells: ReleaseCells, reading: Reading) -> Iterator[tuple[str, str]]:
    """Figures that are told although their group is said to be small."""
    for name, row, column in told_in_spite(released, cells, reading.is_small):
        key = KEY_SEPARATOR.join(str(released[name][part].iloc[row]) for part in TABLES[name].key)
        yield f"{name}|{key}|{column}", "is told although a count that it rests on is hidden"


def rows_of(judged: list[str], findings: list[Finding]) -> pd.DataFrame:
    """Rows of privacy_audit: for each key what was found of it, or nothing."""
    messages: dict[str, str | None] = dict.fromkeys(judged)
    for finding in findings:
        known = messages.get(finding.key)
        messages[finding.key] = f"{known}; {finding.message}" if known else finding.message
    return pd.DataFrame(sorted(messages.items()), columns=list(TABLES[AUDIT].columns))


def relation_rows(found: Audit) -> pd.DataFrame:
    """Rows of privacy_relations: each relation with how often it was checked on the data and how often it broke."""
    n_broken = {b.relation: 0 for b in found.broken}
    for b in found.broken:
        n_broken[b.relation] += b.n
    rows = [
        (r.name, "delivery" if r.rests_on_delivery else "construction", r.n_checked, n_broken.get(r.name, 0))
        for r in found.relations
    ]
    return pd.DataFrame(sorted(rows), columns=list(TABLES[RELATIONS].columns))


__all__ = ["AUDIT", "RELATIONS", "Audit", "Finding", "audit", "relation_rows", "rows_of"]
