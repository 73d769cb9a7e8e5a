"""The queries that pages may use, and the relations on single people that the queries use.

A query's SQL names published tables that hold no person (OPEN), and relations of `queries/scoped.py`, which are restricted to what the
viewer's scope opens. Any other name is refused when the registry is made, and so is a query without its columns and roles.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from district_platform.dictionary import Layer, tables_in
from district_platform.web.access.reach import HISTORY
from district_platform.web.access.viewer import Role

OPEN = frozenset(
    {
        *(table.name for table in tables_in(Layer.ANALYSIS)),
        *("dim_school", "dim_calendar_date", "dim_session", "dim_subgroup", "dim_course", "dim_store", "dim_product"),
    }
)
"""Published tables that hold no person: released analysis, and dimensions of places, days, courses and products."""

SCOPE = ("schools", "sections", "educator", "employee", "staff", "stores", "owners")
"""Parameters bound from the viewer's scope."""
OF_ROLE = ("sees_all_schools", "sees_all_programs")
"""Parameters bound from the viewer's role."""
OF_PUBLICATION = ("as_of_date", "school_year")
"""Parameters bound from the publication."""
OF_SETTINGS = ("open_programs", "exit_date_inclusive")
"""Parameters bound from the district's settings."""
NARROWING = ("only_student",)
"""Parameters that narrow a scope to the student asked for, so that nobody else's rows are looked at; null narrows nothing."""
_BOUND = frozenset({*SCOPE, *OF_ROLE, *OF_PUBLICATION, *OF_SETTINGS, *NARROWING})

FILTERS: dict[str, str] = {
    "school": "string",
    "student": "string",
    "grade": "string",
    "section": "string",
    "weekday": "int64",
    "search": "string",
    "year": "int64",
    "first_date": "date",
    "last_date": "date",
    "subject": "string",
    "administration": "string",
    "subgroup": "string",
    "program": "string",
    "person": "string",
    "rule": "string",
    "store": "string",
    "month": "string",
}
"""What a page may be asked for, by name, and its type. A filter narrows; none opens anything."""

_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})


class RegistryError(ValueError):
    """A query or relation that the registry does not take; the message names it and says why."""


class NotAllowedError(PermissionError):
    """The viewer's role may not use the query."""


@dataclass(frozen=True)
class Relation:
    """A restricted table within a scope: the only way to it. Names nothing but relations before it, OPEN and `tables`."""

    name: str
    sql: str
    tables: tuple[str, ...] = ()
    """Restricted tables that it reads."""
    roles: frozenset[Role] = frozenset()
    """Who may ever see a query that stands on it."""
    what: str = ""
    """What a row is, for docs/access.md; empty of steps between."""
    is_of_stays: bool = False
    """Whether a role without history sees the rows of one school alone."""
    is_of_programs: bool = False
    """Whether roles that may not see every program see the open ones alone."""
    is_kept: bool = False
    """Whether its rows within a small scope are looked up once and kept in memory, for all questions of that scope (scopes.py)."""
    is_always_kept: bool = False
    """Whether they are kept within a scope of any size."""
    by_reach: tuple[str, str] = ("", "")
    """The parts of `sql` that have rows for roles that see history, and for the others, so that each plans its own alone."""

    def sql_for(self, sees_history: bool) -> str:
        """What is asked of the relation in a role's question: the same rows as `sql`."""
        whole, part = self.by_reach
        return (whole if sees_history else part) or self.sql


@dataclass(frozen=True)
class Query:
    """One question of a page."""

    name: str
    """<page>.<what>, such as school.call_list."""
    sql: str
    """A select; `order_by` stands apart, since the columns that a role does not see are cut off around it."""
    shows: Mapping[Role, tuple[str, ...]]
    """Columns by role, in their order. A role that is not here sees nothing of it."""
    order_by: tuple[str, ...] = ()
    """Columns of the select, each with asc or desc where needed; shown or not."""

    @property
    def page(self) -> str:
        return self.name.partition(".")[0]


