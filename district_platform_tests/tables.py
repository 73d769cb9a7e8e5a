"""Small tables for tests, with their rows shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pyarrow as pa


def memtable(types: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> ibis.Table:
    """A table of these columns and rows; through Arrow, since Ibis takes no null decimals from pandas."""
    schema = ibis.schema(types)
    records = [dict(zip(types, row, strict=True)) for row in rows]
    return ibis.memtable(pa.Table.from_pylist(records, schema.to_pyarrow()))
