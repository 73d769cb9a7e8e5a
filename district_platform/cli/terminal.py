"""Words on a terminal. What comes from data is printed as it is: `[id]` must not become a color, nor `:100:` an emoji."""

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
