"""Counts that are published elsewhere: every reader has them."""

import numpy as np

from district_platform.dictionary.analysis import CENSUS
from district_platform.privacy.cells import WHOLE, ReleaseCells
from district_platform.settings import Privacy

PUBLIC_DIMENSIONS = ("Race/ethnicity", "Sex")
"""Beside grades: the splits of membership that the Common Core of Data publishes of every school."""


def is_public(cells: ReleaseCells, privacy: Privacy) -> np.ndarray:
    """Whether each count is published elsewhere, so that every reader has it: hiding it would protect nobody.

    Source: Common Core of Data, Public Elementary/Secondary School Universe Survey: membership by grade, race/ethnicity and sex.
    """
    if privacy.public_figures == "none":
        return np.zeros(len(cells), dtype=bool)
    dimensions = np.array([word.partition("-")[0] for word in cells.words["subgroup"].values])
    is_census = cells.names("count") == CENSUS
    is_split = cells.codes("subgroup") != WHOLE
    found: np.ndarray = is_census & (~is_split | np.isin(dimensions, PUBLIC_DIMENSIONS)[cells.codes("subgroup")])
    return found
