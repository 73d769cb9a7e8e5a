"""The verdict of `district-platform check`: that of the run, on all that extracts alone decide."""

import io
import json

import pytest
from rich.console import Console

from district_platform.cli.checking import check_extracts
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.settings import Engine, load_settings
from district_platform.sources.last_delivery import FILE, last_delivery, write_delivery
from district_platform.staging.loading import load_extract
from district_platform_tests.quality.conftest import BY_PATH
from district_platform_tests.sources.oneroster.exports import ORGS, SESSIONS, write_export

SCHOOLS = "school_id,school_name,school_level,low_grade,high_grade,is_title_i\nS1,Oak,Elementary,KG,05,true\n"
STUDENTS = (
    "school_year,student_id,first_name,last_name,birth_date,sex,race_ethnicity,is_economically_disadvantaged,"
    "is_english_learner,has_disability,is_homeless\n"
)
ENROLLMENTS = "enrollment_id,school_year,student_id,school_id,calendar_code,grade_level,entry_date,exit_date,exit_reason,is_primary\n"


def students(n: int, year: int = 2026) -> str:
    return "".join(f"{year},{number:04},A,B,{year - 10}-03-04,F,White,no,no,no,no\n" for number in range(n))


def enrollments(n: int, year: int = 2026, grade: str = "04") -> str:
    return "".join(f"N{year}{i},{year},{i:04},S1,,{grade},{year - 1}-08-25,,,true\n" for i in range(n))


def deliver(home: Home, **extracts: str) -> None:
    home.config_file.write_text('[sources]\nkind = "files"\n')
    (home.raw / "sis").mkdir(parents=True, exist_ok=True)
    whole = {"schools": SCHOOLS, "students": STUDENTS + students(24), "enrollments": ENROLLMENTS + enrollments(24)}
    for name, text in (whole | extracts).items():
        (home.raw / "sis" / f"{name}.csv").write_text(text)


def checked() -> tuple[int, str]:
    told = io.StringIO()
    code = check_extracts(load_settings(), Console(file=told, width=300, highlight=False))
    return code, told.getvalue()


def publish(home: Home, kind: str = "files") -> None:
    """As the publication writes down what it is made of."""
    home.warehouse.mkdir(exist_ok=True)
    home.current.mkdir(exist_ok=True)
    with Warehouse.of(home, Engine()).tables() as tables:
        for extract in BY_PATH.values():
            load_extract(tables, home.raw, extract)
        write_delivery(tables, kind, home.current)


@pytest.mark.whole
def test_a_whole_delivery_can_be_published_and_what_only_a_run_judges_is_named(home: Home):
    deliver(home)
    code, told = checked()
    assert code == 0
    assert "Only a run can judge ATT-09, PRV-01, which refuse a publication too, and " in told
    assert "These extracts can be published; 0 findings for stewards." in told


@pytest.mark.parametrize("end", ["", ",,,,,,,,,\n" * 60], ids=["a header alone", "a header and rows of commas"])
def test_an_enrollments_file_without_rows_is_refused(home: Home, end: str):
    deliver(home, enrollments=ENROLLMENTS + end)
    code, told = checked()
    assert code == 1
    assert "sis/enrollments.csv: none of 0 rows was accepted, and the extract is required" in told
    assert "would not be published: CON-12." in told


@pytest.mark.whole
def test_a_delivery_cut_off_since_the_last_publication_is_refused(home: Home):
    deliver(home)
    publish(home)
    assert checked()[0] == 0
    deliver(home, enrollments=ENROLLMENTS + enrollments(11))
    code, told = checked()
    assert code == 1
    assert (
        "11 rows of school year 2026, where the last publication had 24; fewer than 50 % are left (quality.min_kept_pct)"
        in told
    )


