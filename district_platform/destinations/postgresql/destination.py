"""Loads a publication into PostgreSQL: the tables of a version in one transaction, the views that show them in another."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

from district_platform.credentials import secret
from district_platform.destinations.model import Answer, Counts, DestinationAwayError, DestinationError, Published
from district_platform.destinations.postgresql import sql
from district_platform.destinations.postgresql.checking import answers, holders
from district_platform.destinations.postgresql.connection import Connection
from district_platform.destinations.relations import (
    ONLY_MARTS,
    Relation,
    chosen,
    refuse_differences,
    refuse_others,
    shape_of,
)
from district_platform.destinations.state import made_mark, mark_of
from district_platform.engine.files import text_digest
from district_platform.engine.published import PublishedTables, profile_of, published_tables
from district_platform.settings import Engine, PostgreSQL, Settings

SWAP_TRIES = 12


class PostgreSQLDestination:
    """A PostgreSQL database, as `[destinations.<name>]` describes it."""

    def __init__(self, name: str, section: PostgreSQL, settings: Settings) -> None:
        self._name, self._section = name, section
        self._home, self._credentials = settings.home, settings.credentials
        self._engine: Engine = settings.engine

    def load(self, published: Published) -> Counts:
        relations = self._relations()
        version = self._schema_of(published.version, relations)
        with self._connected() as connection:
            connection.lock(self._prefix)
            _refuse_old_server(connection, self._name)
            there = self._marked_versions(connection, is_taking_over=published.is_taking_over)
            n_rows = 0
            if version not in there:
                with published_tables(published.folder, self._engine) as tables:
                    n_rows = self._build(connection, version, relations, tables)
            self._swap_patiently(connection, version, published.version, relations)
            n_dropped = self._drop_old(connection, version, published.keep_versions)
        return {"tables": len(relations), "rows loaded": n_rows, "versions removed": n_dropped}

    def check(self) -> list[Answer]:
        relations = self._relations()
        with self._connected() as connection:
            found = answers(connection, self._is_for_marts, relations)
            try:
                self._refuse_others(_versions(connection, self._prefix))
            except DestinationError as error:
                return [*found, Answer("home", False, str(error).removeprefix(f"{self._name}: "))]
            return [*found, Answer("home", True, "no other home has loaded there")]

    def _schema_of(self, version: str, relations: Sequence[Relation]) -> str:
        """The schema of a version; names sort by the counter with which versions begin."""
        loaded_as = text_digest(shape_of(relations) + made_mark(self._home, self._name))[:8]
        return f"{self._prefix}_{version.lower().replace('-', '_')}_{loaded_as}"[:63]

    @property
    def _prefix(self) -> str:
        """How the names of versions begin."""
        return "store" if self._is_for_marts else "pub"

    def _marked_versions(self, connection: Connection, *, is_taking_over: bool) -> list[str]:
        """The versions that are there, all of this home; where it takes over, they are from now on.

        Raises DestinationError where another home has loaded them.
        """
        there, ours = _versions(connection, self._prefix), made_mark(self._home, self._name)
        if not is_taking_over:
            self._refuse_others(there)
        else:
            with connection.transaction("versions of another home are taken over"):
                for name in there:
                    connection.execute(sql.comment_on_schema(name, ours))
        return list(there)

    def _refuse_others(self, there: Mapping[str, str | None]) -> None:
        refuse_others(self._name, "the database", there.values(), mark_of(self._home, self._name))

    @property
    def _is_for_marts(self) -> bool:
        return self._section.tables == ONLY_MARTS

    def _relations(self) -> list[Relation]:
        return chosen(self._section.tables)

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        url = secret(self._section.url_secret, self._credentials)
        with closing(Connection(self._name, self._section.url_secret, url)) as connection:
            yield connection

    def _build(
        self, connection: Connection, version: str, relations: Sequence[Relation], tables: PublishedTables
    ) -> int:
        """Makes the schema of a version with all its tables, compared with what was published; returns the number of rows."""
        n_rows = 0
        with connection.transaction("tables are loaded"):
            connection.execute(*sql.make_schema(version))
            connection.execute(sql.comment_on_schema(version, made_mark(self._home, self._name)))
            for relation in relations:
                connection.execute(sql.create_table(version, relation))
                connection.append(version, relation.name, tables.rows(relation.name, relation.table))
                expected = tables.profile(relation.name, relation.table)
                (row,) = connection.query(sql.profile(version, relation))
                found = profile_of(relation.columns, tuple(row.values()))
                refuse_differences(self._name, relation, expected.differences(found))
                connection.execute(sql.analyze(version, relation.name))
                n_rows += expected.n_rows
        return n_rows

    def _swap_patiently(self, connection: Connection, version: str, told: str, relations: Sequence[Relation]) -> None:
        """Swaps between the statements of readers; who keeps a transaction open for long is named in the error."""
        for n_tried in range(1, SWAP_TRIES + 1):
            try:
                return self._swap(connection, version, told, relations)
            except DestinationAwayError as error:
                if n_tried == SWAP_TRIES:
                    raise DestinationAwayError(f"{error} {holders(connection)}".strip()) from None
                time.sleep(random.uniform(0.1, 0.6))
        return None

    def _swap(self, connection: Connection, version: str, told: str, relations: Sequence[Relation]) -> None:
        """Points all views to a version, in one transaction."""
        by_schema = _by_schema(relations, self._is_for_marts)
        with connection.transaction("views are changed to the new version"):
            connection.execute(sql.lock_timeout(sql.SWAP_LOCK_MS))
            if sql.RESTRICTED in by_schema:
                connection.execute(*sql.MAKE_ACCESS)
            has_readers = connection.query(sql.SERVER)[0]["has_readers"]
            for schema, shown in by_schema.items():
                self._make_schema(connection, schema, has_readers and schema == sql.DISTRICT)
                _show(connection, schema, version, shown, has_readers and schema == sql.DISTRICT)
                connection.execute(sql.comment_on_schema(schema, told))

    def _make_schema(self, connection: Connection, schema: str, has_readers: bool) -> None:
        if not connection.query(sql.FIND_SCHEMA, schema):
            connection.execute(*sql.make_schema(schema))
        if has_readers:
            connection.execute(sql.let_readers_in(schema))

    def _drop_old(self, connection: Connection, current: str, keep: int) -> int:
        """Drops versions but the newest ones; one that somebody still reads waits for the next load. Returns how many went."""
        there = list(_versions(connection, self._prefix))
        old = [name for name in there if name < current][: -(keep - 1) or None]
        n_dropped = 0
        for name in [*old, *(name for name in there if name > current)]:
            try:
                with connection.transaction("an old version is dropped"):
                    connection.execute(sql.lock_timeout(sql.SWAP_LOCK_MS), sql.drop_schema(name))
                n_dropped += 1
            except DestinationAwayError:
                continue
        return n_dropped


def _refuse_old_server(connection: Connection, name: str) -> None:
    with connection.explained("the server is asked for its version"):
        server = connection.query(sql.SERVER)[0]
    if server["version"] < sql.LEAST_VERSION:
        raise DestinationError(f"{name}: the server is PostgreSQL {server['says']}; 15 or later is needed.")


def _versions(connection: Connection, prefix: str) -> dict[str, str | None]:
    """The schemas of versions that are there, by their names in order, with the mark of the home that loaded each."""
    with connection.explained("versions are looked up"):
        return {row["name"]: row["mark"] for row in connection.query(sql.SCHEMAS, f"{prefix}\\_%")}


def _by_schema(relations: Sequence[Relation], is_for_marts: bool) -> dict[str, list[Relation]]:
    """Where each view stands."""
    if is_for_marts:
        return {sql.STORE: list(relations)}
    shown = {
        sql.DISTRICT: [relation for relation in relations if relation.is_released],
        sql.RESTRICTED: [relation for relation in relations if not relation.is_released],
    }
    return {schema: found for schema, found in shown.items() if found}


def _show(connection: Connection, schema: str, version: str, relations: Sequence[Relation], has_readers: bool) -> None:
    """The views of a schema on a version; those of tables that are no longer chosen go."""
    there = [row["name"] for row in connection.query(sql.VIEWS, schema)]
    for name in sorted(set(there) - {relation.name for relation in relations}):
        connection.execute(sql.drop_view(schema, name))
    for relation in sorted(relations, key=lambda relation: relation.name):
        granted: list[dict[str, str]] = []
        if relation.name in there and _columns_of(connection, schema, relation) != sql.types_of(relation.columns):
            granted = connection.query(sql.GRANTS_ON_VIEW, schema, relation.name)
            connection.execute(sql.drop_view(schema, relation.name))
        is_restricted = schema == sql.RESTRICTED
        connection.execute(sql.create_view(schema, version, relation, is_restricted=is_restricted))
        connection.execute(*sql.comments(schema, relation))
        if has_readers:
            connection.execute(sql.grant("select", schema, relation.name, sql.READERS))
        for row in granted:
            connection.execute(sql.grant(row["privilege"], schema, relation.name, row["grantee"]))


def _columns_of(connection: Connection, schema: str, relation: Relation) -> list[tuple[str, str]]:
    rows = connection.query(sql.COLUMNS_OF_VIEW, schema, relation.name)
    return [(row["name"], row["type"]) for row in rows]
