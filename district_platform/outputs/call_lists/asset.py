"""The call lists as files, .csv and .xlsx. They name students: each is for its owner only (0600), in a folder closed to others (0700)."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from district_platform.dictionary import TABLES, Owner
from district_platform.dictionary.schools import OFFICE
from district_platform.engine.assets import OUTPUT_GROUP, asset_inputs, owner_tag
from district_platform.engine.files import replacing_folder
from district_platform.engine.resources import Warehouse
from district_platform.engine.tables import Tables, unbound
from district_platform.engine.versions import code_version
from district_platform.engine.workbooks import ENDING as WORKBOOK_ENDING
from district_platform.engine.workbooks import as_date, write_list
from district_platform.outputs.call_lists.students import students_to_call
from district_platform.outputs.call_lists.wording import days_text, name_text, trend_text
from district_platform.quality.worklists import school_file_name
from district_platform.settings import Attendance

FOLDER = "call_lists"

COLUMNS = (
    "name",
    "student_id",
    "grade",
    "days_absent_45",
    "days_unexcused_45",
    "days_absent",
    "attendance_rate",
    "current_streak",
    "last_day_present",
    "trend",
    "result",
)

READ_AS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("days_absent_45", "days_unexcused_45", "days_absent", "attendance_rate", "current_streak"), float),
    "last_day_present": as_date,
}
"""Columns of texts that a spreadsheet has as numbers and dates."""

READ = (
    "fct_student_daily_attendance",
    "msr_student_cumulative_attendance",
    "fct_student_school_association",
    "dim_calendar_date",
    "dim_student",
    "fct_student_school_attendance_event",
    "stg_attendance_submissions",
    "dim_school",
)


def call_lists_asset() -> dg.AssetsDefinition:
    def call_lists(warehouse: Warehouse, attendance: Attendance, as_of_date: dt.date) -> dg.MaterializeResult:
        with warehouse.tables() as tables:
            n_students = write_call_lists(tables, warehouse.home.build, attendance, as_of_date)
        path = dg.MetadataValue.path(warehouse.home.build / FOLDER)
        return dg.MaterializeResult(
            metadata={"path": path, "schools": len(n_students), "rows": sum(n_students.values())}
        )

    return dg.asset(
        group_name=OUTPUT_GROUP,
        description="Per school, the students to reach this week: absent lately, or chronically absent (docs/attendance.md).",
        ins=asset_inputs(call_lists),
        deps=list(READ),
        owners=[owner_tag(Owner.ATTENDANCE)],
        kinds={"csv"},
        code_version=code_version(call_lists, [TABLES[name] for name in READ]),
    )(call_lists)


def write_call_lists(tables: Tables, folder: Path, attendance: Attendance, as_of_date: dt.date) -> dict[str, int]:
    """Replaces all lists in `folder`, so that a school that is gone has none; returns the number of students of each school.

    A school with nobody to call has a list with a header alone.
    """
    lists: dict[str, list[dict[str, Any]]] = {school: [] for (school,) in _schools(tables)}
    for row in _students(tables, attendance, as_of_date):
        lists.setdefault(row["k_school"], []).append(row)
    with replacing_folder(folder / FOLDER) as fresh:
        for school, students in lists.items():
            path = fresh / school_file_name(school)
            path.touch(mode=0o600)
            frame = pd.DataFrame([_line(student) for student in students], columns=list(COLUMNS), dtype="string")
            tables.write_csv(frame, path)
            path.chmod(0o600)
            write_list(path.with_suffix(WORKBOOK_ENDING), "call list", frame, READ_AS)
    return {school: len(students) for school, students in lists.items()}


def _schools(tables: Tables) -> list[tuple[str]]:
    schools = unbound("dim_school")
    return tables.fetch(schools.filter(schools.school_level.fill_null("") != OFFICE).select("k_school"))


def _students(tables: Tables, attendance: Attendance, as_of_date: dt.date) -> list[dict[str, Any]]:
    read = {name: unbound(name) for name in READ if name != "dim_school"}
    rows = students_to_call(**read, attendance=attendance, as_of_date=as_of_date)
    return [dict(zip(rows.columns, values, strict=True)) for values in tables.fetch(rows)]


def _line(student: dict[str, Any]) -> tuple[str | None, ...]:
    rate = student["attendance_rate"]
    return (
        name_text(student["last_name"], student["first_name"]),
        student["student_id"],
        student["grade"],
        days_text(student["days_absent_45"]),
        days_text(student["days_unexcused_45"]),
        days_text(student["days_absent"]),
        None if rate is None else f"{rate:.2f}",
        str(student["current_streak"]),
        str(student["last_day_present"]) if student["last_day_present"] else None,
        trend_text(student["trend_days_absent"], student["trend_days_absent_before"]),
        None,
    )
