"""The published files of a district's home, as anybody can open them."""

import csv
from pathlib import Path

Row = dict[str, str]


def published_tables(folder: Path) -> dict[str, list[Row]]:
    """Rows of each analysis table in a folder of CSV files, by table."""
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def of_home(home: Path) -> dict[str, list[Row]]:
    """The analysis tables that a district's home publishes."""
    return published_tables(home / "reports" / "analysis_tables")
