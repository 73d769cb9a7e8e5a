"""Dagster shows which engine makes a table."""

from district_platform.definitions import definitions
from district_platform.home import Home
from district_platform.settings import Engine, load_settings


def kinds(engine: Engine) -> dict[str, set[str]]:
    """What Dagster shows of each asset of a district on this engine."""
    repository = definitions(load_settings().model_copy(update={"engine": engine})).get_repository_def()
    return {node.key.to_user_string(): set(node.kinds) for node in repository.asset_graph.asset_nodes}


def test_tables_that_spark_makes_are_shown_as_sparks(home: Home):
    shown = kinds(Engine(kind="spark"))
    on_spark = {name for name, of in shown.items() if of == {"spark"}}
    assert {"dim_student", "fct_student_daily_attendance", "msr_student_growth", "chronic_absence"} <= on_spark
    duckdb = {"stg_students", "program_evaluation", "quality_findings", "release_chronic_absence"}
    assert {name: shown[name] for name in duckdb} == {name: {"duckdb"} for name in duckdb}


def test_on_duckdb_no_table_is_sparks(home: Home):
    assert "spark" not in set().union(*kinds(Engine()).values())
