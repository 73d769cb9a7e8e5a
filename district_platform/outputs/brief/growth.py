"""Growth of schools as student_growth has it: where students grew more, or less, than those who started alike."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import SCHOOL
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.metrics.comparisons import Estimate
from district_platform.outputs.brief.release import estimate, records, whole

AVERAGE = 50.0
"""Mean growth percentile of the district, by definition."""


@dataclass(frozen=True)
class SchoolGrowth:
    """A school's mean growth percentile in a subject; `beyond` is what it has above the average of 50."""

    school: str
    subject: str
    year: int
    n_students: int
    beyond: Estimate
    comparisons: int = 1
    """Schools and subjects compared, this one among them."""

    @property
    def sure(self) -> float:
        return self.beyond.sure(self.comparisons)

    @property
    def percentile(self) -> float:
        return AVERAGE + self.beyond.size


def read_growth(student_growth: pd.DataFrame) -> tuple[SchoolGrowth, ...]:
    """Schools of the latest year with any growth released, the surest difference from the average first; none of a single school."""
    rows = records(student_growth, aggregation=SCHOOL, subgroup_dimension=ALL_STUDENTS)
    known = [growth for row in rows if (growth := _growth(row))]
    latest = [growth for growth in known if growth.year == max(g.year for g in known)]
    if len({growth.school for growth in latest}) < 2:
        return ()
    counted = [replace(growth, comparisons=len(latest)) for growth in latest]
    return tuple(sorted(counted, key=lambda g: (-g.sure, -g.beyond.strength, g.subject, g.school)))


def _growth(row: dict[str, Any]) -> SchoolGrowth | None:
    mean, n = estimate(row, "mean_growth_percentile"), whole(row["n_growth"])
    if mean is None or not n:
        return None
    beyond = Estimate(*(value - AVERAGE for value in (mean.size, mean.low, mean.high)))
    return SchoolGrowth(str(row["school_name"]), str(row["subject"]), int(row["school_year"]), n, beyond)
