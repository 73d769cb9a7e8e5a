"""Stray events: an absence that one school holds of a day on which exactly one other had the student."""

from typing import Any

from district_platform_tests.facts.daily_attendance.reference import Row
from district_platform_tests.facts.daily_attendance.rows import calendar, daily, district, enrollment, event, session

TWO_WEEKS = (1, 2, 3, 4, 5, 8, 9, 10, 11, 12)


def at(school: str, rows: list[Row]) -> list[Row]:
    return [row | {"k_school": school} for row in rows]


BOTH_CALENDARS = calendar(*TWO_WEEKS) + at("T", calendar(*TWO_WEEKS))
MOVED = [enrollment(1, 5), *at("T", [enrollment(8)])]
"""At school S in the first week, at T from the second on."""


def at_day(
    day: int,
    *events: Row,
    school: str = "S",
    enrollments: list[Row] = MOVED,
    days: list[Row] = BOTH_CALENDARS,
    **other: Any,
) -> tuple[str | None, ...]:
    """Category, excusal status and session of the student's day at a school; nothing without a row."""
    taken = [{"school_id": s, "submission_date": d["calendar_date"]} for d in days for s in ("S", "T")]
    rows = daily(district(enrollments, days, list(events), **({"submissions": taken} | other)))
    found = [row for row in rows if row["k_school"] == school and row["calendar_date"].day == day]
    shown = ("attendance_event_category", "attendance_excusal_status", "k_session")
    return tuple(found[0][name] for name in shown) if found else ()


IN_ATTENDANCE = ("In Attendance", "In Attendance", None)
ABSENT = ("Absent", "Excused", None)
STAMPED_WITH_TODAYS_SCHOOL = event(3, k_school="T")


def test_an_old_absence_stamped_with_todays_school_counts_where_the_student_was() -> None:
    assert at_day(3, STAMPED_WITH_TODAYS_SCHOOL) == ABSENT
    assert at_day(3, STAMPED_WITH_TODAYS_SCHOOL, school="T") == ()


def test_an_absence_after_the_move_that_the_old_school_holds_counts_at_the_new_one() -> None:
    stale = event(9)
    assert at_day(9, stale, school="T") == ABSENT
    assert at_day(9, stale) == ("Not Enrolled", "Not Enrolled", None)


def test_ignored_where_the_district_says_so() -> None:
    assert at_day(3, STAMPED_WITH_TODAYS_SCHOOL, stray_events="ignore") == IN_ATTENDANCE


def test_its_session_is_unknown_and_is_used_by_its_own_school_alone() -> None:
    sessions = [session("Year", 1, 30, 180), *at("T", [session("Year", 1, 30, 180) | {"k_session": "2026-T-Year"}])]
    stray = STAMPED_WITH_TODAYS_SCHOOL | {"k_session": "2026-T-Year"}
    assert at_day(3, stray, sessions=sessions) == ABSENT
    named = event(1, k_session="2026-S-Year")
    assert at_day(3, stray, named, sessions=sessions) == ("Absent", "Excused", "2026-S-Year")
    assert at_day(9, stray, school="T", sessions=sessions) == ("In Attendance", "In Attendance", "2026-T-Year")


def test_an_event_of_the_school_that_had_the_student_goes_before() -> None:
    tardy = event(3, "0", attendance_event_category="Tardy")
    assert at_day(3, STAMPED_WITH_TODAYS_SCHOOL, tardy) == ("Tardy", "In Attendance", None)


def test_of_two_strays_on_a_day_the_usual_order_decides() -> None:
    tardy = event(3, "0", k_school="U", attendance_event_category="Tardy")
    assert at_day(3, STAMPED_WITH_TODAYS_SCHOOL, tardy) == ABSENT


def test_where_several_schools_or_none_had_the_student_it_counts_nowhere() -> None:
    at_two = [enrollment(1, 5), *at("T", [enrollment(1, 5)])]
    elsewhere = event(3, k_school="U")
    assert at_day(3, elsewhere, enrollments=at_two) == IN_ATTENDANCE
    assert at_day(3, elsewhere, enrollments=at_two, school="T") == IN_ATTENDANCE
    assert at_day(10, event(10, k_school="U"), enrollments=[enrollment(1, 5)])[0] == "Not Enrolled"


def test_an_enrollment_of_another_year_has_nothing_to_do_with_it() -> None:
    last_year = [enrollment(1, 5), *at("T", [enrollment(8, k_student="2025-7", school_year=2025)])]
    assert at_day(9, event(9, k_school="U"), enrollments=last_year, school="T") == ()


def test_an_event_where_the_student_was_stays_there() -> None:
    both = [enrollment(), *at("T", [enrollment()])]
    assert at_day(3, event(3), enrollments=both) == ABSENT
    assert at_day(3, event(3), enrollments=both, school="T") == IN_ATTENDANCE


def test_it_counts_on_the_students_days_alone() -> None:
    holiday = calendar(*TWO_WEEKS, holidays=(3,)) + at("T", calendar(*TWO_WEEKS))
    assert at_day(3, STAMPED_WITH_TODAYS_SCHOOL, days=holiday) == ()


def test_it_is_evidence_for_its_own_school_alone() -> None:
    none_taken = at_day(3, STAMPED_WITH_TODAYS_SCHOOL, submissions=[])
    assert none_taken == ()
    own = at_day(9, STAMPED_WITH_TODAYS_SCHOOL, school="T", submissions=[])
    assert own == IN_ATTENDANCE


def test_the_exit_day_is_covered_where_exit_dates_are_inclusive() -> None:
    on_exit = event(5, k_school="T")
    assert at_day(5, on_exit) == ABSENT
    assert at_day(5, on_exit, exit_date_inclusive=False)[0] == "Not Enrolled"
