"""Which release was audited, so that a release is never published on the audit of another one."""

import pandas as pd

from district_platform.dictionary import Layer, tables_in
from district_platform.engine.files import text_digest
from district_platform.engine.tables import Tables, unbound

AUDITED = "privacy_audited"


def audited_rows(tables: Tables) -> pd.DataFrame:
    """A digest of each released table of the warehouse, as rows of privacy_audited."""
    digests = _digests(tables)
    return pd.DataFrame({"released_table": digests.keys(), "audited_digest": digests.values()})


def tables_not_audited(tables: Tables) -> list[str]:
    """The released tables that the last audit did not read, or not as they are now."""
    if not tables.exists(AUDITED):
        return [table.name for table in tables_in(Layer.RELEASE)]
    audited = dict(tables.fetch(unbound(AUDITED)))
    return [name for name, digest in _digests(tables).items() if audited.get(name) != digest]


def _digests(tables: Tables) -> dict[str, str]:
    released = tables_in(Layer.RELEASE)
    rows = {table.name: tables.frame(unbound(table.name).order_by(*table.key)) for table in released}
    return {name: text_digest(frame.to_csv(index=False)) for name, frame in rows.items()}
