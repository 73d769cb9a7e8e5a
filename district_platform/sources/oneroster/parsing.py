"""Bytes of a CSV file to records with their physical lines, a line at a time. Knows CSV and encodings, not OneRoster's columns."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO

from district_platform.engine.cells import is_blank
from district_platform.engine.files import wide_encoding
from district_platform.engine.records import MAX_CHARACTERS
from district_platform.sources.oneroster.outcome import OneRosterError

_HEAD = 256
_FIRST_LINES = 1_000
"""Lines among which the header is; a spreadsheet leaves some empty ones above it."""
COMMA, _OTHERS = ",", (";", "\t", "|")
"""What stands between values, and what stands there where a spreadsheet of another country, or a database, wrote the file."""


class Content(io.RawIOBase):
    """A file's bytes as they are read, with their digest so far. Raises OneRosterError after more than `most_bytes` of them."""

    def __init__(self, file: str, binary: IO[bytes], most_bytes: int) -> None:
        self._file, self._binary, self._most, self._read = file, binary, most_bytes, 0
        self._hasher = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        chunk = self._binary.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._hasher.update(chunk)
        self._read += len(chunk)
        if self._read > self._most:
            raise OneRosterError(
                f"{self._file}: holds more than {self._most / 1e9:g} GB. Export fewer years, or raise max_file_gb under [sources]."
            )
        return len(chunk)

    @property
    def sha256(self) -> str:
        """The digest of all bytes, once all are read."""
        return self._hasher.hexdigest()


def text_lines(file: str, content: Content, notes: list[str]) -> Iterator[str]:
    """Lines of UTF-8 with or without a BOM, or of UTF-16; those that are no UTF-8 are read as Windows-1252. A note says so.

    Raises OneRosterError for a text that begins as UTF-16 and does not continue as such, and for a line without an end.
    """
    buffered = io.BufferedReader(content)
    wide = wide_encoding(buffered.peek(_HEAD)[:_HEAD])
    if wide:
        notes.append(f"{file}: is {wide.upper()} and was read as such; OneRoster is UTF-8.")
    errors = "strict" if wide else "surrogateescape"
    with io.TextIOWrapper(buffered, encoding=wide or "utf-8-sig", errors=errors, newline="") as text:
        number = n_odd = first_odd = 0
        try:
            while line := text.readline(MAX_CHARACTERS):
                number += 1
                if len(line) == MAX_CHARACTERS and line[-1] not in "\r\n":
                    raise OneRosterError(
                        f"{file}, line {number}: is longer than {MAX_CHARACTERS:,} characters. Export again."
                    )
                if not line.isascii() and not _is_utf8(line):
                    n_odd, first_odd = n_odd + 1, first_odd or number
                    line = line.encode("utf-8", "surrogateescape").decode("cp1252", errors="replace")
                yield line
        except UnicodeDecodeError:
            words = str(wide).upper()
            raise OneRosterError(f"{file}: begins as {words} and does not go on so. Export it as UTF-8.") from None
    if n_odd:
        notes.append(f"{file}: {n_odd} lines are not UTF-8 (the first is {first_odd}) and were read as Windows-1252.")


def _is_utf8(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


_NAMES = {";": "semicolons", "\t": "tabs", "|": "bars"}


def _delimiter(lines: Iterator[str]) -> tuple[str, Iterator[str]]:
    """What stands between the names of the header, the first line with a letter; and all lines."""
    seen: list[str] = []
    for line in islice(lines, _FIRST_LINES):
        seen.append(line)
        if any(character.isalpha() for character in line):
            found = max(_OTHERS, key=line.count)
            return (found if COMMA not in line and found in line else COMMA), chain(seen, lines)
    return COMMA, chain(seen, lines)


def records(file: str, lines: Iterable[str], notes: list[str]) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the physical line it begins on; a reason in place of the fields where these cannot be separated.

    Blank lines and records of blank cells are passed over. Where the header has no comma, but semicolons, tabs or bars, these stand
    between values, and a note says so. Raises OneRosterError where a quote stays open: no row after it can be told apart.
    """
    delimiter, all_lines = _delimiter(iter(lines))
    if delimiter != COMMA:
        notes.append(f"{file}: has {_NAMES[delimiter]} between values, and was read as such; OneRoster has commas.")
    reader = csv.reader(all_lines, strict=True, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):
                raise OneRosterError(
                    f"{file}, line {line}: a value in quotes that begins here does not end ({error}). "
                    "Close the quote, or export the file again."
                ) from None
            yield line, "text follows a closing quote; a quote inside a value must be doubled"
        else:
            if not is_blank(fields):
                yield line, fields
