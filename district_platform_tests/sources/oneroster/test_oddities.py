"""What public samples and spreadsheets do to OneRoster files: each oddity is read, with a note, or is one sentence that says what is wrong.

Each test names where the oddity was seen, where it is not one that a spreadsheet leaves.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.sources.oneroster import OneRosterError, convert
from district_platform_tests.sources.oneroster.exports import (
    BASE,
    CLASSES,
    COURSES,
    ENROLLMENTS,
    ORGS,
    SESSIONS,
    USERS,
    column,
    converted,
    extract,
    manifest,
    write_export,
)
from district_platform_tests.sources.oneroster.test_people import ROLES_12, USERS_12


def begins(tmp_path: Path) -> dict[str, str]:
    return column(tmp_path, "sis/section_enrollments", "student_id", "begin_date")


@pytest.mark.parametrize(
    "modified",
    ["2023-05-01", "2023-05-01T18:25:43.511Z", "2017-05-06 08:01:05", "1/05/2023", "15/06/2023", "5/1/23 6:25 PM", ""],
)
def test_date_last_modified_may_have_any_form(tmp_path: Path, modified: str) -> None:
    """Seen in the test data of Moodle's plugin (Catalyst) and of TAO's import (OAT): a bulk export needs none of it."""
    conversion = converted(tmp_path, users=USERS.replace("s1,,,true", f"s1,active,{modified},true"))
    assert conversion.rejects == []
    assert "s1" in column(tmp_path, "sis/students", "student_id", "school_year")


def test_dates_with_the_month_first_are_read_where_a_day_above_12_shows_the_order(tmp_path: Path) -> None:
    """Seen in Microsoft's samples; Excel writes them. The sessions show what an enrollment alone does not."""
    sessions = SESSIONS.replace("2026-08-15", "8/15/2026").replace("2027-06-10", "6/10/2027")
    conversion = converted(
        tmp_path, academicSessions=sessions, enrollments=ENROLLMENTS.replace("2026-09-01", "9/1/2026")
    )
    assert conversion.rejects == []
    assert begins(tmp_path)["s2"] == "2026-09-01"
    told = "rows have dates such as 8/15/2026; they were read with the month first, as dates with a day above 12 show."
    assert {note for note in conversion.notes if note.endswith(told)} == {
        f"academicSessions.csv: 3 {told}",
        f"enrollments.csv: 1 {told}",
    }


def test_dates_with_the_day_first_are_read_the_other_way(tmp_path: Path) -> None:
    sessions = SESSIONS.replace("2026-08-15", "15/08/2026 00:00")
    converted(tmp_path, academicSessions=sessions, enrollments=ENROLLMENTS.replace("2026-09-01", "01.09.2026"))
    assert begins(tmp_path)["s2"] == "2026-09-01"


@pytest.mark.parametrize(
    ("sessions", "why"),
    [
        (SESSIONS, "none is above 12"),
        (
            SESSIONS.replace("2026-08-15", "8/15/2026").replace("2026-12-18", "18/12/2026"),
            "some dates of the export have the month first, others the day",
        ),
    ],
    ids=["no day above 12", "both orders"],
)
def test_a_date_whose_day_and_month_nobody_can_tell_apart_is_rejected(tmp_path: Path, sessions: str, why: str) -> None:
    enrollments = ENROLLMENTS.replace("2026-09-01", "9/1/2026")
    conversion = converted(tmp_path, academicSessions=sessions, enrollments=enrollments)
    assert [(r.file, r.line, r.column, r.value, r.reason) for r in conversion.rejects] == [
        (
            "enrollments.csv",
            3,
            "beginDate",
            "9/1/2026",
            f"beginDate may have the day or the month first: {why}; write it as YYYY-MM-DD",
        )
    ]


@pytest.mark.parametrize("text", ["2026-9-1", "2026/09/01", "20260901", "2026-09-01 08:00:00"])
def test_dates_with_the_year_first_need_no_other(tmp_path: Path, text: str) -> None:
    assert converted(tmp_path, enrollments=ENROLLMENTS.replace("2026-09-01", text)).rejects == []
    assert begins(tmp_path)["s2"] == "2026-09-01"


@pytest.mark.parametrize("text", ["13/13/2026", "9/1/26", "2026-02-30", "September 1"])
def test_what_is_no_date_is_rejected(tmp_path: Path, text: str) -> None:
    [reject] = converted(tmp_path, enrollments=ENROLLMENTS.replace("2026-09-01", text)).rejects
    assert (reject.line, reject.reason) == (3, "beginDate is not a date (YYYY-MM-DD)")


