"""sql/: what an analyst is given works on what a run published."""

from pathlib import Path

import duckdb
import pytest

from district_platform.dictionary.ddl import published_sql, published_tables, schema_sql
from district_platform.documentation import ROOT

QUERIES = sorted((ROOT / "sql" / "queries").glob("*.sql"))


@pytest.fixture(scope="module")
def published(district) -> duckdb.DuckDBPyConnection:
    """The views of sql/published.sql over the publication of a small district."""
    connection = duckdb.connect()
    connection.execute(f"set file_search_path = '{district}'")
    connection.execute(published_sql())
    return connection


def columns(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(column, type_) for column, type_, *_ in connection.execute(f"describe {name}").fetchall()]


def test_schema_is_that_of_the_published_files(published):
    schema = duckdb.connect()
    schema.execute(schema_sql())
    for name, _ in published_tables():
        assert columns(schema, name) == columns(published, name), name


def test_every_column_of_the_schema_has_a_comment():
    schema = duckdb.connect()
    schema.execute(schema_sql())
    query = "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    assert schema.execute(query).fetchall() == []


def test_there_are_a_dozen_queries():
    assert len(QUERIES) >= 12


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_query_states_its_question_and_finds_rows(published, path: Path):
    text = path.read_text()
    assert text.startswith("-- ")
    assert published.execute(text).fetchall(), f"{path.name} found nothing in the synthetic district"


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_no_column_of_a_query_is_one_that_a_release_never_tells(published, path: Path):
    found = published.execute(path.read_text()).df()
    untold = [column for column in found if found[column].isin(["not told"]).all() or found[column].isna().all()]
    assert untold == []
