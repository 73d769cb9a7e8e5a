"""A finished publication, read table by table: rows as Arrow in the dictionary's types, and what they add up to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from math import isclose
from pathlib import Path

import duckdb
import pyarrow as pa

from district_platform.dictionary import Column, Layer, Table, columns_of
from district_platform.engine import database
from district_platform.engine.database import literal, quoted
from district_platform.settings import Engine

BATCH_ROWS = 50_000

_TOTALS = {
    "string": "sum(strlen({}))",
    "int64": "sum({}::hugeint)",
    "decimal": "sum({})",
    "float64": "sum(abs({}))",
    "boolean": "sum({}::int)",
    "date": "sum(({} - date '1970-01-01')::hugeint)",
    "timestamp": "sum(epoch_us({})::hugeint)",
}
"""What a column adds up to, by the family of its type: bytes of text, days or microseconds since 1970, how often true."""


@dataclass(frozen=True)
class Profile:
    """What a table's rows add up to; two databases that hold the same rows give the same."""

    n_rows: int
    columns: dict[str, tuple[int, Decimal | float]]
    """How many values a column has that are not null, and their total."""

    def differences(self, other: "Profile") -> list[str]:
        """What differs, column by column, without a value of a row; floating point may differ in its last digits."""
        if self.n_rows != other.n_rows:
            return [f"{self.n_rows:,} rows became {other.n_rows:,}"]
        found = []
        for name, (n_values, total) in self.columns.items():
            n_there, total_there = other.columns[name]
            if n_values != n_there:
                found.append(f"{name}: {n_values:,} values became {n_there:,}")
            elif not _is_same(total, total_there):
                found.append(f"{name}: the values differ")
        return found


def _is_same(total: Decimal | float, other: Decimal | float) -> bool:
    if isinstance(total, float) and isinstance(other, float):
        return total == other or isclose(total, other, rel_tol=1e-9)
    return total == other


def family(column: Column) -> str:
    """A column's type without its precision."""
    return column.type.partition("(")[0]


class PublishedTables:
    """The tables of one publication."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._folder, self._connection = folder, connection

    def rows(self, name: str, table: Table) -> pa.RecordBatchReader:
        """The rows in the order of the key, a batch at a time; until its end nothing else may be asked.

        Raises FileNotFoundError where the publication has been removed.
        """
        columns = ", ".join(quoted(column.name) for column in columns_of(table))
        order = ", ".join(quoted(key) for key in table.key) or "all"
        return self._asked(f"select {columns} from {self._source(name, table)} order by {order}").to_arrow_reader(
            BATCH_ROWS
        )

    def profile(self, name: str, table: Table) -> Profile:
        """What the rows add up to. Raises FileNotFoundError where the publication has been removed."""
        columns = columns_of(table)
        found = self._asked(profile_query(self._source(name, table), columns, _TOTALS)).fetchone()
        return profile_of(columns, found or ())

    def _asked(self, query: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(query)
        except duckdb.IOException:
            raise FileNotFoundError(self._folder) from None

    def _source(self, name: str, table: Table) -> str:
        if table.layer is Layer.RELEASE:
            file = self._folder / "reports" / "analysis_tables" / f"{name}.csv"
            types = ", ".join(f"{literal(c.name)}: {literal(_duckdb_type(c))}" for c in columns_of(table))
            return f"read_csv({literal(str(file))}, header = true, columns = {{{types}}})"
        pattern = f"{name}/**/*.parquet" if table.is_split_by_year else f"{name}.parquet"
        return f"read_parquet({literal(str(self._folder / 'out' / pattern))}, hive_partitioning = false)"


def profile_query(
    source: str,
    columns: Iterable[Column],
    totals: Mapping[str, str],
    quote: Callable[[str], str] = quoted,
    as_text: str = "{}::varchar",
) -> str:
    """Asks for one row: what the rows of a source add up to, as `profile_of` takes it.

    `totals` has the sum of each family of types as the database says it; `quote` and `as_text` are how it names a column and writes a
    number.
    """
    asked = ["count(*)"]
    for column in columns:
        total = totals[family(column)].format(quote(column.name))
        asked += [f"count({quote(column.name)})", as_text.format(f"coalesce({total}, 0)")]
    listed = ", ".join(f"{part} as c{number}" for number, part in enumerate(asked))
    return f"select {listed} from {source}"


def profile_of(columns: list[Column], row: tuple) -> Profile:
    """The profile from one row of an answer: the number of rows, then for each column its number of values and its total as text."""
    found = zip(columns, row[1::2], row[2::2], strict=True)
    return Profile(int(row[0]), {column.name: (int(count), _total(column, total)) for column, count, total in found})


def _total(column: Column, text: str) -> Decimal | float:
    return float(text) if family(column) == "float64" else Decimal(text)


@contextmanager
def published_tables(folder: Path, engine: Engine) -> Iterator[PublishedTables]:
    """Opens a publication for reading."""
    with database.connect(":memory:", engine) as connection:
        yield PublishedTables(folder, connection)


def _duckdb_type(column: Column) -> str:
    return {"string": "varchar", "int64": "bigint", "float64": "double"}.get(column.type, column.type)
