"""Which system a folder of files comes from, and how its tables become extracts: all of it data, in sources/mapped/profiles/*.toml.

A profile is a mapping that waits for files. Its tables are known by their headers; its steps and extracts are written as in a mapping, over
the names of these tables. Whatever a profile guesses is asked in review, and so is all that no profile can know (`ask`).
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from district_platform.sources.mapped.document import Block, Header, Operation, Part, Step, Where

ENOUGH = 0.8
"""Share of a table's signature that must stand in a header."""
FILES = 2
"""A vendor is recognised by so many files; by one alone, its names may be anyone's."""


class KnownTable(Part):
    """Names of columns by which a file is proposed, and no more: for exports that are put together by hand."""

    signature: list[Header] = Field(min_length=1, description="Headers of which four fifths must be there.")
    extract: str
    columns: dict[Header, str] = Field(description="The column of the contract that each header is.")

    def fits(self, headers: Sequence[str]) -> bool:
        return sum(name in headers for name in self.signature) >= ENOUGH * len(self.signature)


class VendorTable(Part):
    """A table of the vendor, as it is exported."""

    headers: list[Header] = Field(min_length=1, description="Headers without which a file is not this table.")
    lacks: list[Header] = Field(
        default=[], description="Headers that it never has: a file with one of them is of another format."
    )
    dates: list[str] = Field(
        default=[], description="How its dates are written, where several formats read them (strptime)."
    )
    note: str = Field(default="", description="Where it is known from, and what of it is guessed.")

    def fits(self, headers: Sequence[str]) -> bool:
        return set(self.headers) <= set(headers) and not set(self.lacks) & set(headers)


class Choice(Part):
    """An answer to a question, with what it makes of the blocks that ask."""

    label: str
    columns: dict[str, Operation] = Field(default={})
    where: list[Where] = Field(default=[])


class Ask(Part):
    """A question that the files cannot answer."""

    text: str
    details: list[str] = Field(default=[])
    of_step: str = Field(default="", description="The step of which an answer makes columns, instead of the extract.")
    options: list[Choice] = Field(min_length=2)


class VendorStep(Step):
    """A step of the mapping, over tables of the vendor."""

    unless: list[str] = Field(
        default=[], description="Tables of the vendor: where one of them is there, the block is not used."
    )
    only_with: list[str] = Field(default=[], description="Tables of the vendor of which one must be there.")
    ask_order: Header | None = Field(
        default=None,
        description="A column of the values of which review asks which wins, where rows have the same keys.",
    )


class VendorBlock(Block):
    """Rows of an extract, over tables of the vendor. Columns whose headers are not in the file are left out."""

    status: Literal["proposed"] = "proposed"
    unless: list[str] = Field(
        default=[], description="Tables of the vendor: where one of them is there, the block is not used."
    )
    only_with: list[str] = Field(default=[], description="Tables of the vendor of which one must be there.")
    ask: dict[str, Ask] = Field(default={})


class CannotSay(Part):
    """What the vendor's tables do not hold, and what a district therefore cannot be told from them."""

    extract: str
    columns: list[str] = Field(default=[], description="Columns that are empty; none: the extract does not come.")
    in_earlier_years: bool = Field(
        default=False,
        description="Whether only the years before a student's last are empty: the vendor keeps today's value.",
    )
    why: str


class JudgedOtherwise(Part):
    """A rule that finds something else in the vendor's tables than in extracts of the same district."""

    rule: str = Field(description="Its id, such as ATT-05.")
    why: str = Field(description="What in the shape of the tables is the reason.")


class Vendor(Part):
    """What is known of a vendor's exports."""

    format: Literal[1] = 1
    name: str
    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Its name in `generate --as`, where it has one.")
    is_beside: bool = Field(
        default=False,
        description="Whether schools bring its files beside those of another system: one that fits is enough to know it.",
    )
    facts: str = Field(default="", description="Where its facts come from, and whether a district tried them.")
    table: list[KnownTable] = Field(default=[])
    tables: dict[str, VendorTable] = Field(default={})
    lookups: dict[str, dict[str, str]] = Field(default={})
    guessed: dict[str, str] = Field(
        default={},
        description='Guesses, each with its reason, by what they are about: "lookups.<table>.<value>", or "<extract>.<column>". '
        "Review asks about each.",
    )
    step: dict[str, list[VendorStep]] = Field(default={})
    extract: dict[str, list[VendorBlock]] = Field(default={})
    cannot_say: list[CannotSay] = Field(default=[])
    judged_otherwise: list[JudgedOtherwise] = Field(default=[])

    def columns_in(self, extract: str, headers: Sequence[str]) -> dict[str, str]:
        """What is known of a file's headers, if it is to be an extract."""
        for table in self.table:
            if table.extract == extract and table.fits(headers):
                return {header: column for header, column in table.columns.items() if header in headers}
        return {}

    def table_of(self, name: str, headers: Sequence[str]) -> str | None:
        """The vendor's table that a file is: the one of its name, else the one of which most headers are there."""
        found = {key: len(t.headers) for key, t in self.tables.items() if t.fits(headers)}
        named = table_named(name)
        return named if named in found else max(found, key=lambda key: found[key], default=None)

    def fits(self, name: str, headers: Sequence[str]) -> bool:
        return self.table_of(name, headers) is not None or any(table.fits(headers) for table in self.table)


@cache
def vendors() -> tuple[Vendor, ...]:
    """All vendors with a profile, by name."""
    folder = files("district_platform.sources.mapped").joinpath("profiles")
    found = [
        Vendor.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in folder.iterdir()
        if path.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda vendor: vendor.name))


def table_named(file: str) -> str:
    """The longest name of a vendor's table with which a file's name begins, such as calendar_day of calendar_day_2026.csv; else nothing.

    Some tables have the same columns, and only their name tells them apart.
    """
    name = file.lower()
    found = [key for v in vendors() for key in v.tables if re.fullmatch(rf"{re.escape(key)}([^a-z].*)?", name)]
    return max(found, key=len, default="")


def vendor_named(key: str) -> Vendor:
    """The vendor of `generate --as`, or of the name in a mapping. Raises KeyError."""
    return {name: vendor for vendor in vendors() for name in (vendor.key, vendor.name)}[key]


def recognised(headers: Sequence[tuple[str, Sequence[str]]]) -> Vendor | None:
    """The vendor whose tables most of the files are, each given by its name and headers; None where fewer than two are."""
    counts = [(sum(v.fits(name, h) for name, h in headers), v) for v in vendors() if not v.is_beside]
    n, best = max(counts, key=lambda count: count[0])
    return best if n >= FILES else None


def with_beside(vendor: Vendor | None, headers: Sequence[tuple[str, Sequence[str]]]) -> Vendor | None:
    """A vendor's profile with those of what lies beside its files, as one; None where nothing is known."""
    theirs = [h for name, h in headers if vendor is None or not vendor.fits(name, h)]
    for other in (v for v in vendors() if v.is_beside):
        if any(table.fits(h) for table in other.tables.values() for h in theirs):
            vendor = other if vendor is None else _together(vendor, other)
    return vendor


def _together(vendor: Vendor, other: Vendor) -> Vendor:
    names = ("tables", "lookups", "guessed", "step", "extract")
    both = {name: {**getattr(other, name), **getattr(vendor, name)} for name in names}
    return vendor.model_copy(update={**both, "cannot_say": [*vendor.cannot_say, *other.cannot_say]})


def profile_schema() -> dict[str, Any]:
    """The JSON Schema of a profile."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Profile of a vendor",
        **Vendor.model_json_schema(by_alias=True),
    }
