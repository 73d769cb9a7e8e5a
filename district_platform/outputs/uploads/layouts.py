"""The upload in the layouts of student information systems: reports/attendance_uploads/<layout>.csv.

They hold only days that become present, virtual: these imports insert and cannot take a row back. Rows to take back are in
attendance_upload.csv, for a person to do. The columns are a setting, because each of these imports maps columns:

Infinite Campus, Positive Attendance Import Wizard: times in and out as HH:MM, out after in, no two rows of a student overlap, and
no row is updated (https://kb.infinitecampus.com/help/positive-attendance-import-wizard).
Aeries, Import Data to Aeries, table ATT: an all-day code, existing rows skipped
(https://support.aeries.com/support/solutions/articles/14000111225-import-attendance-data-aeries-web).
PowerSchool documents no layout of an attendance import publicly: a district that has one names it in the settings.
"""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd

from district_platform.engine.tables import Tables, unbound
from district_platform.facts.reconciliation.minutes import online_intervals
from district_platform.facts.reconciliation.sessions import counted_sessions
from district_platform.outputs.uploads.files import write_private_csv
from district_platform.outputs.uploads.ledger import Day, Row
from district_platform.outputs.uploads.rows import ONLINE
from district_platform.settings import Reconciliation, UploadLayout

FOLDER = "attendance_uploads"

Interval = tuple[dt.datetime, dt.datetime]


def write_layouts(tables: Tables, folder: Path, rows: list[Row], reconciliation: Reconciliation) -> None:
    """Replaces the files of all layouts in `folder`; readable by their owner only."""
    target = folder / FOLDER
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(mode=0o700, parents=True)
    virtual = [row.day for row in rows if row.source == ONLINE]
    schools = _schools_of(tables, virtual)
    intervals = _intervals_of(tables, virtual, reconciliation)
    for name, layout in sorted(reconciliation.upload_layouts.items()):
        write_private_csv(tables, laid_out(virtual, layout, schools, intervals), target / f"{name}.csv")


def laid_out(
    days: list[Day], layout: UploadLayout, schools: dict[Day, str], intervals: dict[Day, list[Interval]]
) -> pd.DataFrame:
    """The file of a layout, as text: a row a day, or where it has times, a row for each interval online.

    A day without time of its own (a weekly minimum) has no row in a layout with times.
    """
    lines = [
        _line(day, layout, schools.get(day), interval)
        for day in days
        for interval in (intervals.get(day, []) if layout.has_times else [None])
    ]
    return pd.DataFrame(lines, columns=list(layout.columns), dtype="string")


def _line(day: Day, layout: UploadLayout, school: str | None, interval: Interval | None) -> list[str | None]:
    student, date = day
    time_in, time_out = interval or (None, None)
    minutes = (time_out - time_in) // dt.timedelta(minutes=1) if time_in and time_out else None
    values = {
        "student_id": student,
        "school_id": school,
        "event_date": date.strftime(layout.date_format),
        "attendance_code": layout.attendance_code,
        "time_in": time_in.strftime(layout.time_format) if time_in else None,
        "time_out": time_out.strftime(layout.time_format) if time_out else None,
        "minutes_online": None if minutes is None else str(minutes),
    }
    return [values[field] for field in layout.columns.values()]


def _schools_of(tables: Tables, days: list[Day]) -> dict[Day, str]:
    """The school of a day; of several, the last by id."""
    decisions = unbound("fct_attendance_decision")
    reconciled = decisions.filter(decisions.is_reconciled, decisions.k_student_xyear.isin(_students(days)))
    found = tables.fetch(reconciled.select("k_school", "k_student_xyear", "event_date"))
    return {(student, date): school for school, student, date in sorted(found)}


def _intervals_of(tables: Tables, days: list[Day], reconciliation: Reconciliation) -> dict[Day, list[Interval]]:
    """Times in and out of each day, in whole minutes: none overlaps another, and each takes a minute at least."""
    limit = reconciliation.max_session_minutes
    sessions = unbound("stg_learner_sessions")
    counted = counted_sessions(sessions, unbound("learner_crosswalk"), unbound("dim_student"), limit)
    online = online_intervals(counted.filter(counted.k_student_xyear.isin(_students(days))), limit)
    found: dict[Day, list[Interval]] = {}
    for student, date, begin, end in sorted(tables.fetch(online)):
        time_in, time_out = (_whole_minute(date, second) for second in (begin, end))
        if time_in < time_out:
            found.setdefault((student, date), []).append((time_in, time_out))
    return found


def _whole_minute(date: dt.date, second: int) -> dt.datetime:
    """The last minute of a day for its midnight: it belongs to the next date."""
    minute = min(second // 60, 24 * 60 - 1)
    return dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=minute)


def _students(days: list[Day]) -> list[str]:
    return sorted({student for student, _ in days})
