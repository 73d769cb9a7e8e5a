"""`district-platform edfi`: pull from an Ed-Fi API without running, and write down what its codes were found to be."""

from pathlib import Path

import click

from district_platform.cli.common import console, explained, home_option, settings_of
from district_platform.cli.terminal import plain
from district_platform.home import shown


@click.group()
def edfi() -> None:
    """Look at an Ed-Fi API before a run: pull what it holds, and decide what its codes mean (docs/sources/edfi.md)."""


@edfi.command()
@home_option
def pull(home: Path | None) -> None:
    """Pull every resource that the API grants. Nothing is converted or published; `check` and the next run read it."""
    from district_platform.home.lock import WarehouseLock
    from district_platform.sources.edfi import EdfiError, bring

    settings = settings_of(home)
    if "edfi" not in settings.sources.providers:
        raise click.ClickException('No extract comes from an Ed-Fi API: set kind = "edfi" and [sources.edfi] url.')
    try:
        with explained(), WarehouseLock(settings.home.lock):
            told = bring(settings, settings.home, lambda sentence: console.print(plain(str(sentence))))
    except EdfiError as error:
        raise click.ClickException(str(error)) from None
    refused = sorted({part.resource for part in told.parts if part.status == "not granted"})
    if refused:
        console.print(plain(f"Not granted: {', '.join(refused)}. docs/sources/edfi.md says what each feeds."))
    console.print("Next: district-platform edfi crosswalks")


@edfi.command()
@home_option
def crosswalks(home: Path | None) -> None:
    """Write the codes of the last pull, each with its count and meaning, to data/reference/edfi/<Descriptor>.csv.

    Lines that stand there keep their meaning; codes that nobody has decided get an empty one, to be filled in.
    """
    from district_platform.cli.checking import tables_for_check
    from district_platform.sources.edfi import EdfiError
    from district_platform.sources.edfi.crosswalks import write_crosswalks

    settings = settings_of(home)
    try:
        with tables_for_check(settings) as tables:
            written = write_crosswalks(tables, settings.home, settings.sources.edfi)
    except EdfiError as error:
        raise click.ClickException(str(error)) from None
    for path, n_codes, n_open in written:
        left = f", {n_open} without a meaning" if n_open else ""
        console.print(plain(f"{shown(path)}: {n_codes} codes{left}"))
