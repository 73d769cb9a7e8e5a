"""The lines of a small CSV file that the district edits: each value under its name, each fault with its line."""

import csv
from collections.abc import Iterator
from pathlib import Path


def csv_lines(path: Path, columns: tuple[str, ...], hint: str = "") -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its number and its values by column, trimmed; lines without any are left out, and so is a byte order mark.

    Columns may stand in any order, and others beside them. Raises ValueError naming the line where the file is not valid CSV; `hint` says
    what to do about a line with too many values.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip().lower() for name in next(reader, [])]
            missing = [name for name in columns if name not in header]
            if missing:
                raise ValueError(f"line 1 lacks the columns {', '.join(missing)}; it has {', '.join(header) or 'none'}")
            twice = [name for name in columns if header.count(name) > 1]
            if twice:
                raise ValueError(f"line 1 has the columns {', '.join(twice)} twice")
            for record in reader:
                if any(value.strip() for value in record):
                    yield reader.line_num, _named(header, record, reader.line_num, hint)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text; in a spreadsheet, save it as CSV UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} is not valid CSV: {error}") from None


def _named(header: list[str], record: list[str], line: int, hint: str) -> dict[str, str]:
    if len(record) != len(header):
        raise ValueError(
            f"line {line} has {len(record)} values where the header has {len(header)} columns{f'; {hint}' if hint else ''}"
        )
    return {name: value.strip() for name, value in zip(header, record, strict=True)}
