"""The four files of docs/sources/mapping.md: schools, students, attendance and its codes, as a PowerSchool-like system exports them.

The exit date is the first day out, and of a student who moved only the latest enrollment is there, as in PowerSchool's table of students.
"""

import csv
from datetime import date, timedelta
from pathlib import Path


def export(raw: Path, folder: Path) -> None:
    """Writes the four files of the district whose canonical extracts lie in `raw`."""
    folder.mkdir(parents=True, exist_ok=True)
    schools = [
        {
            "School_Number": s["school_id"],
            "Name": s["school_name"],
            "Low_Grade": s["low_grade"],
            "High_Grade": s["high_grade"],
        }
        for s in _read(raw, "schools")
    ]
    _write(folder / "schools.csv", schools)
    people = {(s["student_id"], s["school_year"]): s for s in _read(raw, "students")}
    last = max(year for _, year in people)
    entries = [e for e in _read(raw, "enrollments") if e["school_year"] == last]
    ids = {student: str(5_000 + n) for n, student in enumerate(sorted({e["student_id"] for e in entries}))}
    latest = {e["student_id"]: e for e in entries}
    students = []
    for student, entry in latest.items():
        person = people[student, last]
        students.append(
            {
                "ID": ids[student], "Student_Number": student, "Last_Name": person["last_name"], "First_Name": person["first_name"],
                "DOB": _us(person["birth_date"]), "Gender": person["sex"], "Ethnicity": person["race_ethnicity"],
                "SchoolID": entry["school_id"], "Grade_Level": {"PK": "-1", "KG": "0"}.get(entry["grade_level"], entry["grade_level"]),
                "EntryDate": _us(entry["entry_date"]), "ExitDate": _us(entry["exit_date"], days=1), "ExitCode": entry["exit_reason"],
                "Enroll_Status": "2" if entry["exit_date"] else "0",
            }
        )  # fmt: skip
    _write(folder / "students.csv", students)
    marks = [
        {
            "StudentID": ids[e["student_id"]],
            "SchoolID": e["school_id"],
            "Att_Date": _us(e["event_date"]),
            "Att_Code": e["attendance_code"],
        }
        for e in _read(raw, "attendance_events")
        if e["school_year"] == last and e["student_id"] in ids
    ]
    _write(folder / "attendance.csv", [*marks, *marks[:3]])
    codes = [
        {"Att_Code": c["attendance_code"], "Description": c["attendance_event_category"]}
        for c in _read(raw, "attendance_codes")
    ]
    _write(folder / "attendance_code.csv", codes)


def _read(raw: Path, extract: str) -> list[dict[str, str]]:
    with (raw / "sis" / f"{extract}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def _us(text: str, days: int = 0) -> str:
    return (date.fromisoformat(text) + timedelta(days)).strftime("%m/%d/%Y") if text else ""
