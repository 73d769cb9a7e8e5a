"""Analysis tables: what leaders and their analysts read, and what readers can relate in them."""

from dataclasses import replace

from district_platform.dictionary.attendance import ABSENCE, CHANGE_BASIS, JUDGED_BEFORE
from district_platform.dictionary.model import (
    Adding,
    Column,
    Count,
    Counted,
    Layer,
    Measure,
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


def _left_out(ratio: str, students: str, n_schools: str, pct: str, fte: str) -> tuple[Column, ...]:
    """What a ratio of a level or the district compares and leaves out; `students` names them."""
    return (
        Column(
            n_schools, "int64", f"Schools with {students} and without FTE, which {ratio} leaves out.", unit="schools"
        ),
        Column(pct, "float64", f"Share of {students} whom {ratio} leaves out.", unit="percent"),
        Column(fte, "decimal(12, 4)", f"FTE that {ratio} takes: of schools with {students}.", unit="FTE"),
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
        "teacher_fte",
        "decimal(12, 4)",
        "FTE of teachers who teach everyone (program General or Vocational) on the census date, vacant posts left out.",
        unit="FTE",
    ),
    Column(
        "vacant_teacher_fte",
        "decimal(12, 4)",
        "FTE of such posts that nobody holds on the census date; no ratio takes it.",
        unit="FTE",
    ),
    Column(
        "teacher_fte_ccd",
        "decimal(12, 4)",
        "FTE of all teachers, special education and English learner programs included, as the Common Core of Data counts.",
        unit="FTE",
    ),
    Column(
        "students_per_teacher_fte_ccd",
        "float64",
        "Students per FTE of all teachers, as the Common Core of Data (NCES) has it: over the schools that have both.",
        unit="students per FTE",
    ),
    Column("n_schools_with_students", "int64", "Schools with students on the census date.", unit="schools"),
    *_left_out(
        "students_per_teacher_fte", "students", "n_schools_left_out", "pct_students_left_out", "compared_teacher_fte"
    ),
    *_left_out(
        "students_per_teacher_fte_ccd",
        "students",
        "n_schools_left_out_ccd",
        "pct_students_left_out_ccd",
        "compared_teacher_fte_ccd",
    ),
    *_left_out(
        "english_learners_per_teacher_fte",
        "English learners",
        "n_schools_left_out_english_learners",
        "pct_english_learners_left_out",
        "compared_english_learner_teacher_fte",
    ),
    *_left_out(
        "students_with_disability_per_teacher_fte",
        "students with disability",
        "n_schools_left_out_students_with_disability",
        "pct_students_with_disability_left_out",
        "compared_special_education_teacher_fte",
    ),
    Column(
        "n_schools_in_both_years",
        "int64",
        "Schools with students and teacher_fte in this year and the one before: those that the change compares.",
        unit="schools",
    ),
    Column(
        "n_schools_left_out_of_change",
        "int64",
        "Schools with students in one of the two years that the change leaves out.",
        unit="schools",
    ),
    Column("n_teachers", "int64", "Teachers on the census date, each once.", unit="educators"),
    Column(
        "students_per_teacher_fte",
        "float64",
        "Students per teacher FTE on the census date, over the schools that have both; null where that leaves out more than "
        "quality.max_left_out_pct of the students.",
        unit="students per FTE",
    ),
    Column(
        "students_per_teacher_fte_change",
        "float64",
        "students_per_teacher_fte less that of the year before, both over the schools that have both sides in both years.",
        unit="students per FTE",
    ),
    Column(
        "n_english_learners_census",
        "int64",
        "English learners enrolled on the census date, each once.",
        unit="students",
    ),
    Column("english_learner_teacher_fte", "decimal(12, 4)", "FTE of teachers of program English Learner.", unit="FTE"),
    Column(
        "english_learners_per_teacher_fte",
        "float64",
        "English learners per FTE of their program's teachers, on the census date.",
        unit="students per FTE",
    ),
    Column(
        "n_students_with_disability_census",
        "int64",
        "Students with disability enrolled on the census date, each once.",
        unit="students",
    ),
    Column(
        "special_education_teacher_fte", "decimal(12, 4)", "FTE of teachers of program Special Education.", unit="FTE"
    ),
    Column(
        "students_with_disability_per_teacher_fte",
        "float64",
        "Students with disability per FTE of special education teachers, on the census date.",
        unit="students per FTE",
    ),
    Column(
        "n_teachers_judged",
        "int64",
        "Teachers of n_teachers who teach a course whose subject and grade band are known.",
        unit="educators",
    ),
    Column(
        "pct_teachers_fully_certified",
        "float64",
        "Share of n_teachers_judged who hold a valid certification, neither provisional nor emergency, for all they teach.",
        unit="percent",
    ),
    Column(
        "pct_teachers_fully_certified_change",
        "float64",
        "pct_teachers_fully_certified less that of the year before, over the schools with judged teachers in both years.",
        unit="points",
    ),
    Column("n_tested_reading", "int64", "Students with a Reading score in the row's administration.", unit="students"),
    Column("pct_proficient_reading", "float64", "pct_proficient in Reading.", unit="percent"),
    Column("n_tested_reading_before", "int64", "n_tested_reading of the year before.", unit="students"),
    Column("pct_proficient_reading_change", "float64", "Change against the year before.", unit="points"),
    Column("n_tested_math", "int64", "Students with a Math score in the row's administration.", unit="students"),
    Column("pct_proficient_math", "float64", "pct_proficient in Math.", unit="percent"),
    Column("n_tested_math_before", "int64", "n_tested_math of the year before.", unit="students"),
    Column("pct_proficient_math_change", "float64", "Change against the year before.", unit="points"),
    Column("n_growth_reading", "int64", "Students with a growth percentile in Reading.", unit="students"),
    Column("mean_growth_percentile_reading", "float64", "mean_growth_percentile in Reading.", unit="percentile"),
    Column("n_growth_reading_before", "int64", "n_growth_reading of the year before.", unit="students"),
    Column("mean_growth_percentile_reading_change", "float64", "Change against the year before.", unit="points"),
    Column("n_growth_math", "int64", "Students with a growth percentile in Math.", unit="students"),
    Column("mean_growth_percentile_math", "float64", "mean_growth_percentile in Math.", unit="percentile"),
    Column("n_growth_math_before", "int64", "n_growth_math of the year before.", unit="students"),
    Column("mean_growth_percentile_math_change", "float64", "Change against the year before.", unit="points"),
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
"""The one headcount that is told of every place and group."""

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


def _tested_in(subject: str) -> tuple[tuple[str, Counted], ...]:
    """Of a row that names the administration: the columns that repeat n_tested in a subject."""
    this = Counted("n_tested", about=(("subject", subject),), by=("administration",))
    column = f"n_tested_{subject.lower()}"
    return (column, this), (f"{column}_before", replace(this, years_back=1))


def _proficient_in(subject: str) -> tuple[Measure, ...]:
    """Of such a row: proficiency in the subject, and its change."""
    this = Counted("n_proficient", about=(("subject", subject),), by=("administration",))
    rate, size = f"pct_proficient_{subject.lower()}", f"n_tested_{subject.lower()}"
    return (
        *measured(size, by=size),
        *measured(rate, by=size, share=this),
        *measured(f"{size}_before", by=f"{size}_before"),
        *measured(f"{rate}_change", by=f"{size} {size}_before", share=replace(this, years_back=1), change_of=rate),
    )


def _grown_in(subject: str) -> tuple[tuple[str, Counted], ...]:
    """Of a row that is a school's: the columns that repeat n_growth in a subject."""
    this, column = Counted("n_growth", about=(("subject", subject),)), f"n_growth_{subject.lower()}"
    return (column, this), (f"{column}_before", replace(this, years_back=1))


def _growth_in(subject: str) -> tuple[Measure, ...]:
    """Of a row that is a school's: growth in the subject, and its change."""
    size, measure = f"n_growth_{subject}", f"mean_growth_percentile_{subject}"
    return (
        *measured(f"{size} {measure}", by=size),
        *measured(f"{size}_before", by=f"{size}_before"),
        *measured(f"{measure}_change", by=f"{size} {size}_before"),
    )


_STAFFING = (
    *measured("n_students_census", by="n_students_census"),
    *measured("students_per_teacher_fte", by="n_students_census", absence_is_public=True),
    *measured("n_students_census_before", by="n_students_census_before"),
    *measured(
        "students_per_teacher_fte_change", by="n_students_census n_students_census_before", absence_is_public=True
    ),
    *measured("n_english_learners_census", by="n_english_learners_census"),
    *measured("english_learners_per_teacher_fte", by="n_english_learners_census", absence_is_public=True),
    *measured("n_students_with_disability_census", by="n_students_with_disability_census"),
    *measured(
        "students_with_disability_per_teacher_fte", by="n_students_with_disability_census", absence_is_public=True
    ),
)


def _compared_in(ratio: str, n_all: str, n_schools: str, pct: str, fte: str) -> tuple[Measure, ...]:
    """A ratio and the share that it leaves out. Whether there is one, FTE and schools told beside it show. Where schools are left out
    it says how many students the others have, and is told with fewer decimals."""
    rounding = Rounding(unless=n_schools, size=fte, per=1)
    return (
        *measured(pct, by=n_all, only_ranges=LEFT_OUT),
        *measured(ratio, by=n_all, absence_is_public=True, rounding=rounding),
    )


PARTICIPATION = Ranges(bounds=(0, 50, 75, 90, 95, 100), of=Side.PART)
LEFT_OUT = Ranges(bounds=(0, 5, 10, 25, 50, 100), of=Side.WHOLE)

_LEARNERS, _DISABLED = "n_english_learners_census", "n_students_with_disability_census"
_RATIOS = (
    *measured("n_students_census", by="n_students_census"),
    *_compared_in(
        "students_per_teacher_fte",
        "n_students_census",
        "n_schools_left_out",
        "pct_students_left_out",
        "compared_teacher_fte",
    ),
    *_compared_in(
        "students_per_teacher_fte_ccd",
        "n_students_census",
        "n_schools_left_out_ccd",
        "pct_students_left_out_ccd",
        "compared_teacher_fte_ccd",
    ),
    *measured("n_students_census_before", by="n_students_census_before"),
    *measured(
        "students_per_teacher_fte_change",
        by="n_students_census n_students_census_before",
        absence_is_public=True,
        rounding=Rounding(unless="n_schools_left_out_of_change", size="compared_teacher_fte", per=1),
    ),
    *measured(_LEARNERS, by=_LEARNERS),
    *_compared_in(
        "english_learners_per_teacher_fte",
        _LEARNERS,
        "n_schools_left_out_english_learners",
        "pct_english_learners_left_out",
        "compared_english_learner_teacher_fte",
    ),
    *measured(_DISABLED, by=_DISABLED),
    *_compared_in(
        "students_with_disability_per_teacher_fte",
        _DISABLED,
        "n_schools_left_out_students_with_disability",
        "pct_students_with_disability_left_out",
        "compared_special_education_teacher_fte",
    ),
    *measured("pct_teachers_fully_certified pct_teachers_fully_certified_change", by=""),
)
_WITH_LEARNERS = (("k_subgroup", "English learner-Yes"),)
_WITH_DISABILITY = (("k_subgroup", "Disability-Yes"),)
_CENSUS = (
    ("n_students_census_before", Counted("n_students_census", years_back=1)),
    ("n_english_learners_census", Counted("n_students_census", about=_WITH_LEARNERS)),
    ("n_students_with_disability_census", Counted("n_students_census", about=_WITH_DISABILITY)),
)
"""Counts of the census date beside the year's staff, which repeat those of enrollment_summary."""

_OVER_SOME = Rounding(unless="change_basis", size="n_tested", per=100)
"""Of a change of the district that leaves schools out."""

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
    Table(
        "staffing_ratios",
        Layer.ANALYSIS,
        grain="a school, a level or the district in a year",
        key=names("school_year aggregation school_level k_school"),
        nullable_key=names("school_level k_school"),
        columns=names(
            "school_year aggregation school_level k_school school_name n_students_census n_teachers teacher_fte "
            "students_per_teacher_fte n_students_census_before students_per_teacher_fte_change n_english_learners_census "
            "english_learner_teacher_fte english_learners_per_teacher_fte n_students_with_disability_census "
            "special_education_teacher_fte students_with_disability_per_teacher_fte n_teachers_judged "
            "pct_teachers_fully_certified pct_teachers_fully_certified_change vacant_teacher_fte teacher_fte_ccd "
            "students_per_teacher_fte_ccd n_schools_with_students n_schools_left_out pct_students_left_out "
            "compared_teacher_fte n_schools_left_out_ccd pct_students_left_out_ccd compared_teacher_fte_ccd "
            "n_schools_left_out_english_learners pct_english_learners_left_out compared_english_learner_teacher_fte "
            "n_schools_left_out_students_with_disability pct_students_with_disability_left_out "
            "compared_special_education_teacher_fte n_schools_in_both_years n_schools_left_out_of_change"
        ),
        owner=Owner.HR,
        description="Students per teacher FTE on the census date (position Teacher, program General or Vocational, "
        "without vacancies and assignments whose FTE is impossible), beside it the ratio of the Common Core of Data, by need per FTE "
        "of the program's teachers, and the share of teachers who are certified for all they teach. A ratio takes the schools that "
        "have both students and FTE, and a change those that have both in both years; null where that leaves out more than "
        "quality.max_left_out_pct of the students, and never infinite.",
        measures=_RATIOS,
        counted=_CENSUS,
    ),
    Table(
        "school_comparison",
        Layer.ANALYSIS,
        grain="a school in a year",
        key=names("school_year k_school"),
        columns=names(
            "school_year k_school school_name school_level is_title_i n_students n_students_before n_students_change "
            "n_students_attending pct_attendance n_students_judged n_chronically_absent pct_chronically_absent "
            "n_students_judged_before pct_chronically_absent_change "
            "n_students_census n_students_census_before teacher_fte students_per_teacher_fte "
            "students_per_teacher_fte_change n_english_learners_census english_learners_per_teacher_fte "
            "n_students_with_disability_census students_with_disability_per_teacher_fte pct_teachers_fully_certified "
            "pct_teachers_fully_certified_change administration n_tested_reading pct_proficient_reading "
            "n_tested_reading_before pct_proficient_reading_change n_tested_math pct_proficient_math "
            "n_tested_math_before pct_proficient_math_change n_growth_reading mean_growth_percentile_reading "
            "n_growth_reading_before mean_growth_percentile_reading_change n_growth_math mean_growth_percentile_math "
            "n_growth_math_before mean_growth_percentile_math_change"
        ),
        owner=Owner.DATA,
        description="Schools side by side. Chronic absence is by the local rule, its change that of chronic_absence. Proficiency "
        "is that of the year's latest administration in the district, and its change compares the same administration of the "
        "year before; growth is over the year up to it. Counts of the census date stand beside the ratios that rest on them.",
        measures=(
            *measured("n_students", by="n_students"),
            *_STAFFING,
            *measured("pct_teachers_fully_certified pct_teachers_fully_certified_change", by=""),
            *measured("n_students_before", by="n_students_before"),
            *measured("n_students_change", by="n_students n_students_before"),
            *ABSENCE,
            *_proficient_in("Reading"),
            *_proficient_in("Math"),
            *_growth_in("reading"),
            *_growth_in("math"),
        ),
        counted=(
            ("n_students_before", Counted("n_students", years_back=1)),
            JUDGED_BEFORE,
            *_CENSUS,
            *_tested_in("Reading"),
            *_tested_in("Math"),
            *_grown_in("Reading"),
            *_grown_in("Math"),
        ),
    ),
)
