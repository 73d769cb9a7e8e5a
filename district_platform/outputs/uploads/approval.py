"""What a person does with an upload: look at it, approve it, and record what the SIS did with it."""

import csv
import datetime as dt
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from district_platform.home import Home
from district_platform.home.lock import WarehouseLock
from district_platform.outputs.sealing import PRIVATE
from district_platform.outputs.uploads.files import FILES, UPLOAD, UPLOAD_COLUMNS
from district_platform.outputs.uploads.layouts import FOLDER as LAYOUTS
from district_platform.outputs.uploads.ledger import Action, Day, Entry, Row, add_to_ledger, read_ledger, stated_days

CONFIRMATION_COLUMNS = ("Student ID", "Date", "Result", "Reason")
LISTED_FAULTS = 5


class UploadError(ValueError):
    """A file or a name that cannot be used; the message says which, where, and what to do."""


@dataclass(frozen=True)
class Approved:
    """An approved upload, and what became of its rows."""

    upload: str
    recorded_by: str
    recorded_at: str
    n_rows: int
    n_taken: int
    n_refused: int


def waiting_rows(home: Home, folder: Path | None = None) -> list[Row]:
    """Rows of the upload in `folder` (by default the published one) that the SIS was not told yet. Raises UploadError without one."""
    told = stated_days(read_ledger(home))
    return [row for row in read_upload((folder or _readable(home)) / UPLOAD) if told.get(row.day) != row]


def _readable(home: Home) -> Path:
    """Where the published files can be read: beside `reports`, where they are sealed there."""
    private = home.current / PRIVATE
    return private if private.exists() else home.reports


def approved_uploads(home: Home) -> list[Approved]:
    """Every approved upload, in the order of approval."""
    entries = read_ledger(home)
    counts = Counter((entry.upload, entry.action) for entry in entries)
    first = {entry.upload: entry for entry in reversed(entries) if entry.action is Action.APPROVED}
    return [
        Approved(
            name,
            first[name].recorded_by,
            first[name].recorded_at,
            counts[name, Action.APPROVED],
            counts[name, Action.TAKEN],
            counts[name, Action.REFUSED],
        )
        for name in sorted(first)
    ]


def approve(home: Home, by: str, at: dt.datetime, source: Path | None = None) -> Path | None:
    """Keeps an upload by date, and writes its rows into the ledger; returns its folder, None where nothing waits.

    `source` is the folder in which the upload lies, by default that of the published one. The next run makes a file of what is
    new since. Raises UploadError where there is no upload or nobody is named, and WarehouseBusyError while a run is writing.
    """
    if not by.strip():
        raise UploadError("--by: say who approves; a name or the initials that your district uses")
    with WarehouseLock(home.lock):
        source = source or _readable(home)
        rows = waiting_rows(home, source)
        if not rows:
            return None
        folder = _new_folder(home, at.date())
        for name in FILES:
            shutil.copy2(source / name, folder / name)
        shutil.copytree(source / LAYOUTS, folder / LAYOUTS, dirs_exist_ok=True)
        recorded_at = at.isoformat(timespec="seconds")
        add_to_ledger(home, [Entry(folder.name, Action.APPROVED, row, by.strip(), recorded_at) for row in rows])
        return folder


def _new_folder(home: Home, date: dt.date) -> Path:
    """warehouse/uploads/<date>, or <date>-2 where that day had one already."""
    home.uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = {entry.upload for entry in read_ledger(home)}
    number = 1
    while (name := date.isoformat() if number == 1 else f"{date}-{number}") in taken:
        number += 1
    folder = home.uploads / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def confirm(home: Home, file: Path, by: str, at: dt.datetime) -> Counter[Action]:
    """Writes into the ledger what the SIS took and what it refused; refused rows are in the next upload again.

    `file` has the columns Student ID, Date, Result (taken or refused) and Reason. Raises UploadError naming line, column and
    value of what cannot be used, and then writes nothing. A row confirmed before with the same result changes nothing.
    """
    with WarehouseLock(home.lock):
        entries = read_ledger(home)
        approved = {entry.row.day: entry for entry in entries if entry.action is Action.APPROVED}
        known = {(entry.upload, entry.row, entry.action) for entry in entries}
        recorded_at = at.isoformat(timespec="seconds")
        added: list[Entry] = []
        for day, action, reason in _read_confirmation(file, approved):
            of = approved[day]
            if (of.upload, of.row, action) not in known:
                added.append(Entry(of.upload, action, of.row, by.strip(), recorded_at, reason))
        add_to_ledger(home, added)
        return Counter(entry.action for entry in added)


def _read_confirmation(file: Path, approved: dict[Day, Entry]) -> list[tuple[Day, Action, str]]:
    found, faults = [], []
    for line, values in _lines(file, CONFIRMATION_COLUMNS[:3]):
        try:
            day = values["Student ID"], dt.date.fromisoformat(values["Date"])
            action = {"taken": Action.TAKEN, "refused": Action.REFUSED}[values["Result"].lower()]
        except ValueError:
            faults.append(f"line {line}, Date {values['Date']!r}: is not a date as YYYY-MM-DD")
        except KeyError:
            faults.append(f"line {line}, Result {values['Result']!r}: is neither taken nor refused")
        else:
            if day not in approved:
                faults.append(f"line {line}, Student ID {day[0]!r} on {day[1]}: was never approved")
            else:
                found.append((day, action, values.get("Reason", "")))
    if faults:
        n_more = len(faults) - LISTED_FAULTS
        raise UploadError(f"{file}: {'; '.join(faults[:LISTED_FAULTS])}{f'; and {n_more} more' if n_more > 0 else ''}")
    return found


def read_upload(path: Path) -> list[Row]:
    """The rows of an upload file. Raises UploadError where there is none, or where it is none."""
    rows = []
    for line, values in _lines(path, UPLOAD_COLUMNS):
        student, date, status, source = (values[name] for name in UPLOAD_COLUMNS)
        try:
            rows.append(Row(_as_written(student), dt.date.fromisoformat(date), status, source))
        except ValueError:
            raise UploadError(f"{path}, line {line}, Date {date!r}: is not a date as YYYY-MM-DD") from None
    return rows


def _as_written(student: str) -> str:
    """The id without the apostrophe that keeps a spreadsheet from running it as a formula."""
    return student[1:] if student[:1] == "'" and student[1:2] in tuple("=+-@\t\r\n") else student


def _without_values(header: str) -> str:
    """Uploads that were prepared before November 2026 name the values in the header: 'Attendance status (present/absent)'."""
    return header.partition(" (")[0]


def _lines(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    if not path.exists():
        raise UploadError(
            f"{path}: there is no such file. An upload is published by `district-platform run`, and made again for an earlier "
            "day by `district-platform uploads prepare`."
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            reader.fieldnames = [_without_values(name) for name in reader.fieldnames or ()]
            missing = [name for name in columns if name not in reader.fieldnames]
            if missing:
                raise UploadError(f"{path}, line 1: lacks the columns {', '.join(missing)}")
            return [
                (reader.line_num, {name: (value or "").strip() for name, value in record.items() if name})
                for record in reader
            ]
    except UnicodeDecodeError:
        raise UploadError(f"{path}: is not UTF-8 text; in a spreadsheet, save it as CSV UTF-8") from None
    except csv.Error:
        raise UploadError(f"{path}: is not valid CSV") from None
