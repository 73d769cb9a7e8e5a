"""What may be asked for, by path. An unknown parameter is an error, so that a misspelt filter never answers with everything."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

MOST_ROWS, FEWEST_ROWS, ROWS = 1_000, 1, 100
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Parameters(BaseModel):
    """Parameters of every path."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)


class Paged(Parameters):
    """Of lists, which come in pages where they are JSON."""

    size: int = Field(
        default=ROWS,
        ge=FEWEST_ROWS,
        le=MOST_ROWS,
        alias="_size",
        description="Rows of a page of JSON. CSV and Arrow are always whole.",
    )
    next: Annotated[str, StringConstraints(min_length=1, max_length=1_000)] | None = Field(
        default=None, alias="_next", description="Where the page before ended: part of its next_url, not to be made up."
    )

    def filters(self) -> dict[str, str]:
        """What is asked for, without size and place, by the names of the parameters; for the audit and for the next page."""
        given = self.model_dump(by_alias=True, exclude={"size", "next"}, exclude_none=True)
        return {name: str(value) for name, value in given.items()}


class TableParameters(Paged):
    """Filters by columns of a table's key; a table that lacks the column refuses the filter."""

    school_year: int | None = Field(
        default=None, ge=1900, le=2200, description="The year in which the school year ends."
    )
    school: Id | None = Field(default=None, description="k_school.")
    grade: Id | None = Field(default=None, description="grade_level.")
    subject: Id | None = None
    administration: Id | None = None
    subgroup: Id | None = Field(default=None, description="k_subgroup.")
    program: Id | None = None


class RosterParameters(Paged):
    school: Id | None = Field(default=None, description="The id of a school; CSV and Arrow need one.")
    grade: Id | None = Field(default=None, description="The grade, such as 05.")
    section: Id | None = Field(default=None, description="k_section of a section that runs.")


class SpanParameters(Paged):
    from_: dt.date | None = Field(default=None, alias="from", description="First day; default: from the first on.")
    to: dt.date | None = Field(default=None, description="Last day; default: to the last.")

    @field_validator("from_", "to", mode="before")
    @classmethod
    def _only_days(cls, value: object) -> object:
        return day_of(value)


class FindingParameters(Paged):
    rule: Id | None = Field(default=None, description="The id of a rule, such as ATT-04.")
    school: Id | None = Field(default=None, description="The id of a school.")


class MonthParameters(Paged):
    month: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")] | None = Field(
        default=None, description="A month as YYYY-MM; default: all."
    )


class DayParameters(Paged):
    date: dt.date = Field(description="The day.")

    @field_validator("date", mode="before")
    @classmethod
    def _only_days(cls, value: object) -> object:
        return day_of(value)


def day_of(value: object) -> object:
    """The value, where it is a day written as YYYY-MM-DD; else ValueError: pydantic would take a number for seconds since 1970."""
    if isinstance(value, str):
        try:
            found = dt.date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or found.isoformat() != value:
            raise ValueError("it is not a day as YYYY-MM-DD")
    return value
