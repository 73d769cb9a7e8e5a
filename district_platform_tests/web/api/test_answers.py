"""What a program is answered: rows within its scope, the same 404 for what is outside and what is not there, and clear problems."""

import datetime as dt
import json

import pytest

from district_platform.home import Home
from district_platform.web.signin import keys
from district_platform.web.signin.keys import KeyScope
from district_platform_tests.web.api.served import Api, Program
from district_platform_tests.web.published import people, publish

TREND = {"school_year": 2026, "aggregation": "District", "week_begin_date": dt.date(2026, 2, 2), "suppression": "none"}
ATTENDANCE = "/v1/students/{}/attendance"


def test_key_sees_the_students_of_its_schools_and_their_days_at_all_schools(api: Api):
    north = api.program(schools=["north"])
    assert [row["student_id"] for row in north.rows("/v1/students")] == ["ann", "moved"]
    days = north.rows(ATTENDANCE.format("moved"))
    assert [(day["date"], day["school_id"]) for day in days] == [
        ("2024-10-03", "south"),
        ("2025-10-03", "south"),
        ("2026-02-03", "north"),
    ]
    assert days[2]["is_absent"] == "1.0000"
    assert days[2]["excusal"] == "Unexcused"


def test_from_and_to_narrow_the_days(api: Api):
    days = api.program().rows(f"{ATTENDANCE.format('moved')}?from=2025-10-03&to=2026-01-01")
    assert [day["date"] for day in days] == ["2025-10-03"]


def test_absences_of_a_day_are_those_of_the_school(api: Api):
    rows = api.program(schools=["north"]).rows("/v1/schools/north/absences?date=2026-02-03")
    assert [(row["student_id"], row["is_absent"]) for row in rows] == [("ann", "1.0000"), ("moved", "1.0000")]
    assert api.program(schools=["north"]).rows("/v1/schools/north/absences?date=2026-02-04") == []


