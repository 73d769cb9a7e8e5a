"""Tables that one run leaves to the next, in a warehouse made before a finding was called a finding (November 2026)."""

import ibis

from district_platform.dictionary import TABLES, schema_of
from district_platform.engine.tables import Tables

_BEFORE = {"finding_key": "offender_key", "n_findings": "n_offenders"}
"""What columns were called, by their names of today."""


def give_todays_names(tables: Tables, name: str) -> None:
    """Writes a table with earlier column names anew, with the same rows; does nothing where there is none."""
    if not tables.exists(name) or not set(_BEFORE.values()) & set(tables.columns(name)):
        return
    schema = schema_of(TABLES[name])
    then = ibis.table({_BEFORE.get(column, column): kind for column, kind in schema.items()}, name=name)
    tables.replace(TABLES[name], then.rename({new: old for new, old in _BEFORE.items() if new in schema.names}))
