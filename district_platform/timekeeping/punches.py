"""Punches of some employees on some days: one answer of the timekeeping system, in one transaction.

The answer goes into a staging table without constraints, is judged there and then upserted. Rows are compared before they are written,
so that an answer that says nothing new writes nothing. Nothing is lost: read = repeated + new + edited + unchanged + rejected.
"""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from district_platform.timekeeping import sql
from district_platform.timekeeping.database import Database


@dataclass(frozen=True)
class Window:
    """Some employees on the days from start to end, both included."""

    people: list[str]
    start: dt.date
    end: dt.date


@dataclass
class Counts:
    """What became of the punches of a load."""

    n_read: int = 0
    n_repeated: int = 0
    """Read more than once in one answer."""
    n_new: int = 0
    n_edited: int = 0
    """Changed in the timekeeping system, or no longer deleted there."""
    n_unchanged: int = 0
    n_rejected: int = 0
    n_deleted: int = 0
    """No longer in the timekeeping system, and marked as deleted; they do not count as read."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    def __str__(self) -> str:
        return ", ".join(f"{number:,} {name.removeprefix('n_')}" for name, number in vars(self).items())


def load_punches(store: Database, rows: pa.Table, now: dt.datetime) -> Counts:
    """Upserts the rows, in the caller's transaction; the newer version of a punch wins. Leaves them in `incoming_punch`."""
    store.stage("incoming_punch", rows)
    if not rows.num_rows:
        return Counts()
    store.execute(sql.forget("judged_punch"))
    store.execute(sql.JUDGE_PUNCHES)
    (count,) = store.query(sql.COUNT_PUNCHES).to_pylist()
    n_edited = store.change(sql.EDIT_PUNCHES, now) if count["n_known"] else 0
    n_new = store.change(sql.ADD_PUNCHES, now)
    store.execute(sql.FORGET_PUNCH_REJECTS)
    if count["n_rejected"]:
        store.execute(sql.REJECT_PUNCHES, now)
    return Counts(
        n_read=rows.num_rows,
        n_repeated=rows.num_rows - count["n_distinct"],
        n_new=n_new,
        n_edited=n_edited,
        n_unchanged=count["n_known"] - n_edited,
        n_rejected=count["n_rejected"],
    )


def load_window(store: Database, window: Window, rows: pa.Table, answered: list[str], now: dt.datetime) -> Counts:
    """Stores the window's punches and marks those that are gone as deleted, in the caller's transaction.

    Punches of employees who are not in `answered` are never marked. For those in `answered`, `rows` holds every punch of the window.
    """
    counts = load_punches(store, rows, now)
    store.stage("answered", pa.table({"person_number": pa.array(answered, pa.string())}))
    first, after = (dt.datetime.combine(day, dt.time()) for day in (window.start, window.end + dt.timedelta(days=1)))
    counts.n_deleted = store.change(sql.MARK_DELETED, now, first, after)
    return counts
