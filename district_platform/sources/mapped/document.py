"""A mapping as it stands in mappings/<name>.toml: which files there are, and how each extract is made of them.

Operations are a closed list. The classes are the format: `mapping_schema` is its JSON Schema, for editors and for whoever writes one by
hand.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    field_validator,
    model_validator,
)

from district_platform.home.kept import Kept
from district_platform.settings import Section

KEPT = Kept("mappings", "how files of another form become extracts has to be decided again", paths=("mappings",))

FORMAT = 1
"""The version of the format."""

Status = Literal["proposed", "confirmed", "skipped"]
Header = Annotated[str, AfterValidator(lambda name: name.strip().lower())]
"""A column of a file; upper and lower case do not matter."""
Values = dict[Header, list[str]]
"""Values by the column that holds them."""


class Part(Section):
    """A part of a mapping: its keys are those named here and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Copy(Part):
    column: Header = Field(description="The header whose value is taken.")
    null_when: Values = Field(default={}, description="Columns with the values at which the result is empty.")


class Constant(Part):
    constant: str = Field(description="The value of every row.")


class Concat(Part):
    concat: list[Header] = Field(
        min_length=2, description="Columns whose values are joined; empty where one of them is."
    )
    by: str = Field(default="", description="What stands between them.")


class Split(Part):
    split: Header = Field(description="The column whose value is taken apart.")
    by: str = Field(default=" ", min_length=1, description="What stands between the parts.")
    part: int = Field(ge=1, description="Which part is taken, from 1.")


class Date(Part):
    date: Header = Field(description="The column that holds a date.")
    format: str | list[str] | None = Field(
        default=None, description="How it is written (strptime); default: `dates` of the file, else ISO."
    )
    add_days: int = Field(
        default=0, ge=-366, le=366, description="Days added, such as -1 where the first day out is delivered."
    )
    null_when: Values = Field(default={}, description="Columns with the values at which the date is empty.")


class Year(Part):
    year: Header = Field(description="The column that holds a date, or a school year as text.")
    starts: str | None = Field(
        default=None,
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        description="Of a date: month and day on which a school year begins; default: year_starts of the mapping.",
    )
    add: int | None = Field(
        default=None,
        ge=-3000,
        le=3000,
        description="Of a year: added to the first four digits: 0 names the spring, 1 the autumn. Another number is added to a vendor's "
        "number of the year.",
    )


class Lookup(Part):
    lookup: str = Field(description="The table of `lookups` that says what each value means.")
    of: Header = Field(description="The column whose values are looked up.")


class Coalesce(Part):
    coalesce: list[Header] = Field(min_length=1, description="Columns, of which the first that holds a value is taken.")
    else_: str | None = Field(default=None, alias="else", description="The value where none does.")


class Flag(Part):
    flag: Header = Field(description="The column that is read as yes or no.")
    in_: list[str] = Field(alias="in", min_length=1, description="Values that mean yes; every other means no.")
    blank: bool | None = Field(default=None, description="What an empty value means; default: empty.")


Amount = Annotated[float, Field(gt=0)] | Header
"""A number, or the column that holds it."""


class Minutes(Part):
    minutes: Header = Field(description="The column that holds minutes, or another part of a day: periods, days.")
    per: Amount | None = Field(
        default=None,
        description="What a whole day has, or the column that says it: the result is a fraction from 0 to 1.",
    )
    less: Header | None = Field(default=None, description="A column whose minutes are taken off first.")
    is_attended: bool = Field(
        default=False, description="Whether it is what was attended: the result is the rest of the day."
    )
    whole: Amount | None = Field(default=None, description="Instead of `per`: from so much on, the day counts whole.")
    half: Amount | None = Field(
        default=None, description="Beside `whole`: from so much on, the day counts half; below, not."
    )

    @model_validator(mode="after")
    def _one_rule(self) -> "Minutes":
        if (self.per is None) == (self.whole is None) or (self.half is not None and self.whole is None):
            raise ValueError("needs either `per`, or `whole` with or without `half`")
        return self


class Time(Part):
    time: Header | list[Header] = Field(description="The column with date and time, or those that hold them, in order.")
    format: str | list[str] = Field(
        description="How they are written together, with a space between columns (strptime), such as %m/%d/%Y %I:%M %p."
    )


class Duration(Part):
    duration: Header = Field(
        description="A length of time as hours:minutes or hours:minutes:seconds, or as a number of minutes: the result is minutes."
    )


