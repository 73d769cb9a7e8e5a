"""What a load costs: write units, minutes, dollars. Prices of us-east-1 on demand, as of November 2026; other regions differ."""

from dataclasses import dataclass

DOLLARS_A_MILLION_WRITES = 0.625
DOLLARS_A_MILLION_READS = 0.125
UNITS_A_SECOND = 4_000
"""Write units a second that a new table on demand takes at once."""


@dataclass(frozen=True)
class Estimate:
    """At most; an item of ours is below 1 KB, and so one unit."""

    items: int
    units: int

    @property
    def dollars(self) -> float:
        return self.units * DOLLARS_A_MILLION_WRITES / 1_000_000

    @property
    def minutes(self) -> float:
        return self.units / UNITS_A_SECOND / 60


def estimate(new: int, changed: int, gone: int, listed: int) -> Estimate:
    """Of so many items; `listed` of those put are absences, which the index holds, too.

    A changed or deleted item may have been in the index before, which is one unit more, and two where its place there changes.
    """
    units = new + changed + gone + listed + changed + gone
    return Estimate(new + changed + gone, units)
