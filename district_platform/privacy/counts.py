"""Which counts each measure of a table reveals, and which count is a part of which, as the dictionary declares."""

from functools import cache

from district_platform.dictionary import COUNTS, Counted, Layer, Measure, Table, tables_in


def counts_of(table: Table, measure: Measure) -> list[Counted]:
    """Every count that a measure reveals: the sizes of its groups, itself, shares, and counts published elsewhere."""
    columns = dict.fromkeys([*measure.group_sizes, *([measure.column] if is_count(measure.column) else [])])
    return [*(table.count_in(column) for column in columns), *shares_of(table, measure), *measure.rests_on]


def is_count(column: str) -> bool:
    """Whether a measure is itself a count whose relations readers know."""
    return column in COUNTS


def shares_of(table: Table, measure: Measure) -> list[Counted]:
    """The shares that a measure reveals: a percentage one, its change also that of the year before."""
    now = [m.share for m in table.measures if m.column == measure.change_of]
    return [share for share in (*now, measure.share) if share is not None]


def part_of(count: str) -> str | None:
    """The whole of a count."""
    return COUNTS[count].part_of if count in COUNTS else None


def split_by(table: Table, count: str) -> tuple[str, ...]:
    """The columns of a table that tell groups of a count apart: its key, or as much of it as the count's own table splits by."""
    if count in table.columns:
        return table.key
    home = _home_of(part_of(count) or count)
    return tuple(name for name in table.key if home is None or name in home.key)


@cache
def _home_of(count: str) -> Table | None:
    """The table in which a count is split most."""
    homes = [table for table in tables_in(Layer.ANALYSIS) if count in table.columns]
    return max(homes, key=lambda table: len(table.key), default=None)
