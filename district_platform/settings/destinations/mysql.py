"""A MySQL or MariaDB database."""

from typing import Literal

from pydantic import Field

from district_platform.settings.destinations.sql import SqlDestination


class MySQL(SqlDestination):
    """A MySQL (8.4 or later) or MariaDB (10.6 or later) database (docs/bi.md). Its address begins with mysql://."""

    kind: Literal["mysql"] = Field(description="What it is; docs/settings.md lists the kinds.")
