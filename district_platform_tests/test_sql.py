"""sql/: what an analyst is given works on what a run published."""

import re
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from district_platform.cli import main
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


def asked(district: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["sql", "--home", str(district), *words])


def test_a_question_at_the_terminal_is_answered_as_a_table_with_what_was_left_out(district):
    found = asked(district, "--rows", "2", "select k_school, school_name from dim_school order by 1")
    assert found.exit_code == 0
    assert re.search(r"k_school +school_name", found.output)
    assert re.findall(r"(010\d) +\w", found.output) == ["0101", "0102"]
    assert "The first 2 rows; --rows shows more, --csv all." in found.output


def test_as_csv_every_row_is_answered_and_nothing_else(district):
    found = asked(district, "--csv", "select range as n, null as nothing, range = 1 as is_one from range(3)")
    assert found.output == "n,nothing,is_one\n0,,false\n1,,true\n2,,false\n"


@pytest.mark.parametrize(
    "path",
    [*QUERIES[:3], *(pytest.param(path, marks=pytest.mark.whole) for path in QUERIES[3:])],
    ids=lambda path: path.stem,
)
def test_a_file_of_the_folder_is_asked_by_its_name(district, path: Path):
    assert asked(district, "--file", str(path)).exit_code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["from dim_schol"], 'Did you mean "dim_school"?'),
        (["selec 1"], "syntax error"),
        (["select cast('x' as int)"], "Could not convert string 'x'"),
        (["copy dim_school to 'warehouse/out/dim_school.parquet'"], "COPY is no question"),
        (["attach 'warehouse/district.duckdb' as w"], "ATTACH is no question"),
        ([], "Give one of a question, --file and --tables."),
        (["--tables", "from dim_school"], "Give one of a question, --file and --tables."),
    ],
)
def test_what_is_no_question_is_refused_with_a_reason(district, words, sentence):
    found = asked(district, *words)
    assert found.exit_code in (1, 2)
    assert sentence in found.output


def test_where_nothing_is_published_it_says_so(tmp_path):
    found = asked(tmp_path, "from dim_school")
    assert found.exit_code == 1
    assert "Nothing is published here yet: district-platform run." in found.output


def test_tables_that_can_be_asked_are_those_of_the_schema(district):
    assert asked(district, "--tables").output.split() == sorted(name for name, _ in published_tables())
