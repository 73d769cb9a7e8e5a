"""The OneRoster files that are read: which columns must be there, which must be filled, and what may stand in them.

Only columns that a canonical extract or a check needs are named; others are ignored. What is named here is judged
row by row when a file is read (`reading`); references between files are judged in `references`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from district_platform.sources.oneroster import vocabulary

STATUS = "status"
LISTS = frozenset({"grades", "orgSourcedIds", "subjects", "termSourcedIds"})
"""Columns that hold lists."""


@dataclass(frozen=True)
class Layout:
    """One OneRoster file. `filled` and `columns` must stand in its header, `filled` must hold a value in each row."""

    name: str
    filled: tuple[str, ...]
    columns: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Closed vocabularies, in lower case."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Columns that some exporters write under a name of another file, and which then hold what is meant."""
    misspelled: Mapping[str, str] = field(default_factory=dict)
    """Columns that some exporters write so, where the right one is not there."""

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def required(self) -> tuple[str, ...]:
        return (*self.filled, *self.columns)

    @property
    def known(self) -> tuple[str, ...]:
        return (STATUS, *self.required, *self.optional)


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("orgs", filled=("sourcedId", "type"), columns=("name",), words={"type": vocabulary.ORG_TYPES}),
        Layout(
            "academicSessions",
            filled=("sourcedId", "type", "startDate", "endDate"),
            columns=("title",),
            optional=("schoolYear", "parentSourcedId"),
            dates=("startDate", "endDate"),
            words={"type": vocabulary.SESSION_TYPES},
        ),
        Layout("courses", filled=("sourcedId",), columns=("title",), optional=("grades", "subjects")),
        Layout(
            "classes",
            filled=("sourcedId", "courseSourcedId", "schoolSourcedId", "termSourcedIds"),
            optional=("grades",),
        ),
        Layout(
            "users",
            filled=("sourcedId",),
            columns=("givenName", "familyName"),
            optional=("role", "orgSourcedIds", "primaryOrgSourcedId", "grades", "email"),
            words={"role": vocabulary.ROLES},
        ),
        Layout(
            "roles",
            filled=("sourcedId", "userSourcedId", "role", "orgSourcedId"),
            optional=("roleType", "beginDate", "endDate"),
            dates=("beginDate", "endDate"),
            words={"role": vocabulary.ROLES, "roleType": frozenset({"primary", "secondary"})},
        ),
        Layout(
            "demographics",
            filled=("sourcedId",),
            optional=("birthDate", "sex", *vocabulary.RACE_COLUMNS),
            dates=("birthDate",),
            booleans=vocabulary.RACE_COLUMNS,
            instead={"sourcedId": "userSourcedId"},
            misspelled={"hispanicOrLatinoEthnicity": "hispanicLatinoEthnicity"},
        ),
        Layout(
            "enrollments",
            filled=("sourcedId", "classSourcedId", "userSourcedId", "role"),
            optional=("schoolSourcedId", "primary", "beginDate", "endDate"),
            dates=("beginDate", "endDate"),
            booleans=("primary",),
            words={"role": vocabulary.CLASS_ROLES},
        ),
    )
}

REQUIRED_FILES = ("orgs", "academicSessions", "users")
"""Without them there is no school, no school year and no student."""
