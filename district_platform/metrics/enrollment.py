"""Who is enrolled, and when."""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.settings import Quality


def census_date(school_year: ir.IntegerValue, quality: Quality, as_of_date: dt.date) -> ir.DateValue:
    """The date in the fall of a school year on which students and staff are counted, or as_of_date if earlier.

    Source: states count on a fixed day in the fall (1 October in most); the day is a setting.
    """
    in_fall = ibis.date(school_year - 1, quality.census_month, quality.census_day)
    return ibis.least(in_fall, ibis.literal(as_of_date))


def covers(rows: ibis.Table, first: str, last: str, date: ir.DateValue) -> ir.BooleanValue:
    """Whether a stretch of time holds the date, both ends included; a null end is open, and without a beginning no date is covered."""
    return (rows[first] <= date) & (rows[last].isnull() | (rows[last] >= date)).fill_null(False)


def actual_enrollments(enrollments: ibis.Table, as_of_date: dt.date) -> ibis.Table:
    """Enrollments of at least one day that have begun: no no-shows (exit before entry), no future entries."""
    has_day = enrollments.exit_date.isnull() | (enrollments.exit_date >= enrollments.entry_date)
    return enrollments.filter(has_day, enrollments.entry_date <= as_of_date)


def n_students(students: ibis.Table, where: ir.BooleanValue | None = None) -> ir.IntegerScalar:
    """Students, each counted once, however many rows they have: all of them, or those that the column's name describes.

    Mobility is late entries (first entry after the census date) and early exits (last exit before the last instructional day of the
    calendar) for every 100 students on the census date. Somebody can be both, so it is no share of students; moves between schools
    of the district count at the schools, and in the district not at all.

    Formula: count of different k_student, a student in a year.
    Unit: students.
    Source: EDFacts FS052 (membership), for the census date.
    Columns: n_students, n_students_census, n_entered_late, n_exited_early, n_english_learners_census,
    n_students_with_disability_census.
    """
    return students.k_student.nunique(where=where)


def pct_of(part: ir.NumericValue, whole: ir.NumericValue) -> ir.FloatingValue:
    """Share of a group in the membership of its place on the census date; null where there is nobody.

    Its whole is n_students_census of all students in the row's school or district. The headcount of that day is the one count that is
    released for every group (docs/privacy.md), so that its share reveals no more than the counts do. Shares of a dimension add up to 100,
    those of schools do not add up to the district's.

    Formula: 100 × n_students_census of the group / n_students_census of all students.
    Unit: percent.
    Source: EDFacts FS052 (membership).
    Columns: pct_of_students.
    """
    return 100.0 * part.cast("float64") / whole.nullif(0).cast("float64")


def change(value: ir.NumericValue, before: ir.NumericValue) -> ir.NumericValue:
    """A figure against the year before; for `_cohort_change`, against the grade below in the year before. Null without either.

    Formula: value − value of the year before.
    Unit: that of the figure; points for percentages.
    Source: ESEA section 1111(h)(1)(C), which has states report progress from year to year.
    Columns: every column that ends in _change.
    """
    return value - before
