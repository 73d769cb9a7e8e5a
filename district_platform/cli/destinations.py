"""`destinations`: the databases that hold publications for others (docs/bi.md)."""

import sys
from functools import partial
from pathlib import Path

import click
from rich.table import Table

from district_platform.cli.common import console, explained, home_option, settings_of
from district_platform.cli.terminal import cells, labelled
from district_platform.settings import Settings

_names = click.argument("names", nargs=-1)


@click.group()
def destinations() -> None:
    """Where publications are loaded beside this machine: look at them, check them, load them."""


@destinations.command()
@home_option
@_names
def status(home: Path | None, names: tuple[str, ...]) -> None:
    """The publication that each destination holds, and since when it is behind. Exits with 1 where one is."""
    from district_platform.destinations.state import state_of

    settings = settings_of(home)
    states = {name: state_of(settings.home, name) for name in _chosen(settings, names)}
    table = Table("destination", "kind", "holds", "loaded", "behind since", "why", box=None)
    for name, state in states.items():
        times = (f"{time:%Y-%m-%d %H:%M} UTC" if time else "" for time in (state.loaded_at, state.behind_since))
        kind = settings.destinations[name].kind
        table.add_row(
            *cells(name, kind, state.loaded or "nothing yet", *times, (state.reason or "").removeprefix(f"{name}: "))
        )
    console.print(table)
    sys.exit(1 if any(state.behind_since for state in states.values()) else 0)


@destinations.command()
@home_option
@click.option("--take-over", is_flag=True, help="Go on where another home has loaded, which then loads there no more.")
@_names
def load(home: Path | None, names: tuple[str, ...], take_over: bool) -> None:
    """Load the current publication now, into all destinations or those named. Exits with 1 where one did not take it."""
    from district_platform.destinations.loading import load as load_destination
    from district_platform.destinations.model import DestinationError
    from district_platform.retries import patiently

    settings = settings_of(home)
    failed = False
    for name in _chosen(settings, names):
        try:
            with explained():
                loading = partial(load_destination, name, settings, take_over=take_over)
                counts = patiently(loading, settings.retries)
        except (DestinationError, click.ClickException) as error:
            failed = True
            console.print(labelled(name, "red", str(error).removeprefix(f"{name}: ")))
        else:
            console.print(labelled(name, "green", ", ".join(f"{what} {count}" for what, count in counts.items())))
    sys.exit(1 if failed else 0)


@destinations.command()
@home_option
@_names
def check(home: Path | None, names: tuple[str, ...]) -> None:
    """Ask each destination whether a load would succeed: connection, version, TLS, rights, locks. Changes nothing.

    A missing right is told as the GRANT that gives it. Exits with 1 where something is missing.
    """
    from district_platform.destinations.kinds import destination
    from district_platform.destinations.model import DestinationError

    settings = settings_of(home)
    is_right = True
    table = Table("destination", "about", "", "found", box=None)
    for name in _chosen(settings, names):
        try:
            with explained():
                answers = destination(name, settings).check()
        except (DestinationError, click.ClickException) as error:
            is_right = False
            table.add_row(*cells(name, "connection", "missing", str(error).removeprefix(f"{name}: ")))
            continue
        for answer in answers:
            is_right &= answer.is_right
            table.add_row(*cells(name, answer.about, "" if answer.is_right else "missing", answer.says))
    console.print(table)
    sys.exit(0 if is_right else 1)


def _chosen(settings: Settings, names: tuple[str, ...]) -> list[str]:
    """The destinations named, else all. Raises ClickException for a name that the settings lack, and where there are none."""
    if not settings.destinations:
        raise click.ClickException("No destination is configured: [destinations.<name>] in district.toml (docs/bi.md).")
    unknown = [name for name in names if name not in settings.destinations]
    if unknown:
        raise click.ClickException(f"{unknown[0]}: no such destination. Known: {', '.join(settings.destinations)}.")
    return list(names or settings.destinations)
