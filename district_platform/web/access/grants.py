"""Who has which role today: human resources decide for principals, counselors, teachers and employees with an e-mail address,
data/reference/access.csv for all others.

Default deny. Unclear cases grant nothing: an e-mail address that two educators share, a wrong line, somebody who has left.
"""

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from district_platform.dictionary import Owner
from district_platform.home import Home
from district_platform.web.access.access_file import AccessFile, Grant, Places, access_path, read_access
from district_platform.web.access.logins import as_login
from district_platform.web.access.viewer import EVERYBODY, PUBLIC, Role, Scope, Viewer
from district_platform.web.reading.publications import Publication
from district_platform.web.reading.queries import people
from district_platform.web.reading.reader import KEPT_VERSIONS, Library

ROLE_OF_POSITION = {"Administrator": Role.PRINCIPAL, "Counselor": Role.COUNSELOR}
"""Positions of staff assignments (dictionary.staff.POSITIONS) that open a school."""

_KEPT_ACCOUNTS = 500
Educators = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Granted:
    """The roles of an account, and why it has no others."""

    viewers: tuple[Viewer, ...] = ()
    problems: tuple[str, ...] = ()
    """For whoever gives access; without names."""


class Grants:
    """The roles of accounts, by publication. Read again when access.csv, the day or the publication changes."""

    def __init__(self, home: Home, library: Library) -> None:
        self._home, self._library = home, library
        self._kept: OrderedDict[tuple[Any, ...], Granted] = OrderedDict()
        self._files: OrderedDict[tuple[Any, ...], AccessFile] = OrderedDict()
        self._educators: OrderedDict[tuple[Any, ...], Mapping[str, Educators]] = OrderedDict()
        self._lock = threading.Lock()

    def roles_of(self, login: str, publication: Publication, today: dt.date | None = None) -> tuple[Viewer, ...]:
        """The account's roles, each with its scope, in the order of Role; none for somebody whom nothing names."""
        return self.granted(login, publication, today).viewers

    def granted(self, login: str, publication: Publication, today: dt.date | None = None) -> Granted:
        """The account's roles, and the reasons why others are refused."""
        day, account = today or dt.date.today(), as_login(login)
        key = (account, publication.version, day, self._stamp())
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = self._found(account, publication, day)
            with self._lock:
                self._kept[key] = kept
                while len(self._kept) > _KEPT_ACCOUNTS:
                    self._kept.popitem(last=False)
        return kept

    def everybody(self, publication: Publication, today: dt.date | None = None) -> dict[str, tuple[Role, ...]]:
        """Accounts with a role today, whether they were made or not: of HR by e-mail address, and of the lines of access.csv."""
        day = today or dt.date.today()
        at_work = {
            login
            for login, educators in self._by_login(publication, max(day, publication.as_of_date)).items()
            if not all(has_left for _, has_left in educators)
        }
        logins = at_work | {grant.login for grant in self._file(publication, day).grants}
        found = {login: self.roles_of(login, publication, day) for login in sorted(logins)}
        return {login: tuple(viewer.role for viewer in viewers) for login, viewers in found.items() if viewers}

    def problems(self, publication: Publication, today: dt.date | None = None) -> tuple[str, ...]:
        """What is wrong with access.csv."""
        return self._file(publication, today or dt.date.today()).problems

    def _stamp(self) -> tuple[int, int, int]:
        """The state of access.csv: inode, time of change, size."""
        try:
            stat = access_path(self._home).stat()
        except OSError:
            return (0, 0, 0)
        return (stat.st_ino, stat.st_mtime_ns, stat.st_size)

    def _file(self, publication: Publication, today: dt.date) -> AccessFile:
        key = (publication.version, today, self._stamp())
        with self._lock:
            kept = self._files.get(key)
        if kept is None:
            kept = read_access(self._home, self._places(publication, today), today)
            with self._lock:
                self._files.clear()
                self._files[key] = kept
        return kept

    def _by_login(self, publication: Publication, today: dt.date) -> Mapping[str, Educators]:
        """All educators with an address, by the account that goes with it: k_educator, and whether they left before today."""
        key = (publication.version, today)
        with self._lock:
            kept = self._educators.get(key)
        if kept is None:
            kept = {}
            for email, k_educator, has_left in self._library.ask(publication, people.EDUCATORS, today=today):
                if login := as_login(email):
                    kept[login] = (*kept.get(login, ()), (k_educator, has_left))
            with self._lock:
                self._educators[key] = kept
                while len(self._educators) > KEPT_VERSIONS:
                    self._educators.popitem(last=False)
        return kept

    def _places(self, publication: Publication, today: dt.date) -> Places:
        left_before = max(today, publication.as_of_date)
        schools, stores, employees = (
            [value for (value,) in self._library.ask(publication, people.PLACES[name], today=left_before)]
            for name in ("schools", "stores", "employees")
        )
        return Places(schools, stores, frozenset(employees))

    def _found(self, account: str, publication: Publication, today: dt.date) -> Granted:
        if not account:
            return Granted()
        left_before = max(today, publication.as_of_date)
        educators = self._by_login(publication, left_before).get(account, ())
        if len(educators) > 1:
            ids = ", ".join(k_educator for k_educator, _ in educators)
            return Granted(
                problems=(
                    f"the account's e-mail address stands at {len(educators)} educators ({ids}): it opens nothing until human "
                    "resources leave it at one of them (rule EDU-02)",
                )
            )
        if educators and educators[0][1]:
            return Granted(problems=(f"educator {educators[0][0]} has left: the account opens nothing",))
        scopes: dict[Role, list[Scope]] = {}
        for k_educator, _ in educators:
            for role, scope in self._from_work(k_educator, publication):
                scopes.setdefault(role, []).append(scope)
            for (k_employee,) in self._library.ask(
                publication, people.EMPLOYMENTS, educator=k_educator, today=left_before
            ):
                scopes.setdefault(Role.EMPLOYEE, []).append(Scope(employee=(k_employee,)))
        for grant in self._file(publication, today).grants:
            if grant.login == account:
                scopes.setdefault(grant.role, []).append(self._from_line(grant, publication, today))
        return Granted(tuple(Viewer(account, role, _joined(scopes[role])) for role in Role if role in scopes))

    def _from_work(self, k_educator: str, publication: Publication) -> list[tuple[Role, Scope]]:
        year, day = publication.school_year, publication.as_of_date
        places = self._library.ask(
            publication, people.SCHOOLS_BY_POSITION, educator=k_educator, school_year=year, as_of_date=day
        )
        found = [
            (ROLE_OF_POSITION[position], Scope(schools=(k_school,), educator=(k_educator,)))
            for position, k_school in places
            if position in ROLE_OF_POSITION
        ]
        sections = self._library.ask(publication, people.SECTIONS, educator=k_educator, school_year=year)
        if sections:
            found.append((Role.TEACHER, Scope(sections=tuple(s for (s,) in sections), educator=(k_educator,))))
        return found

    def _from_line(self, grant: Grant, publication: Publication, today: dt.date) -> Scope:
        match grant.role:
            case Role.DISTRICT:
                return Scope(schools=tuple(self._places(publication, today).schools))
            case Role.PRINCIPAL | Role.COUNSELOR | Role.CLERK:
                return Scope(schools=(grant.scope,))
            case Role.STORE:
                return Scope(stores=(grant.scope,))
            case Role.STEWARD:
                return Scope(owners=(grant.scope,))
            case Role.EMPLOYEE:
                return Scope(employee=(grant.person_number,))
            case Role.HR:
                return Scope(staff=(EVERYBODY,))
            case _:
                return Scope()

    def examples(self, publication: Publication) -> tuple[Viewer, ...]:
        """One viewer for each role of a synthetic district: from its first school, and the teacher with most students."""
        year, day = publication.school_year, publication.as_of_date
        ids = dict(self._library.ask(publication, people.LARGEST, school_year=year, as_of_date=day))
        schools = tuple(k for (k,) in self._library.ask(publication, people.PLACES["schools"]))
        own = Scope(schools=_known(ids["principal"]))
        taught = self._from_work(ids["teacher"], publication) if ids["teacher"] else []
        sections = next((scope for role, scope in taught if role is Role.TEACHER), Scope())
        scopes = {
            Role.DISTRICT: Scope(schools=schools),
            Role.PRINCIPAL: own,
            Role.COUNSELOR: own,
            Role.TEACHER: sections,
            Role.ANALYST: Scope(),
            Role.CLERK: Scope(schools=_known(ids["clerk"])),
            Role.STEWARD: Scope(owners=(Owner.SIS.value,)),
            Role.HR: Scope(staff=(EVERYBODY,)),
            Role.EMPLOYEE: Scope(employee=_known(ids["employee"])),
            Role.STORE: Scope(stores=_known(ids["store"])),
        }
        return (*(Viewer(role.value, role, scope) for role, scope in scopes.items()), PUBLIC)


def _known(found: str | None) -> tuple[str, ...]:
    """A scope of one, or of nothing where the district has none."""
    return (found,) if found else ()


def _joined(scopes: Iterable[Scope]) -> Scope:
    """The union of the scopes that several grants of one role open."""
    parts = list(scopes)
    return Scope(
        **{
            name: tuple(sorted({value for part in parts for value in getattr(part, name)}))
            for name in Scope.__dataclass_fields__
        }
    )
