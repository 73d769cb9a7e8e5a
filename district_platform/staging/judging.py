"""Judging rows of an extract against the contract: which enter, which are rejected, which values become null.

CON-02  a value that cannot be read, or a key that is missing or outside its closed list    the row is rejected
CON-03  a repeated key (or EDU-01, ASM-01, ONL-01)                                          the surplus rows are rejected
CON-04  a value outside its closed list, in any other column                                the value becomes null

Keys are compared as they are typed: 2026-02-13 and 2026/02/13 are one date.
"""

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from types import MappingProxyType

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import KEY_SEPARATOR, Column, Table, columns_of
from district_platform.engine.reading import FILE, LINE
from district_platform.staging.parsing import parse, school_year_of

UNREADABLE, OUTSIDE = "_unreadable_", "_outside_"
"""Prefixes of the columns that keep the text of a value at fault, beside its column."""

NONE_LACKING: Mapping[str, Sequence[str]] = MappingProxyType({})

TEXT, KEY = "_text_", "_key"

_EXPECTED = {
    "int64": "a whole number",
    "date": "a date as YYYY-MM-DD",
    "timestamp": "a local time, without a time zone, as YYYY-MM-DD HH:MM:SS",
    "boolean": "true or false (also t/f, yes/no, y/n, 1/0)",
}


def expected(column: Column, time_formats: Sequence[str] = ()) -> str:
    """What a value of the column must be, in words."""
    words = _EXPECTED.get(column.type, "a number")
    return f"{words} or {', '.join(time_formats)}" if time_formats and column.type in ("date", "timestamp") else words


def typed(
    raw: ibis.Table,
    extract: Table,
    time_formats: Sequence[str] = (),
    null_words: Sequence[str] = (),
    lacking: Mapping[str, Sequence[str]] = NONE_LACKING,
) -> ibis.Table:
    """Every row with its values typed, the text of each value at fault, and the key as one text.

    Grain: a row of a file. `null_words` are read as nothing. `lacking` names the files that lack an optional column, by column.
    """
    columns = columns_of(extract)
    text = {column.name: _meant(raw[column.name], column, null_words) for column in columns}
    values = {column.name: parse(text[column.name], column.type, time_formats) for column in columns}
    texts = {TEXT + column.name: text[column.name] for column in columns if column.type != "string"}
    rows = raw.select(FILE, LINE, **values, **texts)
    rows = rows.mutate(**_taken_instead(rows, extract, lacking))
    judged: dict[str, ir.Value] = {}
    for column in columns:
        judged |= _judged_column(rows, column)
    return rows.select(FILE, LINE, **judged, **{KEY: _key_of(rows, extract)})


def _taken_instead(rows: ibis.Table, extract: Table, lacking: Mapping[str, Sequence[str]]) -> dict[str, ir.Value]:
    """Optional columns with the value that the contract gives them in files that lack them."""
    taken: dict[str, ir.Value] = {}
    for name, files in lacking.items():
        absence = extract.absences[name]
        if absence.value is not None:
            taken[name] = rows[FILE].isin(files).ifelse(ibis.literal(absence.value), rows[name])
        elif absence.year_of is not None:
            taken[name] = rows[FILE].isin(files).ifelse(school_year_of(rows[absence.year_of]), rows[name])
    return taken


def _meant(text: ir.StringValue, column: Column, null_words: Sequence[str]) -> ir.StringValue:
    """The text without the district's words for nothing, and with the contract's word for a synonym, or for its own in another case."""
    if null_words:
        text = text.isin(null_words).ifelse(ibis.null("string"), text)
    if not column.domain:
        return text
    words = {value.lower(): value for value in column.domain} | dict(column.synonyms)
    meant = text.lower().cases(*words.items(), else_=text)
    return text.isin(column.domain).ifelse(text, meant)


