"""Rows of CSV counted character by character, after docs/data_contract.md and docs/oneroster.md: none of the readers' code is used."""

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence

BLANK = {chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code)) == "Zs"} | set("\t\n\r\v\f")
MOST_LINES, LONGEST_LINE, LONGEST_CELL = 100, 2_000_000, 131_072


def lines_of(text: str) -> list[str]:
    """Lines that end in a newline, however they ended."""
    return re.findall(r"[^\n]*\n|[^\n]+", re.sub(r"\r\n?", "\n", text))


def parse(lines: Sequence[str]) -> tuple[list[str], int] | int:
    """Cells of the record that begins these lines, and how many it takes; or on which of them it goes wrong (0: it never ends)."""
    cells, cell, is_quoted, after_quote = [], [], False, False
    for number, line in enumerate(lines, start=1):
        for character in line:
            if is_quoted:
                if character == '"':
                    is_quoted, after_quote = False, True
                else:
                    cell.append(character)
            elif character == '"' and after_quote:
                cell.append(character)
                is_quoted, after_quote = True, False
            elif character == "," or character == "\n":
                cells.append("".join(cell))
                cell, after_quote = [], False
                if character == "\n":
                    return cells, number
            elif after_quote:
                return number
            elif character == '"' and not cell:
                is_quoted = True
            else:
                cell.append(character)
            if len(cell) > LONGEST_CELL:
                return number
    return 0 if is_quoted else ([*cells, "".join(cell)], len(lines))


def is_blank(cells: Sequence[str]) -> bool:
    return all(set(cell) <= BLANK for cell in cells)


def fits(cells: Sequence[str], header: Sequence[str]) -> bool:
    named = max((n for n, name in enumerate(header, start=1) if not is_blank([name])), default=0)
    return named <= len(cells) <= len(header) or (len(cells) > len(header) and is_blank(cells[len(header) :]))


def rows_of_extract(text: str) -> int:
    """Rows under the header: each record that fits it, and each line that begins none."""
    lines, position, n_rows = lines_of(text), 0, 0
    header: list[str] | None = None
    while position < len(lines):
        found = parse(lines[position : position + MOST_LINES]) if len(lines[position]) <= LONGEST_LINE else 1
        if isinstance(found, tuple) and is_blank(found[0]):
            position += found[1]
        elif header is None:
            assert isinstance(found, tuple), "the header cannot be read, and so is the file"
            header, position = found[0], position + found[1]
        else:
            n_rows += 1
            position += found[1] if isinstance(found, tuple) and fits(found[0], header) else 1
    return n_rows


def rows_of_oneroster(text: str) -> int:
    """Records under the header; one that goes wrong ends on that line."""
    return sum(1 for cells in _records(lines_of(text)) if cells is None or not is_blank(cells)) - 1


def _records(lines: Sequence[str]) -> Iterator[list[str] | None]:
    position = 0
    while position < len(lines):
        found = parse(lines[position:])
        if isinstance(found, tuple):
            yield found[0]
            position += found[1]
        else:
            assert found, "a value that does not end refuses the file"
            yield None
            position += found
