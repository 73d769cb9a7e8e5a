"""The matrix: every role asks every relation and every query with every filter, and what comes back is held against the canaries."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from district_platform.home import Home
from district_platform.settings import Settings
from district_platform.web.access.grants import Grants
from district_platform.web.access.viewer import PUBLIC, Role, Scope, Viewer
from district_platform.web.pages.model import NotFoundError, PageModel
from district_platform.web.pages.registry import Page, pages
from district_platform.web.reading.publications import current_version, publication
from district_platform.web.reading.reader import Choices, Library, Reader, Rows
from district_platform.web.reading.registry import NotAllowedError, Query, Registry
from district_platform.web.rendering import Chrome, csv
from district_platform.web.rendering import page as html_of
from district_platform_tests.web import canaries
from district_platform_tests.web.canaries import Canary
from district_platform_tests.web.published import AS_OF

WITHOUT_SCOPE = 5
"""Of so many questions, one is asked once more by somebody without any scope."""
TODAY = AS_OF + dt.timedelta(days=1)
SCHOOL_PEOPLE = frozenset({Role.PRINCIPAL, Role.COUNSELOR})
SENSITIVE = frozenset({"is_homeless", "has_disability", "is_economically_disadvantaged", "k_subgroup"})
"""Columns that only the people of the school see beside a student."""
HIDDEN: Mapping[str, frozenset[Role]] = {
    **dict.fromkeys(("birth_date", "exit_reason", "hourly_rate", "value_found"), frozenset()),
    **dict.fromkeys(("address", "phone_number"), frozenset({Role.STORE})),
    "estimated_gross_pay": frozenset({Role.HR, Role.EMPLOYEE}),
}
"""Columns that nobody sees but these roles."""
NO_PEOPLE = frozenset({"section", "sale", "mark", "hours"})
"""Kinds of canaries that are records, and no people."""
WITH_OTHERS = frozenset({Role.CLERK, Role.STEWARD, Role.HR, Role.EMPLOYEE, Role.STORE})
"""Roles who must find all that is theirs of what is no student's."""
BY_STAY = frozenset(
    f"scoped_{what}" for what in ("enrollment", "day", "to_date", "mark", "decision", "tracked", "score", "growth")
) | {"attendance_history"}
"""Relations of which each canary has a row for each of its stays."""


@dataclass(frozen=True)
class Planted:
    """A home with canaries, and the viewers that ask."""

    home: Home
    canaries: tuple[Canary, ...]
    viewers: tuple[Viewer, ...]


def viewers_of(home: Home, registry: Registry, schools: Iterable[str]) -> tuple[Viewer, ...]:
    """Of each role whoever has it, by human resources and access.csv as grants read them; those of two schools, and the public."""
    library = Library(home, registry)
    grants, version = Grants(home, library), publication(home, current_version(home))
    found = [
        viewer
        for login, role in canaries.accounts(schools).items()
        for viewer in grants.roles_of(login, version, TODAY)
        if viewer.role is role
    ]
    library.close()
    keys = (Viewer(canaries.email_of(school, "key"), Role.KEY, Scope(schools=(school,))) for school in schools)
    return (*found, *keys, PUBLIC)


def library_of(planted: Planted, registry: Registry) -> Library:
    return Library(planted.home, registry, choices=Choices(open_programs=(canaries.OPEN_PROGRAM,)))


def faults_of_relations(planted: Planted, reader: Reader, registry: Registry, *names: str) -> Iterator[str]:
    """Rows of relations that a viewer may not see, or should and does not; columns that nobody sees. Of all, or of those named.

    The reader's own relations are not looked at.
    """
    for name in names or registry.relations:
        roles = registry.relations[name].roles
        for viewer in (viewer for viewer in planted.viewers if viewer.role in roles):
            columns, rows = _rows_of(registry, reader, name, viewer, f" where contains({name}::varchar, 'CN-')")
            found = [dict(zip(columns, row, strict=True)) for row in rows]
            where = f"{name} as {viewer.role.value} {viewer.account}"
            yield from (f"{where}: {each}" for each in _column_faults(columns, viewer.role))
            yield from (f"{where}: {each}" for each in _row_faults(found, viewer, planted))
            yield from (f"{where}: {each}" for each in _missing(name, found, viewer, planted))
        for role in roles:
            if _rows_of(registry, reader, name, Viewer("nobody", role), " limit 1")[1]:
                yield f"{name} as {role.value} without scope: has rows"


Answers = Mapping[tuple[Viewer, str], list[tuple[dict[str, Any], Rows]]]
"""By viewer and query: every combination of filters, and what came back."""


def answers(planted: Planted, registry: Registry, viewers: Iterable[Viewer]) -> Answers:
    """All that these viewers are answered."""
    with closing(library_of(planted, registry)) as library, library.reader() as reader:
        return {
            (viewer, query.name): [
                (filters, reader.rows(query, viewer, **filters))
                for filters in combinations(registry, query, viewer, planted)
            ]
            for viewer in viewers
            for query in registry
            if viewer.role in query.shows
        }


