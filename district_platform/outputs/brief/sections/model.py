"""What the second page is made of, before it is set."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TextTable:
    """Columns as heading, share of the width, whether they hold numbers; rows of text; a note above."""

    columns: tuple[tuple[str, float, bool], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A text and the few words that head it."""

    heading: str
    text: str
