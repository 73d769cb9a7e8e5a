"""Words on a terminal. What comes from data is printed as it is: `[id]` is no colour there, and `students.csv:100:` no picture."""

from pathlib import Path

from rich.text import Text


def plain(text: object) -> Text:
    """The text, whatever stands in it."""
    return Text(str(text))


def labelled(label: str, style: str, text: object) -> Text:
    """`label: text`, the label in a colour."""
    return Text.assemble((label, style), f": {text}")


def cells(*values: object) -> list[Text]:
    """The cells of a table's row."""
    return [plain(value) for value in values]


def shown(path: Path) -> str:
    """A path as the person at the terminal can use it: relative to where they stand, else absolute."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path.absolute())
