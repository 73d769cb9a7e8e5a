"""`uploads`: corrections of attendance on their way to the SIS (docs/reconciliation.md)."""

import datetime as dt
from pathlib import Path

import click
from rich.table import Table

from district_platform.cli.common import as_of_option, console, explained, home_option, settings_of
from district_platform.settings import Settings


@click.group()
def uploads() -> None:
    """Corrections of attendance for the SIS: look at the next file, approve it, say what the SIS took."""


@uploads.command("list")
@home_option
def list_uploads(home: Path | None) -> None:
    """The approved files, and how many rows wait."""
    from district_platform.outputs.uploads.approval import approved_uploads, waiting_rows
    from district_platform.outputs.uploads.files import UPLOAD

    district = settings_of(home).home
    with explained():
        approved, waiting = approved_uploads(district), waiting_rows(district)
    table = Table("approved file", "approved by", "rows", "taken", "refused", box=None)
    for upload in approved:
        counts = (upload.n_rows, upload.n_taken, upload.n_refused)
        table.add_row(upload.upload, upload.recorded_by, *(f"{count:,}" for count in counts))
    console.print(table)
    console.print(f"{len(waiting):,} rows wait for approval in {district.reports / UPLOAD}.")


@uploads.command()
@home_option
def diff(home: Path | None) -> None:
    """What the next file tells the SIS that it was not told yet."""
    from district_platform.outputs.uploads.approval import waiting_rows

    with explained():
        waiting = waiting_rows(settings_of(home).home)
    for row in waiting:
        console.print(f"{row.student_id}  {row.date}  {row.status} {row.source}".rstrip(), markup=False)


@uploads.command()
@home_option
@as_of_option
def prepare(home: Path | None, as_of: dt.datetime | None) -> None:
    """Make the file of a day again, from the last run's warehouse: what was due up to the Friday before, and is due still."""
    from district_platform.home.lock import WarehouseLock

    settings = settings_of(home)
    date = as_of.date() if as_of else settings.effective_date
    with explained(), WarehouseLock(settings.home.lock):
        prepare_file(settings, date)
    console.print(f"Look at them, then: district-platform uploads approve --by NAME --as-of {date}")


def prepare_file(settings: Settings, date: dt.date) -> None:
    """Makes the file of a day, and says where it is. The caller holds the warehouse's lock. Raises UploadError."""
    from district_platform.engine.resources import Warehouse
    from district_platform.outputs.uploads import preparing

    warehouse = Warehouse.of(settings.home, settings.engine, settings.encryption, settings.credentials)
    rows = preparing.prepare(warehouse, settings, date, f"prepared {date}")
    console.print(f"{len(rows):,} rows in {preparing.prepared_folder(settings.home, date)}.")


@uploads.command()
@home_option
@click.option("--by", required=True, help="Who approves; it is kept in the ledger.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day of a prepared file (default: the published file)."
)
def approve(home: Path | None, by: str, as_of: dt.datetime | None) -> None:
    """Keep the published file, or a prepared one, by date, and write it into the ledger: the next one holds what is new."""
    from district_platform.outputs.uploads import approval
    from district_platform.outputs.uploads.preparing import prepared_folder

    district = settings_of(home).home
    with explained():
        source = prepared_folder(district, as_of.date()) if as_of else None
        folder = approval.approve(district, by, dt.datetime.now(dt.UTC), source)
    console.print(
        f"Approved: {folder}. Import that file." if folder else "Nothing waits: all of it was approved before."
    )


@uploads.command()
@home_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", default="", help="Who says so; it is kept in the ledger.")
def confirm(home: Path | None, file: Path, by: str) -> None:
    """Write into the ledger what the SIS took and refused: FILE has Student ID, Date, Result (taken or refused), Reason."""
    from district_platform.outputs.uploads import approval
    from district_platform.outputs.uploads.ledger import Action

    with explained():
        counts = approval.confirm(settings_of(home).home, file, by, dt.datetime.now(dt.UTC))
    taken, refused = counts[Action.TAKEN], counts[Action.REFUSED]
    console.print(f"{taken:,} taken, {refused:,} refused; refused rows are in the next file again.")
