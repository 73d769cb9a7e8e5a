"""From extracts to a publication: `run`, `generate`, `check`."""

import gc
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click

from district_platform.cli.common import (
    console,
    district_options,
    district_settings,
    explained,
    start_settings,
)
from district_platform.cli.outcome import say_if_synthetic, summarize
from district_platform.cli.progress import follow
from district_platform.cli.terminal import plain
from district_platform.home import shown
from district_platform.settings import Settings

LOOKS_FOR_GARBAGE = 20_000, 20
"""Garbage collection: new objects before a pass (Python: 700), and passes over new objects before one over older ones (Python: 10)."""


@click.command()
@district_options
@click.option("--select", default="*", show_default=True, help="Assets to build, as Dagster selects them.")
@click.option(
    "--uploads", is_flag=True, help="Then prepare the week's corrections of attendance, as `uploads prepare`."
)
@click.option(
    "--occasion",
    metavar="NAME@TIME",
    help="The schedule that starts this run and the time that it is for, such as weekly@2026-11-30T10:30:00Z. It is run once, however "
    "often it is asked for.",
)
def run(select: str, uploads: bool, occasion: str | None, **chosen: Any) -> None:
    """Build, check and publish everything, and say what was found.

    Exits with 1 when a step failed or a check of severity ERROR did, blocking or not. What was published before then
    stays as it was. Exits with 3 when all was published, but a destination did not take it. With state.address, takes the
    state from there first, and sends it on before any figure leaves this machine.
    """
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # whoever ends a container says so by this; else the lease stays
    settings = start_settings(**chosen)
    which = _occasion(occasion)
    try:
        with explained(), _state_of(settings, str(which or "")) as state:
            if state is not None:
                _pull(state, settings)
            code = _run_once(district_settings(**chosen), select, uploads, which)
    except _RunsAlreadyError as error:
        console.print(plain(f"{which}: is being run, and this was its second delivery. {error}"))
        code = 0
    sys.exit(code)


class _RunsAlreadyError(Exception):
    """Another machine runs the same occasion at this moment."""


@contextmanager
def _state_of(settings: Settings, occasion: str) -> Iterator[Any]:
    """The state that a run holds from its start to its end, or None where the settings do not say where it is kept.

    Raises _RunsAlreadyError where another machine holds it for the same occasion, LeaseError for another one.
    """
    if settings.state.address is None:
        yield None
        return
    from district_platform.operations.state import held
    from district_platform.storage.lease import LeaseError

    with ExitStack() as holding:
        try:
            state = holding.enter_context(held(settings, occasion))
        except LeaseError as error:
            if occasion and error.occasion == occasion:
                raise _RunsAlreadyError(str(error)) from None
            raise
        yield state


def _occasion(text: str | None) -> Any:
    """The occasion (`operations.occasions`) that an option names."""
    if text is None:
        return None
    from district_platform.operations.occasions import Occasion

    return Occasion.parse(text)


def _run_once(settings: Settings, select: str, uploads: bool, occasion: Any) -> int:
    """Runs, unless the occasion was run before; returns the exit code."""
    from district_platform.operations import occasions

    if occasion is not None and occasions.was_run(settings.home, occasion):
        console.print(f"{occasion}: was run already; nothing was done.")
        return 0
    outcome = _run(settings, select)
    if outcome.was_interrupted:
        sys.exit(
            outcome.exit_code
        )  # as an error ends the block, so that a state is not sent of a run that somebody stopped
    if uploads and outcome.has_published:
        from district_platform.cli.uploads import prepare_file

        prepare_file(settings, settings.effective_date)
    if occasion is not None and outcome.exit_code == 0:
        occasions.note(settings.home, occasion)
    return int(outcome.exit_code)


def _pull(state: Any, settings: Settings) -> None:
    """Brings the home in step with its state (`operations.state.State`), and says what was taken."""
    from district_platform.retries import patiently

    pulled = patiently(state.pull, settings.retries)
    if pulled:
        console.print(f"State {pulled.version} of {state.at}: {pulled.n_taken} files taken.")


