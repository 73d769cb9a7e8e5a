"""A program's evaluation in words: what it found, and what its design can and cannot show. Figures are `analysis.programs`'s; how many
took part is not among them, because the text is released for groups whose size is not."""

from collections.abc import Hashable, Mapping
from math import isnan
from typing import Any

LARGE_BASELINE_DIFFERENCE = 0.25
"""Standard deviations; beyond it no analysis makes up for the difference (What Works Clearinghouse 5.0, baseline equivalence)."""

LARGE_DIFFERENTIAL_ATTRITION = 11
"""Percentage points between the arms; beyond it attrition counts as high at any overall rate (What Works Clearinghouse 5.0)."""

DESIGN = (
    "Participants were not assigned by chance: what led them to take part may also have changed their scores, "
    "so this shows a difference, and not by itself that the program made it."
)


def reading(row: Mapping[Hashable, Any]) -> str:
    """Full sentences on one row of program_evaluation."""
    return " ".join([_found(row), *_limits(row), DESIGN])


def _found(row: Mapping[Hashable, Any]) -> str:
    estimate, low, high = row["did_estimate"], row["did_ci_low"], row["did_ci_high"]
    more = "more" if estimate >= 0 else "less"
    gained = (
        f"From {row['from_administration']} to {row['to_administration']}, participants gained "
        f"{abs(estimate):.1f} points {more} in {row['subject']} than comparable students of their schools and grades"
    )
    if isnan(low):
        return f"{gained}; one school alone does not tell how far chance goes."
    interval = f"95 % interval {low:.1f} to {high:.1f}"
    if low > 0 or high < 0:
        return f"{gained} ({interval}): a difference that chance alone rarely makes."
    return f"{gained} ({interval}): no difference can be told from chance."


def _limits(row: Mapping[Hashable, Any]) -> list[str]:
    limits = []
    baseline = row["standardized_baseline_difference"]
    if abs(baseline) > LARGE_BASELINE_DIFFERENCE:
        where = "below" if baseline < 0 else "above"
        limits.append(
            f"Before, they stood {abs(baseline):.2f} standard deviations {where} them, too far apart to be alike."
        )
    lost, lost_others = row["pct_participants_attrited"], row["pct_comparison_attrited"]
    if abs(lost - lost_others) > LARGE_DIFFERENTIAL_ATTRITION:
        limits.append(f"Of participants {lost:.0f} % were not tested again, of the others {lost_others:.0f} %.")
    return limits
