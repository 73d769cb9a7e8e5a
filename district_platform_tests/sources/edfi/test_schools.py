"""Schools, calendars and sessions, courses and sections."""

import pytest

from district_platform.sources.edfi import schools, sections
from district_platform_tests.sources.edfi.made import d, school, student


def grades(*codes: str):
    return [{"gradeLevelDescriptor": d("GradeLevel", code)} for code in codes]


def test_a_school_in_full(making):
    oak = {
        "schoolId": 255901001,
        "nameOfInstitution": "Oak",
        "gradeLevels": grades("Fifth grade", "Kindergarten", "Ungraded", "First grade"),
        "schoolCategories": [{"schoolCategoryDescriptor": d("SchoolCategory", "Elementary School")}],
        "titleIPartASchoolDesignationDescriptor": d("TitleIPartASchoolDesignation", "Title I Schoolwide School"),
    }
    columns = ("school_id", "school_name", "school_level", "low_grade", "high_grade", "is_title_i")
    assert making.rows(schools.schools(making.one(schools=[oak])), *columns) == [
        ("255901001", "Oak", "Elementary", "KG", "05", "true")
    ]


def test_where_staff_work_without_students_is_an_office(making):
    def assigned(organization):
        return {
            "staffReference": {"staffUniqueId": "e1"},
            "educationOrganizationReference": {"educationOrganizationId": organization},
        }

    pulled = making.one(
        schools=[{"schoolId": 1, "nameOfInstitution": "Oak"}],
        localEducationAgencies=[
            {"localEducationAgencyId": 900, "nameOfInstitution": "District"},
            {"localEducationAgencyId": 901, "nameOfInstitution": "Nobody's"},
        ],
        staffEducationOrganizationAssignmentAssociations=[assigned(1), assigned(900)],
    )
    assert making.rows(schools.schools(pulled), "school_id", "school_name", "school_level") == [
        ("1", "Oak", None),
        ("900", "District", "Office"),
    ]


def day(date: str, *events: str, spring: int | None = 2026):
    stated = {"schoolYear": spring} if spring else {}
    return {
        "date": date,
        "calendarReference": {"calendarCode": "STD", "schoolId": 1, **stated},
        "calendarEvents": [{"calendarEventDescriptor": d("CalendarEvent", event)} for event in events],
    }


DAYS = [
    (("Instructional day",), "true", None),
    (("Make-up day",), "true", "Make-up day"),
    (("Holiday", "Student late arrival/early dismissal"), "true", "Holiday"),
    (("Holiday",), "false", "Holiday"),
    (("Snow",), "false", "Snow"),
    ((), "false", None),
]


def test_a_day_is_instructional_if_any_of_its_events_is(making):
    pulled = making.one(calendarDates=[day(f"2025-09-0{n}", *events) for n, (events, *_) in enumerate(DAYS, start=1)])
    rows = making.rows(schools.calendar_dates(pulled), "calendar_date", "is_school_day", "calendar_event")
    assert rows == [(f"2025-09-0{n}", *told) for n, (_, *told) in enumerate(DAYS, start=1)]


def test_a_calendar_date_without_a_year_is_of_the_year_of_its_date(making):
    pulled = making.one(
        calendarDates=[day("2025-06-30", "Holiday", spring=None), day("2025-07-01", "Holiday", spring=None)]
    )
    assert making.rows(schools.calendar_dates(pulled), "school_year") == [("2025",), ("2026",)]


def test_a_session_is_called_by_its_key(making):
    session = {
        **school(),
        "schoolYearTypeReference": {"schoolYear": 2026},
        "sessionName": "Fall Semester",
        "beginDate": "2025-08-20",
        "endDate": "2026-01-14",
        "totalInstructionalDays": 88,
    }
    columns = "school_id school_year session_id session_name begin_date end_date total_instructional_days"
    assert making.rows(schools.sessions(making.one(sessions=[session])), *columns.split(" ")) == [
        ("1", "2026", "Fall Semester", "Fall Semester", "2025-08-20", "2026-01-14", "88")
    ]


@pytest.mark.parametrize(
    "subject",
    [
        {"academicSubjectDescriptor": d("AcademicSubject", "Mathematics")},
        {"academicSubjects": [{"academicSubjectDescriptor": d("AcademicSubject", "Mathematics")}]},
    ],
    ids=["data standard 4", "data standard 5"],
)
def test_a_course_has_its_subject_where_its_data_standard_puts_it(making, subject):
    course = {
        "courseCode": "M9",
        "courseTitle": "Algebra",
        "offeredGradeLevels": grades("Ninth grade", "Tenth grade"),
        **subject,
    }
    rows = making.rows(
        sections.courses(making.one(courses=[course])), "course_id", "course_title", "subject", "grade_band"
    )
    assert rows == [("M9", "Algebra", "Math", "09-10")]


def offering(local: str = "M9-L", course: str = "M9", session: str = "FY"):
    reference = {"schoolId": 1, "schoolYear": 2026, "sessionName": session}
    return {"localCourseCode": local, "sessionReference": reference, "courseReference": {"courseCode": course}}


def section(identifier: str = "01", local: str = "M9-L", session: str = "FY"):
    reference = {"localCourseCode": local, "schoolId": 1, "schoolYear": 2026, "sessionName": session}
    return {"sectionIdentifier": identifier, "courseOfferingReference": reference}


def seat(identifier: str = "01", local: str = "M9-L", session: str = "FY"):
    reference = {"sectionIdentifier": identifier, "localCourseCode": local, "sessionName": session}
    dates = {"beginDate": "2025-08-20", "endDate": "2026-06-05"}
    return {**student(), "sectionReference": {**reference, "schoolId": 1, "schoolYear": 2026}, **dates}


def test_the_course_of_a_section_is_that_of_its_offering_in_any_case(making):
    pulled = making.one(
        courses=[{"courseCode": "M9", "courseTitle": "Algebra"}],
        courseOfferings=[offering(course="m9")],
        sections=[section()],
    )
    rows = making.rows(sections.sections(pulled), "school_year", "school_id", "section_id", "course_id", "session_id")
    assert rows == [("2026", "1", "01", "M9", "FY")]


def test_an_identifier_that_repeats_carries_course_and_session(making):
    pulled = making.one(
        sections=[section(), section(session="S2"), section("02")],
        courseOfferings=[offering(), offering(session="S2")],
        studentSectionAssociations=[seat(session="S2"), seat("02")],
    )
    ids = [("01/M9-L/FY",), ("01/M9-L/S2",), ("02",)]
    assert making.rows(sections.sections(pulled), "section_id") == ids
    assert making.rows(sections.section_enrollments(pulled), "section_id") == ids[1:]


def test_sections_are_spelled_as_sections_spells_them(making):
    pulled = making.one(sections=[section("Sec-A")], studentSectionAssociations=[seat("SEC-a")])
    columns = ("section_id", "student_id", "begin_date", "end_date")
    assert making.rows(sections.section_enrollments(pulled), *columns) == [("Sec-A", "s1", "2025-08-20", "2026-06-05")]


def test_who_teaches_a_section_in_the_senders_words(making):
    teaching = {"staffReference": {"staffUniqueId": "e1"}, "sectionReference": seat()["sectionReference"]}
    position = {"classroomPositionDescriptor": d("ClassroomPosition", "Co-teacher", "uri://state.example")}
    pulled = making.one(sections=[section()], staffSectionAssociations=[{**teaching, **position}])
    assert making.rows(sections.section_educators(pulled), "section_id", "educator_id", "role") == [
        ("01", "e1", "Co-teacher")
    ]
