"""Analysis tables of enrollment and results, and what readers can relate in them. Beside them stand the tables of `attendance`,
`staffing`, `school_comparison`, `achievement`, `store` and `timekeeping`."""

from dataclasses import replace

from district_platform.dictionary.attendance import CHANGE_BASIS
from district_platform.dictionary.model import (
    Adding,
    Column,
    Count,
    Counted,
    Layer,
    Owner,
    Ranges,
    Rounding,
    Side,
    Table,
    Told,
    Within,
    measured,
    names,
)

COLUMNS = (
    Column("aggregation", "string", "What the row adds up: District, Level or School."),
    Column("n_students", "int64", "Students enrolled at any time in the year, each once.", unit="students"),
    Column("n_students_census", "int64", "Students enrolled on the census date, each once.", unit="students"),
    Column("n_students_before", "int64", "n_students of the year before.", unit="students"),
    Column("n_students_census_before", "int64", "n_students_census of the year before.", unit="students"),
    Column(
        "pct_of_students",
        "float64",
        "Share of the group's n_students_census in that of all students there: of the membership on the census date, not of everybody "
        "enrolled at some time of the year.",
        unit="percent",
    ),
    Column("n_students_change", "int64", "n_students less that of the year before.", unit="students"),
    Column("n_entered_late", "int64", "Students whose first entry is after the census date.", unit="students"),
    Column(
        "n_exited_early",
        "int64",
        "Students who left before the last instructional day of their last enrollment's calendar. Enrollments without a "
        "calendar (ENR-07 counts them) are left out; null where all who left have such.",
        unit="students",
    ),
    Column("n_tested", "int64", "Students with a scale score.", unit="students"),
    Column("n_tested_before", "int64", "n_tested of the year before.", unit="students"),
    Column("mean_scale_score", "float64", "Mean scale score.", unit="points"),
    Column("mean_scale_score_change", "float64", "mean_scale_score less that of the year before.", unit="points"),
    Column("pct_proficient", "float64", "Proficient results per result with a level.", unit="percent"),
    Column("pct_proficient_change", "float64", "pct_proficient less that of the year before.", unit="points"),
    Column(
        "n_tested_cohort_before",
        "int64",
        "n_tested of the grade below in the year before; null for groups that are no grade.",
        unit="students",
    ),
    Column(
        "mean_scale_score_cohort_change",
        "float64",
        "mean_scale_score less that of the grade below in the year before: a year's gain on the vertical scale.",
        unit="points",
    ),
    Column(
        "pct_proficient_cohort_change",
        "float64",
        "pct_proficient less that of the grade below in the year before.",
        unit="points",
    ),
    Column("window_last_date", "date", "Last day of the administration's tests in the district."),
    Column(
        "pct_participation",
        "float64",
        "Students with a score per student enrolled at the school on window_last_date, in grades that the district tests.",
        unit="percent",
    ),
    Column(
        "suppression",
        "string",
        "The strongest reason why a measure of the row is not exact: primary (its group is small), complementary (it "
        "would give another group away), undisclosed (one of the two, and either word would tell too much), coarsened "
        "(a percentage as a range), none.",
        domain=("none", "coarsened", "complementary", "primary", "undisclosed"),
    ),
)

ENROLLED = "n_students"
CENSUS = "n_students_census"
"""The one headcount that is released for every place and group."""

_OF_RESULTS = (Within(ENROLLED, rests_on_delivery=True, at_district_only=True),)

COUNTS = (
    Count(ENROLLED, Adding.AT_LEAST, is_everybody=True),
    Count(CENSUS, Adding.AT_LEAST, part_of=ENROLLED, told=Told.EVERYWHERE),
    Count("n_entered_late", part_of=ENROLLED, apart_from=CENSUS),
    Count("n_exited_early", part_of=ENROLLED),
    Count("n_tested", Adding.AT_MOST, within=_OF_RESULTS, told=Told.NOWHERE, defined_by="assessments"),
    Count("n_proficient", Adding.AT_MOST, part_of="n_tested", told=Told.NOWHERE, defined_by="assessments"),
)

EVERYONE = (("k_subgroup", "All students-All students"),)
"""The group of all students, beside a row of one group."""

COUNTED_OF_ALL = Counted(CENSUS, about=EVERYONE)

PROFICIENT = Counted("n_proficient")
PROFICIENT_BEFORE = Counted("n_proficient", years_back=1)
PROFICIENT_IN_GRADE_BELOW = Counted("n_proficient", years_back=1, grades_back=1)


