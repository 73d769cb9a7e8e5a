"""Dagster's runs, schedules and events in PostgreSQL, for a server whose webserver, daemon and runs are processes of their own.

dagster.yaml names this class and holds no address: the address is a secret, asked for when the instance is opened.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dagster_postgres import DagsterPostgresStorage

from district_platform.credentials import secret
from district_platform.credentials.postgres_url import unprotected_hosts
from district_platform.engine.dagster_internals import ConfigurableClassData
from district_platform.settings import Settings, SettingsError, load_settings


class PostgresStorage(DagsterPostgresStorage):
    """The stock storage, at the address that the secret `server.dagster_database_secret` holds."""

    @classmethod
    def config_type(cls) -> Mapping[str, Any]:
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "PostgresStorage":
        return cls(database_url(load_settings()), inst_data=inst_data)


def database_url(settings: Settings) -> str:
    """The address, with the driver that dagster-postgres brings: SQLAlchemy 2.1 would look for psycopg 3.

    Raises SettingsError where no secret is named, or the connection would be in the clear; CredentialError where the secret is not there.
    """
    name = settings.server.dagster_database_secret
    if name is None:
        raise SettingsError(
            "dagster.yaml keeps runs in PostgreSQL, and server.dagster_database_secret names no address."
        )
    url = secret(name, settings.credentials).get_secret_value()
    if urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise SettingsError(f"The secret {name} must begin with postgresql://; no other database holds Dagster's runs.")
    remote = unprotected_hosts(url)
    if remote:
        raise SettingsError(
            f"The secret {name}: runs and settings would travel to {', '.join(remote)} unprotected. Add sslmode=verify-full with "
            "sslrootcert=…, or at least sslmode=require."
        )
    return f"postgresql+psycopg2://{url.partition('://')[2]}"
