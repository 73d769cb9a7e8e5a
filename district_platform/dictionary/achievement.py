"""Analyses of achievement beyond levels: gaps, growth and programs."""

from district_platform.dictionary.model import Column, Layer, Owner, Table, measured, names

COMPLEMENT, REFERENCE_GROUP = "complement", "reference group"

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
    Column("hedges_g", "float64", "mean_scale_score_gap in standard deviations.", unit="standard deviations"),
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
)

_GROUP = "school_year aggregation k_school school_name"
_SUBGROUP = "k_subgroup subgroup_dimension subgroup_value"
_GAPS = (
    "mean_scale_score_gap mean_scale_score_gap_ci_low mean_scale_score_gap_ci_high hedges_g hedges_g_ci_low "
    "hedges_g_ci_high pct_proficient_gap pct_proficient_gap_ci_low pct_proficient_gap_ci_high"
)

TABLES = (
    Table(
        "equity_gaps",
        Layer.ANALYSIS,
        grain="a subgroup at a school, or in the district, in a year, subject and administration, and what it is compared with",
        key=names("school_year aggregation k_school subject administration k_subgroup comparison"),
        nullable_key=("k_school",),
        columns=names(
            f"{_GROUP} subject administration {_SUBGROUP} comparison comparison_value n_group n_comparison {_GAPS}"
        ),
        owner=Owner.ASSESSMENT,
        description="Gaps between groups of students within the same grades, with 95 % intervals. Students whose value of "
        "the dimension is not reported stand on neither side; scores outside the subject's scale (ASM-01) are left out.",
        measures=(
            *measured("n_group", by="n_group"),
            *measured("n_comparison", by="n_comparison"),
            *measured(_GAPS, by="n_group n_comparison"),
        ),
    ),
)
