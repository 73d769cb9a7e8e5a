"""One district, from extracts to a publication, as a person runs it; then what a person does next."""

import csv
import json
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import jsonschema
import pytest

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform_tests.alerts.receivers import webhooks
from district_platform_tests.offices import a_finding, attendance_events, late_absence, most_absent
from district_platform_tests.processes import SIZE, lock_holder, platform
from district_platform_tests.publications import published


def report(home: Path) -> dict:
    return json.loads((home / "reports" / "data_quality_report.json").read_text())


def test_every_dimension_and_fact_is_published_as_described(district):
    for table in [t for layer in (Layer.DIMENSION, Layer.FACT, Layer.MEASURE) for t in tables_in(layer)]:
        path = district / "warehouse" / "out" / table.name
        files = f"{path}/**/*.parquet" if path.is_dir() else f"{path}.parquet"
        columns = duckdb.sql(f"select * from read_parquet('{files}', hive_partitioning = false)").columns
        assert tuple(columns) == table.columns, table.name


def names_and_birth_dates(home: Path) -> set[str]:
    with (home / "data" / "raw" / "sis" / "students.csv").open() as file:
        people = list(csv.DictReader(file))
    return {f"{p['first_name']} {p['last_name']}" for p in people} | {p["birth_date"] for p in people} - {""}


def test_no_name_and_no_birth_date_stands_in_what_is_released(district):
    names = names_and_birth_dates(district)
    released = [
        *(district / "reports" / "analysis_tables").iterdir(),
        district / "reports" / "data_quality_report.json",
        district / "reports" / "data_quality_report.html",
        *(district / "reports" / "worklists").rglob("*.csv"),
    ]
    for path in released:
        text = path.read_text()
        assert not [name for name in names if name in text], path.name


def test_no_small_group_is_released(district):
    """But in the headcount of the count day by grade, race/ethnicity and sex, which the Common Core of Data publishes."""
    of_attributes = "split_part(k_subgroup, '-', 1) not in ('All students', 'Grade', 'Race/ethnicity', 'Sex')"
    for table in tables_in(Layer.ANALYSIS):
        duckdb.sql(
            f"create or replace temp table released as from '{district}/reports/analysis_tables/{table.name}.csv'"
        )
        for measure in table.measures:
            for size in measure.group_sizes:
                small = f"{measure.column} is not null and try_cast({size} as double) between 1 and 9"
                is_public = size.startswith("n_students_census")
                if is_public and "k_subgroup" in table.key:
                    small = f"{small} and {of_attributes}"
                elif is_public:
                    continue
                query = f"select count(*) from released where {small}"
                assert duckdb.sql(query).fetchall() == [(0,)], (table.name, measure.column)


def test_rows_read_are_rows_accepted_and_rejected(district):
    for extract in report(district)["extracts"]:
        assert extract["n_rows_read"] == extract["n_rows_accepted"] + extract["n_rows_rejected"], extract


def test_report_fits_its_published_schema(district):
    schema = json.loads((district / "reports" / "data_quality_report.schema.json").read_text())
    jsonschema.validate(report(district), schema)


def test_a_call_list_of_each_school_is_published_for_its_owner_only(district):
    lists = list((district / "reports" / "call_lists").iterdir())
    with (district / "data" / "raw" / "sis" / "schools.csv").open() as file:
        schools = {row["school_id"] for row in csv.DictReader(file)}
    assert {path.name for path in lists} == {f"{school}{ending}" for school in schools for ending in (".csv", ".xlsx")}
    assert {path.stat().st_mode & 0o777 for path in lists} == {0o600}
    assert (district / "reports" / "call_lists").stat().st_mode & 0o777 == 0o700


def test_worklists_are_published_for_their_owner_only(district):
    worklists = list((district / "reports" / "worklists").glob("*.csv"))
    listed = [row for path in worklists for row in csv.DictReader(path.open())]
    assert len(listed) == sum(rule["n_findings"] for rule in report(district)["rules"])
    assert {path.stat().st_mode & 0o777 for path in worklists} == {0o600}


