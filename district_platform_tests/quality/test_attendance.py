import datetime as dt

from district_platform.quality.attendance import (
    absence_code_without_excusal_status,
    event_outside_enrollment,
    event_without_instruction,
    gap_in_evidence,
    school_without_attendance,
    several_events_on_one_day,
    silent_school,
    too_many_days_enrolled,
    unmapped_attendance_code,
)
from district_platform.settings import Attendance, Quality
from district_platform_tests.quality.tables import found, table

EVENT = "school_year school_id student_id event_date session_id attendance_code"
CALENDAR = "school_id calendar_code school_year calendar_date is_school_day"


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


def test_absence_code_needs_an_excusal_status_and_presence_does_not():
    judged = codes(("A", "Excused", 1), ("H", None, "0.5"), ("L", None, 0), ("N", None, None))
    assert found(absence_code_without_excusal_status, judged).keys() == {"H"}


def test_event_is_judged_by_all_calendars_of_its_school_and_year():
    days = [
        ("S1", "C1", 2026, "2025-09-01", False),
        ("S1", "C1", 2026, "2025-09-02", True),
        ("S1", "C2", 2026, "2025-09-03", True),
    ]
    on_no_day = found(
        event_without_instruction,
        events(
            (2026, "S1", "T1", "2025-09-01", None, "A"),
            (2026, "S1", "T1", "2025-09-02", None, "A"),
            (2026, "S1", "T1", "2025-09-03", None, "A"),
            (2026, "S1", "T1", "2025-09-06", "Q1", "A"),
            (2026, "S2", "T1", "2025-09-06", None, "A"),
        ),
        table("stg_calendar_dates", CALENDAR, days),
    )
    assert on_no_day.keys() == {"2026|S1|T1|2025-09-01||A", "2026|S1|T1|2025-09-06|Q1|A"}


def test_event_outside_every_enrollment_at_its_school_is_found():
    enrollments = [
        (2026, "S1", "T1", "2025-09-02", "2025-09-05"),
        (2026, "S1", "T1", "2025-10-01", None),
        (2026, "S2", "T2", "2025-09-02", "2025-09-01"),
    ]
    outside = found(
        event_outside_enrollment,
        events(
            (2026, "S1", "T1", "2025-09-02", None, "A"),
            (2026, "S1", "T1", "2025-09-05", None, "A"),
            (2026, "S1", "T1", "2025-09-08", None, "A"),
            (2026, "S1", "T1", "2026-01-08", None, "A"),
            (2026, "S2", "T1", "2025-09-02", None, "A"),
            (2026, "S2", "T2", "2025-09-02", None, "A"),
        ),
        table("stg_enrollments", "school_year school_id student_id entry_date exit_date", enrollments),
        Attendance(),
    )
    assert outside == {
        "2026|S1|T1|2025-09-08||A": "not enrolled at school S1 on 2025-09-08",
        "2026|S2|T1|2025-09-02||A": "not enrolled at school S2 on 2025-09-02, but at school S1",
        "2026|S2|T2|2025-09-02||A": "not enrolled at school S2 on 2025-09-02",
    }


def test_event_of_another_schools_day_names_every_school_that_had_the_student():
    enrollments = [
        (2026, "S1", "T1", "2025-09-02", "2025-10-03"),
        (2026, "S2", "T1", "2025-10-06", None),
        (2026, "S3", "T1", "2025-10-06", None),
        (2025, "S4", "T1", "2025-10-06", None),
    ]
    strays = [(2026, "S2", "T1", "2025-09-09", None, "A"), (2026, "S1", "T1", "2025-10-07", None, "A")]
    enrolled = table("stg_enrollments", "school_year school_id student_id entry_date exit_date", enrollments)
    assert found(event_outside_enrollment, events(*strays), enrolled, Attendance()) == {
        "2026|S2|T1|2025-09-09||A": "not enrolled at school S2 on 2025-09-09, but at school S1",
        "2026|S1|T1|2025-10-07||A": "not enrolled at school S1 on 2025-10-07, but at school S2, S3",
    }


def test_event_on_the_exit_day_is_outside_where_exit_dates_are_exclusive():
    enrolled = table(
        "stg_enrollments",
        "school_year school_id student_id entry_date exit_date",
        [(2026, "S1", "T1", "2025-09-02", "2025-09-05")],
    )
    on_exit = events((2026, "S1", "T1", "2025-09-05", None, "A"))
    assert not found(event_outside_enrollment, on_exit, enrolled, Attendance())
    assert found(event_outside_enrollment, on_exit, enrolled, Attendance(exit_date_inclusive=False))


def test_day_with_several_events_at_one_school_is_one_finding():
    repeated = found(
        several_events_on_one_day,
        events(
            (2026, "S1", "T1", "2025-09-02", "Q1", "T"),
            (2026, "S1", "T1", "2025-09-02", None, "A"),
            (2026, "S2", "T1", "2025-09-02", None, "A"),
            (2026, "S1", "T1", "2025-09-03", None, "A"),
        ),
    )
    assert repeated == {"2026|S1|T1|2025-09-02": "codes A, T"}


def calendar(*days: tuple):
    rows = [("S1", "C1", 2026, *day) for day in days]
    return table("dim_calendar_date", "k_school calendar_code school_year calendar_date is_school_day", rows)


