"""Cutting an expression into steps bounds what Spark plans, and changes no row. Both are shown without Spark."""

import ibis
import pytest

from district_platform.engine.spark import steps
from district_platform.engine.spark.steps import steps_of

DAYS = ibis.memtable({"student": ["a", "a", "b"], "day": [1, 2, 1], "absent": [1, 0, 1]})


def nested(levels: int) -> ibis.Table:
    """Each level uses the one below three times, so that Spark's plan triples with it."""
    table = DAYS.mutate(n=ibis.literal(1))
    for _ in range(levels):
        totals = table.group_by("student").agg(total=table.n.sum())
        with_totals = table.inner_join(totals, "student").select(table, totals.total)
        table = with_totals.semi_join(table, "student").mutate(n=ibis._.n + ibis._.total).drop("total")
    return table


def planned(expression: ibis.Table) -> int:
    """Relations in the plan that Spark makes."""
    sizes: dict = {}
    for relation, below in steps._relations(expression.op()).items():
        sizes[relation] = 1 + sum(sizes[each] for each in below)
    return sizes[expression.op()]


def test_a_small_expression_is_left_as_it_is():
    small = DAYS.group_by("student").agg(n=DAYS.absent.sum())
    made, last = steps_of(small)
    assert made == []
    assert last is small


@pytest.mark.parametrize("levels", [3, 6])
def test_no_step_grows_with_the_product_of_uses(levels):
    made, last = steps_of(nested(levels))
    assert planned(nested(levels)) > 3**levels
    assert made
    assert max(planned(each) for each in (*(step.expression for step in made), last)) < 60


def test_the_steps_give_the_rows_of_the_whole():
    whole = nested(4)
    made, last = steps_of(whole)
    connection = ibis.duckdb.connect()
    for step in made:
        connection.create_table(step.name, step.expression)
    columns = ["student", "day", "n"]
    rows = [sorted(connection.to_pyarrow(each.select(columns)).to_pylist(), key=str) for each in (whole, last)]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 3
