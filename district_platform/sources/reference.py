"""Tables that the district edits itself, under data/reference: defaults where a file is absent, a clear error where it cannot be used.

A fault here stops the run. It is the district's own sentence about its policies, not one row among many of a vendor's export.
"""

from pathlib import Path

import dagster as dg
import ibis
import pandas as pd

from district_platform.engine.assets import TableFunction
from district_platform.engine.files import file_hash
from district_platform.engine.resources import Warehouse
from district_platform.facts.daily_attendance import categories
from district_platform.home import Home

DEFAULTS = "defaults"
"""Data version of a reference table without a file."""


def reference_functions() -> list[TableFunction]:
    """A table function for each reference table."""
    return [absentee_categories]


def reference_file(home: Home, name: str) -> Path:
    return home.reference / f"{name}.csv"


def reference_rows(path: Path) -> pd.DataFrame | None:
    """The file's rows as text, None where there is no file. Raises ValueError where it is no CSV."""
    if not path.exists():
        return None
    try:
        return pd.read_csv(path, dtype="string", encoding="utf-8-sig", skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ValueError(f"not a CSV file in UTF-8: {error}") from None


def absentee_bands(home: Home) -> ibis.Table:
    """The district's bands of absenteeism. Raises ValueError naming the file, and what is wrong with its bands."""
    path = reference_file(home, "absentee_categories")
    try:
        rows = reference_rows(path)
        return categories.absentee_categories() if rows is None else categories.absentee_categories(rows)
    except ValueError as error:
        place = path.relative_to(home.root).as_posix()
        raise ValueError(f"{place}: {error}. Correct the file; without it the defaults hold.") from None


def absentee_categories(warehouse: Warehouse) -> dg.MaterializeResult[ibis.Table]:
    """The bands as the run uses them, with a data version made of the file's contents."""
    path = reference_file(warehouse.home, "absentee_categories")
    try:
        bands = absentee_bands(warehouse.home)
    except ValueError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    version = file_hash(path) if path.exists() else DEFAULTS
    return dg.MaterializeResult(value=bands, data_version=dg.DataVersion(version))
