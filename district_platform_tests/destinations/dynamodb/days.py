"""A publication's attendance in a few rows, and the items that it must become, worked out once more in plain Python."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from district_platform.destinations.model import Published
from district_platform.dictionary import TABLES
from district_platform.outputs.attendance_history import READ
from district_platform_tests.web.published import write_rows

Days = Mapping[tuple[str, str, dt.date], Decimal]
"""How much of the day was missed, by student, school and date."""
FIRST = dt.date(2026, 1, 5)


def published(folder: Path, number: int, days: Days) -> Published:
    """A publication with these days."""
    version = folder / f"v{number:08}-made"
    out = version / "out"
    out.mkdir(parents=True)
    rows = [
        {
            "k_student": f"2026-{student}",
            "k_student_xyear": student,
            "k_school": school,
            "school_year": 2026,
            "k_session": "FY",
            "calendar_date": date,
            "attendance_event_category": "Absence" if absent else "In Attendance",
            "attendance_excusal_status": "Unexcused" if absent else "In Attendance",
            "is_absent": absent,
            "is_present": 1 - absent,
            "is_enrolled": 1,
        }
        for (student, school, date), absent in days.items()
    ]
    with duckdb.connect() as connection:
        for name in READ:
            target = out / f"{name}.parquet"
            if TABLES[name].is_split_by_year:
                target = out / name / "school_year=2026" / "part.parquet"
                target.parent.mkdir(parents=True)
            write_rows(connection, TABLES[name], rows if name == READ[0] else [], target)
    return Published(version, 3)


def expected(days: Days) -> dict[tuple[str, str], dict[str, Any]]:
    """The items by key; numbers as the service writes them."""
    found = {}
    for (student, school, date), absent in days.items():
        item = {
            "student_id": student,
            "date": f"{date}#{school}",
            "school_id": school,
            "school_year": "2026",
            "session": "FY",
            "category": "Absence" if absent else "In Attendance",
            "excusal": "Unexcused" if absent else "In Attendance",
            "is_absent": f"{absent.normalize():f}",
            "is_tracked": False,
        }
        if absent < 1:
            item["presence_source"] = "in-person"
        if absent:
            item["gsi_school_day"] = f"{school}#{date}"
        found[item["student_id"], item["date"]] = item
    return found
