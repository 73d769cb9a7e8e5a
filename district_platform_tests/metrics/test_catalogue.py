"""Each metric is defined once: in metrics/, with definition, formula, unit and source; everyone else calls it."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import district_platform
from district_platform.dictionary import COLUMNS, Layer, tables_in
from district_platform.metrics import enrollment
from district_platform.metrics.catalogue import METRICS, MODULES, Metric, defining_metrics, metrics_of

PACKAGE = Path(inspect.getfile(district_platform)).parent
ROOMS = ("analysis", "facts", "dimensions", "staging", "quality", "outputs")
"""Where tables and sentences are made of metrics."""

AGGREGATES = {"mean", "sum", "count", "nunique", "median", "quantile", "std", "var", "min", "max", "cov", "corr"}
METRIC_FUNCTIONS = {
    name for module in MODULES for name, function in inspect.getmembers(module, inspect.isfunction) if name[0] != "_"
}

SHOWN = [
    (table.name, column)
    for table in tables_in(Layer.ANALYSIS)
    for column in table.columns
    if any(measure.column == column for measure in table.measures) or column.startswith(("pct_", "mean_", "n_"))
    if COLUMNS[column].type != "string" and column != "n_instructional_days"
]


@pytest.mark.parametrize(("table", "column"), SHOWN)
def test_every_figure_of_an_analysis_table_is_defined_by_one_metric(table: str, column: str):
    assert len(defining_metrics(column)) == 1, f"{table}.{column}: {[m.name for m in defining_metrics(column)]}"


@pytest.mark.parametrize("metric", [m for m in METRICS if m.function is not enrollment.change], ids=lambda m: m.name)
def test_metric_names_columns_of_the_dictionary_and_their_unit(metric: Metric):
    for column in metric.columns:
        assert column in COLUMNS, column
        assert metric.unit.startswith(COLUMNS[column].unit or ""), (
            f"{column}: {COLUMNS[column].unit} is not {metric.unit}"
        )


def second_definitions(source: str) -> Iterator[str]:
    """Where a program computes a column that a metric defines: an operator or aggregate outside a metric's arguments."""
    for name, value in _assignments(ast.parse(source)):
        if defining_metrics(name) and any(_computes(value)):
            yield f"line {value.lineno}: {name} = {ast.unparse(value)}"


def _assignments(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Columns given a value: as keyword, as key of a literal, by item assignment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((k.arg, k.value) for k in node.keywords if k.arg)
        elif isinstance(node, ast.Dict):
            yield from (
                (str(k.value), v) for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)
            )
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    yield str(target.slice.value), node.value


def _computes(node: ast.AST) -> Iterator[bool]:
    if isinstance(node, ast.Call) and _name(node.func) in METRIC_FUNCTIONS:
        return
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.FloorDiv):
        yield True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in AGGREGATES:
        yield not _is_sum_of_a_metric(node.func)
    for child in ast.iter_child_nodes(node):
        yield from _computes(child)


def _is_sum_of_a_metric(method: ast.Attribute) -> bool:
    """What a metric says of each row may be added up over rows."""
    of_rows = method.value
    return method.attr == "sum" and isinstance(of_rows, ast.Call) and _name(of_rows.func) in METRIC_FUNCTIONS


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


MODULE_FILES = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))


@pytest.mark.parametrize("path", MODULE_FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_room_defines_a_metric_again(path: Path):
    assert list(second_definitions(path.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        "rows.agg(pct_proficient=100 * rows.is_proficient.sum() / rows.count())",
        "rows.mutate(pct_proficient_reading=rows.proficient / rows.tested)",
        "rows.agg(**{'mean_scale_score': rows.scale_score.mean()})",
        "frame['students_per_teacher_fte'] = frame.students / frame.fte",
        "rows.mutate(pct_proficient_change=rows.pct_proficient - rows.pct_proficient_before)",
        "rows.agg(n_tested=rows.scale_score.count().fill_null(0))",
        "rows.agg(pct_proficient=pct_proficient(rows).mean())",
    ],
)
def test_second_definition_is_found(source: str):
    assert len(list(second_definitions(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "rows.agg(pct_proficient=pct_proficient(rows), n_tested=metrics.n_tested(rows).fill_null(0))",
        "rows.mutate(pct_proficient_reading=rows.pct_proficient, n_growth=joined.n_growth.cast('int64'))",
        "rows.mutate(pct_proficient_change=change(rows.pct_proficient, rows.before + 0))",
        "rows.agg(longest=rows.days.max(), sales=total_sales(rows).sum())",
    ],
)
def test_call_of_the_metric_and_carrying_it_over_are_no_definition(source: str):
    assert list(second_definitions(source)) == []


def test_metric_without_its_unit_is_refused():
    def half_told() -> None:
        """Something.

        Formula: a / b.
        Columns: c.
        """

    module = type(inspect)("half")
    half_told.__module__, module.half_told = "half", half_told  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="half_told: its docstring lacks Unit"):
        metrics_of(module)
