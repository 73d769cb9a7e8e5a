"""What speaks against a header that is the name of a column: its kind, its file, and other ids beside it."""

import pytest

from district_platform.sources.mapped.proposing.matching import match_columns
from district_platform.sources.mapped.proposing.profiling import Profile
from district_platform.sources.mapped.proposing.support import (
    doubt_about,
    doubt_without_values,
    is_settled_by_values,
    rivals,
    unexplained,
)
from district_platform.sources.mapped.reading import BY_PATH

KIND, ALONE, OTHERS = (
    "its words are of another kind",
    "the word alone does not say of what",
    "the file has other ids that may be it",
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
        ("sis/enrollments", "student_id", "Student Id", "SAP Id", OTHERS),
        ("sis/students", "student_id", "StudentID", "ProfileLocalId", OTHERS),
        ("sis/students", "student_id", "Student ID", "LASID", OTHERS),
        ("sis/students", "student_id", "Student ID", "Phone Number", ""),
        ("sis/students", "student_id", "Student ID", "Exit Code", ""),
    ],
)
def test_an_id_beside_another_of_the_same_thing_is_doubted(extract, column, header, beside, expected):
    assert doubt(extract, column, header, beside) == expected


def test_an_id_that_does_not_say_whose_is_that_of_the_files_rows():
    headers = ["id", "student_number", "school_id", "phone"]
    assert rivals(BY_PATH["sis/students"], "student_id", headers) == ["id", "student_number"]
    assert rivals(BY_PATH["sis/enrollments"], "student_id", headers) == ["student_number"]
    assert rivals(BY_PATH["sis/students"], "first_name", headers) == []


def test_an_id_is_explained_by_another_thing_of_the_contract_or_one_that_has_numbers():
    headers = [
        "Student ID",
        "Course ID",
        "Teacher Number",
        "Bus No",
        "SAP Id",
        "District ID",
        "School Code",
        "courseid",
    ]
    assert unexplained(BY_PATH["sis/enrollments"], "student_id", headers) == ["SAP Id", "District ID"]
    assert unexplained(BY_PATH["sis/enrollments"], "school_id", headers) == ["SAP Id"]
    assert unexplained(BY_PATH["sis/enrollments"], "entry_date", headers) == []


@pytest.mark.parametrize(
    ("extract", "column", "header", "beside", "expected"),
    [
        ("store/sales", "total", "Total", "SKU", "one word that can mean another thing"),
        ("sis/enrollments", "grade_level", "Grade", "SKU", "one word that can mean another thing"),
        ("sis/enrollments", "grade_level", "Grade Level", "SKU", ""),
        ("store/sales", "quantity", "Quantity", "SKU", "one word that does not say a number of what"),
        ("sis/students", "race_ethnicity", "Race", "SKU", "one word that can mean another thing"),
        ("sis/students", "sex", "Gender", "Legal Status", ""),
        ("sis/students", "sex", "Gender", "Legal Gender", "others of its name stand beside it"),
        ("sis/attendance_events", "event_date", "Date", "Student ID", ""),
        ("sis/attendance_events", "event_date", "Date", "Entered Date", "others of its kind stand beside it"),
    ],
)
def test_one_word_is_sure_without_values_only_where_it_can_mean_nothing_else(extract, column, header, beside, expected):
    assert doubt_without_values(BY_PATH[extract], column, header, [header, beside]) == expected


@pytest.mark.parametrize(
    ("extract", "column", "header", "expected"),
    [
        ("sis/enrollments", "grade_level", "Grade", True),
        ("assessments/assessment_results", "grade_level", "Grade", False),
        ("sis/students", "race_ethnicity", "Race", True),
        ("store/sales", "total", "Total", False),
    ],
)
def test_values_settle_one_word_where_their_form_is_that_of_the_column_alone(extract, column, header, expected):
    assert is_settled_by_values(BY_PATH[extract], column, header) == expected


def test_grades_beside_a_column_grade_make_it_sure_among_enrollments_and_not_among_results():
    grades = {"Grade": Profile("Grade", 100, 100, 9, share_grade=1.0)}
    for extract, band in (("sis/enrollments", "sure"), ("assessments/assessment_results", "likely")):
        assert match_columns(BY_PATH[extract], ["Grade"], grades)["grade_level"].band == band
        assert match_columns(BY_PATH[extract], ["Grade"])["grade_level"].band == "likely"


@pytest.mark.parametrize(
    ("extract", "column", "header", "beside", "expected"),
    [
        ("sis/schools", "school_name", "CAMPUS_NAME", "NAME", "another header is a name for it too"),
        ("hr/educators", "hire_date", "Hire Date", "Adjusted Hire Date", "another date has its words and more"),
        ("hr/educators", "termination_date", "End Date", "Email", ALONE),
        ("sis/section_enrollments", "end_date", "End Date", "Email", ""),
        (
            "assessments/assessment_results",
            "assessment_name",
            "assessment_name",
            "x",
            "systems divide it in other ways",
        ),
    ],
)
def test_a_name_beside_another_of_it_or_of_a_thing_that_systems_divide_is_doubted(
    extract, column, header, beside, expected
):
    assert doubt(extract, column, header, beside) == expected


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
