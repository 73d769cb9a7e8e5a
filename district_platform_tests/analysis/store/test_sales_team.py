"""sales_team_mart on rows that show each rule."""

from decimal import Decimal

from district_platform.analysis.store import sales_team_mart
from district_platform.settings import Store
from district_platform_tests.analysis.store.stores import (
    AS_OF,
    Person,
    Row,
    Sale,
    people_table,
    person,
    rows_of,
    sale,
    sales_table,
)
from district_platform_tests.transforms import executed

DEFAULTS = Store()

Rows = dict[tuple[str, str], Row]


def mart(sales: list[Sale], people: list[Person], store: Store = DEFAULTS) -> Rows:
    """The mart's rows by sales person and month."""
    rows = rows_of(executed(sales_team_mart, sales_table(sales), people_table(people), store, AS_OF), "sales_team_mart")
    return {(str(row["sales_person_id"]), str(row["sales_month"])): row for row in rows}


def sold(date: str, person: str, total: str, store: str = "A") -> Sale:
    return sale(date, "C1", total, person=person, store=store)


def values(rows: Rows, column: str, person: str = "P1") -> list[object]:
    return [row[column] for (number, _), row in rows.items() if number == person]


def test_months_of_employment_without_a_sale_are_rows_with_zeros() -> None:
    rows = mart([sold("2025-11-03", "P1", "90.00")], [person("P1", "A", "2020-08-01", "2026-01-15")])
    assert [month for _, month in rows] == ["2025-11", "2025-12", "2026-01"]
    assert values(rows, "total_sales") == [Decimal("90.00"), Decimal("0.00"), Decimal("0.00")]
    assert values(rows, "avg_sales_per_month") == [Decimal("90.00"), Decimal("45.00"), Decimal("30.00")]
    assert values(rows, "month_over_month_variance") == [None, Decimal("-90.00"), Decimal("0.00")]


def test_month_that_begins_with_a_hire_in_its_middle_counts_whole() -> None:
    sales = [sold("2025-12-01", "P2", "1.00"), sold("2026-01-31", "P1", "10.00")]
    rows = mart(sales, [person("P1", "A", "2026-01-28")])
    assert values(rows, "avg_sales_per_month") == [Decimal("10.00"), Decimal("5.00")]


def test_sales_outside_employment_and_at_another_store_have_their_months_too() -> None:
    sales = [sold("2025-12-05", "P1", "5.00"), sold("2026-02-05", "P1", "7.00", "B")]
    rows = mart(sales, [person("P1", "A", "2026-01-10", "2026-01-20")])
    assert [(row["store_id"], row["sales_month"]) for row in rows.values()] == [
        ("A", "2025-12"),
        ("A", "2026-01"),
        ("B", "2026-02"),
    ]


def test_a_sale_with_a_mistyped_date_is_one_month_and_makes_no_months_of_zeros() -> None:
    sales = [sold("2025-03-05", "P1", "5.00"), sold("2025-10-05", "P1", "20.00"), sold("2025-11-05", "P1", "30.00")]
    rows = mart(sales, [person("P1", "A", "2025-10-01", "2025-11-30")])
    assert [month for _, month in rows] == ["2025-03", "2025-10", "2025-11"]
    assert values(rows, "sales_growth_rate") == [None, None, 50.0]
    assert values(rows, "month_over_month_variance") == [None, None, Decimal("10.00")]
    assert values(rows, "avg_sales_per_month") == [Decimal("5.00"), Decimal("12.50"), Decimal("18.33")]


def test_months_outside_employment_reach_from_the_first_to_the_last_such_sale() -> None:
    sales = [sold(f"2025-{month:02}-05", "P1", "5.00") for month in (3, 5, 10)]
    rows = mart(sales, [person("P1", "A", "2025-10-01", "2025-10-31")])
    assert [month for _, month in rows] == ["2025-03", "2025-04", "2025-05", "2025-10"]


