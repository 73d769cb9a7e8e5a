"""The page Store: both marts of the manager's own store."""

from typing import Any

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.pages import store
from district_platform.web.pages.model import NotFoundError, PageModel
from district_platform.web.reading.reader import Library
from district_platform_tests.web.published import AS_OF, people, publish

SHOP = Viewer("shop@d.example", Role.STORE, Scope(stores=("shop",)))
BOTH = Viewer("shop@d.example", Role.STORE, Scope(stores=("kiosk", "shop")))


def sold(
    seller: str, month: str, sales: float, rank: int = 1, of: str = "shop", growth: float | None = None
) -> dict[str, Any]:
    made = {
        "store_id": of,
        "sales_person_id": seller,
        "full_name": f"Name {seller}",
        "sales_month": month,
        "total_sales": sales,
    }
    return {
        **made,
        "top_performance_rank": rank,
        "year_to_date_sales": sales,
        "incentive": 1,
        "sales_growth_rate": growth,
    }


def customer(name: str, spent: float, status: str = "Active", month: str = "2026-02") -> dict[str, Any]:
    made = {
        "customer_id": name,
        "full_name": f"Name {name}",
        "phone_number": f"555 {name}",
        "address": f"1 {name} Street",
    }
    return {
        **made,
        "sales_date_month": month,
        "customer_lifetime_value": spent,
        "inactive_status": status,
        "last_purchase_month": "2025-10",
    }


def sale(number: str, buyer: str | None, of: str = "shop") -> dict[str, Any]:
    return {
        "sale_id": number,
        "k_store": of,
        "k_customer": buyer,
        "sale_date": AS_OF,
        "k_product": "P1",
        "quantity": 100,
        "total": 725,
    }


FINDING = {
    "rule_id": "STO-01",
    "title": "Anomalous transaction",
    "is_waived": False,
    "evidence": "total 725.00 where 7.50 is usual",
}


@pytest.fixture
def look(home: Home, library: Library):
    tables = people(dim_store=[{"k_store": "kiosk", "store_name": "Kiosk"}])
    rows = {
        "sales_team_mart": [
            sold("ann", "2026-01", 100, growth=-50.0),
            sold("bob", "2026-01", 20, rank=2),
            sold("ann", "2025-12", 200),
            sold("ann", "2025-01", 90),
            sold("ann", "2026-02", 5),
            sold("eve", "2026-01", 999, of="kiosk"),
        ],
        "customers_mart": [
            customer("cam", 90),
            customer("dot", 50, "Inactive"),
            customer("kim", 999),
            customer("cam", 1, month="2026-01"),
        ],
        "fct_store_sale": [sale("S1", "cam"), sale("S2", "dot"), sale("S3", "kim", "kiosk"), sale("S4", None)],
        "dim_product": [{"k_product": "P1", "product_name": "Ticket"}],
        "worklist": [
            {**FINDING, "finding_key": "S1"},
            {**FINDING, "finding_key": "S3"},
            {**FINDING, "finding_key": "S2", "is_waived": True},
        ],
    }
    publish(home, {**tables, **rows})

    def looked(viewer: Viewer = SHOP, **filters: str) -> PageModel:
        with library.reader() as reader:
            return store.build(viewer, filters, reader)

    return looked


def cells(model: PageModel, table: str) -> list[list[str]]:
    return [[cell.shown for cell in row] for row in model.table(table).cells()]


def test_the_last_month_that_is_over_is_shown_with_its_change(look) -> None:
    figure = look().figures[0]
    assert (figure.label, figure.value) == ("Sales, January 2026", "$120.00")
    assert figure.change == "−$80.00 against the month before; +$30.00 against a year before"


def test_the_team_is_ranked(look) -> None:
    assert [row[:4] for row in cells(look(), "team")] == [
        ["1", "Name ann", "$100.00", "−50.0%"],
        ["2", "Name bob", "$20.00", "–"],
    ]


def test_another_month_can_be_chosen(look) -> None:
    assert [row[1:3] for row in cells(look(month="2026-02"), "team")] == [["Name ann", "$5.00"]]
    assert cells(look(), "months")[0][0] == "February 2026, so far"


def test_active_customers_and_dormant_ones_with_how_to_reach_them(look) -> None:
    assert [row[0] for row in cells(look(), "high-value")] == ["Name cam"]
    assert [[row[0], *row[-2:]] for row in cells(look(), "dormant")] == [["Name dot", "555 dot", "1 dot Street"]]


def test_findings_are_the_own_stores_and_open(look) -> None:
    assert [row[:2] + row[4:7] for row in cells(look(), "findings")] == [["S1", "STO-01", "Ticket", "100", "$725.00"]]


@pytest.mark.parametrize("asked", ["kiosk", "nowhere", "shop' or 1=1"])
def test_another_store_is_not_found(look, asked: str) -> None:
    with pytest.raises(NotFoundError):
        look(store=asked)


def test_a_manager_of_two_stores_chooses(look) -> None:
    assert [row[1] for row in cells(look(BOTH, store="kiosk"), "team")] == ["Name eve"]
    assert look(BOTH).filters[0].options == (("kiosk", "Kiosk"), ("shop", "Shop"))


@pytest.mark.parametrize("month", ["1999-01", "x", "2026-13"])
def test_an_unknown_month_gives_a_notice(look, month: str) -> None:
    assert look(month=month).notices


def test_a_store_without_a_sale_and_a_manager_without_a_store_have_a_page(home: Home, library: Library) -> None:
    publish(home, people())
    with library.reader() as reader:
        assert store.build(SHOP, {}, reader).title == "Shop"
        assert store.build(Viewer("new", Role.STORE), {}, reader).tables == ()
