from district_platform.quality.attendance import unmapped_attendance_code
from district_platform_tests.quality.tables import found, table

EVENT = "school_year school_id student_id event_date session_id attendance_code"


def events(*rows: tuple):
    return table("stg_attendance_events", EVENT, rows)


def codes(*rows: tuple):
    return table("stg_attendance_codes", "attendance_code attendance_excusal_status is_absent", rows)


def test_code_not_mapped_without_is_absent_or_outside_0_to_1_is_found_at_every_event():
    unusable = found(
        unmapped_attendance_code,
        events(
            (2026, "S1", "T1", "2025-09-02", "Q1", "A"),
            (2026, "S1", "T1", "2025-09-03", None, "X"),
            (2026, "S1", "T2", "2031-09-03", None, "X"),
            (2026, "S1", "T1", "2025-09-04", "Q1", "N"),
            (2026, "S1", "T1", "2025-09-05", "Q1", "B"),
        ),
        codes(("A", "Excused", 1), ("N", None, None), ("B", "Excused", "1.5")),
    )
    assert unusable == {
        "2026|S1|T1|2025-09-03||X": "code 'X' is not in sis/attendance_codes (2 events)",
        "2026|S1|T2|2031-09-03||X": "code 'X' is not in sis/attendance_codes (2 events)",
        "2026|S1|T1|2025-09-04|Q1|N": "code 'N' has no is_absent (1 events)",
        "2026|S1|T1|2025-09-05|Q1|B": "code 'B' has is_absent 1.5000, outside 0 to 1 (1 events)",
    }


def test_whole_half_and_no_absence_are_usable():
    mapped = codes(("A", "Excused", 1), ("H", "Excused", "0.5"), ("L", None, 0))
    taken = [(2026, "S1", "T1", "2025-09-02", "Q1", code) for code in "AHL"]
    assert not found(unmapped_attendance_code, events(*taken), mapped)
