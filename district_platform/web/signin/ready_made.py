"""Accounts that a synthetic district comes with, one a role, named like it. They exist on this machine alone.

Their passwords, and keys of an authenticator app where the role requires a second factor, are made anew at each start of the dashboard
and printed, so that none lies about. Where the district is not made up, or
the dashboard is reached from elsewhere, they are removed, and refused should one be left.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from district_platform.settings import Settings
from district_platform.web.signin import passwords
from district_platform.web.signin.second_factor import REQUIRED, new_secret, put
from district_platform.web.signin.store import AccessStore


def are_allowed(settings: Settings) -> bool:
    return settings.sources.kind == "synthetic" and not settings.web.is_public


@dataclass(frozen=True)
class Opened:
    """What opens a ready-made account."""

    password: str
    app_key: str
    """Of an authenticator app; empty where the role needs none."""


def renew(store: AccessStore, roles: Iterable[str]) -> dict[str, Opened]:
    """Makes one account a role; returns what opens each. The ones before are removed, with their sessions.

    A role whose name is an account's of somebody has none.
    """
    made = {role: Opened(passwords.made_up(), new_secret() if role in REQUIRED else "") for role in roles}
    hashes = {role: passwords.hashed(opened.password) for role, opened in made.items()}
    now = store.now()
    with store.writing() as connection:
        _remove(connection)
        taken = {row["login"] for row in connection.execute("select login from account")}
        free = {role: opened for role, opened in made.items() if role not in taken}
        for role, opened in free.items():
            account_id = connection.execute(
                "insert into account (login, password_hash, ready_made_role, created_at) values (?, ?, ?, ?)",
                [role, hashes[role], role, now],
            ).lastrowid
            assert account_id
            if opened.app_key:
                put(connection, account_id, opened.app_key, now)
    return free


def remove(store: AccessStore) -> None:
    with store.writing() as connection:
        _remove(connection)


def _remove(connection: sqlite3.Connection) -> None:
    connection.execute("delete from account where ready_made_role is not null")
