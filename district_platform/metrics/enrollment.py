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
    """Whether a stretch of time holds the date, both ends included; a null end is open, a null beginning holds nothing."""
    return (rows[first] <= date) & (rows[last].isnull() | (rows[last] >= date)).fill_null(False)


def actual_enrollments(enrollments: ibis.Table, as_of_date: dt.date) -> ibis.Table:
    """Enrollments of at least one day that have begun: no no-shows (exit before entry), no future entries."""
    has_day = enrollments.exit_date.isnull() | (enrollments.exit_date >= enrollments.entry_date)
    return enrollments.filter(has_day, enrollments.entry_date <= as_of_date)


def n_students(students: ibis.Table, where: ir.BooleanValue | None = None) -> ir.IntegerScalar:
    """Number of different students. Unit: students; a student in two rows counts once."""
    return students.k_student.nunique(where=where)


def pct_of(part: ir.NumericValue, whole: ir.NumericValue) -> ir.FloatingValue:
    """Share in percent, null where the whole is nothing."""
    return 100.0 * part.cast("float64") / whole.nullif(0).cast("float64")


def change(value: ir.NumericValue, before: ir.NumericValue) -> ir.NumericValue:
    """The value less that of the year before, in the value's own unit; null where either is missing."""
    return value - before
