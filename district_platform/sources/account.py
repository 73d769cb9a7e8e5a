"""The record of a converted export: its own files, columns and rejects, beside those of the extracts made from it."""

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.engine.tables import Tables
from district_platform.sources.oneroster import Conversion

EXPORT = "oneroster/export"
"""Name under which the files of a OneRoster export stand in the account of files."""


def keep_account(tables: Tables, conversion: Conversion | None) -> None:
    """Replaces the record of the last conversion; None, where the extracts come from no conversion, removes it."""
    for name, frame in _frames(conversion).items():
        tables.ensure(TABLES[name])
        tables.delete(name, extract=EXPORT)
        tables.append(TABLES[name], frame)


def _frames(conversion: Conversion | None) -> dict[str, pd.DataFrame]:
    files = conversion.files if conversion else []
    rejects = conversion.rejects if conversion else []
    rows: dict[str, list[tuple]] = {
        "extract_files": [
            (EXPORT, f.file, f.sha256, "utf-8", f.rows_read, f.rows_accepted, f.rows_rejected, None) for f in files
        ],
        "extract_columns": [(EXPORT, f.file, column, None, None) for f in files for column in f.columns],
        "extract_rejects": [(EXPORT, r.file, r.line, r.column, r.value, "CON-02", r.reason, None) for r in rejects],
    }
    return {name: pd.DataFrame(rows[name], columns=list(TABLES[name].columns)) for name in rows}
