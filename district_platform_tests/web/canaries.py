"""Canaries: made-up people of each kind, and who may see which of them. `planting` puts them into every published table.

What may be seen is worked out here once more, in plain Python from how each canary was planted, and shares nothing with the SQL. An id
reads CN-<school>-<kind>; names, programs and reasons hold the id, so that a page which shows any of them shows whose it is.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from district_platform.home import Home
from district_platform.web.access.viewer import Role, Viewer
from district_platform_tests.web.published import AS_OF

CANARY = re.compile(r"CN-\w+-\w+")
"""Any canary's id in a text."""
_NEVER = ("1901", "Exit CN-")
"""Birth dates, hourly rates and exit reasons of canaries: nobody sees them."""
_TOLD_TO = {
    "Address CN-": {Role.STORE},
    "Telephone CN-": {Role.STORE},
    "190219.02": {Role.HR, Role.EMPLOYEE},
    "190,219.02": {Role.HR, Role.EMPLOYEE},
    "Value CN-": set[Role](),
}
"""Addresses and telephone numbers of customers, pay, and what stands in the record of a finding: who sees them."""

STORES = ("ST001", "ST002")

THIS, LAST = 2026, 2025
YEAR = (dt.date(2025, 8, 20), dt.date(2026, 6, 5))
LAST_YEAR = (dt.date(2024, 8, 21), dt.date(2025, 6, 5))
OPEN_PROGRAM = "CN-any-open"
"""The program that settings open to teachers."""

IN_FORCE = {
    "principal": ("Administrator", Role.PRINCIPAL),
    "counselor": ("Counselor", Role.COUNSELOR),
}


@dataclass(frozen=True)
class Stay:
    """A canary's time at a school."""

    school: str | None
    year: int
    entry: dt.date
    leaving: dt.date | None = None


@dataclass(frozen=True)
class Seat:
    """A canary's time in a section: 'own' and 'others' run, 'over' ended in January, 'last' last year."""

    school: str | None
    section: str
    begin: dt.date
    end: dt.date | None = None


@dataclass(frozen=True)
class Canary:
    student: str
    stays: tuple[Stay, ...]
    seats: tuple[Seat, ...] = ()


def canaries(schools: Iterable[str]) -> list[Canary]:
    """Of each school: who is there now, in one teacher's section or another's, who left it, came from another, was there last year, or
    sits in a section although enrolled elsewhere."""
    names = list(schools)
    found = [Canary("CN-null-now", (Stay(None, THIS, YEAR[0]), Stay("", THIS, YEAR[0])), (Seat(None, "own", YEAR[0]),))]
    for here, there in zip(names, [*names[1:], names[0]], strict=True):
        now, before = Stay(here, THIS, YEAR[0]), Stay(here, LAST, *LAST_YEAR)
        autumn = dt.date(2025, 12, 19)
        january = dt.date(2026, 1, 12)
        made = {
            "now": ((before, now), (Seat(here, "own", YEAR[0]),)),
            "other": ((now,), (Seat(here, "others", YEAR[0]),)),
            "left": ((Stay(here, THIS, YEAR[0], autumn),), (Seat(here, "own", YEAR[0], autumn),)),
            "last": ((before,), (Seat(here, "last", *LAST_YEAR),)),
            "moved": ((Stay(there, LAST, *LAST_YEAR), now), (Seat(here, "own", YEAR[0]),)),
            "switched": (
                (Stay(there, THIS, YEAR[0], autumn), Stay(here, THIS, january)),
                (Seat(there, "own", YEAR[0], autumn), Seat(here, "own", january)),
            ),
            "over": ((now,), (Seat(here, "over", YEAR[0]),)),
            "ended": ((now,), (Seat(here, "own", YEAR[0], dt.date(2026, 1, 30)),)),
            "stray": ((Stay(there, THIS, YEAR[0]),), (Seat(here, "own", YEAR[0]),)),
            "coming": ((Stay(here, THIS, dt.date(2026, 3, 2)),), (Seat(here, "own", dt.date(2026, 3, 2)),)),
        }
        found += [Canary(f"CN-{here}-{kind}", stays, seats) for kind, (stays, seats) in made.items()]
    return found


