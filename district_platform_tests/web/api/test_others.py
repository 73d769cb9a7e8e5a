"""Quality, hours and stores: what a key names and nothing else, without pay, as JSON, CSV and Arrow."""

import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa
import pytest

from district_platform.home import Home
from district_platform.web.signin.keys import KeyScope, Named
from district_platform_tests.web.api.served import Api, Program
from district_platform_tests.web.published import people, publish

FINDING = {"severity": "warn", "title": "T", "unit": "student", "how_to_fix": "F", "evidence": "E", "is_waived": False}
OWNERS = {"ATT-04": "attendance office", "TIM-02": "human resources"}


def finding(rule: str, key: str, **more: object) -> dict[str, object]:
    return {
        **FINDING,
        "rule_id": rule,
        "owner": OWNERS[rule],
        "finding_key": key,
        "value_found": "secret",
        "school_id": "north",
        **more,
    }


def week(number: str, first: dt.date) -> dict[str, object]:
    hours = {"hours_worked": 41, "regular_hours": 40, "overtime_hours": 1, "estimated_gross_pay": 1901}
    return {"k_employee": number, "k_school": "north", "school_year": 2026, "work_week_begin_date": first, **hours}


def month(store: str, seller: str, name: str, sales: float) -> dict[str, object]:
    return {
        "store_id": store,
        "sales_person_id": seller,
        "full_name": f"Seller {seller}",
        "sales_month": name,
        "total_sales": sales,
        "incentive": 5,
    }


ROWS = {
    "worklist": [
        finding("ATT-04", "b", student_id="ann"),
        finding("ATT-04", "a", is_waived=True),
        finding("TIM-02", "9", staff_id="E1"),
    ],
    "msr_staff_weekly_hours": [week(n, dt.date(2026, 2, day)) for n in ("E1", "E2") for day in (1, 8)],
    "dim_store": [{"k_store": "kiosk", "store_name": "Kiosk"}],
    "sales_team_mart": [
        month("shop", "1", "2026-01", 10.5),
        month("shop", "1", "2026-02", 0),
        month("kiosk", "2", "2026-02", 9),
    ],
}
ALL = Named(("*",), ("*",), ("*",))
OTHERS = (KeyScope.QUALITY, KeyScope.HOURS, KeyScope.STORE)


@pytest.fixture
def api(home: Home) -> Api:
    folder = publish(home, people(**ROWS))
    report = folder / "reports" / "data_quality_report.json"
    rules = [
        {
            "rule_id": rule,
            "title": "T",
            "severity": "warn",
            "owner": owner,
            "n_findings": 2,
            "n_waived": 1,
            "status": "warned",
        }
        for rule, owner in OWNERS.items()
    ]
    report.write_text(json.dumps({**json.loads(report.read_text()), "rules": rules}))
    return Api(home)


def named(api: Api, **what: tuple[str, ...]) -> Program:
    scopes = {"owners": KeyScope.QUALITY, "employees": KeyScope.HOURS, "stores": KeyScope.STORE}
    return api.program([scopes[kind] for kind in what], [], Named(**what))


def test_key_sees_the_rules_and_findings_of_the_owners_it_names(api: Api):
    program = named(api, owners=("attendance office",))
    [rule] = program.rows("/v1/quality/rules")
    assert (rule["rule_id"], rule["n_open"], rule["n_waived"], rule["change"]) == ("ATT-04", 1, 1, None)
    rows = program.rows("/v1/quality/findings?_size=1")
    assert [(row["finding_key"], row["student_id"], row["is_waived"]) for row in rows] == [
        ("a", None, True),
        ("b", "ann", False),
    ]
    assert "secret" not in program.get("/v1/quality/findings").text
    assert program.rows("/v1/quality/findings?rule=TIM-02") == []
    everything = named(api, owners=("*",))
    assert [row["rule_id"] for row in everything.rows("/v1/quality/rules?_size=1")] == ["ATT-04", "TIM-02"]
    assert len(everything.rows("/v1/quality/findings")) == 3


def test_key_sees_the_weeks_of_the_employees_it_names_without_pay(api: Api):
    program = named(api, employees=("E1",))
    rows = program.rows("/v1/employees/E1/weeks?from=2026-02-02")
    assert rows == [
        {
            "employee_number": "E1",
            "work_week_begin_date": "2026-02-08",
            "school_id": "north",
            "n_shifts": None,
            "n_days_worked": None,
            "n_missing_punch_days": None,
            "hours_worked": "41.00",
            "regular_hours": "40.00",
            "overtime_hours": "1.00",
        }
    ]
    assert "1901" not in program.get("/v1/employees/E1/weeks.csv").text
    other, nobody = (program.get(f"/v1/employees/{number}/weeks") for number in ("E2", "E9"))
    assert (other.status_code, other.content) == (404, nobody.content)
    assert len(named(api, employees=("*",)).rows("/v1/employees/E2/weeks")) == 2
    assert next(line.students for line in api.audit() if line.event == "viewed") == "employee:E1"
    refused = [line for line in api.audit() if line.event == "refused"]
    assert [json.loads(line.filters) for line in refused] == [{"employee": "E2"}, {"employee": "E9"}]


def test_key_sees_the_team_of_the_stores_it_names(api: Api):
    program = named(api, stores=("shop",))
    rows = program.rows("/v1/stores/shop/sales-team?_size=1")
    assert [(row["sales_month"], row["total_sales"], row["full_name"]) for row in rows] == [
        ("2026-01", "10.50", "Seller 1"),
        ("2026-02", "0.00", "Seller 1"),
    ]
    assert len(program.rows("/v1/stores/shop/sales-team?month=2026-02")) == 1
    other, nowhere = (program.get(f"/v1/stores/{store}/sales-team") for store in ("kiosk", "nowhere"))
    assert (other.status_code, other.content) == (404, nowhere.content)
    assert len(named(api, stores=("*",)).rows("/v1/stores/kiosk/sales-team")) == 1


@pytest.mark.parametrize(
    "path", ["/v1/quality/rules", "/v1/quality/findings", "/v1/employees/E1/weeks", "/v1/stores/shop/sales-team"]
)
def test_scope_of_students_opens_none_of_it(api: Api, path: str):
    assert api.program().get(path).status_code == 403


def test_arrow_has_the_rows_of_json_with_their_types(api: Api):
    program = api.program([*KeyScope], named=ALL)
    for path in (
        "/v1/students{}?school=north",
        "/v1/students/moved/attendance{}",
        "/v1/schools/north/absences{}?date=2026-02-03",
        "/v1/tables/chronic_absence{}",
        "/v1/quality/rules{}",
        "/v1/quality/findings{}",
        "/v1/employees/E1/weeks{}",
        "/v1/stores/shop/sales-team{}",
    ):
        answer = program.get(path.format(".arrows"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vnd.apache.arrow.stream"), (
            path
        )
        rows = pa.ipc.open_stream(answer.content).read_all().to_pylist()
        plain = [{name: _as_json(value) for name, value in row.items()} for row in rows]
        assert plain == program.rows(path.format("")), path
    weeks = pa.ipc.open_stream(
        program.get("/v1/employees/E1/weeks", accept="application/vnd.apache.arrow.stream").content
    )
    assert weeks.schema.field("work_week_begin_date").type == pa.date32()
    assert weeks.schema.field("hours_worked").type == pa.decimal128(12, 2)
    assert program.get("/v1/students.arrows").status_code == 422


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, Decimal) else value
