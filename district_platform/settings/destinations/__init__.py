"""Where publications are loaded beside this machine: `[destinations.<name>]`, each of one kind.

A kind is a module here (its settings) and one in `district_platform.destinations` (what it does). To add one, write both, and add a line to
`Destination` below and to `destinations.kinds`.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from district_platform.settings.destinations.dynamodb import DynamoDB
from district_platform.settings.destinations.mysql import MySQL
from district_platform.settings.destinations.postgresql import PostgreSQL

__all__ = ["Destination", "DestinationName", "DynamoDB", "MySQL", "PostgreSQL"]

DestinationName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A name of the district's own; it becomes part of the name of an asset."""

Destination = Annotated[PostgreSQL | MySQL | DynamoDB, Field(discriminator="kind")]