@pytest.mark.slow
def test_a_waiver_is_counted_by_the_next_run_and_the_change_is_against_the_run_before(district, next_run):
    rule_id, key = a_finding(district)
    [rule] = [rule for rule in report(next_run)["rules"] if rule["rule_id"] == rule_id]
    assert (rule["n_waived"], rule["change"], len(rule["trend"])) == (1, 0, 2)
    listed = csv.DictReader((next_run / "reports" / "worklists" / "sis-data-steward.csv").open())
    assert [r["finding_key"] for r in listed if r["is_waived"] == "true"] == [key]


def test_findings_are_the_defects_that_were_planted(district):
    with (district / "data" / "raw" / "_planted_defects.csv").open() as file:
        planted = {(row["rule_id"], row["key"]) for row in csv.DictReader(file)}
    with duckdb.connect(str(district / "warehouse" / "district.duckdb"), read_only=True) as connection:
        found = set(connection.execute("select rule_id, finding_key from quality_findings").fetchall())
    judged = {rule["rule_id"] for rule in report(district)["rules"]}
    expected = {(rule_id, key) for rule_id, key in planted if rule_id in judged}
    assert {rule_id for rule_id, _ in expected} >= {
        "EDU-01",
        "EDU-03",
        "EDU-04",
        "FTE-01",
        "FTE-02",
        "ENR-01",
        "ENR-02",
    }
    assert found - expected == set()
    assert expected - found == set()


def days_absent(home: Path) -> dict[str, float]:
    """Days absent of each student at the year's end, by k_student."""
    query = "select k_student, sum(cumulative_days_absent)::double from msr_student_cumulative_attendance group by 1"
    with duckdb.connect(str(home / "warehouse" / "district.duckdb"), read_only=True) as connection:
        return dict(connection.execute(query).fetchall())


@pytest.mark.slow
def test_late_edits_and_deletions_hold_after_the_next_run(district, next_run):
    deleted = most_absent(attendance_events(district))
    added = late_absence(district, without=deleted)
    before, after = days_absent(district), days_absent(next_run)
    assert before[f"2025-{deleted}"] > 0
    assert after[f"2025-{deleted}"] == 0
    changed = {student for student in before if before[student] != after[student]}
    assert changed == {f"2025-{deleted}", f"2025-{added['student_id']}"}


EVENTS_TO_PUBLICATION = (
    'key:"fct_student_school_attendance_event" or group:"g2_staging" or group:"g6_quality" or group:"g9_outputs"'
)
"""What an unknown attendance code needs in order to be found, and the publication."""


@pytest.mark.slow
def test_refused_run_keeps_the_publication_and_leaves_its_report(copy):
    files = published(copy)
    codes = copy / "data" / "raw" / "sis" / "attendance_codes.csv"
    codes.write_text("\n".join(codes.read_text().splitlines()[:2]) + "\n")
    with webhooks() as slack:
        alerts = {"alerts__slack__webhook_secret": "slack", "secret__slack": slack.address}
        run = platform(
            copy, "run", "--select", EVENTS_TO_PUBLICATION, sources__kind="files", as_of_date="2026-02-13", **alerts
        )
    assert run.returncode == 1
    assert "Not published: what was published before stays." in run.stdout
    assert "ATT-01: " in run.stdout
    assert "blocking asset check" not in run.stdout
    [refused] = (copy / "reports" / "failed").glob("*/data_quality_report.json")
    assert str(refused.with_suffix(".html").relative_to(copy)) in run.stdout
    *_, alert = slack.at("/")
    assert "ATT-01" in alert
    assert str(refused.with_suffix(".html").relative_to(copy)) in alert
    assert not [name for name in names_and_birth_dates(copy) if name in "".join(slack.at("/"))]
    assert "Not published." in refused.with_suffix(".html").read_text()
    worklists = list((refused.parent / "worklists").rglob("*.csv"))
    assert "ATT-01" in (refused.parent / "worklists" / "attendance-office.csv").read_text()
    assert {path.stat().st_mode & 0o777 for path in worklists} == {0o600}
    [rule] = [rule for rule in json.loads(refused.read_text())["rules"] if rule["rule_id"] == "ATT-01"]
    assert rule["status"] == "failed"
    assert rule["n_findings"] > 0
    assert {name: digest for name, digest in published(copy).items() if "failed" not in name} == files


