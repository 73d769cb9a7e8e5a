"""What positions and programs of staff assignments are: the platform's defaults, and the district's own lines, which win over them.

Every human resources system has its own words. A word that neither of them knows stays as it is, does not count as a teacher, and is a
finding (STF-04).
"""

from pathlib import Path

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.dictionary.staff import POSITIONS, PROGRAMS
from district_platform.sources.reference.faults import refuse

POSITION_CROSSWALK, PROGRAM_CROSSWALK = "position_crosswalk", "program_crosswalk"

_DEFAULTS = Path(__file__).parent / "defaults"
_KNOWN = {"position": POSITIONS, "program": PROGRAMS}
_OPTIONAL = {POSITION_CROSSWALK: ("program",), PROGRAM_CROSSWALK: ()}


def staff_crosswalk(name: str, own: pd.DataFrame | None) -> pd.DataFrame:
    """The crosswalk of this name: the district's lines, and the defaults for the words that they do not name.

    Raises ValueError with the row, column and value of a line that is not valid; rows count from 1, after the header.
    """
    defaults = _checked(name, pd.read_csv(_DEFAULTS / f"{name}.csv", dtype="string"))
    if own is None:
        return defaults
    lines = _checked(name, own)
    [key] = TABLES[name].key
    rest = defaults[~defaults[key].map(_plain).isin(lines[key].map(_plain))]
    return pd.concat([lines, rest], ignore_index=True)


def _checked(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    columns, [key] = list(TABLES[name].columns), TABLES[name].key
    missing = [column for column in columns if column not in rows.columns and column not in _OPTIONAL[name]]
    if missing:
        raise ValueError(f"lacks the columns {', '.join(missing)}; it has {', '.join(rows.columns)}")
    lines = rows.reindex(columns=columns).apply(lambda values: values.astype("string").fillna("").str.strip())
    faults = [fault for column in columns[1:] for fault in _unknown(lines, column, column in _OPTIONAL[name])]
    repeated = lines[key].map(_plain).duplicated()
    faults += [f"row {n + 1}, {key} {lines[key][n]!r}: stands twice" for n in lines.index[repeated]]
    refuse(faults)
    return lines


def _unknown(lines: pd.DataFrame, column: str, is_optional: bool) -> list[str]:
    allowed = [*_KNOWN[column], *([""] if is_optional else [])]
    wrong = lines.index[~lines[column].isin(allowed)]
    return [f"row {n + 1}, {column} {lines[column][n]!r}: is none of {', '.join(_KNOWN[column])}" for n in wrong]


def _plain(name: str) -> str:
    """As `facts.staff.plain` compares names."""
    return " ".join(name.split()).lower()
