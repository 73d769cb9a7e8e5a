"""Whose account the directory means. An account is bound to the directory's own name for a person: addresses are given to others later."""

from collections.abc import Callable

from district_platform.web.access.logins import as_login
from district_platform.web.signin import accounts, audit
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.audit import Event
from district_platform.web.signin.directory import DirectoryRefusedError, Person
from district_platform.web.signin.store import AccessStore


def account_of(store: AccessStore, person: Person, has_role: Callable[[Account], bool]) -> Account:
    """The person's account, made at the first sign-in of somebody who has a role. Raises DirectoryRefusedError."""
    login = as_login(person.email)
    bound = _bound(store, person)
    if bound and bound.login != login:
        bound = _renamed(store, bound, login)
    account = bound or accounts.find(store, login)
    if account is None:
        if accounts.fault_of(login) or not has_role(_nobody(login, store.now())):
            raise DirectoryRefusedError("no role in the district's present data")
    elif account.is_disabled or account.ready_made_role:
        raise DirectoryRefusedError("the account is disabled")
    elif account.is_of_directory and bound is None:
        raise DirectoryRefusedError("the account is another person's of the directory")
    return bound or _bind(store, person, login)


def _bound(store: AccessStore, person: Person) -> Account | None:
    query = "select account_id from identity where issuer = ? and subject = ?"
    with store.reading() as connection:
        row = connection.execute(query, [person.issuer, person.subject]).fetchone()
    return accounts.by_id(store, row["account_id"]) if row else None


def _bind(store: AccessStore, person: Person, login: str) -> Account:
    """An invitation that is still out opens nothing any more."""
    if accounts.find(store, login) is None:
        audit.record(store, Event.ACCOUNT_ADDED, login, page="directory")
    with store.writing() as connection:
        connection.execute("insert or ignore into account (login, created_at) values (?, ?)", [login, store.now()])
        connection.execute(
            "insert or ignore into identity select account_id, ?, ? from account where login = ?",
            [person.issuer, person.subject, login],
        )
        connection.execute(
            "delete from invitation where account_id = (select account_id from account where login = ?)", [login]
        )
    account = _bound(store, person)
    if account is None or account.login != login:
        raise DirectoryRefusedError("the account is another person's of the directory")
    return account


def _renamed(store: AccessStore, account: Account, login: str) -> Account:
    """The person's address has changed, as after a marriage: the account goes with it, unless somebody has the new one."""
    if accounts.find(store, login):
        raise DirectoryRefusedError("another account has the person's new address")
    with store.writing() as connection:
        connection.execute("update account set login = ? where account_id = ?", [login, account.account_id])
    audit.record(store, Event.ACCOUNT_RENAMED, login, page=account.login)
    renamed = accounts.by_id(store, account.account_id)
    assert renamed
    return renamed


def _nobody(login: str, now: float) -> Account:
    """An account that is not made yet, to ask for its roles."""
    return Account(0, login, None, None, False, None, now, None, False)
