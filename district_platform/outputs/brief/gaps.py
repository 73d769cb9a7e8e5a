"""Gaps between groups of students, as equity_gaps has them: which are spoken of, and what the groups are called.

Each group beside the reference group of its dimension; only gaps that are released with their interval and both sizes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from district_platform.dictionary.achievement import REFERENCE_GROUP
from district_platform.dimensions.students import FLAGS, NO, SEX, YES
from district_platform.metrics.comparisons import Estimate
from district_platform.outputs.brief.release import estimate, number, whole

NAMES: dict[tuple[str, str], str] = {
    ("Economically disadvantaged", YES): "economically disadvantaged students",
    ("Economically disadvantaged", NO): "students who are not economically disadvantaged",
    ("English learner", YES): "English learners",
    ("English learner", NO): "students who are not English learners",
    ("Disability", YES): "students with disabilities",
    ("Disability", NO): "students without disabilities",
    ("Homeless", YES): "students experiencing homelessness",
    ("Homeless", NO): "students not experiencing homelessness",
    (SEX, "F"): "girls",
    (SEX, "M"): "boys",
    (SEX, "X"): "students recorded as X",
}

OTHERS = "other students"
"""Those recorded as not in a group, beside it."""


@dataclass(frozen=True)
class Gap:
    """A group against the reference group of its dimension, within the same grades."""

    dimension: str
    subject: str
    name: str
    n_students: int
    reference: str
    """The reference group by its full name."""
    peers: str
    """The reference group where the group has been named."""
    n_peers: int
    points: Estimate
    """Of proficiency, negative where the group does worse."""
    effect_size: float | None
    """Of the scores, in standard deviations (Hedges' g)."""
    comparisons: int = 1
    """How many gaps stand beside this one: the largest of many is less sure than a single one."""

    @property
    def sure(self) -> float:
        return self.points.sure(self.comparisons)

    @property
    def low_and_high(self) -> tuple[str, str]:
        """Who does worse, and than whom."""
        return (self.name, self.peers) if self.points.size <= 0 else (self.reference, self.name)


def group_name(dimension: str, value: str) -> str:
    """A group as it stands in a sentence."""
    return NAMES.get((dimension, value)) or f"{value} students"


def gaps_in(rows: Iterable[dict[str, Any]]) -> tuple[Gap, ...]:
    """Gaps of one place and administration, the largest and surest first; rows are those of equity_gaps."""
    found = [gap for row in rows if row["comparison"] == REFERENCE_GROUP and (gap := _gap(row))]
    counted = [replace(gap, comparisons=len(found)) for gap in found]
    return tuple(sorted(counted, key=lambda g: (-g.sure, -g.points.strength, g.subject, g.name)))


def _gap(row: dict[str, Any]) -> Gap | None:
    points, n, n_peers = estimate(row, "pct_proficient_gap"), whole(row["n_group"]), whole(row["n_comparison"])
    if points is None or not n or not n_peers:
        return None
    dimension, against = str(row["subgroup_dimension"]), str(row["comparison_value"])
    reference = group_name(dimension, against)
    return Gap(
        dimension=dimension,
        subject=str(row["subject"]),
        name=group_name(dimension, str(row["subgroup_value"])),
        n_students=n,
        reference=reference,
        peers=OTHERS if dimension in FLAGS and against == NO else reference,
        n_peers=n_peers,
        points=points,
        effect_size=number(row["hedges_g"]),
    )
