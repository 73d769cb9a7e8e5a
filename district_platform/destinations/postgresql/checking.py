"""What `destinations check` asks a PostgreSQL server; nothing is changed."""

import datetime as dt
from collections.abc import Sequence

from district_platform.destinations.model import Answer
from district_platform.destinations.postgresql import sql
from district_platform.destinations.postgresql.connection import Connection
from district_platform.destinations.relations import Relation


def answers(connection: Connection, is_for_marts: bool, relations: Sequence[Relation]) -> list[Answer]:
    """Connection, version, TLS, rights, readers, space and locks. Raises DestinationError where the server cannot be asked."""
    with connection.explained("the server is asked"):
        server = connection.query(sql.SERVER)[0]
        foreign = [row["name"] for row in connection.query(sql.FOREIGN_SCHEMAS)]
    account, database = server["account"], server["database"]
    missing = [] if server["may_create"] else [f"grant create on database {database} to {account};"]
    missing += [f"alter schema {name} owner to {account};" for name in foreign]
    mib = server["n_bytes"] / (1 << 20)
    waiting = holders(connection)
    found = [
        Answer("connection", True, f"{account} at the database {database}"),
        Answer(
            "version", server["version"] >= sql.LEAST_VERSION, f"PostgreSQL {server['says']}; 15 or later is needed"
        ),
        Answer("TLS", True, "encrypted" if server["is_encrypted"] else "not encrypted, on this machine"),
        Answer("rights", not missing, "all that a load needs" if not missing else " ".join(missing)),
        Answer("writes", not server["is_standby"], "a standby takes none" if server["is_standby"] else "taken"),
        Answer("space", True, f"the database holds {mib:,.0f} MiB; what its disk has left PostgreSQL does not tell"),
        Answer("locks", not waiting, waiting or "no reader keeps a view"),
    ]
    if not is_for_marts and any(relation.is_released for relation in relations):
        says = "may read" if server["has_readers"] else f"does not exist: nobody but {account} reads yet (docs/bi.md)"
        found.append(Answer("readers", True, f"the role {sql.READERS} {says}"))
    return found


def holders(connection: Connection) -> str:
    """Who keeps a view in an open transaction, or nothing. Without what they asked."""
    with connection.explained("locks are looked at"):
        rows = connection.query(sql.HOLDERS)
    told = [f"{row['account']}{_since(row['since'])} (process {row['pid']})" for row in rows]
    return f"Open transactions on the views: {'; '.join(told)}." if told else ""


def _since(time: dt.datetime | None) -> str:
    return f" since {time:%H:%M:%S} UTC" if time else ""
