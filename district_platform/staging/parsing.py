"""How a value of an extract is read from text. A value that cannot be read is null here; judging tells it from an empty one."""

import ibis
import ibis.expr.types as ir

TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Dates outside are no dates of a school: engines also read 'infinity', 'epoch' and years of five digits."""


def parse(text: ir.StringValue, dtype: str) -> ir.Value:
    """A trimmed text as `dtype` (an Ibis type of the dictionary), null where it cannot be read as one.

    Dates and timestamps are ISO, and a date may carry a midnight; a whole number may carry a fraction of zeros, as Parquet
    exports of nullable columns do.
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
        moment = _moment(text)
        return _if(moment == moment.truncate("D"), moment.date())
    if dtype == "timestamp":
        return _if(text.length() > len("2026-02-13"), _moment(text))
    return text.try_cast(dtype)


def _moment(text: ir.StringValue) -> ir.TimestampValue:
    moment = text.try_cast("timestamp")
    return _if(moment.year().between(FIRST_YEAR, LAST_YEAR), moment)


def _if(condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    """The value where the condition holds, else null: it guards a cast that would read more than is meant."""
    return condition.ifelse(value, ibis.null(value.type()))
