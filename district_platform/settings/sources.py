"""Where extracts come from, and how their files are written."""

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from district_platform.settings.edfi import EdfiSource
from district_platform.settings.section import (
    DataFolder,
    NullWord,
    S3Address,
    Section,
    refuse_words_that_differ_in_case,
)


class OneRosterSource(Section):
    path: Path = Field(
        default=Path("data/oneroster"),
        description="A OneRoster 1.1 or 1.2 CSV bulk export: a folder or a .zip, relative to the home.",
    )


class MappedSource(Section):
    name: str = Field(
        default="",
        pattern=r"^([A-Za-z0-9][A-Za-z0-9_-]{0,99})?$",
        description="The mapping to convert by: mappings/<name>.toml in the home (docs/sources/mapping.md).",
    )
    path: Path = Field(
        default=Path("data/export"),
        description="The folder of the files that the mapping describes, relative to the home.",
    )


Provider = Literal["synthetic", "files", "oneroster", "mapped", "edfi"]
"""Who can give extracts. The list of what each gives stands in sources/providers.py."""


def _without_order(time_format: str) -> str:
    """The format with day and month alike."""
    return time_format.replace("%d", "%m")


class ExtractFormat(Section):
    """How the files of an extract differ from the contract: vendors rename columns, and write times as they like."""

    from_: tuple[Provider, ...] = Field(
        default=(),
        alias="from",
        description="Which provider gives this extract, or several, of which the first wins where two give the same key; default: "
        "sources.kind.",
    )
    headers: dict[str, str] = Field(
        default={},
        description='The contract\'s column for a header of the files, such as "Sign In" = "login_at"; upper and lower '
        "case do not matter.",
    )
    time_formats: list[str] = Field(
        default=[],
        description="How dates and local times may be written besides ISO (strptime), tried in this order, such as "
        '"%m/%d/%Y %I:%M %p".',
    )
    null_words: list[NullWord] = Field(
        default=[], description="Words for an empty value in these files, besides those of sources.null_words."
    )
    max_file_gb: Decimal | None = Field(
        default=None, gt=0, description="Gigabytes that one of these files may hold; default: sources.max_file_gb."
    )

    @field_validator("from_", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _every_header_counts(self) -> "ExtractFormat":
        refuse_words_that_differ_in_case("headers", self.headers)
        return self

    @model_validator(mode="after")
    def _no_text_is_two_dates(self) -> "ExtractFormat":
        for one, other in itertools.combinations(self.time_formats, 2):
            if one != other and _without_order(one) == _without_order(other):
                raise ValueError(
                    f"time_formats: {one!r} and {other!r} read one text, such as 03/04, as two dates: name the one in which the files "
                    "are written"
                )
        return self


class Sources(Section):
    """Where extracts come from."""

    kind: Provider = Field(
        default="synthetic",
        description="synthetic generates a district; files reads canonical extracts as they lie in data/raw; "
        "oneroster converts a OneRoster bulk export; mapped converts files of any other form by a mapping; edfi pulls from an "
        "Ed-Fi ODS/API.",
    )
    oneroster: OneRosterSource = Field(default=OneRosterSource(), description="The OneRoster export to read.")
    mapped: MappedSource = Field(default=MappedSource(), description="The mapping, and the files that it describes.")
    edfi: EdfiSource = Field(default=EdfiSource(), description="The Ed-Fi API to pull from (docs/sources/edfi.md).")
    extracts: dict[str, ExtractFormat] = Field(
        default={}, description="Formats of single extracts, by their name, such as learner_sessions."
    )
    null_words: list[NullWord] = Field(
        default=[],
        description='Words that the files write where a value is empty, such as "NULL", exactly so; default: none, since Null is '
        "a name of people, too.",
    )
    max_file_gb: Decimal = Field(
        default=Decimal(4),
        gt=0,
        description="Gigabytes that one delivered file may hold, decompressed (of Parquet: as text); a larger one is refused by name.",
    )
    remote: dict[DataFolder, S3Address] = Field(
        default={},
        description='Folders of the home whose files are fetched from an object store, such as "data/raw" or '
        '"data/raw/store", each with its s3://bucket/prefix.',
    )

    def providers_of(self, extract: str) -> tuple[Provider, ...]:
        """Who gives an extract, the first of them first in precedence."""
        form = self.extracts.get(extract)
        return form.from_ if form and form.from_ else (self.kind,)

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Everyone who gives an extract: the default first, then the others by name."""
        named = {provider for form in self.extracts.values() for provider in form.from_}
        return (self.kind, *sorted(named - {self.kind}))

    @property
    def max_file_bytes(self) -> int:
        return int(self.max_file_gb * 10**9)

    @model_validator(mode="after")
    def _folders_are_apart(self) -> "Sources":
        nested = [(a, b) for a in self.remote for b in self.remote if b.startswith(f"{a}/")]
        if nested:
            raise ValueError(f"remote: {nested[0][1]} lies in {nested[0][0]}; a folder has one source")
        mixed = [name for name, form in self.extracts.items() if form.from_]
        synthetic = [name for name in mixed if "synthetic" in self.extracts[name].from_]
        if synthetic or (self.kind == "synthetic" and mixed):
            name = (synthetic or mixed)[0]
            raise ValueError(f"extracts.{name}.from: a synthetic district mixes with no other provider")
        if "mapped" in self.providers and not self.mapped.name:
            raise ValueError("mapped.name: names no mapping; `district-platform map propose` writes one")
        if "edfi" in self.providers and self.edfi.url is None:
            raise ValueError("edfi.url: names no API; docs/sources/edfi.md says which address it is")
        if self.kind == "synthetic" and self.remote:
            raise ValueError("remote: a synthetic district makes its extracts itself; set kind to files or oneroster")
        return self
