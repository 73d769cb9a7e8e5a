"""What the tests of one process make once: SQL, and the expressions of rules.

They judge the same tables by the same rules over and over.
"""

from functools import lru_cache
from typing import Any

import ibis
import ibis.expr.operations as ops

from district_platform.dictionary import EXTRACTS
from district_platform.engine import duckdb_tables
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.quality.model import Rule, StagedTables

MOST_SQL = 4096


def keep() -> None:
    """From now on, in this process: a third of what `check` costs is the SQL of rules, and a seventh their expressions."""
    duckdb_tables.compiled_once = lru_cache(maxsize=MOST_SQL)(duckdb_tables.compiled_once.__wrapped__)
    make, made = Rule.with_values, dict[tuple[Rule | str, ...], ibis.Table]()

    def with_values(rule: Rule, *given: Any, **named: Any) -> ibis.Table:
        if given or not all(map(_is_of_any_warehouse, named.values())):
            return make(rule, *given, **named)
        key = (rule, *(f"{name} {value!r}" for name, value in named.items() if not isinstance(value, _TABLES)))
        if key not in made:
            made[key] = make(rule, **named)
        return made[key]

    Rule.with_values = with_values  # type: ignore[method-assign]


_TABLES = (ibis.Table, StagedTables)


def _is_of_any_warehouse(argument: object) -> bool:
    """Whether it is the same in each warehouse: a table by its name, or a setting. Rows and the linker are not."""
    if isinstance(argument, StagedTables):
        return argument.keys() == EXTRACTS.keys() and all(map(_is_of_any_warehouse, argument.values()))
    if isinstance(argument, ibis.Table):
        return isinstance(argument.op(), ops.UnboundTable)
    return not isinstance(argument, RecordLinker)
