"""What a store elsewhere holds of a relation, and what to write so that it holds the relation as it is now. Knows neither rows nor store.

    loaded.parquet                 key and digest of each row that the store held when the last load was finished
    journal/<n>.intended.parquet   rows that were about to be written: whether they were, nobody knows
    journal/<n>.done.parquet       rows that were written; a row that was deleted has no digest

A wave of rows is intended before the first of it is sent, so that a process killed at any moment leaves nothing in the store that is
not known here. The next load writes what is uncertain once more, and goes on.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from district_platform.engine.database import literal, quoted
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import replacing

DIGEST, OPERATION = "row_digest", "operation"
PUT, DELETE = "put", "delete"
_LOADED, _FRESH, _JOURNAL = "loaded.parquet", "loaded.fresh.parquet", "journal"
_STEP = re.compile(r"(\d+)\.(intended|done)\.parquet")
Row = tuple[Any, ...]


class Outbox:
    """The comparison of a relation with what is loaded. Made by `compared`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, columns: Sequence[str], key: Sequence[str]):
        self._connection, self._folder = connection, folder
        self.columns, self._key = tuple(columns), tuple(key)
        self._journal = folder / _JOURNAL

    @property
    def is_begun(self) -> bool:
        """Whether a load was begun that has not been finished."""
        return any(True for _ in self._steps())

    @property
    def loaded_digest(self) -> str:
        """SHA-256 of loaded.parquet; empty where there is none."""
        return _sha256(self._folder / _LOADED)

    def adopt(self, digest: str) -> bool:
        """Ends a load whose new list has this digest, where it was written and not put in place; returns whether it was there."""
        if not digest or _sha256(self._folder / _FRESH) != digest:
            return False
        os.replace(self._folder / _FRESH, self._folder / _LOADED)
        self._clear()
        return True

    def rebuild(self, rows: Iterable[Row]) -> int:
        """Takes keys and digests from the store itself in place of all that was known here; returns how many there are."""
        schema = pa.schema([*((name, pa.string()) for name in self._key), (DIGEST, pa.string())])
        n_rows, some = 0, []
        with replacing(self._folder / _LOADED) as fresh, pq.ParquetWriter(fresh, schema) as writer:
            for row in rows:
                some.append(row)
                n_rows += 1
                if len(some) == 100_000:
                    writer.write_table(_arrow(some, schema))
                    some.clear()
            writer.write_table(_arrow(some, schema))
        self._clear()
        return n_rows

    def compare(self) -> dict[str, int]:
        """Finds what to write; returns how many rows are new, changed and gone. Raises ValueError where keys of the relation repeat."""
        key = ", ".join(quoted(name) for name in self._key)
        repeated = self._one(f"select count(*) from (select {key} from wanted group by all having count(*) > 1)")
        if repeated:
            raise ValueError(f"{repeated} keys ({', '.join(self._key)}) repeat")
        self._connection.execute(f"create or replace view known as {self._known()}")
        same = " and ".join(f"wanted.{quoted(name)} = known.{quoted(name)}" for name in self._key)
        first = quoted(self._key[0])
        shown = ", ".join(f"wanted.{quoted(name)}" for name in self.columns if name not in self._key)
        keys = ", ".join(f"coalesce(wanted.{quoted(n)}, known.{quoted(n)}) as {quoted(n)}" for n in self._key)
        self._connection.execute(
            f"""
            create or replace table changes as
            select {keys}, {shown}{"," if shown else ""} wanted.{DIGEST},
                case when wanted.{first} is null then '{DELETE}' else '{PUT}' end as {OPERATION},
                known.{first} is null as is_new
            from wanted full join known on {same}
            where wanted.{DIGEST} is distinct from known.{DIGEST} or wanted.{first} is null
            """
        )
        counted = self._connection.execute(f"select {OPERATION}, is_new, count(*) from changes group by all").fetchall()
        by_kind = {(operation, is_new): n for operation, is_new, n in counted}
        return {
            "new": by_kind.get((PUT, True), 0),
            "changed": by_kind.get((PUT, False), 0),
            "gone": by_kind.get((DELETE, False), 0),
        }

    def count(self, condition: str = "true") -> int:
        """Rows to put of which the condition holds, after `compare`."""
        return self._one(f"select count(*) from changes where {OPERATION} = '{PUT}' and ({condition})")

    def n_wanted(self) -> int:
        """Rows of the relation."""
        return self._one("select count(*) from wanted")

    def waves(self, size: int) -> Iterator[list[Row]]:
        """What to write, in waves of so many rows: the columns, the digest, the operation. In an order that spreads keys evenly.

        A wave is intended when it is given, and done when the next one is asked for.
        """
        shown = ", ".join(quoted(name) for name in (*self.columns, DIGEST, OPERATION))
        key = ", ".join(quoted(name) for name in self._key)
        cursor = self._connection.cursor()
        cursor.execute(f"select {shown} from changes order by hash({key}), {key}")
        number = max((n for n, _, _ in self._steps()), default=0)
        while wave := cursor.fetchmany(size):
            number += 1
            intended = self._intend(number, wave)
            yield wave
            os.replace(intended, self._journal / f"{number:08}.done.parquet")
        cursor.close()

    def finish(self) -> str:
        """Writes the new list beside the old one, and returns its digest; `adopt` puts it in place."""
        key = ", ".join(quoted(name) for name in self._key)
        with replacing(self._folder / _FRESH) as fresh:
            self._connection.execute(
                f"copy (select {key}, {DIGEST} from wanted order by all) to {literal(str(fresh))} "
                "(format parquet, compression zstd)"
            )
        return _sha256(self._folder / _FRESH)

    def _intend(self, number: int, wave: list[Row]) -> Path:
        self._journal.mkdir(mode=0o700, exist_ok=True)
        places = [self.columns.index(name) for name in self._key]
        rows = [(*(row[place] for place in places), row[-2]) for row in wave]
        schema = pa.schema([*((name, pa.string()) for name in self._key), (DIGEST, pa.string())])
        path = self._journal / f"{number:08}.intended.parquet"
        with replacing(path) as fresh, fresh.open("wb") as file:
            pq.write_table(_arrow(rows, schema), file)
            file.flush()
            os.fsync(file.fileno())
        return path

    def _known(self) -> str:
        """Key and digest of what the store holds; of what is uncertain, and of what came without one, an empty digest."""
        key = ", ".join(quoted(name) for name in self._key)
        nothing = ", ".join(f"null::varchar as {quoted(name)}" for name in self._key)
        none = f"select {nothing}, null::varchar as {DIGEST}, 0 as step, true as is_there where false"
        loaded = self._folder / _LOADED
        parts = [none]
        if loaded.exists():
            parts.append(f"select {key}, coalesce({DIGEST}, ''), 0, true from read_parquet({literal(str(loaded))})")
        for kind, digest, is_there in (("done", DIGEST, f"{DIGEST} is not null"), ("intended", "''", "true")):
            if any(each == kind for _, each, _ in self._steps()):
                files = literal(str(self._journal / f"*.{kind}.parquet"))
                step = r"regexp_extract(filename, '(\d+)\.[a-z]+\.parquet$', 1)::bigint"
                parts.append(f"select {key}, {digest}, {step}, {is_there} from read_parquet({files}, filename = true)")
        latest = f"{key}, arg_max({DIGEST}, step) as {DIGEST}, arg_max(is_there, step) as is_there"
        if len(parts) <= 2 and not self.is_begun:
            return f"select {key}, {DIGEST} from ({' union all '.join(parts)})"
        every = " union all ".join(parts)
        return f"select {key}, coalesce({DIGEST}, '') as {DIGEST} from (select {latest} from ({every}) group by all) where is_there"

    def _steps(self) -> Iterator[tuple[int, str, Path]]:
        for path in self._journal.glob("*.parquet") if self._journal.exists() else ():
            if found := _STEP.fullmatch(path.name):
                yield int(found[1]), found[2], path

    def _clear(self) -> None:
        (self._folder / _FRESH).unlink(missing_ok=True)
        for _, _, path in sorted(self._steps()):
            path.unlink()

    def _one(self, query: str) -> int:
        return int(self._connection.execute(query).fetchall()[0][0])


