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

BAD_COLUMN, BAD_VALUE, BAD_REASON = "_bad_column", "_bad_value", "_bad_reason"
"""In the rows of a step: why a row cannot be used, null where it can."""

_JOINED = "_is_joined_"
_CLOCK = r"^(\d+):(\d{1,2})(?::(\d{1,2}))?$"


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
    is_of_step: bool = False
    """Whether the rows come from a step, and have BAD_COLUMN, BAD_VALUE and BAD_REASON."""

    @property
    def is_rejected(self) -> ir.BooleanValue:
        found = [self.rows[FAULT + column].notnull() for column in self.faults]
        found += [self.rows[BAD_REASON].notnull()] if self.is_of_step else []
        return ~self.rows[LEFT_OUT] & reduce(lambda a, b: a | b, found, self.rows[UNMATCHED].notnull())

    @property
    def is_accepted(self) -> ir.BooleanValue:
        return ~self.rows[LEFT_OUT] & ~self.is_rejected


def compile_block(mapping: d.Mapping, path: str, block: d.Block, sources: Mapping[str, ibis.Table]) -> Compiled:
    """The expression of a block over the rows of each file and step, as text, with FILE and LINE."""
    rows = selected(block, sources)
    making = _Making(mapping, _dates_of(mapping, block), rows)
    made: dict[str, ir.Value] = {}
    faults: dict[str, str] = {}
    looked_up: dict[str, d.Lookup] = {}
    for column in BY_PATH[path].columns:
        operation = block.columns.get(column)
        if operation is None:
            continue
        value, source, must_be = making.made(operation, column)
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
    columns = [column for column in BY_PATH[path].columns if column in block.columns]
    bad = [name for name in (BAD_COLUMN, BAD_VALUE, BAD_REASON) if name in rows.columns]
    return Compiled(rows.select(FILE, LINE, UNMATCHED, LEFT_OUT, *bad, **made), columns, faults, looked_up, bool(bad))


def compile_step(mapping: d.Mapping, name: str, sources: Mapping[str, ibis.Table]) -> ibis.Table:
    """The rows of a step: FILE, LINE, LEFT_OUT, BAD_COLUMN, BAD_VALUE, BAD_REASON, and its columns as text."""
    blocks = mapping.step[name]
    columns = list(dict.fromkeys(column for rows in blocks for column in rows.columns))
    parts = [
        _step_rows(mapping, f"block {n} of step {name}", rows, columns, sources) for n, rows in enumerate(blocks, 1)
    ]
    return reduce(lambda a, b: a.union(b), parts)


def _step_rows(
    mapping: d.Mapping, decision: str, step: d.Step, columns: Sequence[str], sources: Mapping[str, ibis.Table]
) -> ibis.Table:
    rows = selected(step, sources)
    making = _Making(mapping, _dates_of(mapping, step), rows)
    null = ibis.null("string")
    made: dict[str, ir.Value] = dict.fromkeys(columns, null)
    reasons = [(rows[BAD_REASON], rows[BAD_COLUMN], rows[BAD_VALUE])] if BAD_REASON in rows.columns else []
    for number, join in enumerate(step.join, start=1):
        names = ", ".join(join.on)
        reason = ibis.literal(f"{names}: {join.file} has no such row (join in {decision})")
        reasons.append(((rows[UNMATCHED] == number).ifelse(reason, null), ibis.literal(names), null))
    for column, operation in step.columns.items():
        value, source, must_be = making.made(operation, column)
        made[column] = _as_text(value)
        if source is not None:
            reason = ibis.literal(f"is not {must_be} ({column} in {decision})")
            reasons.append(((source.notnull() & value.isnull()).ifelse(reason, null), ibis.literal(column), source))
    bad = [(r.notnull().ifelse(column, null), r.notnull().ifelse(value, null), r) for r, column, value in reasons]
    bad_column, bad_value, bad_reason = ([one[i] for one in bad] for i in range(3))
    return rows.select(
        FILE, LINE, LEFT_OUT,
        **{BAD_COLUMN: ibis.coalesce(null, *bad_column), BAD_VALUE: ibis.coalesce(null, *bad_value)},
        **{BAD_REASON: ibis.coalesce(null, *bad_reason)}, **made,
    )  # fmt: skip