def facts(*dates: str):
    rows = [(2026, "S1", date) for date in dates]
    return table("fct_student_school_attendance_event", "school_year k_school event_date", rows)


def submissions(*dates: str):
    return table("stg_attendance_submissions", "school_id submission_date", [("S1", date) for date in dates])


def silent(n_days: int, last_day: str, event: str = "2025-09-01", submission: str = "2025-09-01") -> dict[str, str]:
    days = [(f"2025-09-{day:02}", True) for day in range(1, n_days + 2)]
    dates = calendar(*days, ("2025-09-29", False), (last_day, True))
    return found(silent_school, dates, facts(event), submissions(submission), Quality(), dt.date(2025, 9, 30))


def test_more_than_seven_instructional_days_without_evidence_in_a_running_year_are_found():
    assert silent(8, "2026-06-10") == {"S1|2026": "latest evidence 2025-09-01, 8 instructional days ago"}
    assert not silent(7, "2026-06-10")


def test_school_whose_year_is_over_or_that_submitted_since_is_not_silent():
    assert not silent(8, "2025-09-30")
    assert not silent(8, "2026-06-10", submission="2025-09-02")


def test_mistyped_date_of_an_event_is_no_evidence():
    assert silent(8, "2026-06-10", event="2031-09-01").keys() == {"S1|2026"}


def without_attendance(entry_date: str, *arguments) -> dict[str, str]:
    enrollments = table("stg_enrollments", "school_id school_year entry_date", [("S1", 2026, entry_date)])
    dates = calendar(("2025-09-01", True), ("2026-06-10", True))
    return found(school_without_attendance, enrollments, dates, *arguments, dt.date(2026, 2, 13))


def test_school_and_year_with_enrollments_and_no_evidence_is_found():
    missing = without_attendance("2025-09-01", facts("2025-09-06"), submissions("2026-06-10"))
    assert missing == {"S1|2026": "1 enrollments, no attendance event or submission"}


def test_one_event_or_one_submission_is_evidence():
    assert not without_attendance("2025-09-01", facts("2025-09-01"), submissions())
    assert not without_attendance("2025-09-01", facts(), submissions("2025-09-01"))


def test_school_whose_enrollments_have_not_begun_needs_no_evidence():
    assert not without_attendance("2026-03-01", facts(), submissions())


def enrolled_days(*enrollments: tuple) -> dict[str, str]:
    start = dt.date(2025, 8, 1)
    days = [
        (school, "C1", 2026, start + dt.timedelta(days=number), True)
        for school, first, n in (("S1", 0, 186), ("S2", 100, 150))
        for number in range(first, first + n)
    ]
    rows = [("T1", 2026, school, "C1", entry, exit_) for school, entry, exit_ in enrollments]
    columns = "student_id school_year school_id calendar_code entry_date exit_date"
    return found(
        too_many_days_enrolled,
        table("stg_enrollments", columns, rows),
        table("stg_calendar_dates", CALENDAR, days),
        Quality(),
        dt.date(2026, 6, 30),
    )


def test_more_than_185_days_enrolled_are_found():
    assert enrolled_days(("S1", "2025-08-01", None)) == {"T1|2026": "186 days enrolled"}
    assert not enrolled_days(("S1", "2025-08-02", None))


def test_day_of_two_calendars_counts_once():
    assert not enrolled_days(("S1", "2025-08-01", "2026-01-31"), ("S2", "2025-11-09", "2026-01-31"))
    assert enrolled_days(("S1", "2025-08-01", "2026-01-31"), ("S2", "2025-11-09", None)) == {
        "T1|2026": "250 days enrolled"
    }


def gaps_without(*missing: int, as_of_day: int = 30, submits: int = 28, **policy) -> dict[str, str]:
    """School S1 submits on the first `submits` days of a September of 30 instructional days, but for the days that are missing."""
    days = [(f"2025-09-{day:02}", True) for day in range(1, 31)]
    sent = [f"2025-09-{day:02}" for day in range(1, submits + 1) if day not in missing]
    dates = calendar(*days, ("2026-06-10", True))
    as_of = dt.date(2025, 9, as_of_day)
    return found(gap_in_evidence, dates, facts("2025-09-07"), submissions(*sent), Attendance(**policy), as_of)


def test_five_instructional_days_in_a_row_without_evidence_are_a_gap_and_four_are_none():
    assert gaps_without(11, 12, 13, 14, 15) == {
        "S1|2026|2025-09-11": "school S1: no attendance from 2025-09-11 to 2025-09-15, 5 instructional days"
    }
    assert not gaps_without(11, 12, 13, 14)
    assert gaps_without(11, 12, 13, 14, evidence_gap_days=4)


def test_an_event_of_the_sis_is_evidence_inside_a_gap():
    assert not gaps_without(5, 6, 7, 8, 9, 10)


def test_a_school_that_does_not_submit_daily_has_no_gap():
    assert not gaps_without(*range(2, 12))
    assert gaps_without(*range(8, 13), submits=24, daily_submission_min_days=19)
    assert not gaps_without(*range(8, 13), submits=24)


def test_a_running_schools_silence_at_the_end_is_no_gap():
    assert not gaps_without(submits=22)
