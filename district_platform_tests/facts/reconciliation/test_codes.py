"""The code VIRTUAL among the district's own codes, and the reconciled events in the place of the SIS's."""

from decimal import Decimal

from district_platform.facts.attendance_events import daily_attendance_source
from district_platform.facts.reconciliation.codes import with_virtual
from district_platform.quality.attendance import unmapped_attendance_code
from district_platform.settings import Attendance
from district_platform_tests.facts.daily_attendance.tables import rows_of
from district_platform_tests.tables import memtable

CODES = {
    "attendance_code": "string",
    "attendance_event_category": "string",
    "attendance_excusal_status": "string",
    "is_absent": "decimal(5, 4)",
}
EVENTS = {
    "school_year": "int64",
    "school_id": "string",
    "student_id": "string",
    "event_date": "date",
    "session_id": "string",
    "attendance_code": "string",
    "reason": "string",
}
ABSENT = ("AU", "Absence", "Unexcused", Decimal(1))


def codes_of(*rows: tuple[str, str, str | None, Decimal]) -> list[tuple[str, str, Decimal]]:
    found = rows_of(with_virtual(memtable(CODES, rows)), order=["attendance_code"])
    return [(row["attendance_code"], row["attendance_event_category"], row["is_absent"]) for row in found]


def test_the_platform_adds_its_code():
    assert codes_of(ABSENT) == [("AU", "Absence", 1), ("VIRTUAL", "Present Virtual", 0)]


def test_a_district_that_has_the_code_keeps_its_own_meaning():
    assert codes_of(("VIRTUAL", "Remote", None, Decimal("0.5"))) == [("VIRTUAL", "Remote", Decimal("0.5"))]


def test_a_correction_that_comes_back_from_the_sis_is_no_unknown_code():
    events = memtable(EVENTS, [(2026, "A", "1", None, None, code, None) for code in ("VIRTUAL", "ZZ")])
    [finding] = rows_of(unmapped_attendance_code(events, memtable(CODES, [ABSENT])))
    assert "'ZZ'" in finding["message"]


def test_the_daily_fact_can_read_the_reconciled_events():
    source = Attendance(daily_attendance_source="fct_reconciled_attendance_event")
    assert daily_attendance_source(source) == "fct_reconciled_attendance_event"
