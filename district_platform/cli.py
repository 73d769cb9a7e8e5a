"""The command line, `district-platform`: thin over the Dagster job that the UI runs too."""

import datetime as dt
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from district_platform.home import district_home
from district_platform.settings import ENV_PREFIX, Settings, SettingsError, load_settings

console = Console(highlight=False, soft_wrap=True)
BEGINNINGS = {
    "delivery": "extracts: generated, converted or found",
    "extracts": "staging, dimensions and facts: read, typed, judged, joined",
    "quality_findings": "quality: the rules' findings and the report",
    "policy_brief": "the brief",
    "publication": "publication",
}
"""Steps with which a part of the flow begins, in its order."""

HOME_HELP = "The district's folder (district.toml, data/, warehouse/, reports/). Default: DISTRICT_HOME, else here."


class _Commands(click.Group):
    """Errors written for people reach them as one message, without a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from None
        except KeyboardInterrupt:
            console.print("\nStopped. What was published before stays; run again when you like.")
            sys.exit(130)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """The data platform of a school district: extracts in; trusted tables, a quality report and a policy brief out.

    Start with `district-platform run`: without any data of your own it makes a synthetic district and shows what the
    platform does with it. For your own data, see the README.
    """
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")


def _use_home(home: Path | None) -> None:
    if home:
        os.environ["DISTRICT_HOME"] = str(home.resolve())


def _override(**values: object) -> None:
    """Options of the command line win over district.toml, as environment variables do."""
    for name, value in values.items():
        if value is not None:
            os.environ[ENV_PREFIX + name.upper()] = str(value)


home_option = click.option("--home", type=click.Path(file_okay=False, path_type=Path), help=HOME_HELP)
students_option = click.option("--students", type=int, help="Students of the synthetic district (default 5000).")
years_option = click.option("--years", type=int, help="School years of the synthetic district (default 3).")
seed_option = click.option("--seed", type=int, help="Seed of the synthetic district: the same seed, the same bytes.")
as_of_option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day to look at the data (default: today)."
)


@main.command()
@home_option
@students_option
@years_option
@seed_option
@as_of_option
@click.option("--select", default="*", show_default=True, help="Assets to build, as Dagster selects them.")
def run(
    home: Path | None,
    students: int | None,
    years: int | None,
    seed: int | None,
    as_of: dt.datetime | None,
    select: str,
) -> None:
    """Build, check and publish everything, and say what was found.

    Exits with 1 when a step failed or a check of severity ERROR did, blocking or not. What was published before then
    stays as it was.
    """
    settings = _settings(home, students, years, seed, as_of)
    from district_platform import running

    running.ensure_dagster_home(settings.home.dagster_home)
    from district_platform.definitions import defs

    running.end_dead_runs_now(settings.home)
    _tell(settings)
    started = time.monotonic()
    with running.refresh_run(defs, select) as (outcome, n_steps, events), _progress() as progress:
        task = progress.add_task("starting", total=n_steps)
        for event in events:
            if event.is_step_start:
                progress.update(task, description=str(event.step_key))
                _say_where(str(event.step_key), time.monotonic() - started)
            elif event.is_step_success or event.is_step_failure or event.is_step_skipped:
                progress.advance(task)
    _summarize(settings, outcome, time.monotonic() - started)
    _tell(settings)
    sys.exit(outcome.exit_code)


def _tell(settings: Settings) -> None:
    """Alerts, without a daemon too; what does not arrive now is said, and tried again."""
    from district_platform.running import tell_now

    for failure in tell_now(settings):
        console.print(f"[yellow]{escape(failure)}[/yellow]")


def _settings(
    home: Path | None,
    students: int | None = None,
    years: int | None = None,
    seed: int | None = None,
    as_of: dt.datetime | None = None,
) -> Settings:
    _use_home(home)
    _override(
        synthetic__students=students,
        synthetic__years=years,
        synthetic__seed=seed,
        as_of_date=as_of.date() if as_of else None,
    )
    return load_settings()


def _progress() -> Progress:
    columns = (
        SpinnerColumn(),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    return Progress(*columns, console=console, transient=True)


def _say_where(step: str, seconds: float) -> None:
    """Where no bar can be drawn, in a log, a line for the steps that begin a part of the flow."""
    if not console.is_terminal and step in BEGINNINGS:
        console.print(f"{seconds:4.0f} s  {BEGINNINGS[step]}")


def _summarize(settings: Settings, outcome: Any, seconds: float) -> None:
    home = settings.home
    for step, reason in outcome.failures.items():
        console.print(f"[red]{step}[/red]: {escape(reason)}")
    refused = home.failed_reports / outcome.run_id / "data_quality_report.json"
    if refused.exists():
        console.print("[red]The publication was refused[/red]: what was published before stays.")
        _print_findings(refused, home.root)
    elif outcome.exit_code == 0 and home.current.exists():
        _print_findings(home.reports / "data_quality_report.json", home.root)
        _print_outputs(home.root, home.reports, home.warehouse)
    for check in outcome.failed_error_checks:
        console.print(f"[red]ERROR check failed[/red]: {check}")
    ended = "Stopped" if outcome.was_interrupted else "Done" if outcome.exit_code == 0 else "Failed"
    console.print(f"{ended} after {seconds:.0f} s, run {outcome.run_id}.")
    if outcome.was_interrupted:
        console.print("What was published before stays; run again when you like.")


def _print_findings(path: Path, root: Path) -> None:
    report = json.loads(path.read_text())
    counts = Counter((rule["severity"], rule["status"]) for rule in report["rules"])
    found: Counter[str] = Counter()
    for rule in report["rules"]:
        found[rule["severity"]] += rule["n_offenders"] - rule["n_waived"]
    table = Table("severity", "findings", "rules with findings", "rules passed", "rules skipped", box=None)
    for severity in ("error", "warn"):
        failing = counts[severity, "failed"] + counts[severity, "warned"]
        numbers = (found[severity], failing, counts[severity, "passed"], counts[severity, "skipped"])
        table.add_row(severity, *(f"{number:,}" for number in numbers))
    console.print(table)
    console.print(f"  data quality report   {path.with_suffix('.html').relative_to(root)}")
    console.print(f"  the same as JSON      {path.relative_to(root)}")


def _print_outputs(root: Path, reports: Path, warehouse: Path) -> None:
    shown = {
        "policy brief": reports / "policy_brief.pdf",
        "attendance upload": reports / "attendance_upload.csv",
        "analysis tables (CSV)": reports / "analysis_tables",
        "warehouse (Parquet)": warehouse / "out",
    }
    for name, path in shown.items():
        console.print(f"  {name:<21} {path.relative_to(root)}")
    console.print(f"Open {(reports / 'policy_brief.pdf').relative_to(root)} first.")


@main.command()
@home_option
@students_option
@years_option
@seed_option
@as_of_option
def generate(
    home: Path | None, students: int | None, years: int | None, seed: int | None, as_of: dt.datetime | None
) -> None:
    """Write the extracts of a synthetic district to data/raw, and nothing else."""
    settings = _settings(home, students, years, seed, as_of)
    from district_platform.sources.synthetic import ForeignFilesError
    from district_platform.sources.synthetic import generate as generate_district

    try:
        files = generate_district(
            settings.home.raw, settings.synthetic, settings.assessments, settings.effective_date, progress=console.print
        )
    except ForeignFilesError as error:
        raise click.ClickException(str(error)) from None
    console.print(f"{len(files)} files in {settings.home.raw}")


@main.command()
@home_option
def check(home: Path | None) -> None:
    """Read the extracts against the contract, load nothing, and print what is wrong.

    Exits with 1 when the extracts could not be published as they are.
    """
    settings = _settings(home)
    from district_platform.checking import check_extracts

    sys.exit(check_extracts(settings, console))


@main.group()
def uploads() -> None:
    """Corrections of attendance for the SIS: look at the next file, approve it, say what the SIS took."""


@contextmanager
def _explained() -> Iterator[None]:
    """Faults of files and a warehouse that is being written reach a person as one message."""
    from district_platform.credentials import CredentialError
    from district_platform.engine.encryption import EncryptionError
    from district_platform.engine.lock import WarehouseBusyError
    from district_platform.outputs.sealing import SealingError
    from district_platform.outputs.uploads.approval import UploadError
    from district_platform.outputs.uploads.ledger import LedgerError
    from district_platform.storage.s3 import StorageError

    ours = CredentialError, EncryptionError, LedgerError, SealingError, StorageError, UploadError, WarehouseBusyError
    try:
        yield
    except ours as error:
        raise click.ClickException(str(error)) from None


@uploads.command("list")
@home_option
def list_uploads(home: Path | None) -> None:
    """The approved files, and how many rows wait."""
    from district_platform.outputs.uploads.approval import approved_uploads, waiting_rows
    from district_platform.outputs.uploads.files import UPLOAD

    district = _settings(home).home
    with _explained():
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

    with _explained():
        waiting = waiting_rows(_settings(home).home)
    for row in waiting:
        console.print(f"{row.student_id}  {row.date}  {row.status} {row.source}".rstrip(), markup=False)


@uploads.command()
@home_option
@as_of_option
def prepare(home: Path | None, as_of: dt.datetime | None) -> None:
    """Make the file of a day again, from the last run's warehouse: what was due up to the Friday before, and is due still."""
    from district_platform.engine.lock import WarehouseLock
    from district_platform.engine.resources import Warehouse
    from district_platform.outputs.uploads import preparing

    settings = _settings(home)
    date = as_of.date() if as_of else settings.effective_date
    warehouse = Warehouse.of(settings.home, settings.engine, settings.encryption, settings.credentials)
    with _explained(), WarehouseLock(settings.home.lock):
        rows = preparing.prepare(warehouse, settings, date, f"prepared {date}")
    console.print(f"{len(rows):,} rows in {preparing.prepared_folder(settings.home, date)}.")
    console.print(f"Look at them, then: district-platform uploads approve --by NAME --as-of {date}")


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

    district = _settings(home).home
    with _explained():
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

    with _explained():
        counts = approval.confirm(_settings(home).home, file, by, dt.datetime.now(dt.UTC))
    taken, refused = counts[Action.TAKEN], counts[Action.REFUSED]
    console.print(f"{taken:,} taken, {refused:,} refused; refused rows are in the next file again.")