def visible(viewer: Viewer, planted: Iterable[Canary]) -> dict[str, set[str | None]]:
    """The canaries that a viewer may see, each with the schools of which days, scores and stays may be seen."""
    found: dict[str, set[str | None]] = {}
    for canary in planted:
        schools = {stay.school for stay in canary.stays}
        here = {s.school for s in canary.stays if s.year == THIS and s.entry <= AS_OF}
        own = here & set(viewer.scope.schools)
        taught = {
            seat.school
            for seat in canary.seats
            if f"{THIS}-{seat.school}-CN{seat.section}" in viewer.scope.sections
            and seat.section in ("own", "others")
            and seat.begin <= AS_OF <= (seat.end or AS_OF)
        }
        if viewer.role in (Role.PRINCIPAL, Role.COUNSELOR, Role.DISTRICT, Role.KEY) and own:
            found[canary.student] = schools
        elif viewer.role is Role.CLERK and own:
            found[canary.student] = own
        elif viewer.role is Role.TEACHER and taught:
            found[canary.student] = taught
    return found


def never(role: Role) -> tuple[str, ...]:
    """Texts of canaries that the role never sees."""
    return (*_NEVER, *(text for text, roles in _TOLD_TO.items() if role not in roles))


def visible_others(viewer: Viewer, schools: Iterable[str]) -> set[str]:
    """Staff, customers and findings of a district's schools that a viewer may see."""
    role, own = viewer.role, viewer.scope.schools
    every = list(schools)
    of_staff = {f"CN-{school}-hours" for school in every} | {
        f"CN-{school}-{kind}" for school in every for kind in EDUCATORS
    }
    match role:
        case Role.PRINCIPAL:
            kinds = ("principal", "counselor", "teacher", "second", "section")
            return {f"CN-{school}-{kind}" for school in own for kind in kinds}
        case Role.COUNSELOR:
            return {f"CN-{school}-section" for school in own}
        case Role.CLERK:
            return {f"CN-{school}-mark" for school in own}
        case Role.HR:
            return of_staff | {f"CN-{school}-employee" for school in every} | {"CN-null-employee"}
        case Role.EMPLOYEE:
            return set(viewer.scope.employee)
        case Role.STEWARD:
            return of_staff
        case Role.STORE:
            sold = {f"CN-{store}-{kind}" for store in viewer.scope.stores for kind in ("seller", "customer", "sale")}
            return sold | {"CN-both-customer"}
        case _:
            return set()


EDUCATORS = ("principal", "counselor", "until", "teacher", "second", "gone", "former")
"""Kinds of educators that are planted at each school."""


def schools_of(home: Home) -> list[str]:
    """k_school of the publication that is current, in their order."""
    return list(_schools_in(home.current.resolve()))


@cache
def _schools_in(publication: Path) -> tuple[str, ...]:
    with duckdb.connect() as connection:
        rows = connection.execute(f"select k_school from '{publication}/out/dim_school.parquet' order by k_school")
        return tuple(school for (school,) in rows.fetchall())


def email_of(school: str, kind: str) -> str:
    return f"{kind}.{school}@canary.example"


def found_in(values: Iterable[Any]) -> set[str]:
    """Ids of canaries in what was sent, but for the program that is open."""
    return {each for value in values for each in CANARY.findall(str(value))} - {OPEN_PROGRAM}


def accounts(schools: Iterable[str]) -> Mapping[str, Role | None]:
    """Accounts of the canaries' staff and of access.csv, with the role that each has."""
    work = {"principal": Role.PRINCIPAL, "counselor": Role.COUNSELOR, "teacher": Role.TEACHER, "second": Role.TEACHER}
    found: dict[str, Role | None] = {email_of(s, kind): role for s in schools for kind, role in work.items()}
    found |= {email_of(s, kind): None for s in schools for kind in ("gone", "former")}
    return found | {f"{role.value}@canary.example": role for role in BY_FILE}


BY_FILE = {
    Role.DISTRICT: ("", ""),
    Role.ANALYST: ("", ""),
    Role.HR: ("", ""),
    Role.CLERK: ("0101", ""),
    Role.STEWARD: ("human resources", ""),
    Role.STORE: ("ST001", ""),
    Role.EMPLOYEE: ("", "CN-0101-employee"),
}
"""Roles that access.csv grants: scope and person number of each."""


def access_csv(expires_on: dt.date) -> str:
    lines = [
        f"{role.value}@canary.example,{role.value},{scope},{number},{expires_on},canary"
        for role, (scope, number) in BY_FILE.items()
    ]
    return "\n".join(["email,role,scope,person_number,expires_on,reason", *lines, ""])
