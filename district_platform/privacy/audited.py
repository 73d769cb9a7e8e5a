"""Which release was audited, so that a release is never published on the audit of another one."""

import pandas as pd

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.engine.files import text_digest
from district_platform.engine.tables import Tables, unbound

AUDITED = "privacy_audited"


def audited_rows(tables: Tables) -> pd.DataFrame:
    """A digest of each released table of the warehouse, as rows of privacy_audited."""
    digests = {table.name: _digest(tables, table.name) for table in tables_in(Layer.RELEASE)}
    return pd.DataFrame({"released_table": digests.keys(), "audited_digest": digests.values()})


def tables_not_audited(tables: Tables) -> list[str]:
    """The released tables that the last audit did not read, or not as they are now."""
    if not tables.exists(AUDITED):
        return [table.name for table in tables_in(Layer.RELEASE)]
    audited = dict(tables.fetch(unbound(AUDITED)))
    now = audited_rows(tables)
    return [name for name, digest in zip(*(now[c] for c in now), strict=True) if audited.get(name) != digest]


def _digest(tables: Tables, name: str) -> str:
    rows = tables.frame(unbound(name).order_by(*TABLES[name].key))
    return text_digest(rows.to_csv(index=False))
