"""Attendance events, with what their codes mean."""

import ibis

from district_platform.dimensions import keys


def fct_student_school_attendance_event(
    stg_attendance_events: ibis.Table, stg_attendance_codes: ibis.Table
) -> ibis.Table:
    """A code that is not mapped leaves category and is_absent null: it must never pass for presence (ATT-01)."""
    events, codes = stg_attendance_events, stg_attendance_codes
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
