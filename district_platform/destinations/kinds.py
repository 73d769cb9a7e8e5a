"""Which module loads which kind of destination. A kind's libraries are imported only where one of it is configured."""

from district_platform.destinations.model import Destination
from district_platform.settings import Settings


def destination(name: str, settings: Settings) -> Destination:
    """The destination of that name in the settings."""
    section = settings.destinations[name]
    match section.kind:
        case "postgresql":
            from district_platform.destinations.postgresql import PostgreSQLDestination

            return PostgreSQLDestination(name, section, settings)
        case "mysql":
            from district_platform.destinations.mysql import MySQLDestination

            return MySQLDestination(name, section, settings)
        case "dynamodb":
            from district_platform.destinations.dynamodb.destination import AttendanceTable

            return AttendanceTable.of(name, section, settings)
