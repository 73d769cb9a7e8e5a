"""Gaps between groups of students, from equity_gaps: which the brief reports, and how it names the groups.

Each group is compared with the reference group of its dimension; the largest gap comes first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from district_platform.dictionary.achievement import REFERENCE_GROUP
from district_platform.dimensions.students import FLAGS, NO, SEX, YES
from district_platform.metrics.comparisons import Estimate
from district_platform.outputs.brief.release import Figure, estimate, figure

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
GAP = "pct_proficient_gap"


@dataclass(frozen=True)
class Gap:
    """A group against the reference group of its dimension, within the same grades."""

    dimension: str
    subject: str
    name: str
    n_students: Figure
    reference: str
    """The reference group by its full name."""
    peers: str
    """The reference group where the group has been named."""
    n_peers: Figure
    points: Figure
    """Of proficiency, negative where the group does worse."""
    low: Figure
    high: Figure
    """The ends of its 95 % interval."""
    estimate: Estimate | None
    effect_size: Figure
    """Of the scores, in standard deviations (Hedges' g)."""
    comparisons: int = 1
    """How many gaps stand beside this one: the largest of many is less sure than a single one."""

    @property
    def sure(self) -> float:
        return self.estimate.sure(self.comparisons) if self.estimate else 0.0

    @property
    def is_clear(self) -> bool:
        """Whether its 95 % interval, as a reader sees it, does not hold zero."""
        low, high = self.low.value, self.high.value
        return low is not None and high is not None and low * high > 0

    @property
    def is_behind(self) -> bool:
        return (self.points.value or 0.0) <= 0

    @property
    def low_and_high(self) -> tuple[str, str]:
        """The names of the lower and the higher group."""
        return (self.name, self.peers) if self.is_behind else (self.reference, self.name)


def group_name(dimension: str, value: str) -> str:
    """The name of a group within a sentence."""
    return NAMES.get((dimension, value)) or f"{value} students"


def gaps_in(rows: Iterable[dict[str, Any]]) -> tuple[Gap, ...]:
    """Gaps of one place and administration whose size is told, the largest first; rows are those of equity_gaps."""
    found = [_gap(row) for row in rows if row["comparison"] == REFERENCE_GROUP and figure(row, GAP).is_told]
    counted = [replace(gap, comparisons=len(found)) for gap in found]
    return tuple(sorted(counted, key=lambda gap: (-abs(gap.points.exact), gap.subject, gap.name)))


def withheld_gaps(rows: Iterable[dict[str, Any]]) -> tuple[Gap, ...]:
    """Gaps that exist but are not told, by subject and name."""
    found = [_gap(row) for row in rows if row["comparison"] == REFERENCE_GROUP and figure(row, GAP).is_withheld]
    return tuple(sorted(found, key=lambda gap: (gap.subject, gap.name)))


def surest(gaps: Iterable[Gap], at_least: float = 0.0) -> Gap | None:
    """The gap with the largest certain size, of those of at least `at_least` points; None if chance may explain them all."""
    sure = [gap for gap in gaps if gap.sure > 0 and abs(gap.points.value or 0) >= at_least]
    return max(sure, key=lambda gap: (gap.sure, gap.name, gap.subject), default=None)


def _gap(row: dict[str, Any]) -> Gap:
    dimension, against = str(row["subgroup_dimension"]), str(row["comparison_value"])
    reference = group_name(dimension, against)
    return Gap(
        dimension=dimension,
        subject=str(row["subject"]),
        name=group_name(dimension, str(row["subgroup_value"])),
        n_students=figure(row, "n_group"),
        reference=reference,
        peers=OTHERS if dimension in FLAGS and against == NO else reference,
        n_peers=figure(row, "n_comparison"),
        points=figure(row, GAP),
        low=figure(row, f"{GAP}_ci_low"),
        high=figure(row, f"{GAP}_ci_high"),
        estimate=estimate(row, GAP),
        effect_size=figure(row, "hedges_g"),
    )
