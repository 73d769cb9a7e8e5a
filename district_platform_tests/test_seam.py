"""Outside `engine/` nothing speaks to DuckDB or writes SQL, but for a short list, each with its reason."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

import district_platform

PACKAGE = Path(district_platform.__file__).parent
Finder = Callable[[ast.Module], Iterator[int]]

MAY_WRITE_SQL = {
    "timekeeping/schema.py": "the store of punches is a relational database: its tables",
    "timekeeping/sql.py": "what is asked of them",
    "destinations/postgresql/sql.py": "what is sent to PostgreSQL",
    "destinations/mysql/sql.py": "what is sent to MySQL and MariaDB",
    "dictionary/ddl.py": "SQL files for people who open the publication by themselves",
    "web/reading/": "the registry of queries of the pages, on a connection of their own to what is published",
    "web/signin/": "accounts and sessions of the dashboard, in SQLite",
    "operations/event_log.py": "Dagster's own event log, in SQLite",
}
MAY_SEND_SQL = {
    "timekeeping/": "the statements of timekeeping/sql.py, to DuckDB or PostgreSQL",
    "destinations/postgresql/": "the statements of its sql.py, by ADBC",
    "destinations/mysql/": "the statements of its sql.py, by PyMySQL",
    "quality/linkage/linker.py": "Splink takes the connection of a scratch database",
    "operations/event_log.py": "see above",
    "web/reading/": "see above",
    "web/signin/": "see above",
}
MAY_IMPORT_DUCKDB = {"web/reading/": "see above"}

STATEMENT = re.compile(
    r"\s*(select\s.+\sfrom\s|select\s+\d+\s*$|insert\s+into\s|delete\s+from\s|update\s+\S+\s+set\s|from\s+\w+\s+(limit|where|order)\s"
    r"|create\s+(or\s+replace\s+)?(temp\s+)?(table|view|schema)\s|drop\s+(table|view|schema)\s|alter\s+table\s|with\s+\w+\s+as\s*\("
    r"|copy\s+\S+\s+to\s|attach\s|detach\s|pragma\s|begin\s+transaction|comment\s+on\s)",
    re.IGNORECASE | re.DOTALL,
)
SENDS = {"execute", "executemany", "raw_sql", "sql", "to_sql"}
"""Methods that take SQL, of DuckDB, Ibis, SQLAlchemy and DB-API."""


def sql_texts(tree: ast.Module) -> Iterator[int]:
    """Lines of string literals that are statements; a docstring or a note under a constant is none."""
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in within and isinstance(node.value, str):
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        else:
            continue
        if id(node) not in notes and STATEMENT.match(text):
            yield node.lineno


def sql_calls(tree: ast.Module) -> Iterator[int]:
    """Lines of calls that send SQL somewhere, and of uses of an engine's own connection."""
    for node in ast.walk(tree):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SENDS) or (
            isinstance(node, ast.Attribute) and node.attr == "connection" and _ends_in_tables(node.value)
        ):
            yield node.lineno


def _ends_in_tables(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.lstrip("_") in {"tables", "worker"}


def duckdb_imports(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if any(name.split(".")[0] in {"duckdb", "_duckdb"} for name in names):
            yield node.lineno


def outside(tree_of: Path = PACKAGE) -> list[Path]:
    return [path for path in sorted(tree_of.rglob("*.py")) if path.relative_to(tree_of).parts[0] != "engine"]


@pytest.mark.parametrize(
    ("what", "found_in", "allowed"),
    [
        ("writes SQL", sql_texts, MAY_WRITE_SQL),
        ("sends SQL", sql_calls, MAY_SEND_SQL),
        ("imports duckdb", duckdb_imports, MAY_IMPORT_DUCKDB),
    ],
)
def test_the_rest_of_the_house_speaks_to_tables(what, found_in, allowed):
    places = {
        path.relative_to(PACKAGE).as_posix(): [f"{path.relative_to(PACKAGE)}:{line}" for line in lines(path)[found_in]]
        for path in outside()
    }
    strangers = [
        place for name, found in places.items() for place in found if not any(name.startswith(room) for room in allowed)
    ]
    assert not strangers, f"{what}: speak to `engine.tables.Tables` instead"
    idle = [room for room in allowed if not any(found for name, found in places.items() if name.startswith(room))]
    assert not idle, f"nothing there {what} any longer: take it off the list"


@cache
def lines(path: Path) -> dict[Finder, list[int]]:
    """What each of them finds in a module, which is parsed once."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {find: list(find(tree)) for find in (sql_texts, sql_calls, duckdb_imports)}


@pytest.mark.parametrize(
    ("code", "found_in"),
    [
        ("query = f'select * from {name}'", sql_texts),
        ("query = 'delete from extract_files where extract = ?'", sql_texts),
        ("query = '''\nselect a,\n    b\nfrom t'''", sql_texts),
        ("connection.execute(query)", sql_calls),
        ("backend.raw_sql(query)", sql_calls),
        ("linker = DuckDBAPI(self._worker.connection)", sql_calls),
        ("from duckdb import DuckDBPyConnection", duckdb_imports),
        ("def f():\n    import duckdb", duckdb_imports),
    ],
)
def test_what_would_go_round_the_seam_is_seen(code, found_in):
    assert list(found_in(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        '"""Select the rows from a table."""',
        "message = 'select a school'",
        "tables.fetch(rows.select('k_school'))",
        "names = session.connection.peer",
    ],
)
def test_what_only_looks_like_it_is_not(code):
    tree = ast.parse(code)
    assert not [*sql_texts(tree), *sql_calls(tree), *duckdb_imports(tree)]
