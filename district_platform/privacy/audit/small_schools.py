"""What rows tell by being there: which groups a school has that has fewer students than the minimum."""

from collections.abc import Iterator

import pandas as pd

from district_platform.dictionary import KEY_SEPARATOR, TABLES, display_column
from district_platform.dictionary.analysis import CENSUS, ENROLLED, EVERYONE
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.privacy.cells import SUBGROUP_OF
from district_platform.privacy.gathering import Frames
from district_platform.privacy.public_figures import public_dimensions
from district_platform.privacy.words import NOT_TOLD
from district_platform.settings import Privacy

_HEADCOUNTS = "enrollment_summary"
_SCHOOL = ["school_year", "k_school"]


def groups_of_small_schools(released: Frames, analysis: Frames, privacy: Privacy) -> Iterator[tuple[str, str]]:
    """Rows of such groups: any outside the headcounts, and those of the headcounts in which anything is told."""
    if _HEADCOUNTS not in released:
        return
    small = _small_schools(analysis[_HEADCOUNTS], privacy)
    for name, frame in released.items():
        if {*_SCHOOL, "k_subgroup"} <= set(frame):
            dimension = frame["k_subgroup"].map(lambda group: SUBGROUP_OF.get(group, (ALL_STUDENTS, ""))[0])
            is_open = dimension.isin([ALL_STUDENTS, *public_dimensions(privacy)])
            rows = frame[~is_open].merge(small, on=_SCHOOL)
            if name == _HEADCOUNTS:
                rows = rows[(rows[_words_of(name)] != NOT_TOLD).any(axis=1)]
            for key in rows[list(TABLES[name].key)].astype(str).itertuples(index=False):
                yield (
                    KEY_SEPARATOR.join([name, *key]),
                    "tells of a group of a school with fewer students than the minimum",
                )


def _words_of(table: str) -> list[str]:
    return [display_column(measure.column) for measure in TABLES[table].measures]


def _small_schools(headcounts: pd.DataFrame, privacy: Privacy) -> pd.DataFrame:
    """Years and schools with somebody, and with fewer students than the minimum in the year or on the count day.

    As they are now, even where a number of the count day is told as it was first.
    """
    of_all = headcounts[headcounts["k_subgroup"].isin(dict(EVERYONE).values()) & headcounts["k_school"].notna()]
    counts = of_all[[ENROLLED, CENSUS]].astype(float)
    return of_all.loc[((counts > 0) & (counts < privacy.min_group_size)).any(axis=1), _SCHOOL]
