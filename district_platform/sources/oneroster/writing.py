"""Canonical extracts as CSV in a folder that is whole or not there: built beside it, then swapped in.

Columns, their order, and the keys by which rows are sorted come from the dictionary.
"""

import csv
import shutil
from pathlib import Path

from district_platform.dictionary import EXTRACTS

Record = dict[str, str]
"""A row of a canonical extract by column; a column that is left out is null."""
Extracts = dict[str, list[Record]]
"""Rows by the extract's name; an extract that the input cannot support is not among them."""


def write_extracts(extracts: Extracts, out: Path) -> None:
    """Replace `out` by these extracts.

    Killed while it builds, it leaves `out` as it was; killed between the two renames, the next call first puts it back.
    """
    building, replaced = (out.with_name(f".{out.name}.{word}") for word in ("building", "replaced"))
    _recover(out, building, replaced)
    for name, records in extracts.items():
        _write(building, name, records)
    if out.exists():
        out.rename(replaced)
    building.rename(out)
    shutil.rmtree(replaced, ignore_errors=True)


def _recover(out: Path, building: Path, replaced: Path) -> None:
    """Clear away what a killed run left: half a folder, or the former one while the new one was being moved in."""
    if replaced.exists() and not out.exists():
        replaced.rename(out)
    for leftover in (building, replaced):
        if leftover.exists():
            shutil.rmtree(leftover)
    building.mkdir(parents=True)


def _write(folder: Path, name: str, records: list[Record]) -> None:
    table = EXTRACTS[name]
    path = folder / f"{table.path}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(records, key=lambda record: [record[column] for column in table.key]))
