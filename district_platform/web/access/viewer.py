"""The viewer: an account in one role, with the scope of that role. `grants` does the granting; this module grants nothing."""

from dataclasses import dataclass, field, fields, replace
from enum import StrEnum

EVERYBODY = "everybody"


class Role(StrEnum):
    """The role in which somebody looks at pages. A person may have several; a session has one."""

    DISTRICT = "district"
    """District leader: released tables, and a drill to every student, each view audited."""
    PRINCIPAL = "principal"
    COUNSELOR = "counselor"
    TEACHER = "teacher"
    ANALYST = "analyst"
    """Released tables, no students."""
    PUBLIC = "public"
    """Nobody who signed in: released tables on the public page."""
    CLERK = "clerk"
    STEWARD = "steward"
    HR = "hr"
    EMPLOYEE = "employee"
    STORE = "store"
    KEY = "key"
    """A program with a key of the API: what the key opens, of its schools."""


@dataclass(frozen=True)
class Scope:
    """The places and people to which a viewer's queries are limited. An empty tuple opens nothing.

    Raises ValueError for a null or blank value, which names no place and no person.
    """

    schools: tuple[str, ...] = ()
    """k_school."""
    sections: tuple[str, ...] = ()
    """k_section."""
    educator: tuple[str, ...] = ()
    """k_educator of the viewer: one or none."""
    employee: tuple[str, ...] = ()
    """k_employee of the viewer: one for each number in the timekeeping system, or none."""
    staff: tuple[str, ...] = ()
    """(EVERYBODY,) of human resources, who see all who punch."""
    stores: tuple[str, ...] = ()
    """k_store."""
    owners: tuple[str, ...] = ()
    """Owners of quality rules (dictionary.Owner)."""

    def __post_init__(self) -> None:
        for each in fields(self):
            values = getattr(self, each.name)
            if not isinstance(values, tuple) or not all(isinstance(value, str) and value.strip() for value in values):
                raise ValueError(f"scope.{each.name} holds what is no id: a null or blank value opens nothing")


@dataclass(frozen=True)
class Viewer:
    """An account in one of its roles."""

    account: str
    """The e-mail or name that it signs in with; empty for the public."""
    role: Role
    scope: Scope = field(default=Scope())

    def within(self, *schools: str) -> "Viewer":
        """The viewer looking at no more than these of the schools of the scope."""
        kept = tuple(school for school in self.scope.schools if school in schools)
        return replace(self, scope=replace(self.scope, schools=kept))


PUBLIC = Viewer(account="", role=Role.PUBLIC)
"""Whoever has not signed in."""
