"""Programs, from program_evaluation: what participants gained compared with similar students."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import DISTRICT
from district_platform.analysis.program_readings import LARGE_BASELINE_DIFFERENCE, LARGE_DIFFERENTIAL_ATTRITION
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.metrics.comparisons import Estimate
from district_platform.outputs.brief.release import Figure, estimate, figure, number, records


@dataclass(frozen=True)
class ProgramEffect:
    """A program's participants in a subject, all of the district's, against comparable students of their schools and grades."""

    program: str
    subject: str
    year: int
    from_administration: str
    to_administration: str
    n_participants: Figure
    gained: Figure
    """Points of the scale beyond what comparable students gained."""
    low: Figure
    high: Figure
    """The ends of its 95 % interval."""
    estimate: Estimate
    effect_size: float
    """The same in standard deviations."""
    is_alike: bool
    """Whether participants began and stayed near enough to those they are compared with for a claim (What Works Clearinghouse)."""
    comparisons: int = 1
    """Programs and subjects evaluated beside this one, itself among them."""

    @property
    def is_clear(self) -> bool:
        """Whether its 95 % interval, as a reader sees it, does not hold zero."""
        return self.estimate.low * self.estimate.high > 0

    @property
    def sure_effect(self) -> float:
        """The smallest size of the difference that is certain, in standard deviations, whatever its sign."""
        size = self.estimate.size
        return self.estimate.sure(self.comparisons) * abs(self.effect_size / size) if size else 0.0

    @property
    def claimed_effect(self) -> float:
        """The same if the design allows a claim: if the two arms differ too much at the start, a difference is no finding."""
        return self.sure_effect if self.is_alike else 0.0


def read_programs(program_evaluation: pd.DataFrame) -> tuple[ProgramEffect, ...]:
    """Of the latest year with a released estimate, the largest and surest first."""
    rows = records(program_evaluation, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS)
    known = [row for row in rows if estimate(row, "did_estimate", "did")]
    latest = max((int(row["school_year"]) for row in known), default=None)
    found = [effect for row in known if int(row["school_year"]) == latest and (effect := _effect(row))]
    counted = [replace(effect, comparisons=len(found)) for effect in found]
    return tuple(
        sorted(counted, key=lambda e: (-e.claimed_effect, -e.sure_effect, -e.estimate.strength, e.program, e.subject))
    )


def _effect(row: dict[str, Any]) -> ProgramEffect | None:
    known, effect_size = estimate(row, "did_estimate", "did"), number(row["effect_size"])
    gained = figure(row, "did_estimate")
    if known is None or effect_size is None or not gained.is_told:
        return None
    return ProgramEffect(
        program=str(row["program"]),
        subject=str(row["subject"]),
        year=int(row["school_year"]),
        from_administration=str(row["from_administration"]),
        to_administration=str(row["to_administration"]),
        n_participants=figure(row, "n_participants"),
        gained=gained,
        low=figure(row, "did_ci_low"),
        high=figure(row, "did_ci_high"),
        estimate=known,
        effect_size=effect_size,
        is_alike=_is_alike(row),
    )


def _is_alike(row: dict[str, Any]) -> bool:
    """Whether the baselines are released and close, and attrition (if released) is similar."""
    baseline = number(row["standardized_baseline_difference"])
    lost, lost_others = number(row["pct_participants_attrited"]), number(row["pct_comparison_attrited"])
    is_lost_alike = lost is None or lost_others is None or abs(lost - lost_others) <= LARGE_DIFFERENTIAL_ATTRITION
    return baseline is not None and abs(baseline) <= LARGE_BASELINE_DIFFERENCE and is_lost_alike
