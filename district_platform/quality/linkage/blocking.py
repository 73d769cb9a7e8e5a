"""Which pairs are compared: those that share a block, unless the block is too large to mean anything.

Thousands of records with one name and one date are a placeholder or an export fault. Comparing each with each would take hours and
gigabytes and find nothing else. Such blocks are left out, and `LeftOut` says which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.scratch import keep
from district_platform.quality.linkage.model import Block

MOST_PAIRS_OF_A_BLOCK = 20_000
"""Pairs of 200 records. In a district of 100,000 students no name and no birth date with a name is shared by as many."""

MOST_PAIRS = 500_000
"""Of all blocks together, the smallest first: half a gigabyte of memory (docs/record_linkage.md)."""

_SEPARATOR = "\x1f"
_BLOCK = {"block": "int64", "key": "string", "n_records": "int64", "n_pairs": "int64"}


@dataclass(frozen=True)
class LeftOut:
    """The groups of one block that were too large to be compared."""

    block: Block
    n_groups: int
    n_records: int

    def __str__(self) -> str:
        groups = "1 group" if self.n_groups == 1 else f"{self.n_groups:,} groups"
        return f"{groups} with {self.n_records:,} records that share {self.block}"


def with_blocks(worker: DuckDBTables, records: ibis.Table, blocks: Sequence[Block]) -> tuple[ibis.Table, list[LeftOut]]:
    """The records with a column for each side of each block (null in groups that are left out), and the groups left out."""
    keep(worker, "left_out", _too_large(records, blocks))
    left_out = ibis.table(_BLOCK, name="left_out")
    counted = left_out.group_by("block").agg(n_groups=left_out.count(), n_records=left_out.n_records.sum())
    found = [
        LeftOut(blocks[number], n, int(n_records)) for number, n, n_records in worker.fetch(counted.order_by("block"))
    ]
    large = {blocks.index(group.block) for group in found}
    for number, block in enumerate(blocks):
        groups = left_out.filter(left_out.block == number) if number in large else None
        for name, columns in block.sides(number).items():
            records = _with_key(records, name, columns, groups)
    return records, found


def _with_key(records: ibis.Table, name: str, columns: Sequence[str], left_out: ibis.Table | None) -> ibis.Table:
    keyed = records.mutate(**{name: _key(records, columns)})
    if left_out is None:
        return keyed
    large = left_out.select(large_key="key")
    joined = keyed.left_join(large, keyed[name] == large.large_key)
    return joined.mutate(**{name: joined.large_key.isnull().ifelse(joined[name], ibis.null("string"))}).drop(
        "large_key"
    )


def _too_large(records: ibis.Table, blocks: Sequence[Block]) -> ibis.Table:
    """One row per group of a block that is left out."""
    groups = ibis.union(*(_groups(records, number, block) for number, block in enumerate(blocks)))
    pairs = groups.filter(groups.n_pairs > 0)
    in_order = [pairs.n_pairs, pairs.block, pairs.key]
    so_far = pairs.n_pairs.sum().over(ibis.cumulative_window(order_by=in_order))
    summed = pairs.mutate(n_so_far=so_far)
    is_too_large = (summed.n_pairs > MOST_PAIRS_OF_A_BLOCK) | (summed.n_so_far > MOST_PAIRS)
    return summed.filter(is_too_large).select(*_BLOCK).cast(_BLOCK)


def _groups(records: ibis.Table, number: int, block: Block) -> ibis.Table:
    """One row per group of a block, with its records and the pairs they make."""
    counts = [_counts(records, columns) for columns in block.sides(number).values()]
    if len(counts) == 1:
        [group] = counts
        n_records, n_pairs = group.n, group.n * (group.n - 1) // 2
    else:
        group = counts[0].join(counts[1].rename(n_met="n"), "key")
        n_records, n_pairs = group.n + group.n_met, group.n * group.n_met
    return group.select(block=ibis.literal(number, "int64"), key="key", n_records=n_records, n_pairs=n_pairs)


def _counts(records: ibis.Table, columns: Sequence[str]) -> ibis.Table:
    keyed = records.select(key=_key(records, columns)).drop_null("key")
    return keyed.group_by("key").agg(n=keyed.count())


def _key(records: ibis.Table, columns: Sequence[str]) -> ir.StringValue:
    """The values as one text; null if one is missing, so that the record shares the block with nobody."""
    is_whole = records[columns[0]].notnull()
    for column in columns[1:]:
        is_whole &= records[column].notnull()
    joined = ibis.literal(_SEPARATOR).join([records[column].cast("string") for column in columns])
    return is_whole.ifelse(joined, ibis.null("string"))
