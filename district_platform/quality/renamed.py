"""Renames columns of tables that a run leaves to the next, in warehouses from before *offender* became *finding* (November 2026)."""

import ibis

from district_platform.dictionary import TABLES, schema_of
from district_platform.engine.tables import Tables

_BEFORE = {"finding_key": "offender_key", "n_findings": "n_offenders"}
"""What columns were called, by their names of today."""


def give_todays_names(tables: Tables, name: str) -> None:
    """Rewrites a table that has earlier column names, with the same rows; does nothing if there is none."""
    if not tables.exists(name) or not set(_BEFORE.values()) & set(tables.columns(name)):
        return
    schema = schema_of(TABLES[name])
    then = ibis.table({_BEFORE.get(column, column): kind for column, kind in schema.items()}, name=name)
    tables.replace(TABLES[name], then.rename({new: old for new, old in _BEFORE.items() if new in schema.names}))
