"""What codes a pull found, written beside their meanings, for the district to decide."""

import csv
from collections import Counter
from pathlib import Path

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import replacing
from district_platform.home import Home
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.converting import coded
from district_platform.sources.edfi.descriptors import (
    DESCRIPTORS,
    Descriptor,
    crosswalk_file,
    default_lines,
    own_lines,
)
from district_platform.sources.edfi.errors import EdfiError
from district_platform.sources.edfi.pulled import Pulled
from district_platform.sources.edfi.pulling import Pull

COUNT = "count"


def write_crosswalks(tables: DuckDBTables, home: Home, source: EdfiSource) -> list[tuple[Path, int, int]]:
    """Writes a file for each descriptor of which the last pull has a code; returns path, codes and how many have no meaning.

    Lines that stand there stay as they are, with their new count; a code with a default gets that. Raises EdfiError where there is no pull.
    """
    pull = Pull.read(home.pulled_edfi)
    if pull is None:
        raise EdfiError("Nothing has been pulled yet: district-platform edfi pull.")
    pulled = Pulled(tables, home.pulled_edfi, pull, {}, source)
    written = []
    try:
        for descriptor in DESCRIPTORS.values():
            found = _found(pulled, descriptor)
            path = crosswalk_file(home.reference, descriptor.name)
            lines = _lines(descriptor, path, found)
            if lines:
                _write(path, descriptor, lines)
                written.append((path, len(lines), sum(not line["value"] for line in lines if line[COUNT] != "0")))
    finally:
        pulled.drop()
    return written


def _found(pulled: Pulled, descriptor: Descriptor) -> Counter[str]:
    """How often each code stands in the pull, by its spelling."""
    counts: Counter[str] = Counter()
    for resource, column in descriptor.places:
        if pulled.has(resource):
            codes = coded(pulled[resource], column)
            counts.update(dict(pulled.tables.fetch(codes.group_by("code").agg(n=codes.count()))))
    return counts


def _lines(descriptor: Descriptor, path: Path, found: Counter[str]) -> list[dict[str, str]]:
    own = {code.lower(): (code, cells) for code, cells in own_lines(descriptor, path).items()}
    defaults = {code.lower(): cells for code, cells in default_lines(descriptor).items()}
    nothing = dict.fromkeys(("value", *descriptor.columns), "")
    lines: list[dict[str, str]] = []
    every = {*found, *(written for written, _ in own.values())}
    for code in sorted(every, key=lambda code: (code.lower(), -found[code], code)):
        if lines and lines[-1]["code"].lower() == code.lower():
            continue
        _, cells = own.get(code.lower(), (code, defaults.get(code.lower(), nothing)))
        n = sum(count for spelled, count in found.items() if spelled.lower() == code.lower())
        lines.append({"code": code, **cells, COUNT: str(n)})
    return lines


def _write(path: Path, descriptor: Descriptor, lines: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("code", "value", *descriptor.columns, COUNT), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
