"""A block of a mapping as one expression over the files it reads: what the engine runs is made here, never by whoever writes the mapping.

Headers become column names and values become literals of an expression; no text of a mapping is ever read as code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from district_platform.dictionary import COLUMNS
from district_platform.engine.reading import FILE, LINE
from district_platform.sources.mapped import document as d
from district_platform.sources.mapped.reading import BY_PATH

LEFT_OUT, UNMATCHED = "_left_out", "_unmatched"
FAULT = "_fault_"
"""Prefix of the columns that hold the text of a value that cannot be read."""

UNKNOWN = "_unknown_"
"""Prefix of the columns that hold the text of a value that its lookup does not know, where such a value is no value."""

_JOINED = "_is_joined_"


@ibis.udf.scalar.builtin
def try_strptime(text: str, formats: list[str]) -> dt.timestamp:
    """The engine's own: the text by the first of the formats that fits, else null."""


@dataclass
class Compiled:
    """A block's rows: FILE, LINE, the extract's columns, LEFT_OUT, UNMATCHED, FAULT + column for each that can fail, and UNKNOWN + column
    for each of `looked_up`.

    UNMATCHED is the number of the join that found no row, null where all did.
    """

    rows: ibis.Table
    columns: list[str]
    faults: dict[str, str] = field(default_factory=dict)
    """By column that can fail, what its value must be."""
    looked_up: dict[str, d.Lookup] = field(default_factory=dict)
    """Columns that are no text, by a lookup: a value that it does not know is never read as it stands."""

    @property
    def is_rejected(self) -> ir.BooleanValue:
        found = [self.rows[FAULT + column].notnull() for column in self.faults]
        return ~self.rows[LEFT_OUT] & reduce(lambda a, b: a | b, found, self.rows[UNMATCHED].notnull())

    @property
    def is_accepted(self) -> ir.BooleanValue:
        return ~self.rows[LEFT_OUT] & ~self.is_rejected


def compile_block(mapping: d.Mapping, path: str, block: d.Block, files: Mapping[str, ibis.Table]) -> Compiled:
    """The expression of a block over the rows of each file, as text, with FILE and LINE."""
    rows = _joined(mapping, block, files)
    rows = rows.mutate(**{LEFT_OUT: ~_all([_holds(rows, where) for where in block.where])})
    made: dict[str, ir.Value] = {}
    faults: dict[str, str] = {}
    looked_up: dict[str, d.Lookup] = {}
    for column in BY_PATH[path].columns:
        operation = block.columns.get(column)
        if operation is None:
            continue
        value, source, must_be = _Making(mapping, mapping.files[block.from_], rows).made(operation, column)
        made[column] = value
        if isinstance(operation, d.Lookup) and COLUMNS[column].type != "string":
            is_unknown = rows[operation.of].notnull() & ~_is_in(
                rows[operation.of], list(mapping.lookups[operation.lookup])
            )
            made[column] = is_unknown.ifelse(ibis.null("string"), value)
            made[UNKNOWN + column] = is_unknown.ifelse(rows[operation.of], ibis.null("string"))
            looked_up[column] = operation
        if source is not None:
            made[FAULT + column] = (source.notnull() & value.isnull()).ifelse(source, ibis.null("string"))
            faults[column] = must_be
    left_out = rows[LEFT_OUT] | _is_surplus(rows, block.one_per) if block.one_per else rows[LEFT_OUT]
    made |= {LEFT_OUT: left_out}
    columns = [column for column in BY_PATH[path].columns if column in block.columns]
    return Compiled(rows.select(FILE, LINE, UNMATCHED, **made), columns, faults, looked_up)


def _joined(mapping: d.Mapping, block: d.Block, files: Mapping[str, ibis.Table]) -> ibis.Table:
    """The file's rows with the columns taken of others. A row that finds none in some file has UNMATCHED set to that join's number."""
    rows = files[block.from_]
    for number, join in enumerate(block.join, start=1):
        right = files[join.file]
        there = {f"_key_{number}_{i}": right[name] for i, name in enumerate(join.on.values())}
        right = right.select(
            **there,
            **{new: right[old] for new, old in join.taken.items()},
            **{f"{_JOINED}{number}": ibis.literal(True)},
        )
        on = [rows[here] == right[key] for here, key in zip(join.on, there, strict=True)]
        rows = rows.left_join(right, on).drop(*there)
    unmatched = ibis.coalesce(
        *(rows[f"{_JOINED}{n}"].isnull().ifelse(n, ibis.null("int64")) for n in range(1, len(block.join) + 1)),
        ibis.null("int64"),
    )
    return rows.mutate(**{UNMATCHED: unmatched})


def _is_surplus(rows: ibis.Table, one: d.OnePer) -> ir.BooleanValue:
    """Whether a row is not the one that stays of those with the same keys."""
    order: list[ir.Value] = [(rows[LEFT_OUT] | rows[UNMATCHED].notnull()).cast("int64").asc()]
    for column, values in one.first.items():
        order.append(rows[column].cases(*[(v, i) for i, v in enumerate(values)], else_=len(values)).asc())
    order += [rows[FILE].asc(), rows[LINE].asc()]
    rank = ibis.row_number().over(ibis.window(group_by=[rows[key] for key in one.keys], order_by=order))
    return (rank > 0) & rows[UNMATCHED].isnull()


