"""data/reference/access.csv: roles that the human resources system does not know, each for one account and until a given day.

A wrong line grants nothing; if the lines cannot be told apart, the whole file grants nothing. A fault is reported with its line, its
column and what to do, but without the e-mail address, which may be a name.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from district_platform.dictionary import Owner
from district_platform.engine.deliveries import why_unreadable
from district_platform.home import Home
from district_platform.sources.reference.lines import csv_lines
from district_platform.web.access.logins import as_login
from district_platform.web.access.viewer import Role

NAME = "access.csv"
COLUMNS = ("email", "role", "scope", "person_number", "expires_on", "reason")
"""Of the file; other columns do not matter."""

LONGEST_DAYS = 730
"""How far ahead expires_on may lie: an access that nobody renews ends, and a slip in a year opens nothing for decades."""

WITHOUT_SCOPE = frozenset({Role.DISTRICT, Role.ANALYST, Role.HR, Role.EMPLOYEE})
OF_SCHOOLS = frozenset({Role.PRINCIPAL, Role.COUNSELOR, Role.CLERK})
FROM_ELSEWHERE = {
    Role.TEACHER: "comes from the sections in force; have the class assigned in the student information system",
    Role.PUBLIC: "needs no account",
    Role.KEY: "comes from district-platform keys add",
}
"""Roles that no line grants, and where they come from."""

_ACCOUNT = re.compile(r"[^\s,;*%?\"'<>]+@[^\s,;*%?\"'<>@]+")
_PERSON_NUMBER = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Places:
    """What a scope may name, in the publication that is read."""

    schools: Collection[str] = ()
    stores: Collection[str] = ()
    employees: Collection[str] = ()
    """Employees who have not left."""


@dataclass(frozen=True)
class Grant:
    """A line of the file that is in force."""

    line: int
    login: str
    """The account: its e-mail, or its person number where it has none."""
    role: Role
    scope: str
    """k_school, k_store or the owner of rules, as the role has it; empty for roles without."""
    person_number: str


@dataclass(frozen=True)
class AccessFile:
    """The grants of the file, and its faults."""

    grants: tuple[Grant, ...] = ()
    problems: tuple[str, ...] = ()


def access_path(home: Home) -> Path:
    return home.reference / NAME


def read_access(home: Home, places: Places, today: dt.date) -> AccessFile:
    """The file as it holds today; nothing where there is none."""
    path = access_path(home)
    if not path.exists():
        return AccessFile()
    where = path.relative_to(home.root).as_posix()
    try:
        if problem := why_unreadable(path, path.resolve().parent):
            raise ValueError(problem)
        lines = list(csv_lines(path, COLUMNS, "a value that holds a comma stands between quotation marks"))
    except (ValueError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return AccessFile(problems=(f"{where}: {why}. Correct the file; until then it grants nothing to anybody.",))
    reading = _Reading(places, today)
    for line, values in lines:
        reading.take(line, values)
    problems = tuple(f"{where}, line {line}, {fault} This line grants nothing." for line, fault in reading.faults)
    return AccessFile(tuple(reading.grants), problems)


@dataclass
class _Reading:
    places: Places
    today: dt.date
    grants: list[Grant] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)

    def take(self, line: int, values: Mapping[str, str]) -> None:
        fault = self._fault(values)
        if fault:
            self.faults.append((line, fault))
            return
        login = as_login(values["email"] or values["person_number"])
        role = Role(values["role"].lower())
        self.grants.append(Grant(line, login, role, _scope(role, values["scope"]), values["person_number"]))

    def _fault(self, values: Mapping[str, str]) -> str | None:
        """The first fault of a line: column, value, rule, what to do."""
        checks: tuple[Callable[[Mapping[str, str]], str | None], ...] = (
            _role_fault,
            _account_fault,
            self._scope_fault,
            self._person_fault,
            self._expiry_fault,
            _reason_fault,
        )
        return next((fault for check in checks if (fault := check(values))), None)

    def _scope_fault(self, values: Mapping[str, str]) -> str | None:
        role, scope = Role(values["role"].lower()), values["scope"]
        if role in WITHOUT_SCOPE:
            return (
                f"scope {scope!r}: {role.value} has none; leave it empty, or name the role that goes with it."
                if scope
                else None
            )
        kind, known = self._named_by(role)
        if not scope:
            return f"scope: is empty; {role.value} names {kind}, one a line."
        if _scope(role, scope) not in known:
            return f"scope {scope!r}: is no {kind.removeprefix('a ')} of the publication; correct it, as it is written there."
        return None

    def _named_by(self, role: Role) -> tuple[str, Collection[str]]:
        if role in OF_SCHOOLS:
            return "a k_school", self.places.schools
        if role is Role.STORE:
            return "a k_store", self.places.stores
        return "a rule owner", [owner.value for owner in Owner]

    def _person_fault(self, values: Mapping[str, str]) -> str | None:
        role, number = Role(values["role"].lower()), values["person_number"]
        if role is not Role.EMPLOYEE:
            return f"person_number: only {Role.EMPLOYEE.value} has one; leave it empty." if number else None
        if not number:
            return "person_number: is empty; employee names the timekeeping system's number of the person."
        if not _PERSON_NUMBER.fullmatch(number) or number not in self.places.employees:
            return "person_number: is nobody's who works here now; correct it, or remove the line."
        return None

    def _expiry_fault(self, values: Mapping[str, str]) -> str | None:
        text = values["expires_on"]
        if not text:
            return "expires_on: is empty; give the last day of the access as YYYY-MM-DD."
        try:
            last = dt.date.fromisoformat(text)
        except ValueError:
            last = None
        if last is None or last.isoformat() != text:
            return f"expires_on {text!r}: is not a date as YYYY-MM-DD."
        if last < self.today:
            return f"expires_on {text}: is over. Renew it, or remove the line."
        if (last - self.today).days > LONGEST_DAYS:
            return f"expires_on {text}: lies more than {LONGEST_DAYS} days ahead; give a nearer day and renew it then."
        return None


def _role_fault(values: Mapping[str, str]) -> str | None:
    text = values["role"].lower()
    roles = {role.value for role in Role} - {role.value for role in FROM_ELSEWHERE}
    if text in roles:
        return None
    for role, why in FROM_ELSEWHERE.items():
        if text == role.value:
            return f"role {text!r}: {why}."
    return f"role {values['role']!r}: must be one of {', '.join(sorted(roles))}."


def _account_fault(values: Mapping[str, str]) -> str | None:
    """Checks that a line names one account in full: no pattern, no list."""
    email, is_employee = values["email"], values["role"].lower() == Role.EMPLOYEE.value
    if email:
        return (
            None
            if _ACCOUNT.fullmatch(as_login(email))
            else "email: is not one e-mail address; give one account a line."
        )
    return None if is_employee else "email: is empty; only an employee's account may be a person number instead."


def _reason_fault(values: Mapping[str, str]) -> str | None:
    return None if values["reason"] else "reason: is empty; say why, for whoever reviews the file."


def _scope(role: Role, text: str) -> str:
    """The scope of a line; owners may be written in upper or lower case, ids exactly."""
    if role is not Role.STEWARD:
        return text
    return next((owner.value for owner in Owner if owner.value.lower() == text.lower()), text)
