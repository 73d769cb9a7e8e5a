"""Decides what a new publication may tell, given earlier ones, so that nobody can work out a small group from all of them together.

Counts of the count day never change: the first published number is repeated, and corrections stay in the warehouse. Another count of a
finished year is no longer told once it was corrected by less than the minimum. A percentage that still lies within what was told of it is
repeated as before, so that another profile, or another size of its group, does not narrow it.
"""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.dictionary import COUNTS
from district_platform.disclosure.equations import NO_CELL
from district_platform.privacy.cells import AXES, ReleaseCells, Vocabulary
from district_platform.privacy.ranges import percentages_in_display
from district_platform.privacy.told_counts import is_headcount
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy, Section

COLUMN_OF = dict(zip(AXES.bits, ("count_name", "school_year", "place", "subgroup", "grade", "split_by"), strict=True))
"""Columns of the ledger, by the part of a group's key that they hold."""

CORRECTED = "hidden (corrected since it was told)"


@dataclass(frozen=True)
class Populations:
    """Where the data come from, and which settings say who counts: what must be the same for two figures to be about the same students."""

    source: dict[str, object]
    """The kind of source; for a synthetic district its settings. The count day is part of it too, because the district sets it."""
    sections: dict[str, Section]

    def digest(self, count: str | None = None) -> str:
        """Of a count; of all of them where none is named."""
        named = COUNTS[count].defined_by if count in COUNTS else None
        names = sorted(self.sections) if count is None else [named] if named in self.sections else []
        text = json.dumps(
            [self.source, *(self.sections[str(name)].model_dump(mode="json", exclude_none=True) for name in names)],
            sort_keys=True,
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def digests(self, cells: ReleaseCells) -> np.ndarray:
        """Of every count of a release."""
        of_word = [self.digest(_counted(name)) for name in cells.words["count"].values]
        return np.array(of_word, dtype=object)[cells.codes("count")]


def _counted(name: str) -> str:
    """The count that a word names; any other is defined by the source alone."""
    return name if name in COUNTS else ""


@dataclass(frozen=True)
class Held:
    """What earlier publications require of each count of a release; nan and empty where they require nothing."""

    value: np.ndarray
    """The number that is told again."""
    told_as: np.ndarray
    """What readers saw, and see again."""
    is_frozen: np.ndarray
    """Told as before, whatever the data say now."""
    is_corrected: np.ndarray
    """No longer told, because the difference would reveal a correction."""

    @classmethod
    def nothing(cls, n: int) -> "Held":
        """Where nothing was told before."""
        return cls(np.full(n, np.nan), np.full(n, "", dtype=object), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool))


def held(cells: ReleaseCells, truth: Truth, ledger: pd.DataFrame, populations: Populations, privacy: Privacy) -> Held:
    """What earlier publications require of a new one; `ledger` holds the rows of privacy_ledger."""
    found = Held.nothing(len(cells))
    told = _of_release(cells, ledger, populations)
    _freeze_census(cells, told, found)
    _drop_corrected(cells, truth, told, found, privacy)
    _repeat_percentages(cells, truth, told, found)
    return found


def _of_release(cells: ReleaseCells, ledger: pd.DataFrame, populations: Populations) -> pd.DataFrame:
    """The ledger's rows about counts of this release, by their place in it, in the order in which they were told."""
    words = {name: Vocabulary.of(cells.words[name].values) for name in AXES.bits}
    codes = {name: words[name].codes(ledger[column].astype(str)) for name, column in COLUMN_OF.items()}
    at = cells.find(AXES.keys(codes, len(ledger)))
    known = at != NO_CELL
    told = ledger[known].assign(at=at[known]).sort_values("release_number")
    return told[told["population"].to_numpy() == populations.digests(cells)[told["at"]]]


def _freeze_census(cells: ReleaseCells, told: pd.DataFrame, found: Held) -> None:
    """Headcounts of the count day as they were told first; a group of which nothing was told then is told no number later."""
    is_census = is_headcount(cells)
    first = told[is_census[told["at"]]].drop_duplicates("at")
    at = first["at"].to_numpy()
    found.value[at], found.told_as[at] = first["told_value"], first["told_as"]
    found.is_frozen[at] = True
    years = np.unique(cells.codes("year")[at])
    found.is_corrected[is_census & np.isin(cells.codes("year"), years) & ~found.is_frozen] = True


def _drop_corrected(cells: ReleaseCells, truth: Truth, told: pd.DataFrame, found: Held, privacy: Privacy) -> None:
    """Other numbers of finished years that differ from one told before by less than the minimum."""
    numbers = told[~told["is_running"] & told["told_value"].notna() & ~cells.is_share[told["at"]]]
    at = numbers["at"].to_numpy()
    difference = np.abs(truth.filled[at] - numbers["told_value"].to_numpy())
    is_small = (difference > 0) & (difference < privacy.min_group_size) & ~found.is_frozen[at]
    found.is_corrected[at[is_small]] = True


def _repeat_percentages(cells: ReleaseCells, truth: Truth, told: pd.DataFrame, found: Held) -> None:
    """Percentages that still lie within what was told of them last."""
    last = told[cells.is_share[told["at"]]].drop_duplicates("at", keep="last")
    if last.empty:
        return
    at = last["at"].to_numpy()
    low, high = percentages_in_display(last["told_as"].to_numpy())
    size = truth.filled[cells.whole[at]]
    now = np.divide(100 * truth.filled[at], size, out=np.full(len(at), np.nan), where=size > 0)
    fits = (low <= now) & (now <= high)
    found.value[at[fits]], found.told_as[at[fits]] = last["told_value"][fits], last["told_as"][fits]
