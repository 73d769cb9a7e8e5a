"""What speaks against a header that is the name of a column: its kind, its file, and other ids beside it."""

import pytest

from district_platform.sources.mapped.proposing.matching import match_columns
from district_platform.sources.mapped.proposing.profiling import Profile
from district_platform.sources.mapped.proposing.support import doubt_about, rivals
from district_platform.sources.mapped.reading import BY_PATH

KIND, ALONE, OTHERS = (
    "its words are of another kind",
    "the word alone does not say of what",
    "the file has other ids of it",
)


def doubt(extract: str, column: str, header: str, *beside: str) -> str:
    return doubt_about(BY_PATH[extract], column, header, [header, *beside])


@pytest.mark.parametrize(
    ("extract", "column", "header", "expected"),
    [
        ("sis/calendar_dates", "is_school_day", "school_date", KIND),
        ("sis/calendar_dates", "is_school_day", "IsSchoolDay", ""),
        ("sis/sections", "session_id", "Term_name", KIND),
        ("sis/sections", "session_id", "Term", "it does not say that it is an id"),
        ("sis/sections", "session_id", "Term ID", ""),
        ("sis/attendance_codes", "attendance_event_category", "Attendance Description", KIND),
        ("sis/enrollments", "grade_level", "Student Grade Level ID", KIND),
        ("sis/enrollments", "exit_reason", "exitcode", ""),
        ("sis/students", "race_ethnicity", "Race Ethnicity Description", ""),
        ("hr/staff_assignments", "position", "Job Title", ""),
        ("sis/students", "birth_date", "DOB", ""),
        ("sis/students", "is_english_learner", "ELL_status", ""),
    ],
)
def test_a_header_that_says_another_kind_is_doubted(extract, column, header, expected):
    assert doubt(extract, column, header) == expected


@pytest.mark.parametrize(
    ("extract", "column", "header", "expected"),
    [
        ("sis/attendance_codes", "attendance_event_category", "Category", ALONE),
        ("sis/enrollments", "school_year", "Year", ALONE),
        ("sis/schools", "school_name", "Name", ""),
        ("sis/sessions", "session_name", "Name", ""),
        ("sis/courses", "course_title", "title", ""),
        ("sis/calendar_dates", "calendar_date", "date_value", ""),
        ("hr/certifications", "status", "status", ALONE),
        ("sis/attendance_codes", "attendance_code", "Code", ALONE),
        ("sis/attendance_codes", "attendance_code", "Att_Code", ""),
    ],
)
def test_a_word_that_says_only_its_kind_needs_an_extract_that_says_of_what(extract, column, header, expected):
    assert doubt(extract, column, header) == expected


@pytest.mark.parametrize(
    ("extract", "column", "header", "beside", "expected"),
    [
        ("sis/courses", "course_id", "CourseCode", "RefID", OTHERS),
        ("sis/courses", "course_id", "courseCode", "sourcedid", OTHERS),
        ("sis/sections", "course_id", "CourseCode", "RefID", ""),
        ("sis/sections", "section_id", "section_id", "section_number", OTHERS),
        ("sis/students", "student_id", "Student_ID", "Student_Number", OTHERS),
        ("sis/students", "student_id", "Student ID", "District Student ID", OTHERS),
        ("sis/students", "student_id", "Student ID", "State Student ID", ""),
        ("sis/students", "student_id", "student_number", "schoolid", ""),
        ("sis/attendance_events", "student_id", "student_id", "id", ""),
    ],
)
def test_an_id_beside_another_of_the_same_thing_is_doubted(extract, column, header, beside, expected):
    assert doubt(extract, column, header, beside) == expected


def test_an_id_that_does_not_say_whose_is_that_of_the_files_rows():
    headers = ["id", "student_number", "school_id", "phone"]
    assert rivals(BY_PATH["sis/students"], "student_id", headers) == ["id", "student_number"]
    assert rivals(BY_PATH["sis/enrollments"], "student_id", headers) == ["student_number"]
    assert rivals(BY_PATH["sis/students"], "first_name", headers) == []


def test_a_doubt_makes_a_sure_proposal_likely_and_says_why():
    match = match_columns(BY_PATH["sis/courses"], ["CourseCode", "CourseTitle", "RefId"])
    assert (match["course_title"].band, match["course_id"].band) == ("sure", "likely")
    assert match["course_id"].candidates[0].why == f"another name for it, but {OTHERS}"


@pytest.mark.parametrize(
    ("profile", "band"),
    [
        (Profile("Course Name", 100, 100, 80, share_number=0.02), "sure"),
        (Profile("Course Name", 100, 100, 80, share_number=0.4), "open"),
        (Profile("Course Name", 100, 100, 80, share_number=1.0), None),
        (Profile("Course Name", 100, 100, 80, dates={"%Y-%m-%d": 1.0}), None),
        (Profile("Course Name", 100, 0, 0), "likely"),
    ],
)
def test_a_name_is_sure_beside_values_only_where_they_could_be_names(profile, band):
    match = match_columns(BY_PATH["sis/courses"], ["Course Name"], {"Course Name": profile})
    assert (match["course_title"].band if "course_title" in match else None) == band