def faults_of_queries(planted: Planted, registry: Registry, answered: Answers) -> Iterator[str]:
    """Rows and columns of queries that a viewer may not see; students that a viewer should see and no query shows."""
    for viewer in asking(planted):
        seen: set[str] = set()
        asked: set[str] = set()
        for query in (query for query in registry if viewer.role in query.shows and registry.needs(query)):
            where = f"{query.name} as {viewer.role.value} {viewer.account}"
            yield from (f"{where}: {each}" for each in _column_faults(query.shows[viewer.role], viewer.role))
            for filters, rows in answered[viewer, query.name]:
                if rows.columns != query.shows[viewer.role]:
                    yield f"{where}: sends {', '.join(rows.columns)}"
                yield from (f"{where} {filters}: {each}" for each in _row_faults(list(rows), viewer, planted))
                seen |= canaries.found_in(value for row in rows.rows for value in row)
                asked.add(filters.get("student") or "")
        expected = canaries.visible(viewer, planted.canaries).keys() & asked
        if viewer.role in WITH_OTHERS:
            expected |= canaries.visible_others(viewer, canaries.schools_of(planted.home))
        if missed := expected - seen:
            yield f"{viewer.role.value} {viewer.account} does not see {', '.join(sorted(missed))}"


def faults_without_scope(planted: Planted, registry: Registry) -> Iterator[str]:
    """Queries that answer somebody of a role who has no scope; each role asks with the filters of one who has it, and each only once."""
    roles = {viewer.role: viewer for viewer in asking(planted)}
    with closing(library_of(planted, registry)) as library, library.reader() as reader:
        for (role, viewer), query in itertools.product(roles.items(), registry):
            if role not in query.shows or not registry.needs(query):
                continue
            for number, filters in enumerate(combinations(registry, query, viewer, planted)):
                if number % WITHOUT_SCOPE == 0 and _has_rows(reader, query, Viewer("nobody", role), filters):
                    yield f"{query.name} as {role.value} {filters}: has rows without scope"


def _has_rows(reader: Reader, query: Query, viewer: Viewer, filters: Mapping[str, Any]) -> bool:
    """Whether an answer says anything; sums and counts of nothing are null and 0."""
    return any(value not in (None, 0) for row in reader.rows(query, viewer, **filters).rows for value in row)


def asking(planted: Planted) -> list[Viewer]:
    """Everybody of the first school and without one, and a principal and a teacher of another."""
    first, second, *_ = canaries.schools_of(planted.home)
    others = [viewer for viewer in planted.viewers if not re.search(r"\.\d+@", viewer.account)]
    of_first = [viewer for viewer in planted.viewers if f".{first}@" in viewer.account]
    return [
        *of_first,
        *(v for v in planted.viewers if v.account.startswith((f"principal.{second}", f"teacher.{second}"))),
        *others,
    ]


def combinations(registry: Registry, query: Query, viewer: Viewer, planted: Planted) -> Iterator[dict[str, Any]]:
    """Filters of a query: every school, and whoever of each kind of canary is at the viewer's school or beside it."""
    schools = canaries.schools_of(planted.home)
    own = next((place.split("-")[1] for place in viewer.scope.sections), None) or (*viewer.scope.schools, schools[0])[0]
    beside = [each.student for each in planted.canaries if own in {stay.school for stay in each.stays}]
    values: Mapping[str, list[Any]] = {
        "school": [*schools, None],
        "student": [*beside, f"CN-{schools[-1]}-other", "CN-null-now", None],
        "grade": [None, "05"],
        "section": [None, *(f"2026-{school}-CNown" for school in schools[:2])],
        "first_date": [dt.date(2024, 8, 1)],
        "last_date": [AS_OF],
        "search": [None, "CN-"],
        "person": [*(f"CN-{school}-employee" for school in (*schools, "null")), None],
        "rule": ["EDU-03", "TIM-04", "ATT-04", None],
        "store": [*canaries.STORES, None],
        "month": ["2026-02", None],
    }
    names = sorted(registry.prepared(query, viewer.role).filters)
    for chosen in itertools.product(*(values.get(name, [None]) for name in names)):
        yield dict(zip(names, chosen, strict=True))


def _rows_of(
    registry: Registry, reader: Reader, name: str, viewer: Viewer, where: str = ""
) -> tuple[tuple[str, ...], list[Any]]:
    """Columns and rows of a relation as a query of the viewer would find it."""
    ctes = ", ".join(f"{relation.name} as ({relation.sql})" for relation in registry.relations.values())
    statement = f"with {ctes} select * from {name}{where}"
    bound = {key: value for key, value in reader.bindings(viewer).items() if f"${key}" in statement}
    with reader._opened.cursor() as cursor:
        cursor.execute(statement, bound)
        return tuple(column[0] for column in cursor.description or ()), cursor.fetchall()


def _column_faults(columns: Iterable[str], role: Role) -> Iterator[str]:
    for column in columns:
        if role not in HIDDEN.get(column, (role,)) or (column in SENSITIVE and role not in SCHOOL_PEOPLE):
            yield f"sends {column}"