def usable(rows: ibis.Table) -> ibis.Table:
    """The rows of a file, or those of a step that are neither left out nor rejected."""
    return rows.filter(~rows[LEFT_OUT], rows[BAD_REASON].isnull()) if BAD_REASON in rows.columns else rows


def holding(rows: ibis.Table, conditions: Sequence[d.Where]) -> ibis.Table:
    """The usable rows of a file or a step that fulfil the conditions on its own columns."""
    return usable(rows).filter(_all([_holds(rows, where) for where in conditions if where.column in rows.columns]))


def _dates_of(mapping: d.Mapping, rows: d.Rows) -> str | list[str] | None:
    """How dates are written where a block reads them; ISO in a step."""
    return mapping.files[rows.from_].dates if rows.from_ in mapping.files else None


def _as_text(value: ir.Value) -> ir.StringValue:
    """A value as a step keeps it: dates as YYYY-MM-DD, numbers without zeros at their end."""
    if value.type().is_numeric() and not value.type().is_integer():
        return value.cast("float64").cast("string").re_replace(r"\.0$", "")
    return value.cast("string")


def selected(block: d.Rows, sources: Mapping[str, ibis.Table]) -> ibis.Table:
    """The rows of a block with what it joins and sums, UNMATCHED, and LEFT_OUT by its conditions and keys."""
    rows = _joined(block, sources)
    left_out = ~_all([_holds(rows, where) for where in block.where])
    rows = rows.mutate(**{LEFT_OUT: left_out | rows[LEFT_OUT] if LEFT_OUT in rows.columns else left_out})
    if block.one_per is None:
        return rows
    rows = rows.mutate(**_sums(rows, block.one_per))
    return rows.mutate(**{LEFT_OUT: rows[LEFT_OUT] | _is_surplus(rows, block.one_per)})


def _joined(block: d.Rows, sources: Mapping[str, ibis.Table]) -> ibis.Table:
    """The file's rows with the columns taken of others. A row that finds none in some file has UNMATCHED set to that join's number."""
    rows = sources[block.from_]
    for number, join in enumerate(block.join, start=1):
        right = usable(sources[join.file])
        there = {f"_key_{number}_{i}": right[name] for i, name in enumerate(join.on.values())}
        right = right.select(
            **there,
            **{new: right[old] for new, old in join.taken.items()},
            **{f"{_JOINED}{number}": ibis.literal(True)},
        )
        on = [rows[here] == right[key] for here, key in zip(join.on, there, strict=True)]
        rows = rows.left_join(right, on).drop(*there)
    must = [n for n, join in enumerate(block.join, start=1) if not join.is_optional]
    unmatched = ibis.coalesce(
        *(rows[f"{_JOINED}{n}"].isnull().ifelse(n, ibis.null("int64")) for n in must),
        ibis.null("int64"),
    )
    return rows.mutate(**{UNMATCHED: unmatched})


def _is_unusable(rows: ibis.Table) -> ir.BooleanValue:
    is_bad = rows[BAD_REASON].notnull() if BAD_REASON in rows.columns else ibis.literal(False)
    return rows[LEFT_OUT] | rows[UNMATCHED].notnull() | is_bad


def _sums(rows: ibis.Table, one: d.OnePer) -> dict[str, ir.StringValue]:
    """The sums over the rows with the same keys, as text; rows that are left out or rejected do not count."""
    same = ibis.window(group_by=[rows[key] for key in one.keys])
    is_unusable = _is_unusable(rows)
    sums = {}
    for new, column in one.sum.items():
        number = is_unusable.ifelse(ibis.null("float64"), rows[column].try_cast("float64"))
        sums[new] = _as_text(number.sum().over(same).round(4))
    return sums


