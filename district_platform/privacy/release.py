"""The release: every analysis table as it may leave the platform."""

import ibis

from district_platform.dictionary import TABLES, Layer, Table, tables_in
from district_platform.engine.assets import TableFunction
from district_platform.privacy.suppression import released
from district_platform.settings import Privacy

RELEASED: dict[str, str] = {f"release_{table.name}": table.name for table in tables_in(Layer.ANALYSIS)}
"""Released table, and the analysis table it is made from."""


def release_functions() -> list[tuple[TableFunction, dict[str, str]]]:
    """A table function for each released table, and the table behind its parameter."""
    return [(_release_of(TABLES[name], TABLES[source]), {"rows": source}) for name, source in RELEASED.items()]


def _release_of(table: Table, source: Table) -> TableFunction:
    def release(rows: ibis.Table, privacy: Privacy) -> ibis.Table:
        return released(rows, source, privacy)

    release.__name__ = table.name
    return release
