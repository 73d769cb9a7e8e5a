"""A page's reader: one publication, registered queries, a viewer's scope."""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from district_platform.dictionary import KEY_SEPARATOR
from district_platform.home import Home
from district_platform.settings import Settings
from district_platform.web.access.reach import ALL_PROGRAMS, HISTORY
from district_platform.web.access.viewer import Viewer
from district_platform.web.reading.connection import DEFAULT_LIMITS, Limits, OpenPublication
from district_platform.web.reading.publications import Publication, PublicationGoneError, current_version, publication
from district_platform.web.reading.registry import FILTERS, SCOPE, OverKept, Prepared, Query, Registry
from district_platform.web.reading.scopes import KeptScopes, are_kept, hashable, of_student

KEPT_VERSIONS = 2
"""Open at once: the current one, and the one before it for pages under way."""
KEPT_ROWS = 200_000
"""Of answers kept for the next who asks the same in the same scope."""

NAMED_BY = {
    "k_employee": "employee",
    "employee_number": "employee",
    "staff_id": "staff",
    "customer_id": "customer",
    "sales_person_id": "seller",
}
"""Columns that name people who are no students, and what they are."""

_TYPES: dict[str, type] = {"string": str, "int64": int, "date": dt.date}


@dataclass(frozen=True)
class Choices:
    """What a district's settings decide for queries: the parameters registry.OF_SETTINGS."""

    open_programs: tuple[str, ...] = ()
    exit_date_inclusive: bool = True

    @classmethod
    def of(cls, settings: Settings) -> "Choices":
        return cls(settings.web.open_programs, settings.attendance.exit_date_inclusive)


DEFAULT_CHOICES = Choices()