@contextmanager
def compared(
    files: Mapping[str, Path], relation: ibis.Table, key: Sequence[str], folder: Path, layout: str
) -> Iterator[Outbox]:
    """The outbox of a relation over tables in Parquet files or folders; `key` are columns of text.

    `layout` names how rows are written to the store: another one writes all of them anew. What does not fit into memory is spilled
    beside the outbox.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".spilled-") as spilled:
        config: dict[str, Any] = {"temp_directory": spilled, "memory_limit": "2GB"}
        with duckdb.connect(str(Path(spilled) / "outbox.duckdb"), config=config) as connection:
            for name, path in files.items():
                source = path / "**" / "*.parquet" if path.is_dir() else path
                read = f"read_parquet({literal(str(source))}, hive_partitioning = false)"
                connection.execute(f"create view {quoted(name)} as from {read}")
            columns = relation.columns
            values = ", ".join(f"coalesce({quoted(name)}::varchar, chr(30))" for name in columns)
            digest = f"md5(concat_ws(chr(31), {literal(layout)}, {values}))[:16]"
            query = DuckDBTables(connection).query(relation)
            connection.execute(f"create view wanted as select *, {digest} as {DIGEST} from ({query})")
            yield Outbox(connection, folder, columns, key)


def _arrow(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(values, pa.string()) for values in columns], schema)


def _sha256(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
