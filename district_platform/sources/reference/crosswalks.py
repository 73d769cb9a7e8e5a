"""Which student or educator of the district another system's id means."""

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.sources.reference.faults import refuse

LEARNER_CROSSWALK, EMPLOYEE_CROSSWALK = "learner_crosswalk", "employee_crosswalk"


def crosswalk_rows(rows: pd.DataFrame | None, name: str = LEARNER_CROSSWALK) -> pd.DataFrame:
    """The district's crosswalk from another system's ids, the table's key, to its own; empty where there is none.

    Raises ValueError with the row, column and value of a line that is not valid; rows count from 1, after the header.
    """
    columns, [key] = list(TABLES[name].columns), TABLES[name].key
    if rows is None:
        return pd.DataFrame(columns=columns, dtype="string")
    missing = [column for column in columns if column not in rows.columns]
    if missing:
        raise ValueError(f"lacks the columns {', '.join(missing)}; it has {', '.join(rows.columns)}")
    trimmed = rows[columns].apply(lambda values: values.str.strip())
    faults = [f"row {n}, {c}: is empty" for c in columns for n in _rows_where(trimmed[c].fillna("") == "")]
    repeated = trimmed[key].duplicated() & trimmed[key].notna()
    faults += [f"row {n}, {key} {trimmed[key].iloc[n - 1]!r}: stands twice" for n in _rows_where(repeated)]
    refuse(faults)
    return trimmed


def _rows_where(condition: pd.Series) -> list[int]:
    return [number for number, holds in enumerate(condition, start=1) if holds]
