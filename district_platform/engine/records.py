"""CSV text to records, a few lines at a time: however large a file is, and whatever it holds, no more of it is in memory.

A record that cannot be told from the next is one line, with the reason; reading resumes on the line after it.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

MAX_LINES = 100
"""A quoted value that runs on for longer is a stray quote, not a note."""

MAX_CHARACTERS = 2_000_000
"""Longest line in characters; DuckDB has the same limit."""

UNCLOSED = "has a quotation mark that is never closed"


@dataclass(frozen=True)
class CsvForm:
    """How a file's CSV differs from the contract's."""

    delimiter: str = ","
    quote: str = '"'
    skipped: int = 0
    """Lines above the header, such as a title."""
    encoding: str | None = None
    """What a text that is no UTF-8 is read as; None for Latin-1."""


CONTRACT_FORM = CsvForm()


class Lines:
    """The lines of a text, some of them ahead of where it is read."""

    def __init__(self, text: TextIO, form: CsvForm = CONTRACT_FORM) -> None:
        self._text, self._form = text, form
        self._ahead: deque[str | None] = deque()
        """None for a line that is too long to be kept."""
        self.number = 0
        """The number of the line read last; the first is 1."""

    def record(self) -> tuple[list[str], int, str | None] | None:
        """The record that begins on the next line, the lines it takes, and what is wrong with it; None at the end.

        `skip` then moves on: the same record is returned until it does.
        """
        if not self._fill(1):
            return None
        line = self._ahead[0]
        if line is None:
            return [], 1, f"is longer than {MAX_CHARACTERS:,} characters"
        if self._form.quote not in line and len(line) <= csv.field_size_limit():
            return (
                line.removesuffix("\n").split(self._form.delimiter),
                1,
                None,
            )  # what csv.reader says, in half the time
        reader = csv.reader(self._from_here(), strict=True, delimiter=self._form.delimiter, quotechar=self._form.quote)
        try:
            return next(reader, []), reader.line_num, None
        except csv.Error as error:
            return [], 1, _fault(error)

    def skip(self, n_lines: int) -> None:
        """Moves on by so many lines."""
        for _ in range(n_lines):
            if self._fill(1):
                self._ahead.popleft()
                self.number += 1

    def _from_here(self) -> Iterator[str]:
        for n in range(MAX_LINES):
            line = self._ahead[n] if self._fill(n + 1) else None
            if line is None:
                return
            yield line

    def _fill(self, n_lines: int) -> bool:
        """Whether so many lines are ahead, after reading on."""
        while len(self._ahead) < n_lines:
            line = self._text.readline(MAX_CHARACTERS)
            if not line:
                return False
            self._ahead.append(None if self._runs_on(line) else line)
        return True

    def _runs_on(self, line: str) -> bool:
        """Whether the line goes on after what was read of it; then the rest of it is passed over."""
        runs_on = False
        while len(line) == MAX_CHARACTERS and not line.endswith("\n"):
            line = self._text.readline(MAX_CHARACTERS)
            runs_on = runs_on or bool(line.rstrip("\n"))
        return runs_on


def _fault(error: csv.Error) -> str:
    words = str(error)
    if "unexpected end of data" in words:
        return UNCLOSED
    if "field limit" in words:
        return (
            f"has a value of more than {csv.field_size_limit():,} characters, or a quotation mark that is never closed"
        )
    if "expected after" in words:
        return "has text after a closing quotation mark; one inside a value must be doubled"
    return f"is not valid CSV: {words}"
