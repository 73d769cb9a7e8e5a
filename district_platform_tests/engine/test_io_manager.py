"""The I/O manager in a Dagster run: Ibis or pandas in, either out; the old table survives; connections are closed."""

import dagster as dg
import duckdb
import ibis
import pandas as pd
import pytest

from district_platform.dictionary import TABLES, schema_of
from district_platform.engine.assets import table_asset
from district_platform.engine.resources import DistrictIOManager, Warehouse, table_metadata
from district_platform.settings import Engine
from district_platform_tests.memory import in_memory


def dim_subgroup() -> ibis.Table:
    return ibis.memtable(
        {"k_subgroup": ["Sex-F"], "subgroup_dimension": ["Sex"], "subgroup_value": ["F"], "display_order": [1]}
    )


def fct_student_subgroup(dim_subgroup: ibis.Table) -> ibis.Table:
    return dim_subgroup.select("k_subgroup", k_student=ibis.literal("2026-1"), school_year=ibis.literal(2026))


def fct_student_subgroup_by_pandas(dim_subgroup: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"k_student": ["2026-1"], "k_subgroup": dim_subgroup.k_subgroup, "school_year": [2026]})


fct_student_subgroup_by_pandas.__name__ = "fct_student_subgroup"


@pytest.fixture
def resources(home):
    warehouse = Warehouse.of(home, Engine())
    return {"warehouse": warehouse, "io_manager": DistrictIOManager(warehouse=warehouse)}


def materialize(functions, resources, **options):
    return dg.materialize([table_asset(f) for f in functions], resources=resources, **options)


def rows(home, table: str) -> list[tuple]:
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return connection.execute(f"select * from {table}").fetchall()


@pytest.mark.parametrize("function", [fct_student_subgroup, fct_student_subgroup_by_pandas], ids=["ibis", "pandas"])
def test_input_arrives_as_annotated_and_output_becomes_the_table(function, resources, home):
    assert materialize([dim_subgroup, function], resources).success
    assert rows(home, "fct_student_subgroup") == [("2026-1", "Sex-F", 2026)]


def test_materialization_tells_rows_sql_and_schema(resources):
    result = materialize([dim_subgroup, fct_student_subgroup], resources)
    [materialization] = result.asset_materializations_for_node("fct_student_subgroup")
    assert materialization.metadata["dagster/row_count"].value == 1
    assert "SELECT" in materialization.metadata["sql"].value
    [asset] = [table_asset(fct_student_subgroup)]
    schema = asset.metadata_by_key[dg.AssetKey("fct_student_subgroup")]["dagster/column_schema"]
    assert [column.name for column in schema.columns] == ["k_student", "k_subgroup", "school_year"]


def kept_of(name: str, rows: list[dict[str, object]]) -> dict[str, object]:
    """What Dagster keeps of a table with these rows; columns that a row does not name are null."""
    with in_memory() as tables:
        table = TABLES[name]
        tables.replace(table, pd.DataFrame([dict.fromkeys(table.columns) | row for row in rows]))
        return {key: getattr(value, "value", value) for key, value in table_metadata(tables, table).items()}


@pytest.mark.parametrize("name", ["stg_enrollments", "dim_student", "fct_student_assessment", "chronic_absence"])
def test_tables_on_single_people_and_unreleased_ones_have_no_preview(name):
    key = {column: "canary" for column in TABLES[name].key if schema_of(TABLES[name])[column].is_string()}
    kept = kept_of(name, [key | {column: 2026 for column in TABLES[name].key if column not in key}])
    assert kept["dagster/row_count"] == 1
    assert "canary" not in str(kept)
    assert "preview" not in kept


def test_share_of_nulls_stands_where_the_rows_do_not():
    kept = kept_of("dim_educator", [{"k_educator": "7", "email": "a@b.c"}, {"k_educator": "8"}])
    assert kept["null shares"]["email"] == "50.0 %"
    assert "k_educator" not in kept["null shares"]


def test_released_table_has_a_preview():
    row = {"school_year": 2026, "aggregation": "district", "k_subgroup": "All students"}
    kept = kept_of("release_chronic_absence", [row])
    assert "| 2026 | district |" in kept["preview"]


def test_failed_write_leaves_the_old_table_and_the_next_run_succeeds(resources, home):
    assert materialize([dim_subgroup], resources).success

    def broken() -> ibis.Table:
        return dim_subgroup().union(dim_subgroup())

    broken.__name__ = "dim_subgroup"
    assert not materialize([broken], resources, raise_on_error=False).success
    assert rows(home, "dim_subgroup") == [("Sex-F", "Sex", "F", 1)]
    assert materialize([dim_subgroup], resources).success


def test_parameter_without_meaning_is_refused():
    def dim_subgroup(rows: int) -> ibis.Table: ...

    with pytest.raises(TypeError, match=r"rows: .* is neither a table nor a section of the settings"):
        table_asset(dim_subgroup)
