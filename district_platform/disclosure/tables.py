"""The input of the method: linked tables as numbers about cells, without what the cells count."""

from dataclasses import dataclass

import numpy as np

from district_platform.disclosure.equations import NO_CELL, Equations, Ids


@dataclass(frozen=True)
class LinkedTables:
    """Frequency tables before anything is suppressed; every array has one entry a cell.

    Raises ValueError where the arrays do not fit the cells, or the values contradict the equations.
    """

    equations: Equations
    """The equations that the attacker knows: those that the values obey (Equations.obeyed)."""
    value: np.ndarray
    """The counts; 0 is published."""
    weight: np.ndarray
    """The weight of each cell: the loss if it is hidden."""
    whole: Ids
    """The cell of which each is a part and with which it is hidden; NO_CELL for most."""
    is_public: np.ndarray
    """Always published, because the attacker knows it from elsewhere."""
    is_withheld: np.ndarray
    """Nothing is told of it, not even that anybody is counted; what can be worked out of it must be as wide as of a sensitive cell."""
    minimum: int
    """The minimum frequency: a cell of fewer is sensitive."""
    protection_level: float
    """How far apart the ends of a sensitive cell's feasibility interval must be."""

    def __post_init__(self) -> None:
        for name in ("weight", "whole", "is_public", "is_withheld"):
            if len(getattr(self, name)) != len(self.value):
                raise ValueError(f"{name} has {len(getattr(self, name))} entries for {len(self.value)} cells")
        if not (self.value >= 0).all():
            first = int(np.flatnonzero(~(self.value >= 0))[0])
            raise ValueError(f"a cell counts nobody or somebody: the value of cell {first} is {self.value[first]:g}")
        if (broken := ~self.equations.hold(self.value)).any():
            first = int(np.flatnonzero(broken)[0])
            raise ValueError(
                f"{broken.sum()} equations do not hold, the first is number {first}: hand in those that do (Equations.obeyed)"
            )

    @property
    def is_sensitive(self) -> np.ndarray:
        """Primary suppression: what is under the minimum, and the parts of such cells."""
        is_small = (self.value > 0) & (self.value < self.minimum) & ~self.is_public
        found: np.ndarray = is_small | ((self.whole != NO_CELL) & is_small[self.whole] & ~self.is_public)
        return found
