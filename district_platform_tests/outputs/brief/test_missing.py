"""Why a figure is missing: each cause that staging and the release record has its own sentence."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from district_platform.outputs.brief import write_brief
from district_platform.outputs.brief.missing import EVENTS, RESULTS, STAFF, reasons
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.settings import Attendance
from district_platform_tests.outputs.brief.districts import district
from district_platform_tests.outputs.brief.quality_document import REPORT
from district_platform_tests.outputs.brief.rows import absent, enrolled, facts_of, result, staffed

EVERYONE = "All students-All students"
PATHS = {RESULTS: "assessments/assessment_results", STAFF: "hr/staff_assignments", EVENTS: "sis/attendance_events"}


def delivered(read: int, accepted: int, problem: str | None = None, **others: int) -> QualityReport:
    """A report in which every extract of interest came with so many rows; `others` are accepted rows of other extracts."""
    account = {"n_rows_read": read, "n_rows_accepted": accepted, "n_rows_rejected": read - accepted, "problem": problem}
    accounts: list[dict[str, Any]] = [{"extract": path, "file": f"{path}.csv", **account} for path in PATHS.values()]
    accounts += [{"extract": f"sis/{name}", "n_rows_read": n, "n_rows_accepted": n} for name, n in others.items()]
    return QualityReport({"extracts": accounts})


def why(name: str, report: QualityReport, **rows: Any) -> str:
    return reasons(facts_of([enrolled(2026, 900)], **rows), report, Attendance())[name]


@pytest.mark.parametrize(
    ("report", "begin"),
    [
        (delivered(0, 0, "not delivered"), "No assessment results were delivered"),
        (delivered(0, 0), "Assessment results were delivered empty"),
        (
            delivered(0, 0, "lacks the column score; it was set aside"),
            "Assessment results were delivered, but the file could not be used",
        ),
        (delivered(1850, 0), "Assessment results were delivered, but none of the 1,850 rows could be used"),
        (
            delivered(1850, 1850, enrollments=0),
            "Assessment results were delivered, but no enrollments of students, so proficiency and the gaps between groups",
        ),
        (
            delivered(1850, 1850, enrollments=900),
            "Assessment results were delivered, but no result says whether the student is proficient",
        ),
    ],
    ids=["not delivered", "empty", "unreadable", "rejected", "without students", "unusable"],
)
def test_results_that_are_missing_say_why(report: QualityReport, begin: str) -> None:
    assert why(RESULTS, report).startswith(begin)


def test_delivered_staff_without_teachers_were_delivered() -> None:
    rows = [staffed("District", None, 900, 0.0)]
    assert why(STAFF, delivered(38_631, 38_631, enrollments=900), staffing=rows) == (
        "Staff assignments were delivered, but none is of a teacher with an FTE, so students per teacher are not known."
    )


def test_staff_without_students_were_delivered() -> None:
    assert why(STAFF, delivered(38_631, 38_631, enrollments=0)) == (
        "Staff assignments were delivered, but no enrollments of students, so students per teacher are not known."
    )


def test_attendance_without_calendars_was_delivered() -> None:
    assert why(EVENTS, delivered(1850, 1850)) == (
        "Attendance records were delivered, but no school calendars, so it is not known which days were school days."
    )
    assert why(EVENTS, delivered(1850, 1850, calendar_dates=180)).startswith(
        "Attendance records were delivered, but none fits an enrolled student"
    )


def test_too_early_in_the_year_is_said_where_attendance_is_known_and_nobody_is_judged() -> None:
    row = absent(EVERYONE, 0, 0.0, pct_chronically_absent=None)
    assert why(EVENTS, delivered(1850, 1850), absence=[row]) == (
        "It is too early in the year for chronic absence: no student has been enrolled for 20 days yet."
    )


def test_a_hidden_rate_is_said_to_be_hidden_and_a_range_is_told() -> None:
    hidden = absent(EVERYONE, 7, 42.9)
    assert why(EVENTS, delivered(1850, 1850), absence=[hidden]) == (
        "The district's rate of chronic absence is hidden to protect a small group."
    )
    rate = result(EVERYONE, 7, 42.9)
    assert why(RESULTS, delivered(10, 10), performance=[rate]).startswith(
        "The district's rate of proficiency is hidden"
    )


def test_a_rate_that_is_told_is_not_missing_whatever_else_is_hidden() -> None:
    """The size behind a rate of 96.4 % was hidden, and the brief said that the rate was, or that nobody had been enrolled."""
    row = absent(EVERYONE, 0, 96.4, n_students_judged=None)
    facts = facts_of([enrolled(2026, 900)], absence=[row], as_of_date=dt.date(2026, 2, 13))
    assert EVENTS not in reasons(facts, delivered(1850, 1850), Attendance())
    assert facts.absence is not None
    assert facts.absence.now.shown == "96.4%"


def test_days_without_a_mark_are_no_presence_where_no_attendance_record_came(tmp_path: Path) -> None:
    """Rosters marked as taken, and no absence delivered, made 100.0% attendance of it."""
    report = {
        **REPORT,
        "extracts": [{"extract": "sis/attendance_events", "file": None, "n_rows_read": 0, "problem": "not delivered"}],
    }
    write_brief(tmp_path / "brief.pdf", district(3), report, "Example", dt.date(2026, 2, 13))
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "brief.pdf").pages).split())
    assert "No attendance records were delivered, so attendance and chronic absence are not known." in text
    assert "Attendance, %" not in text
    assert "Chronically absent, %" not in text
