"""How an extract's files differ from the contract, by the district's settings: names of columns, how times are written, and which
words stand for nothing."""

import datetime as dt
import difflib
import re
from collections.abc import Sequence

from district_platform.dictionary import EXTRACTS, Table
from district_platform.engine.reading import MOST_BYTES
from district_platform.settings import ExtractFormat, SettingsError, Sources

SETTING = "sources.extracts"
ALIKE = 0.75
"""Similarity from which an unknown header is probably another spelling of a column."""

EXAMPLE = dt.datetime(2026, 2, 9, 14, 5)


def formats_of(sources: Sources) -> dict[str, ExtractFormat]:
    """The format of every extract, by its name. Raises SettingsError for one that names no extract or column, or is no time format."""
    for name, form in sources.extracts.items():
        if name not in EXTRACTS:
            raise SettingsError(f"{SETTING}.{name}: there is no such extract. {_known(name, EXTRACTS)}")
        _check(name, form, EXTRACTS[name])
    return {name: _format_of(name, sources) for name in EXTRACTS}


def _format_of(name: str, sources: Sources) -> ExtractFormat:
    form = sources.extracts.get(name, ExtractFormat())
    return form.model_copy(
        update={
            "null_words": [*sources.null_words, *form.null_words],
            "max_file_gb": form.max_file_gb or sources.max_file_gb,
        }
    )


def most_bytes(form: ExtractFormat) -> int:
    """How many bytes a file may hold, decompressed."""
    return MOST_BYTES if form.max_file_gb is None else int(form.max_file_gb * 10**9)


def _check(name: str, form: ExtractFormat, extract: Table) -> None:
    for header, column in form.headers.items():
        if column not in extract.columns:
            known = _known(column, extract.columns)
            raise SettingsError(
                f"{SETTING}.{name}.headers: {header!r} = {column!r} is no column of the contract. {known}"
            )
    for pattern in form.time_formats:
        if not _is_local_time(pattern):
            raise SettingsError(
                f"{SETTING}.{name}.time_formats: {pattern!r} is no format of a date or a local time (strptime), such as "
                "'%m/%d/%Y %I:%M %p'; a time zone is none of it"
            )


def _is_local_time(pattern: str) -> bool:
    try:
        read = dt.datetime.strptime(EXAMPLE.strftime(pattern), pattern)
    except ValueError:
        return False
    return read.date() == EXAMPLE.date() and not re.search("%[zZ]", pattern)


def _known(name: str, names: Sequence[str] | dict[str, Table]) -> str:
    close = difflib.get_close_matches(name, list(names), n=1)
    return f"Did you mean {close[0]}?" if close else f"Known: {', '.join(names)}."


def guesses(unknown: Sequence[str], missing: Sequence[str], present: Sequence[str] = ()) -> dict[str, str | None]:
    """Which missing column each unknown header could be; None where none is alike enough to help. Each column is guessed once.

    A header that is more like a column that the file already has (`present`) repeats that one, and is not used for another.
    """
    likeness = sorted(
        (-_likeness(header, column), header, column)
        for header in unknown
        for column in missing
        if _likeness(header, column) >= max(ALIKE, *(_likeness(header, name) for name in present), 0)
    )
    found: dict[str, str | None] = dict.fromkeys(unknown)
    for _, header, column in likeness:
        if found[header] is None and column not in found.values():
            found[header] = column
    return found


def _likeness(header: str, column: str) -> float:
    """1 for the same words in any order and spelling, such as `Date of Birth` and birth_date; else how alike the letters are.

    A single word in common says nothing: half of all columns hold `school`, `date` or `id`.
    """
    words, named = _words(header), _words(column)
    if len(named) > 1 and named <= words:
        return 1.0
    return difflib.SequenceMatcher(None, re.sub(r"[^a-z0-9]+", "_", header.lower()).strip("_"), column).ratio()


def _words(name: str) -> set[str]:
    return {word for word in re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) if word}