def to(*roles: Role, columns: str) -> dict[Role, tuple[str, ...]]:
    """The same columns, given in one string, for several roles; of several such dicts, join by |."""
    return dict.fromkeys(roles, tuple(columns.split()))


@dataclass(frozen=True)
class OverKept:
    """A statement over kept relations, which it names as tables."""

    statement: str
    parameters: frozenset[str]
    reads: tuple[Relation, ...]


@dataclass(frozen=True)
class Prepared:
    """A query as one role asks it."""

    statement: str
    parameters: frozenset[str]
    """All that must be bound."""
    over_kept: OverKept
    """The same question where its kept relations are at hand."""
    over_always_kept: OverKept
    """The same question where only those are at hand that are kept within a scope of any size."""

    @property
    def filters(self) -> frozenset[str]:
        return self.parameters & FILTERS.keys()


class Registry:
    """All queries, checked. Raises RegistryError for the first that breaks a rule."""

    def __init__(self, queries: Iterable[Query], relations: Iterable[Relation]) -> None:
        self.relations = {relation.name: relation for relation in relations}
        self.queries: dict[str, Query] = {}
        self._needs: dict[str, tuple[str, ...]] = {}
        self._prepared: dict[tuple[str, tuple[str, ...], bool], Prepared] = {}
        self._filling: dict[str, OverKept] = {}
        for position, relation in enumerate(self.relations.values()):
            before = list(self.relations)[:position]
            self._needs[relation.name] = self._named(relation.name, relation.sql, {*before, *relation.tables})
        for query in queries:
            self._add(query)

    def __iter__(self) -> Iterator[Query]:
        return iter(self.queries.values())

    def of_page(self, page: str) -> list[Query]:
        return [query for query in self if query.page == page]

    def needs(self, query: Query) -> tuple[Relation, ...]:
        """The relations that a query uses, each after those it depends on; none if the query reads only OPEN tables."""
        return self._needed(query.name)

    def _needed(self, name: str, kept: Callable[[Relation], bool] = lambda relation: False) -> tuple[Relation, ...]:
        """What a query or relation stands on; of kept relations not what those stand on."""
        found: set[str] = set()
        waiting = list(self._needs[name])
        while waiting:
            needed = waiting.pop()
            if needed not in found:
                found.add(needed)
                waiting += () if kept(self.relations[needed]) else self._needs[needed]
        return tuple(relation for name, relation in self.relations.items() if name in found)

    def prepared(self, query: Query, role: Role) -> Prepared:
        """Raises NotAllowedError where the role has no part in it."""
        if self.queries.get(query.name) is not query:
            raise RegistryError(f"{query.name} is not registered")
        if role not in query.shows:
            raise NotAllowedError(f"{role.value} has no part in {query.name}")
        key = query.name, query.shows[role], role in HISTORY
        if key not in self._prepared:
            self._prepared[key] = self._composed(query, query.shows[role], role in HISTORY)
        return self._prepared[key]

    def filling(self, relation: Relation) -> OverKept:
        """How the rows of a kept relation are looked up."""
        if relation.name not in self._filling:
            select = f"select * from ({relation.sql}) as kept"
            self._filling[relation.name] = self._over_kept(relation.name, select, _is_kept, None)
        return self._filling[relation.name]

    def _composed(self, query: Query, columns: tuple[str, ...], sees_history: bool) -> Prepared:
        shown = ", ".join(f'"{column}"' for column in columns)
        order = f"\norder by {', '.join(query.order_by)}" if query.order_by else ""
        select = f"select {shown} from ({query.sql}) as page{order}"
        statement = _with(self.needs(query), select, sees_history)
        return Prepared(
            statement,
            _parsed(query.name, statement).parameters,
            self._over_kept(query.name, select, _is_kept, sees_history),
            self._over_kept(query.name, select, _is_always_kept, sees_history),
        )

    def _over_kept(
        self, name: str, select: str, kept: Callable[[Relation], bool], sees_history: bool | None
    ) -> OverKept:
        needed = self._needed(name, kept)
        statement = _with((relation for relation in needed if not kept(relation)), select, sees_history)
        return OverKept(
            statement, _parsed(name, statement).parameters, tuple(relation for relation in needed if kept(relation))
        )

    def _add(self, query: Query) -> None:
        if query.name in self.queries or not query.page or query.page == query.name:
            raise RegistryError(f"{query.name}: a name is <page>.<what>, and stands once")
        if not query.shows or not all(query.shows.values()):
            raise RegistryError(f"{query.name} shows nothing to anybody: say which columns which role sees")
        self._needs[query.name] = self._named(query.name, query.sql, set(self.relations))
        self.queries[query.name] = query
        for relation in self.needs(query):
            for role in query.shows.keys() - relation.roles:
                raise RegistryError(f"{query.name}: {role.value} may never see what stands on {relation.name}")
        for role in query.shows:
            unknown = self.prepared(query, role).parameters - _BOUND - FILTERS.keys()
            if unknown:
                raise RegistryError(f"{query.name}: no filter is called {', '.join(sorted(unknown))}")

    def _named(self, name: str, sql: str, allowed: set[str]) -> tuple[str, ...]:
        """The relations that a statement names. Raises where it names what it may not."""
        parsed = _parsed(name, sql)
        for own in parsed.ctes & {*self.relations, *OPEN, *allowed}:
            raise RegistryError(f"{name}: its own table {own} has the name of another")
        for table in sorted(parsed.tables - parsed.ctes - OPEN - allowed):
            raise RegistryError(f"{name}: {table} holds single people, and is read through queries/scoped.py alone")
        for function in sorted(parsed.table_functions - _TABLE_FUNCTIONS):
            raise RegistryError(f"{name}: {function} reads something else than the publication's tables")
        return tuple(sorted(parsed.tables & set(self.relations)))


