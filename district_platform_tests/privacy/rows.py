"""Analysis tables from a few numbers, for tests of the release."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.privacy.released import released
from district_platform.settings import Privacy

ALL = "All students-All students"
PRIVACY = Privacy()
TODAY = dt.date(2026, 2, 13)

_GROUP = {"school_year": 2026, "aggregation": "School", "k_school": "A", "k_subgroup": ALL}


def subgroup(dimension: str, value: str) -> str:
    return f"{dimension}-{value}"


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of an analysis table; what a row does not name is of school A, of all students, or null."""
    filled = [{c: _default(c) for c in TABLES[name].columns} | dict(row) for row in rows]
    frame = pd.DataFrame(filled, columns=list(TABLES[name].columns))
    if {"k_school", "aggregation"} <= set(frame):
        frame.loc[frame["k_school"].isna(), "aggregation"] = "District"
    return frame


def _default(column: str) -> Any:
    return _GROUP.get(column)


def enrolled(counts: Mapping[tuple[str | None, str], int], year: int = 2026, more: int = 0) -> pd.DataFrame:
    """enrollment_summary with n_students_census by (school, subgroup), and `more` students who were there on other days; the school
    None is the district."""
    everybody = {place: counts.get((place, ALL)) for place, _ in counts}
    return table(
        "enrollment_summary",
        [
            {"school_year": year, "k_school": s, "k_subgroup": g, "n_students": n + more, "n_students_census": n}
            | {"pct_of_students": 100 * n / everybody[s] if everybody[s] else None}
            for (s, g), n in counts.items()
        ],
    )


def tested(counts: Mapping[tuple[str | None, str], tuple[int, int]]) -> pd.DataFrame:
    """student_performance in Reading with (tested, proficient) by (school, subgroup)."""
    exam = {"subject": "Reading", "administration": "Spring"}
    return table(
        "student_performance",
        [
            {**exam, "k_school": s, "school_name": s, "k_subgroup": g, "n_tested": n, "pct_proficient": 100 * k / n}
            for (s, g), (n, k) in counts.items()
        ],
    )


def shown(release: pd.DataFrame, column: str) -> dict[tuple[str | None, str], float]:
    """What is told of a column, by (school, subgroup)."""
    told = release[release[column].notna()]
    schools = told["k_school"].astype(object).where(told["k_school"].notna(), None)
    return dict(zip(zip(schools, told["k_subgroup"], strict=True), told[column], strict=True))


def release_of(privacy: Privacy = PRIVACY, **frames: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return released(frames, privacy, TODAY).tables
