"""PostgreSQL and MariaDB behind one interface, for tests that hold for both."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pytest

from district_platform.credentials import forget
from district_platform.destinations.kinds import destination
from district_platform.destinations.model import Destination
from district_platform.destinations.postgresql import sql as postgres_sql
from district_platform.settings import Settings, load_settings
from district_platform_tests import postgres
from district_platform_tests.mariadb import MariaDB
from district_platform_tests.postgres import Postgres

LOADER, READER = "loader", "reader"
PASSWORD = "Correct/Horse@Battery%"
IN_URL = "Correct%2FHorse%40Battery%25"


class Server(Protocol):
    """A server with an empty database, an account that loads, and one that reads."""

    kind: str

    def url(self, user: str = LOADER, password: str = IN_URL, options: str = "") -> str: ...

    def read(self, query: str) -> Sequence[tuple]:
        """The rows of a query, as the account that reads."""
        ...

    def clear(self) -> None:
        """Removes what loads have left."""
        ...


@dataclass
class OfPostgres:
    server: Postgres
    kind: str = "postgresql"

    def prepare(self) -> None:
        self.server.account(LOADER, PASSWORD, f"grant create on database postgres to {LOADER}")
        self.server.account(READER, PASSWORD)
        postgres.execute(
            self.server.admin, f"create role {postgres_sql.READERS}", f"grant {postgres_sql.READERS} to {READER}"
        )

    def url(self, user: str = LOADER, password: str = IN_URL, options: str = "") -> str:
        return self.server.url(user, password, options=options)

    def read(self, query: str) -> Sequence[tuple]:
        return postgres.fetch(self.url(READER), query)

    def clear(self) -> None:
        schemas = postgres.fetch(
            self.server.admin,
            "select nspname from pg_namespace where nspname ~ '^(pub|store)_v|^(district|restricted|district_store|access)$'",
        )
        postgres.execute(self.server.admin, *(f'drop schema "{name}" cascade' for (name,) in schemas))


@dataclass
class OfMariaDB:
    server: MariaDB
    kind: str = "mysql"

    def prepare(self) -> None:
        grants = [
            f"grant select, insert, create, drop, alter, create view on `{base}{part}`.* to {LOADER}@'127.0.0.1'"
            for base in ("district", "district_store")
            for part in ("", "_staging", "_old")
        ]
        self.server.execute(
            f"create user {LOADER}@'127.0.0.1' identified by '{PASSWORD}'",
            f"create user {READER}@'127.0.0.1' identified by '{PASSWORD}'",
            *grants,
            f"grant select, show view on district.* to {READER}@'127.0.0.1'",
            f"grant select, show view on district_store.* to {READER}@'127.0.0.1'",
        )

    def url(self, user: str = LOADER, password: str = IN_URL, options: str = "") -> str:
        return self.server.url(user, password, options=options)

    def read(self, query: str) -> Sequence[tuple]:
        return self.server.fetch(query, user=READER, password=PASSWORD)

    def clear(self) -> None:
        names = [f"{base}{part}" for base in ("district", "district_store") for part in ("", "_staging", "_old")]
        self.server.execute(*(f"drop database if exists `{name}`" for name in names))


def configured(
    monkeypatch: pytest.MonkeyPatch, kind: str, url: str, tables: object = "released", name: str = "bi"
) -> Settings:
    """Settings of a home with one destination, whose secret is the address."""
    monkeypatch.setenv("DISTRICT_SECRET__DATABASE", url)
    sections = {name: {"kind": kind, "url_secret": "database", "tables": tables}}
    monkeypatch.setenv("DISTRICT_DESTINATIONS", json.dumps(sections))
    settings = load_settings()
    forget("database", settings.credentials)
    return settings


def opened(
    monkeypatch: pytest.MonkeyPatch, server: Server, tables: object = "released", *, url: str | None = None
) -> Destination:
    """The destination on the server."""
    return destination("bi", configured(monkeypatch, server.kind, url or server.url(), tables))
