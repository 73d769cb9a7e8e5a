"""Students of school north with days of attendance, as rows to publish beside those of `published.people`."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

FIRST = dt.date(2025, 8, 20)


def day(
    student: str,
    date: dt.date,
    absent: str = "1",
    excusal: str | None = "Unexcused",
    school: str = "north",
    year: int = 2026,
) -> dict[str, Any]:
    """A day enrolled; absent 0 is a day present."""
    present = Decimal(absent) == 0
    return {
        "k_student": f"{year}-{student}",
        "k_student_xyear": student,
        "k_school": school,
        "school_year": year,
        "calendar_date": date,
        "attendance_event_category": "In Attendance" if present else "Absence",
        "attendance_excusal_status": "In Attendance" if present else excusal,
        "is_absent": Decimal(absent),
        "is_present": 1 - Decimal(absent),
        "is_enrolled": 1,
    }


def to_date(student: str, absent: int, enrolled: int, school: str = "north", year: int = 2026) -> dict[str, Any]:
    """The measures of a student at a school: days absent of days enrolled."""
    rate = Decimal(100 * (enrolled - absent)) / enrolled
    return {
        "k_student": f"{year}-{student}",
        "k_student_xyear": student,
        "k_school": school,
        "school_year": year,
        "cumulative_days_absent": absent,
        "cumulative_days_attended": enrolled - absent,
        "cumulative_days_enrolled": enrolled,
        "cumulative_attendance_rate": rate.quantize(Decimal("0.01")),
        "meets_enrollment_threshold": True,
        "is_chronic_absentee": rate <= 90,
    }


def calendar(*dates: dt.date, schools: Sequence[str] = ("north", "south"), year: int = 2026) -> list[dict[str, Any]]:
    """Instructional days of the schools, and the last day of their year."""
    return [
        {
            "k_calendar_date": f"{school}-{date}",
            "k_school": school,
            "school_year": year,
            "calendar_code": "main",
            "calendar_date": date,
            "is_school_day": True,
        }
        for school in schools
        for date in (*dates, dt.date(year, 6, 5))
    ]
