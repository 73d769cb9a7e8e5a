"""References between files, and the arithmetic that no row escapes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district_platform.sources.oneroster import Conversion, OneRosterError
from district_platform_tests.sources.oneroster.exports import CLASSES, ENROLLMENTS, USERS, column, converted


def reasons(conversion: Conversion) -> list[tuple[str, int, str, str]]:
    return [(reject.file, reject.line, reject.value, reject.reason) for reject in conversion.rejects]


@pytest.mark.parametrize(
    ("row", "value", "reason"),
    [
        ("e9,,,C9,ELM,s1,student,,,", "C9", "classSourcedId does not stand in classes.csv"),
        ("e9,,,C1,ELM,s9,student,,,", "s9", "userSourcedId does not stand in users.csv"),
        ("e9,,,C1,ELM,t1,student,,,", "student", "the user has no role in the district that fits student in a class"),
        ("e9,,,C1,ELM,s1,teacher,,,", "teacher", "the user has no role in the district that fits teacher in a class"),
        ("e9,,,C1,ELM,s1,student,,,", "s1", "the same user, class, role and beginDate stand on line 2"),
    ],
)
def test_an_enrollment_that_refers_to_nothing_fitting_is_rejected(
    tmp_path: Path, row: str, value: str, reason: str
) -> None:
    conversion = converted(tmp_path, enrollments=ENROLLMENTS + row + "\n")
    assert reasons(conversion) == [("enrollments.csv", 5, value, reason)]


@pytest.mark.parametrize(
    ("row", "value", "reason"),
    [
        ("C9,,,,05,ART,,,ELM,S1", "ART", "courseSourcedId does not stand in courses.csv"),
        ("C9,,,,05,MATH,,,PINE,S1", "PINE", "schoolSourcedId does not stand in orgs.csv"),
        ("C9,,,,05,MATH,,,D,S1", "D", "schoolSourcedId names an org that is not of type school"),
        ("C9,,,,05,MATH,,,ELM,S9", "S9", "termSourcedIds does not stand in academicSessions.csv"),
    ],
)
def test_a_class_that_refers_to_nothing_fitting_is_rejected(tmp_path: Path, row: str, value: str, reason: str) -> None:
    assert reasons(converted(tmp_path, classes=CLASSES + row + "\n")) == [("classes.csv", 5, value, reason)]


def test_a_rejected_class_takes_its_enrollments_with_it(tmp_path: Path) -> None:
    conversion = converted(tmp_path, classes=CLASSES.replace("C1,,,Math fall,05,MATH", "C1,,,Math fall,05,ART"))
    assert reasons(conversion)[1] == (
        "enrollments.csv",
        2,
        "C1",
        "classSourcedId names a row of classes.csv that was rejected",
    )


def test_a_deleted_user_takes_enrollments_and_demographics_along(tmp_path: Path) -> None:
    conversion = converted(
        tmp_path, users=USERS.replace("s1,,", "s1,tobedeleted,"), demographics="sourcedId,sex\ns1,female\ns2,male\n"
    )
    assert reasons(conversion) == [
        ("demographics.csv", 2, "s1", "sourcedId is marked tobedeleted in users.csv"),
        ("enrollments.csv", 2, "s1", "userSourcedId is marked tobedeleted in users.csv"),
    ]


def test_a_user_stays_while_one_org_of_the_list_is_known(tmp_path: Path) -> None:
    users = USERS + 's4,,,true,"ELM,PINE",student,s4,Fay,Oak,,,05\ns5,,,true,PINE,student,s5,Gil,Oak,,,05\n'
    conversion = converted(tmp_path, users=users)
    assert reasons(conversion) == [("users.csv", 8, "PINE", "orgSourcedIds does not stand in orgs.csv")]
    assert "s4" in column(tmp_path, "sis/students", "student_id", "school_year")
    assert any(note.startswith("1 rows of users.csv list unknown orgSourcedIds") for note in conversion.notes)


def test_enrollments_without_classes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match=r"enrollments\.csv refers to classes"):
        converted(tmp_path, classes=None)


def test_users_without_roles_of_either_version_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match=r"users\.csv: column role, orgSourcedIds is missing .* roles\.csv"):
        converted(tmp_path, users="sourcedId,givenName,familyName\ns1,Ada,Oak\n")


def test_an_export_without_students_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match="no user is a student at a school"):
        converted(tmp_path, users=USERS.replace("student", "relative"))


FIELD = st.sampled_from(
    ["", "s1", "C1", "ELM", "student", "teacher", "true", "2026-09-01", "tobedeleted", "x", "a,b", "é"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(FIELD, min_size=8, max_size=11), max_size=12))
def test_rows_read_are_accepted_or_rejected_whatever_they_hold(tmp_path: Path, rows: list[list[str]]) -> None:
    text = ENROLLMENTS + "".join(",".join(f'"{field}"' for field in row) + "\n" for row in rows)
    conversion = converted(tmp_path, enrollments=text)
    count = next(count for count in conversion.files if count.file == "enrollments.csv")
    n_filled = sum(any(field.strip() for field in row) for row in rows)
    assert count.rows_read == 3 + n_filled == count.rows_accepted + count.rows_rejected
    lines = [reject.line for reject in conversion.rejects if reject.file == "enrollments.csv"]
    assert lines == sorted(set(lines))
