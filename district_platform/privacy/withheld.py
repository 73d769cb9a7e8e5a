"""Places with fewer students than the minimum: nothing is told of their groups, not even which of them exist.

Of nine students whose number is public, all with a disability, the row of one group and the missing row of the other would tell of each.
So `enrollment_summary` has a row for every group of such a place, empty or not, each without a figure; and other tables have none of them.
Groups that are published elsewhere stay.
"""

import numpy as np
import pandas as pd

from district_platform.analysis.grouping import LEVEL
from district_platform.dictionary.analysis import CENSUS, ENROLLED
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.privacy.cells import SUBGROUP_OF
from district_platform.privacy.gathering import Frames
from district_platform.privacy.public_figures import public_dimensions
from district_platform.settings import Privacy

HEADCOUNTS = "enrollment_summary"
"""The table that says how many are at a place."""

Place = tuple[str, str]
"""School year, and school; an empty one is the district."""


def with_groups_withheld(frames: Frames, privacy: Privacy) -> dict[str, pd.DataFrame]:
    """The tables, with every group of a small place among the headcounts and with none of them elsewhere."""
    small = _small_places(frames, privacy)
    if not small:
        return dict(frames)
    others = {
        name: frame[~_is_of(frame, small, privacy)]
        for name, frame in frames.items()
        if name != HEADCOUNTS and "k_subgroup" in frame
    }
    return with_groups_listed({**frames, **others}, privacy)


def with_groups_listed(frames: Frames, privacy: Privacy) -> dict[str, pd.DataFrame]:
    """The tables, with every group of a small place among the headcounts."""
    small = _small_places(frames, privacy)
    listed = {HEADCOUNTS: _with_every_group(frames[HEADCOUNTS], small, privacy)} if small else {}
    return {**frames, **listed}


def is_withheld(frames: Frames, privacy: Privacy) -> np.ndarray:
    """Which rows of the headcounts are of a group of a small place; none where there are no headcounts."""
    if HEADCOUNTS not in frames:
        return np.zeros(0, dtype=bool)
    return _is_of(frames[HEADCOUNTS], _small_places(frames, privacy), privacy)


def withheld_years(frames: Frames, privacy: Privacy) -> frozenset[str]:
    """School years in which a place is small: of its groups the other tables have no rows."""
    return frozenset(year for year, _ in _small_places(frames, privacy))


def _small_places(frames: Frames, privacy: Privacy) -> set[Place]:
    """The places with somebody, and with fewer than the minimum on the count day or in the year; none where there are no headcounts."""
    if HEADCOUNTS not in frames:
        return set()
    headcounts = frames[HEADCOUNTS]
    counts = [headcounts[name].to_numpy(dtype=float, na_value=np.nan) for name in (ENROLLED, CENSUS)]
    is_small = np.logical_or.reduce([(n > 0) & (n < privacy.min_group_size) for n in counts])
    return set(_places(headcounts[is_small & (_dimension(headcounts) == ALL_STUDENTS).to_numpy()]))


def _is_of(frame: pd.DataFrame, small: set[Place], privacy: Privacy) -> np.ndarray:
    """Which rows are of a group of a small place that nobody publishes elsewhere."""
    at = np.array([place in small for place in _places(frame)], dtype=bool)
    is_level = (frame["aggregation"] == LEVEL).to_numpy() if "aggregation" in frame else False
    return at & ~_is_open(frame, privacy) & ~is_level


def _places(frame: pd.DataFrame) -> list[Place]:
    """The place of each row; a table without schools is of the district."""
    schools = frame["k_school"].astype(object).where(frame["k_school"].notna(), "") if "k_school" in frame else ""
    return list(zip(frame["school_year"].astype(str), frame.assign(school=schools)["school"], strict=True))


def _is_open(frame: pd.DataFrame, privacy: Privacy) -> np.ndarray:
    """Which rows are of all students, or of a group that is published elsewhere."""
    found: np.ndarray = _dimension(frame).isin([ALL_STUDENTS, *public_dimensions(privacy)]).to_numpy()
    return found


def _dimension(frame: pd.DataFrame) -> pd.Series:
    """The dimension of each row's group."""
    return frame["k_subgroup"].map(lambda group: SUBGROUP_OF.get(group, (ALL_STUDENTS, ""))[0])


def _with_every_group(headcounts: pd.DataFrame, small: set[Place], privacy: Privacy) -> pd.DataFrame:
    """Empty rows for the groups that a small place lacks and the district has."""
    group, place = ["k_subgroup", "subgroup_dimension", "subgroup_value"], ["aggregation", "k_school", "school_name"]
    groups = headcounts.loc[~_is_open(headcounts, privacy), group].drop_duplicates("k_subgroup")
    places = headcounts.drop_duplicates(["school_year", "k_school"])[["school_year", *place]]
    at = [place in small for place in _places(places)]
    wanted = places[at].merge(groups, how="cross")
    known = set(zip(_places(headcounts), headcounts["k_subgroup"], strict=True))
    is_new = [each not in known for each in zip(_places(wanted), wanted["k_subgroup"], strict=True)]
    empty = wanted[is_new].assign(**{ENROLLED: 0, CENSUS: 0}).reindex(columns=headcounts.columns)
    dtypes = {name: "Int64" if dtype == "int64" else dtype for name, dtype in headcounts.dtypes.items()}
    return pd.concat([headcounts.astype(dtypes), empty.astype(dtypes)], ignore_index=True)
