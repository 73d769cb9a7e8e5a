"""Random released tables: districts of every size and state, their figures drawn by chance, and hidden or coarsened by chance.

A brief reads nothing but released tables, so that what it says of them can be tested without a run behind each.
"""

import datetime as dt
import random
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import DISTRICT
from district_platform.dictionary import COLUMNS, COUNTS, TABLES, Told, display_column
from district_platform.dimensions.students import ALL_STUDENTS
from district_platform.metrics import figures
from district_platform.outputs.brief import Release
from district_platform_tests.outputs.brief.districts import district

HIDDEN = ("hidden (fewer than 10)", "hidden (protects another group)", "hidden (size not told)")
NOT_TOLD = "not told"


def random_district(seed: int) -> tuple[Release, dt.date]:
    """A release and the day it is looked at; the same seed gives the same."""
    draw = random.Random(seed)
    n_years = draw.randint(1, 3)
    years = tuple(range(2027 - n_years, 2027))
    has_begun_only = draw.random() < 0.2 and n_years > 1
    as_of_date = (
        dt.date(2025, 8, 25)
        if has_begun_only
        else draw.choice([dt.date(2026, 2, 13), dt.date(2026, 6, 30), dt.date(2026, 7, 20)])
    )
    known = years[:-1] if has_begun_only else years
    release = district(
        n_schools=draw.choice([1, 2, 3, 5, 8, 14]),
        years=years,
        result_years=known if draw.random() < 0.85 else (),
        staff_years=known if draw.random() < 0.85 else (),
        absence_years=known if draw.random() < 0.85 else (),
        absence_rise=draw.choice([0.0, 0.0, 9.0, -6.0]),
        per_school=draw.choice([20, 60, 150, 400]),
    )
    hides = draw.choice([0.0, 0.1, 0.3])
    tells_counts = draw.random() < 0.4
    tables = {name: _shaken(name, table, draw, hides, tells_counts) for name, table in _tables(release).items()}
    return Release(**tables), as_of_date


def _tables(release: Release) -> dict[str, pd.DataFrame]:
    return {name: getattr(release, name) for name in Release.__dataclass_fields__}


def _shaken(name: str, table: pd.DataFrame, draw: random.Random, hides: float, tells_counts: bool) -> pd.DataFrame:
    """Rates moved by chance, some figures hidden or told as a range, counts told where the dictionary has a release tell them."""
    if table.empty:
        return table
    rows: list[Any] = table.to_dict("records")
    measures = [measure.column for measure in TABLES[name].measures]
    for row in rows:
        moved = draw.gauss(0, 4)
        for measure in measures:
            _move(row, measure, moved)
            if measure in COUNTS and not _may_be_told(row, measure, tells_counts):
                row[measure], row[display_column(measure)] = None, NOT_TOLD
        if draw.random() < hides:
            for measure in measures:
                _withhold(row, measure, _range(row, measure) if draw.random() < 0.5 else draw.choice(HIDDEN))
    return pd.DataFrame(rows, columns=table.columns)


def _may_be_told(row: dict[str, Any], measure: str, tells_counts: bool) -> bool:
    """Counts of all the district's students are told in some releases, where they differ enough from other counts."""
    told = COUNTS[measure].told
    is_of_all = row.get("aggregation") == DISTRICT and row.get("subgroup_dimension", ALL_STUDENTS) == ALL_STUDENTS
    return told is Told.EVERYWHERE or (told is Told.DISTRICT and is_of_all and tells_counts)


def _move(row: dict[str, Any], measure: str, moved: float) -> None:
    value, unit = row[measure], COLUMNS[measure].unit
    if pd.isna(value) or measure.startswith("n_") or unit not in ("percent", "points", "students per FTE"):
        return
    is_rate = unit == "percent"
    exact = min(max(float(value) + moved, 0.3), 99.7) if is_rate else float(value) + moved / 4
    row[measure] = float(figures.rounded(exact, 2))
    row[display_column(measure)] = figures.figure(measure, exact)


def _range(row: dict[str, Any], measure: str) -> str:
    """What a coarsened rate is told as; other figures rest on a range, and are hidden."""
    value = row[measure]
    if pd.isna(value) or COLUMNS[measure].unit != "percent" or measure.endswith("_change"):
        return "hidden (rests on a range)"
    low = int(value // 10 * 10)
    return "≤ 10 %" if low == 0 else "≥ 90 %" if low == 90 else f"{low}–{low + 10} %"


def _withhold(row: dict[str, Any], measure: str, display: str) -> None:
    if not pd.isna(row[measure]):
        row[measure], row[display_column(measure)], row["suppression"] = None, display, "primary"
