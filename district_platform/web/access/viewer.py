"""Who looks: an account in one role, with the scope that the role has for it. Nothing here grants anything; `grants` does."""

from dataclasses import dataclass, field, fields
from enum import StrEnum


class Role(StrEnum):
    """What somebody is when they look. A person may have several; a session has one."""

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


@dataclass(frozen=True)
class Scope:
    """What a viewer's queries are bound to. An empty tuple opens nothing. Raises ValueError for a null or blank value, which would
    be no place and no person."""

    schools: tuple[str, ...] = ()
    """k_school."""
    sections: tuple[str, ...] = ()
    """k_section."""
    educator: tuple[str, ...] = ()
    """k_educator of the viewer: one or none."""
    employee: tuple[str, ...] = ()
    """k_employee of the viewer: one or none."""
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


PUBLIC = Viewer(account="", role=Role.PUBLIC)
"""Whoever has not signed in."""
