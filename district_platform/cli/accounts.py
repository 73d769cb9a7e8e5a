"""`accounts` and `audit`: who may sign in to the dashboard, and who saw what (docs/access.md)."""

import csv
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from rich.table import Table

from district_platform.cli.common import console, home_option, settings_of
from district_platform.cli.terminal import cells, plain
from district_platform.web.signin import accounts as kept
from district_platform.web.signin import audit as trail
from district_platform.web.signin.audit import COMMAND_LINE, Event
from district_platform.web.signin.store import AccessStore, AccessStoreError

_HEADER = "login"


@click.group()
def accounts() -> None:
    """Who may sign in to the dashboard. What an account sees comes from HR and data/reference/access.csv, not from here."""


@accounts.command()
@home_option
@click.argument("login")
def add(home: Path | None, login: str) -> None:
    """Make an account for LOGIN, an e-mail address or a person number, and print its temporary password."""
    with _store(home) as store:
        for name, password in kept.add(store, [login]).items():
            trail.record(store, Event.ACCOUNT_ADDED, COMMAND_LINE, page=name)
            _tell(name, password)


@accounts.command("import")
@home_option
@click.argument("file", type=click.File(encoding="utf-8-sig"))
def import_accounts(home: Path | None, file: TextIO) -> None:
    """Make an account for each row of FILE, a CSV with the column `login`; all or none. Prints login,temporary_password as CSV."""
    logins = _logins(file)
    with _store(home) as store:
        made = kept.add(store, logins)
        for name in made:
            trail.record(store, Event.ACCOUNT_ADDED, COMMAND_LINE, page=name)
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(["login", "temporary_password"])
    written.writerows(made.items())


@accounts.command()
@home_option
@click.argument("login")
def reset(home: Path | None, login: str) -> None:
    """Print a temporary password for LOGIN, enable the account, and sign it out everywhere."""
    with _store(home) as store:
        password = kept.reset(store, login)
        trail.record(store, Event.ACCOUNT_RESET, COMMAND_LINE, page=kept.as_login(login))
        _tell(kept.as_login(login), password)


@accounts.command()
@home_option
@click.argument("login")
def disable(home: Path | None, login: str) -> None:
    """Close the account of LOGIN and sign it out everywhere. `reset` opens it again."""
    with _store(home) as store:
        kept.disable(store, login)
        trail.record(store, Event.ACCOUNT_DISABLED, COMMAND_LINE, page=kept.as_login(login))
    console.print(plain(f"{kept.as_login(login)} is disabled and signed out."))


@accounts.command("list")
@home_option
def list_accounts(home: Path | None) -> None:
    """All accounts and their state."""
    table = Table("account", "state", "since", box=None)
    with _store(home) as store:
        for account in kept.every(store):
            table.add_row(*cells(account.login, kept.state_of(account, store.now()), _day(account.created_at)))
    console.print(table)


@click.command()
@home_option
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Lines from this day on (default: the last 7 days).")
@click.option("--account", help="Lines of this account alone.")
def audit(home: Path | None, since: dt.datetime | None, account: str | None) -> None:
    """Who signed in, and who saw or took what, as CSV: times in UTC; students by id, or how many and a digest."""
    start = since or dt.datetime.now() - dt.timedelta(days=7)
    written = csv.writer(sys.stdout, lineterminator="\n")
    written.writerow(trail.Line.__dataclass_fields__)
    with _store(home) as store:
        for line in trail.lines(store, start.timestamp(), kept.as_login(account) if account else None):
            at = dt.datetime.fromtimestamp(line.at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            written.writerow([at, *(_harmless(getattr(line, name)) for name in list(vars(line))[1:])])


@contextmanager
def _store(home: Path | None) -> Iterator[AccessStore]:
    try:
        yield AccessStore.of(settings_of(home).home)
    except (kept.AccountError, AccessStoreError) as error:
        raise click.ClickException(str(error)) from None


def _logins(file: TextIO) -> list[str]:
    """The column `login`. Raises ClickException naming the line of what is no account."""
    reader = csv.DictReader(file)
    if _HEADER not in (reader.fieldnames or ()):
        raise click.ClickException(f"{file.name}: has no column {_HEADER}; found {', '.join(reader.fieldnames or ())}.")
    seen: dict[str, int] = {}
    for row in reader:
        login = kept.as_login(row[_HEADER] or "")
        if fault := kept.fault_of(login):
            raise click.ClickException(f"{file.name}, line {reader.line_num}: {fault}")
        if login in seen:
            raise click.ClickException(
                f"{file.name}, line {reader.line_num}: {login} stands in line {seen[login]}, too."
            )
        seen[login] = reader.line_num
    return list(seen)


def _tell(login: str, password: str) -> None:
    console.print(plain(f"{login}   temporary password: {password}"))
    console.print(
        f"It opens the account for {kept.TEMPORARY_DAYS} days, until its owner has chosen another one. It is shown this once."
    )


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at).strftime("%Y-%m-%d")


def _harmless(text: str) -> str:
    """No formula for a spreadsheet: what people typed into an address stands in the audit."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