@pytest.mark.slow
def test_required_extracts_alone_are_enough(copy):
    for folder in ("hr", "assessments"):
        shutil.rmtree(copy / "data" / "raw" / folder)
    for path in (copy / "data" / "raw" / "sis").iterdir():
        if path.stem not in ("schools", "students", "enrollments"):
            path.unlink()
    run = platform(copy, "run", sources__kind="files", as_of_date="2026-02-13")
    assert run.returncode == 0, run.stdout + run.stderr
    skipped = {rule["rule_id"]: rule["reason"] for rule in report(copy)["rules"] if rule["status"] == "skipped"}
    assert skipped["EDU-03"].startswith("not delivered: ")
    with (copy / "reports" / "analysis_tables" / "student_performance.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows == [list(TABLES["release_student_performance"].columns)]


ONEROSTER = Path(__file__).resolve().parents[2] / "shared" / "data" / "oneroster_dev"


@pytest.mark.slow
@pytest.mark.skipif(
    not ONEROSTER.exists(), reason="the third party's OneRoster export does not lie beside the repository"
)
def test_one_roster_export_of_somebody_else_is_published_as_far_as_it_goes(tmp_path):
    run = platform(
        tmp_path, "run", sources__kind="oneroster", sources__oneroster__path=ONEROSTER, as_of_date="2026-11-20"
    )
    assert run.returncode == 0, run.stdout + run.stderr
    rules = {rule["rule_id"]: rule for rule in report(tmp_path)["rules"]}
    assert {rule["status"] for rule in rules.values()} == {"passed", "skipped"}
    reasons = {rule["reason"] for rule in rules.values() if rule["status"] == "skipped"}
    assert [reason for reason in reasons if not reason.startswith("not delivered: ")] == []
    must_pass = {"CON-01", "CON-05", "EDU-01", "ENR-01", "ENR-04", "SEC-01", "PRV-01"}
    assert {rule_id for rule_id in must_pass if rules[rule_id]["status"] != "passed"} == set()
    assert any("no attendance" in note for note in report(tmp_path)["notes"])
    with (tmp_path / "reports" / "analysis_tables" / "enrollment_summary.csv").open() as file:
        groups = {
            (row["k_school"], row["subgroup_dimension"]): row["n_students_census"] for row in csv.DictReader(file)
        }
    assert groups["", "All students"] == "778"


@pytest.mark.slow
def test_export_that_is_not_there_is_one_sentence(tmp_path):
    run = platform(tmp_path, "run", sources__kind="oneroster", sources__oneroster__path="nowhere")
    assert run.returncode == 1
    where = tmp_path / "nowhere"
    told = f"delivery: {where}: there is no such folder or .zip. Set [sources.oneroster] path to the export."
    assert told in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.slow
def test_foreign_files_are_not_overwritten(copy):
    (copy / "data" / "raw" / "_synthetic.json").unlink()
    run = platform(copy, "run", **SIZE)
    assert run.returncode == 1
    assert 'sources.kind = "files"' in run.stdout


def test_unknown_setting_is_one_line_without_a_stack_trace(tmp_path):
    run = platform(tmp_path, "run", "--kind", "synthetic", synthetic__studnets=10)
    assert run.returncode == 1
    assert "Did you mean students?" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.slow
def test_second_run_beside_a_running_one_is_told_at_once(copy):
    with lock_holder(copy / "warehouse" / ".lock"):
        run = platform(copy, "run", **SIZE)
    assert run.returncode == 1
    assert "is being written by process" in run.stdout


def test_runs_of_the_command_line_stand_in_the_ui(district, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(district / ".dagster"))
    with dg.DagsterInstance.get() as instance:
        [run] = instance.get_runs()
        assert (run.job_name, run.status) == ("refresh", dg.DagsterRunStatus.SUCCESS)
        record = instance.get_latest_materialization_event(dg.AssetKey("dim_school"))
    assert record is not None
