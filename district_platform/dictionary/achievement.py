"""Analyses of achievement beyond levels: gaps, growth and programs."""

from district_platform.dictionary.analysis import EVERYONE
from district_platform.dictionary.assessments import ADMINISTRATIONS
from district_platform.dictionary.attendance import CHANGE_BASIS
from district_platform.dictionary.model import (
    Adding,
    Column,
    Count,
    Counted,
    Layer,
    Owner,
    Rounding,
    Sensitivity,
    Table,
    Told,
    Within,
    measured,
    names,
)
from district_platform.dictionary.students import NOT_REPORTED

SENSITIVE = Sensitivity.SENSITIVE
COMPLEMENT, REFERENCE_GROUP = "complement", "reference group"


def _arm_sums(arm: str, students: str) -> tuple[Column, ...]:
    """A stratum's columns for one arm: counts, and the sums from which means and standard deviations are computed."""
    both = f"of the {students} with both scores"
    return (
        Column(f"n_baseline_{arm}", "int64", f"The {students} with a first score.", SENSITIVE, unit="students"),
        Column(f"n_both_{arm}", "int64", f"The {students} with both scores.", SENSITIVE, unit="students"),
        Column(f"total_from_{arm}", "float64", f"Sum of first scores {both}.", SENSITIVE, unit="points"),
        Column(f"total_to_{arm}", "float64", f"Sum of last scores {both}.", SENSITIVE, unit="points"),
        Column(f"squares_from_{arm}", "float64", f"Sum of squared first scores {both}.", SENSITIVE),
        Column(f"squares_to_{arm}", "float64", f"Sum of squared last scores {both}.", SENSITIVE),
    )


COLUMNS = (
    Column(
        "comparison",
        "string",
        "What the group is compared with: all others of its dimension, or the dimension's reference group (students "
        "outside the group where it is yes or no, else the district's largest group).",
        domain=(COMPLEMENT, REFERENCE_GROUP),
    ),
    Column("comparison_value", "string", "The reference group by name, or 'All others'."),
    Column("n_group", "int64", "Students of the group who are compared.", unit="students"),
    Column("n_comparison", "int64", "Students they are compared with.", unit="students"),
    Column(
        "mean_scale_score_gap",
        "float64",
        "Mean score of the group less that of its comparison in the same grades; negative where the group scores lower.",
        unit="points",
    ),
    Column("mean_scale_score_gap_ci_low", "float64", "Lower end of the 95 % interval.", unit="points"),
    Column("mean_scale_score_gap_ci_high", "float64", "Upper end of the 95 % interval.", unit="points"),
    Column(
        "hedges_g",
        "float64",
        "mean_scale_score_gap in standard deviations of the row's own students within grades, not of a state or norm group.",
        unit="standard deviations",
    ),
    Column("hedges_g_ci_low", "float64", "Lower end of the 95 % interval.", unit="standard deviations"),
    Column("hedges_g_ci_high", "float64", "Upper end of the 95 % interval.", unit="standard deviations"),
    Column(
        "pct_proficient_gap",
        "float64",
        "pct_proficient of the group less that of its comparison in the same grades.",
        unit="points",
    ),
    Column("pct_proficient_gap_ci_low", "float64", "Lower end of the 95 % interval.", unit="points"),
    Column("pct_proficient_gap_ci_high", "float64", "Upper end of the 95 % interval.", unit="points"),
    Column(
        "from_administration", "string", "The administration that a change is measured from.", domain=ADMINISTRATIONS
    ),
    Column(
        "to_administration",
        "string",
        "The administration that a change is measured to: in a running year the latest taken, not yet Spring.",
        domain=ADMINISTRATIONS,
    ),
    Column("other_programs", "string", "The other programs that the students of the stratum are in; empty for none."),
    *_arm_sums("participants", "participants"),
    *_arm_sums("comparison", "students who do not take part"),
    Column("n_participants", "int64", "Participants with both scores who are compared.", unit="students"),
    Column("n_schools", "int64", "Schools of the participants who are compared.", unit="schools"),
    Column(
        "n_participants_not_compared",
        "int64",
        "Participants with both scores left out because no comparable student is in their school and grade.",
        unit="students",
    ),
    Column(
        "n_participants_attrited", "int64", "Participants tested at the first and not at the last.", unit="students"
    ),
    Column(
        "n_comparison_attrited",
        "int64",
        "Comparable students tested at the first and not at the last.",
        unit="students",
    ),
    Column("pct_participants_attrited", "float64", "Share of participants not tested again.", unit="percent"),
    Column("pct_comparison_attrited", "float64", "Share of comparable students not tested again.", unit="percent"),
    Column("baseline_mean_participants", "float64", "Participants' mean first score.", unit="points"),
    Column(
        "baseline_mean_comparison",
        "float64",
        "Comparable students' mean first score, weighted to the participants' schools and grades.",
        unit="points",
    ),
    Column(
        "standardized_baseline_difference",
        "float64",
        "Participants' first score less that of comparable students; beyond 0.25 either way they are no longer alike.",
        unit="standard deviations",
    ),
    Column("change_participants", "float64", "Participants' mean change.", unit="points"),
    Column("change_comparison", "float64", "Comparable students' mean change, weighted likewise.", unit="points"),
    Column("did_estimate", "float64", "change_participants less change_comparison.", unit="points"),
    Column("did_standard_error", "float64", "Its standard error, clustered by school.", unit="points"),
    Column("did_ci_low", "float64", "Lower end of its 95 % interval.", unit="points"),
    Column("did_ci_high", "float64", "Upper end of its 95 % interval.", unit="points"),
    Column("did_p_value", "float64", "How often chance alone would make a difference this large, 0..1."),
    Column("effect_size", "float64", "did_estimate in standard deviations (Hedges).", unit="standard deviations"),
    Column(
        "prior_scale_score",
        "decimal(9, 2)",
        "scale_score of the same administration a year before.",
        SENSITIVE,
        "points",
    ),
    Column("n_peers", "int64", "Students of the grade with both scores, the student among them.", unit="students"),
    Column(
        "growth_percentile",
        "int64",
        "Rank among students of the grade and subject with a similar prior score, 1 to 99; null where there are too few.",
        SENSITIVE,
        unit="percentile",
    ),
    Column("n_growth", "int64", "Students with a growth percentile.", unit="students"),
    Column("n_growth_before", "int64", "n_growth of the year before.", unit="students"),
    Column("mean_growth_percentile", "float64", "Mean growth percentile; 50 is the district's.", unit="percentile"),
    Column("mean_growth_percentile_ci_low", "float64", "Lower end of its 95 % interval.", unit="percentile"),
    Column("mean_growth_percentile_ci_high", "float64", "Upper end of its 95 % interval.", unit="percentile"),
    Column("median_growth_percentile", "float64", "Median growth percentile.", unit="percentile"),
    Column(
        "mean_growth_percentile_change",
        "float64",
        "mean_growth_percentile less that of the year before; each is a year's growth up to that year's latest administration.",
        unit="points",
    ),
    Column("reading", "string", "The row in words: what was found, and what the design can and cannot show."),
)