def test_growth_is_null_after_a_month_without_sales_and_never_infinite() -> None:
    sales = [sold("2025-10-01", "P1", "50.00"), sold("2025-11-01", "P1", "75.00"), sold("2026-01-01", "P1", "10.00")]
    rows = mart(sales, [person("P1", "A", "2020-08-01")])
    assert values(rows, "sales_growth_rate") == [None, 50.0, -100.0, None, -100.0]


def test_growth_is_null_after_a_month_with_more_returned_than_sold() -> None:
    rows = mart([sold("2026-01-01", "P1", "-50.00"), sold("2026-02-01", "P1", "75.00")], [])
    assert values(rows, "sales_growth_rate") == [None, None]
    assert values(rows, "month_over_month_variance") == [None, Decimal("125.00")]


def test_equal_sales_share_a_place_and_its_incentive_and_the_next_place_is_left_out() -> None:
    sales = [sold("2026-02-01", p, total) for p, total in [("P1", "50.50"), ("P2", "50.50"), ("P3", "20.00")]]
    rows = mart(sales, [])
    assert [row["top_performance_rank"] for row in rows.values()] == [1, 1, 3]
    assert [row["incentive"] for row in rows.values()] == [Decimal("0.51"), Decimal("0.51"), Decimal("0.00")]


def test_first_of_a_month_without_sales_earns_nothing() -> None:
    rows = mart([sold("2026-01-01", "P1", "-5.00")], [person("P1", "A", "2020-08-01")])
    assert values(rows, "top_performance_rank") == [1, 1]
    assert values(rows, "incentive") == [Decimal("0.00"), Decimal("0.00")]


def test_each_store_has_a_first() -> None:
    rows = mart([sold("2026-02-01", "P1", "9.00"), sold("2026-02-01", "P2", "100.00", "B")], [])
    assert [row["incentive"] for row in rows.values()] == [Decimal("0.09"), Decimal("1.00")]
    assert [row["sales_contribution_percentage"] for row in rows.values()] == [100.0, 100.0]


def test_incentive_rule_is_a_setting() -> None:
    sales = [sold("2026-02-01", p, total) for p, total in [("P1", "50.00"), ("P2", "40.00"), ("P3", "30.00")]]
    rows = mart(sales, [], Store(incentive_pct=Decimal("2.5"), incentive_ranks=2))
    assert [row["incentive"] for row in rows.values()] == [Decimal("1.25"), Decimal("1.00"), Decimal("0.00")]


def test_year_to_date_begins_in_january() -> None:
    sales = [sold("2025-12-01", "P1", "50.00"), sold("2026-01-01", "P1", "7.00"), sold("2026-02-01", "P1", "3.00")]
    assert values(mart(sales, []), "year_to_date_sales") == [Decimal("50.00"), Decimal("7.00"), Decimal("10.00")]


def test_transactions_and_their_amounts_run_to_the_months_end_without_returns() -> None:
    sales = [sold("2026-01-01", "P1", "10.00"), sold("2026-01-02", "P1", "-4.00"), sold("2026-02-01", "P1", "5.00")]
    rows = mart(sales, [])
    assert values(rows, "total_transactions") == [1, 2]
    assert values(rows, "avg_transaction_value") == [Decimal("10.00"), Decimal("7.50")]
    assert values(rows, "max_single_transaction") == [Decimal("10.00"), Decimal("10.00")]
    assert values(rows, "last_sale_month") == ["2026-01", "2026-02"]


def test_share_is_of_the_stores_month_and_null_where_it_sold_nothing() -> None:
    sales = [sold("2026-01-01", "P1", "30.00"), sold("2026-01-01", "P2", "10.00")]
    rows = mart(sales, [person("P1", "A", "2020-08-01"), person("P2", "A", "2020-08-01")])
    assert values(rows, "sales_contribution_percentage", "P1") == [75.0, None]
    assert values(rows, "sales_contribution_percentage", "P2") == [25.0, None]
