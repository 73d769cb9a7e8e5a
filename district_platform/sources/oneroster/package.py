"""The export as delivered: a folder or a .zip, its manifest, and the files that the manifest promises.

Ends with one `RosterFile` a file. What cannot be opened, is not a bulk export, or lacks a file is a OneRosterError.
"""

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from district_platform.engine.deliveries import shown_name, why_unreadable
from district_platform.engine.reading import MOST_BYTES
from district_platform.sources.mapped.proposing.vendors import recognised
from district_platform.sources.oneroster.dates import YearLast
from district_platform.sources.oneroster.layout import LAYOUTS, REQUIRED_FILES
from district_platform.sources.oneroster.outcome import OneRosterError
from district_platform.sources.oneroster.parsing import Content, records, text_lines
from district_platform.sources.oneroster.reading import RosterFile, read_file, settle_dates

MANIFEST = "manifest.csv"
VERSIONS = ("1.1", "1.2")
BULK, DELTA, ABSENT = "bulk", "delta", "absent"

MOST_PROPERTIES = 1_000
"""Rows of a manifest; it has one a file."""

Tables = dict[str, RosterFile]
"""The tables that were read, by file name without its ending."""
Files = dict[str, Callable[[], IO[bytes]]]
"""What opens each of the .csv files, by lower-case name."""


def read_export(
    source: Path, null_words: Collection[str] = (), most_bytes: int = MOST_BYTES
) -> tuple[Tables, list[str]]:
    """Every file of the export that is read, and notes on what was left unread or is odd.

    A file is read a line at a time, and one that the conversion does not need is not opened. Raises OneRosterError, also for a
    file that holds more than `most_bytes`, decompressed.
    """
    with _opened(source) as files:
        modes = _modes(files, source, most_bytes)
        tables: Tables = {}
        dates = YearLast()
        notes = _notes_on_unread(modes, files)
        for name, layout in LAYOUTS.items():
            if modes[name] == BULK:
                with _content(layout.file, files, most_bytes) as content:
                    tables[name], oddities = read_file(layout, content, dates, null_words)
                notes += oddities
    for table in tables.values():
        notes += settle_dates(table, dates)
    return tables, notes


