"""What the offices of a published district do before its next run. What they choose follows from the district alone."""

import csv
from collections import Counter
from pathlib import Path

import duckdb

from district_platform_tests.processes import platform

CLERK = "R. Clerk"

Row = dict[str, str]


def a_finding(home: Path) -> tuple[str, str]:
    """Rule and key of the first finding on the worklist of the SIS's data steward."""
    with (home / "reports" / "worklists" / "sis-data-steward.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    return row["rule_id"], row["finding_key"]


def waive_a_finding(home: Path) -> None:
    """The data steward accepts that finding."""
    waivers = home / "data" / "reference" / "waivers.csv"
    waivers.parent.mkdir(exist_ok=True)
    rule_id, key = a_finding(home)
    waivers.write_text(f"rule_id,key,reason,expiry_date\n{rule_id},{key},known,2026-06-30\n")


def approve_the_week(home: Path) -> None:
    """The clerk approves every row of the upload."""
    approved = platform(home, "uploads", "approve", "--by", CLERK)
    assert approved.returncode == 0, approved.stderr


def most_absent(events: list[Row]) -> str:
    """The student with the most events of last year."""
    [(student, _)] = Counter(e["student_id"] for e in events if e["school_year"] == "2025").most_common(1)
    return student


def attendance_events(home: Path) -> list[Row]:
    with (home / "data" / "raw" / "sis" / "attendance_events.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def edit_last_year(home: Path) -> None:
    """The most absent student's absences are deleted from last year's extract, and another student gets one a year late."""
    events = attendance_events(home)
    deleted = most_absent(events)
    kept = [e for e in events if (e["school_year"], e["student_id"]) != ("2025", deleted)]
    with (home / "data" / "raw" / "sis" / "attendance_events.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(events[0]))
        writer.writeheader()
        writer.writerows([*kept, late_absence(home, without=deleted)])


def late_absence(home: Path, without: str) -> Row:
    """An absence of last year on a day that another student attended, as a row of the extract."""
    query = """
        select k_school, k_student_xyear, calendar_date from fct_student_daily_attendance
        where school_year = 2025 and is_present = 1 and attendance_event_category = 'In Attendance' and k_student_xyear <> ?
        order by all limit 1"""
    with duckdb.connect(str(home / "warehouse" / "district.duckdb"), read_only=True) as connection:
        [(school, student, date)] = connection.execute(query, [without]).fetchall()
    with (home / "data" / "raw" / "sis" / "attendance_codes.csv").open() as file:
        absent = next(code["attendance_code"] for code in csv.DictReader(file) if float(code["is_absent"]) == 1)
    event = {"school_year": "2025", "school_id": school, "student_id": student, "event_date": f"{date}"}
    return {**event, "session_id": "", "attendance_code": absent, "reason": ""}
