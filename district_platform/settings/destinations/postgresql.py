"""A PostgreSQL database."""

from typing import Literal

from pydantic import Field

from district_platform.settings.destinations.sql import SqlDestination


class PostgreSQL(SqlDestination):
    """A PostgreSQL database, 15 or later (docs/bi.md). Its address begins with postgresql://."""

    kind: Literal["postgresql"] = Field(description="What it is; docs/settings.md lists the kinds.")