def _holds(rows: ibis.Table, where: d.Where) -> ir.BooleanValue:
    value = rows[where.column]
    conditions = []
    if where.in_ is not None:
        conditions.append(_is_in(value, where.in_))
    if where.not_in is not None:
        conditions.append(~_is_in(value, where.not_in))
    if where.null is not None:
        conditions.append(value.isnull() if where.null else value.notnull())
    return _all(conditions)


def _is_in(value: ir.StringValue, values: Sequence[str]) -> ir.BooleanValue:
    """Whether a value is one of these; an empty text among them means an empty value."""
    found = value.isin([v for v in values if v]).fill_null(False) if any(values) else ibis.literal(False)
    return found | value.isnull() if "" in values else found


def _all(conditions: list[ir.BooleanValue]) -> ir.BooleanValue:
    return reduce(lambda a, b: a & b, conditions, ibis.literal(True))


Made = tuple[ir.Value, ir.StringValue | None, str]
"""A column's value; the text from which it must not be null where there is one; and what that must be, in words."""


@dataclass
class _Making:
    """The operations, one method each, over the rows of a block."""

    mapping: d.Mapping
    file: d.File
    rows: ibis.Table

    def made(self, operation: d.Operation, column: str) -> Made:
        if isinstance(operation, str):
            operation = d.Date(date=operation) if self._is_date(column) else d.Copy(column=operation)
        elif isinstance(operation, d.Copy) and self._is_date(column):
            operation = d.Date(date=operation.column, null_when=operation.null_when)
        make: Callable[..., Made] = getattr(self, f"_{type(operation).__name__.lower()}")
        return make(operation)

    def _is_date(self, column: str) -> bool:
        return COLUMNS[column].type == "date" and self.file.dates is not None

    def _copy(self, o: d.Copy) -> Made:
        return self._unless(self.rows[o.column], o.null_when), None, ""

    def _constant(self, o: d.Constant) -> Made:
        return ibis.literal(o.constant or None, "string"), None, ""

    def _concat(self, o: d.Concat) -> Made:
        parts = [self.rows[name] for name in o.concat]
        return reduce(lambda a, b: a + o.by + b if o.by else a + b, parts), None, ""

    def _split(self, o: d.Split) -> Made:
        return self.rows[o.split].split(o.by)[o.part - 1].strip().nullif(""), None, ""

    def _date(self, o: d.Date) -> Made:
        text = self._unless(self.rows[o.date], o.null_when)
        formats = _formats(o.format) or _formats(self.file.dates)
        moment = _moment_of(text, formats)
        if o.add_days:
            moment = moment + ibis.interval(days=o.add_days)
        return moment.date(), text, f"a date as {' or '.join(formats) or 'YYYY-MM-DD'}"

    def _year(self, o: d.Year) -> Made:
        text = self.rows[o.year]
        if o.add is not None:
            number = text.re_extract(r"(\d{4})", 1).nullif("").cast("int64") + o.add
            return number, text, "a year of four digits"
        formats = _formats(self.file.dates)
        month, day = map(int, (o.starts or self.mapping.year_starts).split("-"))
        date = _moment_of(text, formats)
        is_next = (date.month() > month) | ((date.month() == month) & (date.day() >= day))
        return (
            date.year().cast("int64") + is_next.cast("int64"),
            text,
            f"a date as {' or '.join(formats) or 'YYYY-MM-DD'}",
        )

    def _lookup(self, o: d.Lookup) -> Made:
        text = self.rows[o.of]
        table = self.mapping.lookups[o.lookup]
        meanings = [(value, ibis.literal(meaning or None, "string")) for value, meaning in table.items() if value]
        filled = text.cases(*meanings, else_=text) if meanings else text
        blank = table.get("")
        return (text.isnull().ifelse(blank, filled) if blank else filled), None, ""

    def _coalesce(self, o: d.Coalesce) -> Made:
        values = [self.rows[name] for name in o.coalesce]
        return ibis.coalesce(*values, ibis.literal(o.else_, "string")), None, ""

    def _flag(self, o: d.Flag) -> Made:
        text = self.rows[o.flag]
        yes = _is_in(text, o.in_)
        blank = ibis.literal(None if o.blank is None else str(o.blank).lower(), "string")
        return yes.ifelse("true", text.isnull().ifelse(blank, "false")), None, ""

    def _minutes(self, o: d.Minutes) -> Made:
        text = self.rows[o.minutes]
        share = text.try_cast("float64") / o.per
        return (
            (share < 0).ifelse(0.0, (share > 1).ifelse(1.0, share)).round(4).cast("decimal(5, 4)"),
            text,
            "a number of minutes",
        )

    def _extract(self, o: d.Extract) -> Made:
        text = self.rows[o.extract]
        return (
            text.re_search(o.regex).ifelse(text.re_extract(o.regex, 1), ibis.null("string")).nullif(""),
            text,
            f"a value in which {o.regex} is found",
        )

    def _unless(self, text: ir.StringValue, null_when: d.Values) -> ir.StringValue:
        if not null_when:
            return text
        is_null = reduce(lambda a, b: a | b, [_is_in(self.rows[name], values) for name, values in null_when.items()])
        return is_null.ifelse(ibis.null("string"), text)


def _formats(formats: str | list[str] | None) -> list[str]:
    return [formats] if isinstance(formats, str) else list(formats or [])


def _moment_of(text: ir.StringValue, formats: list[str]) -> ir.TimestampValue:
    return try_strptime(text, formats) if formats else text.try_cast("timestamp")
