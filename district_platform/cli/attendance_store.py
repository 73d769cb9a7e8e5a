"""`attendance-store`: the attendance history in DynamoDB (docs/attendance_store.md)."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from district_platform.cli.common import console, explained, home_option, settings_of
from district_platform.cli.terminal import cells, labelled
from district_platform.settings import DynamoDB, Settings

if TYPE_CHECKING:
    from district_platform.destinations.dynamodb.destination import AttendanceTable

_which = click.option("--destination", "name", help="Its name in [destinations.<name>], where there are several.")
_day = click.DateTime(["%Y-%m-%d"])


@click.group("attendance-store")
def attendance_store() -> None:
    """The attendance history in DynamoDB: make the table, load it, look whether it is right, ask for a student."""


@attendance_store.command()
@home_option
@_which
def create(home: Path | None, name: str | None) -> None:
    """Make the table: on demand, encrypted, protected from deletion, with point-in-time recovery."""
    from district_platform.destinations.dynamodb import table

    with _opened(home, name) as (found, _, _):
        table.create(found.requests, found.section)
        console.print(
            f"The table {found.section.table} is there. Next: district-platform attendance-store load --dry-run"
        )


@attendance_store.command()
@home_option
@_which
@click.option("--dry-run", is_flag=True, help="Say what would be written and what it costs, and write nothing.")
def load(home: Path | None, name: str | None, dry_run: bool) -> None:
    """Load the attendance history of the current publication; a run does the same after it has published."""
    from district_platform.destinations.loading import load as load_destination
    from district_platform.retries import patiently

    with _opened(home, name) as (found, settings, which):
        if dry_run:
            console.print(_plan(found, settings))
            return
        counts = patiently(lambda: load_destination(which, settings), settings.retries)
        console.print(labelled(which, "green", ", ".join(f"{what} {count}" for what, count in counts.items())))


@attendance_store.command()
@home_option
@_which
def verify(home: Path | None, name: str | None) -> None:
    """Say whether keys, index, encryption, recovery and protection of the table are right. Exits with 1 where one is not."""
    with _opened(home, name) as (found, _, _):
        answers = found.check()
    for answer in answers:
        console.print(labelled(answer.about, "green" if answer.is_right else "red", answer.says))
    sys.exit(0 if all(answer.is_right for answer in answers) else 1)


@attendance_store.command()
@home_option
@_which
@click.argument("student_id")
@click.option("--from", "first", type=_day, help="First day; default: from the first on.")
@click.option("--to", "last", type=_day, help="Last day; default: to the last.")
def history(home: Path | None, name: str | None, student_id: str, first: click.DateTime, last: click.DateTime) -> None:
    """The days of STUDENT_ID as the table has them. For whoever may read the district's folder; the API asks by scope."""
    from district_platform.destinations.dynamodb.reading import AttendanceStore

    columns = ("date", "school_id", "category", "excusal", "is_absent", "presence_source", "correction")
    shown = Table(*columns, box=None)
    with _opened(home, name) as (found, _, _):
        store = AttendanceStore(found.requests)
        complete = store.complete_as_of()
        days = store.history(student_id, *(each.date() if each else None for each in (first, last)))  # type: ignore[attr-defined]
    for day in days:
        shown.add_row(*cells(*("" if day[column] is None else str(day[column]) for column in columns)))
    console.print(shown)
    console.print(f"{len(days)} {'day' if len(days) == 1 else 'days'}, complete as of {complete.version}.")


def _plan(found: "AttendanceTable", settings: Settings) -> str:
    from district_platform.destinations.dynamodb.costs import estimate
    from district_platform.destinations.model import DestinationError, Published
    from district_platform.engine.publication import current_publication

    folder = current_publication(settings.home)
    if folder is None:
        raise DestinationError("Nothing is published yet: run `district-platform run` first.")
    plan = found.loader.plan(Published(folder, settings.publication.keep_versions))
    cost = estimate(plan["new"], plan["changed"], plan["gone"], plan["listed"])
    return (
        f"Of {plan['items']:,} items, {plan['new']:,} are new, {plan['changed']:,} have changed and {plan['gone']:,} are gone: at most "
        f"{cost.units:,} write units, ${cost.dollars:,.2f} on demand in us-east-1, about {cost.minutes:,.1f} minutes at the "
        "4,000 units a second of a new table. Nothing was written."
    )


@contextmanager
def _opened(home: Path | None, name: str | None) -> Iterator[tuple["AttendanceTable", Settings, str]]:
    from district_platform.destinations.dynamodb.destination import AttendanceTable
    from district_platform.destinations.model import DestinationError

    settings = settings_of(home)
    which, section = _chosen(settings, name)
    try:
        with explained():
            yield AttendanceTable.of(which, section, settings), settings, which
    except DestinationError as error:
        raise click.ClickException(str(error)) from None


def _chosen(settings: Settings, name: str | None) -> tuple[str, DynamoDB]:
    found = {each: s for each, s in settings.destinations.items() if isinstance(s, DynamoDB)}
    if not found:
        raise click.ClickException(
            'No attendance store is configured: [destinations.<name>] with kind = "dynamodb" in district.toml '
            "(docs/attendance_store.md)."
        )
    if name is None and len(found) > 1:
        raise click.ClickException(f"There are several: say --destination {' or '.join(found)}.")
    which = name or next(iter(found))
    if which not in found:
        raise click.ClickException(f"{which}: no destination of kind dynamodb. Known: {', '.join(found)}.")
    return which, found[which]
