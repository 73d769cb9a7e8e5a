"""What the figures of one period say about the period before, so that a reader can combine both.

A running year is compared with the year before up to the same day, so the figures it repeats of that year differ from the year's own rows.
A stock is the stock of the period before plus what came in.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from district_platform.dictionary import Table
from district_platform.privacy.cells import Ids, ReleaseCells

_ROUNDING = 0.011
"""How far a percentage minus its change may be from the percentage before, if all three have two decimals."""


def compares_to_date(frame: pd.DataFrame, table: Table) -> np.ndarray:
    """Rows of the latest year, if the figures they repeat of the year before differ from that year's own rows."""
    years = frame["school_year"]
    is_latest = (years == years.max()).to_numpy()
    group = [name for name in table.key if name != "school_year"]
    for repeated, column, years_back in _repeated_to_date(frame, table):
        now = frame.loc[is_latest, group].assign(repeated=repeated[is_latest]).dropna(subset="repeated")
        before = frame.loc[years == years.max() - years_back, [*group, column]].dropna(subset=column)
        compared = now.merge(before, on=group)
        if (np.abs((compared["repeated"] - compared[column]).to_numpy(dtype=float)) > _ROUNDING).any():
            return is_latest
    return np.zeros(len(frame), dtype=bool)


def _repeated_to_date(frame: pd.DataFrame, table: Table) -> Iterator[tuple[pd.Series, str, int]]:
    """Figures of an earlier year that a running year repeats to the same day: as repeated, the column they repeat, years back."""
    for column, counted in table.counted:
        if counted.to_date:
            yield frame[column], counted.count, counted.years_back
    for measure in table.measures:
        if measure.change_of and measure.share and measure.share.to_date:
            yield frame[measure.change_of] - frame[measure.column], measure.change_of, measure.share.years_back


def carried_over(frame: pd.DataFrame, table: Table, cells: ReleaseCells) -> Iterator[tuple[Ids, np.ndarray]]:
    """For each period but the first: those of the period before, plus the new ones, minus those there now."""
    if table.carried is None:
        return
    stock, inflow = (cells.ids[table.name, table.count_in(c)] for c in (table.carried.stock, table.carried.inflow))
    rows = frame.groupby(table.carried.period, sort=True).indices
    for before, now in pairwise(rows.values()):
        counts = np.concatenate([stock[before], inflow[now], stock[now]])
        yield counts, np.repeat([1.0, 1.0, -1.0], [len(before), len(now), len(now)])
