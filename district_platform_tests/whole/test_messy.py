"""A delivery as districts really send it (quality/messy), and what a data steward is told about it, word for word.

What does not matter: a byte order mark, line ends, Latin-1, the order and case of columns, columns nobody asked for, quoted quotation
marks. Everything else is found, each with its place or key and what is wrong with it.
"""

import csv
import datetime as dt
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from district_platform.dictionary import TABLES
from district_platform.dictionary.students import RACE_ETHNICITIES
from district_platform.home import Home
from district_platform.quality import report
from district_platform.quality.assets import write_files
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.settings import Settings
from district_platform.sources.reference.tables import waiver_rows
from district_platform_tests.quality.building import build_judged_tables
from district_platform_tests.quality.conftest import BY_PATH, load
from district_platform_tests.quality.test_page import Page

MESSY = Path(__file__).parents[1] / "quality" / "messy"

SIS = [
    ("ENR-01", "E-1003|E-1004", "both hold 2025-09-22 to 2026-06-30"),
    ("ENR-02", "E-1002", "entry 2025-09-12, exit 2025-09-02"),
    ("ENR-03", "E-1005", "entry 2025-07-01, exit missing, calendar 2025-08-18 to 2026-06-05"),
    ("ENR-04", "E-1004", "grade 06, age 9 on 1 September"),
    ("ENR-04", "E-1006", "grade 12, age 12 on 1 September"),
    ("ENR-04", "E-1008", "grade 08, age 24 on 1 September"),
    ("ENR-05", "E-1006", "grade 12, the school offers 06 to 08"),
    ("ENR-06", "E-1009", "student 004499 is not among the students of 2026"),
    ("ENR-06", "E-1012", "student missing is not among the students of 2026"),
    ("SEC-01", "2026|0205|ART-1", "no students"),
    ("SEC-02", "E-1008", "no section at school 0205 between 2025-08-18 and 2025-10-15"),
    ("SEC-02", "E-1010", "no section at school 0101 between 2025-08-18 and 2025-10-15"),
    ("SEC-02", "E-1012", "no section at school 0205 between 2025-08-18 and 2025-10-15"),
]
HR = [
    ("EDU-01", "T-11", "surplus rows: hr/educators.csv:4"),
    ("EDU-03", "T-12", "no certification; teacher of record in 2026"),
    ("EDU-04", "C-2", "expired on 2025-10-01: issued 2015-07-01, expires 2025-06-30"),
    ("FTE-01", "T-11|2026", "severe: 1.6 FTE at the same time, more than 1.0 from 2025-09-02"),
    ("FTE-02", "A-4", "FTE 0.0"),
    ("STF-01", "0101|2026", "2.5 students per teacher FTE, plausible is 8 to 30"),
    ("STF-01", "0205|2026", "6.0 students per teacher FTE, plausible is 8 to 30"),
]
ATTENDANCE = [
    ("ATT-01", "2026|0205|004418|2025-08-29|FY|ZZ", "code 'ZZ' is not in sis/attendance_codes (1 events)"),
    ("ATT-02", "AB", "category Absence"),
    ("ATT-03", "2026|0101|004413|2025-09-01|FY|UN", "no calendar of school 0101 has instruction on 2025-09-01"),
    ("ATT-03", "2026|0205|004422|2025-08-11|FY|UN", "no calendar of school 0205 has instruction on 2025-08-11"),
    ("ATT-04", "2026|0205|004422|2025-08-11|FY|UN", "not enrolled at school 0205 on 2025-08-11"),
    ("ATT-05", "2026|0101|004411|2025-09-08", "codes EX, TR"),
]
ASSESSMENT = [
    ("ASM-01", "2026|004413|Reading|Fall", "score outside the scale of its subject"),
    ("ASM-01", "2026|004422|Math|Fall", "repeated in assessments/assessment_results.csv:5"),
    ("ASM-02", "2026|004418|Math|Fall", "tested in grade 06, not enrolled in it in 2026"),
]
DATA = [
    (
        "CON-01",
        "sis/program_participation.csv",
        "lacks the columns school_year, student_id, program, begin_date, end_date (its header is one cell: separate columns "
        "by commas, not semicolons); none of its rows was read",
    ),
    ("CON-02", "sis/attendance_events.csv:8", "has a quotation mark that is never closed"),
    ("CON-02", "sis/attendance_events.csv:9", "has 6 values where the header has 7 columns"),
    (
        "CON-02",
        "sis/students.csv:11",
        "is_economically_disadvantaged is not true or false (also t/f, yes/no, y/n, 1/0)",
    ),
    ("CON-02", "sis/students.csv:6", "birth_date is not a date as YYYY-MM-DD"),
    ("CON-02", "sis/students.csv:7", "birth_date is not a date as YYYY-MM-DD"),
    ("CON-03", "sis/enrollments.csv:13", "repeats the key of another row (enrollment_id), which was kept"),
    ("CON-03", "sis/students.csv:14", "repeats the key of another row (school_year, student_id), which was kept"),
    ("CON-04", "sis/students.csv:3:sex", "sex is none of: F, M, X"),
    (
        "CON-04",
        "sis/students.csv:4:race_ethnicity",
        f"race_ethnicity is none of: {', '.join(RACE_ETHNICITIES)}",
    ),
    (
        "CON-05",
        "section_enrollments.school_year+student_id|2026|0205|M6-1|004499|2025-08-18",
        "2026|004499 is not in sis/students",
    ),
    ("CON-05", "sections.course_id|2026|0205|ART-1", "ART06 is not in sis/courses"),
    ("ATT-09", "2026-004418|0205|2025-08-29", "present missing and absent missing do not make up enrolled 1"),
]
"""Rule, key and evidence of every row of each owner's worklist."""