@pytest.mark.whole
def test_a_rolling_export_is_warned_of_and_one_extract_that_lost_its_year_is_refused(home: Home):
    both = {
        "students": STUDENTS + students(24, 2025) + students(24),
        "enrollments": ENROLLMENTS + enrollments(24, 2025) + enrollments(24),
    }
    deliver(home, **both)
    publish(home)
    deliver(home)
    code, told = checked()
    assert (code, "no extract holds a row of school year 2025; the last publication had it" in told) == (0, True)
    deliver(home, students=both["students"])
    code, told = checked()
    assert (code, "0 rows of school year 2025, where the last publication had 24" in told) == (1, True)


def test_a_synthetic_district_is_compared_with_nothing(home: Home):
    deliver(home)
    publish(home, kind="synthetic")
    assert json.loads((home.current / FILE).read_text())["rows"]["sis/students"] == {"2026": 24}
    assert last_delivery(load_settings().home, load_settings().sources).rows == {}
    publish(home)
    assert last_delivery(load_settings().home, load_settings().sources).rows["sis/students", 2026] == 24


@pytest.mark.parametrize(
    ("grade", "code", "told"),
    [
        ("4", 0, "These extracts can be published; 0 findings"),
        (
            "Fourth",
            1,
            "grade_level: 24 of 24 values became null, more than 20 % (quality.max_nulled_pct): 'Fourth' (24)",
        ),
    ],
)
@pytest.mark.whole
def test_grades_in_other_words_are_read_and_a_column_that_is_lost_is_refused(
    home: Home, grade: str, code: int, told: str
):
    deliver(home, enrollments=ENROLLMENTS + enrollments(24, grade=grade))
    found = checked()
    assert (found[0], told in found[1]) == (code, True)


def test_an_attendance_code_that_means_nothing_is_refused(home: Home):
    events = (
        "school_year,school_id,student_id,event_date,session_id,attendance_code,reason\n2026,S1,0001,2025-09-09,,ZZ,\n"
    )
    codes = "attendance_code,attendance_event_category,attendance_excusal_status,is_absent\nA,Absence,Excused,1\n"
    deliver(home, attendance_events=events, attendance_codes=codes)
    code, told = checked()
    assert code == 1
    assert "would not be published: ATT-01." in told


def export(home: Home, n: int, birth_date: str = "2016-03-04", **files: str) -> None:
    home.config_file.write_text('[sources]\nkind = "oneroster"\n')
    users = "".join(f"s{number},,student,ELM,A,B,05\n" for number in range(n))
    demographics = "".join(f"s{number},,{birth_date},female\n" for number in range(n))
    write_export(
        home.root / "data" / "oneroster",
        **{
            "orgs": ORGS,
            "academicSessions": SESSIONS,
            "users": f"sourcedId,status,role,orgSourcedIds,givenName,familyName,grades\n{users}",
            "demographics": f"sourcedId,status,birthDate,sex\n{demographics}",
            "enrollments": None,
            "classes": None,
            "courses": None,
        }
        | files,
    )


@pytest.mark.whole
def test_a_converted_export_is_judged_file_by_file(home: Home):
    export(home, 24)
    assert checked()[0] == 0
    export(home, 24, birth_date="3/4/2016")
    code, told = checked()
    assert code == 1
    assert (
        "24 of 24 rows rejected, more than 5 % (quality.max_rejected_pct): birthDate may have the day or the month first"
        in told
    )
    assert "would not be published: CON-06." in told


def test_rows_are_read_past_blank_ones_and_in_utf_16_in_a_converted_export(home: Home):
    header = "sourcedId,status,role,orgSourcedIds,givenName,familyName,grade,,\n"
    users = header + "".join(f"s{number},,student,ELM,A,B,5\n" for number in range(12)) + ",,,,,,,,\n" * 40
    export(home, 12, users=users)
    utf_16 = (home.root / "data" / "oneroster" / "users.csv").read_text().encode("utf-16")
    (home.root / "data" / "oneroster" / "users.csv").write_bytes(utf_16)
    code, told = checked()
    assert (code, "users.csv: 12 rows read, 0 rejected" in told) == (0, True)
    assert "users.csv: has the column grade for OneRoster's grades; it was read as such." in told
