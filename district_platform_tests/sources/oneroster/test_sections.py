"""Sessions, courses, sections, who sits in them and who teaches them."""

from pathlib import Path

import pytest

from district_platform_tests.sources.oneroster.exports import (
    CLASSES,
    ENROLLMENTS,
    SESSIONS,
    USERS,
    column,
    converted,
    extract,
)


def test_a_class_lies_in_its_term_and_one_of_several_terms_in_the_session_that_holds_them(tmp_path: Path) -> None:
    converted(tmp_path)
    assert column(tmp_path, "sis/sections", "section_id", "session_id") == {"C1": "S1", "C2": "Y", "C3": "S2"}


def test_terms_without_a_common_session_leave_the_class_in_the_first(tmp_path: Path) -> None:
    converted(
        tmp_path, academicSessions=SESSIONS.replace(",Y,2027", ",,2027"), classes=CLASSES.replace("S1,S2", "S2,S1")
    )
    assert column(tmp_path, "sis/sections", "section_id", "session_id")["C2"] == "S1"


def test_sessions_stand_at_each_school_that_has_classes_in_them(tmp_path: Path) -> None:
    converted(tmp_path)
    assert [list(row.values()) for row in extract(tmp_path, "sis/sessions")] == [
        ["ELM", "2027", "S1", "Fall", "2026-08-15", "2026-12-18", ""],
        ["ELM", "2027", "Y", "2026-27", "2026-08-15", "2027-06-10", ""],
        ["MILL", "2027", "S2", "Spring", "2027-01-05", "2027-06-10", ""],
    ]


def test_a_course_has_the_first_of_its_subjects_and_a_band_of_grades(tmp_path: Path) -> None:
    courses = 'sourcedId,title,grades,subjects\nMATH,Algebra,"09,10,11","Mathematics,STEM"\n'
    converted(tmp_path, courses=courses)
    assert [list(row.values()) for row in extract(tmp_path, "sis/courses")] == [
        ["MATH", "Algebra", "Mathematics", "09-11"]
    ]


def test_a_stay_without_dates_is_as_long_as_its_session(tmp_path: Path) -> None:
    converted(tmp_path)
    assert [list(row.values())[2:] for row in extract(tmp_path, "sis/section_enrollments")] == [
        ["C1", "s1", "2026-08-15", "2026-12-18"],
        ["C2", "s2", "2026-09-01", "2027-06-10"],
    ]


@pytest.mark.parametrize(
    ("rows", "roles"),
    [
        (["t1,teacher,true"], {"t1": "Teacher of Record"}),
        (["t1,teacher,"], {"t1": "Teacher of Record"}),
        (["t1,teacher,true", "t2,teacher,false"], {"t1": "Teacher of Record", "t2": "Co-teacher"}),
        (["t1,teacher,", "t2,teacher,"], {"t1": "Co-teacher", "t2": "Co-teacher"}),
        (["t1,aide,", "t2,teacher,true", "t1,proctor,"], {"t1": "Aide", "t2": "Teacher of Record"}),
        (["t1,ext:mentor,"], {}),
    ],
)
def test_the_primary_or_only_teacher_is_the_teacher_of_record(
    tmp_path: Path, rows: list[str], roles: dict[str, str]
) -> None:
    header, *_ = ENROLLMENTS.splitlines()
    enrollments = [f"e{number},,,C1,ELM,{row},," for number, row in enumerate(rows)]
    users = USERS + "t2,,,true,ELM,teacher,t2,Ivy,Fir,,,\n"
    converted(tmp_path, users=users, enrollments="\n".join([header, *enrollments]) + "\n")
    assert column(tmp_path, "sis/section_educators", "educator_id", "role") == roles


def test_an_enrollment_that_names_another_school_than_its_class_is_noted(tmp_path: Path) -> None:
    conversion = converted(tmp_path, enrollments=ENROLLMENTS.replace("e1,,,C1,ELM", "e1,,,C1,MILL"))
    assert conversion.rejects == []
    assert any(note.startswith("1 rows of enrollments.csv name another school") for note in conversion.notes)
    assert extract(tmp_path, "sis/section_enrollments")[0]["school_id"] == "ELM"


def test_dates_decide_over_a_school_year_stated_by_its_autumn_and_a_note_says_so(tmp_path: Path) -> None:
    conversion = converted(tmp_path, academicSessions=SESSIONS.replace(",2027\n", ",2026\n"))
    for name in ("sections", "sessions"):
        assert set(column(tmp_path, f"sis/{name}", "session_id", "school_year").values()) == {"2027"}
    assert set(column(tmp_path, "sis/enrollments", "student_id", "school_year").values()) == {"2027"}
    assert "3 sessions state schoolYear 2026; their dates lie in 2027, and decided (S1, S2, Y)." in conversion.notes


def test_dates_decide_where_no_session_is_a_school_year(tmp_path: Path) -> None:
    terms = [line for line in SESSIONS.splitlines(keepends=True) if ",schoolYear," not in line]
    conversion = converted(tmp_path, academicSessions="".join(terms).replace(",2027\n", ",2026\n"))
    assert set(column(tmp_path, "sis/enrollments", "student_id", "school_year").values()) == {"2027"}
    assert "2 sessions state schoolYear 2026; their dates lie in 2027, and decided (S1, S2)." in conversion.notes
