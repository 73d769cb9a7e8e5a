"""Whatever is asked within the OpenAPI file or beside it, the answer is one that the file describes."""

import json
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from district_platform.documentation import ROOT
from district_platform.web.signin.keys import KeyScope, Named
from district_platform_tests.web.api.served import Api, Program

OPENAPI = json.loads((ROOT / "docs" / "openapi.json").read_text())
KNOWN = {
    "name": ["chronic_absence", "attendance_trend", "staff_hours", "dim_student"],
    "student_id": ["ann", "moved", "sue", "gone"],
    "school_id": ["north", "south"],
    "school": ["north", "south"],
    "date": ["2026-02-03"],
    "from": ["2025-10-03"],
    "to": ["2026-02-03"],
    "grade": ["05"],
    "_size": ["1", "1000"],
    "employee_number": ["E1"],
    "store_id": ["shop"],
    "month": ["2026-02"],
    "rule": ["ATT-04"],
}
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def _value(parameter: dict[str, Any]) -> st.SearchStrategy[str]:
    """What fits, what is of the type, and anything."""
    known = st.sampled_from(KNOWN.get(parameter["name"], ["05"]))
    typed = st.one_of(st.integers().map(str), st.dates().map(str), ANYTHING)
    return st.one_of(known, known, typed)


@st.composite
def requests(draw: DrawFn) -> tuple[str, str]:
    """A path of the file, and one that is asked for."""
    template = draw(st.sampled_from(sorted(OPENAPI["paths"])))
    path, query = template, []
    for parameter in OPENAPI["paths"][template]["get"].get("parameters", ()):
        if parameter["in"] == "path":
            value = draw(_value(parameter)) or "x"
            path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
        elif draw(st.sampled_from([parameter["required"], True, False])):
            query.append((parameter["name"], draw(_value(parameter))))
    query += draw(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=1))
    return template, f"{path}?{urlencode(query)}" if query else path


def check(template: str, answer: Any) -> None:
    """Raises where the file does not describe the answer."""
    described = OPENAPI["paths"][template]["get"]["responses"]
    assert str(answer.status_code) in described, answer.text
    media_type = answer.headers["content-type"].partition(";")[0]
    [schema] = [
        found["schema"]
        for name, found in described[str(answer.status_code)]["content"].items()
        if name.partition(";")[0] == media_type
    ]
    if media_type.endswith("json"):
        whole = {**schema, "components": OPENAPI["components"]}
        jsonschema.validate(answer.json(), whole, format_checker=jsonschema.FormatChecker())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(asked=requests())
@pytest.mark.whole
def test_every_answer_is_one_that_the_file_describes(api: Api, asked: tuple[str, str]):
    template, path = asked
    everything = api.program([*KeyScope], named=Named(("*",), ("*",), ("*",)))
    programs = api.__dict__.setdefault("programs", [everything, api.program(schools=["north"]), Program(api.client)])
    for program in programs:
        check(template, program.get(path))


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("/v1", "/v1"),
        ("/v1/students.json", "/v1/students.json?_size=1"),
        ("/v1/students.csv", "/v1/students.csv?school=north"),
        ("/v1/students/{student_id}/attendance.json", "/v1/students/moved/attendance.json"),
        ("/v1/schools/{school_id}/absences", "/v1/schools/north/absences?date=2026-02-03"),
        ("/v1/tables/{name}.json", "/v1/tables/chronic_absence.json"),
    ],
)
def test_answers_with_rows_are_as_the_file_describes_them(api: Api, template: str, path: str):
    answer = api.program().get(path)
    assert answer.status_code == 200
    check(template, answer)
