"""Publications in PostgreSQL: a schema for each version, and views that all change to it at once."""

from district_platform.destinations.postgresql.destination import PostgreSQLDestination

__all__ = ["PostgreSQLDestination"]
