"""Tables of the brief as tables of a page."""

from district_platform.outputs.brief.sections.model import TextTable
from district_platform.web.pages.model import Column, Kind, Table


def from_text(key: str, caption: str, table: TextTable, empty_heading: str = "") -> Table:
    """The brief's rows under the brief's headings; `empty_heading` names the first column where the brief leaves it blank."""
    columns = [
        Column(name or empty_heading, Kind.NUMBER if is_number else Kind.TEXT) for name, _, is_number in table.columns
    ]
    return Table(key, caption, tuple(columns), table.rows, note=table.note)