_TAKES_PART = (Within("n_students", rests_on_delivery=True, at_district_only=True),)

COUNTS = (
    Count("n_growth", Adding.AT_MOST, within=(Within("n_tested"),), told=Told.NOWHERE, defined_by="assessments"),
    Count("n_group", groups_add_up=False, within=(Within("n_tested"),), told=Told.NOWHERE, defined_by="assessments"),
    Count("n_comparison", groups_add_up=False, within=_TAKES_PART, told=Told.NOWHERE, defined_by="assessments"),
    Count(
        "n_participants",
        Adding.EXACTLY,
        groups_add_up=False,
        within=_TAKES_PART,
        told=Told.NOWHERE,
        defined_by="assessments",
    ),
    Count(
        "n_participants_not_compared",
        Adding.AT_MOST,
        groups_add_up=False,
        within=_TAKES_PART,
        told=Told.NOWHERE,
        defined_by="assessments",
    ),
    Count(
        "n_participants_attrited",
        Adding.AT_MOST,
        groups_add_up=False,
        within=_TAKES_PART,
        told=Told.NOWHERE,
        defined_by="assessments",
    ),
    Count(
        "n_comparison_attrited",
        Adding.AT_MOST,
        groups_add_up=False,
        within=_TAKES_PART,
        told=Told.NOWHERE,
        defined_by="assessments",
    ),
)
"""n_group and n_comparison do not add up over schools, because the grades with students of both sides differ between schools. A level
without participants who can be compared has no row, so that the other levels add up to no more than the district."""

_GROUP = "school_year aggregation k_school school_name"
_SUBGROUP = "k_subgroup subgroup_dimension subgroup_value"
_SCORE_GAPS = (
    "mean_scale_score_gap mean_scale_score_gap_ci_low mean_scale_score_gap_ci_high hedges_g hedges_g_ci_low "
    "hedges_g_ci_high"
)
_SHARE_GAPS = "pct_proficient_gap pct_proficient_gap_ci_low pct_proficient_gap_ci_high"

_ARM_SUMS = "n_baseline_{0} n_both_{0} total_from_{0} total_to_{0} squares_from_{0} squares_to_{0}"
_EFFECTS = (
    "baseline_mean_participants baseline_mean_comparison standardized_baseline_difference change_participants "
    "change_comparison did_estimate"
)
_UNCERTAINTY = "did_standard_error did_ci_low did_ci_high did_p_value"
"""The uncertainty of did_estimate; it exists from three schools on, and n_schools is released."""

_COMPARED_WITH = (
    Counted("n_tested", named_in="comparison_value", otherwise=NOT_REPORTED),
    Counted("n_tested", about=EVERYONE),
)
"""'All others' are all students less the group and those whose value is not reported. Each count follows from the rest by subtraction."""

