"""From extracts to a publication: `run` and what it says, `generate`, `check`, and the UI."""

import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from district_platform.cli.common import console, district_options, home_option, settings_of
from district_platform.settings import Settings

BEGINNINGS = {
    "delivery": "extracts: generated, converted or found",
    "extracts": "staging, dimensions and facts: read, typed, judged, joined",
    "quality_findings": "quality: the rules' findings and the report",
    "policy_brief": "the brief",
    "publication": "publication",
}
"""Steps with which a part of the flow begins, in its order."""

LOOKS_FOR_GARBAGE = 20_000, 20
"""After so many new objects (Python: 700), and after so many looks at new ones also at older ones (Python: 10)."""


@click.command()
@district_options
@click.option("--select", default="*", show_default=True, help="Assets to build, as Dagster selects them.")
def run(select: str, **chosen: Any) -> None:
    """Build, check and publish everything, and say what was found.

    Exits with 1 when a step failed or a check of severity ERROR did, blocking or not. What was published before then
    stays as it was.
    """
    settings = settings_of(**chosen)
    with _lasting():
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


@contextmanager
def _lasting() -> Iterator[None]:
    """What is made here lasts as long as the process: the garbage collector does not look through it, now or each time later.

    And it looks less often: a run makes expressions by the ten thousand, few of which are garbage yet.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
        gc.set_threshold(*LOOKS_FOR_GARBAGE)
    finally:
        gc.enable()


def _tell(settings: Settings) -> None:
    """Alerts, without a daemon too; what does not arrive now is said, and tried again."""
    from district_platform.running import tell_now

    for failure in tell_now(settings):
        console.print(f"[yellow]{escape(failure)}[/yellow]")


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
    _warn_of_open_files(settings)
    for check in outcome.failed_error_checks:
        console.print(f"[red]ERROR check failed[/red]: {check}")
    ended = "Stopped" if outcome.was_interrupted else "Done" if outcome.exit_code == 0 else "Failed"
    console.print(f"{ended} after {seconds:.0f} s, run {outcome.run_id}.")
    if outcome.was_interrupted:
        console.print("What was published before stays; run again when you like.")


def _warn_of_open_files(settings: Settings) -> None:
    from district_platform.sources.delivery import open_delivery

    warning = open_delivery(settings.home, settings.sources)
    if warning:
        console.print(f"[yellow]open to others[/yellow]: {escape(warning)}")


def _print_findings(path: Path, root: Path) -> None:
    from district_platform.quality.report import open_findings

    report = json.loads(path.read_text())
    counts = Counter((rule["severity"], rule["status"]) for rule in report["rules"])
    found: Counter[str] = Counter()
    for rule in report["rules"]:
        found[rule["severity"]] += open_findings(rule)
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


@click.command()
@district_options
def generate(**chosen: Any) -> None:
    """Write the extracts of a synthetic district to data/raw, and nothing else."""
    settings = settings_of(**chosen)
    from district_platform.sources.synthetic import ForeignFilesError
    from district_platform.sources.synthetic import generate as generate_district

    try:
        files = generate_district(
            settings.home.raw, settings.synthetic, settings.assessments, settings.effective_date, progress=console.print
        )
    except ForeignFilesError as error:
        raise click.ClickException(str(error)) from None
    console.print(f"{len(files)} files in {settings.home.raw}")


@click.command()
@home_option
def check(home: Path | None) -> None:
    """Read the extracts against the contract, load nothing, and print what is wrong.

    Exits with 1 when the extracts could not be published as they are.
    """
    settings = settings_of(home)
    from district_platform.checking import check_extracts

    sys.exit(check_extracts(settings, console))


@click.command()
@home_option
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65_535), help="Port on 127.0.0.1.")
def ui(home: Path | None, port: int) -> None:
    """The Dagster UI on this machine, with its schedules and sensors, for whoever has the URL that is printed.

    The URL holds a token, made anew at each start; it also stands in .dagster/ui_url, for the account that owns the folder.
    """
    settings = settings_of(home)
    os.environ["DISTRICT_HOME"] = str(settings.home.root)
    from district_platform.running import ensure_dagster_home

    ensure_dagster_home(settings.home.dagster_home)
    from district_platform.ui.server import PortTakenError, serve

    try:
        sys.exit(serve(settings, port, lambda url: console.print(f"The Dagster UI: {url}", markup=False)))
    except PortTakenError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        sys.exit(0)
