"""What is published about each cell, and the interval that this alone leaves an attacker."""

import numpy as np

from district_platform.disclosure.attacker import UNBOUNDED, Knowledge
from district_platform.disclosure.equations import NO_CELL, ROUGH, Ids
from district_platform.disclosure.tables import LinkedTables


class State:
    """What is published about every cell of linked tables; at first the sensitive cells are hidden (primary suppression)."""

    def __init__(self, tables: LinkedTables) -> None:
        self.tables = tables
        self.is_primary = tables.is_sensitive
        """Hidden because it is small itself, or its whole is."""
        self.is_hidden = self.is_primary | tables.is_withheld
        self.is_unsized = np.zeros(len(tables.value), dtype=bool)
        """Where hidden, it is not told whether it is small."""
        self.is_withdrawn = np.zeros(len(tables.value), dtype=bool)
        """Nothing is told of it, not even that anybody is counted."""

    def intervals(self, of: Ids | slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value of every cell that its own state allows."""
        tables, minimum = self.tables, self.tables.minimum
        whole, is_hidden, is_primary = tables.whole[of], self.is_hidden[of], self.is_primary[of]
        is_unsized, is_withdrawn = self.is_unsized[of], self.is_withdrawn[of]
        of_hidden = is_hidden & (whole != NO_CELL) & self.is_hidden[whole]
        of_small = of_hidden & self.is_primary[whole] & ~self.is_unsized[whole]
        least = np.where(of_hidden, 0, np.where(is_primary | is_unsized, 1, minimum))
        is_small = np.where(of_hidden, of_small, is_primary & ~is_unsized)
        lower = np.where(is_hidden, least, tables.value[of])
        upper = np.where(is_hidden, np.where(is_small, minimum - 1, UNBOUNDED), tables.value[of])
        says_nothing = is_withdrawn | tables.is_withheld[of]
        return np.where(says_nothing, 0.0, lower), np.where(says_nothing, UNBOUNDED, upper)

    def wanted(self, of: Ids | slice = slice(None)) -> np.ndarray:
        """The width that each feasibility interval must have; 0 where any will do, as for a cell that is public or withdrawn."""
        whole = self.tables.whole[of]
        of_small = (whole != NO_CELL) & self._may_be_small(whole)
        asked = np.where(self._may_be_small(of), self.tables.protection_level, 0)
        is_free = self.is_withdrawn[of] | self.tables.is_public[of]
        return np.where(is_free, 0, np.where(of_small, 1, asked))

    def _may_be_small(self, of: Ids | slice) -> np.ndarray:
        is_close = self.is_primary[of] | self.tables.is_withheld[of]
        found: np.ndarray = is_close | (self.is_unsized[of] & self.is_hidden[of])
        return found

    def can_hide(self, of: Ids) -> np.ndarray:
        """Whether each cell can be hidden: somebody is counted in it and its number is not public. Empty cells are always published."""
        return ~self.tables.is_public[of] & (self.tables.value[of] > 0)

    def knowledge(self, of: np.ndarray) -> tuple[Ids, Knowledge]:
        """What an attacker knows about some cells, without the others; the cells must be whole components."""
        ids, equations = np.flatnonzero(of), self.tables.equations
        within = np.flatnonzero(of[equations.cell[equations.bounds[:-1]]] & (equations.relation != ROUGH))
        return ids, Knowledge(equations.excerpt(within, ids), *self.intervals(ids))
