"""`district-platform map`: files of another form become extracts by decisions that are proposed, reviewed and checked."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import tomlkit

from district_platform.cli.common import console, home_option, settings_of
from district_platform.cli.terminal import plain
from district_platform.home import shown
from district_platform.settings import Settings

CLEAN, UNDECIDED, UNUSABLE = 0, 1, 2
"""Exit codes: nothing is left to do; decisions are open or there are findings; the files cannot be converted."""

folder_option = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The delivered files (default: sources.mapped.path).",
)
name_argument = click.argument("name")


@click.group("map")
def mapping() -> None:
    """Map files of any form to the data contract: propose, review, check; then `run` with kind = "mapped".

    Exits with 0 when all is decided and clean, with 1 when decisions are open or there are findings, with 2 when the files cannot be
    converted.
    """


@mapping.command()
@home_option
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", required=True, help="The mapping's name: it is written to mappings/NAME.toml.")
@click.option("--update", is_flag=True, help="Add what is new to a mapping that exists; its decisions stay.")
def propose(home: Path | None, folder: Path, name: str, update: bool) -> None:
    """Look at the files in FOLDER and draft a mapping of them. Nothing is converted."""
    settings = settings_of(home)
    path = settings.home.mappings / f"{name}.toml"
    if path.exists() and not update:
        raise click.ClickException(f"{shown(path)} exists. --update adds what is new; its decisions stay.")
    from district_platform.cli.checking import tables_for_check
    from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
    from district_platform.sources.mapped.proposing.updating import kept_otherwise, updated

    with _told(), tables_for_check(settings) as tables:
        look = look_at(tables, folder.resolve(), settings.sources.max_file_bytes)
        draft = draft_document(tables, look, name)
        kept = []
        if path.exists():
            own = tomlkit.parse(path.read_text(encoding="utf-8"))
            kept = kept_otherwise(own, draft)
            draft = updated(own, draft)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(tomlkit.dumps(draft), encoding="utf-8")
    for source in look.sources.values():
        console.print(plain(f"{source.group.pattern}: {look.use_of(source)}"))
    for note in look.notes:
        console.print(plain(note))
    if kept:
        console.print(
            plain(
                f"Kept as the mapping has it, though the profile would now make it in another way: {', '.join(kept)}. "
                "To compare, propose once more under another --name."
            )
        )
    n_open = len(draft.get("open", {}))
    vendor = look.vendor.name if look.vendor else "unknown"
    console.print(plain(f"\nVendor: {vendor}. {n_open} decisions are asked. The draft: {shown(path)}"))
    console.print(plain(f"Next: district-platform map review {name} --folder {folder}"))
    sys.exit(UNDECIDED if n_open else CLEAN)


@mapping.command()
@home_option
@name_argument
@folder_option
@click.option("--by", default=getpass.getuser, help="Who decides (default: the account's name).")
@click.option(
    "--no-input",
    is_flag=True,
    help="Ask nothing: take what is certain enough (--accept-above), and leave the rest open.",
)
@click.option(
    "--accept-above",
    type=click.FloatRange(0, 1),
    default=0.95,
    show_default=True,
    help="How certain that is, with --no-input.",
)
def review(home: Path | None, name: str, folder: Path | None, by: str, no_input: bool, accept_above: float) -> None:
    """Ask what is open in a mapping, one decision a screen. It can be left at any time, and goes on from there."""
    settings = settings_of(home)
    path = settings.home.mappings / f"{name}.toml"
    from district_platform.cli.checking import tables_for_check
    from district_platform.cli.mapping_review import accept, ask
    from district_platform.sources.mapped.proposing.proposal import look_at
    from district_platform.sources.mapped.reading import read_mapping

    with _told(), tables_for_check(settings) as tables:
        read_mapping(path)
        look = look_at(tables, _folder(settings, folder), settings.sources.max_file_bytes)
        n_open = accept(path, look, tables, by, accept_above) if no_input else ask(path, look, tables, by)
    console.print(plain(f"\n{n_open} decisions are open." if n_open else "\nAll is decided."))
    console.print(plain(f"Next: district-platform map check {name}"))
    sys.exit(UNDECIDED if n_open else CLEAN)


@mapping.command()
@home_option
@name_argument
@folder_option
@click.option("--rows", default=5, show_default=True, type=click.IntRange(0, 100), help="Rows of each extract to show.")
@click.option("--show-values", is_flag=True, help="Show values of names, ids and dates, which are masked otherwise.")
def check(home: Path | None, name: str, folder: Path | None, rows: int, show_values: bool) -> None:
    """Convert into a folder that is thrown away, hold the result against the contract's rules, and show what became of the rows."""
    settings = settings_of(home)
    from district_platform.cli.mapping_check import check_mapping

    with _told():
        sys.exit(check_mapping(settings, name, _folder(settings, folder), rows, show_values, console))


@mapping.command()
@click.option("--profile", is_flag=True, help="Of a vendor's profile instead.")
def schema(profile: bool) -> None:
    """Print the JSON Schema of a mapping, for an editor or for writing one by hand."""
    from district_platform.sources.mapped.document import mapping_schema
    from district_platform.sources.mapped.proposing.vendors import profile_schema

    click.echo(json.dumps(profile_schema() if profile else mapping_schema(), indent=2))


def _folder(settings: Settings, folder: Path | None) -> Path:
    return folder.resolve() if folder else settings.home.root / settings.sources.mapped.path


@contextmanager
def _told() -> Iterator[None]:
    """Tells what cannot be used in one message, and exits with 2."""
    from district_platform.sources.conversion import ConversionError

    try:
        yield
    except ConversionError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(UNUSABLE)
