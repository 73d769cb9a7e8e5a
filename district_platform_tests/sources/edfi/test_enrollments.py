"""Enrollments: their year, their calendar, exits, no-shows, and several ODS."""

import pytest

from district_platform.sources.edfi import enrollments
from district_platform_tests.sources.edfi.made import d, school, stay, student, year

STAYS = "studentSchoolAssociations"


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


@pytest.mark.parametrize(
    ("record", "ods_year", "expected"),
    [
        (stay(), None, "2026"),
        (without(stay("2025-08-20"), "schoolYearTypeReference"), None, "2026"),
        (without(stay("2026-06-30"), "schoolYearTypeReference"), None, "2026"),
        (without(stay("2026-07-01"), "schoolYearTypeReference"), None, "2027"),
        (without(stay("unknown"), "schoolYearTypeReference"), 2025, "2025"),
    ],
)
def test_a_year_that_is_missing_is_that_of_the_entry_else_that_of_the_ods(making, record, ods_year, expected):
    pulled = making.pulled({ods_year: {STAYS: [record]}})
    assert making.of_stays(pulled, enrollments.enrollments, "school_year") == [(expected,)]


def test_a_row_in_full(making):
    record = stay(
        "2025-08-20",
        "2026-01-15",
        calendarReference={"calendarCode": "STD", "schoolId": 1, "schoolYear": 2026},
        exitWithdrawTypeDescriptor=d("ExitWithdrawType", "Moved", "uri://state.example"),
        primarySchool=False,
    )
    columns = [
        "student_id",
        "school_id",
        "calendar_code",
        "grade_level",
        "entry_date",
        "exit_date",
        "exit_reason",
        "is_primary",
    ]
    assert making.of_stays(making.one(**{STAYS: [record]}), enrollments.enrollments, *columns) == [
        ("s1", "1", "STD", "03", "2025-08-20", "2026-01-15", "Moved", "false")
    ]


def test_a_calendar_that_is_missing_stays_so_and_a_school_is_primary_unless_it_is_not(making):
    pulled = making.one(**{STAYS: [stay()]})
    assert making.of_stays(pulled, enrollments.enrollments, "calendar_code", "is_primary") == [(None, "true")]


def test_the_id_is_that_of_the_record_without_dashes(making):
    pulled = making.one(**{STAYS: [stay(id="0F8B1C2D-0000-4000-8000-00000000000A")]})
    assert making.of_stays(pulled, enrollments.enrollments, "enrollment_id") == [("0f8b1c2d00004000800000000000000a",)]


def test_an_exit_date_is_told_as_it_was_sent(making):
    """Whether it is a day enrolled, attendance.exit_date_inclusive says."""
    pulled = making.one(**{STAYS: [stay("2025-08-20", "2025-08-20")]})
    assert making.of_stays(pulled, enrollments.enrollments, "exit_date") == [("2025-08-20",)]


DAYS = [
    {
        "date": date,
        "calendarReference": {"calendarCode": "STD", "schoolId": 1, "schoolYear": 2026},
        "calendarEvents": [{"calendarEventDescriptor": d("CalendarEvent", event)}],
    }
    for date, event in (("2025-08-18", "Teacher only day"), ("2025-08-20", "Instructional day"))
]


CAME = [
    (stay("2025-08-18", "2025-08-19"), False),
    (stay("2025-08-18", "2025-08-20"), True),
    (stay("2025-08-20", "2025-08-19"), False),
    (stay("2025-08-18"), True),
    (stay(exitWithdrawTypeDescriptor=d("ExitWithdrawType", "No show")), False),
    (stay(exitWithdrawTypeDescriptor=d("ExitWithdrawType", "NS9", "uri://state.example")), False),
]


def test_who_never_came_is_left_out(making):
    """A student for each."""
    making.lines("ExitWithdrawType", "code,value\nNS9,no show\n")
    pulled = making.one(
        calendarDates=DAYS, **{STAYS: [{**each, **student(f"s{n}")} for n, (each, _) in enumerate(CAME)]}
    )
    came = [(f"s{n}",) for n, (_, came) in enumerate(CAME) if came]
    assert making.of_stays(pulled, enrollments.enrollments, "student_id") == came
    assert len(making.rows(enrollments.no_shows(pulled), "_line")) == len(CAME) - len(came)


def test_one_stay_in_two_ods_is_told_by_the_one_of_its_own_year(making):
    last = stay("2024-08-20", "2025-06-05", **year(2025))
    pulled = making.pulled({2025: {STAYS: [last]}, 2026: {STAYS: [{**last, "exitWithdrawDate": "2024-09-01"}, stay()]}})
    assert making.of_stays(pulled, enrollments.enrollments, "school_year", "exit_date") == [
        ("2025", "2025-06-05"),
        ("2026", None),
    ]


def test_ids_are_spelled_as_the_resource_spells_them_that_defines_them(making):
    people = [{"studentUniqueId": "AB12", "firstName": "A", "lastSurname": "B"}]
    pulled = making.one(
        students=people, **{STAYS: [{**stay(), **student("ab12")}, {**stay(), **student("zz9"), **school(2)}]}
    )
    assert making.of_stays(pulled, enrollments.enrollments, "student_id") == [("AB12",), ("zz9",)]


def test_a_grade_without_a_line_stays_for_the_rule_and_one_that_means_nothing_is_empty(making):
    codes = ("Third grade", "THIRD GRADE", "Ungraded", "Grade 99")
    records = [
        {**stay(), **student(f"s{n}"), "entryGradeLevelDescriptor": d("GradeLevel", code)}
        for n, code in enumerate(codes)
    ]
    pulled = making.one(**{STAYS: records})
    assert making.of_stays(pulled, enrollments.enrollments, "student_id", "grade_level") == [
        ("s0", "03"),
        ("s1", "03"),
        ("s2", None),
        ("s3", "Grade 99"),
    ]
