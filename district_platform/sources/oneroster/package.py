"""The export as delivered: a folder or a .zip, its manifest, and the files that the manifest promises.

Ends with one `Table` a file. What cannot be opened, is not a bulk export, or lacks a file is a OneRosterError.
"""

import csv
import io
import zipfile
from pathlib import Path, PurePosixPath

from district_platform.sources.oneroster.layout import LAYOUTS, REQUIRED_FILES
from district_platform.sources.oneroster.reading import OneRosterError, Table, read_table

MANIFEST = "manifest.csv"
VERSIONS = ("1.1", "1.2")
Tables = dict[str, Table]
Manifest = dict[str, str]


def read_export(source: Path) -> tuple[Tables, list[str]]:
    """Every file of the export that is read, by name without its ending, and notes on what was found or left unread.

    Raises OneRosterError.
    """
    files = _files(source)
    manifest = _manifest(files)
    _refuse_delta(manifest)
    tables: Tables = {}
    notes = _notes_on_unread(manifest, files)
    for name, layout in LAYOUTS.items():
        if manifest.get(f"file.{name}".lower()) != "bulk":
            continue
        if layout.file.lower() not in files:
            raise OneRosterError(f"{layout.file}: the manifest says bulk, but the file is not there. Export again.")
        tables[name], odd = read_table(layout, files[layout.file.lower()])
        notes += odd
    if missing := [LAYOUTS[name].file for name in REQUIRED_FILES if name not in tables]:
        raise OneRosterError(
            f"{MANIFEST}: {', '.join(missing)} must be supplied as bulk. Include it in the export: without it there is "
            "no school, no school year or no student."
        )
    return tables, notes


def _files(source: Path) -> dict[str, bytes]:
    """Contents of the .csv files by lower-case name."""
    if source.is_dir():
        return {path.name.lower(): path.read_bytes() for path in source.iterdir() if path.suffix.lower() == ".csv"}
    if not source.exists():
        raise OneRosterError(
            f"{source}: there is no such folder or .zip. Set path in [sources.oneroster] to the export."
        )
    try:
        with zipfile.ZipFile(source) as archive:
            return _zipped(archive)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise OneRosterError(
            f"{source.name} cannot be read as a .zip ({error}). Give the folder, or a .zip that is whole and has no password."
        ) from None


def _zipped(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """The .csv files beside the archive's manifest: exporters put them at the root, people zip the folder."""
    members = {PurePosixPath(name): name for name in archive.namelist() if name.lower().endswith(".csv")}
    manifests = sorted((path for path in members if path.name.lower() == MANIFEST), key=lambda path: len(path.parts))
    folder = manifests[0].parent if manifests else PurePosixPath()
    return {path.name.lower(): archive.read(name) for path, name in members.items() if path.parent == folder}


def _manifest(files: dict[str, bytes]) -> Manifest:
    """The manifest's properties, all in lower case."""
    if MANIFEST not in files:
        raise OneRosterError(
            f"{MANIFEST} is missing, and without it a delta export cannot be told from a bulk one. Export again with it, or, if "
            f"this is a bulk export, add a {MANIFEST} with the columns propertyName,value: oneroster.version,1.1 and a "
            "line such as file.users,bulk for each file."
        )
    rows = csv.reader(io.StringIO(files[MANIFEST].decode("utf-8-sig", errors="replace"), newline=""))
    manifest = {row[0].strip().lower(): row[1].strip().lower() for row in rows if len(row) > 1}
    version = manifest.get("oneroster.version", "")
    if not version.startswith(VERSIONS):
        raise OneRosterError(
            f"{MANIFEST}: oneroster.version is {version!r}; 1.1 and 1.2 are read. Export as one of them."
        )
    return manifest


def _refuse_delta(manifest: Manifest) -> None:
    if delta := [layout.file for name, layout in LAYOUTS.items() if manifest.get(f"file.{name}".lower()) == "delta"]:
        raise OneRosterError(
            f"{MANIFEST}: {', '.join(delta)} is a delta, which holds changes only; read as a whole it would lose everyone "
            "who did not change. Export in bulk mode."
        )


def _notes_on_unread(manifest: Manifest, files: dict[str, bytes]) -> list[str]:
    read = {layout.file.lower() for name, layout in LAYOUTS.items() if manifest.get(f"file.{name}".lower()) == "bulk"}
    known = {layout.file.lower() for layout in LAYOUTS.values()}
    unlisted = sorted((files.keys() & known) - read)
    others = sorted(files.keys() - known - {MANIFEST})
    notes = []
    if unlisted:
        notes.append(f"Not read, as the manifest does not list them as bulk: {', '.join(unlisted)}.")
    if others:
        notes.append(f"Not read, as no canonical extract comes from them: {', '.join(others)}.")
    return notes
