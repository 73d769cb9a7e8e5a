"""Schools, students, educators and enrollment at a school."""

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

USERS_12 = """\
sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,grades,email,primaryOrgSourcedId
s1,,,true,s1,Ada,Oak,05,,MILL
t1,,,true,t1,Dee,Fir,,dee@example.edu,
p1,,,true,p1,Hal,Oak,,,
"""
ROLES_12 = """\
sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId
r1,,,s1,primary,student,2024-08-20,,ELM,
r2,,,s1,secondary,student,2026-10-05,2027-03-01,MILL,
r3,,,t1,primary,counselor,,,ELM,
r4,,,p1,primary,parent,,,ELM,
"""


def dates(tmp_path: Path) -> dict[tuple[str, str], tuple[str, str, str]]:
    """Entry, exit and is_primary by student and school."""
    rows = extract(tmp_path, "sis/enrollments")
    return {(r["student_id"], r["school_id"]): (r["entry_date"], r["exit_date"], r["is_primary"]) for r in rows}


def test_schools_are_orgs_of_type_school_with_the_grades_of_students_whose_primary_school_they_are(
    tmp_path: Path,
) -> None:
    converted(tmp_path)
    rows = extract(tmp_path, "sis/schools")
    assert [(r["school_id"], r["school_level"], r["low_grade"], r["high_grade"], r["is_title_i"]) for r in rows] == [
        ("ELM", "Middle", "05", "05", ""),
        ("MILL", "Middle", "06", "06", ""),
    ]


def test_a_school_without_students_serves_the_grades_of_its_classes(tmp_path: Path) -> None:
    converted(tmp_path, users=USERS.replace('"MILL,ELM"', "ELM"))
    assert column(tmp_path, "sis/schools", "school_id", "low_grade")["MILL"] == "06"


def test_students_carry_demographics_and_no_flags(tmp_path: Path) -> None:
    demographics = "sourcedId,birthDate,sex,asian,white\ns1,2016-03-01,female,true,false\n"
    converted(tmp_path, demographics=demographics)
    ada, ben, _ = extract(tmp_path, "sis/students")
    assert list(ada.values()) == ["2027", "s1", "Ada", "Oak", "2016-03-01", "F", "Asian", "", "", "", ""]
    assert (ben["birth_date"], ben["sex"], ben["race_ethnicity"]) == ("", "", "")


def test_educators_are_staff_of_every_role(tmp_path: Path) -> None:
    converted(tmp_path, demographics="sourcedId,birthDate\nt1,1980-01-02\n")
    assert [list(row.values()) for row in extract(tmp_path, "hr/educators")] == [
        ["a1", "Eve", "Yew", "", "", "", ""],
        ["t1", "Dee", "Fir", "1980-01-02", "dee@example.edu", "", ""],
    ]


def test_a_role_without_classes_is_an_enrollment_from_the_first_day_of_the_year(tmp_path: Path) -> None:
    converted(tmp_path, enrollments=None)
    assert dates(tmp_path)["s1", "ELM"] == ("2026-08-15", "", "true")
    assert column(tmp_path, "sis/enrollments", "student_id", "enrollment_id")["s1"] == "2027-ELM-s1"
    assert set(column(tmp_path, "sis/enrollments", "student_id", "calendar_code").values()) == {""}


def test_entry_is_the_first_day_in_any_class(tmp_path: Path) -> None:
    converted(tmp_path)
    assert dates(tmp_path)["s2", "ELM"] == ("2026-09-01", "", "true")


def test_a_finished_semester_is_no_exit(tmp_path: Path) -> None:
    converted(
        tmp_path, enrollments=ENROLLMENTS.replace("e1,,,C1,ELM,s1,student,,,", "e1,,,C1,ELM,s1,student,,,2026-12-18")
    )
    assert dates(tmp_path)["s1", "ELM"] == ("2026-08-15", "", "true")


def test_leaving_the_last_class_early_is_an_exit(tmp_path: Path) -> None:
    rows = "e4,,,C2,ELM,s1,student,,,2027-02-12\ne5,,,C2,ELM,s2,student,,2026-08-20,2026-08-31\n"
    converted(tmp_path, enrollments=ENROLLMENTS + rows)
    assert dates(tmp_path)["s1", "ELM"] == ("2026-08-15", "2027-02-12", "true")
    assert dates(tmp_path)["s2", "ELM"] == ("2026-08-20", "", "true")


def test_a_class_at_a_school_without_a_role_is_an_enrollment_there_too(tmp_path: Path) -> None:
    converted(tmp_path, enrollments=ENROLLMENTS + "e4,,,C3,MILL,s2,student,,,\n")
    assert dates(tmp_path)["s2", "MILL"] == ("2027-01-05", "", "false")