PARTICIPATION = Ranges(bounds=(0, 50, 75, 90, 95, 100), of=Side.PART)
_OVER_SOME = Rounding(unless="change_basis", size="n_tested", per=100)
"""For a change of the district that leaves schools out."""

_GROUP = "school_year aggregation k_school school_name"
_SUBGROUP = "k_subgroup subgroup_dimension subgroup_value"

TABLES = (
    Table(
        "enrollment_summary",
        Layer.ANALYSIS,
        grain="a subgroup at a school, or in the district, in a year",
        key=names("school_year aggregation k_school k_subgroup"),
        nullable_key=("k_school",),
        columns=names(
            f"{_GROUP} {_SUBGROUP} n_students n_students_before n_students_change pct_of_students n_students_census "
            "n_entered_late n_exited_early"
        ),
        owner=Owner.DATA,
        description="Who is enrolled, and who came late or left early. A student counts once in each row.",
        measures=(
            *measured("n_students", by="n_students"),
            *measured("pct_of_students", by="n_students_census", rests_on=(COUNTED_OF_ALL,), rounded_by=COUNTED_OF_ALL),
            *measured("n_students_before", by="n_students_before"),
            *measured("n_students_change", by="n_students n_students_before"),
            *measured("n_students_census", by="n_students_census"),
            *measured("n_entered_late", by="n_students n_entered_late"),
            *measured("n_exited_early", by="n_students n_exited_early"),
        ),
        counted=(("n_students_before", Counted("n_students", years_back=1)),),
    ),
    Table(
        "student_performance",
        Layer.ANALYSIS,
        grain="a subgroup at a school, or in the district, in a year, subject and administration",
        key=names("school_year aggregation k_school subject administration k_subgroup"),
        nullable_key=("k_school",),
        columns=names(
            f"{_GROUP} subject administration {_SUBGROUP} n_tested mean_scale_score pct_proficient n_tested_before "
            "mean_scale_score_change pct_proficient_change n_tested_cohort_before mean_scale_score_cohort_change "
            "pct_proficient_cohort_change change_basis"
        ),
        owner=Owner.ASSESSMENT,
        description="Achievement and its change against the year before, in the same subject and administration: of the "
        "same group, and for grades of the same cohort one grade down; in the district over the schools with results in both years "
        "(change_basis). Scores outside the subject's scale (ASM-01) are left out.",
        measures=(
            *measured("n_tested mean_scale_score", by="n_tested"),
            *measured("pct_proficient", by="n_tested", share=PROFICIENT),
            *measured("n_tested_before", by="n_tested_before"),
            *measured("mean_scale_score_change", by="n_tested n_tested_before", rounding=_OVER_SOME),
            *measured(
                "pct_proficient_change",
                by="n_tested n_tested_before",
                share=replace(PROFICIENT_BEFORE, by=CHANGE_BASIS),
                change_of="pct_proficient",
                rounding=_OVER_SOME,
            ),
            *measured("n_tested_cohort_before", by="n_tested_cohort_before"),
            *measured("mean_scale_score_cohort_change", by="n_tested n_tested_cohort_before", rounding=_OVER_SOME),
            *measured(
                "pct_proficient_cohort_change",
                by="n_tested n_tested_cohort_before",
                share=replace(PROFICIENT_IN_GRADE_BELOW, by=CHANGE_BASIS),
                change_of="pct_proficient",
                rounding=_OVER_SOME,
            ),
        ),
        counted=(
            ("n_tested_before", Counted("n_tested", years_back=1, by=CHANGE_BASIS)),
            ("n_tested_cohort_before", Counted("n_tested", years_back=1, grades_back=1, by=CHANGE_BASIS)),
        ),
    ),
    Table(
        "assessment_participation",
        Layer.ANALYSIS,
        grain="a subgroup at a school, or in the district, in the latest administration of a subject in a year",
        key=names("school_year aggregation k_school subject administration k_subgroup"),
        nullable_key=("k_school",),
        columns=names(f"{_GROUP} subject administration {_SUBGROUP} window_last_date n_tested pct_participation"),
        owner=Owner.ASSESSMENT,
        description="Of how many students proficiency is known: tested per student enrolled at the school on the last day of the "
        "test window, in grades that the district tests. Stands beside student_performance. Under 95 % proficiency is to be read with "
        "care (ESEA section 1111(c)(4)(E)). Released as a range.",
        measures=(
            *measured("n_tested", by="n_tested"),
            *measured("pct_participation", by="n_tested", only_ranges=PARTICIPATION),
        ),
    ),
)
