"""What may be released about small groups."""

from typing import Any, Literal

from pydantic import Field, model_validator

from district_platform.settings.profiles import PROFILES
from district_platform.settings.section import Section


class RateBand(Section):
    """How percentages of groups of a size are coarsened; group sizes count from the band's own to the next band's."""

    end_pct: int = Field(ge=1, le=50, description="Up to it a percentage reads '≤ end', and from 100 less it '≥'.")
    step_pct: int = Field(ge=1, le=98, description="Width of the ranges between the ends.")

    @model_validator(mode="after")
    def _fills(self) -> "RateBand":
        if (100 - 2 * self.end_pct) % self.step_pct:
            raise ValueError(f"steps of {self.step_pct} do not fill {self.end_pct} to {100 - self.end_pct} percent")
        return self


class Privacy(Section):
    """What may be released about small groups (FERPA; docs/privacy.md)."""

    profile: Literal["nces", "delaware", "new_york"] = Field(
        default="nces", description="Published rules to start from; the other settings here override single values."
    )
    min_group_size: int = Field(
        default=PROFILES["nces"]["min_group_size"],
        ge=3,
        description="Groups with fewer students are hidden wherever aggregates leave the platform.",
    )
    min_uncertainty: int = Field(
        default=2,
        ge=1,
        description="What can be worked out of a hidden count leaves at least this between its lowest and highest value.",
    )
    rate_bands: dict[int, RateBand] = Field(
        default={size: RateBand(**band) for size, band in PROFILES["nces"]["rate_bands"].items()},
        description="How percentages are coarsened, by the group size from which a band holds.",
    )
    public_figures: Literal["membership", "none"] = Field(
        default="membership",
        description="What is published elsewhere and therefore told, small groups too: membership, the headcount of the count day by "
        "school, grade, race/ethnicity and sex (Common Core of Data). none: nothing is, as for private schools.",
    )
    detail: Literal["groups", "grades_by_groups"] = Field(
        default="groups",
        description="How finely released tables are split: groups, the district and schools by all students, grade or subgroup; "
        "grades_by_groups, also the subgroups of each grade, which costs the levels above some of their figures.",
    )
    release_every: Literal["day", "week", "month", "quarter"] = Field(
        default="week",
        description="How often the released rows of a running school year are replaced; in between they are repeated, with the date "
        "that they are as of. Lists on single students are as fresh as the run.",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_profile(cls, values: Any) -> Any:
        return {**PROFILES.get(str(values.get("profile")), {}), **values} if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _is_possible(self) -> "Privacy":
        if self.min_uncertainty > self.min_group_size - 2:
            raise ValueError(
                f"min_uncertainty {self.min_uncertainty} must be at most min_group_size less 2: a hidden group is known "
                f"to have 1 to {self.min_group_size - 1} students"
            )
        if min(self.rate_bands, default=1) > 0:
            raise ValueError("rate_bands must have a band from group size 0 on")
        return self
