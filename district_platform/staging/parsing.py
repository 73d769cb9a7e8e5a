"""How a value of an extract is read from text. A value that cannot be read is null here; judging tells it from an empty one."""

import ibis
import ibis.expr.types as ir

TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")

_WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$"
_DATE = r"^\d{4}-\d{1,2}-\d{1,2}([ T]00:00(:00(\.0+)?)?)?$"
_TIMESTAMP = r"^\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$"


def trimmed(text: ir.StringValue) -> ir.StringValue:
    """Without the white space around it; an empty string is null."""
    return text.strip().nullif("")


def parse(text: ir.StringValue, dtype: str) -> ir.Value:
    """A trimmed text as `dtype` (an Ibis type of the dictionary), null where it cannot be read as one.

    Dates and timestamps are ISO; a whole number may carry a fraction of zeros, as Parquet exports of nullable columns do.
    """
    if dtype == "string":
        return text
    if dtype == "boolean":
        lowered = text.lower()
        return ibis.cases((lowered.isin(TRUE), True), (lowered.isin(FALSE), False), else_=ibis.null("boolean"))
    if dtype == "int64":
        return _where_like(text, _WHOLE).split(".")[0].try_cast("int64")
    if dtype == "date":
        return _where_like(text, _DATE).substr(0, 10).split(" ")[0].try_cast("date")
    if dtype == "timestamp":
        return _where_like(text, _TIMESTAMP).try_cast("timestamp")
    return _where_like(text, _NUMBER).try_cast(dtype)


def _where_like(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """Guards a cast that would read more than is meant: DuckDB reads '12.7' as 13 and 'infinity' as a date."""
    return text.re_search(pattern).ifelse(text, ibis.null("string"))
