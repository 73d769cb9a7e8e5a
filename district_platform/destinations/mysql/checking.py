"""What `destinations check` asks a MySQL or MariaDB server; nothing is changed."""

import re

from district_platform.destinations.model import Answer
from district_platform.destinations.mysql import sql
from district_platform.destinations.mysql.connection import Connection

_NEEDED: tuple[str, ...] = ("select", "insert", "create", "drop", "alter")
_UNSEEN = "who reads in a transaction is not shown to this account (grant process on *.*)"
_FOR_THE_VIEW = ("create view",)


def answers(connection: Connection, is_for_marts: bool) -> list[Answer]:
    """Connection, version, TLS, rights, space and locks. Raises DestinationError where the server cannot be asked."""
    with connection.explained("the server is asked"):
        server = connection.query(sql.SERVER)[0]
        cipher = connection.query(sql.ENCRYPTION)[0]["value"]
        granted = [str(next(iter(row.values()))) for row in connection.query(sql.GRANTS)]
    missing = missing_grants(granted, connection.base, str(server["account"]), is_for_marts)
    waiting = holders(connection)
    is_read_only = str(server["is_read_only"]) not in ("0", "OFF")
    mib = float(server["n_bytes"] or 0) / (1 << 20)
    return [
        Answer("connection", True, f"{server['account']}, database {connection.base}"),
        Answer(
            "version",
            is_new_enough(str(server["says"])),
            f"{server['says']}; MySQL 8.0 or MariaDB 10.6, or later, is needed",
        ),
        Answer("TLS", True, f"encrypted ({cipher})" if cipher else "not encrypted, on this machine"),
        Answer("rights", not missing, "all that a load needs" if not missing else " ".join(missing)),
        Answer("writes", not is_read_only, "none taken: the server is read_only" if is_read_only else "taken"),
        Answer(
            "space", True, f"the account's tables hold {mib:,.0f} MiB; what its disk has left the server does not tell"
        ),
        Answer("locks", not waiting, _UNSEEN if waiting is None else waiting or "no other transaction is open"),
    ]


def is_new_enough(says: str) -> bool:
    """Whether a server's version, as it says it, is one that we load."""
    maria = re.search(r"(\d+)\.(\d+)\.\d+-MariaDB", says)  # old ones put 5.5.5- in front
    numbers = maria or re.match(r"(\d+)\.(\d+)\.\d+", says)
    least = sql.LEAST_MARIADB if maria else sql.LEAST_MYSQL
    return numbers is not None and tuple(map(int, numbers.groups())) >= least


def missing_grants(granted: list[str], base: str, account: str, is_for_marts: bool) -> list[str]:
    """The GRANT statements that an administrator must still run, from what SHOW GRANTS says."""
    user, _, host = account.rpartition("@")
    needed: dict[str, tuple[str, ...]] = dict.fromkeys((base, sql.staging(base), sql.old(base)), _NEEDED)
    if is_for_marts:
        needed[base] += _FOR_THE_VIEW
    lacking = {
        database: [right for right in rights if not any(_gives(line, database, right) for line in granted)]
        for database, rights in needed.items()
    }
    return [
        f"grant {', '.join(rights)} on `{database}`.* to '{user}'@'{host}';"
        for database, rights in lacking.items()
        if rights
    ]


def _gives(line: str, database: str, right: str) -> bool:
    found = re.match(r"grant (.+) on (\S+)\.\* to ", line, re.IGNORECASE)
    if not found:
        return False
    rights = [each.strip().lower() for each in found[1].split(",")]
    place = found[2].strip("`").replace("\\_", "_").replace("\\%", "%")
    return place in ("*", database) and (right in rights or "all privileges" in rights)


def holders(connection: Connection) -> str | None:
    """Which transactions are open, or nothing; None where the account may not see them."""
    from pymysql.err import Error

    try:
        rows = connection.query(sql.TRANSACTIONS)
    except Error:
        return None
    told = [f"connection {row['id']} since {row['since']} UTC" for row in rows]
    return f"Open transactions: {'; '.join(told)}." if told else ""
