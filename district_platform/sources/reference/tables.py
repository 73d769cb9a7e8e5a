"""Tables that the district edits itself, under data/reference: defaults where a file is absent, a clear error where it cannot be used.

A fault here stops the run: each line is the district's own decision, not one row among many of a vendor's export.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import ibis
import pandas as pd

from district_platform.engine.assets import TableFunction
from district_platform.engine.deliveries import why_unreadable
from district_platform.engine.files import file_hash
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.home.kept import Kept
from district_platform.sources.reference import absentee_bands as bands
from district_platform.sources.reference.crosswalks import EMPLOYEE_CROSSWALK, LEARNER_CROSSWALK, crosswalk_rows
from district_platform.sources.reference.staff_crosswalks import POSITION_CROSSWALK, PROGRAM_CROSSWALK, staff_crosswalk
from district_platform.sources.reference.waivers import read_waivers

DEFAULTS = "defaults"
"""Data version of a reference table without a file."""

KEPT = Kept(
    "tables of the district's own", "waivers, categories and roles have to be entered again", paths=("data/reference",)
)


def reference_functions() -> list[TableFunction]:
    """A table function for each reference table."""
    return [absentee_categories, waivers, learner_crosswalk, employee_crosswalk, position_crosswalk, program_crosswalk]


def reference_file(home: Home, name: str) -> Path:
    return home.reference / f"{name}.csv"


def reference_rows(path: Path) -> pd.DataFrame | None:
    """The file's rows as text, None where there is no file. Raises ValueError where it is no CSV."""
    if not path.exists():
        return None
    _refuse_what_is_no_file(path)
    try:
        return pd.read_csv(path, dtype="string", encoding="utf-8-sig", skipinitialspace=True)
    except UnicodeDecodeError:
        raise ValueError("not a CSV file in UTF-8; in a spreadsheet, save it as CSV UTF-8") from None
    except pd.errors.EmptyDataError:
        raise ValueError("not a CSV file in UTF-8: it is empty, and a header line was expected") from None
    except pd.errors.ParserError as error:
        width = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        columns, line, values = width.groups() if width else ("", "", "")
        where = (
            f"line {line} has {values} values where the header has {columns} columns" if width else "is not valid CSV"
        )
        raise ValueError(where) from None


def _refuse_what_is_no_file(path: Path) -> None:
    """Refuses anything but a regular file, because reading a pipe would wait for ever. These tables may be links to anywhere."""
    if path.exists() and (problem := why_unreadable(path, path.resolve().parent)):
        raise ValueError(problem)


def absentee_bands(home: Home) -> ibis.Table:
    """The district's bands of absenteeism. Raises ValueError naming the file, and what is wrong with its bands."""
    path = reference_file(home, "absentee_categories")
    try:
        rows = reference_rows(path)
        return bands.absentee_categories() if rows is None else bands.absentee_categories(rows)
    except ValueError as error:
        raise ValueError(f"{_place(home, path)}: {error}. Correct the file; without it the defaults hold.") from None


def waiver_rows(home: Home) -> pd.DataFrame:
    """The district's waivers. Raises ValueError naming file, line, column and value of one that is not valid."""
    path = reference_file(home, "waivers")
    try:
        _refuse_what_is_no_file(path)
        return read_waivers(path)
    except ValueError as error:
        raise ValueError(f"{_place(home, path)}: {error}. Correct the file; without it nothing is waived.") from None


def learner_crosswalk_rows(home: Home) -> pd.DataFrame:
    """The district's crosswalk from learners to students. Raises ValueError naming file, row, column and value of a line that is not
    valid."""
    return _crosswalk_rows(home, LEARNER_CROSSWALK, otherwise="the vendor's ids hold")


def employee_crosswalk_rows(home: Home) -> pd.DataFrame:
    """The district's crosswalk from employees to educators. Raises ValueError as `learner_crosswalk_rows` does."""
    return _crosswalk_rows(home, EMPLOYEE_CROSSWALK, otherwise="an employee is the educator of the same number")


def _crosswalk_rows(home: Home, name: str, otherwise: str) -> pd.DataFrame:
    path = reference_file(home, name)
    try:
        return crosswalk_rows(reference_rows(path), name)
    except ValueError as error:
        raise ValueError(f"{_place(home, path)}: {error}. Correct the file; without it {otherwise}.") from None


def staff_crosswalk_rows(home: Home, name: str) -> pd.DataFrame:
    """Positions or programs of staff assignments, by the district and the defaults. Raises ValueError as the others do."""
    path = reference_file(home, name)
    try:
        return staff_crosswalk(name, reference_rows(path))
    except ValueError as error:
        raise ValueError(f"{_place(home, path)}: {error}. Correct the file; without it the defaults hold.") from None


def _place(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()


def absentee_categories(warehouse: Warehouse) -> dg.MaterializeResult[ibis.Table]:
    """The bands as the run uses them, with a data version made of the file's contents."""
    return _versioned(warehouse.home, "absentee_categories", absentee_bands)


def waivers(warehouse: Warehouse) -> dg.MaterializeResult[pd.DataFrame]:
    """The waivers as the run applies them, with a data version made of the file's contents."""
    return _versioned(warehouse.home, "waivers", waiver_rows)


def learner_crosswalk(warehouse: Warehouse) -> dg.MaterializeResult[pd.DataFrame]:
    """The crosswalk as the run uses it, with a data version made of the file's contents."""
    return _versioned(warehouse.home, LEARNER_CROSSWALK, learner_crosswalk_rows)


def employee_crosswalk(warehouse: Warehouse) -> dg.MaterializeResult[pd.DataFrame]:
    """The crosswalk as the run uses it, with a data version made of the file's contents."""
    return _versioned(warehouse.home, EMPLOYEE_CROSSWALK, employee_crosswalk_rows)


def position_crosswalk(warehouse: Warehouse) -> dg.MaterializeResult[pd.DataFrame]:
    """The crosswalk as the run uses it, with a data version made of the file's contents."""
    return _versioned(warehouse.home, POSITION_CROSSWALK, lambda home: staff_crosswalk_rows(home, POSITION_CROSSWALK))


def program_crosswalk(warehouse: Warehouse) -> dg.MaterializeResult[pd.DataFrame]:
    """The crosswalk as the run uses it, with a data version made of the file's contents."""
    return _versioned(warehouse.home, PROGRAM_CROSSWALK, lambda home: staff_crosswalk_rows(home, PROGRAM_CROSSWALK))


def _versioned(home: Home, name: str, read: Callable[[Home], Any]) -> dg.MaterializeResult[Any]:
    path = reference_file(home, name)
    try:
        rows = read(home)
    except ValueError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    return dg.MaterializeResult(value=rows, data_version=dg.DataVersion(file_hash(path) if path.exists() else DEFAULTS))
