"""customers_mart and customer_segments on rows that show each rule."""

from decimal import Decimal

from district_platform.analysis.store import customer_segments, customers_mart
from district_platform.settings import Store
from district_platform_tests.analysis.store.stores import (
    AS_OF,
    Row,
    Sale,
    customers_table,
    rows_of,
    sale,
    sales_table,
)
from district_platform_tests.transforms import executed


def mart(*sales: Sale, known: tuple[str, ...] = ("C1",)) -> dict[str, Row]:
    """The mart's rows of one customer by month."""
    rows = rows_of(
        executed(customers_mart, sales_table(sales), customers_table(known), Store(), AS_OF), "customers_mart"
    )
    return {str(row["sales_date_month"]): row for row in rows}


def values(rows: dict[str, Row], column: str) -> list[object]:
    return [row[column] for row in rows.values()]


def test_customer_has_a_row_a_month_from_the_first_sales_line_to_as_of_date() -> None:
    rows = mart(sale("2025-12-31", "C1", "20.00"), sale("2026-02-01", "C1", "10.01"))
    assert list(rows) == ["2025-12", "2026-01", "2026-02"]
    assert values(rows, "total_sales") == [Decimal("20.00"), Decimal("0.00"), Decimal("10.01")]
    assert values(rows, "customer_lifetime_value") == [Decimal("20.00"), Decimal("20.00"), Decimal("30.01")]
    assert values(rows, "purchase_frequency") == [1.0, 0.5, 2 / 3]
    assert values(rows, "avg_monthly_spending") == [Decimal("20.00"), Decimal("10.00"), Decimal("10.00")]


def test_a_return_lowers_its_months_sales_and_is_no_transaction() -> None:
    rows = mart(sale("2026-01-05", "C1", "30.00"), sale("2026-02-05", "C1", "-30.00"))
    assert values(rows, "total_sales") == [Decimal("30.00"), Decimal("-30.00")]
    assert values(rows, "customer_lifetime_value") == [Decimal("30.00"), Decimal("0.00")]
    assert values(rows, "last_purchase_month") == ["2026-01", "2026-01"]
    assert values(rows, "monetary_value") == [Decimal("30.00"), Decimal("30.00")]
    assert values(rows, "purchase_frequency") == [1.0, 0.5]


def test_customer_who_only_brought_something_back_has_bought_nothing_yet() -> None:
    rows = mart(sale("2026-02-05", "C1", "-30.00"))
    assert values(rows, "first_purchase_month") == [None]
    assert values(rows, "monetary_value") == [None]
    assert values(rows, "max_single_transaction") == [None]
    assert values(rows, "inactive_status") == ["Inactive"]


def test_averages_of_money_are_rounded_half_away_from_zero() -> None:
    rows = mart(sale("2026-02-01", "C1", "0.01"), sale("2026-02-02", "C1", "0.02"))
    assert values(rows, "monetary_value") == [Decimal("0.02")]


def test_time_between_purchases_counts_days_with_a_purchase_once() -> None:
    one_day = mart(sale("2026-01-01", "C1", "1.00"), sale("2026-01-01", "C1", "2.00"))
    assert one_day["2026-02"]["avg_time_between_purchases"] is None
    three = mart(sale("2026-01-01", "C1", "1"), sale("2026-01-01", "C1", "2"), sale("2026-01-31", "C1", "3"))
    assert three["2026-02"]["avg_time_between_purchases"] == 30.0


def test_purchase_ninety_days_before_is_in_time_and_one_day_earlier_is_not() -> None:
    assert mart(sale("2025-11-15", "C1", "1"))["2025-11"]["inactive_status"] == "Active"
    assert mart(sale("2025-11-14", "C1", "1"))["2025-11"]["inactive_status"] == "Inactive"


def test_segment_is_that_of_the_months_end() -> None:
    few = [sale(f"2026-01-{day:02}", "C1", "19.99") for day in (1, 2, 3)]
    many = [sale(f"2026-02-{day:02}", "C1", "40.00") for day in range(1, 8)]
    assert values(mart(*few), "customer_segment") == ["Occasional", "Occasional"]
    assert values(mart(*few, sale("2026-02-01", "C1", "0.03")), "customer_segment") == ["Occasional", "Regular"]
    assert values(mart(*few, *many), "customer_segment") == ["Occasional", "Premium"]


def test_customer_that_the_extract_does_not_know_is_kept_without_a_name() -> None:
    known, unknown = mart(sale("2026-02-01", "C1", "1")), mart(sale("2026-02-01", "C1", "1"), known=())
    assert [known["2026-02"][c] for c in ("full_name", "address", "phone_number")] == [
        "First C1",
        "C1 Street",
        "555-C1",
    ]
    assert [unknown["2026-02"][c] for c in ("full_name", "address", "phone_number")] == [None, None, None]


def test_sales_after_as_of_date_and_to_nobody_known_are_in_no_month() -> None:
    assert mart(sale("2026-02-14", "C1", "1"), sale("2026-02-13", None, "1")) == {}


def test_customer_goes_from_new_over_retained_and_lapsed_to_dormant() -> None:
    sales = sales_table([sale("2025-08-20", "C1", "5.00")])
    rows = rows_of(executed(customer_segments, sales, Store(), AS_OF), "customer_segments")
    standings = [
        (row["sales_date_month"], [name for name in ("new", "retained", "lapsed", "dormant") if row[name]])
        for row in rows
    ]
    assert standings == [
        ("2025-08", ["new"]),
        ("2025-09", ["retained"]),
        ("2025-10", ["retained"]),
        ("2025-11", ["lapsed"]),
        ("2025-12", ["dormant"]),
        ("2026-01", ["dormant"]),
        ("2026-02", ["dormant"]),
    ]
    assert {row["school_year"] for row in rows} == {2026}


def test_dormant_customer_who_buys_again_is_retained() -> None:
    sales = sales_table([sale("2025-01-05", "C1", "5.00"), sale("2025-07-31", "C1", "6.00")])
    rows = {
        str(row["sales_date_month"]): row
        for row in rows_of(executed(customer_segments, sales, Store(), AS_OF), "customer_segments")
    }
    assert (rows["2025-06"]["dormant"], rows["2025-07"]["retained"], rows["2025-07"]["sales"]) == (
        1,
        1,
        Decimal("6.00"),
    )
    assert [rows[m]["school_year"] for m in ("2025-06", "2025-07")] == [2025, 2026]
