"""Rows in, rows out: the daily fact's inputs as memtables, and its result as Python values."""

from collections.abc import Iterable

import ibis
import pyarrow as pa

from district_platform.facts.daily_attendance import fct_school_attendance_taken, fct_student_daily_attendance
from district_platform.settings import Attendance
from district_platform.sources.reference.absentee_bands import absentee_categories
from district_platform_tests.facts.daily_attendance.reference import District, Row
from district_platform_tests.transforms import executed

PART = "decimal(5, 4)"

ASSOCIATION = ibis.schema(
    {
        "k_student": "string",
        "k_student_xyear": "string",
        "k_school": "string",
        "school_year": "int64",
        "enrollment_id": "string",
        "calendar_code": "string",
        "grade_level": "string",
        "entry_date": "date",
        "exit_date": "date",
        "exit_reason": "string",
        "is_primary": "boolean",
    }
)
CALENDAR = ibis.schema(
    {
        "k_calendar_date": "string",
        "k_school": "string",
        "school_year": "int64",
        "calendar_code": "string",
        "calendar_date": "date",
        "is_school_day": "boolean",
        "calendar_event": "string",
    }
)
SESSION = ibis.schema(
    {
        "k_session": "string",
        "k_school": "string",
        "school_year": "int64",
        "session_id": "string",
        "session_name": "string",
        "begin_date": "date",
        "end_date": "date",
        "total_instructional_days": "int64",
    }
)
EVENT = ibis.schema(
    {
        "k_student": "string",
        "k_student_xyear": "string",
        "k_school": "string",
        "k_session": "string",
        "school_year": "int64",
        "event_date": "date",
        "attendance_code": "string",
        "attendance_event_category": "string",
        "attendance_event_reason": "string",
        "attendance_excusal_status": "string",
        "is_absent": PART,
    }
)
SUBMISSION = ibis.schema({"school_id": "string", "submission_date": "date"})

DAILY = ibis.schema(
    {
        "k_student": "string",
        "k_student_xyear": "string",
        "k_school": "string",
        "k_calendar_date": "string",
        "school_year": "int64",
        "calendar_date": "date",
        "k_session": "string",
        "attendance_event_category": "string",
        "attendance_event_reason": "string",
        "is_absent": PART,
        "is_present": PART,
        "is_enrolled": "int64",
        "attendance_excusal_status": "string",
        "consecutive_days_by_excusal_status": "int64",
        "total_days_enrolled": "int64",
        "cumulative_days_absent": "decimal(9, 4)",
        "cumulative_days_attended": "decimal(9, 4)",
        "cumulative_days_enrolled": "int64",
        "cumulative_attendance_rate": "decimal(5, 2)",
        "meets_enrollment_threshold": "boolean",
        "is_chronic_absentee": "boolean",
        "absentee_category_rank": "int64",
        "absentee_category_label": "string",
    }
)


def memtable(rows: Iterable[Row], schema: ibis.Schema) -> ibis.Table:
    """Rows as a table; a column that a row does not name is null."""
    records = [{name: row.get(name) for name in schema.names} for row in rows]
    return ibis.memtable(pa.Table.from_pylist(records, schema=schema.to_pyarrow()))


def rows_of(table: ibis.Table, order: Iterable[str] = ("k_student", "k_school", "calendar_date")) -> list[Row]:
    """A table's rows as Python values (None, date, Decimal, int), in order."""
    keys = [name for name in order if name in table.columns]
    connection = ibis.duckdb.connect()
    try:
        return connection.to_pyarrow(table.order_by(keys) if keys else table).to_pylist()
    finally:
        connection.disconnect()


def daily_fact(district: District) -> ibis.Table:
    """The daily fact of a district."""
    return executed(
        fct_student_daily_attendance,
        memtable(district.enrollments, ASSOCIATION),
        memtable(district.calendar, CALENDAR),
        memtable(district.sessions, SESSION),
        memtable(district.events, EVENT),
        memtable(district.submissions, SUBMISSION),
        absentee_categories(district.categories),
        memtable(district.sis_events, EVENT),
        Attendance(
            in_attendance_code=district.in_attendance_code,
            chronic_absence_threshold=district.threshold,
            chronic_absence_min_days=district.min_days,
            exit_date_inclusive=district.exit_date_inclusive,
            daily_submission_share=district.submission_share,
            daily_submission_min_days=district.submission_min_days,
            evidence_gap_days=district.gap_days,
            stray_events=district.stray_events,
        ),
        district.as_of_date,
    )


def days_taken(district: District) -> ibis.Table:
    """What evidence there is of each day of a district's schools."""
    return executed(
        fct_school_attendance_taken,
        memtable(district.calendar, CALENDAR),
        memtable(district.sis_events, EVENT),
        memtable(district.submissions, SUBMISSION),
        district.as_of_date,
    )
