"""`accounts` and `audit`: who may sign in to the dashboard, and who saw what (docs/access.md). `inviting` has `accounts invite`."""

import csv
import datetime as dt
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import click
from rich.table import Table

from district_platform.cli.common import access_store, console, home_option, settings_of
from district_platform.cli.inviting import invite
from district_platform.cli.terminal import cells, plain
from district_platform.web.access.logins import as_login
from district_platform.web.signin import accounts as kept
from district_platform.web.signin import audit as trail
from district_platform.web.signin import second_factor
from district_platform.web.signin.audit import COMMAND_LINE, Event
from district_platform.web.signin.store import AccessStore


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


accounts.add_command(invite)


@accounts.command()
@home_option
@click.argument("login")
def reset(home: Path | None, login: str) -> None:
    """Print a temporary password for LOGIN, enable the account, and sign it out everywhere."""
    with _store(home) as store:
        password = kept.reset(store, login)
        trail.record(store, Event.ACCOUNT_RESET, COMMAND_LINE, page=as_login(login))
        _tell(as_login(login), password)


@accounts.command()
@home_option
@click.argument("login")
def disable(home: Path | None, login: str) -> None:
    """Close the account of LOGIN and sign it out everywhere. `reset` opens it again."""
    with _store(home) as store:
        kept.disable(store, login)
        trail.record(store, Event.ACCOUNT_DISABLED, COMMAND_LINE, page=as_login(login))
    console.print(plain(f"{as_login(login)} is disabled and signed out."))


@accounts.command()
@home_option
@click.argument("login")
def remove(home: Path | None, login: str) -> None:
    """Delete the account of LOGIN and sign it out, before somebody else gets its address; the audit keeps its lines."""
    with _store(home) as store:
        kept.remove(store, login)
        trail.record(store, Event.ACCOUNT_REMOVED, COMMAND_LINE, page=as_login(login))
    console.print(plain(f"{as_login(login)} is deleted and signed out."))


@accounts.command("reset-code")
@home_option
@click.argument("login")
def reset_code(home: Path | None, login: str) -> None:
    """Take the second factor of LOGIN away and sign it out everywhere, as when a telephone is lost; the next sign-in sets up a new one."""
    with _store(home) as store:
        account = kept.existing(store, login)
        second_factor.remove(store, account.account_id)
        trail.record(store, Event.FACTOR_REMOVED, COMMAND_LINE, page=account.login)
    console.print(plain(f"{account.login} has no second factor any more and is signed out."))


@accounts.command()
@home_option
@click.argument("login")
def code(home: Path | None, login: str) -> None:
    """Print the code that an authenticator app would show now for LOGIN, a ready-made account of a synthetic district."""
    with _store(home) as store:
        account = kept.existing(store, login)
        if account.ready_made_role is None:
            raise click.ClickException(f"{account.login}: only its owner's app has its codes.")
        if second_factor.find(store, account.account_id) is None:
            raise click.ClickException(f"{account.login} signs in with its password alone.")
        while (now := second_factor.code_now(store, account.account_id)) is None:
            time.sleep(1)
    console.print(now)


@accounts.command("list")
@home_option
def list_accounts(home: Path | None) -> None:
    """All accounts and their state."""
    table = Table("account", "state", "second factor", "since", box=None)
    with _store(home) as store:
        for account in kept.every(store):
            has_factor = "yes" if second_factor.find(store, account.account_id) else ""
            state = kept.state_of(account, store.now())
            table.add_row(*cells(account.login, state, has_factor, _day(account.created_at)))
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
        for line in trail.lines(store, start.timestamp(), as_login(account) if account else None):
            at = dt.datetime.fromtimestamp(line.at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            written.writerow([at, *(_harmless(getattr(line, name)) for name in list(vars(line))[1:])])


def _store(home: Path | None) -> AbstractContextManager[AccessStore]:
    return access_store(settings_of(home))


def _tell(login: str, password: str) -> None:
    console.print(plain(f"{login}   temporary password: {password}"))
    console.print(
        f"It opens the account for {kept.TEMPORARY_DAYS} days, until its owner has chosen another one. It is shown this once."
    )


def _day(at: float) -> str:
    return dt.datetime.fromtimestamp(at).strftime("%Y-%m-%d")


def _harmless(text: str) -> str:
    """No formula for a spreadsheet, and nothing that steers a terminal, in lines of earlier versions either."""
    plain_text = trail.harmless(text)
    return f"'{plain_text}" if plain_text[:1] in ("=", "+", "-", "@") else plain_text
