"""Who may sign in. An account has no role: roles come from the publication and data/reference/access.csv at each request."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from district_platform.web.access.logins import as_login
from district_platform.web.signin import passwords
from district_platform.web.signin.sessions import Session, Verified, end_sessions, is_on
from district_platform.web.signin.store import AccessStore

TEMPORARY_DAYS = 7
"""How long a temporary password works, unless it is changed before."""

LONGEST_LOGIN = 254
"""As an e-mail address (RFC 5321)."""

_SELECT = """
    select account.*, invitation.expires_at as invited_until, identity.subject is not null as is_of_directory
    from account left join invitation using (account_id) left join identity using (account_id)
"""


class AccountError(ValueError):
    """An account that is not there, or is there already; the message names it and what to do."""


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in, by e-mail address, or by person number where there is none."""

    account_id: int
    login: str
    password_hash: str | None
    expires_at: float | None
    """When the password stops working. One that its owner chose does not."""
    is_disabled: bool
    ready_made_role: str | None
    """Of the accounts that a synthetic district comes with."""
    created_at: float
    invited_until: float | None
    """When the link of an invitation that was not accepted stops working."""
    is_of_directory: bool
    """Whether the district's directory has signed this person in."""

    @property
    def may_be_invited(self) -> bool:
        """Whether nobody has opened the account yet."""
        return self.password_hash is None and not self.is_of_directory and not self.is_disabled

    @property
    def must_change_password(self) -> bool:
        return self.expires_at is not None

    @property
    def verified(self) -> Verified:
        """The account as it was when its owner proved to be there."""
        return Verified(self.account_id, self.password_hash)


def find(store: AccessStore, login: str) -> Account | None:
    with store.reading() as connection:
        row = connection.execute(f"{_SELECT} where login = ?", [as_login(login)]).fetchone()
    return account_of(row) if row else None


def existing(store: AccessStore, login: str) -> Account:
    """The account of this name. Raises AccountError."""
    account = find(store, login)
    if account is None:
        raise AccountError(
            f"{as_login(login)}: there is no such account. district-platform accounts list shows them all."
        )
    return account


def by_id(store: AccessStore, account_id: int) -> Account | None:
    with store.reading() as connection:
        row = connection.execute(f"{_SELECT} where account_id = ?", [account_id]).fetchone()
    return account_of(row) if row else None


def every(store: AccessStore) -> list[Account]:
    """All accounts, by name."""
    with store.reading() as connection:
        return [account_of(row) for row in connection.execute(f"{_SELECT} order by login")]


def add(store: AccessStore, logins: Iterable[str]) -> dict[str, str]:
    """Makes accounts, all or none; returns the temporary password of each. Raises AccountError."""
    made = {as_login(login): passwords.made_up() for login in logins}
    hashes = {login: passwords.hashed(password) for login, password in made.items()}
    expires_at = store.now() + TEMPORARY_DAYS * 86_400
    with store.writing() as connection:
        for login, password_hash in hashes.items():
            if fault := fault_of(login):
                raise AccountError(fault)
            try:
                connection.execute(
                    "insert into account (login, password_hash, expires_at, created_at) values (?, ?, ?, ?)",
                    [login, password_hash, expires_at, store.now()],
                )
            except sqlite3.IntegrityError:
                raise AccountError(
                    f"{login}: there is such an account. A new password for it: district-platform accounts reset"
                ) from None
    return made


def reset(store: AccessStore, login: str) -> str:
    """Gives the account a temporary password and enables it; ends its sessions. Raises AccountError."""
    account, password = existing(store, login), passwords.made_up()
    password_hash = passwords.hashed(password)
    with store.writing() as connection:
        connection.execute(
            "update account set password_hash = ?, expires_at = ?, is_disabled = 0 where account_id = ?",
            [password_hash, store.now() + TEMPORARY_DAYS * 86_400, account.account_id],
        )
        connection.execute("delete from invitation where account_id = ?", [account.account_id])
        end_sessions(connection, account.account_id, store.now(), "password reset")
    return password


def disable(store: AccessStore, login: str) -> None:
    """Closes the account and ends its sessions. Raises AccountError."""
    account = existing(store, login)
    with store.writing() as connection:
        connection.execute("update account set is_disabled = 1 where account_id = ?", [account.account_id])
        connection.execute("delete from invitation where account_id = ?", [account.account_id])
        end_sessions(connection, account.account_id, store.now(), "account disabled")


def remove(store: AccessStore, login: str) -> None:
    """Deletes the account, so that somebody else with its name starts afresh; the audit keeps its lines. Raises AccountError."""
    account = existing(store, login)
    with store.writing() as connection:
        connection.execute("delete from account where account_id = ?", [account.account_id])


def set_password(store: AccessStore, account: Account, session: Session, password: str) -> bool:
    """The password that its owner chose in a session, which goes on; all other sessions of the account end.

    False, and nothing changed, where the account was closed or given another password meanwhile, or the session ended: whoever did that
    must have the last word.
    """
    password_hash = passwords.hashed(password)
    with store.writing() as connection:
        query = (
            "update account set password_hash = ?, expires_at = null "
            "where account_id = ? and password_hash is ? and is_disabled = 0"
        )
        asked = [password_hash, account.account_id, account.password_hash]
        if not is_on(connection, session) or connection.execute(query, asked).rowcount != 1:
            return False
        end_sessions(connection, account.account_id, store.now(), "password changed", but=session)
    return True


def rehash(store: AccessStore, account: Account, password: str) -> Account:
    """The account with the same password under today's parameters."""
    password_hash = passwords.hashed(password)
    with store.writing() as connection:
        query = "update account set password_hash = ? where account_id = ? and password_hash = ?"
        connection.execute(query, [password_hash, account.account_id, account.password_hash])
    return replace(account, password_hash=password_hash)


def account_of(row: sqlite3.Row) -> Account:
    return Account(
        row["account_id"],
        row["login"],
        row["password_hash"],
        row["expires_at"],
        bool(row["is_disabled"]),
        row["ready_made_role"],
        row["created_at"],
        row["invited_until"],
        bool(row["is_of_directory"]),
    )


def fault_of(login: str) -> str | None:
    """Why there can be no account of this name, in a sentence, or None."""
    is_word = login.isprintable() and " " not in login and login[:1] not in "=+-@"  # or a spreadsheet would compute it
    if login and len(login) <= LONGEST_LOGIN and is_word:
        return None
    return f"{login[:80]!r} names no account: write an e-mail address or a person number, without spaces."


def state_of(account: Account, now: float) -> str:
    """Whether and how it can be signed in to, in a few words."""
    if account.is_disabled:
        return "disabled"
    if account.ready_made_role:
        return f"ready-made, {account.ready_made_role}"
    if account.password_hash is None:
        if account.is_of_directory:
            return "active, by the directory"
        return "invited" if (account.invited_until or 0) > now else "invited, link over"
    if account.expires_at is None:
        return "active"
    return "temporary password" if account.expires_at > now else "temporary password, over"
