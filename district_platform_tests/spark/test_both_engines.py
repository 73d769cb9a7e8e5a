"""A district run on DuckDB and on Spark, by a session of its own and by Spark Connect: readers find the same."""

import json
from pathlib import Path

import pytest

from district_platform.engine.spark.lake import Lake
from district_platform_tests.spark import comparing


def test_every_csv_file_is_the_same(on_duckdb, on_spark):
    expected, found = comparing.csv_files(on_duckdb), comparing.csv_files(on_spark)
    assert found.keys() == expected.keys()
    assert len(expected) > 30
    assert [name for name in expected if found[name] != expected[name]] == []


def test_every_parquet_file_holds_the_same_rows_of_the_same_types(on_duckdb, on_spark):
    files = comparing.parquet_files(on_duckdb)
    assert comparing.parquet_files(on_spark) == files
    assert len(files) > 40
    assert [file for file in files if comparing.rows(on_spark, file) != comparing.rows(on_duckdb, file)] == []


def test_the_report_says_the_same(on_duckdb, on_spark):
    assert comparing.report(on_spark) == comparing.report(on_duckdb)


def test_the_brief_says_the_same(on_duckdb, on_spark):
    assert comparing.brief(on_spark) == comparing.brief(on_duckdb)


def test_the_lake_holds_what_the_catalog_names_and_nothing_else(on_spark: Path):
    lake = on_spark / "warehouse" / "lake"
    run = (lake / "current").read_text()
    tables = json.loads((lake / "runs" / f"{run}.json").read_text())["tables"]
    assert {name for name, each in tables.items() if each["made_by"] == "spark"} > {
        "dim_student",
        "fct_student_daily_attendance",
        "msr_student_growth",
        "chronic_absence",
    }
    assert all(list((lake / name / each["run"]).glob("*.parquet")) for name, each in tables.items())
    assert Lake(lake).unnamed() == []
    assert not (lake / ".scratch").exists()


@pytest.mark.parametrize("what", ["*.parquet", "*.json"])
def test_only_the_owner_reads_the_lake(on_spark: Path, what: str):
    modes = {path.stat().st_mode & 0o777 for path in (on_spark / "warehouse" / "lake").rglob(what)}
    assert modes == {0o600}