@main.command()
@home_option
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.argument("to")
def upload(home: Path | None, paths: tuple[Path, ...], to: str) -> None:
    """Send files and folders to an object store: TO is s3://bucket/prefix.

    What is there already is not sent again, nor is a part of a large file after a kill; checksums are compared at the end. Where
    encryption.recipients names somebody, files are sealed for them first.
    """
    settings = _settings(home)
    from district_platform.outputs.sending import files_to_send, send
    from district_platform.storage.s3 import Address

    with _explained(), _transfer() as progress:

        def begin(path: Path, target: Address, n_bytes: int) -> Callable[[int], None]:
            task = progress.add_task(escape(path.name), total=n_bytes)
            return lambda done: progress.advance(task, done)

        sent = send(settings, files_to_send(paths, Address.parse(to)), begin)
    for file in sent:
        console.print(f"{escape(str(file.address))}  {file.n_bytes_sent:,} of {file.size:,} bytes sent")


def _transfer() -> Progress:
    columns = (BarColumn(24), DownloadColumn(), TransferSpeedColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@main.command()
@home_option
@click.option(
    "--from", "old", help="Name of the secret with the key that the files have now (default: they have none)."
)
def rekey(home: Path | None, old: str | None) -> None:
    """Write the warehouse's files anew under the key that encryption.warehouse_key_secret names, or in the clear if it names none."""
    settings = _settings(home)
    from district_platform.credentials import secret
    from district_platform.engine.encryption import rewrite, warehouse_key
    from district_platform.engine.lock import WarehouseLock

    district, new = settings.home, settings.encryption.warehouse_key_secret
    files = [path for path in (district.database, district.timekeeping_database) if path.exists()]
    if not files:
        raise click.ClickException(f"{district.warehouse}: there is no warehouse yet; the first run makes one.")
    with _explained(), WarehouseLock(district.lock):
        before = secret(old, settings.credentials) if old else None
        after = warehouse_key(settings.encryption, settings.credentials)
        for path in files:
            rewrite(path, settings.engine, before, after)
            console.print(f"{path} is {'encrypted under ' + new if new else 'in the clear'}.")


@main.command()
@home_option
@click.argument("destination", type=click.Path(file_okay=False, path_type=Path))
def backup(home: Path | None, destination: Path) -> None:
    """Copy all that could not be made again to a new folder of DESTINATION; docs/operations.md says how to restore it."""
    from district_platform.backup import back_up

    with _explained():
        folder = back_up(_settings(home).home, destination, dt.datetime.now(dt.UTC))
    console.print(f"Backed up to {folder}. It holds data on single people: keep it as safe as the warehouse.")


@main.group()
def alerts() -> None:
    """Who is told when something is wrong: try the channels, look around, see what is open."""


@alerts.command("test")
@home_option
def try_channels(home: Path | None) -> None:
    """Send a test message to each configured channel; exits with 1 when one does not take it."""
    settings = _settings(home)
    from district_platform.alerts.rounds import try_channels as send

    results = send(settings, time.time())
    if not results:
        raise click.ClickException("No channel is configured: see alerts.slack, alerts.teams and alerts.email.")
    for name, failure in results.items():
        console.print(f"{name}: {escape(failure or 'taken')}")
    sys.exit(1 if any(results.values()) else 0)


@alerts.command("check")
@home_option
def look_around(home: Path | None) -> None:
    """Look for dead runs and old extracts and send what waits, as a run and the daemon do: for cron, between runs."""
    settings = _settings(home)
    from district_platform import running

    running.ensure_dagster_home(settings.home.dagster_home)
    running.end_dead_runs_now(settings.home)
    failures = running.tell_now(settings)
    for failure in failures:
        console.print(escape(failure))
    sys.exit(1 if failures else 0)


@alerts.command("list")
@home_option
def list_alerts(home: Path | None) -> None:
    """The alerts that are open, and how many messages wait for which channel."""
    from district_platform.alerts.ledger import read_ledger

    ledger = read_ledger(_settings(home).home)
    for alert in ledger.open.values():
        console.print(
            f"since {dt.datetime.fromtimestamp(alert.since, dt.UTC):%Y-%m-%d %H:%M} UTC  {escape(alert.text)}"
        )
    if not ledger.open:
        console.print("No alert is open.")
    waiting = Counter(name for message in ledger.outbox for name in message.channels)
    for name, n_messages in sorted(waiting.items()):
        console.print(f"{n_messages} waiting for {name}")


@main.command()
@home_option
@click.option("--employee", required=True, help="The timekeeping system's number of the employee.")
@click.option("--weeks", default=26, show_default=True, help="How many of the last weeks.")
@click.option("--pay", is_flag=True, help="Show the estimated pay, too.")
def hours(home: Path | None, employee: str, weeks: int, pay: bool) -> None:
    """An employee's hours by work week, with a small chart, as published. For whoever may read the warehouse folder."""
    from district_platform.outputs.hours import HoursError, show, weeks_of

    try:
        found = weeks_of(_settings(home).home, employee, weeks)
    except HoursError as error:
        raise click.ClickException(str(error)) from None
    show(found, console, has_pay=pay)


@main.command()
@home_option
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
def ui(home: Path | None, port: int) -> None:
    """The Dagster UI on this machine, with its schedules and sensors."""
    _use_home(home)
    from district_platform.running import DEFINITIONS, ensure_dagster_home

    root = district_home().root
    ensure_dagster_home(district_home().dagster_home)
    command = shutil.which("dagster", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    workspace = root / "workspace.yaml"
    where = ["-w", str(workspace)] if workspace.exists() else ["-m", DEFINITIONS]
    os.environ["DISTRICT_HOME"] = str(root)
    os.execv(str(command), ["dagster", "dev", "-h", "127.0.0.1", "-p", str(port), *where])


if __name__ == "__main__":
    main()
