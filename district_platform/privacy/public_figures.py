"""Counts that are published elsewhere: every reader has them."""

import numpy as np

from district_platform.dictionary.analysis import CENSUS
from district_platform.dimensions.students import GRADE, RACE_ETHNICITY, SEX
from district_platform.privacy.cells import WHOLE, ReleaseCells
from district_platform.settings import Privacy

_OF_MEMBERSHIP = (GRADE, RACE_ETHNICITY, SEX)
"""The splits of membership that the Common Core of Data publishes of every school."""


def public_dimensions(privacy: Privacy) -> tuple[str, ...]:
    """The dimensions whose groups are counted elsewhere, so that every reader has them."""
    return () if privacy.public_figures == "none" else _OF_MEMBERSHIP


def is_public(cells: ReleaseCells, privacy: Privacy) -> np.ndarray:
    """Whether each count is published elsewhere, so that every reader has it: hiding it would protect nobody.

    Source: Common Core of Data, Public Elementary/Secondary School Universe Survey: membership by grade, race/ethnicity and sex.
    """
    if privacy.public_figures == "none":
        return np.zeros(len(cells), dtype=bool)
    dimensions = np.array([word.partition("-")[0] for word in cells.words["subgroup"].values])
    is_census = cells.names("count") == CENSUS
    is_split = cells.codes("subgroup") != WHOLE
    found: np.ndarray = is_census & (
        ~is_split | np.isin(dimensions, public_dimensions(privacy))[cells.codes("subgroup")]
    )
    return found
