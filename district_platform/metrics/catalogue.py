"""The metrics as their docstrings describe them, and which columns of the published tables show them.

A public function of a metrics module whose docstring names a formula is a metric; others help it. Such a docstring begins with
the definition and ends with the lines Formula, Unit, Source (unless the district defined it) and Columns. From them
docs/metrics.md is made.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from district_platform.metrics import (
    assessments,
    attendance_rates,
    certification,
    enrollment,
    gaps,
    growth,
    programs,
    reconciliation,
    staffing,
    store,
    timekeeping,
)

MODULES = (
    enrollment,
    attendance_rates,
    reconciliation,
    assessments,
    gaps,
    growth,
    programs,
    staffing,
    certification,
    store,
    timekeeping,
)
"""In the order of docs/metrics.md."""

OWN_DEFINITION = "the district's own definition"
LABELS = ("Formula", "Unit", "Source", "Columns")
_LABEL = re.compile(rf"^({'|'.join(LABELS)}): ", re.MULTILINE)
_IS_METRIC = re.compile(r"^Formula: ", re.MULTILINE)

CHANGES = re.compile(r"_change$")
_SAME_METRIC = re.compile(r"(_cohort)?_before$|_other$|_(reading|math)(?=_before$|$)")
"""A year earlier, by the other reading of attendance, or in one subject: the same metric of other rows."""


@dataclass(frozen=True)
class Metric:
    """One metric: its function, and what the docstring says of it."""

    function: Callable[..., Any]
    definition: str
    formula: str
    unit: str
    source: str
    columns: tuple[str, ...]
    """Columns that it defines, without those of the year before, of the other reading, of one subject, and changes."""

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def module(self) -> str:
        return self.function.__module__


def metrics_of(module: ModuleType) -> list[Metric]:
    """A module's metrics, in the order in which they stand there. Raises ValueError where a line of a docstring is missing."""
    own = [f for _, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
    public = [f for f in own if not f.__name__.startswith("_") and _IS_METRIC.search(inspect.getdoc(f) or "")]
    return [_metric(function) for function in sorted(public, key=lambda f: f.__code__.co_firstlineno)]


def _metric(function: Callable[..., Any]) -> Metric:
    definition, *parts = _LABEL.split(inspect.getdoc(function) or "")
    found = {
        label: " ".join(text.split()).removesuffix(".") for label, text in zip(parts[::2], parts[1::2], strict=True)
    }
    told = {"Source": OWN_DEFINITION} | found
    missing = [label for label in LABELS if label not in told]
    if missing or not definition.strip():
        raise ValueError(
            f"{function.__module__}.{function.__name__}: its docstring lacks {', '.join(missing) or 'a definition'}"
        )
    columns = tuple(column.strip() for column in told["Columns"].split(","))
    return Metric(function, definition.strip(), told["Formula"], told["Unit"], told["Source"], columns)


METRICS = tuple(metric for module in MODULES for metric in metrics_of(module))


def defining_metrics(column: str) -> list[Metric]:
    """The metrics that define a column: one for a measure, none for a key or a name. Changes are all one metric's."""
    if CHANGES.search(column):
        return [metric for metric in METRICS if metric.function is enrollment.change]
    base = _SAME_METRIC.sub("", _SAME_METRIC.sub("", column))
    return [metric for metric in METRICS if base in metric.columns]
