"""Accounts that a synthetic district comes with, one a role, named like it. They exist on this machine alone.

Their passwords are made anew at each start of the dashboard and printed, so that none lies about. Where the district is not made up, or
the dashboard is reached from elsewhere, they are removed, and refused should one be left.
"""

import sqlite3
from collections.abc import Iterable

from district_platform.settings import Settings
from district_platform.web.signin import passwords
from district_platform.web.signin.store import AccessStore


def are_allowed(settings: Settings) -> bool:
    return settings.sources.kind == "synthetic" and not settings.web.is_public


def renew(store: AccessStore, roles: Iterable[str]) -> dict[str, str]:
    """One account a role; returns the password of each. The ones before are removed, with their sessions.

    A role whose name is an account's of somebody has none.
    """
    made = {role: passwords.made_up() for role in roles}
    hashes = {role: passwords.hashed(password) for role, password in made.items()}
    with store.writing() as connection:
        _remove(connection)
        taken = {row["login"] for row in connection.execute("select login from account")}
        for role in hashes.keys() - taken:
            connection.execute(
                "insert into account (login, password_hash, ready_made_role, created_at) values (?, ?, ?, ?)",
                [role, hashes[role], role, store.now()],
            )
    return {role: password for role, password in made.items() if role not in taken}


def remove(store: AccessStore) -> None:
    with store.writing() as connection:
        _remove(connection)


def _remove(connection: sqlite3.Connection) -> None:
    connection.execute("delete from account where ready_made_role is not null")
