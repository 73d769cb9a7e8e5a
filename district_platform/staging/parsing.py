"""How a value of an extract is read from text. A value that cannot be read is null here; judging tells it from an empty one."""

from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from district_platform.dictionary.schools import SCHOOL_YEAR_BEGINS

TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Dates outside this range are refused: engines also read 'infinity', 'epoch' and years of five digits."""

WITH_ZONE = r":\d{2}(\.\d+)?\s*([Zz]|UTC|GMT|[+-]\d{2}(:?\d{2})?)$"
"""A time with a time zone: DuckDB 1.5 would drop the zone and take the rest for local time, which is hours off."""


@ibis.udf.scalar.builtin(name="try_strptime")
def _try_strptime(text: str, formats: list[str]) -> dt.timestamp:
    """The engine's own: the text by the first of the formats that fits, else null."""


def parse(text: ir.StringValue, dtype: str, time_formats: Sequence[str] = ()) -> ir.Value:
    """A trimmed text as `dtype` (an Ibis type of the dictionary), null where it cannot be read as one.

    Dates and timestamps are ISO, or in one of `time_formats` (strptime); a date may carry a midnight. Times are local: one with a
    time zone cannot be read. A whole number may carry a fraction of zeros, as Parquet exports of nullable columns do.
    """
    if dtype == "string":
        return text
    if dtype == "boolean":
        lowered = text.lower()
        return ibis.cases((lowered.isin(TRUE), True), (lowered.isin(FALSE), False), else_=ibis.null("boolean"))
    if dtype == "int64":
        number = text.try_cast("float64")
        whole = number.try_cast("int64")
        return _if(number == whole.cast("float64"), whole)
    if dtype == "date":
        moment = _moment(text, time_formats)
        return _if(moment == moment.truncate("D"), moment.date())
    if dtype == "timestamp":
        return _if((text.length() > len("2026-02-13")) & ~text.re_search(WITH_ZONE), _moment(text, time_formats))
    return text.try_cast(dtype)


def school_year_of(date: ir.DateValue) -> ir.IntegerValue:
    """The school year that a date lies in: from July on, that of the next spring."""
    return (date.year() + (date.month() >= SCHOOL_YEAR_BEGINS).cast("int64")).cast("int64")


def _moment(text: ir.StringValue, time_formats: Sequence[str]) -> ir.TimestampValue:
    moment = text.try_cast("timestamp")
    if time_formats:
        moment = ibis.coalesce(moment, _try_strptime(text, list(time_formats)))
    return _if(moment.year().between(FIRST_YEAR, LAST_YEAR), moment)


def _if(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    """The value where the condition holds, else null: it guards a cast that accepts more than it should."""
    return condition.ifelse(value, ibis.null(value.type()))
