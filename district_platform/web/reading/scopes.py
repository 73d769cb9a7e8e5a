"""What questions of one scope have in common: its students, their sections, stays and measures, looked up once and kept in memory.

Without it each of a page's questions would find its students anew. The rows of a scope are kept under the publication and all that
bounds them; nothing is shared between two scopes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from district_platform.web.access.viewer import Viewer
from district_platform.web.reading.registry import OverKept, Registry, Relation

STUDENT = "k_student_xyear"
MOST_SCHOOLS = 8
"""Of a scope all of whose rows are kept. Of a larger one, such as a leader's or a key's with all schools, only its students and the schools
through which they are seen are kept."""
KEPT_ROWS = 1_000_000
"""Of all scopes together, at about 100 bytes each. A school of 600 students has about 80,000, a teacher of 150 about 20,000: mostly this
year's days."""

Bound = Mapping[str, Any]
Look = Callable[[OverKept, Bound, Mapping[str, pa.Table]], pa.Table]


class KeptScopes:
    """The rows of the scopes that were used last."""

    def __init__(self, registry: Registry, most_rows: int = KEPT_ROWS) -> None:
        self._registry, self._most, self._rows = registry, most_rows, 0
        self._kept: OrderedDict[tuple[Any, ...], pa.Table] = OrderedDict()
        self._lock = threading.Lock()

    def tables(self, relations: tuple[Relation, ...], version: str, bound: Bound, look: Look) -> dict[str, pa.Table]:
        """The rows of some relations within what is bound, by name; `look` finds those that are not kept yet."""
        return {relation.name: self._table(relation, version, bound, look) for relation in relations}

    def _table(self, relation: Relation, version: str, bound: Bound, look: Look) -> pa.Table:
        key = (version, relation.name, hashable(bound))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        filling = self._registry.filling(relation)
        found = look(filling, bound, self.tables(filling.reads, version, bound, look))
        self._keep(key, found)
        return found

    def _keep(self, key: tuple[Any, ...], table: pa.Table) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = table
            self._rows += 1 + table.num_rows
            while self._rows > self._most:
                _, dropped = self._kept.popitem(last=False)
                self._rows -= 1 + dropped.num_rows


def of_student(table: pa.Table, student: str) -> pa.Table:
    """The student's rows of kept ones; all of them where they are not of students."""
    if STUDENT not in table.column_names:
        return table
    return table.filter(pc.equal(table[STUDENT], student))


def are_kept(viewer: Viewer) -> bool:
    """Whether the viewer's scope is small enough."""
    return len(viewer.scope.schools) <= MOST_SCHOOLS


def hashable(bound: Bound) -> tuple[tuple[str, Any], ...]:
    """What is bound, as a key."""
    return tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(bound.items()))