class Extract(Part):
    extract: Header = Field(description="The column of whose value a part is taken.")
    regex: str = Field(description="A regular expression with one group, which is the part.")

    @field_validator("regex")
    @classmethod
    def _one_group(cls, regex: str) -> str:
        try:
            groups = re.compile(regex).groups
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        if groups != 1:
            raise ValueError(f"has {groups} groups; the part that is taken stands in one pair of parentheses")
        return regex


KINDS: dict[str, type[Part]] = {
    "column": Copy, "constant": Constant, "concat": Concat, "split": Split, "date": Date, "year": Year, "lookup": Lookup,
    "coalesce": Coalesce, "flag": Flag, "minutes": Minutes, "time": Time, "duration": Duration, "extract": Extract,
}  # fmt: skip
"""The operations, by the key that tells them apart."""


def _kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "header"
    keys = value if isinstance(value, dict) else type(value).model_fields
    return next((kind for kind in KINDS if kind in keys), None)


Operation = Annotated[
    Annotated[Header, Tag("header")]
    | Annotated[Copy, Tag("column")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[Concat, Tag("concat")]
    | Annotated[Split, Tag("split")]
    | Annotated[Date, Tag("date")]
    | Annotated[Year, Tag("year")]
    | Annotated[Lookup, Tag("lookup")]
    | Annotated[Coalesce, Tag("coalesce")]
    | Annotated[Flag, Tag("flag")]
    | Annotated[Minutes, Tag("minutes")]
    | Annotated[Time, Tag("time")]
    | Annotated[Duration, Tag("duration")]
    | Annotated[Extract, Tag("extract")],
    Discriminator(_kind),
]
"""How a column of an extract is made; a text alone is the header that is taken as it is."""


class Where(Part):
    """A condition of a row; all conditions of a block must hold."""

    column: Header
    in_: list[str] | None = Field(default=None, alias="in")
    not_in: list[str] | None = None
    null: bool | None = Field(default=None, description="true keeps rows without a value, false those with one.")


class Join(Part):
    """Columns of another file's row: the one whose columns have the same values. A row without such a one is rejected."""

    file: str = Field(description="The file, by its name in `files`, or the step.")
    on: dict[Header, Header] = Field(min_length=1, description="Columns here = columns there.")
    take: list[Header] | dict[Header, Header] = Field(
        default=[], description="Columns that are taken, or a table of new names = columns."
    )
    is_optional: bool = Field(
        default=False, description="Keeps a row without such a one: what is taken is empty there."
    )

    @property
    def taken(self) -> dict[str, str]:
        """The columns there, by their names here."""
        return dict(self.take) if isinstance(self.take, dict) else {name: name for name in self.take}


class OnePer(Part):
    """Of several rows with the same keys one stays: the latest, then the first in the order of values, then the first of the file."""

    keys: list[Header] = Field(min_length=1)
    latest: Header | None = Field(
        default=None, description="A column whose last value wins, such as a year or an ISO date."
    )
    first: Values = Field(default={}, description="Columns with their values, the one that wins first.")
    sum: dict[Header, Header] = Field(
        default={}, description="New columns that hold the sum of a column over all rows with the same keys."
    )


class Rows(Part):
    """Rows of one file (or group of files, or step), with columns made of them."""

    from_: str = Field(alias="from", description="The file, by its name in `files`, or the step.")
    where: list[Where] = Field(default=[])
    join: list[Join] = Field(default=[])
    one_per: OnePer | None = None


class Step(Rows):
    """Rows that extracts, joins and later steps read as if they were a file. Its columns are those made here, dates as YYYY-MM-DD."""

    columns: dict[Header, Operation] = Field(min_length=1)


class Block(Rows):
    """Rows of an extract from one file (or group of files, or step); several blocks of an extract are its rows together."""

    status: Status = Field(default="proposed", description="Only what is confirmed is converted.")
    by: str = Field(default="", description="Who confirmed it, and when.")
    same_as: int | None = Field(
        default=None, ge=1, description="An earlier block whose columns hold here too, but for those given."
    )
    columns: dict[str, Operation] = Field(default={})


class Sheet(Part):
    """A sheet with a person in each row and a date over each column: it is read as a row for each cell that is filled."""

    dates: str | list[str] = Field(
        default="%Y-%m-%d", description="How the dates over the columns are written (strptime)."
    )
    school_year: int | None = Field(
        default=None, description="Where these dates have no year: the school year of the sheet, by its spring."
    )
    date: Header = Field(default="date", description="The name under which the date of a mark is read.")
    mark: Header = Field(default="mark", description="The name under which what stands in the cell is read.")


class File(Part):
    """A file, or a group of files with the same columns."""

    path: str = Field(
        min_length=1, description="Its path in the delivered folder; a pattern such as att_*.csv means all that fit."
    )
    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    skip: int = Field(default=0, ge=0, le=100, description="Lines above the header.")
    null: list[str] = Field(default=[], description="Words for an empty value.")
    dates: str | list[str] | None = Field(default=None, description="How dates are written (strptime); default: ISO.")
    sheet: Sheet | None = Field(default=None, description="Where dates stand over the columns.")
    headers: list[Header] = Field(default=[], description="The columns when it was proposed: what is new is then said.")

    @field_validator("path")
    @classmethod
    def _below_the_folder(cls, path: str) -> str:
        if path.startswith(("/", "~")) or ".." in path.split("/"):
            raise ValueError("must lie in the delivered folder")
        return path


class Mapping(Part):
    """How a folder of files becomes extracts."""

    format: Literal[1] = 1
    name: str = ""
    vendor: str = ""
    year_starts: str = Field(default="07-01", pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    files: dict[str, File] = Field(min_length=1)
    lookups: dict[str, dict[str, str]] = Field(
        default={},
        description="Tables of values with what each means. A value that stands in none is judged as it is; where a number, a date, or "
        "yes or no is made of it, the result is empty, which is a finding.",
    )
    step: dict[str, list[Step]] = Field(
        default={}, description="Rows made on the way, by their name; several blocks are its rows together."
    )
    extract: dict[str, list[Block]] = Field(default={})
    notes: list[str] = Field(default=[], description="What these files cannot say: told with every run.")
    open: dict[str, str] = Field(default={}, description="What review still asks.")

    def blocks(self) -> Iterator[tuple[str, int, Block]]:
        """Every block that is not skipped, whole, with its extract and its number there."""
        for path, blocks in self.extract.items():
            for number, block in enumerate(blocks, start=1):
                if block.status != "skipped":
                    yield path, number, self._whole(path, block)

    def _whole(self, path: str, block: Block) -> Block:
        if block.same_as is None:
            return block
        model = self.extract[path][block.same_as - 1]
        return block.model_copy(update={"columns": {**self._whole(path, model).columns, **block.columns}})


def operation_of(value: Any) -> Operation:
    """The operation that a value of a mapping's file is."""
    return _OPERATION.validate_python(value)


_OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)


def headers_of(operation: Operation) -> list[str]:
    """The headers that an operation reads."""
    if isinstance(operation, str):
        return [operation]
    if isinstance(operation, (Concat, Coalesce)):
        return list(operation.concat if isinstance(operation, Concat) else operation.coalesce)
    if isinstance(operation, Constant):
        return []
    if isinstance(operation, Time):
        return [operation.time] if isinstance(operation.time, str) else list(operation.time)
    main = (
        operation.of if isinstance(operation, Lookup) else str(getattr(operation, str(_kind(operation.model_dump()))))
    )
    name = operation.column if isinstance(operation, Copy) else main
    if isinstance(operation, Minutes):
        others = (operation.less, operation.per, operation.whole, operation.half)
        return [name, *(other for other in others if isinstance(other, str))]
    return [name, *(operation.null_when if isinstance(operation, (Copy, Date)) else ())]


def headers_of_rows(rows: Rows) -> list[tuple[str, str]]:
    """The headers of its file that a block reads for its conditions, joins and keys, each with the part that needs it.

    Columns that a join takes are none of them.
    """
    one = rows.one_per
    keys = [*one.keys, *one.first, *one.sum.values(), *([one.latest] if one.latest else [])] if one else []
    found = [(where.column, "where") for where in rows.where]
    found += [(name, "one_per") for name in keys]
    found += [(name, "join") for join in rows.join for name in join.on]
    taken = {new for join in rows.join for new in join.taken}
    return [(name, part) for name, part in found if name not in taken]


def mapping_schema() -> dict[str, Any]:
    """The JSON Schema of a mapping."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Mapping",
        **Mapping.model_json_schema(by_alias=True),
    }
