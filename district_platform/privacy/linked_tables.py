"""The counts of a release as disclosure control takes them: cells, weights, equations and protection levels."""

import numpy as np

from district_platform.disclosure.tables import LinkedTables
from district_platform.privacy.cells import WHOLE, ReleaseCells
from district_platform.privacy.equations import known_equations
from district_platform.privacy.public_figures import is_public
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy


def linked_tables(cells: ReleaseCells, truth: Truth, is_withheld: np.ndarray, privacy: Privacy) -> LinkedTables:
    """The counts that are told of a release, none of which is a share."""
    return LinkedTables(
        known_equations(cells, truth),
        truth.filled,
        _weights(cells, truth),
        cells.whole,
        is_public(cells, privacy),
        is_withheld,
        privacy.min_group_size,
        privacy.min_uncertainty,
    )


def _weights(cells: ReleaseCells, truth: Truth) -> np.ndarray:
    """The loss when a count is hidden: largest for the district and for all students, less for small groups."""
    place, subgroup, grade = (cells.codes(axis) for axis in ("place", "subgroup", "grade"))
    is_level = np.isin(place, sorted(set(cells.level_of.values())))
    weight = 1 + 0.25 * np.log2(1 + truth.filled)
    weight += 4.0 * ((place == WHOLE) | is_level)
    weight += np.where(subgroup == WHOLE, np.where(grade == WHOLE, 10.0, 2.0), 0.0)
    return weight
