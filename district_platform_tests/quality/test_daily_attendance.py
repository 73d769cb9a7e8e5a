from district_platform.quality.daily_attendance import contradictory_day
from district_platform_tests.quality.tables import found, table

DAY = (
    "k_student k_school calendar_date is_absent is_present is_enrolled "
    "cumulative_days_absent cumulative_days_attended cumulative_days_enrolled"
)
MEASURE = "k_student k_school cumulative_days_absent cumulative_days_attended cumulative_days_enrolled"
LAST = ("T1", "S1", 1, 2, 3)

GOOD = (
    ("T1", "S1", "2025-09-01", 0, 1, 1, 0, 1, 1),
    ("T1", "S1", "2025-09-02", 1, 0, 1, 1, 1, 2),
    ("T1", "S1", "2025-09-03", 0, 1, 1, 1, 2, 3),
    ("T1", "S1", "2025-09-04", 0, 0, 0, 1, 2, 3),
)


def contradictions(days: tuple[tuple, ...], *measures: tuple) -> dict[str, str]:
    return found(
        contradictory_day,
        table("fct_student_daily_attendance", DAY, days),
        table("msr_student_cumulative_attendance", MEASURE, measures or (LAST,)),
    )


def test_days_that_agree_are_no_findings():
    assert contradictions(GOOD) == {}


def test_students_and_schools_are_judged_apart():
    other_student, other_school = ("T2", "S1", "2025-09-02", 0, 1, 1, 0, 1, 1), ("T1", "S2", *GOOD[0][2:])
    days = (*GOOD, other_student, other_school)
    assert contradictions(days, LAST, ("T2", "S1", 0, 1, 1), ("T1", "S2", 0, 1, 1)) == {}


def test_present_and_absent_that_do_not_make_up_enrolled_are_found():
    days = (*GOOD[:2], ("T1", "S1", "2025-09-03", "0.5", 1, 1, 1, 2, 3), GOOD[3])
    message = "present 1.0000 and absent 0.5000 do not make up enrolled 1"
    assert contradictions(days) == {"T1|S1|2025-09-03": message}


def test_day_without_a_meaning_is_found():
    days = (*GOOD[:2], ("T1", "S1", "2025-09-03", None, None, 1, 1, 2, 3), GOOD[3])
    message = "present missing and absent missing do not make up enrolled 1"
    assert contradictions(days) == {"T1|S1|2025-09-03": message}


def test_count_that_falls_is_found():
    days = (*GOOD[:2], ("T1", "S1", "2025-09-03", 0, 1, 1, 0, 2, 3), GOOD[3])
    assert contradictions(days) == {"T1|S1|2025-09-03": "a running count falls on this day"}


def test_day_that_stands_twice_is_found():
    assert contradictions((*GOOD, GOOD[1])) == {"T1|S1|2025-09-02": "the day stands twice"}


def test_measure_that_differs_from_the_last_day_is_found():
    message = "the last day and msr_student_cumulative_attendance differ"
    assert contradictions(GOOD, ("T1", "S1", 1, 1, 3)) == {"T1|S1|2025-09-04": message}


def test_measure_without_days_and_days_without_measure_are_found():
    message = "the last day and msr_student_cumulative_attendance differ"
    assert contradictions(GOOD, ("T2", "S1", 1, 2, 3)) == {"T1|S1|2025-09-04": message, "T2|S1|": message}