def _run(settings: Settings, select: str) -> Any:
    """Runs the job, says what was found, and returns its outcome (`operations.running.Outcome`)."""
    say_if_synthetic(settings)
    with _without_garbage_collection():
        from district_platform.operations import running

        running.ensure_dagster_home(settings.home.dagster_home, settings.server)
        from district_platform.definitions import defs

    running.end_dead_runs_now(settings.home)
    _tell(settings)
    started = time.monotonic()
    with running.refresh_run(defs, select) as (outcome, n_steps, events):
        follow(events, n_steps, started)
    summarize(settings, outcome, time.monotonic() - started)
    _tell(settings)
    return outcome


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Exempts what the block makes from garbage collection, now and later, because it lasts as long as the process.

    Collection also happens less often: a run makes tens of thousands of expressions, few of which are garbage yet.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
        gc.set_threshold(*LOOKS_FOR_GARBAGE)
    finally:
        gc.enable()


def _tell(settings: Settings) -> None:
    """Sends alerts, also without a daemon; prints what does not arrive now, which is tried again later."""
    from district_platform.operations.running import tell_now

    for failure in tell_now(settings):
        console.print(plain(failure), style="yellow")


@click.command()
@district_options
@click.option(
    "--samples",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write two rows of every extract to this folder instead, to show what each file looks like.",
)
@click.option(
    "--as",
    "vendor",
    metavar="VENDOR",
    help="Write the files that this system would export instead, where mapped files, or OneRoster, are read (docs/sources/index.md).",
)
def generate(samples: Path | None, vendor: str | None, **chosen: Any) -> None:
    """Write the extracts of a synthetic district to data/raw, and nothing else."""
    if samples is not None:
        _write_samples(samples)
        return
    settings = district_settings(**chosen)
    if vendor is not None:
        _write_as(vendor, settings)
        return
    from district_platform.sources.synthetic import ForeignFilesError
    from district_platform.sources.synthetic import generate as generate_district

    raw = settings.home.raw
    try:
        files = generate_district(
            raw, settings.synthetic, settings.assessments, settings.effective_date, progress=console.print
        )
    except ForeignFilesError as error:
        raise click.ClickException(str(error)) from None
    console.print(plain(f"{len(files)} files in {shown(raw)}"))
    say_if_synthetic(settings)


def _write_as(vendor: str, settings: Settings) -> None:
    """Writes the district as a vendor exports it, beside no other files."""
    from district_platform.sources.synthetic import ForeignFilesError
    from district_platform.sources.synthetic.vendors import UNMAPPED, WRITERS, generate_as

    if vendor not in WRITERS:
        raise click.BadParameter(f"must be one of {', '.join(sorted(WRITERS))}.", param_hint="--as")
    sources = settings.sources
    folder = settings.home.root / (sources.oneroster.path if vendor == UNMAPPED else sources.mapped.path)
    district = (settings.synthetic, settings.assessments, settings.effective_date)
    try:
        files = generate_as(vendor, folder, *district, progress=console.print)
    except ForeignFilesError as error:
        raise click.ClickException(str(error)) from None
    console.print(plain(f"{len(files)} files in {shown(folder)}. Every person in them is made up."))
    proposing = f"district-platform map propose {shown(folder)} --name {vendor}"
    console.print(plain(f"Next: {'kind = oneroster, and district-platform run' if vendor == UNMAPPED else proposing}"))


def _write_samples(folder: Path) -> None:
    from district_platform.sources.synthetic.samples import SampleExistsError, write_samples

    try:
        files = write_samples(folder)
    except SampleExistsError as error:
        raise click.ClickException(str(error)) from None
    console.print(plain(f"{len(files)} files of two rows each in {shown(folder)}. Every person in them is made up."))


@click.command()
@district_options
def check(**chosen: Any) -> None:
    """Read the extracts against the contract, load nothing, and print what is wrong.

    Exits with 1 when the extracts could not be published as they are.
    """
    settings = district_settings(**chosen)
    from district_platform.cli.checking import check_extracts

    code = check_extracts(settings, console)
    say_if_synthetic(settings)
    sys.exit(code)
