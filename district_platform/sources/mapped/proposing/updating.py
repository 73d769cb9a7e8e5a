"""A mapping that exists, with what a new look at the files adds: files, columns of known files, steps, extracts. Its own decisions stay."""

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import tomlkit

from district_platform.sources.mapped.document import headers_of, operation_of

Document = tomlkit.TOMLDocument


def updated(own: Document, draft: Document) -> Document:
    """The mapping with what it does not have, and with what is open about that.

    A file is known where the path of a file of the mapping fits it. Of a known file, a column that came is asked about where it may be a
    column of the extract that has none yet. A new file adds a block to its extract. Of a vendor's profile come the steps, and the blocks of
    steps, that the mapping lacks; what it has is `kept_otherwise` where the profile would now make it in another way.
    """
    known = _in_own_names(own, draft)
    new = {name: _headers_that_came(own["files"][own_name], draft["files"][name]) for name, own_name in known.items()}
    for name, file in draft["files"].items():
        if name not in known:
            own["files"].add(name, file)
            _ask(own, draft, f"files.{name}.")
    for name, own_name in known.items():
        _widen(own["files"][own_name], str(draft["files"][name]["path"]))
        if new[name] and "headers" in own["files"][own_name]:
            own["files"][own_name]["headers"].extend(new[name])
    kept, made = kept_otherwise(own, draft), {(path, str(block["from"])) for path, _, block in _blocks(own)}
    _add_steps(own, draft)
    for path, number, block in list(_blocks(draft)):
        name = str(block["from"])
        if name in draft.get("step", {}):
            if path not in kept and (path, name) not in made:
                _add_block(own, draft, path, number, block)
        elif name not in known.values():
            _add_block(own, draft, path, number, block)
        elif name in new:
            _ask_about_columns(own, draft, path, block, new[name])
    _add_words_of_the_vendor(own, draft)
    return own


def kept_otherwise(own: Document, draft: Document) -> list[str]:
    """Steps and extracts of the mapping that the vendor's profile would make in another way of the files that are there now.

    A step differs where its blocks of the same file keep other rows or join other files. An extract differs where the mapping makes it of
    files as they are, and the profile of a step.
    """
    _in_own_names(own, draft)
    mine, theirs = own.unwrap(), draft.unwrap()
    steps = mine.get("step", {})
    found = [
        name
        for name, blocks in theirs.get("step", {}).items()
        if name in steps and _reading(steps[name], blocks) != _reading(blocks, steps[name])
    ]
    for path in dict.fromkeys(path for path, _, block in _blocks(theirs) if block["from"] in theirs.get("step", {})):
        blocks = mine.get("extract", {}).get(path, [])
        if blocks and not any(block["from"] in steps for block in blocks):
            found.append(path)
    return found


def _reading(blocks: list[dict], others: list[dict]) -> list[tuple[str, object, list[str]]]:
    """What each block reads, which rows it keeps and which files it joins, of those whose file the others read, too."""
    read = {other["from"] for other in others}
    return [
        (block["from"], block.get("where", []), sorted(join["file"] for join in block.get("join", [])))
        for block in blocks
        if block["from"] in read
    ]


def _in_own_names(own: Document, draft: Document) -> dict[str, str]:
    """The mapping's name of each file of the draft that it knows; the blocks of the draft then name them so, too."""
    known = {name: found for name, file in draft["files"].items() if (found := _known_as(own, name, file))}
    rows = [one for part in ("step", "extract") for blocks in draft.get(part, {}).values() for one in blocks]
    for part, key in ((p, k) for one in rows for p, k in ((one, "from"), *((j, "file") for j in one.get("join", [])))):
        name = str(part[key])
        if known.get(name, name) != name:
            part[key] = known[name]
    return known


def _add_steps(own: Document, draft: Document) -> None:
    """Adds the steps that the mapping lacks, and to those that it has the blocks of what they did not read yet.

    A step reads those before it: a new one comes right after the one that it follows in the draft.
    """
    theirs, mine = draft.get("step", {}), own.get("step", {})
    order, after = list(mine), 0
    for name, blocks in theirs.items():
        if name not in order:
            order.insert(after, name)
            _ask(own, draft, f"step.{name}.")
        after = order.index(name) + 1
        have = {str(block["from"]) for block in mine.get(name, [])}
        more = [block for block in blocks if str(block["from"]) not in have]
        for table in (table for block in more for table in _lookups_of(block["columns"])):
            _add_lookup(own, draft, table)
        if name in mine:
            mine[name].extend(more)
    if len(order) > len(mine):
        steps = tomlkit.table(is_super_table=True)
        for name in order:
            steps.add(name, mine[name] if name in mine else theirs[name])
        own["step"] = steps


def _add_words_of_the_vendor(own: Document, draft: Document) -> None:
    """The vendor's name, where a first look knew none, and what it says of today only."""
    if draft.get("vendor") and not own.get("vendor"):
        own["vendor"] = draft["vendor"]
    more = [str(note) for note in draft.get("notes", []) if note not in own.get("notes", [])]
    if more:
        own["notes"] = [*own.get("notes", []), *more]


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


def _blocks(doc: Document | dict[str, Any]) -> Iterator[tuple[str, int, Any]]:
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
    key = f"{path}#{len(extracts[path])}"
    _ask(own, draft, f"{path}#{number}", instead=key)
    if key not in own.get("open", {}):  # a profile's blocks are confirmed by one question about the first
        own.setdefault("open", tomlkit.table())[key] = draft["open"][f"{path}#1"]
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
