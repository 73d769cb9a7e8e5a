"""Bytes of a CSV file to records with their physical lines. Knows CSV and encodings, not OneRoster's columns."""

import csv
import io
from collections.abc import Iterator

from district_platform.engine.cells import is_blank
from district_platform.engine.files import wide_encoding
from district_platform.sources.oneroster.outcome import OneRosterError

BOM = b"\xef\xbb\xbf"


def decode(file: str, data: bytes) -> tuple[str, list[str]]:
    """Text from UTF-8 with or without a BOM, or from UTF-16; lines that are no UTF-8 are read as Windows-1252. A note says so.

    Raises OneRosterError for a text that begins as UTF-16 and does not go on so.
    """
    if wide := wide_encoding(data):
        return _decode_wide(file, data, wide), [f"{file}: is {wide.upper()} and was read as such; OneRoster is UTF-8."]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        lines = data.removeprefix(BOM).split(b"\n")
    odd = [number for number, line in enumerate(lines, start=1) if not _is_utf8(line)]
    note = f"{file}: {len(odd)} lines are not UTF-8 (the first is {odd[0]}) and were read as Windows-1252."
    return "\n".join(_decode_line(line) for line in lines), [note]


def _decode_wide(file: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise OneRosterError(
            f"{file}: begins as {encoding.upper()} and does not go on so. Export it as UTF-8."
        ) from None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_line(line: bytes) -> str:
    return line.decode("utf-8") if _is_utf8(line) else line.decode("cp1252", errors="replace")


def records(file: str, text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with the physical line it begins on; a reason in place of the fields where they cannot be told apart.

    Blank lines and records of blank cells are passed over. Raises OneRosterError where a quote stays open: no row after
    it can be told apart.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
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
