"""Every table function compiles for DuckDB and for Spark, and holds nothing of which Spark is known to make other rows.

No Spark is needed, nor a package of it: Ibis makes Spark's SQL without. What Spark answers is for tests on Spark.
"""

import datetime as dt
import inspect
from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.operations as ops
import pytest
from ibis.backends.sql.compilers import DuckDBCompiler
from ibis.common.exceptions import IbisError

from district_platform.definitions import defs
from district_platform.dictionary import TABLES
from district_platform.engine.duckdb_tables import compiled
from district_platform.engine.spark.lake_tables import LARGE
from district_platform.engine.spark.statements import query_of
from district_platform.engine.spark.steps import steps_of
from district_platform.engine.tables import unbound
from district_platform.settings import Settings
from district_platform_tests.tables import memtable

TAKES_FRAMES = {"program_evaluation"}
"""Small, and made in Python."""

SETTINGS = Settings()
FUNCTIONS = {
    key.path[-1]: asset
    for asset in defs.resolve_asset_graph().assets_defs
    for key in asset.keys
    if key.path[-1] in TABLES and TABLES[key.path[-1]].layer in LARGE
}
TAKES_TABLES = sorted(FUNCTIONS.keys() - TAKES_FRAMES)


def expression_of(name: str) -> ibis.Table:
    """What a table function returns for tables that have names and columns alone."""
    asset = FUNCTIONS[name]
    tables = {parameter: key.path[-1] for parameter, key in asset.keys_by_input_name.items()}
    function: Any = asset.op.compute_fn.decorated_fn
    parameters = inspect.signature(function).parameters
    return function(**{each: _argument(parameters[each].annotation, tables[each]) for each in parameters})


def _argument(kind: object, asset: str) -> object:
    if kind is ibis.Table:
        return unbound(asset)
    return SETTINGS.effective_date if kind is dt.date else getattr(SETTINGS, asset)


def strange_to_spark(expression: ibis.Table) -> list[str]:
    """Why Spark does not take an expression, or makes other rows of it than DuckDB; nothing where it does the same."""
    steps, rest = steps_of(expression)
    try:
        for query in (*(step.expression for step in steps), rest):
            query_of(query)
    except IbisError as error:
        return [str(error)]
    return sorted(set(_other_rows(expression)))


def _other_rows(expression: ibis.Table) -> Iterator[str]:
    if expression.op().find(ops.Power):
        yield "powers: the last digit is the engine's own; multiply"
    if any(not _is_int(index.index) for index in expression.op().find(ops.ArrayIndex)):
        yield "an index of an array that is no int: Spark takes no bigint"
    if any(mean.arg.dtype.is_decimal() for mean in expression.op().find(ops.Mean)):
        yield "a mean of decimals, which Spark rounds: divide the sum as float64 by the count"
    if expression.op().find((ops.LStrip, ops.RStrip)):
        yield "a strip of one side, which takes spaces alone on Spark: strip both"
    for operation in expression.op().find((ops.Multiply, ops.Divide, ops.Add, ops.Subtract)):
        literals = [side for side in operation.args if isinstance(side, ops.Literal) and side.dtype.is_floating()]
        if literals and not any(side.dtype.is_floating() for side in operation.args if side not in literals):
            yield "a float such as 100.0 with whole numbers or decimals: both engines read it as a decimal; cast to float64"


def _is_int(index: ops.Value) -> bool:
    return not index.dtype.is_int64() or isinstance(index, ops.Literal)


@pytest.mark.parametrize("name", TAKES_TABLES)
def test_table_function_is_the_same_for_both_engines(name: str) -> None:
    expression = expression_of(name)
    assert compiled(expression.op())
    assert strange_to_spark(expression) == []


ROWS = memtable(
    {"student": "string", "code": "string", "score": "decimal(9, 4)", "n": "int64", "mean": "float64"},
    [("1", "A", 1, 1, 1.0)],
)


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        (ROWS.group_by("student").agg(codes=ROWS.code.group_concat("|", order_by=ROWS.code)), "order_by"),
        (ROWS.group_by("student").agg(code=ROWS.code.first(order_by=ROWS.n)), "order_by"),
        (ROWS.select(day=ibis.array(["Monday", "Tuesday"])[ROWS.n]), "bigint"),
        (ROWS.agg(mean=ROWS.score.mean()), "mean of decimals"),
        (ROWS.agg(pct=100.0 * ROWS.n.sum() / ROWS.n.count()), "such as 100.0"),
        (ROWS.select(square=ROWS.mean**2), "multiply"),
        (ROWS.select(code=ROWS.code.rstrip()), "strip both"),
    ],
)
def test_what_spark_does_otherwise_is_seen(expression: ibis.Table, reason: str) -> None:
    assert DuckDBCompiler().to_sqlglot(expression)
    assert reason in "; ".join(strange_to_spark(expression))


def test_what_replaces_it_is_the_same_for_both() -> None:
    rows = ROWS.group_by("student").agg(
        codes=ROWS.code.collect().sort().join("|"),
        first_code=ROWS.code.argmin(ROWS.n),
        mean=ROWS.score.sum().cast("float64") / ROWS.score.count().nullif(0),
        pct=100 * ROWS.n.sum().cast("float64") / ROWS.n.count(),
    )
    assert strange_to_spark(rows) == []
