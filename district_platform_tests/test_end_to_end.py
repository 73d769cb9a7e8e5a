"""One district, from extracts to a publication, as a person runs it. What stops a run, and what the next one makes of it: whole/."""

import csv
import json
from pathlib import Path

import dagster as dg
import duckdb
import jsonschema

from district_platform.dictionary import Layer, tables_in
from district_platform_tests.processes import platform
from district_platform_tests.publications import names_and_birth_dates


def report(home: Path) -> dict:
    return json.loads((home / "reports" / "data_quality_report.json").read_text())


def test_every_dimension_and_fact_is_published_as_described(district):
    for table in [t for layer in (Layer.DIMENSION, Layer.FACT, Layer.MEASURE) for t in tables_in(layer)]:
        path = district / "warehouse" / "out" / table.name
        files = f"{path}/**/*.parquet" if path.is_dir() else f"{path}.parquet"
        columns = duckdb.sql(f"select * from read_parquet('{files}', hive_partitioning = false)").columns
        assert tuple(columns) == table.columns, table.name


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


def test_unknown_setting_is_one_line_without_a_stack_trace(tmp_path):
    run = platform(tmp_path, "run", "--kind", "synthetic", synthetic__studnets=10)
    assert run.returncode == 1
    assert "Did you mean students?" in run.stderr
    assert "Traceback" not in run.stderr


def test_runs_of_the_command_line_stand_in_the_ui(district, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(district / ".dagster"))
    with dg.DagsterInstance.get() as instance:
        [run] = instance.get_runs()
        assert (run.job_name, run.status) == ("refresh", dg.DagsterRunStatus.SUCCESS)
        record = instance.get_latest_materialization_event(dg.AssetKey("dim_school"))
    assert record is not None
