"""A mapping that exists, with what a new look at the files adds: files, columns of known files, extracts. Its own decisions stay."""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import tomlkit

from district_platform.sources.mapped.document import headers_of, operation_of

Document = tomlkit.TOMLDocument


def updated(own: Document, draft: Document) -> Document:
    """The mapping with what it does not have, and with what is open about that.

    A file is known where the path of a file of the mapping fits it. Of a known file, a column that came is asked about where it may be a
    column of the extract that has none yet. A new file adds a block to its extract.
    """
    known = {name: found for name, file in draft["files"].items() if (found := _known_as(own, name, file))}
    new = {name: _headers_that_came(own["files"][own_name], draft["files"][name]) for name, own_name in known.items()}
    for name, file in draft["files"].items():
        if name not in known:
            own["files"].add(name, file)
            _ask(own, draft, f"files.{name}.")
    for name, own_name in known.items():
        _widen(own["files"][own_name], str(draft["files"][name]["path"]))
        if new[name] and "headers" in own["files"][own_name]:
            own["files"][own_name]["headers"].extend(new[name])
    for path, number, block in list(_blocks(draft)):
        name = str(block["from"])
        if name not in known:
            _add_block(own, draft, path, number, block)
        elif name == known[name]:
            _ask_about_columns(own, draft, path, block, new[name])
    return own


def _known_as(own: Document, name: str, file: Any) -> str | None:
    """The name under which the mapping has a file: one whose path fits it, or that is a part of it; None where it is new."""
    files = {str(n): str(f["path"]) for n, f in own["files"].items()}
    path = str(file["path"])
    fitting = [n for n, known in files.items() if fnmatch(path, known) or fnmatch(known, path)]
    return name if name in fitting else next(iter(fitting), None)


def _widen(file: Any, path: str) -> None:
    """Takes the new path where it fits what the file was and more: where there was one year's file, there now are several."""
    if fnmatch(str(file["path"]), path) and str(file["path"]) != path:
        file["path"] = path


def _headers_that_came(own: Any, draft: Any) -> list[str]:
    """The headers that the mapping does not know; none where it was written by hand without a list of headers."""
    if "headers" not in own:
        return []
    have = {str(h).strip().lower() for h in own["headers"]}
    return [str(h) for h in draft["headers"] if str(h) not in have]


def _blocks(doc: Document) -> Iterator[tuple[str, int, Any]]:
    for path, blocks in doc.get("extract", {}).items():
        for number, block in enumerate(blocks, start=1):
            yield str(path), number, block


def _add_block(own: Document, draft: Document, path: str, number: int, block: Any) -> None:
    """Adds a block of a new file as the last of its extract, with the tables of values that it needs."""
    extracts = own.setdefault("extract", tomlkit.table(is_super_table=True))
    if path not in extracts:
        extracts.add(path, tomlkit.aot())
    extracts[path].append(block)
    for table in _lookups_of(block["columns"]):
        _add_lookup(own, draft, table)
    _ask(own, draft, f"{path}#{number}", instead=f"{path}#{len(extracts[path])}")
    if path == "sis/attendance_codes":
        _ask(own, draft, "codes.")


def _ask_about_columns(own: Document, draft: Document, path: str, block: Any, came: list[str]) -> None:
    """Opens a question for each column of the extract that only a header which came may be."""
    for own_path, number, mine in _blocks(own):
        if own_path != path or mine["from"] != block["from"] or mine["status"] == "skipped":
            continue
        for column, operation in block["columns"].items():
            if column not in mine["columns"] and set(headers_of(operation_of(operation.unwrap()))) & set(came):
                key = f"{path}#{number}.{column}"
                open_ = own.setdefault("open", tomlkit.table())
                open_[key] = (
                    f"Which column of {own['files'][mine['from']]['path']} is {column}? {', '.join(came)} came."
                )


def _lookups_of(columns: Any) -> list[str]:
    return [str(op["lookup"]) for op in columns.values() if not isinstance(op, str) and "lookup" in op]


def _add_lookup(own: Document, draft: Document, table: str) -> None:
    lookups = own.setdefault("lookups", tomlkit.table(is_super_table=True))
    if table not in lookups:
        lookups.add(table, draft["lookups"][table])
        _ask(own, draft, f"lookups.{table}.")


def _ask(own: Document, draft: Document, begin: str, instead: str | None = None) -> None:
    """Takes over what is open of a part, by how its keys begin; under another beginning where one is given."""
    for key, text in draft.get("open", {}).items():
        if key == begin or key.startswith(begin if begin.endswith(".") else f"{begin}."):
            own.setdefault("open", tomlkit.table())[f"{instead or begin}{key[len(begin) :]}"] = text
