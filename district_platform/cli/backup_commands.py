"""Keeping what the platform holds: files into a bucket, backups, the warehouse's key (docs/operations.md)."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from district_platform.cli.common import console, explained, home_option, settings_of
from district_platform.settings import load_settings


@click.command()
@home_option
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.argument("to")
def upload(home: Path | None, paths: tuple[Path, ...], to: str) -> None:
    """Send files and folders to an object store: TO is s3://bucket/prefix.

    What is there already is not sent again, nor is a part of a large file after a kill; checksums are compared at the end. Where
    encryption.recipients names somebody, files are sealed for them first.
    """
    settings = settings_of(home)
    from district_platform.outputs.sending import files_to_send, send
    from district_platform.storage.s3 import Address

    with explained(), _transfer() as progress:

        def begin(path: Path, target: Address, n_bytes: int) -> Callable[[int], None]:
            task = progress.add_task(path.name, total=n_bytes)
            return lambda done: progress.advance(task, done)

        sent = send(settings, files_to_send(paths, Address.parse(to)), begin)
    for file in sent:
        console.print(f"{file.address}  {file.n_bytes_sent:,} of {file.size:,} bytes sent")


def _transfer() -> Progress:
    columns = (BarColumn(24), DownloadColumn(), TransferSpeedColumn(), TextColumn("{task.description}", markup=False))
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@click.command()
@home_option
@click.option(
    "--from", "old", help="Name of the secret with the key that the files have now (default: they have none)."
)
def rekey(home: Path | None, old: str | None) -> None:
    """Write the warehouse's files anew under the key that encryption.warehouse_key_secret names, or in the clear if it names none."""
    settings = settings_of(home)
    from district_platform.credentials import secret
    from district_platform.engine.encryption import rewrite, warehouse_key
    from district_platform.home.lock import WarehouseLock

    district, new = settings.home, settings.encryption.warehouse_key_secret
    files = [path for path in (district.database, district.timekeeping_database) if path.exists()]
    if not files:
        raise click.ClickException(f"{district.warehouse}: there is no warehouse yet; the first run makes one.")
    with explained(), WarehouseLock(district.lock):
        before = secret(old, settings.credentials) if old else None
        after = warehouse_key(settings.encryption, settings.credentials)
        for path in files:
            rewrite(path, settings.engine, before, after)
            console.print(f"{path} is {'encrypted under ' + new if new else 'in the clear'}.")


@click.command()
@home_option
@click.argument("destination", type=click.Path(file_okay=False, path_type=Path))
def backup(home: Path | None, destination: Path) -> None:
    """Copy all that could not be made again to a new folder of DESTINATION; `restore` makes a home of it."""
    settings = settings_of(home)
    from district_platform.operations.backup import back_up

    with explained():
        folder = back_up(settings, destination, dt.datetime.now(dt.UTC))
    console.print(f"Backed up to {folder}. It holds data on single people: keep it as safe as the warehouse.")


@click.command()
@home_option
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(home: Path | None, folder: Path) -> None:
    """Make a home of the backup in FOLDER: --home is an empty folder, or is made. Every file is compared with its digest first."""
    district = settings_of(home, make=True).home
    from district_platform.operations.backup import restore as restore_backup

    with explained():
        about = restore_backup(folder, district, load_settings)
    console.print(f"Restored {district.root} as it was at {about['made_at']}: {len(about['files'])} files.")
    console.print("Put the extracts back under data/raw, then: district-platform run.")
