"""The ledger: every approved row, and whether the SIS then took or refused it. Entries are only added.

Systems that insert cannot take a row twice, so a new file holds only rows that are not in the ledger. The ledger grows on approval, never
when a file is made. It names students and approvers: only the owner can read warehouse/uploads/.
"""

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from district_platform.engine.files import replacing
from district_platform.home import Home
from district_platform.home.kept import Kept

COLUMNS = ("upload", "action", "student_id", "date", "status", "source", "recorded_by", "recorded_at", "reason")

KEPT = Kept(
    "approved corrections",
    "every correction that the SIS has taken would be sent once more",
    paths=("warehouse/uploads",),
)


class LedgerError(ValueError):
    """The ledger is not what the platform wrote; the message names file, line and value."""


class Action(StrEnum):
    APPROVED = "approved"
    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True)
class Row:
    """A student's day as an upload states it."""

    student_id: str
    date: dt.date
    status: str
    """present or absent"""
    source: str
    """in-person or virtual; empty where absent."""

    @property
    def day(self) -> "Day":
        return self.student_id, self.date


Day = tuple[str, dt.date]


@dataclass(frozen=True)
class Entry:
    """A line of the ledger."""

    upload: str
    action: Action
    row: Row
    recorded_by: str
    recorded_at: str
    reason: str = ""


def read_ledger(home: Home) -> list[Entry]:
    """Every entry, in the order of time; none before the first approval. Raises LedgerError where a line is none."""
    path = home.upload_ledger
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_entry(path, line, values) for line, values in enumerate(csv.DictReader(file), start=2)]


def _entry(path: Path, line: int, values: dict[str, str]) -> Entry:
    try:
        date = dt.date.fromisoformat(values["date"])
        row = Row(values["student_id"], date, values["status"], values["source"])
        action = Action(values["action"])
        return Entry(values["upload"], action, row, values["recorded_by"], values["recorded_at"], values["reason"])
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(
            f"{path}, line {line}: {error}. Put the file back as it was (approved files stand beside it): "
            "without it, rows that the SIS already took would be sent again."
        ) from None


def add_to_ledger(home: Home, entries: Iterable[Entry]) -> None:
    """Adds entries at the end, all of them or none."""
    path = home.upload_ledger
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    everything = [*read_ledger(home), *entries]
    with replacing(path) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
        fresh.chmod(0o600)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_values(entry) for entry in everything)


def _values(entry: Entry) -> tuple[str, ...]:
    row = entry.row
    stated = row.student_id, row.date.isoformat(), row.status, row.source
    return entry.upload, entry.action, *stated, entry.recorded_by, entry.recorded_at, entry.reason


def stated_days(entries: Iterable[Entry]) -> dict[Day, Row]:
    """What the SIS was last told about each day. A refused row does not count; the row before it does."""
    told: dict[Day, list[Row]] = {}
    for entry in entries:
        rows = told.setdefault(entry.row.day, [])
        if entry.action is Action.APPROVED:
            rows.append(entry.row)
        elif entry.action is Action.REFUSED and entry.row in rows:
            rows.remove(entry.row)
    return {day: rows[-1] for day, rows in told.items() if rows}
