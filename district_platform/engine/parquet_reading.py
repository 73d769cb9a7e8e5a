"""Reading a Parquet file of an extract into rows of trimmed text."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from district_platform.engine.database import literal, quoted
from district_platform.engine.files import TooLargeError, file_hash
from district_platform.engine.raw_files import (
    LINE,
    RawFile,
    UnusableFileError,
    check_header,
    check_repeats,
    insert,
    is_filled,
    meant,
    trimmed,
)

_UNPADDED = frozenset({"BIGINT", "BOOLEAN", "DATE", "DOUBLE", "INTEGER"})
"""Types whose values have no blanks around them as text."""


def read_parquet(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    means: Mapping[str, str],
    most_bytes: int,
) -> None:
    """Fills the table. A file that a conversion wrote holds the lines of the delivered file (LINE), and these are told."""
    raw.sha256 = file_hash(path)
    raw.encoding = "parquet"
    file = literal(str(path))
    described = connection.execute(f"describe select * from read_parquet({file})").fetchall()
    types = {row[0]: row[1] for row in described}
    found = [row[0] for row in described]
    if "file_row_number" in (name.lower() for name in found):
        raise UnusableFileError("has a column called file_row_number, a name that DuckDB keeps for itself: rename it")
    check_header([meant(name, means) for name in found], raw)
    texts = {meant(name, means): f"cast({quoted(name)} as varchar)" for name in found}
    _check_size(connection, f"read_parquet({file})", [texts[name] for name in columns if name in texts], most_bytes)
    unpadded = {meant(name, means) for name, kind in types.items() if kind in _UNPADDED}
    shown = {name: text if name in unpadded else trimmed(text, rare_blanks=True) for name, text in texts.items()}
    source = f"read_parquet({file}, file_row_number = true) where {is_filled(list(shown.values()))}"
    line = quoted(LINE) if LINE in found else "file_row_number + 1"
    insert(connection, target, columns, shown, raw, line=line, source=source)


def _check_size(connection: DuckDBPyConnection, source: str, texts: Sequence[str], most_bytes: int) -> None:
    """Raises TooLargeError: Parquet's dictionary encoding makes gigabytes of text from a file of megabytes."""
    lengths = " + ".join(f"coalesce(strlen({text}), 0) + 1" for text in texts)
    size, n_rows = connection.execute(f"select sum({lengths or '1'}), count(*) from {source}").fetchall()[0]
    if n_rows and size > most_bytes:
        raise TooLargeError
    check_repeats(connection, source, texts, n_rows)
