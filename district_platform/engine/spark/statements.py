"""Ibis expressions as SQL for Spark."""

import ibis
import ibis.config
import ibis.expr.datatypes as dt
from ibis.backends.sql.compilers import PySparkCompiler
from ibis.backends.sql.dialects import PySpark

_TYPES = {
    dt.String: "string",
    dt.Int64: "bigint",
    dt.Float64: "double",
    dt.Boolean: "boolean",
    dt.Date: "date",
    dt.Timestamp: "timestamp_ntz",
}
"""Types of the dictionary as Spark calls them; decimals apart."""


class Spark4(PySpark):
    """Spark's SQL with literals that Spark reads back."""


Spark4.ESCAPED_SEQUENCES = {
    character: escape for character, escape in PySpark.ESCAPED_SEQUENCES.items() if character not in "\a\v\f"
}
"""Spark knows no escape for these and takes `\\f` for an f: to strip white space took the last letter of Wolf. They stand as they are."""


class _Options(ibis.config.Config):
    """What the compiler asks of Ibis's options; Ibis registers them only once its own connection to Spark is imported."""

    treat_nan_as_null: bool = False


ibis.options.pyspark = ibis.options.pyspark or _Options()


def query_of(expression: ibis.Table) -> str:
    """The expression as one query for Spark."""
    return str(PySparkCompiler().to_sqlglot(expression).sql(dialect=Spark4))


def spark_type(dtype: dt.DataType) -> str:
    """A type of the dictionary as Spark calls it. Raises KeyError for one that no table has."""
    if isinstance(dtype, dt.Decimal):
        return f"decimal({dtype.precision}, {dtype.scale})"
    return _TYPES[type(dtype)]


def columns_of(schema: ibis.Schema) -> str:
    """Names and types, as Spark reads a schema."""
    return ", ".join(f"{quoted(name)} {spark_type(dtype)}" for name, dtype in schema.items())


def cast_to(schema: ibis.Schema) -> list[str]:
    """The columns of a select under these names and types."""
    return [f"cast({quoted(name)} as {spark_type(dtype)}) as {quoted(name)}" for name, dtype in schema.items()]


def quoted(identifier: str) -> str:
    """An identifier as Spark takes it, whatever it holds."""
    return "`" + identifier.replace("`", "``") + "`"
