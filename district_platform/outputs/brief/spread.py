"""How far schools of one level are apart in a subject: between the lowest and the highest that are told.

Schools of different levels take different tests; where no level has two schools to compare, nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from district_platform.metrics.comparisons import difference
from district_platform.outputs.brief.extremes import Ends, ends
from district_platform.outputs.brief.facts import SchoolFacts


@dataclass(frozen=True)
class Spread:
    """The schools at both ends of a subject; `sure` are the points between them that chance does not explain."""

    subject: str
    level: str
    ends: Ends
    sure: float

    @property
    def points(self) -> Decimal:
        """Between the two figures as they stand on the page."""
        return self.ends.highest.figure.exact - self.ends.lowest.figure.exact

    @property
    def schools(self) -> str:
        """Of which schools, in a sentence: 'elementary schools'."""
        return f"{self.level.lower()} schools" if self.level else "schools"


def spread(schools: Sequence[SchoolFacts], subject: str) -> Spread | None:
    """The level of school in which a subject surely differs most; None where no level has two schools that differ."""
    of_subject = [school for school in schools if subject in school.proficiency]
    levels = sorted({school.level for school in of_subject})
    found = [of for level in levels if (of := _within([s for s in of_subject if s.level == level], level, subject))]
    return max(found, key=lambda of: (of.sure, of.points), default=None)


def _within(schools: Sequence[SchoolFacts], level: str, subject: str) -> Spread | None:
    found = ends([(school.name, school.proficiency[subject]) for school in schools])
    if found is None:
        return None
    rates = {school.name: school.rates.get(subject) for school in schools}
    low, high = (rates[end.names[0]] for end in (found.lowest, found.highest))
    n = sum(rate is not None for rate in rates.values())
    sure = difference(high, low).sure(n * (n - 1) // 2) if low and high else 0.0
    return Spread(subject, level, found, sure)