def without_null_end(key: ir.StringValue, table: Table) -> ir.StringValue:
    """A key of the table as one text, which ends before a last value that is null: waivers of results without assessment_name stay good."""
    return key.re_replace(re.escape(KEY_SEPARATOR) + "$", "") if table.key_may_lack_its_end else key


def _key_of(rows: ibis.Table, extract: Table) -> ir.StringValue:
    """The values of the key as they are typed; the text of one that cannot be."""
    return without_null_end(ibis.literal(KEY_SEPARATOR).join([_key_part(rows, name) for name in extract.key]), extract)


def _key_part(rows: ibis.Table, name: str) -> ir.StringValue:
    as_delivered = rows[TEXT + name] if TEXT + name in rows.columns else rows[name]
    return ibis.coalesce(rows[name].cast("string"), as_delivered, "")


def _judged_column(rows: ibis.Table, column: Column) -> dict[str, ir.Value]:
    """The value, and beside it the text of one at fault. The value is parsed one step earlier, because DuckDB would parse it anew at each
    use."""
    value = rows[column.name]
    text = value if column.type == "string" else rows[TEXT + column.name]
    columns = {column.name: value}
    if column.type != "string":
        columns[UNREADABLE + column.name] = (text.notnull() & value.isnull()).ifelse(text, ibis.null("string"))
    if column.domain:
        is_outside = value.notnull() & ~value.cast("string").isin(column.domain)
        columns[column.name] = is_outside.ifelse(ibis.null(column.type), value)
        columns[OUTSIDE + column.name] = is_outside.ifelse(text, ibis.null("string"))
    return columns


def fault_counts(rows: ibis.Table, extract: Table) -> ibis.Table:
    """One row: how many rows have an unreadable value or no key, repeat a key, have a value outside its domain.

    Most extracts have no fault of some kinds; the queries that record them then need not run.
    """
    required = [rows[name].isnull() for name in extract.key if name not in extract.nullable_key]
    at_fault = [rows[name].notnull() for name in rows.columns if name.startswith(UNREADABLE)]
    at_fault += [rows[OUTSIDE + column.name].notnull() for column in _closed_key(extract)]
    outside = [rows[name].notnull() for name in rows.columns if name.startswith(OUTSIDE)]
    return rows.agg(
        n_unreadable=rows.count(where=_any([*required, *at_fault])),
        n_repeated=rows.count() - rows[KEY].nunique(),
        n_outside=rows.count(where=_any(outside)),
    )


def _any(conditions: list[ir.BooleanValue]) -> ir.BooleanValue:
    return reduce(lambda left, right: left | right, conditions, ibis.literal(False))


def unreadable_values(rows: ibis.Table, extract: Table, time_formats: Sequence[str] = ()) -> ibis.Table:
    """CON-02: a fault for each value that cannot be read, each missing key, and each that its closed list does not hold."""
    faults = [
        _unreadable(rows, column, time_formats)
        for column in columns_of(extract)
        if UNREADABLE + column.name in rows.columns
    ]
    faults += [_missing(rows, extract, name) for name in extract.key if name not in extract.nullable_key]
    faults += [_outside_key(rows, column, extract) for column in _closed_key(extract)]
    return ibis.union(*faults) if len(faults) > 1 else faults[0]


def _unreadable(rows: ibis.Table, column: Column, time_formats: Sequence[str]) -> ibis.Table:
    text = UNREADABLE + column.name
    message = f"is not {expected(column, time_formats)}"
    return _faults(rows.filter(rows[text].notnull()), "CON-02", column.name, text, message)


def _missing(rows: ibis.Table, extract: Table, name: str) -> ibis.Table:
    is_missing = rows[name].isnull()
    for prefix in (UNREADABLE, OUTSIDE):
        if prefix + name in rows.columns:
            is_missing &= rows[prefix + name].isnull()
    return _faults(
        rows.filter(is_missing), "CON-02", name, None, f"is missing, and is part of the key of {extract.name}"
    )


def _closed_key(extract: Table) -> list[Column]:
    """Columns of the key with a closed list: a row whose value is outside has no key."""
    return [column for column in columns_of(extract) if column.domain and column.name in extract.key]


