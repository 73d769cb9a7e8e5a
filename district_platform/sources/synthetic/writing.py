"""How extracts reach the disk: batches of text columns, appended year by year to a temporary file, renamed when whole.

The other modules decide what is in the columns.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

FIRST_DATA_LINE = 2
"""Physical line of an extract's first row: the header is line 1, and no value spans lines."""

_OPTIONS = pa_csv.WriteOptions(include_header=False, quoting_style="none")


class ExtractFile:
    """One CSV file in the making. No value may hold a comma, quote or line break (pyarrow raises if one does)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.next_line = FIRST_DATA_LINE
        self._partial = partial_path(path)
        self._stream: pa.NativeFile | None = None

    def append(self, rows: pa.Table) -> None:
        if self._stream is None:
            self._partial.parent.mkdir(parents=True, exist_ok=True)
            self._stream = pa.OSFile(str(self._partial), "wb")
            self._stream.write((",".join(rows.column_names) + "\n").encode())
        pa_csv.write_csv(as_text(rows), self._stream, _OPTIONS)
        self.next_line += rows.num_rows

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            os.replace(self._partial, self.path)


def partial_path(path: Path) -> Path:
    """Where a file is written before it gets its name."""
    return path.with_name(f".{path.name}.partial")


def write_whole(path: Path, content: str) -> None:
    """Replace a small file at once: readers see the old content or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_path(path)
    partial.write_text(content, encoding="utf-8")
    os.replace(partial, path)


def as_text(rows: pa.Table) -> pa.Table:
    return pa.table({name: rows[name].cast(pa.string()) for name in rows.column_names})


def text(pool: Sequence[str] | pa.Array, index: np.ndarray) -> pa.Array:
    """The pool's entries at these positions; null where the position is negative."""
    pool = pool if isinstance(pool, pa.Array) else pa.array(list(pool))
    index = np.asarray(index, dtype=np.int64)
    return pool.take(pa.array(index, mask=index < 0))


def boolean(values: np.ndarray) -> pa.Array:
    return text(("false", "true"), np.asarray(values).astype(np.int8))


def dates(values: np.ndarray) -> pa.Array:
    """Dates as days; NaT becomes null."""
    return pa.array(np.asarray(values).astype("datetime64[D]"))
