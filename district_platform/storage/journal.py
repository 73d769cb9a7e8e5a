"""An append-only file with one entry per line: each step is recorded before the next one begins.

A kill can cut the last line short. That line is skipped, and its step is done again.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def append(journal: Path, entry: dict[str, Any]) -> None:
    """Adds an entry on a new line, even after a line that was cut short."""
    with journal.open("a", encoding="utf-8") as file:
        file.write(f"\n{json.dumps(entry)}")


def entries(journal: Path) -> Iterator[dict[str, Any]]:
    """The complete entries, in their order; none where there is no journal."""
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue
