"""Which files lie in a folder, and how each is written: encoding, what stands between values, titles above the header, the header.

Files with the same header are one group: a year each, a school each.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from district_platform.engine.deliveries import shown_name, why_unreadable
from district_platform.engine.files import open_text, scan_bytes
from district_platform.engine.raw_files import column_name
from district_platform.sources.mapped.document import Sheet
from district_platform.sources.mapped.proposing.dated import dated, other_order, sheet_of
from district_platform.sources.mapped.proposing.vendors import table_named

DELIMITERS = ("\t", ";", "|", ",")
"""What may stand between values; where two fit alike, the comma is part of the text."""
_LINES = 60
"""Lines at the start of a file that are looked at."""
_MOST_SKIPPED = 20
_ENDINGS = (".csv", ".txt", ".tsv", ".csv.gz")


@dataclass(frozen=True)
class Written:
    """How a file is written."""

    encoding: str
    delimiter: str
    skip: int
    headers: tuple[str, ...]
    """Without the dates of a sheet."""
    sheet: Sheet | None = None
    """Where dates stand over its columns."""
    other_order: str | None = None
    """Where these dates can be read with day and month exchanged: that format."""


@dataclass(frozen=True)
class Group:
    """Files with the same columns, under one name."""

    name: str
    pattern: str
    """The path of the only file, or a pattern that fits them all and no other."""
    paths: tuple[Path, ...]
    written: Written


@dataclass(frozen=True)
class Inventory:
    groups: list[Group]
    notes: list[str]


def inventory(folder: Path) -> Inventory:
    """The groups of a folder's files, by name, and a note on each file that cannot be used."""
    notes: list[str] = []
    by_form: dict[tuple, list[tuple[Path, Written]]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = shown_name(path, folder)
        if path.name.startswith((".", "_")):
            continue
        if not path.name.lower().endswith(_ENDINGS):
            notes.append(f"{name}: is no CSV and was left out; save a spreadsheet as CSV (UTF-8).")
        elif problem := why_unreadable(path, folder):
            notes.append(f"{name}: {problem}.")
        elif written := how_written(path):
            form = (path.parent, table_named(path.name), frozenset(written.headers))
            by_form.setdefault(form, []).append((path, written))
        else:
            notes.append(f"{name}: no header was found in its first {_LINES} lines.")
    every = [shown_name(p, folder) for files in by_form.values() for p, _ in files]
    groups = [_group(files, folder, every) for files in by_form.values()]
    return Inventory(_named_apart(groups), notes)


def how_written(path: Path) -> Written | None:
    """The form of a file; None where nothing in it looks like a header."""
    encoding = scan_bytes(path).encoding
    with open_text(path, "cp1252" if encoding == "latin-1" else encoding) as text:
        try:
            lines = [line.rstrip("\n") for _, line in zip(range(_LINES), text, strict=False)]
        except UnicodeError:
            return None
    found = max((_by_delimiter(lines, d) for d in DELIMITERS), key=lambda each: each[0])
    fit, delimiter, skip, headers = found
    if not fit:
        return None
    name = "cp1252" if encoding == "latin-1" else "utf-8"
    columns = tuple(column_name(h) for h in headers)
    sheet = sheet_of(columns)
    if sheet is None:
        return Written(name, delimiter, skip, columns)
    kept = tuple(header for header in columns if header not in dated(columns, sheet))
    return Written(name, delimiter, skip, kept, sheet, other_order(columns, sheet))


def _by_delimiter(lines: list[str], delimiter: str) -> tuple[float, str, int, list[str]]:
    """How well a delimiter fits, with the lines above the header and the header; 0 where it does not.

    The header is the first line with as many cells as most lines have, none of them empty or a number.
    """
    rows = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (
            (0.01, delimiter, 0, rows[0])
            if delimiter == "," and rows and _is_header(rows[0])
            else (0, delimiter, 0, [])
        )
    width, n = max(widths.items(), key=lambda item: (item[1] * item[0], item[0]))
    for skip, row in enumerate(rows[: _MOST_SKIPPED + 1]):
        if len(row) >= width and _is_header(row):
            return n / len(rows) * width, delimiter, skip, row
    return 0, delimiter, 0, []


def _is_header(row: list[str]) -> bool:
    named = [cell.strip() for cell in row]
    while named and not named[-1]:
        named.pop()
    numbers = [cell for cell in named if re.fullmatch(r"[-\d.,/:\s]+", cell)]
    if not named or not all(named) or len(numbers) == len(named):
        return False
    return not numbers or ((sheet := sheet_of(numbers)) is not None and len(dated(numbers, sheet)) == len(set(numbers)))


def _group(files: list[tuple[Path, Written]], folder: Path, every: list[str]) -> Group:
    names = [shown_name(path, folder) for path, _ in files]
    paths = tuple(path for path, _ in files)
    pattern = names[0] if len(names) == 1 else _pattern(names, every)
    stem = re.sub(r"\.(csv|txt|tsv)(\.gz)?$", "", pattern.rsplit("/", 1)[-1], flags=re.IGNORECASE)
    name = re.sub(r"[^a-z0-9]+", "_", stem.lower().replace("*", "")).strip("_") or "file"
    return Group(name, pattern, paths, files[0][1])


def _pattern(names: list[str], every: Iterable[str]) -> str:
    """What the names have in common, with a star between. Digits are left to the star, but where it then fit another file, too."""
    common = _common(names)
    patterns = []
    for start in (re.sub(r"\d+$", "", common), common):
        end = _common([name[len(start) :][::-1] for name in names])[::-1]
        patterns.append(f"{start}*{end.lstrip('0123456789')}")
    others = [name for name in every if name not in names]
    return next((p for p in patterns if not any(fnmatch(name, p) for name in others)), patterns[0])


def _common(names: list[str]) -> str:
    first, last = min(names), max(names)
    n = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:n]


def _named_apart(groups: list[Group]) -> list[Group]:
    """The groups by name, a number after each name that several have."""
    taken: Counter[str] = Counter()
    named = []
    for group in sorted(groups, key=lambda g: g.pattern):
        taken[group.name] += 1
        name = group.name if taken[group.name] == 1 else f"{group.name}_{taken[group.name]}"
        named.append(Group(name, group.pattern, group.paths, group.written))
    return named