TABLES = (
    Table(
        "msr_program_stratum",
        Layer.MEASURE,
        grain="a program's participants of a subgroup in one school, grade and set of other programs, by year and subject",
        key=names("school_year program subject k_subgroup k_school grade_level other_programs"),
        columns=names(
            "school_year program subject from_administration to_administration k_subgroup school_level k_school grade_level "
            f"other_programs {_ARM_SUMS.format('participants')} {_ARM_SUMS.format('comparison')}"
        ),
        owner=Owner.ASSESSMENT,
        description="What program_evaluation estimates from: participants' scores before and after, and those of the students "
        "of the same school, grade and other programs who do not take part. Counts are small; this is no table to release.",
    ),
    Table(
        "msr_student_growth",
        Layer.MEASURE,
        grain="a student's growth in a subject over the year up to the latest administration",
        key=names("k_student subject"),
        columns=names(
            "k_student k_student_xyear k_school school_year subject administration grade_level scale_score "
            "prior_scale_score n_peers growth_percentile"
        ),
        owner=Owner.ASSESSMENT,
        is_split_by_year=True,
        description="Growth percentiles: the score of the year's latest administration among those of students of the grade "
        "with a similar score in the same administration a year before.",
    ),
    Table(
        "equity_gaps",
        Layer.ANALYSIS,
        grain="a subgroup at a school, or in the district, in a year, subject and administration, and what it is compared with",
        key=names("school_year aggregation k_school subject administration k_subgroup comparison"),
        nullable_key=("k_school",),
        columns=names(
            f"{_GROUP} subject administration {_SUBGROUP} comparison comparison_value n_group n_comparison {_SCORE_GAPS} "
            f"{_SHARE_GAPS}"
        ),
        owner=Owner.ASSESSMENT,
        description="Gaps between groups of students within the same grades, with 95 % intervals. Students whose value of "
        "the dimension is not reported stand on neither side; scores outside the subject's scale (ASM-01) are left out.",
        measures=(
            *measured(
                f"n_group n_comparison {_SCORE_GAPS}",
                by="n_group n_comparison",
                rests_on=(Counted("n_tested"), *_COMPARED_WITH),
            ),
            *measured(
                _SHARE_GAPS,
                by="n_group n_comparison",
                rests_on=(Counted("n_tested"), Counted("n_proficient"), *_COMPARED_WITH),
            ),
        ),
    ),
    Table(
        "program_evaluation",
        Layer.ANALYSIS,
        grain="a program and subject in a year, for a subgroup of the district or for all students of a level of schools",
        key=names("school_year program subject aggregation school_level k_subgroup"),
        nullable_key=("school_level",),
        columns=names(
            "school_year program subject from_administration to_administration aggregation school_level "
            f"{_SUBGROUP} n_participants n_comparison n_schools n_participants_not_compared n_participants_attrited "
            f"n_comparison_attrited pct_participants_attrited pct_comparison_attrited "
            f"{_EFFECTS} {_UNCERTAINTY} effect_size reading"
        ),
        owner=Owner.ASSESSMENT,
        description="Participants' change against that of comparable students who do not take part (difference in "
        "differences), with an interval that is robust to schools. Who takes part is not assigned by chance: `reading` says "
        "what a row can and cannot show.",
        measures=(
            *measured("n_participants", by="n_participants"),
            *measured("n_comparison", by="n_comparison"),
            *measured("n_participants_not_compared", by="n_participants_not_compared"),
            *measured("n_participants_attrited", by="n_participants n_participants_attrited"),
            *measured("n_comparison_attrited", by="n_comparison n_comparison_attrited"),
            *measured(
                "pct_participants_attrited",
                by="n_participants n_participants_attrited",
                rounded_by=Counted("n_participants"),
            ),
            *measured(
                "pct_comparison_attrited", by="n_comparison n_comparison_attrited", rounded_by=Counted("n_comparison")
            ),
            *measured(_EFFECTS, by="n_participants n_comparison"),
            *measured(_UNCERTAINTY, by="n_participants n_comparison", absence_is_public=True),
            *measured("effect_size reading", by="n_participants n_comparison"),
        ),
    ),
    Table(
        "student_growth",
        Layer.ANALYSIS,
        grain="a subgroup at a school, or in the district, in a year and subject",
        key=names("school_year aggregation k_school subject k_subgroup"),
        nullable_key=("k_school",),
        columns=names(
            f"{_GROUP} subject administration {_SUBGROUP} n_growth mean_growth_percentile mean_growth_percentile_ci_low "
            "mean_growth_percentile_ci_high median_growth_percentile n_growth_before mean_growth_percentile_change "
            "change_basis"
        ),
        owner=Owner.ASSESSMENT,
        description="Growth of groups relative to the district: 50 is average by definition. Students without a score a year "
        "before have none.",
        measures=(
            *measured(
                "n_growth mean_growth_percentile mean_growth_percentile_ci_low mean_growth_percentile_ci_high "
                "median_growth_percentile",
                by="n_growth",
            ),
            *measured("n_growth_before", by="n_growth_before"),
            *measured(
                "mean_growth_percentile_change",
                by="n_growth n_growth_before",
                rounding=Rounding(unless="change_basis", size="n_growth", per=100),
            ),
        ),
        counted=(("n_growth_before", Counted("n_growth", years_back=1, by=CHANGE_BASIS)),),
    ),
)
