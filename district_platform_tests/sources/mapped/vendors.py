"""Three invented vendors: the extracts of a district as their systems would export them, and how a person answers the review.

Northstar keeps the roster (semicolons, Windows-1252, titles above the header, a file a year, keys of its own, school years by their autumn,
the first day out instead of the last day in). Brightpath takes attendance (tabs, its own keys, month first, codes that say nothing).
Ledgerly pays staff and keeps test scores (commas, other headers).
"""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

Rows = list[dict[str, str]]

BANDS = {"Elementary": "EL", "Middle": "MI", "High": "HI", "Other": "OT"}
HERITAGE = {
    "Hispanic or Latino": "H", "American Indian or Alaska Native": "I", "Asian": "A", "Black or African American": "B",
    "Native Hawaiian or Other Pacific Islander": "P", "White": "W", "Two or More Races": "M",
}  # fmt: skip
SEXES = {"F": "Female", "M": "Male", "X": "Nonbinary"}
GIVEN_BY_FILES = (
    "courses", "sections", "section_enrollments", "section_educators", "program_participation", "learner_sessions",
    "attendance_tracker", "stores", "sales_persons", "products", "customers", "sales",
)  # fmt: skip
"""Extracts that none of the vendors has."""

NEVER_CAME = "Z"
"""How Northstar marks those who were expected and never came: they are no enrollment."""


def export(raw: Path, folder: Path) -> None:
    """Writes what the three vendors export of the district whose canonical extracts lie in `raw`."""
    folder.mkdir(parents=True)
    keys = {s["student_id"]: str(700_000 + n) for n, s in enumerate(_unique(read(raw, "sis/students"), "student_id"))}
    _northstar(raw, folder / "northstar", keys)
    _brightpath(raw, folder / "brightpath", keys)
    _ledgerly(raw, folder / "ledgerly")


