"""A folder looked at, and the draft of its mapping as TOML: every decision proposed, with its evidence, and what is open by name."""

from pathlib import Path

import tomlkit
from tomlkit.items import Table as TomlTable

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.reading import MOST_BYTES
from district_platform.sources.mapped.document import FORMAT, Block, Step
from district_platform.sources.mapped.proposing.asking import open_decisions
from district_platform.sources.mapped.proposing.binding import Bound, bind
from district_platform.sources.mapped.proposing.drafting import (
    DraftBlock,
    bound_blocks,
    dates_of,
    draft_blocks,
    lookups_of,
)
from district_platform.sources.mapped.proposing.inventory import inventory
from district_platform.sources.mapped.proposing.looking import Look
from district_platform.sources.mapped.proposing.profiling import Profiled, profile
from district_platform.sources.mapped.proposing.vendors import recognised, with_beside
from district_platform.sources.mapped.reading import MappingError


def look_at(tables: DuckDBTables, folder: Path, most_bytes: int = MOST_BYTES) -> Look:
    """Reads a folder's files and says what they probably are. Raises MappingError where there is nothing to map."""
    if not folder.is_dir():
        raise MappingError(f"{folder}: there is no such folder.")
    if (folder / "manifest.csv").exists() and (folder / "users.csv").exists():
        raise MappingError(
            f'{folder} is a OneRoster export: it needs no mapping. Set kind = "oneroster" under [sources].'
        )
    found = inventory(folder)
    if not found.groups:
        raise MappingError(f"{folder}: no file in it can be read as CSV. {' '.join(found.notes)}")
    depth = len(folder.parts)
    read = [profile(tables, group, i, depth, most_bytes) for i, group in enumerate(found.groups)]
    notes = [*found.notes, *(note for source in read for note in source.problems)]
    sources = [source for source in read if not source.problems]
    headers = [(s.group.name, list(s.columns)) for s in sources]
    vendor = with_beside(recognised(headers), headers)
    bound = bind(vendor, sources) if vendor else None
    by_name = {s.group.name: s for s in sources}
    if bound is None:
        return Look(by_name, draft_blocks(tables, sources, vendor), vendor, notes)
    others = [s for s in sources if s.group.name not in bound.files.values()]
    more = [b for b in draft_blocks(tables, others, vendor) if b.extract.path not in bound.extract]
    return Look(by_name, [*bound_blocks(bound, by_name), *more], vendor, notes, bound)


def draft_document(tables: DuckDBTables, look: Look, name: str) -> tomlkit.TOMLDocument:
    """The draft as a document."""
    doc = tomlkit.document()
    doc.add("format", tomlkit.item(FORMAT))
    doc.add("name", tomlkit.item(name))
    vendor = tomlkit.item(look.vendor.name if look.vendor else "")
    vendor.comment("recognised by its headers" if look.vendor else "not recognised")
    doc.add("vendor", vendor)
    doc.add("year_starts", tomlkit.item("07-01"))
    files = tomlkit.table(is_super_table=True)
    for source in look.sources.values():
        files.add(source.group.name, _file(source, look))
    doc.add("files", files)
    lookups = tomlkit.table(is_super_table=True)
    for title, values in (look.bound.lookups if look.bound else {}).items():
        lookups.add(title, tomlkit.item(values))
    for block in (b for b in look.blocks if b.whole is None):
        for title, values in lookups_of(block).items():
            table = tomlkit.table()
            for value, meaning in values.items():
                table.add(value, meaning)
            lookups.add(title, table)
    if lookups:
        doc.add("lookups", lookups)
    if look.bound is not None and look.bound.step:
        doc.add("step", _steps(look.bound))
    extracts = tomlkit.table(is_super_table=True)
    for path in dict.fromkeys(b.extract.path for b in look.blocks):
        blocks = tomlkit.aot()
        for block in (b for b in look.blocks if b.extract.path == path):
            blocks.append(_block(block))
        extracts.add(path, blocks)
    doc.add("extract", extracts)
    if look.bound is not None and look.bound.notes:
        doc.add("notes", tomlkit.item(look.bound.notes).multiline(True))
    doc.add("open", _open(open_decisions(tables, look)))
    return doc


def _steps(bound: Bound) -> TomlTable:
    steps = tomlkit.table(is_super_table=True)
    for name, blocks in bound.step.items():
        made = tomlkit.aot()
        for step in blocks:
            made.append(_rows(step))
        steps.add(name, made)
    return steps


def _rows(rows: Step | Block) -> TomlTable:
    """A block as the vendor's profile has it."""
    given = rows.model_dump(by_alias=True, exclude_unset=True, exclude_defaults=True, exclude={"columns", "status"})
    columns = rows.model_dump(by_alias=True, exclude_unset=True, include={"columns"})["columns"]
    table = tomlkit.table()
    table.add("from", given.pop("from"))
    if isinstance(rows, Block):
        table.add("status", "proposed")
    for key, value in given.items():
        table.add(key, _inline(value))
    made = tomlkit.table()
    for name, operation in columns.items():
        made.add(name, _inline(operation))
    table.add("columns", made)
    return table


def _inline(value: object) -> object:
    """A value on one line, its tables included."""
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, one in value.items():
            table.add(key, _inline(one))
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        for one in value:
            array.append(_inline(one))
        return array
    return value


def _file(source: Profiled, look: Look) -> TomlTable:
    written = source.group.written
    table = tomlkit.table()
    path = tomlkit.item(source.group.pattern)
    n = len(source.group.paths)
    if n > 1:
        path.comment(f"{n} files with the same header")
    table.add("path", path)
    if written.encoding != "utf-8":
        table.add("encoding", written.encoding)
    if written.delimiter != ",":
        table.add("delimiter", written.delimiter)
    if written.skip:
        table.add("skip", written.skip)
    if source.null:
        null = tomlkit.item(list(source.null))
        null.comment("stands where dates or numbers do")
        table.add("null", null)
    formats, is_ambiguous = dates_of(look.blocks, source)
    formats = formats or look.dates(source.group.name)
    if formats:
        dates = tomlkit.item(formats[0] if len(formats) == 1 else formats)
        if is_ambiguous:
            dates.comment("or day and month the other way round: no day is above 12")
        table.add("dates", dates)
    table.add("headers", [h for h in written.headers if h])
    if written.sheet:
        sheet = tomlkit.table()
        dates = tomlkit.item(written.sheet.dates)
        dates.comment("a row for each filled cell under a date")
        sheet.add("dates", dates)
        sheet.add("date", written.sheet.date)
        sheet.add("mark", written.sheet.mark)
        table.add("sheet", sheet)
    return table


def _block(block: DraftBlock) -> TomlTable:
    if block.whole is not None:
        return _rows(block.whole)
    table = tomlkit.table()
    start = tomlkit.item(block.source.group.name)
    start.comment(f"score {block.score:.2f}; runner-up {block.runner_up}")
    table.add("from", start)
    table.add("status", "proposed")
    if block.join:
        table.add("join", block.join)
    columns = tomlkit.table()
    for name in block.extract.columns:
        if name in block.columns:
            operation = block.columns[name]
            item = tomlkit.item(operation)
            if isinstance(operation, dict):
                item = tomlkit.inline_table()
                item.update(operation)
            item.comment(block.why.get(name, ""))
            columns.add(name, item)
    table.add("columns", columns)
    return table


def _open(decisions: dict[str, str]) -> TomlTable:
    table = tomlkit.table()
    for key, text in decisions.items():
        table.add(key, text)
    return table
