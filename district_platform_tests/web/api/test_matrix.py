"""Every key and every path with canaries: no program sees a student whom its schools do not open."""

from collections.abc import Iterator

import pytest

from district_platform.web.signin.keys import ALL_SCHOOLS, KeyScope
from district_platform_tests.web import canaries
from district_platform_tests.web.api.served import Api, Program
from district_platform_tests.web.api.test_openapi import OPENAPI
from district_platform_tests.web.canaries import found_in
from district_platform_tests.web.matrix import Planted

KEYS: tuple[tuple[set[KeyScope], tuple[str, ...]], ...] = (
    ({KeyScope.RELEASED}, ()),
    ({KeyScope.RELEASED}, (ALL_SCHOOLS,)),
    ({KeyScope.STUDENTS}, ("0101",)),
    ({KeyScope.STUDENTS}, ("0102", "0103")),
    ({*KeyScope}, (ALL_SCHOOLS,)),
)
IN_EVERY_FORMAT = ("now", "stray")
"""Kinds of canaries that are asked for in each format; the others as JSON alone."""


def programs(api: Api) -> Iterator[tuple[frozenset[str], set[KeyScope], Program]]:
    """Every kind of key, with the schools that it opens."""
    for scopes, schools in KEYS:
        yield frozenset(schools), scopes, api.program(scopes, schools)


def paths(students: list[str], schools: list[str]) -> Iterator[tuple[str, str]]:
    """Every path of the file with every student and school that it can name: the student, if one, and the path."""
    for template in OPENAPI["paths"]:
        if "{student_id}" in template:
            is_json = template.endswith(".json")
            asked = [student for student in students if is_json or student.endswith(IN_EVERY_FORMAT)]
            yield from ((student, template.replace("{student_id}", student)) for student in asked)
        elif "{school_id}" in template:
            days = ("2025-08-21", "2026-01-13")
            yield from (("", f"{template}?date={day}".replace("{school_id}", k)) for k in schools for day in days)
        elif "{name}" in template:
            yield from (("", template.replace("{name}", name)) for name in ("chronic_absence", "staff_hours"))
        else:
            yield "", f"{template}" if template == "/v1" else f"{template}?_size=1000"
            yield from (("", f"{template}?school={school}") for school in schools if template != "/v1")


@pytest.mark.slow
def test_no_key_sees_a_student_whom_its_schools_do_not_open(planted: Planted):
    api = Api(planted.home)
    schools = canaries.schools_of(planted.home)
    students = [canary.student for canary in planted.canaries]
    now = {
        c.student: {s.school for s in c.stays if s.year == canaries.THIS and s.entry <= canaries.AS_OF}
        for c in planted.canaries
    }
    for own, scopes, program in programs(api):
        opened = set(schools) if ALL_SCHOOLS in own else set(own)
        allowed = {s for s in students if opened & now[s]} if KeyScope.STUDENTS in scopes else set()
        seen: set[str] = set()
        for student, path in paths(students, schools):
            answer = program.get(path)
            leaked = found_in([answer.text.replace(path, "")]) - allowed
            assert not leaked, (own, scopes, path, leaked)
            if student and KeyScope.STUDENTS in scopes:
                assert answer.status_code == (200 if student in allowed else 404), (own, path)
            elif student:
                assert answer.status_code == 403
            assert not any(never in answer.text for never in canaries._NEVER)
            if not student:
                seen |= found_in([answer.text])
        left = {s for s in allowed if s.endswith("left")}
        assert seen >= allowed - left, (own, scopes, allowed - seen)
