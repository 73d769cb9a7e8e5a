"""Which system a folder of files comes from: what is known of it is data, in profiles/*.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

ENOUGH = 0.8
"""Share of a table's signature that must stand in a header."""
FILES = 2
"""A vendor is recognised by so many files; by one alone, its names may be anyone's."""


@dataclass(frozen=True)
class KnownTable:
    signature: tuple[str, ...]
    extract: str
    columns: dict[str, str]
    """The column of the contract that each header is."""

    def fits(self, headers: Sequence[str]) -> bool:
        return sum(name in headers for name in self.signature) >= ENOUGH * len(self.signature)


@dataclass(frozen=True)
class Vendor:
    name: str
    tables: tuple[KnownTable, ...]

    def columns_in(self, extract: str, headers: Sequence[str]) -> dict[str, str]:
        """What is known of a file's headers, if it is to be an extract."""
        for table in self.tables:
            if table.extract == extract and table.fits(headers):
                return {header: column for header, column in table.columns.items() if header in headers}
        return {}


@cache
def vendors() -> tuple[Vendor, ...]:
    """All vendors with a profile, by name."""
    found = []
    for path in files(__package__).joinpath("profiles").iterdir():
        if path.name.endswith(".toml"):
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            tables = tuple(KnownTable(tuple(t["signature"]), t["extract"], t["columns"]) for t in content["table"])
            found.append(Vendor(content["name"], tables))
    return tuple(sorted(found, key=lambda vendor: vendor.name))


def recognised(headers: Sequence[Sequence[str]]) -> Vendor | None:
    """The vendor whose tables most of the files are; None where fewer than two are."""
    counts = [(sum(any(table.fits(h) for table in v.tables) for h in headers), v) for v in vendors()]
    n, best = max(counts, key=lambda count: count[0])
    return best if n >= FILES else None
