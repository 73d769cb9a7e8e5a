"""Reading a mapping from its file; every mistake in it is a sentence: file, line, what stands there, and the nearest right word."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from district_platform.dictionary import EXTRACTS
from district_platform.settings import Section, SettingsError
from district_platform.settings.mistakes import in_words
from district_platform.sources.conversion import ConversionError
from district_platform.sources.mapped.document import (
    KINDS,
    Block,
    File,
    Join,
    Lookup,
    Mapping,
    OnePer,
    Step,
    Where,
    headers_of,
    headers_of_rows,
)

BY_PATH = {extract.path: extract for extract in EXTRACTS.values()}


class MappingError(ConversionError, SettingsError):
    """A mapping, or the files under it, cannot be used; the message says where and what to do."""


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises MappingError."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError:
        near = nearest(path.stem, [p.stem for p in path.parent.glob("*.toml")])
        raise MappingError(
            f"{path}: there is no such mapping.{near} `district-platform map propose` writes one."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name}: is no valid TOML ({error}).") from None
    try:
        mapping = Mapping.model_validate(content)
    except ValidationError as error:
        raise MappingError("\n".join(_explained(e, path, text) for e in error.errors())) from None
    if mistakes := list(_mistakes(mapping)):
        raise MappingError("\n".join(f"{_place(path, text, where)}: {what}" for where, what in mistakes))
    return mapping


def _explained(error: object, path: Path, text: str) -> str:
    """One mistake of the form."""
    found: dict = error  # type: ignore[assignment]
    where = list(found["loc"])
    if len(where) > 5 and where[3] == "columns":
        del where[5]  # the validator's own word for the operation
    near = ""
    words = in_words(found)
    if found["type"] == "extra_forbidden":
        words, near = "there is no such key.", nearest(str(where[-1]), _KEYS)
    elif found["type"].startswith("union_tag"):
        given = list(found["input"]) if isinstance(found["input"], dict) else []
        words = f"no operation; one of {', '.join(KINDS)} is needed."
        near = nearest(str(given[0]), KINDS) if given else ""
    return f"{_place(path, text, where)}: {words}{near}"


_PARTS: tuple[type[Section], ...] = (Mapping, File, Step, Block, Where, Join, OnePer, *KINDS.values())
_KEYS = sorted({field.alias or name for part in _PARTS for name, field in part.model_fields.items()})


def _place(path: Path, text: str, where: list) -> str:
    """File, line where it can be found, and the key."""
    keys = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in where)
    line = _line_of(text, where)
    return f"{path.name}{f', line {line}' if line else ''}: {keys}"


def _line_of(text: str, where: list) -> int | None:
    """The line on which the deepest of the named keys stands; of several blocks of an extract, in the one that is meant."""
    names = [str(part) for part in where if not isinstance(part, int)]
    block = next((part for part in where if isinstance(part, int)), 0) if names[:1] == ["extract"] else None
    section: list[str] = []
    seen, found, depth = -1, None, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[+([^\]]+)\]+", line):
            section = re.findall(r"[^.\"]+", heading[1])
            seen += line.lstrip().startswith("[[") and section == names[:2]
            here = section
        elif key := re.match(r'\s*"?([^"=#]+?)"?\s*=', line):
            here = [*section, key[1]]
        else:
            continue
        if here == names[: len(here)] and len(here) > depth and block in (None, seen):
            found, depth = number, len(here)
    return found


Mistake = tuple[list, str]
"""The place in a mapping, and a sentence."""


def _mistakes(mapping: Mapping) -> Iterator[Mistake]:
    """What the form allows and the data contract, or the mapping itself, does not: the place, and a sentence."""
    yield from _mistakes_of_steps(mapping)
    for path, blocks in mapping.extract.items():
        if path not in BY_PATH:
            yield ["extract", path], f"there is no such extract.{nearest(path, BY_PATH)}"
            continue
        for index, block in enumerate(blocks):
            place = ["extract", path, index]
            if block.same_as is not None and block.same_as > index:
                yield [*place, "same_as"], "names no block before this one."
                continue
            yield from _mistakes_of_block(mapping, path, place, block)


def _mistakes_of_steps(mapping: Mapping) -> Iterator[Mistake]:
    before: list[str] = []
    for name, blocks in mapping.step.items():
        if name in mapping.files:
            yield ["step", name], "is the name of a file, too."
        for index, rows in enumerate(blocks):
            place = ["step", name, index]
            later = [
                n for n in (rows.from_, *(join.file for join in rows.join)) if n in mapping.step and n not in before
            ]
            if later:
                yield [*place, "from"], f"{later[0]} must stand before it."
            yield from _mistakes_of_rows(mapping, place, rows)
        read = [file for rows in blocks for file in _files_under(mapping, rows.from_)]
        twice = sorted({file for file in read if read.count(file) > 1})
        if twice:
            yield (
                ["step", name],
                f"reads {twice[0]} in two blocks: each row of a file counts once. Make two steps of it.",
            )
        before.append(name)


def _files_under(mapping: Mapping, name: str, depth: int = 0) -> set[str]:
    """The files whose rows a file or a step has."""
    if name not in mapping.step or depth > len(mapping.step):
        return {name}
    return {file for rows in mapping.step[name] for file in _files_under(mapping, rows.from_, depth + 1)}


def _mistakes_of_block(mapping: Mapping, path: str, place: list, block: Block) -> Iterator[Mistake]:
    yield from _mistakes_of_rows(mapping, place, block)
    for column in block.columns:
        if column not in BY_PATH[path].columns:
            yield (
                [*place, "columns", column],
                f"there is no such column in {path}.{nearest(column, BY_PATH[path].columns)}",
            )


def _mistakes_of_rows(mapping: Mapping, place: list, rows: Step | Block) -> Iterator[Mistake]:
    known = [*mapping.files, *mapping.step]
    for name in (rows.from_, *(join.file for join in rows.join)):
        if name not in known:
            yield [*place, "from"], f"there is no file {name!r} under [files].{nearest(name, known)}"
    if rows.from_ in mapping.step:
        yield from _unmade(mapping, place, rows)
    for column, operation in rows.columns.items():
        if isinstance(operation, Lookup) and operation.lookup not in mapping.lookups:
            yield (
                [*place, "columns", column],
                f"there is no table {operation.lookup!r} under [lookups].{nearest(operation.lookup, mapping.lookups)}",
            )


def _unmade(mapping: Mapping, place: list, rows: Step | Block) -> Iterator[Mistake]:
    """Columns that are read of a step which makes none such."""
    made = {column for block in mapping.step[rows.from_] for column in block.columns}
    own = {new for join in rows.join for new in join.taken} | set(rows.one_per.sum if rows.one_per else ())
    wanted = [(header, column) for column, op in rows.columns.items() for header in headers_of(op)]
    for header, part in (*wanted, *headers_of_rows(rows)):
        if header not in made | own:
            yield [*place, part], f"step {rows.from_} makes no column {header}.{nearest(header, made)}"


def columns_read(mapping: Mapping) -> dict[str, dict[str, str]]:
    """By file and step, the columns that are read of it, each with the decision that needs it."""
    needed: dict[str, dict[str, str]] = {name: {} for name in (*mapping.files, *mapping.step)}
    steps = [
        (f"block {n} of step {name}", rows) for name, blocks in mapping.step.items() for n, rows in enumerate(blocks, 1)
    ]
    blocks = [(f"block {n} of {path}", block) for path, n, block in mapping.blocks()]
    every: list[tuple[str, Step | Block]] = [*steps, *blocks]
    for decision, rows in every:
        made = {new for join in rows.join for new in join.taken} | set(rows.one_per.sum if rows.one_per else ())
        for column, operation in rows.columns.items():
            for header in headers_of(operation):
                if header not in made:
                    needed[rows.from_].setdefault(header, f"{column} in {decision}")
        for header, part in headers_of_rows(rows):
            needed[rows.from_].setdefault(header, f"{part} in {decision}")
        for join in rows.join:
            for header in (*join.on.values(), *join.taken.values()):
                needed[join.file].setdefault(header, f"join in {decision}")
    return needed


def nearest(word: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(words), n=1, cutoff=0.5)
    return f" Did you mean {near[0]}?" if near else ""
