"""What is mailed and printed of a run holds no key of a person: report, page, and alerts. Keys stand in the restricted files."""

import json
import re

import dagster as dg
import duckdb
import pytest

from district_platform.alerts.message import as_text, compose
from district_platform.alerts.runs import look_at_run
from district_platform.engine.assets import table_assets
from district_platform.engine.resources import DistrictIOManager
from district_platform.quality.assets import data_quality_report
from district_platform.quality.checks import quality_checks
from district_platform.quality.findings import quality_findings, quality_history
from district_platform.quality.resources import rule_book_resource
from district_platform.sources.reference.tables import waivers
from district_platform_tests.sources.oneroster.test_people import ROLES_12, USERS_12, converted

PERSON = ("student_id", "educator_id", "customer_id", "sales_person_id", "employee_id", "person_number")
"""Columns that say who somebody is; and the keys of their rows, by which they can be looked up."""
ROWS = ("enrollment_id", "certification_id", "assignment_id", "sale_id", "punch_id")

REFUSED = {
    "sis/students": "school_year,student_id,first_name,last_name,birth_date,sex,race_ethnicity,is_economically_disadvantaged,"
    "is_english_learner,has_disability,is_homeless\n2026,70211947,Quinlan,Zephyr,2018-03-04,F,White,false,false,false,false\n"
    "2026,70211948,Odessa,Zephyr,soon,F,White,false,false,false,false\n",
    "sis/enrollments": "enrollment_id,school_year,student_id,school_id,calendar_code,grade_level,entry_date,exit_date,exit_reason,"
    "is_primary\nE70000001,2026,70211947,S1,C1,02,2025-09-10,2025-09-01,,true\n",
    "sis/attendance_codes": "attendance_code,attendance_event_category,attendance_excusal_status,is_absent\nU,Absent,Unexcused,1\n",
    "sis/attendance_events": "school_year,school_id,student_id,event_date,session_id,attendance_code,reason\n"
    "2026,S1,70211947,2025-09-01,,Q,\n",
    "hr/educators": "80410276,Ada,Byron,ada@example.org,1990-01-01,2020-08-01,,,,\n80410277,Max,Born,,,,,,,\n",
}
"""An error (ATT-01), warnings (CON-02, ENR-02), and a file whose header is missing, so that its first line is a person."""
WAIVERS = (
    "rule_id,key,reason,expiry_date\n"
    "ENR-02,E70000009,no such finding,2026-06-30\n"
    "ENR-02,E70000001,ended,2026-01-31\n"
    "70211947,ENR-02,columns swapped,2026-06-30\n"
    "ATT-01,2026|S1|70211947|2025-09-01||Q,locked,2026-06-30\n"
)
KEYS = ("70211947", "70211948", "E70000001", "E70000009", "80410276", "80410277", "Quinlan", "Zephyr", "Byron", "Ada")


def keys_in(text: str, keys: set[str] | tuple[str, ...]) -> set[str]:
    """Those that stand in the text as a word of their own."""
    return {key for key in keys if re.search(rf"(?<![\w.]){re.escape(key)}(?![\w])", text)}


@pytest.fixture
def refused(stage, settings):
    """A refused run, and the instance that knows it."""
    settings.home.reference.mkdir(parents=True)
    (settings.home.reference / "waivers.csv").write_text(WAIVERS)
    warehouse = stage(REFUSED)
    resources = {
        "warehouse": warehouse,
        "io_manager": DistrictIOManager(warehouse=warehouse),
        "rule_book": rule_book_resource(settings),
    }
    assets = [*table_assets([waivers]), quality_findings, quality_history, data_quality_report, *quality_checks()]
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(assets, instance=instance, resources=resources, raise_on_error=False)
        yield result, instance


@pytest.mark.whole
def test_report_page_and_alerts_of_a_refused_run_hold_no_key_and_the_restricted_files_do(refused, settings):
    result, instance = refused
    folder = settings.home.failed_reports / result.run_id
    told = "".join(path.read_text() for path in folder.iterdir() if path.is_file())
    assert keys_in(told, KEYS) == set()
    assert all(
        word in told for word in ("Line 2: ENR-02 does not find the key", "Line 4: there is no rule of this name.")
    )
    assert "the header line is missing" in told

    seen = look_at_run(instance, instance.get_run_by_id(result.run_id), settings.home)
    assert {alert.subject for alert in seen.wrong} >= {"publishable"}
    message = compose(seen.wrong, [], district="D", written_at=0, run_id=result.run_id, report=seen.report)
    assert keys_in(f"{message.title}\n{as_text(message)}", KEYS) == set()

    annex = (folder / "restricted" / "findings.json").read_text()
    assert keys_in(annex, KEYS) == {"70211947", "E70000001", "E70000009"}
    assert "2026|S1|70211947|2025-09-01||Q" in (folder / "worklists" / "attendance-office.csv").read_text()


def test_report_and_page_of_a_whole_district_hold_no_key_of_a_person(district):
    """Every value of every key column of a person, and of what is looked up by a row's key, against every word."""
    with duckdb.connect(str(district / "warehouse" / "district.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where starts_with(table_name, 'stg_')"
        ).fetchall()
        named = [(table, column) for table, column in columns if column in PERSON + ROWS]
        selects = [f'select cast("{column}" as varchar) from "{table}"' for table, column in named]
        keys = {key for (key,) in connection.execute(" union ".join(selects)).fetchall() if key}
    assert {column for _, column in named} >= {
        "student_id",
        "educator_id",
        "customer_id",
        "person_number",
        "enrollment_id",
    }
    assert len(keys) > 1000
    reports = district / "reports"
    words = {
        word
        for name in ("data_quality_report.json", "data_quality_report.html", "data_quality_report.schema.json")
        for word in re.findall(r"[\w-]+", (reports / name).read_text())
    }
    assert words & keys == set()
    found = json.loads((reports / "restricted" / "findings.json").read_text())
    assert set(re.findall(r"[\w-]+", json.dumps(found))) & keys
    restricted = (reports / "restricted").resolve()
    modes = [path.stat().st_mode & 0o777 for path in (restricted, *sorted(restricted.iterdir()))]
    assert modes == [0o700, 0o600, 0o600]


def test_notes_on_a_oneroster_export_count_people_and_name_none_in_the_report(tmp_path):
    conversion = converted(
        tmp_path, "1.2", users=USERS_12, roles=ROLES_12, classes=None, enrollments=None, userProfiles="sourcedId\n1\n"
    )
    told = "1 users are neither students nor staff (family, say), and stand in no extract"
    assert f"{told}." in conversion.public_notes
    assert f"{told} (p1)." in conversion.notes
