"""What is wrong with a table of the district's own, in one message."""

from collections.abc import Sequence

LISTED_FAULTS = 5


def refuse(faults: Sequence[str]) -> None:
    """Raises ValueError with the first faults and how many more there are; does nothing where there is none."""
    if faults:
        n_more = len(faults) - LISTED_FAULTS
        raise ValueError("; ".join(faults[:LISTED_FAULTS]) + (f"; and {n_more} more" if n_more > 0 else ""))
