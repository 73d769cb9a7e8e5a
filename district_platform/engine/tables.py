"""The seam to the engines: all that the rest of the house asks of whatever holds its tables.

`DuckDBTables` is the engine of one machine; `spark.lake_tables` puts Spark behind the large tables. Whoever adds another implements
`Tables`, and keeps what its docstring promises; no other module changes.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import ibis
import pandas as pd
import pyarrow as pa

from district_platform.dictionary import TABLES, Table, schema_of

Rows: TypeAlias = ibis.Table | pd.DataFrame | Sequence[Mapping[str, object]]
"""What can be written: an expression over tables of the engine, a small frame, or a few records, whose missing values are null."""


class ContractError(ValueError):
    """A table is not what the dictionary says; the message names the table, the column or key, and how many."""


class MissingTableError(ContractError):
    """An expression reads a table that nothing has made yet."""


class Tables(ABC):
    """The tables of a district, by name, open for one writer. An engine promises:

    - An expression is Ibis over tables by name (`unbound`, or what `temporary` returned) and in memory. Its rows go from table to table
    inside the engine, with the meaning they have in SQL: they have an order only where the expression asks for one.
    - What is written to a table of the dictionary has the dictionary's columns, matched by name, and its types; decimals are exact,
      timestamps are local and have no zone. Anything else is refused (ContractError), and a table that is not there is named
      (MissingTableError).
    - A table is replaced whole or not at all: a reader, and a run after a kill at any moment, finds the old one or the new one. What a
      `transaction` writes is there at its end, all of it or none, and can be read in it before.
    - The same expression over the same rows gives the same rows, to the last digit, on every engine and every day.
    """

    @abstractmethod
    def exists(self, name: str) -> bool:
        """Whether there is a table of the name."""

    @abstractmethod
    def columns(self, name: str) -> list[str]:
        """The columns that a table has now, which may be those of an earlier version."""

    @abstractmethod
    def count(self, name: str) -> int:
        """Rows of a table."""

    @abstractmethod
    def fetch(self, expression: ibis.Table) -> list[tuple]:
        """An expression's rows, for the few that Python needs to see."""

    @abstractmethod
    def arrow(self, expression: ibis.Table) -> pa.Table:
        """An expression's rows in memory, by column."""

    def frame(self, expression: ibis.Table) -> pd.DataFrame:
        """An expression's rows as a pandas frame; decimals are decimal.Decimal, dates datetime.date."""
        return self.arrow(expression).to_pandas()

    @abstractmethod
    def replace(self, table: Table, rows: Rows) -> str:
        """Writes a table anew, with the dictionary's comments; no rows make it empty. Returns the query that an expression became.

        Raises ContractError where a column, a type or the key is not the dictionary's.
        """

    @abstractmethod
    def append(self, table: Table, rows: Rows) -> None:
        """Adds rows to a table. The key is not checked."""

    @abstractmethod
    def delete(self, name: str, **values: object) -> None:
        """Removes the rows that have these values in these columns."""

    @abstractmethod
    def ensure(self, table: Table) -> None:
        """Makes an empty table for several writers to add to, where there is none.

        One with other columns, of an earlier version, is kept beside it as <name>_earlier.
        """

    @abstractmethod
    def temporary(self, name: str, expression: ibis.Table) -> ibis.Table:
        """Keeps an expression's rows in a temporary table until it is dropped or these tables are closed; replaces one of the same name."""

    @abstractmethod
    def drop(self, *names: str) -> None:
        """Removes temporary tables, where they are."""

    @abstractmethod
    def transaction(self, *, keep: bool = True) -> AbstractContextManager[None]:
        """Keeps all that the block writes or, where it raises, nothing; with `keep=False` it is only tried. Cannot be nested."""

    @abstractmethod
    def write_csv(self, rows: Table | pd.DataFrame, path: Path, *, byte_order_mark: bool = False) -> None:
        """A table in the order of its key, or a frame in its own, as CSV that a spreadsheet may open (`exports`)."""

    @abstractmethod
    def write_parquet(self, table: Table, folder: Path) -> None:
        """A table in the order of its key: <folder>/<table>.parquet, or <table>/school_year=<year>/part.parquet where it is split."""


def unbound(name: str) -> ibis.Table:
    """A table of the dictionary by name and schema; the engine that evaluates it supplies the rows."""
    return ibis.table(schema_of(TABLES[name]), name=name)
