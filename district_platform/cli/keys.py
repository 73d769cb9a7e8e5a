"""`keys`: which programs may read the API (docs/api.md)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from district_platform.cli.common import console, home_option, settings_of
from district_platform.cli.terminal import cells, plain
from district_platform.home import Home
from district_platform.web.signin import audit
from district_platform.web.signin import keys as kept
from district_platform.web.signin.audit import COMMAND_LINE, Event
from district_platform.web.signin.keys import ALL, ApiKey, ApiKeyError, KeyScope, Named
from district_platform.web.signin.store import AccessStore, AccessStoreError

_PLACES = {"schools": "School", "employees": "Employee", "stores": "Store"}
"""What a key may name by an id of the publication."""


@click.group()
def keys() -> None:
    """Which programs may read the API, what of it, and until when."""


@keys.command()
@home_option
@click.argument("owner")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in KeyScope]),
    multiple=True,
    required=True,
    help="What the key opens; may be given several times.",
)
@click.option(
    "--school", "schools", multiple=True, help="Of the scope students: the id of a school, each by itself; * for all."
)
@click.option(
    "--rules-of",
    "owners",
    multiple=True,
    help="Of the scope quality: an owner of rules, such as 'data team'; * for all.",
)
@click.option("--employee", "employees", multiple=True, help="Of the scope hours: a number of an employee; * for all.")
@click.option("--store", "stores", multiple=True, help="Of the scope store: the id of a store; * for all.")
@click.option(
    "--expires-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day of the key, a year ahead at most."
)
def add(
    home: Path | None,
    owner: str,
    scopes: tuple[str, ...],
    schools: tuple[str, ...],
    expires_on: dt.datetime,
    **named: tuple[str, ...],
) -> None:
    """Make a key for OWNER, who answers for it, and print it this once."""
    with _store(home) as (store, where):
        _check_places(where, {"schools": schools, **named})
        key, text = kept.add(store, owner, map(KeyScope, scopes), schools, expires_on.date(), Named(**named))
        audit.record(store, Event.KEY_ADDED, COMMAND_LINE, page=key.key_id)
        console.print(plain(text))
        console.print(
            plain(
                f"Key {key.key_id} of {key.owner}, until {key.expires_on}. Keep it where passwords are kept: it is shown"
            )
        )
        console.print("this once. It is sent as the header `Authorization: Bearer <key>`, never in an address.")


@keys.command("list")
@home_option
def list_keys(home: Path | None) -> None:
    """All keys: what each opens, until when, and when and from where it was last used."""
    table = Table("key", "owner", "opens", "of", "until", "state", "last used", "from", box=None)
    with _store(home) as (store, _):
        today = dt.datetime.fromtimestamp(store.now()).date()
        for key in kept.every(store):
            table.add_row(*cells(*_shown(key, today)))
    console.print(table)


@keys.command()
@home_option
@click.argument("key_id")
def revoke(home: Path | None, key_id: str) -> None:
    """End the key of this id at once; `keys list` shows the ids."""
    with _store(home) as (store, _):
        key = kept.revoke(store, key_id)
        audit.record(store, Event.KEY_REVOKED, COMMAND_LINE, page=key.key_id)
    console.print(plain(f"Key {key.key_id} of {key.owner} is revoked."))


def _shown(key: ApiKey, today: dt.date) -> tuple[str, ...]:
    used = dt.datetime.fromtimestamp(key.last_used_at).strftime("%Y-%m-%d %H:%M") if key.last_used_at else "never"
    named = {"schools": key.schools, **asdict(key.named)}
    of = "; ".join(_listed(kind, values) for kind, values in named.items() if values)
    opens = " ".join(sorted(key.scopes))
    return (
        *(key.key_id, key.owner, opens, of, key.expires_on.isoformat(), key.state(today)),
        *(used, " ".join(key.addresses)),
    )


def _listed(kind: str, values: tuple[str, ...]) -> str:
    return f"all {kind}" if ALL in values else ", ".join(values)


def _check_places(home: Home, named: Mapping[str, tuple[str, ...]]) -> None:
    """Raises ApiKeyError for an id that the current publication does not have; before the first, any id is taken."""
    from district_platform.web.reading.publications import NoPublicationError
    from district_platform.web.reading.queries import people, registry
    from district_platform.web.reading.reader import Library

    asked = {kind: {*named[kind]} - {ALL} for kind in _PLACES}
    if not any(asked.values()):
        return
    library = Library(home, registry())
    try:
        with library.reader() as reader:
            day = {"today": reader.publication.as_of_date}
            known = {
                kind: {k for (k,) in reader.ask(people.PLACES[kind], day if "$today" in people.PLACES[kind] else {})}
                for kind in _PLACES
            }
    except NoPublicationError:
        return
    finally:
        library.close()
    for kind, one in _PLACES.items():
        for unknown in sorted(asked[kind] - known[kind]):
            raise ApiKeyError(f"{one} {unknown!r} is not in the publication{_those(kind, known[kind])}.")


def _those(kind: str, known: set[str]) -> str:
    """Which there are; not of employees, who are many."""
    return "" if kind == "employees" else f"; it has {', '.join(sorted(known))}"


@contextmanager
def _store(home: Path | None) -> Iterator[tuple[AccessStore, Home]]:
    try:
        where = settings_of(home).home
        yield AccessStore.of(where), where
    except (ApiKeyError, AccessStoreError) as error:
        raise click.ClickException(str(error)) from None
