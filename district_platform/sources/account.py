"""The record of converted deliveries: their own files, columns and rejects, beside those of the extracts made from them."""

from collections.abc import Mapping

import pandas as pd

from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.engine.tables import Tables, unbound
from district_platform.sources.conversion import Conversion


def account_name(provider: str, part: str) -> str:
    """Name under which files of a provider stand in the account of files: oneroster/export, mapped/sis/students."""
    return f"{provider}/{part}"


def keep_account(tables: Tables, conversions: Mapping[str, Conversion]) -> None:
    """Replaces the record of the last conversions by these, by provider; the record of staging stays as it is."""
    own = [extract.path for extract in EXTRACTS.values()]
    for name, frame in _frames(conversions).items():
        tables.ensure(TABLES[name])
        earlier = unbound(name)
        for (extract,) in tables.fetch(earlier.filter(~earlier.extract.isin(own)).select("extract").distinct()):
            tables.delete(name, extract=extract)
        tables.append(TABLES[name], frame)


def _frames(conversions: Mapping[str, Conversion]) -> dict[str, pd.DataFrame]:
    files = [(account_name(by, file.part), file) for by, conversion in conversions.items() for file in conversion.files]
    rejects = [(account_name(by, r.part), r) for by, conversion in conversions.items() for r in conversion.rejects]
    nulled = [(account_name(by, n.part), n) for by, conversion in conversions.items() for n in conversion.nulled]
    counts = {
        (account_name(by, count.part), count.file, count.column): (count.n_values, count.n_nulled)
        for by, conversion in conversions.items()
        for count in conversion.looked_up
    }
    columns = dict.fromkeys(((name, f.file, c) for name, f in files for c in f.columns if c), (None, None)) | counts
    rows: dict[str, list[tuple]] = {
        "extract_files": [
            (name, f.file, f.sha256, "utf-8", f.rows_read, f.rows_accepted, f.rows_rejected, f.rows_left_out, None)
            for name, f in files
        ],
        "extract_columns": [(*key, *count) for key, count in columns.items()],
        "extract_rejects": [(name, r.file, r.line, r.column, r.value, "CON-02", r.reason, None) for name, r in rejects],
        "extract_nulled_values": [
            (name, n.file, n.line, n.column, n.value, "CON-04", n.reason, None) for name, n in nulled
        ],
    }
    return {name: pd.DataFrame(rows[name], columns=list(TABLES[name].columns)) for name in rows}
