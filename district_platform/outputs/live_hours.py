"""Hours as the store of punches has them now: the published tables' own functions, over punches of one employee or of all, in memory."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import ibis

from district_platform.credentials import secret
from district_platform.engine.duckdb_tables import tables_in_memory
from district_platform.engine.tables import Tables, unbound
from district_platform.facts.timekeeping import fct_staff_punch, fct_staff_shift, msr_staff_weekly_hours
from district_platform.facts.timekeeping.pairing import Pairing
from district_platform.settings import Settings
from district_platform.timekeeping.live import LiveStore, Punches
from district_platform.timekeeping.reading import SCHEMAS
from district_platform.timekeeping.sql import LIVE_EMPLOYEE

Row = dict[str, Any]

LEAD = dt.timedelta(days=14)
"""Punches of so many days more are read: a shift, and what is paired with what, begins before the first day shown."""
KEPT_SECONDS = 30
"""For so long the hours of everybody are told again without asking: pages are renewed each minute, and several people look at once."""
UNPAIRED = (Pairing.MISSING_IN.value, Pairing.MISSING_OUT.value, Pairing.OPEN.value)


@dataclass(frozen=True)
class LiveHours:
    """Rows of msr_staff_weekly_hours, fct_staff_shift, and fct_staff_punch without a partner, the latest first."""

    weeks: Sequence[Row]
    shifts: Sequence[Row]
    unpaired: Sequence[Row]
    today: dt.date
    asked_at: dt.datetime | None
    """When the timekeeping system was last asked, in UTC."""


class HoursNow:
    """Hours of single employees, and of all, from the store of one district."""

    def __init__(self, settings: Settings, store: LiveStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        self._asking, self._kept = threading.Lock(), dict[tuple[dt.date, dt.date], tuple[float, LiveHours]]()
        self._rules = lru_cache(maxsize=2)(partial(rules, settings))

    @classmethod
    def of_settings(cls, settings: Settings) -> "HoursNow | None":
        """None where pages do not read the store: it is embedded, or no reader is named."""
        name = settings.timekeeping.reader_url_secret
        if name is None:
            return None
        return cls(settings, LiveStore(lambda: secret(name, settings.credentials)))

    @property
    def today(self) -> dt.date:
        """The day that every transform takes as today: of a synthetic district the same for ever."""
        return self._settings.effective_date

    def is_of(self, publication: Path) -> bool:
        """Whether a publication is this district's. Another's employees may have the same numbers."""
        return publication.resolve().is_relative_to(self._settings.home.publications.resolve())

    def of(self, k_employee: str, since: dt.date) -> LiveHours:
        """An employee's hours since a day. Raises StoreAwayError."""
        return hours_of(self._store.of(k_employee, since - LEAD), self._rules(self.today, since))

    def of_all(self, since: dt.date) -> LiveHours:
        """Everybody's hours since a day, asked for once in KEPT_SECONDS. Raises StoreAwayError."""
        key = (self.today, since)
        with self._asking:
            found_at, found = self._kept.get(key, (0.0, None))
            if found is None or self._clock() - found_at >= KEPT_SECONDS:
                found = hours_of(self._store.of_all(since - LEAD), self._rules(self.today, since))
                self._kept = {key: (self._clock(), found)}
            return found


@dataclass(frozen=True)
class Rules:
    """The published tables' functions over `store_employee` and `store_punch`, as expressions: their SQL is made once a day and span."""

    today: dt.date
    steps: Mapping[str, ibis.Table]
    """Temporary tables in the order in which they are made."""
    weeks: ibis.Table
    shifts: ibis.Table
    unpaired: ibis.Table


_EMPLOYEE = {name: dtype for name, dtype in SCHEMAS["employee"].items() if name in LIVE_EMPLOYEE}


def rules(settings: Settings, today: dt.date, since: dt.date) -> Rules:
    """What punches come to since a day, where `today` is the day that every transform takes as today."""
    read = ibis.table(_EMPLOYEE, name="store_employee")
    employee = read.rename(k_employee="person_number", k_school="school_id")
    known, shifts = ibis.table(employee.schema(), name="dim_employee"), unbound("fct_staff_shift")
    stored, punches = ibis.table(SCHEMAS["punch"], name="store_punch"), unbound("fct_staff_punch")
    paired = fct_staff_punch(stored, known, settings.hours, settings.timekeeping, today)
    worked = fct_staff_shift(punches, known, settings.hours)
    weeks = msr_staff_weekly_hours(shifts, punches, known, settings.hours)
    return Rules(
        today,
        {
            "dim_employee": employee,
            "fct_staff_punch": paired.select(
                *punches.columns
            ),  # in the order of the dictionary, by which they are read
            "fct_staff_shift": worked.select(*shifts.columns),
        },
        weeks.filter(weeks.work_week_begin_date >= since).order_by(ibis.desc("work_week_begin_date")),
        shifts.filter(shifts.work_date >= since).order_by(ibis.desc("began_dtm"), "k_shift"),
        punches.filter(punches.pairing.isin(UNPAIRED), punches.punch_dtm >= since).order_by(
            ibis.desc("punch_dtm"), "punch_id"
        ),
    )


def hours_of(found: Punches, applied: Rules) -> LiveHours:
    """What the punches come to."""
    with tables_in_memory() as tables:
        tables.keep("store_employee", ibis.schema(_EMPLOYEE), found.employee.to_reader())
        tables.keep("store_punch", SCHEMAS["punch"], found.punches.to_reader())
        for name, step in applied.steps.items():
            tables.temporary(name, step)
        weeks, shifts, unpaired = (_rows(tables, rows) for rows in (applied.weeks, applied.shifts, applied.unpaired))
        return LiveHours(weeks, shifts, unpaired, applied.today, found.asked_at)


def _rows(tables: Tables, rows: ibis.Table) -> list[Row]:
    return [dict(zip(rows.columns, row, strict=True)) for row in tables.fetch(rows)]