@dataclass(frozen=True)
class Delivered:
    """What the steward has in hand after the run."""

    folder: Path
    report: report.Document
    page: Page

    def worklist(self, name: str) -> list[dict[str, str]]:
        with (self.folder / "worklists" / name).open(newline="") as file:
            return list(csv.DictReader(file))

    def account(self, extract: str) -> report.Document:
        [account] = [account for account in self.report["extracts"] if account["extract"] == extract]
        return account


@pytest.fixture(scope="module")
def delivered(together) -> Delivered:
    folder = Home(root=together("messy", judge)).build
    document = json.loads((folder / "data_quality_report.json").read_text())
    return Delivered(folder, document, Page((folder / "data_quality_report.html").read_text()))


def judge(home: Path) -> None:
    shutil.copytree(MESSY, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISTRICT_HOME", str(home))
        settings = Settings(as_of_date=dt.date(2025, 10, 15))
        with load(settings.home, {}, list(BY_PATH)).tables() as tables:
            build_judged_tables(tables, settings)
            tables.replace(TABLES["waivers"], waiver_rows(settings.home))
            results = [evaluate(tables, rule, settings) for rule in RULES.values()]
            document = report.report_of_run(tables, "run 1", settings, results)
            write_files(tables, document, results, settings.home.build)


@pytest.mark.parametrize(
    ("worklist", "expected"),
    [
        ("sis-data-steward.csv", SIS),
        ("human-resources.csv", HR),
        ("attendance-office.csv", ATTENDANCE),
        ("assessment-office.csv", ASSESSMENT),
        ("data-team.csv", DATA),
    ],
)
def test_each_fault_is_named_to_who_can_mend_it(delivered, worklist, expected):
    rows = delivered.worklist(worklist)
    found = [(row["rule_id"], row["finding_key"], row["evidence"]) for row in rows]
    assert sorted(found) == sorted(expected)
    assert all(row["title"] and row["unit"] and row["how_to_fix"] for row in rows)


def test_the_page_says_what_refused_the_publication(delivered):
    assert "Not published. 3 findings would make a published number wrong." in delivered.page.text
    assert "✖ Stops publication: 1 open, of 6 judged. One finding is an event. For: attendance office." in (
        delivered.page.text
    )
    assert "004418" not in delivered.page.text


def test_the_page_says_which_file_cannot_be_used_and_why(delivered):
    problem = (
        "lacks the columns school_year, student_id, program, begin_date, end_date (its header is one cell: separate columns "
        "by commas, not semicolons)"
    )
    assert f"sis/program_participation.csv 0 0 0 {problem}; none of its rows was read" in delivered.page.text


def test_what_does_not_matter_is_not_reported(delivered):
    schools, students = delivered.account("sis/schools"), delivered.account("sis/students")
    assert (schools["n_rows_accepted"], schools["n_rows_rejected"], schools["problem"]) == (2, 0, None)
    assert (students["n_rows_accepted"], students["n_rows_rejected"], students["problem"]) == (9, 4, None)


def test_no_row_is_lost(delivered):
    for account in delivered.report["extracts"]:
        assert account["n_rows_read"] == account["n_rows_accepted"] + account["n_rows_rejected"], account


def test_an_accepted_finding_is_listed_as_waived_and_the_others_are_open(delivered):
    waived = [row["finding_key"] for row in delivered.worklist("sis-data-steward.csv") if row["is_waived"] == "true"]
    assert waived == ["E-1006"]
    [rule] = [rule for rule in delivered.report["rules"] if rule["rule_id"] == "ENR-05"]
    assert (rule["status"], rule["n_findings"], rule["n_waived"]) == ("passed", 1, 1)


def test_waivers_that_do_nothing_are_told(delivered):
    assert "lists 3 waivers; 1 finding is waived." in delivered.page.text
    assert "Line 3: the waiver of FTE-02 ended on 2025-09-30." in delivered.page.text
    assert "Line 4: ENR-02 does not find the key, or no longer." in delivered.page.text


def test_a_clerk_sees_student_school_date_and_both_values_beside_the_key(delivered):
    columns = ("finding_key", "student_id", "school_id", "date", "value_found", "value_expected")
    rows = {row["rule_id"]: tuple(row[name] for name in columns) for row in delivered.worklist("sis-data-steward.csv")}
    assert rows["ENR-02"] == (
        "E-1002",
        "004412",
        "0101",
        "2025-09-12",
        "exit 2025-09-02",
        "exit on or after 2025-09-12",
    )
    assert rows["ENR-01"][0] == "E-1003|E-1004"


def test_each_school_has_a_list_of_its_own_without_staff(delivered):
    lists = {path.name for path in (delivered.folder / "worklists" / "schools").glob("*.csv")}
    assert lists == {"0101.csv", "0205.csv"}
    rows = delivered.worklist("schools/0205.csv")
    assert {row["owner"] for row in rows} > {"SIS data steward", "attendance office"}
    assert {row["staff_id"] for row in rows} == {""}


def test_nobody_is_named(delivered):
    names = set()
    for path in (MESSY / "data/raw/sis/students.csv", MESSY / "data/raw/hr/educators.csv"):
        rows = list(csv.DictReader(path.read_text(encoding="latin-1").splitlines()))
        names |= {row[column] for row in rows for column in ("first_name", "last_name")}
    written = "".join(
        path.read_text() for path in delivered.folder.rglob("*") if path.is_file() and path.suffix != ".xlsx"
    )
    assert len(names) > 25
    assert [name for name in names if name in written] == []


def test_the_report_fits_its_schema(delivered):
    schema = json.loads((delivered.folder / "data_quality_report.schema.json").read_text())
    jsonschema.validate(delivered.report, schema, format_checker=jsonschema.FormatChecker())
