"""`accounts invite`: accounts for many people at once, each opened by its owner through a link."""

import csv
import datetime as dt
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO

import click

from district_platform.cli.common import access_store, console, district_settings, home_option
from district_platform.cli.terminal import plain
from district_platform.settings import Settings
from district_platform.web.access.logins import as_login
from district_platform.web.access.viewer import Role
from district_platform.web.signin import accounts as kept
from district_platform.web.signin import audit as trail
from district_platform.web.signin import invitations
from district_platform.web.signin.audit import COMMAND_LINE, Event
from district_platform.web.signin.store import AccessStore

_HEADER = "login"
Roles = Mapping[str, tuple[Role, ...]]


@click.command()
@home_option
@click.argument("logins", nargs=-1)
@click.option("--file", type=click.File(encoding="utf-8-sig"), help="A CSV with the column `login`.")
@click.option("--everyone", is_flag=True, help="Everybody who has a role today and no account.")
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Make the accounts, and this file with their links, which only you can read. Without it nothing is made.",
)
def invite(home: Path | None, logins: tuple[str, ...], file: TextIO | None, everyone: bool, write: Path | None) -> None:
    """Invite people by links that work once, for two weeks: each chooses a password that nobody else knows.

    LOGINS are e-mail addresses or person numbers. Says first who would be invited; --write does it, all or none.
    """
    settings = district_settings(home)
    named = [*(_checked(login, "") for login in logins), *(_of_file(file) if file else ())]
    if not named and not everyone:
        raise click.ClickException("Say whom: LOGINS, --file, or --everyone.")
    with access_store(settings) as store:
        roles = _roles(settings)
        wanted = list(dict.fromkeys([*named, *(_without_account(store, roles) if everyone else ())]))
        _tell(wanted, roles, store)
        if write is None:
            console.print("Nothing was made. To invite them: the same with --write FILE.")
        elif wanted:
            _make(store, settings, wanted, roles, write)


def _make(store: AccessStore, settings: Settings, wanted: list[str], roles: Roles, path: Path) -> None:
    """The accounts, and the file with their links; neither without the other."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}. Links are written to a new file alone.") from None
    try:
        tokens = invitations.invite(store, wanted)
        until = dt.datetime.fromtimestamp(store.now() + invitations.INVITED_DAYS * 86_400).strftime("%Y-%m-%d")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            written = csv.writer(file, lineterminator="\n")
            written.writerow(["login", "roles", "link", "works_until"])
            for login, token in tokens.items():
                link = f"{settings.web.public_url}{invitations.PATH}/{token}"
                written.writerow([login, " ".join(roles.get(login, ())), link, until])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    for login in tokens:
        trail.record(store, Event.ACCOUNT_INVITED, COMMAND_LINE, page=login)
    console.print(
        plain(
            f"{len(tokens)} links: {path}. Each opens its account once, until {until}, for whoever has it: "
            "hand each to its person alone, and delete the file then."
        )
    )


def _roles(settings: Settings) -> Roles:
    """Roles of today by account; none before the first publication."""
    from district_platform.web.district import HomeDistrict
    from district_platform.web.reading.publications import NoPublicationError

    district = HomeDistrict(settings.home)
    try:
        return district.everybody()
    except NoPublicationError:
        return {}
    finally:
        district.close()


def _without_account(store: AccessStore, roles: Roles) -> list[str]:
    """Who has a role and can get in neither now nor by a link that still works."""
    has = {
        account.login
        for account in kept.every(store)
        if not account.may_be_invited or (account.invited_until or 0) > store.now()
    }
    return [as_login(login) for login in roles if as_login(login) not in has]


def _tell(wanted: list[str], roles: Roles, store: AccessStore) -> None:
    """Who would be invited: how many by role, and each one where they are few."""
    console.print(f"To invite: {len(wanted)}. With accounts already: {sum(1 for _ in kept.every(store))}.")
    for role, n in sorted(Counter(role.value for login in wanted for role in roles.get(login, ())).items()):
        console.print(f"  {role:<12}{n:>6}")
    without = [login for login in wanted if login not in roles]
    if without:
        console.print(plain(f"Without a role today, so that they cannot enter yet: {', '.join(without)}"))
    if len(wanted) <= 20:
        for login in wanted:
            console.print(plain(f"  {login}   {', '.join(roles.get(login, ()))}"))


def _of_file(file: TextIO) -> Iterable[str]:
    """The column `login`. Raises ClickException naming the line of what is no account."""
    reader = csv.DictReader(file)
    if _HEADER not in (reader.fieldnames or ()):
        raise click.ClickException(f"{file.name}: has no column {_HEADER}; found {', '.join(reader.fieldnames or ())}.")
    seen: dict[str, int] = {}
    for row in reader:
        login = _checked(row[_HEADER] or "", f"{file.name}, line {reader.line_num}: ")
        if login in seen:
            raise click.ClickException(
                f"{file.name}, line {reader.line_num}: {login} stands in line {seen[login]}, too."
            )
        seen[login] = reader.line_num
    return list(seen)


def _checked(text: str, where: str) -> str:
    login = as_login(text)
    if fault := kept.fault_of(login):
        raise click.ClickException(f"{where}{fault}")
    return login
