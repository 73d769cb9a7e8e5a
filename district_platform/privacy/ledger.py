"""The ledger of publications: everything readers were ever told about each count, and the rows that are repeated.

It is kept from run to run and nothing is deleted. An entry is a count or percentage as it was first told, or as it was told differently
later. `across_releases` decides what a new publication may tell.
"""

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from district_platform.dictionary import TABLES, columns_of
from district_platform.dictionary.analysis import CENSUS
from district_platform.engine.tables import Tables, unbound
from district_platform.home.kept import Kept
from district_platform.privacy.across_releases import COLUMN_OF, Populations
from district_platform.privacy.released import Released
from district_platform.settings import Privacy

CELLS, LEDGER = "privacy_cells", "privacy_ledger"
ROWS, PUBLISHED_ROWS = "privacy_rows", "privacy_published_rows"

KEPT = Kept(
    "what was ever told",
    "a new release is no longer compared with earlier ones, and a running year's rows are not repeated; together with earlier releases "
    "a new one could reveal what it hides",
    tables=(LEDGER, PUBLISHED_ROWS),
)


def cells(
    release: Released, populations: Populations, running_years: frozenset[str], as_of_date: dt.date
) -> pd.DataFrame:
    """What a release tells of each count by itself, as rows of privacy_cells."""
    cells = release.cells
    told = np.flatnonzero((release.told_as != "") & ~cells.is_incomplete())
    columns: dict[str, Any] = {column: cells.names(name)[told] for name, column in COLUMN_OF.items()}
    years = columns["school_year"].astype(str)
    columns["school_year"] = columns["school_year"].astype(np.int64)
    columns |= {
        "population": populations.digests(cells)[told],
        "told_value": release.told_value[told],
        "told_as": release.told_as[told],
        "is_running": np.isin(years, list(running_years)),
        "told_on": as_of_date,
    }
    return pd.DataFrame(columns)


def ledger_of(tables: Tables) -> pd.DataFrame:
    """Everything that was ever told, in the order of publication."""
    return _rows_of(tables, LEDGER)


def counted_years(tables: Tables) -> frozenset[str]:
    """School years of which a publication told the headcount of the count day."""
    tables.ensure(TABLES[LEDGER])
    told = unbound(LEDGER)
    years = tables.fetch(told.filter(told.count_name == CENSUS).select("school_year").distinct())
    return frozenset(str(year) for (year,) in years)


def _rows_of(tables: Tables, name: str) -> pd.DataFrame:
    tables.ensure(TABLES[name])
    return tables.frame(unbound(name).order_by(*TABLES[name].key))


def rows(released: Mapping[str, pd.DataFrame], population: str, running_years: frozenset[str]) -> pd.DataFrame:
    """The released rows of running school years, as rows of privacy_rows."""
    found = []
    for name, frame in released.items():
        running = frame[frame["school_year"].astype(str).isin(running_years)]
        records = [{key: _plain(value) for key, value in record.items()} for record in running.to_dict("records")]
        found.append(
            pd.DataFrame(
                {
                    "released_table": name,
                    "row_number": np.arange(len(running)),
                    "population": population,
                    "school_year": running["school_year"].to_numpy(),
                    "released_on": running["as_of_date"].to_numpy(),
                    "released_row": [json.dumps(record) for record in records],
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def _plain(value: Any) -> Any:
    """A cell as JSON holds it: nothing for every kind of null, decimals and dates as text, numbers as they are."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, Decimal | dt.date | pd.Timestamp):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value


def repeated(
    tables: Tables,
    released: Mapping[str, pd.DataFrame],
    population: str,
    as_of_date: dt.date,
    privacy: Privacy,
) -> dict[str, pd.DataFrame]:
    """The released tables, with the rows of a running school year as the last publication has them, as long as `release_every` has not
    passed since. A publication of other data, of other columns or of a later day is not repeated.
    """
    known = _rows_of(tables, PUBLISHED_ROWS)
    is_of = np.array([_is_of(privacy, day, as_of_date) for day in known["released_on"]], dtype=bool)
    known = known[(known["population"] == population).to_numpy() & is_of]
    return {name: _with(frame, known[known["released_table"] == name]) for name, frame in released.items()}


def _is_of(privacy: Privacy, earlier: dt.date, now: dt.date) -> bool:
    """Whether two days are of one day, week, month or quarter, the earlier one first."""
    earlier, now = (pd.Timestamp(day).date() for day in (earlier, now))
    return earlier <= now and _period(privacy, earlier) == _period(privacy, now)


def _period(privacy: Privacy, day: dt.date) -> tuple[int, ...]:
    periods = {
        "day": (day.toordinal(),),
        "week": day.isocalendar()[:2],
        "month": (day.year, day.month),
        "quarter": (day.year, (day.month - 1) // 3),
    }
    return periods[privacy.release_every]


def _with(frame: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """A released table with the rows of some school years replaced by earlier ones."""
    earlier = pd.DataFrame([json.loads(row) for row in known["released_row"]])
    if earlier.empty or set(earlier.columns) != set(frame.columns):
        return frame
    kept = frame[~frame["school_year"].isin(set(earlier["school_year"]))]
    return pd.concat([kept, _typed(earlier[list(frame.columns)], frame)], ignore_index=True)


def _typed(rows: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Rows read from JSON, with the values of a frame's columns: dates, decimals, whole numbers and texts as they were."""
    types = {
        column.name: column.type for table in TABLES.values() for column in columns_of(table) if column.name in rows
    }
    for name, kind in types.items():
        if kind == "date":
            rows[name] = pd.to_datetime(rows[name]).dt.date
        elif kind.startswith("decimal"):
            decimals = [None if value is None else Decimal(value) for value in rows[name]]
            rows[name] = pd.Series(decimals, index=rows.index, dtype=object)
        else:
            rows[name] = rows[name].astype(like[name].dtype) if rows[name].notna().all() else rows[name]
    return rows


def remember(tables: Tables) -> None:
    """Adds to the ledger what privacy_cells tells for the first time or differently than before, and keeps the rows to repeat.

    It is called just before the publication replaces what readers see. A run that is killed in between has remembered what nobody saw:
    that hides too much or nothing later, never too little.
    """
    for name in (LEDGER, PUBLISHED_ROWS):
        tables.ensure(TABLES[name])
    told, ledger = unbound(CELLS), unbound(LEDGER)
    same = ["population", *COLUMN_OF.values()]
    latest = ledger.group_by(same).agg(
        told_last=ledger.told_as.argmax(ledger.release_number),
        running_last=ledger.is_running.argmax(ledger.release_number),
    )
    both = told.left_join(latest, same)
    is_new = both.told_last.isnull() | (both.told_last != both.told_as) | (both.running_last & ~both.is_running)
    number = tables.fetch(ledger.agg(last=ledger.release_number.max()))[0][0]
    entry = both.filter(is_new).mutate(release_number=ibis.literal((number or 0) + 1, "int64"))
    with tables.transaction():
        tables.append(TABLES[LEDGER], entry.select(*TABLES[LEDGER].columns))
        tables.replace(TABLES[PUBLISHED_ROWS], unbound(ROWS).select(*TABLES[PUBLISHED_ROWS].columns))
