"""Small tables for rules: rows written inline, columns that a test leaves out are null."""

from collections.abc import Sequence

import ibis
import pyarrow as pa

from district_platform.dictionary import TABLES, schema_of
from district_platform.quality.model import Rule
from district_platform_tests.transforms import executed


def table(name: str, columns: str = "", rows: Sequence[tuple] = ()) -> ibis.Table:
    """A memtable with the columns and types of a table of the dictionary; `columns` names those that `rows` give."""
    schema = schema_of(TABLES[name])
    given = [dict(zip(columns.split(), row, strict=True)) for row in rows]
    unknown = set(columns.split()) - set(schema.names)
    assert not unknown, f"{name} has no columns {unknown}"
    typed = schema.to_pyarrow()
    filled = [pa.array([_text(row.get(c)) for row in given], pa.string()).cast(typed.field(c).type) for c in schema]
    return ibis.memtable(pa.table(filled, schema=typed), schema=schema)


def found(rule: Rule, *arguments: object) -> dict[str, str]:
    """The findings of a rule: message by key."""
    findings = executed(rule, *arguments)
    assert findings.columns == ("finding_key", "message")
    rows = findings.to_pyarrow().to_pylist()
    messages = {row["finding_key"]: row["message"] for row in rows}
    assert len(messages) == len(rows), "a key repeats"
    return messages


def _text(value: object) -> str | None:
    return None if value is None else str(value)
