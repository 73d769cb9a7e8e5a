"""Publications in MySQL and MariaDB: tables loaded beside those that are read, and exchanged by one rename."""

from district_platform.destinations.mysql.destination import MySQLDestination

__all__ = ["MySQLDestination"]