def _outside_key(rows: ibis.Table, column: Column, extract: Table) -> ibis.Table:
    text = OUTSIDE + column.name
    message = f"{_none_of(column)}, and is part of the key of {extract.name}"
    return _faults(rows.filter(rows[text].notnull()), "CON-02", column.name, text, message)


def _none_of(column: Column) -> str:
    return f"is none of: {', '.join(column.domain or ())}"


def values_outside_domain(rows: ibis.Table, extract: Table) -> ibis.Table:
    """CON-04: a fault for each value that its column's closed list does not hold."""
    closed = [column for column in columns_of(extract) if column.domain and column.name not in extract.key]
    faults = [
        _faults(
            rows.filter(rows[OUTSIDE + column.name].notnull()),
            "CON-04",
            column.name,
            OUTSIDE + column.name,
            _none_of(column),
        )
        for column in closed
    ]
    return ibis.union(*faults) if len(faults) > 1 else faults[0]


def closed_values(rows: ibis.Table, extract: Table) -> ibis.Table:
    """One row per file and closed column: how many values were delivered, and how many are outside the list."""
    closed = [column for column in columns_of(extract) if column.domain and column.name not in extract.key]
    counts = [_counted(rows, column.name) for column in closed]
    return ibis.union(*counts) if len(counts) > 1 else counts[0]


def _counted(rows: ibis.Table, name: str) -> ibis.Table:
    is_outside = rows[OUTSIDE + name].notnull()
    counts = rows.group_by(FILE).agg(
        n_values=rows.count(where=rows[name].notnull() | is_outside), n_nulled=rows.count(where=is_outside)
    )
    return counts.select(FILE, ibis.literal(name).name("column_name"), "n_values", "n_nulled")


def surplus_rows(rows: ibis.Table, extract: Table) -> ibis.Table:
    """The rows of a repeated key that are not kept, as faults under the rule that owns repeated keys of the extract.

    The row that is kept is the most complete, then the latest, where the dictionary says so, then the first.
    """
    repeated = rows.group_by(KEY).agg(n=rows.count()).filter(lambda t: t.n > 1).select(KEY)
    candidates = rows.semi_join(repeated, KEY)
    order = _order_of_preference(candidates, extract)
    rank = ibis.row_number().over(ibis.window(group_by=candidates[KEY], order_by=order))
    surplus = candidates.mutate(_rank=rank).filter(lambda t: t._rank > 0)
    message = f"repeats the key of another row ({', '.join(extract.key)}), which was kept"
    return _faults(surplus, extract.repeats.rule_id, None, None, message)


def _order_of_preference(rows: ibis.Table, extract: Table) -> list[ir.Value]:
    order: list[ir.Value] = []
    if extract.repeats.keep_most_complete:
        filled = [rows[name].notnull().cast("int64") for name in extract.columns]
        order.append(reduce(lambda left, right: left + right, filled).desc())
    if extract.repeats.keep_latest:
        order.append(ibis.desc(rows[extract.repeats.keep_latest], nulls_first=False))
    return [*order, rows[FILE].asc(), rows[LINE].asc()]


def without(rows: ibis.Table, faults: ibis.Table) -> ibis.Table:
    """The rows that none of the faults is about."""
    at_fault = faults.select(faults.file_name, faults.line_number).distinct()
    return rows.anti_join(at_fault, [rows[FILE] == at_fault.file_name, rows[LINE] == at_fault.line_number])


def _faults(rows: ibis.Table, rule_id: str, column: str | None, value: str | None, message: str) -> ibis.Table:
    return rows.select(
        file_name=rows[FILE],
        line_number=rows[LINE],
        column_name=ibis.literal(column, "string"),
        value=rows[value] if value else ibis.null("string"),
        rule_id=ibis.literal(rule_id),
        message=ibis.literal(message),
        finding_key=rows[KEY],
    )
