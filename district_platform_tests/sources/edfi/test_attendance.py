"""Attendance: one event a day, shares of a day as codes, and categories that nobody knows."""

from district_platform.sources.edfi import attendance
from district_platform_tests.sources.edfi.made import d, school, student

EVENTS = "studentSchoolAttendanceEvents"
CODE = ("event_date", "session_id", "attendance_code")


def event(category: str, date: str = "2025-09-03", session: str = "FY", duration: float | None = None, **fields):
    lasted = {} if duration is None else {"eventDuration": duration}
    return {
        **student(),
        **school(),
        "sessionReference": {"schoolId": 1, "schoolYear": 2026, "sessionName": session},
        "eventDate": date,
        "attendanceEventCategoryDescriptor": d("AttendanceEventCategory", category),
        **lasted,
        **fields,
    }


SESSIONS = [
    {**school(), "schoolYearTypeReference": {"schoolYear": 2026}, "sessionName": name, "totalInstructionalDays": n}
    for name, n in (("FY", 180), ("S1", 90), ("Q1", 45))
]


def made(making, *events, columns=CODE, sessions=SESSIONS):
    pulled = making.one(sessions=sessions, **{EVENTS: list(events)})
    return making.rows(attendance.attendance_events(attendance.marked_days(pulled)), *columns)


def codes(making, *events):
    pulled = making.one(**{EVENTS: list(events)})
    days = pulled.keep("marked_days", attendance.marked_days(pulled))
    columns = ("attendance_code", "attendance_event_category", "attendance_excusal_status")
    found = attendance.attendance_codes(pulled, days)
    return [(*row, float(found)) for *row, found in making.rows(found, *columns, "is_absent")]


def test_what_several_sessions_say_counts_once_in_the_shortest(making):
    """In any order, and whatever the case of the category."""
    twice = [event("Tardy", session="S1"), event("tardy", session="FY"), event("Tardy", session="Q1")]
    assert made(making, *twice) == [("2025-09-03", "Q1", "Tardy")]


def test_sessions_of_unknown_length_go_after_the_others(making):
    assert made(making, event("Tardy", session="A"), event("Tardy", session="S1")) == [("2025-09-03", "S1", "Tardy")]


SHARES = [
    ("Excused Absence", None, "Excused Absence"),
    ("Excused Absence", 1, "Excused Absence"),
    ("Excused Absence", 1.0, "Excused Absence"),
    ("Excused Absence", 0.5, "Excused Absence@0.5"),
    ("Unexcused Absence", 0.25, "Unexcused Absence@0.25"),
    ("Unexcused Absence", 0.3333, "Unexcused Absence@0.3333"),
    ("Partial", 0.5, "Partial@0.5"),
    ("Partial", None, "Partial"),
    ("Tardy", 0.1, "Tardy"),
    ("In Attendance", 1, "In Attendance"),
]


def test_a_share_of_the_day_is_a_code_of_its_own(making):
    """Each on a day of its own."""
    days = [
        event(category, f"2025-09-{n:02}", duration=lasted) for n, (category, lasted, _) in enumerate(SHARES, start=1)
    ]
    assert [code for _, _, code in made(making, *days)] == [code for *_, code in SHARES]


def test_codes_say_what_they_mean(making):
    days = [
        event("Excused Absence", "2025-09-01"),
        event("Excused Absence", "2025-09-02", duration=0.5),
        event("Partial", "2025-09-03", duration=0.25),
        event("Tardy", "2025-09-04"),
    ]
    assert codes(making, *days) == [
        ("Excused Absence", "Excused Absence", "Excused", 1.0),
        ("Excused Absence@0.5", "Excused Absence", "Excused", 0.5),
        ("Partial@0.25", "Partial Day Absence", None, 0.25),
        ("Tardy", "Tardy", None, 0.0),
    ]


def test_half_days_under_two_categories_make_a_whole_day_and_a_tie_is_excused(making):
    halves = [event("Unexcused Absence", duration=0.5), event("Excused Absence", duration=0.5)]
    assert made(making, *halves) == [("2025-09-03", "FY", "Excused Absence")]


def test_the_longest_absence_names_the_day_and_no_day_is_longer_than_one(making):
    parts = [event("Unexcused Absence", duration=0.75), event("Excused Absence", duration=0.5)]
    assert made(making, *parts) == [("2025-09-03", "FY", "Unexcused Absence")]
    shares = [event("Unexcused Absence", duration=0.25), event("Excused Absence", duration=0.1)]
    assert made(making, *shares) == [("2025-09-03", "FY", "Unexcused Absence@0.35")]


def test_an_absence_goes_before_a_tardy_of_the_day(making):
    assert made(making, event("Tardy"), event("Unexcused Absence", duration=0.5)) == [
        ("2025-09-03", "FY", "Unexcused Absence@0.5")
    ]


def test_a_category_that_nobody_knows_stays_and_has_no_code(making):
    """ATT-01 stops the run: the code of the event is in no row of attendance_codes."""
    unknown = event("Virtual", "2025-09-04")
    assert made(making, event("Tardy"), unknown) == [("2025-09-03", "FY", "Tardy"), ("2025-09-04", "FY", "Virtual")]
    assert [code for code, *_ in codes(making, event("Tardy"), unknown)] == ["Tardy"]


def test_a_partial_day_without_a_duration_has_no_share(making):
    pulled = making.one(**{EVENTS: [event("Partial")]})
    days = attendance.marked_days(pulled)
    assert making.rows(attendance.attendance_codes(pulled, days), "attendance_code", "is_absent") == [("Partial", None)]


def test_a_part_of_unknown_length_leaves_the_day_open_unless_others_fill_it(making):
    """Ed-Fi's own sample has both on one day of student 604822."""
    whole = [event("Partial", schoolAttendanceDuration=10), event("Excused Absence", duration=1)]
    assert made(making, *whole) == [("2025-09-03", "FY", "Excused Absence")]
    half = [event("Partial"), event("Excused Absence", duration=0.5)]
    assert made(making, *half) == [("2025-09-03", "FY", "Partial")]


def test_the_districts_lines_go_before_the_defaults(making):
    making.lines(
        "AttendanceEventCategory",
        "code,value,excusal,is_absent\nVirtual,Virtual,,0\nPartial,Partial,Unexcused,0.5\ntardy,,,\n",
    )
    assert codes(
        making, *(event(c, f"2025-09-0{n}") for n, c in enumerate(("Virtual", "Partial", "Tardy"), start=1))
    ) == [
        ("Partial", "Partial", "Unexcused", 0.5),
        ("Tardy", "Tardy", None, 0.0),
        ("Virtual", "Virtual", None, 0.0),
    ]


def test_a_duration_beyond_a_day_stops_at_the_rule(making):
    """Minutes or hours in a field for days: ATT-01 wants an is_absent from 0 to 1."""
    pulled = making.one(**{EVENTS: [event("Partial", duration=3)]})
    days = attendance.marked_days(pulled)
    [(_, share)] = making.rows(attendance.attendance_codes(pulled, days), "attendance_code", "is_absent")
    assert float(share) == 3


def test_a_school_took_attendance_on_the_days_of_its_sections(making):
    def taken(date):
        return {"calendarDateReference": {"schoolId": 1, "date": date, "calendarCode": "STD", "schoolYear": 2026}}

    pulled = making.one(
        sectionAttendanceTakenEvents=[taken(date) for date in ("2025-09-03", "2025-09-03", "2025-09-04")]
    )
    rows = making.rows(attendance.attendance_submissions(pulled), "school_id", "submission_date")
    assert rows == [("1", "2025-09-03"), ("1", "2025-09-04")]
