"""The ledger of releases: what readers of each publication know of every count, kept from run to run.

Only releases of the same extracts, looked at on the same day, are the same data; across days children come and go, and a difference of
two releases says no more of a child than the children who came and went (docs/privacy.md says what that leaves open). How releases of
the same data are judged together stands in `together`.
"""

import datetime as dt
import hashlib
from typing import Any

import ibis
import numpy as np
import pandas as pd
from duckdb import DuckDBPyConnection

from district_platform.dictionary import TABLES
from district_platform.engine.database import transaction
from district_platform.engine.files import text_digest
from district_platform.engine.resources import unbound
from district_platform.engine.tables import ensure_table, fetch, replace_with_expression
from district_platform.privacy.audit import Read
from district_platform.privacy.bounds import UNBOUNDED
from district_platform.privacy.groups import FIELDS

CELLS, LEDGER = "privacy_cells", "privacy_ledger"

COLUMN_OF = dict(zip(FIELDS, ("count_name", "school_year", "place", "subgroup", "grade", "split_by"), strict=True))
"""Columns of the ledger, by the part of a group's key that they hold."""


def cells(release: Read, data_version: str) -> pd.DataFrame:
    """What a reader knows of each count by itself, as rows of privacy_cells; what says nothing is left out."""
    groups, reading = release.groups, release.reading
    told = np.flatnonzero((reading.lower > 0) | (reading.upper < UNBOUNDED) | reading.is_hidden)
    columns: dict[str, Any] = {column: groups.names_of(name)[told] for name, column in COLUMN_OF.items()}
    columns["school_year"] = columns["school_year"].astype(np.int64)
    columns |= {
        "lowest_value": reading.lower[told].astype(np.int64),
        "highest_value": reading.upper[told].astype(np.int64),
    }
    columns |= {"is_shown": reading.is_shown[told], "is_small": (reading.is_small | reading.is_unsized)[told]}
    frame = pd.DataFrame(columns)
    digest = hashlib.sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()).hexdigest()
    return frame.assign(release_id=digest[:16], data_version=data_version)


def version_of_data(connection: DuckDBPyConnection, as_of_date: dt.date) -> str:
    """Digest of the extracts' files and the day they are looked at."""
    files = unbound("extract_files").select("extract", "file_name", "sha256").order_by("extract", "file_name")
    return text_digest(f"{as_of_date}{fetch(connection, files)}")


def earlier_releases(connection: DuckDBPyConnection, current: pd.DataFrame) -> pd.DataFrame:
    """The ledger's rows of the same data; `current` are this release's cells. None where readers have it already."""
    ensure_table(connection, TABLES[LEDGER])
    ledger = unbound(LEDGER)
    releases = fetch(connection, ledger.select("release_id", "data_version").distinct())
    now = [tuple(ids) for ids in current[["release_id", "data_version"]].iloc[:1].to_numpy()]
    of_data = [version for release, version in now if (release, version) not in releases]
    rows = fetch(connection, ledger.filter(ledger.data_version.isin(of_data)).order_by(*TABLES[LEDGER].key))
    return pd.DataFrame(rows, columns=list(TABLES[LEDGER].columns))


def remember(connection: DuckDBPyConnection, most_releases: int) -> None:
    """Makes the release that stands in privacy_cells the ledger's last entry, of at most so many.

    It is called just before the publication replaces what readers see. A run that is killed in between has remembered a release
    that nobody saw: that hides too much or nothing later, never too little. A release that is the last entry already changes nothing.
    """
    ensure_table(connection, TABLES[LEDGER])
    cells, ledger = unbound(CELLS), unbound(LEDGER)
    current = fetch(connection, cells.select("release_id", "data_version").distinct())
    entries = fetch(connection, ledger.select("release_number", "release_id", "data_version").distinct())
    others = sorted(number for number, *of in entries if tuple(of) not in current)
    last = max(entries, default=(0,))
    if not current or tuple(last[1:]) in current:
        return
    kept = others[-(most_releases - 1) :] if most_releases > 1 else []
    entry = cells.mutate(release_number=ibis.literal(last[0] + 1, "int64"))
    columns = TABLES[LEDGER].columns
    remembered = ledger.filter(ledger.release_number.isin(kept)).select(*columns).union(entry.select(*columns))
    with transaction(connection):
        replace_with_expression(connection, TABLES[LEDGER], remembered)