def test_of_two_schools_the_one_with_more_classes_is_primary_then_the_first_listed(tmp_path: Path) -> None:
    converted(tmp_path)
    assert (dates(tmp_path)["s3", "MILL"][2], dates(tmp_path)["s3", "ELM"][2]) == ("true", "false")
    converted(tmp_path, enrollments=ENROLLMENTS + "e4,,,C2,ELM,s3,student,,,\n")
    assert (dates(tmp_path)["s3", "MILL"][2], dates(tmp_path)["s3", "ELM"][2]) == ("false", "true")


def test_after_a_transfer_both_schools_are_primary(tmp_path: Path) -> None:
    rows = "e4,,,C2,ELM,s3,student,,2026-08-15,2026-12-18\ne5,,,C3,MILL,s3,student,,2027-01-05,\n"
    converted(tmp_path, enrollments=ENROLLMENTS + rows)
    assert dates(tmp_path)["s3", "ELM"] == ("2026-08-15", "2026-12-18", "true")
    assert dates(tmp_path)["s3", "MILL"] == ("2027-01-05", "", "true")


def test_classes_of_two_years_make_an_enrollment_and_a_student_of_each(tmp_path: Path) -> None:
    sessions = SESSIONS + "P,,,2025-26,schoolYear,2025-08-18,2026-06-12,,2026\n"
    classes = CLASSES + "C9,,,Math before,04,MATH,,scheduled,ELM,P\n"
    converted(
        tmp_path,
        academicSessions=sessions,
        classes=classes,
        enrollments=ENROLLMENTS + "e4,,,C9,ELM,s1,student,,,\n",
    )
    ada = [row for row in extract(tmp_path, "sis/enrollments") if row["student_id"] == "s1"]
    assert [(row["school_year"], row["entry_date"]) for row in ada] == [("2026", "2025-08-18"), ("2027", "2026-08-15")]
    assert [row["school_year"] for row in extract(tmp_path, "sis/students") if row["student_id"] == "s1"] == [
        "2026",
        "2027",
    ]


def test_roles_of_1_2_give_schools_dates_and_the_primary_one(tmp_path: Path) -> None:
    conversion = converted(
        tmp_path, "1.2", users=USERS_12, roles=ROLES_12, classes=None, enrollments=None, userProfiles="sourcedId\n1\n"
    )
    assert conversion.rejects == []
    assert dates(tmp_path) == {
        ("s1", "ELM"): ("2026-08-15", "", "false"),
        ("s1", "MILL"): ("2026-10-05", "2027-03-01", "true"),
    }
    assert [row["educator_id"] for row in extract(tmp_path, "hr/educators")] == ["t1"]
    assert "1 users are neither students nor staff (family, say), and stand in no extract (p1)." in conversion.notes


def test_a_role_that_ended_before_the_years_of_the_export_is_no_enrollment(tmp_path: Path) -> None:
    roles = ROLES_12.replace("student,2024-08-20,,ELM", "student,2024-08-20,2026-06-12,ELM")
    converted(tmp_path, "1.2", users=USERS_12, roles=roles, classes=None, enrollments=None)
    assert list(dates(tmp_path)) == [("s1", "MILL")]


def test_a_return_to_the_same_school_is_one_enrollment_from_first_to_last(tmp_path: Path) -> None:
    roles = ROLES_12 + "r5,,,s1,secondary,student,2027-04-01,2027-05-02,MILL,\n"
    converted(tmp_path, "1.2", users=USERS_12, roles=roles, classes=None, enrollments=None)
    assert dates(tmp_path)["s1", "MILL"] == ("2026-10-05", "2027-05-02", "true")


@pytest.mark.parametrize(("grades", "grade"), [("05", "05"), ('"06,07"', "06"), ("UG", "UG"), ("", "")])
def test_the_first_grade_of_a_list_counts(tmp_path: Path, grades: str, grade: str) -> None:
    users = USERS + f"s4,,,true,ELM,student,s4,Fay,Oak,,,{grades}\n"
    converted(tmp_path, users=users)
    assert column(tmp_path, "sis/enrollments", "student_id", "grade_level")["s4"] == grade


def test_a_student_at_no_school_and_in_no_class_is_noted_by_id(tmp_path: Path) -> None:
    conversion = converted(tmp_path, users=USERS + "s4,,,true,D,student,s4,Fay,Oak,,,05\n")
    note = "1 students have neither a role at a school nor a class, and are not enrolled (s4)."
    assert note in conversion.notes


def test_notes_and_rejects_hold_no_names(tmp_path: Path) -> None:
    users = USERS + "s4,,,true,D,student,s4,Fay,Oak,,,05\ns5,,,true,PINE,student,s5,Gil,Oak,,,05\n"
    conversion = converted(tmp_path, users=users)
    told = " ".join([*conversion.notes, *map(str, conversion.rejects)])
    assert not any(name in told for name in ("Fay", "Gil", "Oak", "Ada"))
