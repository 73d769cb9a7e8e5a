"""The analysis table of staffing: its ratios, and what each compares and leaves out."""

from district_platform.dictionary.model import (
    Column,
    Counted,
    Layer,
    Measure,
    Owner,
    Ranges,
    Rounding,
    Side,
    Table,
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
)

LEFT_OUT = Ranges(bounds=(0, 5, 10, 25, 50, 100), of=Side.WHOLE)

SCHOOL_RATIOS = (
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
"""In a school's row: the ratios, and the counts of students beside them."""


def _compared_in(ratio: str, n_all: str, n_schools: str, pct: str, fte: str) -> tuple[Measure, ...]:
    """A ratio and the share of students that it leaves out. The released FTE and number of schools show whether there is a ratio. Where
    schools are left out, an exact ratio would reveal how many students the others have, so it is released with fewer decimals."""
    rounding = Rounding(unless=n_schools, size=fte, per=1)
    return (
        *measured(pct, by=n_all, only_ranges=LEFT_OUT),
        *measured(ratio, by=n_all, absence_is_public=True, rounding=rounding),
    )


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
CENSUS_COUNTS = (
    ("n_students_census_before", Counted("n_students_census", years_back=1)),
    ("n_english_learners_census", Counted("n_students_census", about=_WITH_LEARNERS)),
    ("n_students_with_disability_census", Counted("n_students_census", about=_WITH_DISABILITY)),
)
"""Counts of the census date beside the year's staff, which repeat those of enrollment_summary."""

TABLES = (
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
        counted=CENSUS_COUNTS,
    ),
)
