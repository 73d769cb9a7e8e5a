"""The analysis table of schools side by side: which figures it repeats from other tables, and which ones readers can relate."""

from dataclasses import replace

from district_platform.dictionary.attendance import ABSENCE, JUDGED_BEFORE
from district_platform.dictionary.model import (
    Column,
    Counted,
    Layer,
    Measure,
    Owner,
    Table,
    measured,
    names,
)
from district_platform.dictionary.staffing import CENSUS_COUNTS, SCHOOL_RATIOS

COLUMNS = (
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
)


def _tested_in(subject: str) -> tuple[tuple[str, Counted], ...]:
    """In a row that names the administration: the columns that repeat n_tested in a subject."""
    this = Counted("n_tested", about=(("subject", subject),), by=("administration",))
    column = f"n_tested_{subject.lower()}"
    return (column, this), (f"{column}_before", replace(this, years_back=1))


def _proficient_in(subject: str) -> tuple[Measure, ...]:
    """In a row that names the administration: proficiency in the subject, and its change."""
    this = Counted("n_proficient", about=(("subject", subject),), by=("administration",))
    rate, size = f"pct_proficient_{subject.lower()}", f"n_tested_{subject.lower()}"
    return (
        *measured(size, by=size),
        *measured(rate, by=size, share=this),
        *measured(f"{size}_before", by=f"{size}_before"),
        *measured(f"{rate}_change", by=f"{size} {size}_before", share=replace(this, years_back=1), change_of=rate),
    )


def _grown_in(subject: str) -> tuple[tuple[str, Counted], ...]:
    """In a school's row: the columns that repeat n_growth in a subject."""
    this, column = Counted("n_growth", about=(("subject", subject),)), f"n_growth_{subject.lower()}"
    return (column, this), (f"{column}_before", replace(this, years_back=1))


def _growth_in(subject: str) -> tuple[Measure, ...]:
    """In a school's row: growth in the subject, and its change."""
    size, measure = f"n_growth_{subject}", f"mean_growth_percentile_{subject}"
    return (
        *measured(f"{size} {measure}", by=size),
        *measured(f"{size}_before", by=f"{size}_before"),
        *measured(f"{measure}_change", by=f"{size} {size}_before"),
    )


TABLES = (
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
            *SCHOOL_RATIOS,
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
            *CENSUS_COUNTS,
            *_tested_in("Reading"),
            *_tested_in("Math"),
            *_grown_in("Reading"),
            *_grown_in("Math"),
        ),
    ),
)
