"""`init`: a folder becomes a district."""

from importlib.resources import files
from pathlib import Path
from string import Template

import click

from district_platform.cli.common import HOME_HELP, console, use_home
from district_platform.cli.terminal import plain
from district_platform.dictionary import EXTRACTS
from district_platform.home import Home, district_home, shown

TEMPLATE = files("district_platform.cli").joinpath("district.toml.template")

DEMO_STUDENTS = 400
"""Enough that every table has something to show, and few enough that a run takes less than a minute on a small machine."""

_SYNTHETIC = """[synthetic]
students = {students}
# years = 3
# seed = 20260213                   # the same seed, the same district
"""

_GITIGNORE = """# Data on single people, and what is made from it: none of it belongs under version control.
data/raw/
data/oneroster/
data/export/
warehouse/
reports/
.dagster/
.env
"""


def configuration(kind: str) -> str:
    """The text of a new district.toml."""
    synthetic = _SYNTHETIC.format(students=DEMO_STUDENTS) if kind == "synthetic" else ""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(kind=kind, synthetic=synthetic)


def make_district(home: Home, kind: str) -> list[Path]:
    """Makes the folders and files that are not there yet, all of them private; returns what it made. Changes nothing that is there."""
    systems = sorted({str(extract.system) for extract in EXTRACTS.values()})
    folders = [home.root, *(home.raw / system for system in systems), home.reference, home.reports, home.warehouse]
    texts = {home.config_file: configuration(kind), home.root / ".gitignore": _GITIGNORE}
    made = [path for path in (*folders, *texts) if not path.exists()]
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, text in texts.items():
        if path in made:
            path.write_text(text, encoding="utf-8")
    return made


@click.command()
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help=HOME_HELP)
@click.option("--demo", is_flag=True, help="A synthetic district, to try the platform on.")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
def init(home: Path | None, demo: bool, folder: Path | None) -> None:
    """Make FOLDER (default: --home, DISTRICT_HOME, or here) the home of a district: district.toml, its folders, .gitignore.

    What is there already is left as it is.
    """
    use_home(folder or home)
    district = district_home()
    if district.config_file.exists():
        raise click.ClickException(f"{shown(district.config_file)} exists: this is a district already.")
    make_district(district, "synthetic" if demo else "files")
    at = "" if district.root == Path.cwd() else f" --home {shown(district.root)}"
    console.print(plain(f"A district in {shown(district.root)}. Its settings: {shown(district.config_file)}"))
    if demo:
        console.print(plain(f"Next: district-platform run{at}"))
        return
    console.print(
        plain(f"Put its extracts into {shown(district.raw)}/<system>/ (docs/data_contract.md says which and how).")
    )
    console.print(plain(f"Next: district-platform check{at}, then district-platform run{at}"))
