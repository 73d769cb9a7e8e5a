"""Attendance events, with what their codes mean, and which table of events the daily fact reads."""

import ibis

from district_platform.dictionary import TABLES
from district_platform.dimensions import keys
from district_platform.facts.reconciliation.codes import with_virtual
from district_platform.settings import Attendance, SettingsError


def fct_student_school_attendance_event(
    stg_attendance_events: ibis.Table, stg_attendance_codes: ibis.Table
) -> ibis.Table:
    """A code that is not mapped leaves category and is_absent null, because it must never count as presence (ATT-01)."""
    events, codes = stg_attendance_events, with_virtual(stg_attendance_codes)
    coded = events.left_join(codes, "attendance_code")
    return coded.select(
        k_student=keys.k_student(events),
        k_student_xyear=events.student_id,
        k_school=events.school_id,
        k_session=keys.k_session(events),
        school_year=events.school_year,
        event_date=events.event_date,
        attendance_code=events.attendance_code,
        attendance_event_category=codes.attendance_event_category,
        attendance_event_reason=events.reason,
        attendance_excusal_status=codes.attendance_excusal_status,
        is_absent=codes.is_absent,
    )


def daily_attendance_source(attendance: Attendance) -> str:
    """The table of events that the daily fact reads.

    Raises SettingsError where `attendance.daily_attendance_source` names no table of the shape of the SIS's events.
    """
    name, shape = attendance.daily_attendance_source, set(TABLES[fct_student_school_attendance_event.__name__].columns)
    fitting = [table.name for table in TABLES.values() if shape <= set(table.columns)]
    if name not in fitting:
        raise SettingsError(
            f"attendance.daily_attendance_source = {name!r}: no table of attendance events. Known: {', '.join(fitting)}."
        )
    return name
