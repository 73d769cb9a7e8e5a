"""What records share: their id, and how they refer to each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from district_platform.standins.edfi import vocabulary as v

Row = dict[str, str]
Record = dict[str, Any]


@dataclass(frozen=True)
class Around:
    """What a record needs to know besides its own row."""

    is_six: bool
    """Whether the data standard is 6."""
    first_sections: Mapping[tuple[str, int], Row]
    """The first section of each school and year: somebody took attendance in it."""
    credentials: Mapping[str, list[str]]
    """The certifications of each educator."""


def record(resource: str, key: str, **fields: Any) -> Record:
    """A record with its id, without fields that are null."""
    filled = {name: value for name, value in fields.items() if value is not None}
    return {"id": v.resource_id(resource, key), **filled, "_etag": "1", "_lastModifiedDate": "2026-01-05T07:00:00Z"}


def school_reference(row: Row) -> Record:
    return {"schoolId": v.school_number(row["school_id"])}


def session_reference(row: Row) -> Record:
    return {**school_reference(row), "schoolYear": int(row["school_year"]), "sessionName": row["session_id"]}


def section_reference(row: Row, course: str, session: str) -> Record:
    reference = {"localCourseCode": course, "sectionIdentifier": row["section_id"]}
    return {**reference, **school_reference(row), "schoolYear": int(row["school_year"]), "sessionName": session}


def student_reference(row: Row) -> Record:
    return {"studentUniqueId": row["student_id"]}


def staff_reference(row: Row) -> Record:
    return {"staffUniqueId": row["educator_id"]}


def year_reference(row: Row) -> Record:
    return {"schoolYear": int(row["school_year"])}


def is_true(value: str) -> bool:
    return value == "true"
