"""docs/attendance.md shows a worked student; its table is what the daily fact really gives.

After a change of rules: `WRITE_DOCS=1 pytest district_platform_tests/facts/daily_attendance/test_worked_student.py` writes it anew.
"""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from district_platform_tests.facts.daily_attendance.rows import calendar, daily, district, enrollment, event

PAGE = Path(__file__).parents[3] / "docs" / "attendance.md"
BEGIN = "<!-- worked student: written from the table by a test -->\n"
END = "<!-- end -->"

SHOWN = {
    "calendar_date": "date",
    "attendance_event_category": "category",
    "attendance_excusal_status": "excusal status",
    "is_absent": "absent",
    "is_present": "present",
    "is_enrolled": "enrolled",
    "consecutive_days_by_excusal_status": "in a row",
    "cumulative_days_absent": "days absent",
    "cumulative_days_attended": "days attended",
    "cumulative_days_enrolled": "days enrolled",
    "cumulative_attendance_rate": "rate",
    "is_chronic_absentee": "chronic",
    "absentee_category_label": "band",
}


def test_the_worked_student_in_the_docs_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    current = before + BEGIN + worked_student() + END + after
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(current, encoding="utf-8")
        page = current
    assert page == current, "docs/attendance.md is stale: run this test with WRITE_DOCS=1"


def worked_student() -> str:
    september = calendar(1, 2, 3, 4, 5, 8, 9, 10, 11, 12, holidays=(8,))
    events = [
        event(2, "1", "Excused", attendance_event_category="Excused Absence"),
        event(3, "0.5", "Unexcused", attendance_event_category="Partial Day"),
        event(5, "0", "Unexcused", attendance_event_category="Tardy"),
    ]
    rows = daily(district([enrollment(entry=1, exit=10)], september, events, min_days=5))
    lines = [list(SHOWN.values()), ["---"] * len(SHOWN), *([_shown(row[name]) for name in SHOWN] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
