"""What makes a vendor's export hard, one by one, from the lines of its file to what becomes of the day."""

import datetime as dt
from pathlib import Path

import ibis
import pytest

from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.tables import unbound
from district_platform.facts.reconciliation import fct_student_online_day, learner_session_rejects
from district_platform.outputs.uploads.files import REJECTS, write_files
from district_platform.settings import ExtractFormat, Reconciliation
from district_platform.staging.loading import load_extract
from district_platform_tests.facts.reconciliation.tables import MONDAY, crosswalk, decide, events, students, verdicts

SESSIONS = EXTRACTS["learner_sessions"]
HEADER = ",".join(SESSIONS.columns)
VENDOR = ExtractFormat(time_formats=["%m/%d/%Y %I:%M %p"])
TUESDAY = MONDAY + dt.timedelta(days=1)

Reading = tuple[dict[str, float], dict[str, str]]
"""Minutes online of student 1 by date; why a session does not count, by its id."""


class Export:
    """Lines of a vendor's export, staged and read."""

    def __init__(self, tables: DuckDBTables, raw: Path) -> None:
        self.tables, self.raw = tables, raw

    def read(self, *lines: str, known: ibis.Table | None = None) -> Reading:
        path = self.raw / f"{SESSIONS.path}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([HEADER, *lines, ""]))
        load_extract(self.tables, self.raw, SESSIONS, VENDOR)
        inputs = (
            unbound("stg_learner_sessions"),
            crosswalk() if known is None else known,
            students("1"),
            Reconciliation(),
        )
        for function in (fct_student_online_day, learner_session_rejects):
            self.tables.replace(TABLES[function.__name__], function(*inputs))
        minutes = "select activity_date::varchar, minutes_online::double from fct_student_online_day order by 1"
        rejects = "select session_uuid, reject_reason from learner_session_rejects order by 1"
        return dict(self._rows(minutes)), dict(self._rows(rejects))

    def verdicts(self, *absences: dt.date) -> dict[dt.date, str]:
        """What becomes of the days, of which the SIS marked these absent without excuse."""
        columns = {name: str(dtype) for name, dtype in unbound("fct_student_online_day").schema().items()}
        found = self.tables.arrow(unbound("fct_student_online_day"))
        online = ibis.memtable(found, schema=ibis.schema(columns))
        return verdicts(decide(online, events(*(("1", date, "AU") for date in absences))))

    def _rows(self, query: str) -> list[tuple]:
        return self.tables.connection.execute(query).fetchall()


@pytest.fixture
def export(tables: DuckDBTables, tmp_path: Path) -> Export:
    return Export(tables, tmp_path / "raw")


def test_logout_missing_while_the_session_is_open(export: Export):
    assert export.read("s1,L1,1,2026-02-09 09:00,,25,", "s2,L1,1,2026-02-10 09:00,,,") == (
        {"2026-02-09": 25},
        {"s2": "still open, without active minutes"},
    )


def test_the_same_session_twice(export: Export):
    line = "s1,L1,1,2026-02-09 09:00,2026-02-09 09:20,,"
    assert export.read(line, line) == ({"2026-02-09": 20}, {})


def test_the_same_session_under_two_ids(export: Export):
    session = "L1,1,2026-02-09 09:00,2026-02-09 09:20,,"
    assert export.read(f"s1,{session}", f"s2,{session}") == ({"2026-02-09": 20}, {})


def test_two_tabs(export: Export):
    assert export.read(
        "s1,L1,1,2026-02-09 09:00,2026-02-09 09:08,,", "s2,L1,1,02/09/2026 09:04 AM,02/09/2026 09:12 AM,,"
    ) == ({"2026-02-09": 12}, {})


def test_two_tabs_of_six_minutes_each_are_no_twelve(export: Export):
    export.read("s1,L1,1,2026-02-09 09:00,2026-02-09 09:06,,", "s2,L1,1,2026-02-09 09:00,2026-02-09 09:06,,")
    assert export.verdicts(MONDAY) == {MONDAY: "below minimum"}


def test_across_midnight_each_date_has_its_own_part(export: Export):
    assert export.read("s1,L1,1,2/9/2026 11:50 PM,2/10/2026 12:09 AM,,") == ({"2026-02-09": 10, "2026-02-10": 9}, {})
    assert export.verdicts(MONDAY, TUESDAY) == {MONDAY: "daily minimum", TUESDAY: "below minimum"}


def test_the_hour_that_daylight_saving_skips(export: Export):
    """2026-03-08, 02:00 to 03:00: a wall clock that shows it was not set, and the session is as long as it says."""
    assert export.read(
        "s1,L1,1,2026-03-08 01:50,2026-03-08 03:10,,", "s2,L1,1,2026-03-08 02:15,2026-03-08 02:30,,"
    ) == ({"2026-03-08": 80}, {})


def test_the_hour_that_daylight_saving_repeats(export: Export):
    """2025-11-02, 01:00 to 02:00 comes twice: what could be 20 minutes or 80 counts as 20, and what ends before it begins not at all."""
    assert export.read(
        "s1,L1,1,2025-11-02 01:20,2025-11-02 01:40,,", "s2,L1,1,2025-11-02 01:50,2025-11-02 01:10,,"
    ) == ({"2025-11-02": 20}, {"s2": "ends before it begins"})


def test_a_learner_whom_only_the_crosswalk_knows(export: Export):
    line = "s1,L1,,2026-02-09 09:00,2026-02-09 09:20,,"
    assert export.read(line) == ({}, {"s1": "learner without a student_id, and not in the crosswalk"})
    assert export.read(line, known=crosswalk(("L1", "1"))) == ({"2026-02-09": 20}, {})


def test_a_page_left_open_for_hours(export: Export):
    assert export.read(
        "s1,L1,1,2026-02-09 09:00,2026-02-09 15:00,4,", "s2,L1,1,2026-02-10 09:00,2026-02-11 09:00,,"
    ) == ({"2026-02-09": 4}, {"s2": "longer than 720 minutes, without active minutes"})


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(export: Export, tmp_path: Path):
    export.read("=HYPERLINK(0),@L1,+A1,2026-02-09 09:00,2026-02-09 09:20,,")
    for name in ("fct_attendance_decision", "fct_tracked_attendance_day"):
        export.tables.ensure(TABLES[name])
    write_files(export.tables, tmp_path, [], "run")
    [line] = (tmp_path / REJECTS).read_text().splitlines()[1:]
    assert line.startswith("'=HYPERLINK(0),'@L1,'+A1,2026-02-09 09:00:00,")
