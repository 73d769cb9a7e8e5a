"""Every key and every path with canaries: no program sees a student, an employee or a store that its key does not open."""

from collections.abc import Iterator

import httpx2
import pyarrow as pa
import pytest

from district_platform.web.access.viewer import Role
from district_platform.web.api.formats import Format
from district_platform.web.signin.keys import ALL_SCHOOLS, NOTHING, KeyScope, Named
from district_platform_tests.web import canaries
from district_platform_tests.web.api.served import Api, Program
from district_platform_tests.web.api.test_openapi import OPENAPI
from district_platform_tests.web.canaries import found_in
from district_platform_tests.web.matrix import Planted

ALL = Named(("*",), ("*",), ("*",))
HR = "human resources"
KEYS: tuple[tuple[set[KeyScope], tuple[str, ...], Named], ...] = (
    ({KeyScope.RELEASED}, (ALL_SCHOOLS,), ALL),
    ({KeyScope.STUDENTS}, ("0101",), ALL),
    ({KeyScope.STUDENTS}, ("0102", "0103"), NOTHING),
    ({KeyScope.QUALITY, KeyScope.HOURS, KeyScope.STORE}, (), Named((HR,), ("CN-0101-employee",), ("ST001",))),
    ({*KeyScope}, (ALL_SCHOOLS,), ALL),
)
"""What each key opens, the schools that it names, and what else it names: names alone open nothing."""
IN_EVERY_FORMAT = ("now",)
"""Kinds of canaries that are asked for in each format; the others as JSON alone."""


def programs(api: Api) -> Iterator[tuple[frozenset[str], set[KeyScope], Named, Program]]:
    """Every kind of key, with what it names."""
    for scopes, schools, named in KEYS:
        yield frozenset(schools), scopes, named, api.program(scopes, schools, named)


def paths(students: list[str], schools: list[str]) -> Iterator[tuple[str, str]]:
    """Every path of the file with every student, school, employee and store that it can name: the student, if one, and the path."""
    employees = [f"CN-{school}-employee" for school in (*schools, "null")]
    for template in OPENAPI["paths"]:
        is_json = template.endswith(".json")
        if "{student_id}" in template:
            asked = [student for student in students if is_json or student.endswith(IN_EVERY_FORMAT)]
            yield from ((student, template.replace("{student_id}", student)) for student in asked)
        elif "{school_id}" in template:
            days = ("2025-08-21", "2026-01-13") if is_json else ("2026-01-13",)
            yield from (("", f"{template}?date={day}".replace("{school_id}", k)) for k in schools for day in days)
        elif "{name}" in template:
            yield from (("", template.replace("{name}", name)) for name in ("chronic_absence", "staff_hours"))
        elif "{employee_number}" in template:
            yield from (("", template.replace("{employee_number}", number)) for number in employees)
        elif "{store_id}" in template:
            yield from (("", template.replace("{store_id}", store)) for store in canaries.STORES)
        elif template.startswith("/v1/quality"):
            yield "", f"{template}?_size=1000"
        else:
            yield "", f"{template}" if template == "/v1" else f"{template}?_size=1000"
            yield from (("", f"{template}?school={school}") for school in schools if template != "/v1")


def others(scopes: set[KeyScope], named: Named, schools: list[str]) -> tuple[set[str], set[str]]:
    """Canaries who are no students that a key must see, and those that it may see besides: worked out here once more."""
    must: set[str] = set()
    if KeyScope.HOURS in scopes:
        every = {f"CN-{school}-employee" for school in (*schools, "null")}
        must |= every if named == ALL else set(named.employees)
    if KeyScope.STORE in scopes:
        must |= {f"CN-{store}-seller" for store in (canaries.STORES if named == ALL else named.stores)}
    may: set[str] = set()
    if KeyScope.QUALITY in scopes:
        may = {f"CN-{school}-{kind}" for school in schools for kind in ("hours", *canaries.EDUCATORS)}
        must |= {f"CN-{school}-hours" for school in schools}
        if named == ALL:
            of_schools = {f"CN-{school}-{kind}" for school in schools for kind in ("mark", "waived", "section", "now")}
            of_stores = {f"CN-{store}-sale" for store in canaries.STORES}
            must, may = must | of_stores, may | of_schools
    return must, must | may


@pytest.mark.slow
@pytest.mark.whole
def test_no_key_sees_what_it_does_not_name(planted: Planted):
    api = Api(planted.home)
    schools = canaries.schools_of(planted.home)
    students = [canary.student for canary in planted.canaries]
    now = {
        c.student: {s.school for s in c.stays if s.year == canaries.THIS and s.entry <= canaries.AS_OF}
        for c in planted.canaries
    }
    for own, scopes, named, program in programs(api):
        opened = set(schools) if ALL_SCHOOLS in own else set(own)
        allowed = {s for s in students if opened & now[s]} if KeyScope.STUDENTS in scopes else set()
        must, may = others(scopes, named, schools)
        seen: set[str] = set()
        for student, path in paths(students, schools):
            answer = program.get(path)
            text = str(pa.ipc.open_stream(answer.content).read_all().to_pylist()) if is_arrow(answer) else answer.text
            leaked = found_in([text.replace(path, "")]) - allowed - may
            assert not leaked, (own, scopes, path, leaked)
            if student and KeyScope.STUDENTS in scopes:
                assert answer.status_code == (200 if student in allowed else 404), (own, path)
            elif student:
                assert answer.status_code == 403
            assert not any(never in text for never in canaries.never(Role.KEY)), (own, scopes, path)
            if not student:
                seen |= found_in([text])
        left = {s for s in allowed if s.endswith("left")}
        assert seen >= (allowed - left) | must, (own, scopes, (allowed - left | must) - seen)


def is_arrow(answer: httpx2.Response) -> bool:
    return answer.headers["content-type"] == Format.ARROW.media_type
