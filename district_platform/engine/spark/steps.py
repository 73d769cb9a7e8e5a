"""Cuts a large expression into steps, so that Spark plans each intermediate result once.

DuckDB computes a result that several parts of a query use once. Spark puts the whole expression in the place of each use, so that a plan
grows with the product of the uses: that of the daily attendance fact is planned for longer than it runs. Results that are used twice
become tables of their own here, from the innermost outwards.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.operations as ops
from ibis.common.graph import Node

LARGE_PLAN, LARGE_STEP = 120, 8
"""Relations in the plan that Spark would make of an expression, and of a part that is used more than once, from which on it is cut."""


@dataclass(frozen=True)
class Step:
    """An intermediate result: its name, which later steps read, and its expression."""

    name: str
    expression: ibis.Table


def steps_of(expression: ibis.Table) -> tuple[list[Step], ibis.Table]:
    """The steps in the order in which they are made, and the expression that is left over them."""
    inputs = _relations(expression.op())
    sizes: dict[ops.Relation, int] = {}
    for relation, below in inputs.items():
        sizes[relation] = 1 + sum(sizes[each] for each in below)
    if sizes[expression.op()] < LARGE_PLAN:
        return [], expression
    return _cut(expression.op(), inputs)


def _cut(whole: ops.Relation, inputs: dict[ops.Relation, list[ops.Relation]]) -> tuple[list[Step], ibis.Table]:
    uses = Counter(each for below in inputs.values() for each in below)
    sizes: dict[ops.Relation, int] = {}
    cut: dict[Node, Node] = {}
    steps: list[Step] = []
    for relation, below in inputs.items():
        sizes[relation] = 1 + sum(sizes[each] for each in below)
        if uses[relation] > 1 and sizes[relation] >= LARGE_STEP and not isinstance(relation, ops.Reference):
            name = f"step_{len(steps) + 1}"
            steps.append(Step(name, relation.replace(cut).to_expr()))
            cut[relation] = ops.UnboundTable(name=name, schema=relation.schema)
            sizes[relation] = 1
    return steps, whole.replace(cut).to_expr()


def _relations(whole: ops.Relation) -> dict[ops.Relation, list[ops.Relation]]:
    """Each relation of an expression with those that it reads, the innermost first."""
    found: dict[ops.Relation, list[ops.Relation]] = {}
    pending = [whole]
    while pending:
        relation = pending[-1]
        below = list(dict.fromkeys(_read_by(relation)))
        waiting = [each for each in below if each not in found]
        if waiting:
            pending.extend(waiting)
            continue
        pending.pop()
        found.setdefault(relation, below)
    return found


def _read_by(relation: ops.Relation) -> Iterator[ops.Relation]:
    """The relations that stand in a relation's own clauses, subqueries included."""
    pending = list(relation.__children__)
    seen: set[Node] = set()
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, ops.Relation):
            yield node
        else:
            pending.extend(node.__children__)
