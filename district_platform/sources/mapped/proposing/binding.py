"""A vendor's profile bound to the files of a folder: its steps and extracts, over the files that are there.

What a folder lacks is left out: a column without its header, an optional join without its file, a block without its table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from district_platform.dictionary import COLUMNS
from district_platform.sources.mapped.document import (
    Block,
    Coalesce,
    Join,
    Lookup,
    OnePer,
    Operation,
    Rows,
    Step,
    Year,
    headers_of,
    headers_of_rows,
)
from district_platform.sources.mapped.proposing.profiling import Profiled
from district_platform.sources.mapped.proposing.vendors import FILES, Ask, Vendor, VendorBlock, VendorStep

_OF_A_PROFILE = {"unless", "only_with", "ask", "ask_order"}


@dataclass
class Bound:
    """What a profile makes of a folder."""

    vendor: Vendor
    files: dict[str, str]
    """The file of each table of the vendor that is there, by the table."""
    step: dict[str, list[Step]] = field(default_factory=dict)
    extract: dict[str, list[Block]] = field(default_factory=dict)
    ask: dict[str, dict[str, Ask]] = field(default_factory=dict)
    """The questions of each extract."""
    order: dict[str, str] = field(default_factory=dict)
    """The column of each step about the order of whose values is asked."""

    @property
    def rows(self) -> list[Step | Block]:
        """Every block of a step or an extract."""
        steps = [rows for blocks in self.step.values() for rows in blocks]
        return [*steps, *(rows for blocks in self.extract.values() for rows in blocks)]

    def extracts_of(self, file: str) -> list[str]:
        """The extracts for which a file is read, by steps and joins, too."""
        reading = {file}
        for name, blocks in self.step.items():
            if any(reading & {rows.from_, *(join.file for join in rows.join)} for rows in blocks):
                reading.add(name)
        return [
            path
            for path, blocks in self.extract.items()
            if any(reading & {rows.from_, *(join.file for join in rows.join)} for rows in blocks)
        ]

    @property
    def lookups(self) -> dict[str, dict[str, str]]:
        """The tables of values that are used."""
        used = {op.lookup for rows in self.rows for op in rows.columns.values() if isinstance(op, Lookup)}
        return {name: dict(values) for name, values in self.vendor.lookups.items() if name in used}

    @property
    def notes(self) -> list[str]:
        """What the vendor says of today only. A column that no file has is told by every run anyway."""
        found = [said for said in self.vendor.cannot_say if said.extract in self.extract and said.in_earlier_years]
        return [
            f"{self.vendor.name} does not say {', '.join(said.columns)} of {said.extract} for earlier years: {said.why}"
            for said in found
        ]


def bind(vendor: Vendor, sources: Sequence[Profiled]) -> Bound | None:
    """The profile over these files; None where fewer than two are its tables: then the export was put together by hand.

    Of what lies beside another system, one table is enough.
    """
    files: dict[str, str] = {}
    headers: dict[str, set[str]] = {}
    for source in sources:
        table = vendor.table_of(source.group.name, list(source.columns))
        if table is not None and table not in files:
            files[table] = source.group.name
            headers[table] = set(source.columns)
    if len(files) < (1 if vendor.is_beside else FILES):
        return None
    bound = Bound(vendor, files)
    names = dict(files)
    for name, steps in vendor.step.items():
        made = [(step, rows) for step in steps if (rows := _bound(step, files, names, headers))]
        if made:
            names[name] = name if name not in files.values() else f"{name}_made"
            headers[name] = {column for _, rows in made for column in rows.columns}
            bound.step[names[name]] = [Step.model_validate(_as_given(rows)) for _, rows in made]
            asked = [step.ask_order for step, _ in made if step.ask_order]
            bound.order |= {names[name]: asked[0]} if asked else {}
    for path, blocks in vendor.extract.items():
        found = [(block, rows) for block in _whole(blocks) if (rows := _bound(block, files, names, headers))]
        if found:
            bound.extract[path] = [Block.model_validate(_as_given(rows)) for _, rows in found]
            bound.ask[path] = {name: ask for block, _ in found for name, ask in block.ask.items()}
    return bound if bound.extract else None


def _whole(blocks: Sequence[VendorBlock]) -> Iterable[VendorBlock]:
    """The blocks with the columns that they take over: a bound one may lack the block before it."""
    for block in blocks:
        if block.same_as is None:
            yield block
        else:
            columns = {**blocks[block.same_as - 1].columns, **block.columns}
            yield block.model_copy(update={"columns": columns, "same_as": None})


def _as_given(rows: Rows) -> dict:
    return rows.model_dump(by_alias=True, exclude_unset=True, exclude=_OF_A_PROFILE)


def _bound(
    rows: VendorStep | VendorBlock, files: Mapping[str, str], names: Mapping[str, str], headers: Mapping[str, set[str]]
) -> VendorStep | VendorBlock | None:
    """A block over the files that are there; None where one that it needs is not."""
    if rows.from_ not in names or any(table in files for table in rows.unless):
        return None
    if rows.only_with and not any(table in files for table in rows.only_with):
        return None
    available = set(headers[rows.from_])
    joins: list[Join] = []
    for join in rows.join:
        bound = _bound_join(join, available, names, headers)
        if bound is None and not join.is_optional:
            return None
        if bound is not None:
            joins.append(bound)
            available |= set(bound.taken)
    update: dict[str, object] = {"from_": names[rows.from_], "join": joins}
    one = rows.one_per
    if one is not None:
        update["one_per"] = one = _bound_keys(one, available)
        available |= set(one.sum)
    if not {name for name, _ in headers_of_rows(rows.model_copy(update=update))} <= available:
        return None
    columns = {name: op for name, given in rows.columns.items() if (op := _bound_column(given, available)) is not None}
    return rows.model_copy(update={**update, "columns": columns}) if columns else None


def _bound_join(
    join: Join, available: set[str], names: Mapping[str, str], headers: Mapping[str, set[str]]
) -> Join | None:
    if join.file not in names or not set(join.on) <= available or not set(join.on.values()) <= headers[join.file]:
        return None
    take = {new: old for new, old in join.taken.items() if old in headers[join.file]}
    return join.model_copy(update={"file": names[join.file], "take": take})


def _bound_keys(one: OnePer, available: set[str]) -> OnePer:
    return one.model_copy(update={"sum": {new: old for new, old in one.sum.items() if old in available}})


def _bound_column(operation: Operation, available: set[str]) -> Operation | None:
    if isinstance(operation, Coalesce):
        there = [name for name in operation.coalesce if name in available]
        if there:
            return operation.model_copy(update={"coalesce": there})
    return operation if set(headers_of(operation)) <= available else None


def headers_read_as_dates(bound: Bound, file: str) -> list[str]:
    """The headers of a file that are read as dates."""
    found: list[str] = []
    for rows in (rows for rows in bound.rows if rows.from_ == file):
        for column, operation in rows.columns.items():
            is_date = column in COLUMNS and COLUMNS[column].type == "date"
            is_number = isinstance(operation, Year) and operation.add is not None
            name = None if is_number else getattr(operation, "date", None) or getattr(operation, "year", None)
            found += [name] if name else [operation] if is_date and isinstance(operation, str) else []
    return list(dict.fromkeys(found))
