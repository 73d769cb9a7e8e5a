"""Invitations: a link that opens an account once, within two weeks, for whoever then chooses its password. Only a hash of it is kept."""

import hashlib
from collections.abc import Iterable

from district_platform.web.access.logins import as_login
from district_platform.web.signin import passwords
from district_platform.web.signin.accounts import Account, AccountError, by_id, fault_of, find
from district_platform.web.signin.store import AccessStore

INVITED_DAYS = 14
PATH = "/invitation"


def invite(store: AccessStore, logins: Iterable[str]) -> dict[str, str]:
    """Makes accounts without a password, all or none; returns the token of each one's link. Raises AccountError.

    Somebody who was invited before and has not accepted is invited anew, and the link of before opens nothing.
    """
    tokens = {as_login(login): passwords.made_up() for login in logins}
    for login in tokens:
        if fault := fault_of(login):
            raise AccountError(fault)
        if (account := find(store, login)) and not account.may_be_invited:
            raise AccountError(
                f"{login}: there is such an account. A new password for it: district-platform accounts reset"
            )
    now = store.now()
    with store.writing() as connection:
        for login, token in tokens.items():
            connection.execute("insert or ignore into account (login, created_at) values (?, ?)", [login, now])
            connection.execute(
                """insert or replace into invitation (token_hash, account_id, expires_at)
                select ?, account_id, ? from account where login = ? and password_hash is null""",
                [_hash(token), now + INVITED_DAYS * 86_400, login],
            )
    return tokens


def invited(store: AccessStore, token: str) -> Account | None:
    """Whom the link is for, if it is good now."""
    query = "select account_id from invitation where token_hash = ? and expires_at > ?"
    with store.reading() as connection:
        row = connection.execute(query, [_hash(token), store.now()]).fetchone()
    account = by_id(store, row["account_id"]) if row else None
    return account if account and not account.is_disabled else None


def accept(store: AccessStore, token: str, password: str) -> Account | None:
    """Gives the account its owner's password and uses the link up; None where somebody was quicker."""
    account, password_hash = invited(store, token), passwords.hashed(password)
    if account is None:
        return None
    with store.writing() as connection:
        if connection.execute("delete from invitation where token_hash = ?", [_hash(token)]).rowcount != 1:
            return None
        query = "update account set password_hash = ? where account_id = ? and is_disabled = 0"
        connection.execute(query, [password_hash, account.account_id])
    return by_id(store, account.account_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.strip().lower().encode()).hexdigest()