@pytest.mark.parametrize(
    ("outside", "absent"),
    [
        (ATTENDANCE.format("sue"), ATTENDANCE.format("nobody")),
        (ATTENDANCE.format("gone"), ATTENDANCE.format("nobody")),
        ("/v1/schools/south/absences?date=2026-02-03", "/v1/schools/nowhere/absences?date=2026-02-03"),
        ("/v1/students?school=south", "/v1/students?school=nowhere"),
        (ATTENDANCE.format("sue.csv"), "/v1/tables/dim_student"),
    ],
)
def test_what_is_out_of_scope_is_answered_like_what_is_not_there(api: Api, outside: str, absent: str):
    answers = [api.program(schools=["north"]).get(path) for path in (outside, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_etag_opens_nothing_that_is_out_of_scope(api: Api):
    tag = api.program().get(ATTENDANCE.format("ann")).headers["etag"]
    assert api.program(schools=["north"]).get(ATTENDANCE.format("sue"), **{"if-none-match": tag}).status_code == 404


def test_etag_of_one_key_is_no_proof_for_another_that_sees_other_students(api: Api):
    roster = "/v1/students?_size=300"
    everywhere, north = api.program().get(roster), api.program(schools=["north"])
    assert north.get(roster).headers["etag"] != everywhere.headers["etag"]
    assert north.get(roster, **{"if-none-match": everywhere.headers["etag"]}).status_code == 200
    again = north.get(roster, **{"if-none-match": north.get(roster).headers["etag"]})
    assert again.status_code == 304


def test_key_without_the_scope_is_told_so_and_the_audit_knows(api: Api):
    released = api.program([KeyScope.RELEASED], [])
    answer = released.get("/v1/students")
    assert (answer.status_code, answer.json()["detail"]) == (403, "The caller's key or role does not open students.")
    assert api.program([KeyScope.STUDENTS], ["north"]).get("/v1/tables/chronic_absence").status_code == 403
    assert [line.event for line in api.audit()] == ["refused", "refused"]


@pytest.mark.parametrize("key", ["", "dp_aaaaaaaa_" + "a" * 43, "nonsense"])
def test_without_a_key_that_works_nothing_is_answered(api: Api, key: str):
    for path in ("/v1", "/v1/students", ATTENDANCE.format("ann"), "/v1/tables/chronic_absence.csv"):
        answer = Program(api.client, key).get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


def test_key_that_was_revoked_or_is_over_works_no_longer(api: Api):
    program = api.program()
    assert program.get("/v1").status_code == 200
    api.clock.pass_minutes(2 * 24 * 60)
    assert program.get("/v1").status_code == 401
    other = api.program()
    keys.revoke(api.store, other.key.split("_")[1])
    assert other.get("/v1").status_code == 401


def test_too_many_requests_wait(home: Home):
    publish(home, people())
    api = Api(home, a_minute=3)
    program, other = api.program(), api.program()
    assert [program.get("/v1").status_code for _ in range(4)] == [200, 200, 200, 429]
    wait = int(program.get("/v1").headers["retry-after"])
    assert 55 <= wait <= 61
    assert other.get("/v1").status_code == 200
    api.minutes.pass_minutes(wait / 60)
    assert program.get("/v1").status_code == 200


def test_answer_is_not_sent_again_while_the_publication_is_the_same(api: Api, home: Home):
    program = api.program()
    first = program.get("/v1/students")
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization, Cookie, Accept"
    again = program.get("/v1/students", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert program.get("/v1/students.csv?school=north", **{"if-none-match": first.headers["etag"]}).status_code == 200
    publish(home, people(), "v00000002-made")
    assert program.get("/v1/students", **{"if-none-match": first.headers["etag"]}).status_code == 200


def test_head_has_the_headers_alone_and_other_methods_are_refused(api: Api):
    program = api.program()
    head, get = program.ask("HEAD", "/v1/students"), program.get("/v1/students")
    assert head.content == b""
    assert {**head.headers} == {**get.headers}
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = program.ask(method, "/v1/students", origin="http://127.0.0.1:8501")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/v1/students?schol=north", "'schol' is no parameter of this path."),
        ("/v1?x=1", "'x' is no parameter of this path."),
        ("/v1/schools/north/absences", "The parameter date is missing."),
        ("/v1/schools/north/absences?date=0", "The parameter date is wrong: it is not a day as YYYY-MM-DD."),
        (ATTENDANCE.format("ann") + "?from=2026-2-3", "The parameter from is wrong: it is not a day as YYYY-MM-DD."),
        ("/v1/students?_size=1001", "The parameter _size is wrong: input should be less than or equal to 1000."),
        ("/v1/students.csv", "The parameter school is missing: the roster as CSV or Arrow is that of one school."),
        ("/v1/tables/staffing_ratios?subject=Math", "The table staffing_ratios has no subject in its key, and so no"),
    ],
)
def test_wrong_parameter_is_named_and_its_value_is_not(api: Api, path: str, words: str):
    answer = api.program().get(path)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith(words)


def test_csv_is_whole_and_runs_no_formula(home: Home):
    rows = [{**TREND, "aggregation": "District", "weekday": "=1+1", "weekday_number": n % 7 + 1} for n in range(7)]
    publish(home, people(attendance_trend=rows))
    api = Api(home)
    program = api.program()
    text = program.get("/v1/tables/attendance_trend.csv?school_year=2026").text
    assert text.count("\r\n") == 8
    assert text.count(",'=1+1,") == 7
    assert program.get("/v1/tables/attendance_trend", accept="text/csv").text == text
    assert program.get("/v1/tables/attendance_trend.csv?school_year=2025").text.count("\r\n") == 1


def test_start_lists_every_released_table_with_its_rows_and_meanings(api: Api):
    body = api.program([KeyScope.RELEASED], []).get("/v1").json()
    tables = {row["table"]["name"]: row["table"] for row in body["rows"]}
    assert (body["publication"], body["as_of_date"], len(tables)) == ("v00000001-made", "2026-02-13", 13)
    assert tables["chronic_absence"]["one_row_is"].startswith("a subgroup in a grade")
    assert all(column["meaning"] for table in tables.values() for column in table["columns"])


def test_audit_names_who_read_which_student(api: Api):
    api.program(schools=["north"]).get(ATTENDANCE.format("ann") + "?from=2026-02-01")
    [line] = api.audit()
    assert (line.role, line.page, line.students, line.publication) == (
        "key",
        "api/students/attendance",
        "ann",
        "v00000001-made",
    )
    assert json.loads(line.filters) == {"from": "2026-02-01"}
    assert line.account.startswith("key ")


def test_audit_names_the_student_of_a_request_that_was_refused(api: Api):
    api.program(schools=["north"]).get(ATTENDANCE.format("sue") + "?from=2026-02-01")
    api.program([KeyScope.RELEASED], []).get(ATTENDANCE.format("ann"))
    asked = [(line.event, json.loads(line.filters), line.students) for line in api.audit()]
    assert asked == [
        ("refused", {"from": "2026-02-01", "student": "sue"}, ""),
        ("refused", {"student": "ann"}, ""),
    ]


def test_nothing_is_answered_before_the_first_publication(home: Home):
    answer = Api(home).program().get("/v1/students")
    assert (answer.status_code, answer.json()["title"]) == (503, "Not available now")


def test_page_for_people_and_openapi_need_no_key_and_fetch_nothing_from_elsewhere(api: Api):
    page = Program(api.client).get("/v1/docs")
    assert page.status_code == 200
    assert "/v1/students/{student_id}/attendance.json" in page.text
    assert "<script" not in page.text
    assert "://" not in page.text.replace("http://127.0.0.1:8501", "")
    assert Program(api.client).get("/v1/openapi.json").json()["info"]["version"] == "1"