def _is_surplus(rows: ibis.Table, one: d.OnePer) -> ir.BooleanValue:
    """Whether a row is not the one that stays of those with the same keys."""
    order: list[ir.Value] = [_is_unusable(rows).cast("int64").asc()]
    if one.latest:
        order.append(rows[one.latest].desc())
    for column, values in one.first.items():
        order.append(rows[column].cases(*[(v, i) for i, v in enumerate(values)], else_=len(values)).asc())
    order += [rows[FILE].asc(), rows[LINE].asc()]
    rank = ibis.row_number().over(ibis.window(group_by=[rows[key] for key in one.keys], order_by=order))
    is_bad = rows[BAD_REASON].notnull() if BAD_REASON in rows.columns else ibis.literal(False)
    return (rank > 0) & rows[UNMATCHED].isnull() & ~is_bad


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
    dates: str | list[str] | None
    """How the file's dates are written; None where they are ISO."""
    rows: ibis.Table

    def made(self, operation: d.Operation, column: str) -> Made:
        if isinstance(operation, str):
            operation = d.Date(date=operation) if self._is_date(column) else d.Copy(column=operation)
        elif isinstance(operation, d.Copy) and self._is_date(column):
            operation = d.Date(date=operation.column, null_when=operation.null_when)
        make: Callable[..., Made] = getattr(self, f"_{type(operation).__name__.lower()}")
        return make(operation)

    def _is_date(self, column: str) -> bool:
        return self.dates is not None and column in COLUMNS and COLUMNS[column].type == "date"

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
        formats = _formats(o.format) or _formats(self.dates)
        moment = _moment_of(text, formats)
        if o.add_days:
            moment = moment + ibis.interval(days=o.add_days)
        return moment.date(), text, f"a date as {' or '.join(formats) or 'YYYY-MM-DD'}"

    def _year(self, o: d.Year) -> Made:
        text = self.rows[o.year]
        if o.add is not None:
            digits, must_be = (r"(\d{4})", "a year of four digits") if abs(o.add) <= 1 else (r"^(\d{1,4})$", "a number")
            number = text.re_extract(digits, 1).nullif("").cast("int64") + o.add
            return number, text, must_be
        formats = _formats(self.dates)
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
        number = text.try_cast("float64")
        number = number - self._amount(o.less) if o.less else number
        must_be = "a number of minutes"
        if o.whole is not None:
            half = self._amount(o.half) if o.half is not None else ibis.null("float64")
            is_half = (number >= half).fill_null(False)
            is_whole = (number >= self._amount(o.whole)).fill_null(False)
            share = number.isnull().ifelse(ibis.null("float64"), is_whole.ifelse(1.0, is_half.ifelse(0.5, 0.0)))
        else:
            assert o.per is not None
            share = number / self._amount(o.per).nullif(0)
            must_be += "" if isinstance(o.per, float) else f" of {o.per}"
        share = 1 - share if o.is_attended else share
        return (
            (share < 0).ifelse(0.0, (share > 1).ifelse(1.0, share)).round(4).cast("decimal(5, 4)"),
            text,
            must_be,
        )

    def _amount(self, amount: float | str) -> ir.FloatingValue:
        return self.rows[amount].try_cast("float64") if isinstance(amount, str) else ibis.literal(amount)

    def _time(self, o: d.Time) -> Made:
        names = [o.time] if isinstance(o.time, str) else o.time
        text = reduce(lambda a, b: a + " " + b, [self.rows[name] for name in names])
        formats = _formats(o.format)
        return _moment_of(text, formats), text, f"a date and time as {' or '.join(formats)}"

    def _duration(self, o: d.Duration) -> Made:
        text = self.rows[o.duration]
        parts = [text.re_extract(_CLOCK, i).nullif("").try_cast("float64") for i in (1, 2, 3)]
        minutes = parts[0] * 60 + parts[1] + parts[2].fill_null(0) / 60
        made = ibis.coalesce(minutes, text.try_cast("float64")).round(2).cast("decimal(9, 2)")
        return made, text, "minutes, or a time as hours:minutes"

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
