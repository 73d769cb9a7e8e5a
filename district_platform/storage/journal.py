"""A file that is only added to, an entry a line, so that what was done is written down before the next thing is begun.

A kill can cut the last line short; it is passed over, and what it told of is done once more.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def append(journal: Path, entry: dict[str, Any]) -> None:
    """Adds an entry; it begins a line of its own, whatever stands before it."""
    with journal.open("a", encoding="utf-8") as file:
        file.write(f"\n{json.dumps(entry)}")


def entries(journal: Path) -> Iterator[dict[str, Any]]:
    """The whole entries, in their order; none where there is no journal."""
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue
