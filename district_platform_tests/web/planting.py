"""Plants canaries: a copy of a publication with their rows in every table that holds people."""

import csv
import datetime as dt
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from district_platform.dictionary import TABLES
from district_platform.home import Home
from district_platform.outputs.uploads.files import EVIDENCE, EVIDENCE_COLUMNS
from district_platform_tests.web import planting_others as others
from district_platform_tests.web.canaries import (
    IN_FORCE,
    LAST,
    LAST_YEAR,
    OPEN_PROGRAM,
    THIS,
    YEAR,
    Canary,
    Stay,
    canaries,
    email_of,
    schools_of,
)
from district_platform_tests.web.published import AS_OF, Row, write_rows


def plant(home: Home, source: Home) -> list[Canary]:
    """Copies the publication that is current at `source` into `home`, with the canaries in every table."""
    folder = home.publications / source.current.resolve().name
    shutil.copytree(source.current.resolve(), folder)
    home.current.unlink(missing_ok=True)
    os.symlink(os.path.relpath(folder, home.warehouse), home.current)
    schools = schools_of(home)
    planted = canaries(schools)
    with duckdb.connect() as connection:
        for name, rows in planted_tables(schools).items():
            _add(connection, folder, name, rows)
    return planted


def planted_tables(schools: list[str]) -> dict[str, list[Row]]:
    """All rows that are planted, by table."""
    found: dict[str, list[Row]] = {}
    for part in (_of_students(canaries(schools)), _of_places(schools), others.planted(schools)):
        for name, rows in part.items():
            found.setdefault(name, []).extend(rows)
    return found | {"worklist": [*found["worklist"], *others.findings(schools)]}


def _add(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, rows: list[Row]) -> None:
    if name == "correction":
        with (folder / "reports" / EVIDENCE).open("a", newline="") as file:
            csv.DictWriter(file, EVIDENCE_COLUMNS).writerows(rows)
        return
    table = TABLES[name]
    if name == "worklist":
        write_rows(connection, table, rows, folder / "reports" / "worklists" / "canaries.csv")
        return
    if table.is_split_by_year:
        write_rows(connection, table, rows, folder / "out" / name / "canaries.parquet")
        return
    target, planted = folder / "out" / f"{name}.parquet", folder / "out" / f"{name}.planted"
    write_rows(connection, table, rows, planted)
    both = f"select * from read_parquet('{target}') union all by name select * from read_parquet('{planted}')"
    connection.execute(f"create or replace temp table both_parts as {both}")
    connection.execute(f"copy both_parts to '{target}' (format parquet)")
    planted.unlink()


def _of_students(planted: Iterable[Canary]) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}

    def add(name: str, **values: Any) -> None:
        tables.setdefault(name, []).append(values)

    for canary in planted:
        student = canary.student
        for year in sorted({stay.year for stay in canary.stays}):
            person = {"k_student": f"{year}-{student}", "k_student_xyear": student, "school_year": year}
            add(
                "dim_student",
                **person,
                first_name=f"First {student}",
                last_name=f"Last {student}",
                birth_date=dt.date(1901, 1, 1),
                sex="X",
                race_ethnicity="White",
                is_economically_disadvantaged=True,
                is_english_learner=True,
                has_disability=True,
                is_homeless=True,
            )
            for group in ("All students-All students", "Disability-Yes", "Homeless-Yes"):
                add("fct_student_subgroup", k_student=person["k_student"], school_year=year, k_subgroup=group)
            span = YEAR if year == THIS else LAST_YEAR
            for program in (f"Program {student}", OPEN_PROGRAM):
                add("fct_student_program_association", **person, program=program, begin_date=span[0], end_date=span[1])
        add("fct_student_online_day", k_student_xyear=student, activity_date=AS_OF, n_sessions=1, minutes_online=60)
        for stay in canary.stays:
            _add_stay(add, student, stay)
        for seat in canary.seats:
            year = LAST if seat.section == "last" else THIS
            add(
                "fct_student_section_association",
                k_student=f"{year}-{student}",
                k_student_xyear=student,
                k_school=seat.school,
                k_section=None if seat.school is None else f"{year}-{seat.school}-CN{seat.section}",
                school_year=year,
                begin_date=seat.begin,
                end_date=seat.end,
            )
    return tables


def _add_stay(add: Any, student: str, stay: Stay) -> None:
    at = {
        "k_student": f"{stay.year}-{student}",
        "k_student_xyear": student,
        "k_school": stay.school,
        "school_year": stay.year,
    }
    add(
        "fct_student_school_association",
        **at,
        enrollment_id=f"{student}-{stay.school}-{stay.year}",
        calendar_code="STD",
        grade_level="05",
        entry_date=stay.entry,
        exit_date=stay.leaving,
        exit_reason=f"Exit {student}",
        is_primary=True,
    )
    day = stay.entry + dt.timedelta(days=1)
    absent = {"is_absent": 1, "attendance_excusal_status": "Unexcused", "attendance_event_category": "Absence"}
    running = {
        "consecutive_days_by_excusal_status": 1,
        "total_days_enrolled": 90,
        "cumulative_days_absent": 20,
        "cumulative_days_attended": 70,
        "cumulative_days_enrolled": 90,
        "cumulative_attendance_rate": 77.78,
        "meets_enrollment_threshold": True,
        "is_chronic_absentee": True,
        "absentee_category_rank": 1,
        "absentee_category_label": "Severe Chronic Absence",
    }
    reason = {"attendance_event_reason": f"Reason {student}"}
    days = [date for date in (day, dt.date(2026, 2, 3)) if stay.year == THIS and date >= stay.entry] or [day]
    for date in sorted(set(days)):
        if stay.leaving is None or date <= stay.leaving:
            add(
                "fct_student_daily_attendance",
                **at,
                **absent,
                **running,
                **reason,
                calendar_date=date,
                is_present=0,
                is_enrolled=1,
            )
    add("msr_student_cumulative_attendance", **at, **running)
    for events in ("fct_student_school_attendance_event", "fct_reconciled_attendance_event"):
        add(events, **at, **absent, **reason, event_date=day, attendance_code="AU")
    decided = {"reconciliation_rule": "locked", "is_reconciled": False, "has_enough_time": True, "minutes_online": 60}
    add("fct_attendance_decision", **at, **decided, event_date=day, n_sessions=1)
    add(
        "fct_tracked_attendance_day", **at, event_date=day, tracked_status="Present Virtual", tracked_presence="virtual"
    )
    for administration in ("Fall", "Winter"):
        score = {"subject": "Math", "administration": administration, "grade_level": "05", "scale_score": 500}
        add("fct_student_assessment", **at, **score, test_date=day, performance_level=2, is_proficient=False)
    add(
        "msr_student_growth",
        **at,
        subject="Math",
        administration="Winter",
        grade_level="05",
        scale_score=500,
        prior_scale_score=490,
        n_peers=30,
        growth_percentile=40,
    )


def _of_places(schools: list[str]) -> dict[str, list[Row]]:
    """Sections, and who works at each school: principal, counselor, two teachers, one whose assignment ended, one who left, one of
    last year."""
    tables: dict[str, list[Row]] = {}

    def add(name: str, **values: Any) -> None:
        tables.setdefault(name, []).append(values)

    for school in schools:
        for section, session, year in (
            ("own", "FY", THIS),
            ("others", "FY", THIS),
            ("over", "S1", THIS),
            ("last", "FY", LAST),
        ):
            add(
                "dim_section",
                k_section=f"{year}-{school}-CN{section}",
                k_school=school,
                k_course="ART02",
                k_session=f"{year}-{school}-{session}",
                school_year=year,
                section_id=f"CN{section}",
            )
        taught = {
            "teacher": [("own", THIS), ("over", THIS)],
            "second": [("others", THIS)],
            "gone": [("own", THIS)],
            "former": [("last", LAST)],
        }
        spans = {"former": LAST_YEAR, "until": (YEAR[0], dt.date(2026, 1, 30))}
        for kind in ("principal", "counselor", "until", *taught):
            educator = f"CN-{school}-{kind}"
            left = dt.date(2025, 12, 31) if kind == "gone" else None
            add(
                "dim_educator",
                k_educator=educator,
                first_name=f"First {educator}",
                last_name=f"Last {educator}",
                birth_date=dt.date(1901, 1, 1),
                email=email_of(school, kind),
                termination_date=left,
            )
            add(
                "fct_staff_assignment",
                assignment_id=educator,
                k_educator=educator,
                k_school=school,
                school_year=LAST if kind == "former" else THIS,
                position=IN_FORCE[kind][0] if kind in IN_FORCE else "Teacher",
                fte=1,
                begin_date=spans.get(kind, YEAR)[0],
                end_date=spans.get(kind, YEAR)[1],
            )
            add("fct_educator_certification", certification_id=educator, k_educator=educator, status="Active")
            finding = {
                "severity": "warn",
                "owner": "human resources",
                "is_waived": False,
                "title": "T",
                "how_to_fix": "F",
            }
            add(
                "worklist",
                **finding,
                rule_id="EDU-03",
                finding_key=educator,
                staff_id=educator,
                evidence=f"Found {educator}",
            )
            add(
                "worklist",
                **finding,
                rule_id="TIM-04",
                finding_key=f"CN-{school}-hours",
                staff_id=educator,
                evidence=f"Found CN-{school}-hours",
            )
        found = f"CN-{school}-section"
        add(
            "worklist",
            rule_id="SEC-01",
            finding_key=f"{THIS}|{school}|{found}",
            title="T",
            how_to_fix="F",
            school_id=school,
            evidence=found,
            is_waived=False,
            severity="warn",
        )
        add("worklist", rule_id="ENR-01", finding_key=f"CN-{school}-enrollment", school_id=school, is_waived=False)
        for kind, sections in taught.items():
            for section, year in sections:
                add(
                    "fct_staff_section_association",
                    k_educator=f"CN-{school}-{kind}",
                    k_section=f"{year}-{school}-CN{section}",
                    k_school=school,
                    school_year=year,
                    role="Teacher of Record",
                )
    return tables