@pytest.mark.parametrize(
    ("delimiter", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")], ids=["semicolons", "tabs", "bars"]
)
def test_files_with_something_else_between_values_are_read_and_noted(tmp_path: Path, delimiter: str, name: str) -> None:
    files = {**BASE, "classes": CLASSES.replace('"S1,S2"', "S1"), "users": USERS.replace('"MILL,ELM"', "MILL")}
    as_they_are = converted(tmp_path / "commas", **files)
    other = {file: text.replace(",", delimiter) for file, text in {**files, "manifest": manifest(list(BASE))}.items()}
    conversion = converted(tmp_path, **other)
    assert [(f.file, f.rows_accepted) for f in conversion.files] == [
        (f.file, f.rows_accepted) for f in as_they_are.files
    ]
    assert extract(tmp_path, "sis/enrollments") == extract(tmp_path / "commas", "sis/enrollments")
    assert f"users.csv: has {name} between values, and was read as such; OneRoster has commas." in conversion.notes


def test_semicolons_between_the_members_of_a_list_are_read_and_noted(tmp_path: Path) -> None:
    conversion = converted(
        tmp_path,
        users=USERS.replace('"MILL,ELM"', "MILL; ELM"),
        classes=CLASSES.replace('"S1,S2"', "S1;S2").replace("C2,,,Math all year,05", "C2,,,Math all year,05;06"),
    )
    assert conversion.rejects == []
    schools = {(row["student_id"], row["school_id"]) for row in extract(tmp_path, "sis/enrollments")}
    assert {("s3", "MILL"), ("s3", "ELM")} <= schools
    told = "has semicolons between the members of a list and was read as such; OneRoster has commas."
    assert {note for note in conversion.notes if note.endswith(told)} == {
        f"users.csv: orgSourcedIds {told}",
        f"classes.csv: grades {told}",
        f"classes.csv: termSourcedIds {told}",
    }


def test_several_orgs_of_which_none_is_a_school_enroll_nobody_and_are_told(tmp_path: Path) -> None:
    conversion = converted(tmp_path, users=USERS.replace('"MILL,ELM",student', '"D,D",student'))
    assert "s3" not in column(tmp_path, "sis/students", "student_id", "school_year")
    assert "1 students have neither a role at a school nor a class, and are not enrolled (s3)." in conversion.notes


@pytest.mark.parametrize("word", ["TRUE", "True", "true", "1", "Yes", "y", "t"])
def test_yes_has_many_words(tmp_path: Path, word: str) -> None:
    rows = f"e4,,,C2,ELM,a1,teacher,{word},,\n"
    users = USERS.replace("a1,,,true,D,administrator", "a1,,,true,ELM,teacher")
    converted(tmp_path, users=users, enrollments=ENROLLMENTS.replace("t1,teacher,true", "t1,teacher,false") + rows)
    assert column(tmp_path, "sis/section_educators", "educator_id", "role") == {
        "t1": "Co-teacher",
        "a1": "Teacher of Record",
    }


def test_a_blank_status_is_no_status_beside_others_that_are_filled(tmp_path: Path) -> None:
    """Seen in Catalyst's and OAT's samples: active in one row, blank in the next."""
    conversion = converted(tmp_path, users=USERS.replace("s1,,", "s1,Active,").replace("s2,,", "s2,inactive,"))
    assert set(column(tmp_path, "sis/students", "student_id", "school_year")) == {"s1", "s3"}
    assert [reject.file for reject in conversion.rejects] == ["enrollments.csv"]


def test_an_export_without_a_school_is_one_sentence_with_the_types_it_has(tmp_path: Path) -> None:
    """Seen in Catalyst's 1.2 sample: a department alone."""
    with pytest.raises(OneRosterError) as error:
        converted(
            tmp_path,
            orgs=ORGS.replace("Elm Elementary,school", "Elm Elementary,department").replace(",school,", ",local,"),
        )
    assert str(error.value) == (
        "orgs.csv: no org is of type school; there are 1 of type department, 1 of type district, 1 of type local. "
        "Set type to school for each school in the export."
    )


def test_users_without_any_role_are_one_sentence(tmp_path: Path) -> None:
    users = USERS.replace(",student,", ",,").replace(",teacher,", ",,").replace(",administrator,", ",,")
    with pytest.raises(OneRosterError) as error:
        converted(tmp_path, users=users)
    assert str(error.value) == (
        "users.csv: role is blank in all 5 rows, so nobody is a student or a teacher. Fill it, or add roles.csv (1.2)."
    )


def test_a_user_without_a_role_is_rejected_in_1_1(tmp_path: Path) -> None:
    conversion = converted(tmp_path, users=USERS + "x9,,,true,ELM,,x9,Fay,Oak,,,\n")
    assert [(r.file, r.line, r.reason) for r in conversion.rejects] == [("users.csv", 7, "role is missing")]


def test_a_user_of_whom_roles_csv_says_nothing_is_noted_in_1_2(tmp_path: Path) -> None:
    """Seen in Catalyst's 1.2 sample."""
    users = USERS_12 + "x9,,,true,x9,Fay,Oak,,,\n"
    conversion = converted(tmp_path, "1.2", users=users, roles=ROLES_12, enrollments=None, classes=None, courses=None)
    assert "1 users have no role in roles.csv, and stand in no extract (x9)." in conversion.notes
    assert "1 users are neither students nor staff (family, say), and stand in no extract (p1)." in conversion.notes


def test_roles_without_a_row_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match=r"roles\.csv has no usable row, so nobody is a student or a teacher"):
        converted(tmp_path, "1.2", users=USERS_12, roles=ROLES_12.splitlines()[0] + "\n")


