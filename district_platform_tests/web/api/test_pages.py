"""Pages: every row once, in one publication, whatever is published meanwhile; addresses that nobody makes up."""

import datetime as dt
import itertools
import shutil

import pytest

from district_platform.home import Home
from district_platform.web.reading.queries.api import RELEASED
from district_platform_tests.web.api.served import Api
from district_platform_tests.web.published import people, publish

DAYS = [dt.date(2025, 9, 1) + dt.timedelta(days=n) for n in range(25)]


def days_of(student: str, absent: int) -> list[dict]:
    return [
        {
            "k_student": f"2026-{student}",
            "k_student_xyear": student,
            "k_school": "north",
            "school_year": 2026,
            "calendar_date": day,
            "is_enrolled": 1,
            "is_absent": absent,
            "is_present": 1 - absent,
        }
        for day in DAYS
    ]


@pytest.mark.parametrize("size", [1, 7, 25, 26, 27, 1000])
def test_pages_hold_every_row_once_in_order(home: Home, size: int):
    publish(home, people(fct_student_daily_attendance=days_of("ann", 1)))
    rows = Api(home).program().rows(f"/v1/students/ann/attendance?_size={size}")
    assert [row["date"] for row in rows] == [*(day.isoformat() for day in DAYS), "2026-02-03"]


def test_pager_stays_in_its_publication_when_a_new_one_appears(home: Home):
    publish(home, people(fct_student_daily_attendance=days_of("ann", 1)))
    program = Api(home).program()
    first = program.get("/v1/students/ann/attendance?_size=10").json()
    publish(home, people(fct_student_daily_attendance=days_of("ann", 0)), "v00000002-made")
    rest = program.rows(first["next_url"])
    assert {row["is_absent"] for row in (*first["rows"], *rest)} == {"1.0000"}
    assert len(first["rows"]) + len(rest) == 26
    assert program.get("/v1/students/ann/attendance?_size=1").json()["publication"] == "v00000002-made"


def test_pager_whose_publication_is_gone_is_told_to_begin_again(home: Home):
    old = publish(home, people(fct_student_daily_attendance=days_of("ann", 1)))
    program = Api(home).program()
    following = program.get("/v1/students/ann/attendance?_size=10").json()["next_url"]
    publish(home, people(), "v00000002-made")
    shutil.rmtree(old)
    answer = program.get(following)
    assert answer.status_code == 410
    assert "begin again with the first page" in answer.json()["detail"]


def test_place_belongs_to_what_was_asked_and_is_signed(home: Home):
    publish(home, people(fct_student_daily_attendance=days_of("ann", 1) + days_of("moved", 1)))
    program = Api(home).program()
    following = program.get("/v1/students/ann/attendance?_size=10").json()["next_url"]
    token = following.partition("_next=")[2]
    assert program.get(following.replace("_size=10", "_size=500")).status_code == 200
    for other in (
        following.replace("/ann/", "/moved/"),
        following + "&to=2026-01-01",
        following.replace(token, token[:-2]),
        following.replace(token, token[:30] + ("A" if token[30] != "A" else "B") + token[31:]),
        following.replace(token, "%00"),
    ):
        assert program.get(other).status_code == 422


def test_place_is_no_key(home: Home):
    publish(home, people(fct_student_daily_attendance=days_of("sue", 1)))
    api = Api(home)
    following = api.program().get("/v1/students/sue/attendance?_size=10").json()["next_url"]
    assert api.program(schools=["north"]).get(following).status_code == 404


@pytest.mark.parametrize("table", ["chronic_absence", "attendance_trend"])
def test_pages_of_a_table_with_nulls_in_its_key_hold_every_row_once(home: Home, table: str):
    key = RELEASED[table].order_by
    values = {
        "school_year": [2025, 2026],
        "aggregation": ["District", "School"],
        "k_school": [None, "0101"],
        "grade_level": [None, "01"],
        "k_subgroup": ["a", "b"],
        "week_begin_date": [None, dt.date(2026, 1, 5), dt.date(2026, 1, 12)],
        "weekday_number": [None, 1],
    }
    made = [dict(zip(key, each, strict=True)) for each in itertools.product(*(values[name] for name in key))]
    publish(home, people(**{table: made}))
    program = Api(home).program()
    pages = [program.rows(f"/v1/tables/{table}?_size={size}") for size in (3, 1000)]
    assert pages[0] == pages[1]
    assert len(pages[0]) == len(made)
    found = {tuple(str(row[name]) for name in key) for row in pages[0]}
    assert found == {tuple(str(row[name]) for name in key) for row in made}
