"""The district that three invented vendors export: its canonical extracts, their files, and a mapping that was proposed and reviewed."""

import textwrap
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from district_platform.cli import main
from district_platform.cli.mapping_review import ask
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Engine
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.proposing.proposal import look_at
from district_platform.sources.mapped.questions import Question
from district_platform.sources.mapped.reading import read_mapping
from district_platform_tests.sources.mapped import vendors


def command(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--home", str(home)])


def review(home: Path) -> None:
    """Answers each decision as it is asked."""
    said: dict[str, list[str]] = {}

    def typed(question: Question) -> str:
        return said.setdefault(question.key, vendors.answers(question.key)).pop(0)

    with connect(":memory:", Engine()) as connection:
        tables = DuckDBTables(connection)
        look = look_at(tables, home / "data" / "export")
        assert ask(home / "mappings" / "three.toml", look, tables, "steward", typed) == 0


@pytest.fixture
def convert(tables, tmp_path):
    """Converts files by the text of a mapping; returns the conversion, and the rows of an extract as lists of texts."""

    def converted(mapping: str, extract: str = "sis/schools", **files: str | bytes):
        folder = tmp_path / "delivered"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else textwrap.dedent(content).lstrip().encode()
            (folder / f"{name}.csv").write_bytes(data)
        path = tmp_path / "test.toml"
        path.write_text(textwrap.dedent(mapping))
        conversion = convert_mapped(tables, read_mapping(path), folder, tmp_path / "out")
        return conversion, rows_of(tmp_path / "out" / extract)

    return converted


def rows_of(folder: Path) -> list[tuple]:
    found = f"select * exclude (_line) from read_parquet('{folder}/*.parquet', union_by_name = true)"
    return duckdb.sql(f"select columns(*)::varchar from ({found})").fetchall()