def test_demographics_missing_are_noted(tmp_path: Path) -> None:
    notes = converted(tmp_path).notes
    assert "The export has no demographics.csv: sex, race/ethnicity and birth date are not reported." in notes


@pytest.mark.parametrize("header", ["userSourcedId,birthdate,sex", "userSourcedId,birthDate,sex,sourcedId"])
def test_demographics_may_name_their_user_under_user_sourced_id(tmp_path: Path, header: str) -> None:
    """Seen in OAT's sample, and beside a sourcedId of its own in an importer's test."""
    own = "d1" if header.endswith("sourcedId") else ""
    conversion = converted(tmp_path, demographics=f"{header}\ns1,2015-04-02,female,{own}\n")
    assert conversion.rejects == []
    assert column(tmp_path, "sis/students", "student_id", "birth_date")["s1"] == "2015-04-02"
    told = "demographics.csv: has the column userSourcedId for OneRoster's sourcedId; it was read as such."
    assert told in conversion.notes


def test_a_shorter_name_of_the_column_of_ethnicity_is_read_and_noted(tmp_path: Path) -> None:
    """Without it, Hispanic students would be counted by their race alone."""
    conversion = converted(tmp_path, demographics="sourcedId,white,hispanicLatinoEthnicity\ns1,true,true\n")
    assert column(tmp_path, "sis/students", "student_id", "race_ethnicity")["s1"] == "Hispanic or Latino"
    told = "demographics.csv: has the column hispanicLatinoEthnicity for OneRoster's hispanicOrLatinoEthnicity; it was read as such."
    assert told in conversion.notes


def test_a_class_without_a_course_is_rejected(tmp_path: Path) -> None:
    """Seen in OAT's sample."""
    conversion = converted(tmp_path, classes=CLASSES + "C9,,,Art,05,,,scheduled,ELM,S1\n")
    assert [(r.line, r.reason) for r in conversion.rejects] == [(5, "courseSourcedId is missing")]


def test_a_manifest_that_says_nothing_of_a_file_does_not_supply_it(tmp_path: Path) -> None:
    """Seen in Catalyst's 1.2 sample: `file.userProfiles,`."""
    text = manifest(list(BASE)).replace("file.courses,bulk", "file.courses,")
    notes = converted(tmp_path, manifest=text).notes
    assert "Not read, as the manifest does not supply them: courses.csv." in notes


CLEVER = {
    "schools": "School_id,School_name,School_number,State_id,Low_grade,High_grade\n1,Elm,1,9,Kindergarten,5\n",
    "students": "School_id,Student_id,Student_number,Last_name,First_name,Grade,Gender,Dob\n1,7,7,Oak,Ada,3,F,01/02/2015\n",
}


SDS = {
    "orgs": "sourcedId,name,type,parentSourcedId\n1,Elm,school,\n",
    "users": "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms\n7,a,Ada,Oak,,,,,\n",
    "roles": "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate\n7,1,student,Y,3,TRUE,,\n",
}
"""The headers of Microsoft's samples (OfficeDev/O365-EDU-Tools)."""


@pytest.mark.parametrize(("files", "name"), [(CLEVER, "Clever"), (SDS, "Microsoft School Data Sync")])
def test_files_of_another_system_are_recognised_and_sent_to_map(
    tmp_path: Path, files: dict[str, str], name: str
) -> None:
    for file, text in files.items():
        (tmp_path / f"{file}.csv").write_text(text)
    with pytest.raises(OneRosterError) as error:
        convert(tmp_path, tmp_path.parent / "out")
    assert str(error.value) == (
        f'{tmp_path}: this is not OneRoster, it is {name}: use map. Set kind = "mapped" under [sources] and draft a mapping of '
        "the folder with `district-platform map propose`."
    )


def test_check_tells_whose_files_they_are(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "oneroster"
    folder.mkdir(parents=True)
    for name, text in CLEVER.items():
        (folder / f"{name}.csv").write_text(text)
    (tmp_path / "district.toml").write_text('[sources]\nkind = "oneroster"\n')
    checked = CliRunner().invoke(main, ["check", "--home", str(tmp_path)])
    assert checked.exit_code == 1
    assert "this is not OneRoster, it is Clever: use map." in " ".join(checked.output.split())


def test_oneroster_without_its_manifest_is_no_other_system(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "export", courses=COURSES)
    (folder / "manifest.csv").unlink()
    with pytest.raises(OneRosterError, match=r"manifest\.csv is missing"):
        convert(folder, tmp_path / "out")
