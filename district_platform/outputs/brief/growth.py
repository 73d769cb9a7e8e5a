"""Growth of schools, from student_growth: where students grew more, or less, than students with the same start."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import SCHOOL
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.metrics.comparisons import Estimate
from district_platform.outputs.brief.release import Figure, estimate, figure, records

AVERAGE = 50.0
"""Mean growth percentile of the district, by definition."""
MEAN = "mean_growth_percentile"


@dataclass(frozen=True)
class SchoolGrowth:
    """A school's mean growth percentile in a subject; `beyond` is what it has above the average of 50."""

    school: str
    subject: str
    year: int
    mean: Figure
    low: Figure
    high: Figure
    """The ends of its 95 % interval."""
    beyond: Estimate
    comparisons: int = 1
    """Schools and subjects compared, this one among them."""

    @property
    def is_clear(self) -> bool:
        """Whether its 95 % interval, as a reader sees it, does not hold the average."""
        return self.beyond.low * self.beyond.high > 0

    @property
    def sure(self) -> float:
        return self.beyond.sure(self.comparisons)


def read_growth(student_growth: pd.DataFrame) -> tuple[SchoolGrowth, ...]:
    """Schools of the latest year with any growth told, the surest difference from the average first; none of a single school."""
    rows = records(student_growth, aggregation=SCHOOL, subgroup_dimension=ALL_STUDENTS)
    known = [growth for row in rows if (growth := _growth(row))]
    latest = [growth for growth in known if growth.year == max(g.year for g in known)]
    if len({growth.school for growth in latest}) < 2:
        return ()
    counted = [replace(growth, comparisons=len(latest)) for growth in latest]
    return tuple(sorted(counted, key=lambda g: (-g.sure, -g.beyond.strength, g.subject, g.school)))


def _growth(row: dict[str, Any]) -> SchoolGrowth | None:
    known = estimate(row, MEAN)
    if known is None or not figure(row, MEAN).is_told:
        return None
    beyond = Estimate(*(value - AVERAGE for value in (known.size, known.low, known.high)))
    low, high = (figure(row, f"{MEAN}_ci_{end}") for end in ("low", "high"))
    return SchoolGrowth(
        school=str(row["school_name"]),
        subject=str(row["subject"]),
        year=int(row["school_year"]),
        mean=figure(row, MEAN),
        low=low,
        high=high,
        beyond=beyond,
    )
