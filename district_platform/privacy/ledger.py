"""The ledger of releases: what readers of earlier publications know, so that two releases of the same data are judged together.

A release that groups otherwise, or hides what an earlier one showed, can give away with it what neither gives away alone. Only releases
of the same extracts, looked at on the same day, are the same data; across days children come and go, and a difference of two releases
says no more of a child than the children who came and went (docs/privacy.md says what that leaves open).
"""

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from district_platform.privacy.audit import CONTRADICTION, Finding, Read, told_by_totals, wanted, without_unknown
from district_platform.privacy.bounds import UNBOUNDED
from district_platform.privacy.groups import FIELDS, Groups, Ids, Vocabulary, keys_of
from district_platform.privacy.reader import Reading
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import Totals, totals_of
from district_platform.privacy.truth import Truth, usable
from district_platform.settings import Privacy

CELLS, LEDGER = "privacy_cells", "privacy_ledger"

_COLUMN_OF = dict(zip(FIELDS, ("count_name", "school_year", "place", "subgroup", "grade", "split_by"), strict=True))


def cells(release: Read, data_version: str) -> pd.DataFrame:
    """What a reader knows of each count by itself, as rows of privacy_cells; what says nothing is left out."""
    groups, reading = release.groups, release.reading
    told = np.flatnonzero((reading.lower > 0) | (reading.upper < UNBOUNDED) | reading.is_hidden)
    columns: dict[str, Any] = {column: groups.names_of(name)[told] for name, column in _COLUMN_OF.items()}
    columns["school_year"] = columns["school_year"].astype(np.int64)
    columns |= {
        "lowest_value": reading.lower[told].astype(np.int64),
        "highest_value": reading.upper[told].astype(np.int64),
    }
    columns |= {"is_shown": reading.is_shown[told], "is_small": reading.is_small[told]}
    frame = pd.DataFrame(columns).sort_values(list(_COLUMN_OF.values()), ignore_index=True)
    digest = hashlib.sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()).hexdigest()
    return frame.assign(release_id=digest[:16], data_version=data_version)


def extended(ledger: pd.DataFrame, release: pd.DataFrame, most_releases: int) -> pd.DataFrame:
    """The ledger with a publication's cells as its last entry; an entry that shows the same is replaced, the oldest ones go."""
    entry = release.iloc[:1][["release_id", "data_version"]]
    if entry.empty:
        return ledger
    is_same = (ledger["release_id"] == entry["release_id"].iloc[0]) & (
        ledger["data_version"] == entry["data_version"].iloc[0]
    )
    kept = ledger[~is_same]
    numbers = sorted(kept["release_number"].unique())[-(most_releases - 1) :] if most_releases > 1 else []
    number = max(ledger["release_number"], default=0) + 1
    return pd.concat([kept[kept["release_number"].isin(numbers)], release.assign(release_number=number)])[
        list(ledger.columns)
    ]


def told_together(release: Read, current: pd.DataFrame, ledger: pd.DataFrame, privacy: Privacy) -> list[Finding]:
    """What a reader of this release and of an earlier one of the same data can work out; `current` are this one's cells.

    Cells that the earlier one showed are no findings: that cannot be taken back.
    """
    if current.empty:
        return []
    release_id, data_version = current["release_id"].iloc[0], current["data_version"].iloc[0]
    earlier = ledger[(ledger["data_version"] == data_version) & (ledger["release_id"] != release_id)]
    findings: dict[str, Finding] = {}
    for _, entry in earlier.groupby("release_number", sort=True):
        both = _United(release, entry)
        found = told_by_totals(both.groups, both.totals, both.reading, both.asked(privacy), privacy, None)
        with_it = f"together with the earlier release {entry['release_id'].iloc[0]}"
        findings |= {f.key: Finding(f.key, f"{f.message}, {with_it}") for f in found if f.message != CONTRADICTION}
    return [findings[key] for key in sorted(findings)]


class _United:
    """What two releases say of every count of either. Where they say different things, it is not the same count: the newer word holds."""

    def __init__(self, release: Read, entry: pd.DataFrame) -> None:
        groups, reading = release.groups, release.reading
        words = {name: Vocabulary.of(groups.words[name].values) for name in FIELDS}
        codes = {name: words[name].codes(entry[column].astype(str)) for name, column in _COLUMN_OF.items()}
        keys = keys_of(codes, len(entry))
        self.groups = Groups(np.unique(np.concatenate([groups.keys, keys])), {}, words, groups.level_of)
        n, here, there = len(self.groups), self.groups.find(groups.keys), self.groups.find(keys)
        self._is_new = np.zeros(n, dtype=bool)
        self._is_new[here] = True
        lower, upper = np.zeros(n), np.full(n, UNBOUNDED)
        lower[here], upper[here] = reading.lower, reading.upper
        lowest, highest = (entry[name].to_numpy(dtype=float) for name in ("lowest_value", "highest_value"))
        agrees = np.maximum(lower[there], lowest) <= np.minimum(upper[there], highest)
        there, lowest, highest, known = there[agrees], lowest[agrees], highest[agrees], entry[agrees]
        lower[there], upper[there] = np.maximum(lower[there], lowest), np.minimum(upper[there], highest)
        flags = {
            name: np.zeros(n, dtype=bool)
            for name in ("is_shown", "is_small", "protects_another", "is_hidden", "is_withheld")
        }
        for name, flag in flags.items():
            flag[here] = getattr(reading, name)
        self._shown_before = np.zeros(n, dtype=bool)
        self._shown_before[there] = known["is_shown"].to_numpy(dtype=bool)
        self._shown_before &= ~flags["is_shown"]
        flags["is_shown"] |= self._shown_before
        flags["is_small"][there] |= known["is_small"].to_numpy(dtype=bool)
        flags["is_hidden"] |= flags["is_small"]
        self.reading = Reading(lower, upper, **flags)
        self.totals = self._totals(release, here)

    def asked(self, privacy: Privacy) -> np.ndarray:
        """How far apart the bounds of each count must be."""
        return np.where(self._shown_before, 0, wanted(Relations(self.groups), self.reading, privacy))

    def _totals(self, release: Read, here: Ids) -> Totals:
        """Those that hold in the data, as far as it is at hand."""
        totals, relations = totals_of(self.groups), Relations(self.groups)
        if release.truth is None:
            return without_unknown(totals, relations, self.reading)
        value, is_unknown = np.full(len(self.groups), np.nan), np.zeros(len(self.groups), dtype=bool)
        value[here], is_unknown[here] = release.truth.value, release.truth.is_unknown
        return usable(totals, relations, Truth(value, is_unknown), beyond=~self._is_new)
