"""Questions of a person at the terminal about what was published last, in SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


_QUESTIONS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN, duckdb.StatementType.CREATE}
"""What may be asked; `create` makes views and tables of the question's own, which end with it. COPY could overwrite what is published."""


class AskingError(Exception):
    """A question that cannot be answered, with DuckDB's reason."""


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise AskingError(str(error)) from None


@dataclass(frozen=True)
class Answer:
    """Columns and rows of an answer, which are computed as they are taken."""

    columns: tuple[str, ...]
    _found: duckdb.DuckDBPyRelation

    def take(self, n_rows: int) -> list[tuple[Any, ...]]:
        """The next rows, none when all were taken. Raises AskingError for what DuckDB finds only now."""
        with _explained():
            return self._found.fetchmany(n_rows)


class Asking:
    """A database in memory that holds views over published files, and nothing else; files are opened when a question needs them.

    Args:
        home: The district's folder; paths of the views are relative to it.
        views: One `create view` for each published table. Those whose files are not there are left out.

    """

    def __init__(self, home: Path, views: str) -> None:
        self._connection = duckdb.connect(config=_CONFIG)
        self._connection.execute("set file_search_path = ?", [str(home)])
        for view in self._connection.extract_statements(views):
            try:
                self._connection.execute(view)
            except duckdb.IOException:
                continue

    def tables(self) -> list[str]:
        """Names of the tables that can be asked, in the order of the alphabet."""
        names = "select view_name from duckdb_views() where not internal order by all"
        return [name for (name,) in self._connection.execute(names).fetchall()]

    def answers(self, text: str) -> Iterator[Answer]:
        """The answer to each statement that has rows, one after another. Raises AskingError where DuckDB cannot carry one out."""
        with _explained():
            statements = self._connection.extract_statements(text)
        for statement in statements:
            if statement.type not in _QUESTIONS:
                raise AskingError(
                    f"{statement.type.name} is no question: select, from, describe, explain, and create for views of your own."
                )
            with _explained():
                found = self._connection.sql(statement.query)
            if found is not None:
                yield Answer(tuple(found.columns), found)