def _row_faults(rows: list[dict[str, Any]], viewer: Viewer, planted: Planted) -> Iterator[str]:
    places = canaries.visible(viewer, planted.canaries)
    allowed = places.keys() | canaries.visible_others(viewer, canaries.schools_of(planted.home))
    for row in rows:
        for leaked in canaries.found_in(row.values()) - allowed:
            yield f"shows {leaked}"
        student = row.get("k_student_xyear") or row.get("student_id")
        if student in places and "k_school" in row and row["k_school"] not in places[student]:
            yield f"shows {student} at {row['k_school']}"
        if viewer.role not in SCHOOL_PEOPLE and any(str(value).startswith("Program CN-") for value in row.values()):
            yield f"shows a program of {student} that is not open"
        if any(never in str(value) for value in row.values() for never in canaries.never(viewer.role)):
            yield f"shows what nobody sees of {student}"


def _missing(name: str, rows: list[dict[str, Any]], viewer: Viewer, planted: Planted) -> Iterator[str]:
    expected = canaries.visible(viewer, planted.canaries)
    if name in ("scoped_place", "scoped_student"):
        missed: set[Any] = expected.keys() - {row["k_student_xyear"] for row in rows}
    elif name in BY_STAY:
        stays = {each.student: {stay.school for stay in each.stays} for each in planted.canaries}
        pairs = {(student, school) for student, schools in expected.items() for school in schools & stays[student]}
        missed = pairs - {(row["k_student_xyear"], row["k_school"]) for row in rows}
    else:
        missed = set()
    yield from (f"lacks {each}" for each in sorted(map(str, missed)))


def faults_of_pages(planted: Planted, registry: Registry) -> Iterator[str]:
    """What pages and their exports show that a viewer may not see, whatever is asked for in their address."""
    with closing(library_of(planted, registry)) as library, library.reader() as reader:
        for viewer, page in itertools.product(asking(planted), pages(Settings.model_construct()).values()):
            for filters in addresses(page, viewer, planted):
                try:
                    model = page.build(viewer, filters, reader)
                except (NotFoundError, NotAllowedError):
                    continue
                sent = [html_of(model, Chrome("Made District")), *(csv(table) for table in model.tables)]
                where = f"{page.name} as {viewer.role.value} {viewer.account} {filters}"
                yield from (f"{where}: {each}" for each in _text_faults(sent, viewer, planted, filters))
                yield from (f"{where}: {each}" for each in _unrecorded(model))


def addresses(page: Page, viewer: Viewer, planted: Planted) -> Iterator[dict[str, str]]:
    """What somebody may type: their own places and people, and others'. Of a page that is not theirs, one that names both."""
    first, second, *_ = canaries.schools_of(planted.home)
    stranger = {
        **{"student": f"CN-{second}-now", "school": second, "section": f"2026-{second}-CNown"},
        **{
            "employee": f"CN-{second}-employee",
            "store": canaries.STORES[1],
            "rule": "ATT-04",
            "person": f"CN-{second}-employee",
            "job": f"CN-{second}-employee",
        },
    }
    yield stranger
    if viewer.role in page.roles:
        yield {}
        yield from ({"school": school} for school in (first, "nowhere"))
    if viewer.role not in page.roles or page.name in ("district", "public"):
        return
    yield from ({name: value} for name, value in stranger.items())
    yield from (
        {"employee": f"CN-{first}-employee"},
        {"store": canaries.STORES[0], "month": "2026-02"},
        {"rule": "TIM-04"},
    )
    if page.name == "student":
        yield from ({"student": f"CN-{first}-{kind}"} for kind in ("now", "other", "moved", "switched", "left", "last"))
        return
    yield {"school": first, "grade": "05", "first_date": "2024-08-01", "last_date": "2026-02-13"}
    yield {"section": f"2026-{first}-CNown", "school": first}
    yield from ({"name": f"Last CN-{school}", "school": first} for school in (first, second))


def _unrecorded(model: PageModel) -> Iterator[str]:
    """Whom a file names and its line in the audit does not."""
    for table in model.tables:
        if table.people is not None and table.has_file:
            recorded = {person.partition(":")[2] or person for person in table.people}
            named = {each for each in canaries.found_in([csv(table)]) if each.rpartition("-")[2] not in NO_PEOPLE}
            for person in named - recorded:
                yield f"{table.key}.csv names {person}, who stands not in the audit"


def _text_faults(sent: Iterable[str], viewer: Viewer, planted: Planted, filters: Mapping[str, str]) -> Iterator[str]:
    others = canaries.visible_others(viewer, canaries.schools_of(planted.home))
    allowed = canaries.visible(viewer, planted.canaries).keys() | others
    for text in sent:
        for typed in filters.values():
            text = text.replace(typed, "")
        for leaked in canaries.found_in([text]) - allowed:
            yield f"shows {leaked}"
        if viewer.role not in SCHOOL_PEOPLE and "Program CN-" in text:
            yield "shows a program that is not open"
        for never in canaries.never(viewer.role):
            if never in text:
                yield f"shows {never}"