def read(raw: Path, extract: str) -> Rows:
    with (raw / f"{extract}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _unique(rows: Rows, column: str) -> Rows:
    return list({row[column]: row for row in rows}.values())


def _write(path: Path, rows: Rows, delimiter: str, encoding: str = "utf-8", titles: Iterable[str] = ()) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        file.writelines(f"{title}\r\n" for title in titles)
        writer = csv.DictWriter(file, rows[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def _us(text: str, days: int = 0) -> str:
    return (date.fromisoformat(text) + timedelta(days)).strftime("%m/%d/%Y") if text else ""


def _dotted(text: str, days: int = 0) -> str:
    return (date.fromisoformat(text) + timedelta(days)).strftime("%d.%m.%Y") if text else ""


def _flag(text: str) -> str:
    return {"true": "J", "false": "N"}.get(text, "")


def _grade(grade: str) -> str:
    return {"PK": "PK", "KG": "K"}.get(grade, grade.lstrip("0"))


def _northstar(raw: Path, folder: Path, keys: dict[str, str]) -> None:
    schools = [
        {
            "Campus No": s["school_id"], "Campus Title": s["school_name"], "Band": BANDS[s["school_level"]],
            "Lowest": _grade(s["low_grade"]), "Highest": _grade(s["high_grade"]), "Funded": _flag(s["is_title_i"]),
        }
        for s in read(raw, "sis/schools")
    ]  # fmt: skip
    titles = ["Northstar Cámpus export", ""]
    _write(folder / "Campus List.csv", schools, ";", "cp1252", titles)
    students = read(raw, "sis/students")
    for year in sorted({s["school_year"] for s in students}):
        pupils = [
            {
                "Roll Year": str(int(year) - 1), "Pupil No": s["student_id"], "Given Name": s["first_name"], "Family Name": s["last_name"],
                "Born": _dotted(s["birth_date"]), "Gender": SEXES.get(s["sex"], ""), "Ethnicity": HERITAGE.get(s["race_ethnicity"], ""),
                "Low Income": _flag(s["is_economically_disadvantaged"]), "ELL": _flag(s["is_english_learner"]),
                "Disability": _flag(s["has_disability"]), "Homeless": _flag(s["is_homeless"]), "Locker": "12",
            }
            for s in students if s["school_year"] == year
        ]  # fmt: skip
        _write(folder / f"Pupils {year}.csv", pupils, ";", "cp1252", titles)
    cards = [{"Card Key": key, "Pupil No": student} for student, key in keys.items()]
    _write(folder / "Cards.csv", cards, ";", "cp1252", titles)
    stays = [
        {
            "Stay No": e["enrollment_id"], "Roll Year": str(int(e["school_year"]) - 1), "Pupil No": e["student_id"],
            "Campus No": e["school_id"], "Grade": _grade(e["grade_level"]), "Entry Date": _dotted(e["entry_date"]),
            "Exit Date": _dotted(e["exit_date"], 1), "Exit Reason": e["exit_reason"], "Primary": _flag(e["is_primary"]),
            "Calendar": e["calendar_code"], "Stay Status": "A",
        }
        for e in read(raw, "sis/enrollments")
    ]  # fmt: skip
    stays += [{**stay, "Stay No": f"Z{n}", "Stay Status": NEVER_CAME} for n, stay in enumerate(stays[:7])]
    _write(folder / "Enrollments.csv", stays, ";", "cp1252", titles)


def _brightpath(raw: Path, folder: Path, keys: dict[str, str]) -> None:
    events = read(raw, "sis/attendance_events")
    for year in sorted({e["school_year"] for e in events}):
        marks = [
            {
                "card": keys[e["student_id"]], "site_code": e["school_id"], "att_date": _us(e["event_date"]),
                "attendance_code": e["attendance_code"], "term_code": e["session_id"], "comment": e["reason"],
            }
            for e in events if e["school_year"] == year
        ]  # fmt: skip
        _write(folder / f"marks_{year}.txt", marks, "\t")
    codes = [
        {"attendance_code": c["attendance_code"], "description": c["attendance_event_category"]}
        for c in read(raw, "sis/attendance_codes")
    ]
    _write(folder / "attendance_codes.txt", codes, "\t")
    days = [
        {
            "site_code": d["school_id"], "calendar": d["calendar_code"], "calendar_date": _us(d["calendar_date"]),
            "in_session": _flag(d["is_school_day"]), "event": d["calendar_event"],
        }
        for d in read(raw, "sis/calendar_dates")
    ]  # fmt: skip
    _write(folder / "calendar_days.txt", days, "\t")
    terms = [
        {
            "site_code": t["school_id"], "term_code": t["session_id"], "term_name": t["session_name"], "term_begin": _us(t["begin_date"]),
            "term_end": _us(t["end_date"]), "instructional_days": t["total_instructional_days"],
        }
        for t in read(raw, "sis/sessions")
    ]  # fmt: skip
    _write(folder / "terms.txt", terms, "\t")
    taken = [
        {"site_code": s["school_id"], "submission_date": _us(s["submission_date"])}
        for s in read(raw, "sis/attendance_submissions")
    ]
    _write(folder / "attendance_submissions.txt", taken, "\t")


def _ledgerly(raw: Path, folder: Path) -> None:
    workers = [
        {
            "Employee Number": e["educator_id"], "First Name": e["first_name"], "Last Name": e["last_name"], "DOB": e["birth_date"],
            "Work Email": e["email"], "Hire Date": e["hire_date"], "Termination Date": e["termination_date"], "Pay Grade": "7",
        }
        for e in read(raw, "hr/educators")
    ]  # fmt: skip
    _write(folder / "educators.csv", workers, ",")
    names = {"educator_id": "Employee Number", "school_id": "Building Code", "position": "Job Title"}
    for extract in ("staff_assignments", "certifications"):
        rows = [
            {names.get(k, k.replace("_", " ").title()): v for k, v in r.items()} for r in read(raw, f"hr/{extract}")
        ]
        _write(folder / f"{extract}.csv", rows, ",")
    names = {"student_id": "Student Number", "school_id": "School Code", "grade_level": "Student Grade"}
    rows = [
        {names.get(k, k.replace("_", " ").title()): v for k, v in r.items()}
        for r in read(raw, "assessments/assessment_results")
    ]
    _write(folder / "assessment_results.csv", rows, ",")


CODES = {
    "AE": "1", "AI": "1", "AU": "2", "SO": "1", "HE": "3", "HU": "4", "PE": "Excused 0.25", "TE": "Excused 0", "TU": "Unexcused 0",
    "FT": "5", "AX": "- 1",
}  # fmt: skip
"""What each attendance code means, as an answer."""


def answers(key: str) -> list[str]:
    """What a person types when a decision is asked, by its key in [open]."""
    extract, _, what = key.partition("#")
    if key.startswith("codes."):
        return [CODES[key.removeprefix("codes.")]]
    if key.startswith("lookups."):
        return [_meaning(*key.removeprefix("lookups.").split(".", 1))]
    if key.startswith("files."):
        return ["1"]
    what = what.partition(".")[2]
    if what == "exit_date:inclusive":
        return ["2"]
    if what == "school_year:basis":
        return ["2" if extract in ("sis/students", "sis/enrollments") else "1"]
    if what.endswith(":yes"):
        return ["J"]
    if what == "rows":
        return [NEVER_CAME]
    if what == "one_per":
        return ["1"]
    if not what:
        return [*MORE_COLUMNS.get(extract, []), "1"]
    return [COLUMNS.get((extract, what), "1")]


def _meaning(table: str, value: str) -> str:
    words = {
        **{code: n for n, code in enumerate(HERITAGE.values(), start=1)},
        **{code: n for n, code in enumerate(BANDS.values(), start=1)},
    }
    return str(words[value])


COLUMNS = {
    ("sis/schools", "low_grade"): "lowest",
    ("sis/schools", "high_grade"): "highest",
    ("sis/schools", "is_title_i"): "funded",
}
"""Answers that name a column."""

MORE_COLUMNS = {
    "sis/schools": ["school_name = campus title", "school_level = band"],
    "sis/attendance_events": ["session_id = term_code"],
    "sis/enrollments": ["enrollment_id = stay no"],
}
"""Columns that are added where the extract is confirmed."""