@contextmanager
def _opened(source: Path) -> Iterator[Files]:
    """The export's .csv files, for the block. Raises OneRosterError, also in the block, where they cannot be read."""
    if not source.exists():
        raise OneRosterError(f"{source}: there is no such folder or .zip. Set [sources.oneroster] path to the export.")
    try:
        if source.is_dir():
            yield _in_folder(source)
        elif problem := why_unreadable(source, source.resolve().parent):
            raise OneRosterError(f"{source} {problem}. Give a folder, or a .zip.")
        else:
            with zipfile.ZipFile(source) as archive:
                yield _zipped(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise OneRosterError(
            f"{source} cannot be read ({error}). Give a folder, or a .zip that is whole and has no password."
        ) from None


def _in_folder(folder: Path) -> Files:
    """Only regular files, and links that stay in the folder."""
    files: Files = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".csv":
            continue
        if problem := why_unreadable(path, folder):
            raise OneRosterError(f"{shown_name(path, folder)} {problem}.")
        files[path.name.lower()] = partial(_binary, path)
    return files


def _binary(path: Path) -> IO[bytes]:
    return path.open("rb")


def _zipped(archive: zipfile.ZipFile) -> Files:
    """The .csv files beside the archive's manifest: exporters put them at the root, people zip the folder."""
    members = {PurePosixPath(name): name for name in archive.namelist() if name.lower().endswith(".csv")}
    manifests = [path for path in members if path.name.lower() == MANIFEST]
    folder = min(manifests, key=lambda path: len(path.parts)).parent if manifests else PurePosixPath()
    return {path.name.lower(): partial(archive.open, name) for path, name in members.items() if path.parent == folder}


@contextmanager
def _content(file: str, files: Files, most_bytes: int) -> Iterator[Content]:
    if file.lower() not in files:
        raise OneRosterError(f"{file}: {MANIFEST} says bulk, but the file is not there. Export again.")
    with files[file.lower()]() as binary:
        yield Content(file, binary, most_bytes)


def _modes(files: Files, source: Path, most_bytes: int) -> dict[str, str]:
    """How the manifest says that each file is supplied; one it does not list is absent.

    Raises OneRosterError where it is missing, of another version, says delta, or lacks a file that is needed.
    """
    if MANIFEST not in files:
        if vendor := _vendor_of(files, most_bytes):
            raise OneRosterError(
                f'{source}: this is not OneRoster, it is {vendor}: use map. Set kind = "mapped" under [sources] and draft a mapping of '
                f"{'the folder' if source.is_dir() else 'the unpacked files'} with `district-platform map propose`."
            )
        raise OneRosterError(
            f"{MANIFEST} is missing in {source}, and without it a delta export cannot be told from a bulk one. Export "
            f"again with it; or, if this is a bulk export, add a {MANIFEST} with the columns propertyName,value, the "
            "row oneroster.version,1.1 and a row such as file.users,bulk for each file."
        )
    with _content(MANIFEST, files, most_bytes) as content:
        manifest = _properties(content)
    version = manifest.get("oneroster.version", "")
    if not version.startswith(VERSIONS):
        raise OneRosterError(f"{MANIFEST}: oneroster.version is {version!r}. Export as {' or '.join(VERSIONS)}.")
    modes = {name: manifest.get(f"file.{name}".lower()) or ABSENT for name in LAYOUTS}
    _refuse(modes)
    return modes


def _vendor_of(files: Files, most_bytes: int) -> str | None:
    """The system whose files these are, by their headers; None where it is not known."""
    headers = []
    for file in files:
        with _content(file, files, most_bytes) as content:
            _, header = next(records(file, text_lines(file, content, []), []), (1, []))
        names = [name.strip().lower() for name in header] if isinstance(header, list) else []
        headers.append((Path(file).stem, names))
    vendor = recognised(headers)
    return vendor.name if vendor else None


def _properties(content: Content) -> dict[str, str]:
    """The manifest's names and values, in lower case."""
    properties: dict[str, str] = {}
    for number, (_, fields) in enumerate(records(MANIFEST, text_lines(MANIFEST, content, []), [])):
        if number > MOST_PROPERTIES:
            raise OneRosterError(
                f"{MANIFEST}: has more than {MOST_PROPERTIES:,} rows, and is no manifest. Export again."
            )
        if isinstance(fields, list) and len(fields) > 1:
            properties[fields[0].strip().lower()] = fields[1].strip().lower()
    return properties


def _refuse(modes: dict[str, str]) -> None:
    for name, mode in modes.items():
        if mode == DELTA:
            raise OneRosterError(
                f"{MANIFEST}: {name}.csv is a delta, which holds changes only: read as a whole it would lose everyone "
                "who did not change. Export in bulk mode."
            )
        if mode not in (BULK, ABSENT):
            raise OneRosterError(f"{MANIFEST}: file.{name} is {mode!r}. Say bulk or absent.")
        if mode == ABSENT and name in REQUIRED_FILES:
            raise OneRosterError(
                f"{MANIFEST}: {name}.csv is not supplied as bulk. Include it in the export: without it there is no "
                "school, no school year or no student."
            )


def _notes_on_unread(modes: dict[str, str], files: Files) -> list[str]:
    by_file = {f"{name}.csv".lower(): mode for name, mode in modes.items()}
    unlisted = sorted(file for file in files if by_file.get(file) == ABSENT)
    others = sorted(files.keys() - by_file.keys() - {MANIFEST})
    notes = []
    if unlisted:
        notes.append(f"Not read, as the manifest does not supply them: {', '.join(unlisted)}.")
    if others:
        notes.append(f"Not read, as no canonical extract comes from them: {', '.join(others)}.")
    return notes
