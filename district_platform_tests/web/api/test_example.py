"""The example of docs/api.md runs as it is printed; only the way to the server is the test's."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from district_platform.documentation import ROOT
from district_platform.home import Home
from district_platform_tests.code_blocks import blocks
from district_platform_tests.web.api.served import Api
from district_platform_tests.web.published import people, publish

STUDENT = "00003774"
TABLE = [
    {
        "school_year": 2026,
        "aggregation": "School",
        "k_school": "0101",
        "grade_level": "05",
        "k_subgroup": "a",
        "suppression": "none",
    }
]


def example(language: str) -> str:
    """The block of code in this language."""
    [block] = [block for block in blocks(ROOT / "docs" / "api.md") if block.language == language]
    return block.text


def test_python_example_reads_every_page_and_keeps_zeros(home: Home, monkeypatch: pytest.MonkeyPatch):
    days = [
        {
            "k_student": f"2026-{STUDENT}",
            "k_student_xyear": STUDENT,
            "k_school": school,
            "school_year": 2026,
            "calendar_date": dt.date(2025, 8, 1) + dt.timedelta(days=n),
            "is_enrolled": 1,
            "is_absent": 0,
            "is_present": 1,
        }
        for school in ("north", "south")
        for n in range(-1, 7)
    ]
    enrolled = {"k_student_xyear": STUDENT, "k_school": "north", "school_year": 2026, "entry_date": dt.date(2025, 8, 1)}
    tables = people(fct_student_daily_attendance=days, fct_student_school_association=[enrolled], chronic_absence=TABLE)
    publish(home, tables)
    api, asked = Api(home), []

    def send(adapter: HTTPAdapter, request: requests.PreparedRequest, **given: Any) -> requests.Response:
        where = urlsplit(request.url or "")
        asked.append(where.query)
        answer = api.client.get(f"{where.path}?{where.query}".rstrip("?"), headers={**request.headers})
        made = requests.Response()
        made.status_code, made._content, made.encoding = answer.status_code, answer.content, "utf-8"
        return made

    monkeypatch.setattr(HTTPAdapter, "send", send)
    monkeypatch.setenv("DISTRICT_KEY", api.program().key)
    found: dict[str, Any] = {}
    exec(example("python").replace('"_size": 1000', '"_size": 5'), found)
    assert [(day["date"], day["school_id"]) for day in found["days"]] == [
        (f"2025-08-0{n}", school) for n in range(1, 8) for school in ("north", "south")
    ]
    assert sum("_next=" in query for query in asked) == 2
    assert found["table"][["k_school", "grade_level"]].values.tolist() == [["0101", "05"]]


def test_power_query_example_asks_a_path_that_is_there_with_a_header_that_opens_it(home: Home):
    """Power Query itself is not tried: nothing here runs M."""
    publish(home, people(chronic_absence=TABLE))
    text, api = example("powerquery"), Api(home)
    [path] = [line.split('"')[1] for line in text.splitlines() if "RelativePath" in line]
    assert 'Headers = [Authorization = "Bearer " & Key]' in text
    answer = api.program().get(f"/{path}")
    assert (answer.status_code, answer.encoding) == (200, "utf-8")
    assert answer.text.startswith("school_year,")
