"""Thresholds of the quality rules, and the scales that scores are judged by."""

from decimal import Decimal

from pydantic import AliasChoices, Field, model_validator

from district_platform.settings.section import Section, Severity


class ScoreRange(Section):
    """The scores that a subject's test can yield."""

    min: Decimal = Field(description="Lowest scale score.")
    max: Decimal = Field(description="Highest scale score.")

    @model_validator(mode="after")
    def _ordered(self) -> "ScoreRange":
        if self.min >= self.max:
            raise ValueError(f"min {self.min} must be below max {self.max}")
        return self


class Assessments(Section):
    """What the district's tests are, and what they can yield."""

    main_test: str | None = Field(
        default=None,
        description="The assessment_name whose results go by their subject alone, as those without a name do, and by which schools are "
        "compared. The subject of any other is told with its name: Math (PSAT).",
    )
    scale: dict[str, ScoreRange] = Field(
        default={s: ScoreRange(min=Decimal(200), max=Decimal(800)) for s in ("Reading", "Math", "Science")},
        description="Lowest and highest possible scale score by subject, such as Math or Math (PSAT); other subjects are not judged.",
    )


class Quality(Section):
    """Thresholds of the quality rules (docs/quality_rules.md)."""

    severity: dict[str, Severity] = Field(
        default={}, description="Severity of single rules, by rule id, where the default does not suit the district."
    )
    max_rejected_pct: Decimal = Field(
        default=Decimal(5), ge=0, le=100, description="More rejected rows than this in one file is an error, percent."
    )
    max_nulled_pct: Decimal = Field(
        default=Decimal(20),
        ge=0,
        le=100,
        description="More of a column's values than this outside its closed list is an error, percent of those delivered.",
    )
    max_unresolved_pct: Decimal = Field(
        default=Decimal(20),
        ge=0,
        le=100,
        description="More references than this that name nothing is an error, percent.",
    )
    min_kept_pct: Decimal = Field(
        default=Decimal(50),
        ge=0,
        le=100,
        description="Fewer rows of a required extract and school year than this is an error, percent of the last publication's.",
    )
    census_month: int = Field(
        default=10, ge=1, le=12, description="Month of the census date on which staff and students are counted."
    )
    census_day: int = Field(default=1, ge=1, le=28, description="Day of the census date; 1 October is the common one.")
    max_fte: Decimal = Field(default=Decimal("1.0"), gt=0, description="More concurrent FTE than one person can work.")
    severe_fte: Decimal = Field(default=Decimal("1.5"), gt=0, description="FTE that can only be a data error.")
    ratio_low: Decimal = Field(default=Decimal(8), gt=0, description="Fewer students per teacher FTE is implausible.")
    ratio_high: Decimal = Field(default=Decimal(30), gt=0, description="More students per teacher FTE is implausible.")
    ratio_severe_low: Decimal = Field(default=Decimal(2), gt=0, description="Certainly a data error below this.")
    ratio_severe_high: Decimal = Field(default=Decimal(60), gt=0, description="Certainly a data error above this.")
    max_ratio_change_pct: Decimal = Field(
        default=Decimal(25), gt=0, description="Students per teacher FTE rarely move more than this in a year, percent."
    )
    max_left_out_pct: Decimal = Field(
        default=Decimal(10),
        ge=0,
        lt=100,
        description="A ratio or a change that leaves out more of the students than this, percent, is not told: their "
        "schools have only one of its two sides. So with hours per FTE that leave out more of the employees.",
    )
    vacant_educator_ids: tuple[str, ...] = Field(
        default=("vacant", "vacancy", "unfilled", "open", "tbd", "tba", "n/a", "none"),
        description="What stands for educator_id in an assignment that nobody holds, besides a blank; upper and lower case do "
        "not matter.",
    )
    max_evidence_age_days: int = Field(
        default=7, ge=1, description="Instructional days without attendance after which a school is asked for it."
    )
    max_days_enrolled: int = Field(
        default=185, ge=1, description="More distinct days enrolled in a year than any calendar should have."
    )
    duplicate_probability: Decimal = Field(
        default=Decimal("0.8"),
        gt=0,
        lt=1,
        description="Match probability from which two ids are probably one person: at 0.8 few of the pairs a steward "
        "looks at are in vain, and most duplicates are found (docs/record_linkage.md has the numbers).",
    )
    store_anomaly_score: Decimal = Field(
        default=Decimal(8),
        gt=0,
        description="A sale's amount stands out when it is this many robust standard deviations from what the product "
        "usually brings at the store; 8 is six times the usual at least.",
    )
    store_anomaly_min_lines: int = Field(
        default=20, ge=3, description="Sales lines of a product at a store without which nothing is usual."
    )
    store_dormant_days: int = Field(
        default=365, ge=31, description="Days without a purchase after which a customer's account is dormant."
    )
    store_sudden_amount: Decimal = Field(
        default=Decimal(250), gt=0, description="What a dormant account spends in one day, USD, to be asked about."
    )
    max_shift_hours: int = Field(default=16, ge=1, le=48, description="Nobody is at work for longer than this.")
    min_shift_minutes: int = Field(default=5, ge=0, le=240, description="Nobody comes for a shorter time than this.")
    fte_weeks: int = Field(
        default=4, ge=1, le=52, description="Work weeks in a row over which hours are held against the assigned FTE."
    )
    fte_least_days: int = Field(
        default=12, ge=1, description="Instructional days in them without which a holiday would weigh too much."
    )
    max_fte_deviation_pct: Decimal = Field(
        default=Decimal(25),
        gt=0,
        description="Hours that differ more from what the FTE stands for are asked about, percent.",
    )
    max_student_weekly_hours: Decimal = Field(
        default=Decimal(20), gt=0, le=168, description="Hours that a student worker may work in a week."
    )
    max_findings: int = Field(
        default=1_000,
        ge=20,
        validation_alias=AliasChoices("max_findings", "max_offenders"),
        description="Findings kept per rule and run; the count is always whole. Its earlier name, max_offenders, still holds.",
    )
    history_runs: int = Field(
        default=200, ge=2, description="Runs whose counts are kept, for the change and the trend of every rule."
    )

    @model_validator(mode="after")
    def _thresholds_can_take_effect(self) -> "Quality":
        """Refuses a severe limit inside the limit of a finding, and a lower limit above its upper limit."""
        ordered = (
            ("max_fte", "severe_fte"),
            ("ratio_severe_low", "ratio_low"),
            ("ratio_low", "ratio_high"),
            ("ratio_high", "ratio_severe_high"),
        )
        for low, high in ordered:
            if getattr(self, low) > getattr(self, high):
                raise ValueError(f"{low} {getattr(self, low)} must not be above {high} {getattr(self, high)}")
        if self.min_shift_minutes > self.max_shift_hours * 60:
            raise ValueError(f"min_shift_minutes {self.min_shift_minutes} must not be above max_shift_hours")
        return self
