"""Loads a publication into MySQL or MariaDB: tables in a database beside the one that is read, exchanged by one rename."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import pyarrow as pa

from district_platform.credentials import secret
from district_platform.destinations.model import Answer, Counts, DestinationAwayError, DestinationError, Published
from district_platform.destinations.mysql import sql
from district_platform.destinations.mysql.checking import answers, holders, is_new_enough
from district_platform.destinations.mysql.connection import Connection
from district_platform.destinations.mysql.store_scripts import seed_view
from district_platform.destinations.relations import (
    ALL,
    ONLY_MARTS,
    PUBLISHED,
    RELEASED,
    Relation,
    chosen,
    refuse_differences,
    refuse_others,
    shape_of,
)
from district_platform.destinations.state import made_mark, mark_of
from district_platform.engine.published import PublishedTables, profile_of, published_tables
from district_platform.outputs.marts import MARTS
from district_platform.settings import MySQL, Settings

SWAP_TRIES = 12


class MySQLDestination:
    """A MySQL or MariaDB server, as `[destinations.<name>]` describes it."""

    def __init__(self, name: str, section: MySQL, settings: Settings) -> None:
        self._name, self._section = name, section
        self._home, self._credentials, self._engine = settings.home, settings.credentials, settings.engine

    def load(self, published: Published) -> Counts:
        relations = self._relations()
        with self._connected() as connection:
            connection.lock()
            refuse_old_server(connection)
            there = _publication(connection)
            if not published.is_taking_over:
                self._refuse_others(connection, there)
            if _is_same(there, published.version, shape_of(relations), made_mark(self._home, self._name)):
                return {"tables": len(relations), "rows loaded": 0}
            self._prepare(connection)
            with published_tables(published.folder, self._engine) as tables:
                n_rows = sum(self._load_table(connection, relation, tables) for relation in relations)
            self._note_publication(connection, published.version, shape_of(relations))
            _swap_patiently(connection, [relation.name for relation in relations])
            if self._is_for_marts:
                with connection.explained("the view on customers_mart is made"):
                    connection.execute(seed_view(connection.base))
            _empty(connection, sql.old(connection.base))
        return {"tables": len(relations), "rows loaded": n_rows}

    def check(self) -> list[Answer]:
        self._relations()
        with self._connected() as connection:
            found = answers(connection, self._is_for_marts)
            try:
                self._refuse_others(connection, _publication(connection))
            except DestinationError as error:
                return [*found, Answer("home", False, str(error).removeprefix(f"{self._name}: "))]
            return [*found, Answer("home", True, "no other home has loaded there")]

    def _refuse_others(self, connection: Connection, there: Mapping[str, Any] | None) -> None:
        marks = [there.get("loaded_by")] if there else []
        refuse_others(self._name, f"the database {connection.base}", marks, mark_of(self._home, self._name))

    @property
    def _is_for_marts(self) -> bool:
        return self._section.tables == ONLY_MARTS

    def _relations(self) -> list[Relation]:
        """`all` means all that are released: this database has no way to show rows of one school alone.

        Raises DestinationError for a list that names a table on single people.
        """
        relations = chosen(RELEASED if self._section.tables == ALL else self._section.tables)
        restricted = [relation.name for relation in relations if not relation.is_released]
        if restricted and not self._is_for_marts:
            raise DestinationError(
                f"{self._name}: tables: {restricted[0]} is on single people, and MySQL cannot show each account its school alone. Load it "
                'into PostgreSQL; the store\'s marts go into a database of their own by tables = "marts".'
            )
        return relations

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        url = secret(self._section.url_secret, self._credentials)
        default = sql.STORE if self._is_for_marts else sql.DISTRICT
        with closing(Connection(self._name, self._section.url_secret, url, default)) as connection:
            yield connection

    def _prepare(self, connection: Connection) -> None:
        """Makes the three databases where they are missing, and empties the two that nobody reads."""
        with connection.explained("databases are made"):
            for name in (connection.base, sql.staging(connection.base), sql.old(connection.base)):
                if not connection.query(sql.DATABASE, name):
                    connection.execute(sql.create_database(name))
        self._refuse_other_readers(connection)
        for name in (sql.staging(connection.base), sql.old(connection.base)):
            _empty(connection, name)

    def _refuse_other_readers(self, connection: Connection) -> None:
        """Raises DestinationError where marts and released tables would share a database, whose account reads all of it."""
        there = set(_tables(connection, connection.base)) & PUBLISHED.keys()
        others = there - set(MARTS) if self._is_for_marts else there & set(MARTS)
        if others:
            raise DestinationError(
                f"{self._name}: the database {connection.base} holds {min(others)}, which other accounts read. The store's marts need a "
                f"database of their own ({sql.STORE})."
            )

    def _load_table(self, connection: Connection, relation: Relation, tables: PublishedTables) -> int:
        """Makes a table in staging and fills it; returns its number of rows."""
        database = sql.staging(connection.base)
        with connection.explained(f"{relation.name} is loaded"):
            connection.execute(sql.create_table(database, relation))
            with connection.transaction():
                statement = sql.insert(database, relation)
                for batch in tables.rows(relation.name, relation.table):
                    connection.insert(statement, rows_of(batch))
            (row,) = connection.query(sql.profile(database, relation))
        expected, found = (
            tables.profile(relation.name, relation.table),
            profile_of(relation.columns, tuple(row.values())),
        )
        refuse_differences(self._name, relation, expected.differences(found))
        return expected.n_rows

    def _note_publication(self, connection: Connection, version: str, shape: str) -> None:
        database = sql.staging(connection.base)
        with connection.explained("the publication is noted"):
            connection.execute(sql.create_publication(database))
            connection.execute(sql.insert_publication(database), version, shape, made_mark(self._home, self._name))


def rows_of(batch: pa.RecordBatch) -> list[tuple[object, ...]]:
    """The rows as PyMySQL takes them."""
    return list(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def refuse_old_server(connection: Connection) -> None:
    """Raises DestinationError for a server older than what a rename of several tables needs."""
    with connection.explained("the server is asked for its version"):
        says = str(connection.query(sql.SERVER)[0]["says"])
    if not is_new_enough(says):
        raise DestinationError(
            f"{connection.name}: the server is {says}; MySQL 8.0 or MariaDB 10.6, or later, is needed."
        )


def _publication(connection: Connection) -> dict[str, Any] | None:
    """What the database says of the publication that it holds; None where it holds none."""
    with connection.explained("the publication there is asked for"):
        if sql.PUBLICATION not in _tables(connection, connection.base):
            return None
        return next(iter(connection.query(sql.publication(connection.base))), None)


def _is_same(there: Mapping[str, Any] | None, version: str, shape: str, mark: str) -> bool:
    """Whether the database holds this publication already, loaded from here."""
    return there is not None and (there["version"], there["shape"], there.get("loaded_by")) == (version, shape, mark)


def _tables(connection: Connection, database: str) -> list[str]:
    with connection.explained("tables are looked up"):
        return [row["name"] for row in connection.query(sql.TABLES, database)]


def _empty(connection: Connection, database: str) -> None:
    for name in _tables(connection, database):
        with connection.explained(f"{database} is emptied"):
            connection.execute(sql.drop_table(database, name))


def _swap_patiently(connection: Connection, names: Sequence[str]) -> None:
    """Exchanges the tables between the statements of readers; who keeps a transaction open for long is named in the error."""
    for n_tried in range(1, SWAP_TRIES + 1):
        try:
            return _swap(connection, names)
        except DestinationAwayError as error:
            if n_tried == SWAP_TRIES:
                raise DestinationAwayError(f"{error} {holders(connection) or ''}".strip()) from None
            time.sleep(random.uniform(0.1, 0.6))
    return None


def _swap(connection: Connection, names: Sequence[str]) -> None:
    """One rename: what was read goes to old, tables that are no longer chosen too; what was loaded takes their place."""
    base = connection.base
    there = [name for name in _tables(connection, base) if name in PUBLISHED or name == sql.PUBLICATION]
    away = [(name, base, sql.old(base)) for name in there]
    here = [(name, sql.staging(base), base) for name in [*names, sql.PUBLICATION]]
    with connection.explained("tables are exchanged"):
        connection.execute(sql.rename([*away, *here]))
