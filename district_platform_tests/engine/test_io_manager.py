"""The I/O manager in a Dagster run: Ibis or pandas in, either out; the old table survives; connections are closed."""

import dagster as dg
import duckdb
import ibis
import pandas as pd
import pytest

from district_platform.engine.assets import table_asset
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.settings import Engine


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


def test_preview_shows_no_names():
    from district_platform.dictionary import TABLES
    from district_platform.engine.resources import _preview
    from district_platform.engine.tables import replace_with_frame

    with duckdb.connect() as connection:
        table = TABLES["dim_educator"]
        known = {"k_educator": "7", "first_name": "Ada", "last_name": "Byron", "email": "a@b.c"}
        replace_with_frame(connection, table, pd.DataFrame([dict.fromkeys(table.columns) | known]))
        preview = _preview(connection, table)
    assert "| 7 |" in preview
    assert not {"Ada", "Byron", "a@b.c"} & set(preview.replace("|", " ").split())


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
