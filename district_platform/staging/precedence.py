"""Several providers of one extract: of rows with the same key, the one of the provider that goes first is read."""

from collections.abc import Sequence

import ibis

from district_platform.engine.reading import FILE, RawFile
from district_platform.engine.tables import Tables
from district_platform.staging.judging import KEY

_RANK = "_rank"


def leave_out_given(
    tables: Tables, rows: ibis.Table, read: Sequence[RawFile], groups: Sequence[Sequence[str]]
) -> ibis.Table:
    """The rows without those whose key a group of files before their own gives; these are counted in the file that has them.

    Within a group, a repeated key is a fault as ever. A row without a key stays, and is judged.
    """
    rank_of = {name: number for number, names in enumerate(groups) for name in names}
    ranked = rows.mutate(**{_RANK: rows[FILE].cases(*rank_of.items(), else_=len(groups))})
    first = ranked.group_by(KEY).agg(first=ranked[_RANK].min())
    joined = ranked.left_join(first, KEY)
    is_given = (joined[_RANK] > joined["first"]).fill_null(False)
    given = dict(tables.fetch(joined.filter(is_given).group_by(FILE).agg(n=lambda t: t.count())))
    for raw in read:
        raw.n_left_out = given.get(raw.name, 0)
    return tables.temporary("typed_rows_left", joined.filter(~is_given).select(*rows.columns))
