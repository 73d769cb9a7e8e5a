"""`state`: what nothing can make again, in an object store; `publication`: a copied publication, on a server that only shows it."""

from pathlib import Path

import click

from district_platform.cli.common import console, explained, home_option, settings_of
from district_platform.settings import Settings

_address = click.argument("address", required=False)


@click.group()
def state() -> None:
    """What nothing can make again (settings, ledgers, accounts, punches), in an object store (docs/operations.md).

    ADDRESS is s3://bucket/prefix; default: state.address. Runs of a district with state.address pull and push by themselves.
    """


@state.command()
@home_option
@_address
@click.option(
    "--replace", is_flag=True, help="Take the store's also where this home's has changed, and put that aside."
)
def pull(home: Path | None, address: str | None, replace: bool) -> None:
    """Take what has changed in the store since this home was last in step with it. An empty folder becomes the district."""
    settings = settings_of(home, make=True)
    from district_platform.operations.state import opened

    with explained(), opened(settings, _given(settings, address)) as place:
        pulled = place.pull(replace=replace)
    if pulled is None:
        raise click.ClickException(f"{_given(settings, address)}: nothing was pushed there yet.")
    console.print(f"In step with {pulled.version}: {pulled.n_taken} files taken.")
    if pulled.put_aside:
        console.print(f"What this home had instead is in {pulled.put_aside}.")


@state.command()
@home_option
@_address
def push(home: Path | None, address: str | None) -> None:
    """Send what has changed here, as the version that counts. Refused where the store's has gone on without this home."""
    settings = settings_of(home)
    from district_platform.operations.state import opened

    with explained(), opened(settings, _given(settings, address)) as place:
        pushed = place.push()
    console.print(f"Pushed {pushed.name}: {len(pushed.files)} files." if pushed else "Nothing has changed.")


def _given(settings: Settings, address: str | None) -> str:
    if not (address or settings.state.address):
        raise click.ClickException("Say where the state is: s3://bucket/prefix, or state.address in district.toml.")
    return str(address or settings.state.address)


@click.group()
def publication() -> None:
    """Publications that were made elsewhere."""


@publication.command("pull")
@home_option
@click.argument("address")
def pull_publication(home: Path | None, address: str) -> None:
    """Bring the publication that was copied to ADDRESS (publication.copy_to) to this home, for a dashboard that only shows it."""
    settings = settings_of(home, make=True)
    from district_platform.operations.showing import pull

    with explained():
        pulled = pull(settings, address)
    fetched = f"{pulled.n_fetched} files fetched, {pulled.n_kept} as they were" if pulled.is_new else "as it was"
    console.print(f"{pulled.version}: {fetched}.")