def _is_kept(relation: Relation) -> bool:
    return relation.is_kept


def _is_always_kept(relation: Relation) -> bool:
    return relation.is_always_kept


def _with(relations: Iterable[Relation], select: str, sees_history: bool | None) -> str:
    """A statement with its relations; without the role's reach, as they are for every role."""
    ctes = ",\n".join(
        f"{relation.name} as ({relation.sql if sees_history is None else relation.sql_for(sees_history)})"
        for relation in relations
    )
    return f"{f'with {ctes}' if ctes else ''}\n{select}"


@dataclass(frozen=True)
class _Parsed:
    tables: frozenset[str]
    ctes: frozenset[str]
    table_functions: frozenset[str]
    parameters: frozenset[str]


def _parsed(name: str, sql: str) -> _Parsed:
    """What a statement names, by DuckDB's own parser. Raises RegistryError where it is not one select."""
    row = _parser().execute("select json_serialize_sql($sql::varchar)", {"sql": sql}).fetchone()
    assert row
    tree = json.loads(row[0])
    if tree["error"] or len(tree["statements"]) != 1:
        raise RegistryError(f"{name}: {tree.get('error_message', 'is not one select')}")
    nodes = list(_nodes(tree))
    return _Parsed(
        tables=frozenset(_table(name, node) for node in nodes if node.get("type") == "BASE_TABLE"),
        ctes=frozenset(entry["key"] for node in nodes for entry in node.get("cte_map", {}).get("map", ())),
        table_functions=frozenset(
            node["function"]["function_name"] for node in nodes if node.get("type") == "TABLE_FUNCTION"
        ),
        parameters=frozenset(node["identifier"] for node in nodes if node.get("type") == "VALUE_PARAMETER"),
    )


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """Used while the registry is made, by one thread."""
    return duckdb.connect()


def _table(name: str, node: Mapping[str, Any]) -> str:
    if node["schema_name"] or node["catalog_name"]:
        raise RegistryError(f"{name}: {node['table_name']} is named without schema or catalog")
    return str(node["table_name"]).lower()


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = tuple(tree.values())
    if isinstance(tree, (list, tuple)):
        for each in tree:
            yield from _nodes(each)
