"""The released tables: hidden figures have no value, and a column beside each figure holds the text for readers.

`verdicts` decides for all tables of a release at once, because they share counts and totals; this module carries it out.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.analysis.grouping import SCHOOL
from district_platform.dictionary import TABLES, Table, display_column
from district_platform.dictionary.analysis import CENSUS, EVERYONE
from district_platform.metrics.figures import (
    numeral,
    published,
)
from district_platform.privacy import percentages
from district_platform.privacy.across_releases import Held
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.gathering import Frames, gather, in_order
from district_platform.privacy.told_counts import is_headcount, told_counts
from district_platform.privacy.told_figures import told_figure
from district_platform.privacy.truth import Truth, truth_of
from district_platform.privacy.verdicts import Verdicts
from district_platform.privacy.withheld import HEADCOUNTS, is_withheld, with_groups_withheld
from district_platform.privacy.words import COARSENED, NONE, NOT_TOLD, SUPPRESSION, UNDISCLOSED, texts_of
from district_platform.settings import Privacy

Earlier = Callable[[ReleaseCells, Truth], Held]
"""What earlier publications hold a release of these counts to."""

EVERYONE_KEY = dict(EVERYONE)["k_subgroup"]


@dataclass(frozen=True)
class Released:
    """A release, and what it tells of every count, for the ledger."""

    tables: dict[str, pd.DataFrame]
    cells: ReleaseCells
    told_value: np.ndarray
    """Of each count the number that is told, of a share its percentage; nan where none is."""
    told_as: np.ndarray
    """What readers see of it; empty where nothing is told of it by itself."""


def released(
    frames: Frames,
    privacy: Privacy,
    as_of_date: dt.date,
    uncounted_years: frozenset[str] = frozenset(),
    earlier: Earlier | None = None,
) -> Released:
    """Every analysis table as it may leave, by its name; rows in the order of the key, so that the same tables give the same bytes.

    `uncounted_years` are school years whose count day has not come; `earlier` says what was told before.
    Raises PrivacyError where the tables are too many or too large to be related.
    """
    coarse = {name: _coarse(frame, TABLES[name], privacy) for name, frame in frames.items()}
    frames = in_order(with_groups_withheld(coarse, privacy))
    cells = gather(frames)
    truth = truth_of(frames, cells)
    before = Held.nothing(len(cells)) if earlier is None else earlier(cells, truth)
    is_told = told_counts(cells, truth, privacy, uncounted_years) & ~before.is_corrected
    of_small_places = is_withheld(frames, privacy)
    withheld = np.zeros(len(cells), dtype=bool)
    if of_small_places.any():
        withheld[cells.ids[HEADCOUNTS, TABLES[HEADCOUNTS].count_in(CENSUS)][of_small_places]] = True
    verdicts = Verdicts.of(cells, truth, is_told, withheld, before, privacy)
    tables = {
        name: _released(frame, TABLES[name], cells, verdicts, privacy).assign(as_of_date=as_of_date)
        for name, frame in frames.items()
    }
    if of_small_places.any():
        tables[HEADCOUNTS] = _without_figures(tables[HEADCOUNTS], TABLES[HEADCOUNTS], of_small_places)
    return Released(tables, cells, *_told(cells, verdicts, privacy))


def _coarse(frame: pd.DataFrame, table: Table, privacy: Privacy) -> pd.DataFrame:
    """Without the subgroups of single grades, unless the settings ask for them, and without results of unknown schools."""
    kept = pd.Series(True, index=frame.index)
    if {"grade_level", "k_subgroup"} <= set(table.key) and privacy.detail == "groups":
        kept &= frame["grade_level"].isna() | frame["k_subgroup"].eq(EVERYONE_KEY)
    if {"subject", "aggregation", "k_school"} <= set(table.key):
        kept &= frame["aggregation"].ne(SCHOOL) | frame["school_name"].notna()
    return frame[kept]


def _without_figures(frame: pd.DataFrame, table: Table, rows: np.ndarray) -> pd.DataFrame:
    """The released table, where these rows tell nothing: an empty group and one with students look the same."""
    for measure in table.measures:
        frame[measure.column] = frame[measure.column].mask(rows)
        frame[display_column(measure.column)] = frame[display_column(measure.column)].mask(rows, NOT_TOLD)
    return frame.assign(suppression=frame["suppression"].mask(rows, SUPPRESSION[UNDISCLOSED]))


def _told(cells: ReleaseCells, verdicts: "Verdicts", privacy: Privacy) -> tuple[np.ndarray, np.ndarray]:
    """What the release tells of each count by itself: numbers, words about small groups, percentages and ranges."""
    shares, is_share = verdicts.percentages, cells.is_share
    is_number = verdicts.is_told[:-1] & (verdicts.reason[:-1] == NONE) & ~is_share
    value = np.where(is_number, verdicts.value, shares.value)
    words = texts_of(privacy)[verdicts.reason[:-1]]
    is_census = is_headcount(cells)
    words = np.where(verdicts.is_told[:-1], words, NOT_TOLD)
    told_as = np.where(is_census & (verdicts.reason[:-1] > COARSENED), words, "")
    told_as[is_number] = [f"{number:.0f}" for number in verdicts.value[is_number]]
    is_percentage = is_share & (shares.state == percentages.NUMBER) & (verdicts.reason[:-1] == NONE)
    told_as = np.where(is_share, shares.display, told_as)
    numbers = zip(shares.value[is_percentage], shares.decimals[is_percentage], strict=True)
    told_as[is_percentage] = [f"{numeral(number, int(places))} %" for number, places in numbers]
    frozen = verdicts.before.is_frozen
    told_as[frozen] = verdicts.before.told_as[frozen]
    value[is_share & ~is_percentage] = np.nan
    return value, told_as


def _released(
    frame: pd.DataFrame, table: Table, cells: ReleaseCells, verdicts: Verdicts, privacy: Privacy
) -> pd.DataFrame:
    strongest = np.zeros(len(frame), dtype=np.int64)
    columns = {name: published(name, frame[name]) for name in table.columns}
    for measure in table.measures:
        values, display, reason = told_figure(frame, table, measure, cells, verdicts, privacy)
        columns[measure.column] = values
        columns[display_column(measure.column)] = display
        strongest = np.maximum(strongest, reason)
    columns["suppression"] = pd.Series(np.array(SUPPRESSION, dtype=object)[strongest], index=frame.index)
    order = [*table.columns, *(display_column(measure.column) for measure in table.measures), "suppression"]
    return pd.DataFrame({name: columns[name] for name in order})
