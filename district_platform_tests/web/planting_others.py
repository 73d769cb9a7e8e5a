"""Plants canaries who are no students: employees, customers, sellers, and what waits at an attendance desk."""

import datetime as dt
from typing import Any

from district_platform_tests.web.canaries import LAST, STORES, THIS, YEAR
from district_platform_tests.web.published import AS_OF, Row


def planted(schools: list[str]) -> dict[str, list[Row]]:
    """All rows but findings, by table."""
    day = {"school_year": THIS, "calendar_date": dt.date(2026, 2, 3), "has_submission": False, "has_events": True}
    taken: list[Row] = [{**day, "k_school": school} for school in (*schools, None)]
    return {
        **of_staff(schools),
        **of_stores(),
        "correction": corrections(schools),
        "fct_school_attendance_taken": taken,
    }


def of_staff(schools: list[str]) -> dict[str, list[Row]]:
    """An employee of each school with an assignment there, and one of none: their rate is 1901, their pay 190219.02."""
    tables: dict[str, list[Row]] = {}
    for school in [*schools, None]:
        staff = f"CN-{school or 'null'}-employee"
        at = {"k_employee": staff, "k_school": school, "school_year": THIS}
        week = {
            "work_week_begin_date": dt.date(2026, 2, 8),
            "n_shifts": 1,
            "n_days_worked": 1,
            "n_missing_punch_days": 1,
        }
        hours = {"hours_worked": 41, "regular_hours": 40, "overtime_hours": 1, "estimated_gross_pay": 190219.02}
        began, number = dt.datetime(2026, 2, 9, 7), -1 - len(tables.get("dim_employee", ()))
        shift = {
            "work_date": began.date(),
            "work_week_begin_date": dt.date(2026, 2, 8),
            "began_dtm": began,
            "ended_dtm": began,
        }
        punch = {"punch_dtm": began, "pairing": "missing out"}
        held = {"school_year": THIS, "position": "Aide", "fte": 1, "begin_date": YEAR[0], "end_date": YEAR[1]}
        for name, row in (
            (
                "dim_employee",
                {
                    **{"k_employee": staff, "full_name": f"Name {staff}", "k_school": school, "hourly_rate": 1901},
                    "k_educator": staff,
                },
            ),
            (
                "fct_staff_assignment",
                {**held, "assignment_id": staff, "k_educator": staff, "k_school": school},
            ),
            ("fct_staff_punch", {"punch_id": number, "k_employee": staff, **punch}),
            (
                "fct_staff_shift",
                {**at, "k_shift": number, **shift, "break_seconds": 0, "hours_worked": 8, "is_overnight": False},
            ),
            ("msr_staff_weekly_hours", {**at, **week, **hours}),
        ):
            tables.setdefault(name, []).append(row)
    return tables


def of_stores() -> dict[str, list[Row]]:
    """A customer, a seller and a sale of each store, a customer of both and one of none."""
    tables: dict[str, list[Row]] = {
        "msr_program_stratum": [
            {"school_year": LAST, "program": "CN-any-stratum", "subject": "Math", "k_school": "0101"}
        ]
    }

    def add(name: str, **values: Any) -> None:
        tables.setdefault(name, []).append(values)

    def buys(customer: str, *stores: str) -> None:
        secret = {"address": f"Address {customer}", "phone_number": f"Telephone {customer}"}
        add("dim_customer", k_customer=customer, first_name=customer, last_name=customer, **secret)
        month = {"sales_date_month": "2026-02", "customer_lifetime_value": 50, "inactive_status": "Inactive"}
        add("customers_mart", customer_id=customer, full_name=f"Name {customer}", **secret, **month)
        for store in stores:
            add("fct_store_sale", sale_id=f"{customer}-{store}", k_store=store, k_customer=customer, sale_date=AS_OF)

    for store in STORES:
        seller, sale = f"CN-{store}-seller", f"CN-{store}-sale"
        add("dim_sales_person", k_sales_person=seller, first_name=seller, k_store=store)
        month = {"sales_month": "2026-02", "total_sales": 10, "year_to_date_sales": 10, "incentive": 1}
        add("sales_team_mart", store_id=store, sales_person_id=seller, full_name=f"Name {seller}", **month)
        add("fct_store_sale", sale_id=sale, k_store=store, k_sales_person=seller, sale_date=AS_OF, quantity=1, total=10)
        buys(f"CN-{store}-customer", store)
    buys("CN-both-customer", *STORES)
    buys("CN-none-customer")
    return tables


def findings(schools: list[str]) -> list[Row]:
    """Findings on sales, and on attendance of each school; of those that a waiver covers nobody at a desk sees one."""
    made = {"severity": "warn", "is_waived": False, "title": "T", "how_to_fix": "F"}
    found: list[Row] = [
        {
            **made,
            "rule_id": "STO-01",
            "owner": "business office",
            "finding_key": f"CN-{store}-sale",
            "evidence": f"CN-{store}-sale",
        }
        for store in STORES
    ]
    for school in schools:
        of = {**made, "rule_id": "ATT-04", "owner": "attendance office", "school_id": school}
        mark, waived = f"CN-{school}-mark", f"CN-{school}-waived"
        found += [
            {
                **of,
                "finding_key": mark,
                "evidence": mark,
                "value_found": f"Value {mark}",
                "student_id": f"CN-{school}-now",
            },
            {**of, "finding_key": waived, "evidence": waived, "is_waived": True},
        ]
    return found


def corrections(schools: list[str]) -> list[Row]:
    """A day of a student of each school that becomes present, and one to take back that knows no school."""
    made = {
        "event_date": AS_OF,
        "attendance_status": "present",
        "presence_source": "virtual",
        "reconciliation_rule": "daily minimum",
    }
    of_school = [{**made, "student_id": f"CN-{school}-now", "school_id": school} for school in schools]
    return [
        *of_school,
        *(
            {"student_id": f"CN-{school}-other", "event_date": AS_OF, "attendance_status": "absent"}
            for school in schools
        ),
    ]