@dataclass(frozen=True)
class Rows:
    """An answer: the columns that the viewer's role sees, and the rows of its scope."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Each row by column."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    @property
    def student_ids(self) -> tuple[str, ...]:
        """The students that the answer names."""
        return self._ids("student_id")

    @property
    def named(self) -> tuple[str, ...]:
        """All whom the answer names, for the audit: students by their id, others with what they are before it."""
        others = (f"{what}:{each}" for column, what in NAMED_BY.items() for each in self._ids(column))
        return (*self.student_ids, *others)

    def _ids(self, column: str) -> tuple[str, ...]:
        """The different ids of a column; a finding on a pair names both."""
        if column not in self.columns:
            return ()
        position = self.columns.index(column)
        return tuple(
            sorted({each for row in self.rows if row[position] for each in row[position].split(KEY_SEPARATOR)})
        )


def named(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """All whom these rows of an answer name, for the audit."""
    columns = tuple(rows[0]) if rows else ()
    return Rows(columns, tuple(tuple(row.values()) for row in rows)).named


class Reader:
    """Reads one publication. Made by Library.reader for one request, so that no page mixes two."""

    def __init__(
        self, opened: OpenPublication, registry: Registry, cache: "Answers", scopes: KeptScopes, choices: Choices
    ) -> None:
        self._opened, self._registry, self._cache, self._scopes = opened, registry, cache, scopes
        self._choices = choices

    @property
    def publication(self) -> Publication:
        return self._opened.publication

    def rows(self, query: Query, viewer: Viewer, **filters: str | int | dt.date | None) -> Rows:
        """The query's rows within the viewer's scope.

        Raises NotAllowedError where the role has no part in it, ValueError for a filter that it does not know or a value of another type,
        PublicationGoneError where the version is no longer kept.
        """
        prepared = self._registry.prepared(query, viewer.role)
        _check(query, prepared.filters, filters)
        columns = query.shows[viewer.role]
        bound = {**self.bindings(viewer), **{name: filters.get(name) for name in prepared.filters}}
        given = _only(prepared.parameters, bound)
        key = (self.publication.version, query.name, columns, hashable(given))
        kept = self._cache.get(key)
        if kept is None:
            kept = Rows(columns, tuple(self.ask(*self._source(prepared, bound, are_kept(viewer)))))
            self._cache.put(key, kept)
        return kept

    def page(
        self,
        query: Query,
        viewer: Viewer,
        after: tuple[Any, ...] | None,
        size: int,
        **filters: str | int | dt.date | None,
    ) -> Rows:
        """At most `size` of the query's rows within the viewer's scope, in the order of its `order_by`, which is its key; those that come
        after the row with the key `after`. Nulls come last. Raises as `rows` does.
        """
        prepared = self._registry.prepared(query, viewer.role)
        _check(query, prepared.filters, filters)
        bound = {**self.bindings(viewer), **{name: filters.get(name) for name in prepared.filters}}
        source, given, tables = self._source(prepared, bound, are_kept(viewer))
        keys = [f'"{column}"' for column in query.order_by]
        where = ""
        if after is not None:
            types = {name: type_ for name, type_, *_ in self.ask(f"describe {source}", given, tables)}
            marks = [f"$after_{n}::{types[column]}" for n, column in enumerate(query.order_by)]
            given = {**given, **{f"after_{n}": value for n, value in enumerate(after)}}
            where = f"where row({', '.join(keys)}) > row({', '.join(marks)})"
        order = ", ".join(f"{key} nulls last" for key in keys)
        statement = f"from ({source}) as whole {where} order by {order} limit {int(size)}"
        return Rows(query.shows[viewer.role], tuple(self.ask(statement, given, tables)))

    def schema(self, query: Query, viewer: Viewer, **filters: str | int | dt.date | None) -> pa.Schema:
        """Names and types of the columns that the viewer's role sees. Raises as `rows` does."""
        prepared = self._registry.prepared(query, viewer.role)
        _check(query, prepared.filters, filters)
        bound = {**self.bindings(viewer), **{name: filters.get(name) for name in prepared.filters}}
        source, given, tables = self._source(prepared, bound, are_kept(viewer))
        with self._cursor(tables) as cursor:
            found: pa.Schema = cursor.execute(f"from ({source}) as whole limit 0", given).to_arrow_table().schema
        return found

    def _source(
        self, prepared: Prepared, bound: Mapping[str, Any], is_kept: bool
    ) -> tuple[str, dict[str, Any], Mapping[str, pa.Table]]:
        """The statement to ask, what is bound in it, and the kept relations that it names."""
        over_kept = prepared.over_kept if is_kept else prepared.over_always_kept
        narrowed = {**bound, "only_student": bound.get("student")}
        if not over_kept.reads:
            return prepared.statement, _only(prepared.parameters, narrowed), {}
        of_scope = {name: value for name, value in bound.items() if name not in FILTERS}
        tables = self._scopes.tables(over_kept.reads, self.publication.version, of_scope, self._look)
        if narrowed["only_student"] is not None:
            tables = {name: of_student(table, narrowed["only_student"]) for name, table in tables.items()}
        return over_kept.statement, _only(over_kept.parameters, narrowed), tables

    def _look(self, filling: OverKept, bound: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> pa.Table:
        with self._cursor(tables) as cursor:
            return cursor.execute(filling.statement, _only(filling.parameters, bound)).to_arrow_table()

    def bindings(self, viewer: Viewer) -> dict[str, Any]:
        """The parameters that say who asks, of what day."""
        return {
            **{name: list(getattr(viewer.scope, name)) for name in SCOPE},
            "sees_all_schools": viewer.role in HISTORY,
            "sees_all_programs": viewer.role in ALL_PROGRAMS,
            "as_of_date": self.publication.as_of_date,
            "school_year": self.publication.school_year,
            "only_student": None,
            "open_programs": list(self._choices.open_programs),
            "exit_date_inclusive": self._choices.exit_date_inclusive,
        }

    def ask(
        self, statement: str, bound: Mapping[str, Any], tables: Mapping[str, pa.Table] = MappingProxyType({})
    ) -> list[tuple[Any, ...]]:
        """Rows of a statement of ours. Raises PublicationGoneError where the version is no longer kept."""
        with self._cursor(tables) as cursor:
            rows: list[tuple[Any, ...]] = cursor.execute(statement, bound).fetchall()
        return rows

    @contextmanager
    def _cursor(self, tables: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with self._opened.cursor(tables) as cursor:
                yield cursor
        except duckdb.IOException:
            if self._opened.is_kept:
                raise
            raise PublicationGoneError(self.publication.version) from None


def _only(parameters: frozenset[str], bound: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in bound.items() if name in parameters}


def _check(query: Query, known: frozenset[str], filters: Mapping[str, Any]) -> None:
    for name, value in filters.items():
        if name not in known:
            raise ValueError(f"{query.name} has no filter {name}; it has {', '.join(sorted(known)) or 'none'}")
        if value is not None and type(value) is not _TYPES[FILTERS[name]]:
            raise ValueError(f"{query.name}: {name} is a {FILTERS[name]}")


class Answers:
    """The last answers, by publication, query, columns, and all that is bound: the scope, what the role and the settings open, filters.

    Two viewers share one where all of these are the same.
    """

    def __init__(self, most_rows: int = KEPT_ROWS) -> None:
        self._most, self._rows = most_rows, 0
        self._kept: OrderedDict[tuple[Any, ...], Rows] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> Rows | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: tuple[Any, ...], rows: Rows) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = rows
            self._rows += 1 + len(rows)
            while self._rows > self._most:
                _, dropped = self._kept.popitem(last=False)
                self._rows -= 1 + len(dropped)


@dataclass
class _Held:
    opened: OpenPublication
    n_readers: int = 0
    is_dropped: bool = False


class Library:
    """The publications of a home, each opened once and closed when nobody reads it any longer."""

    def __init__(
        self, home: Home, registry: Registry, limits: Limits = DEFAULT_LIMITS, choices: Choices = DEFAULT_CHOICES
    ) -> None:
        self._home, self._registry, self._limits, self._choices = home, registry, limits, choices
        self._answers, self._scopes = Answers(), KeptScopes(registry)
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def reader(self, version: str | None = None) -> Iterator[Reader]:
        """A reader of the version, by default of the current one. Raises NoPublicationError, PublicationGoneError."""
        held = self._take(version or current_version(self._home))
        try:
            yield Reader(held.opened, self._registry, self._answers, self._scopes, self._choices)
        finally:
            self._give_back(held)

    def ask(self, publication: Publication, statement: str, **bound: Any) -> list[tuple[Any, ...]]:
        """The platform's own question, for nobody's page: `queries.people`. Parameters that the statement lacks are left out."""
        with self.reader(publication.version) as reader:
            return reader.ask(statement, {name: value for name, value in bound.items() if f"${name}" in statement})

    def _take(self, version: str) -> _Held:
        with self._lock:
            held = self._held.get(version)
            if held is None:
                held = self._held[version] = _Held(OpenPublication(publication(self._home, version), self._limits))
            self._held.move_to_end(version)
            held.n_readers += 1
            while len(self._held) > KEPT_VERSIONS:
                _, oldest = self._held.popitem(last=False)
                oldest.is_dropped = True
                _close_if_unread(oldest)
            return held

    def _give_back(self, held: _Held) -> None:
        with self._lock:
            held.n_readers -= 1
            _close_if_unread(held)

    def close(self) -> None:
        with self._lock:
            for held in self._held.values():
                held.is_dropped = True
                _close_if_unread(held)
            self._held.clear()


def _close_if_unread(held: _Held) -> None:
    if held.is_dropped and held.n_readers == 0:
        held.opened.close()
