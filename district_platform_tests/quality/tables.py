"""Small tables for rules: rows written inline, columns that a test leaves out are null."""

from collections.abc import Sequence

import ibis
import pyarrow as pa

from district_platform.dictionary import TABLES, schema_of
from district_platform.quality.model import Rule


def table(name: str, columns: str = "", rows: Sequence[tuple] = ()) -> ibis.Table:
    """A memtable with the columns and types of a table of the dictionary; `columns` names those that `rows` give."""
    schema = schema_of(TABLES[name])
    given = [dict(zip(columns.split(), row, strict=True)) for row in rows]
    unknown = set(columns.split()) - set(schema.names)
    assert not unknown, f"{name} has no columns {unknown}"
    text = {column: pa.array([_text(row.get(column)) for row in given], pa.string()) for column in schema.names}
    return ibis.memtable(pa.table(text)).cast(dict(schema.items()))


def found(rule: Rule, *arguments: object) -> dict[str, str]:
    """The findings of a rule: message by key."""
    findings = rule(*arguments)
    assert findings.columns == ("finding_key", "message")
    rows = findings.to_pyarrow().to_pylist()
    messages = {row["finding_key"]: row["message"] for row in rows}
    assert len(messages) == len(rows), "a key repeats"
    return messages


def _text(value: object) -> str | None:
    return None if value is None else str(value)
