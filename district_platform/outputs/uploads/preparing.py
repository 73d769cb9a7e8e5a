"""The upload of any day, from the current warehouse: what was due up to the Friday before, kept in a folder of its own.

Every run publishes the upload of its own day, and the next run replaces it. What is prepared here stays as it is, for whoever looks
at it over the week, or asks for an earlier day again; nothing that is published changes.
"""

import datetime as dt
import shutil
from pathlib import Path

from district_platform.dictionary import TABLES
from district_platform.engine.database import private_folder
from district_platform.engine.resources import Warehouse
from district_platform.engine.tables import MissingTableError, Tables, unbound
from district_platform.facts.reconciliation import fct_attendance_decision
from district_platform.home import Home
from district_platform.outputs.uploads.approval import UploadError
from district_platform.outputs.uploads.files import write_files
from district_platform.outputs.uploads.layouts import write_layouts
from district_platform.outputs.uploads.ledger import Day, Row, read_ledger, stated_days
from district_platform.outputs.uploads.rows import due_rows
from district_platform.settings import Reconciliation, Settings


def prepared_folder(home: Home, as_of_date: dt.date) -> Path:
    return home.uploads / "prepared" / as_of_date.isoformat()


def prepare(warehouse: Warehouse, settings: Settings, as_of_date: dt.date, run_id: str) -> list[Row]:
    """Writes the upload of `as_of_date` to its folder, in place of an earlier one, and returns its rows.

    Marks and sessions are those of the last run, the ledger is today's: no row is in it that the SIS was told already. Raises
    UploadError for a day to come, and before the first run.
    """
    if as_of_date > settings.effective_date:
        raise UploadError(
            f"{as_of_date} is still to come: as of {settings.effective_date}, nothing can be prepared for it"
        )
    told = stated_days(read_ledger(warehouse.home))
    folder = prepared_folder(warehouse.home, as_of_date)
    fresh = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    private_folder(warehouse.home.uploads)
    private_folder(folder.parent)
    with warehouse.tables() as tables:
        try:
            with tables.transaction(keep=False):
                _decide(tables, settings, as_of_date)
                rows = write_upload(tables, fresh, told, settings.reconciliation, as_of_date, run_id)
        except MissingTableError:
            raise UploadError("there is nothing to prepare from: start with `district-platform run`") from None
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return rows


def write_upload(
    tables: Tables,
    folder: Path,
    told: dict[Day, Row],
    reconciliation: Reconciliation,
    as_of_date: dt.date,
    run_id: str,
) -> list[Row]:
    """Writes all files of the upload of `as_of_date` into `folder`, and returns its rows; `told` is what the SIS knows."""
    rows = due_rows(tables, told, reconciliation, as_of_date)
    write_files(tables, folder, rows, run_id)
    write_layouts(tables, folder, rows, reconciliation)
    return rows


def _decide(tables: Tables, settings: Settings, as_of_date: dt.date) -> None:
    """Decides every day anew, as it was open or closed on `as_of_date`; the caller rolls it back."""
    decisions = fct_attendance_decision(
        unbound("fct_student_online_day"),
        unbound("fct_student_school_association"),
        unbound("dim_calendar_date"),
        unbound("fct_student_school_attendance_event"),
        unbound("fct_student_program_association"),
        unbound("stg_attendance_submissions"),
        settings.reconciliation,
        settings.attendance,
        as_of_date,
    )
    tables.replace(TABLES["fct_attendance_decision"], decisions)
