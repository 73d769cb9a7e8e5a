"""Hiding figures of small groups wherever aggregates leave the platform.

Primary suppression only: a figure is hidden when a count of children behind it is below the minimum. A hidden figure may still be
recoverable by subtraction from totals; complementary suppression and its audit are not here yet, as the README says.
"""

from functools import reduce

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import COLUMNS, Measure, Table, display_column
from district_platform.settings import Privacy

NONE, PRIMARY = "none", "primary"
NOT_AVAILABLE = "not available"

DECIMALS = 2


def is_small(count: ir.IntegerValue, minimum: int) -> ir.BooleanValue:
    """Whether a group has children, but too few to speak of. Source: 34 CFR 99.31(b), small cells identify."""
    return ((count > 0) & (count < minimum)).fill_null(False)


def released(rows: ibis.Table, table: Table, privacy: Privacy) -> ibis.Table:
    """The table as it may leave: each measure null where hidden, what a reader sees beside it, and `suppression`."""
    minimum = privacy.min_group_size
    hidden = {measure.column: _is_hidden(rows, measure, minimum) for measure in table.measures}
    values = {
        name: is_hidden.ifelse(ibis.null(rows[name].type()), rounded(rows[name])) for name, is_hidden in hidden.items()
    }
    shown = {display_column(name): _display(rows[name], name, hidden[name], minimum) for name in hidden}
    any_hidden = reduce(lambda left, right: left | right, hidden.values())
    return rows.mutate(**values, **shown, suppression=any_hidden.ifelse(PRIMARY, NONE))


def rounded(value: ir.Value) -> ir.Value:
    """Floats as they are published; exact numbers stay as they are."""
    return value.round(DECIMALS) if value.type().is_floating() else value


def _is_hidden(rows: ibis.Table, measure: Measure, minimum: int) -> ir.BooleanValue:
    return reduce(lambda left, right: left | right, [is_small(rows[size], minimum) for size in measure.group_sizes])


def _display(value: ir.NumericValue, name: str, is_hidden: ir.BooleanValue, minimum: int) -> ir.StringValue:
    number = value.cast("decimal(18, 1)").cast("string") if value.type().is_floating() else value.cast("string")
    unit = " %" if COLUMNS[name].unit == "percent" else ""
    return ibis.cases(
        (is_hidden, f"hidden (fewer than {minimum})"),
        (value.isnull(), NOT_AVAILABLE),
        else_=number + unit,
    )
