from district_platform.quality.store import (
    anomalous_transaction,
    dormant_account_buys,
    more_returned_than_bought,
    sale_outside_employment,
    total_is_not_quantity_times_price,
    unknown_reference,
)
from district_platform.settings import Quality
from district_platform_tests.quality.tables import found, table


def usual(*totals: str) -> list[tuple]:
    """Twenty lines of one product at one store for about ten dollars, and these after them."""
    amounts = [f"{10 + number % 3}.00" for number in range(20)] + list(totals)
    return [(f"T{number}", "A", "X1", amount) for number, amount in enumerate(amounts)]


def anomalous(*rows: tuple, **thresholds: object) -> dict[str, str]:
    sales = table("stg_sales", "sale_id store_id product_id total", rows)
    return found(anomalous_transaction, sales, Quality.model_validate(thresholds))


def test_amount_far_from_what_the_product_brings_at_the_store_is_found_with_what_is_usual() -> None:
    assert anomalous(*usual("1100.00")) == {"T20": "total 1100.00 where 11.00 is usual for X1"}
    assert anomalous(*usual("1.10")).keys() == {"T20"}


def test_return_is_judged_by_what_it_gives_back() -> None:
    assert not anomalous(*usual("-11.00"))
    assert anomalous(*usual("-1100.00")).keys() == {"T20"}


def test_several_pieces_at_once_are_no_anomaly() -> None:
    assert not anomalous(*usual("33.00", "55.00"))


def test_score_and_least_number_of_lines_are_settings() -> None:
    assert anomalous(*usual("33.00"), store_anomaly_score="4").keys() == {"T20"}
    assert not anomalous(*usual("1100.00"), store_anomaly_min_lines=22)


def test_where_all_lines_are_alike_the_spread_is_not_nothing() -> None:
    alike = [(f"T{number}", "A", "X1", "5.00") for number in range(30)]
    assert not anomalous(*alike, ("T30", "A", "X1", "5.25"))


def test_other_stores_and_products_do_not_say_what_is_usual() -> None:
    dear = [(f"D{number}", "B", "X1", "900.00") for number in range(20)]
    assert not anomalous(*usual(), *dear)


def wrong_totals(*rows: tuple) -> dict[str, str]:
    return found(total_is_not_quantity_times_price, table("stg_sales", "sale_id quantity unit_price total", rows))


def test_total_is_compared_to_the_cent() -> None:
    rows = [
        ("T1", 3, "0.10", "0.30"),
        ("T2", 3, "0.10", "0.31"),
        ("T3", -2, "5.00", "-10.00"),
        ("T4", -2, "5.00", "10.00"),
    ]
    assert wrong_totals(*rows) == {"T2": "3 × 0.10 is not 0.31", "T4": "-2 × 5.00 is not 10.00"}


def test_line_without_quantity_price_or_total_is_not_judged() -> None:
    assert not wrong_totals(("T1", None, "1.00", "2.00"), ("T2", 1, None, "2.00"), ("T3", 1, "1.00", None))


REFERENCES = "sale_id customer_id product_id sales_person_id store_id"


def unknown(sales: list[tuple], stores: list[tuple]) -> dict[str, str]:
    return found(
        unknown_reference,
        table("stg_sales", REFERENCES, sales),
        table("stg_customers", "customer_id", [("C1",)]),
        table("stg_products", "product_id", [("X1",)]),
        table("stg_sales_persons", "sales_person_id", [("P1",)]),
        table("stg_stores", "store_id", stores),
    )


def test_line_is_found_once_with_each_id_that_nobody_knows() -> None:
    sales = [("T1", "C1", "X1", "P1", "A"), ("T2", "C9", "X1", "P1", "A"), ("T3", "C1", "X9", "P9", "B")]
    assert unknown(sales, [("A",)]) == {
        "T2": "customer_id C9 is unknown",
        "T3": "product_id X9 is unknown; sales_person_id P9 is unknown; store_id B is unknown",
    }


def test_sale_to_nobody_known_names_no_customer_and_is_not_found() -> None:
    assert not unknown([("T1", None, "X1", "P1", "A")], [("A",)])


def test_list_that_was_not_delivered_cannot_be_judged() -> None:
    assert not unknown([("T1", "C1", "X1", "P1", "B")], [])


def outside(*sales: tuple) -> dict[str, str]:
    people = [("P1", "2025-08-01", "2025-12-31"), ("P2", None, None)]
    return found(
        sale_outside_employment,
        table("stg_sales", "sale_id sale_date sales_person_id", sales),
        table("stg_sales_persons", "sales_person_id hire_date termination_date", people),
    )


def test_first_and_last_day_of_employment_are_inside() -> None:
    sales = [
        ("T1", "2025-07-31", "P1"),
        ("T2", "2025-08-01", "P1"),
        ("T3", "2025-12-31", "P1"),
        ("T4", "2026-01-01", "P1"),
    ]
    assert outside(*sales) == {
        "T1": "sold by P1 on 2025-07-31, before the hire on 2025-08-01",
        "T4": "sold by P1 on 2026-01-01, after the last day 2025-12-31",
    }


def test_missing_dates_of_employment_are_open_and_unknown_people_are_not_judged() -> None:
    assert not outside(("T1", "1999-01-01", "P2"), ("T2", "2025-07-31", "P9"), ("T3", None, "P1"))


def dormant(*sales: tuple) -> dict[str, str]:
    columns = "sale_id customer_id sale_date quantity total"
    rows = [(f"T{number}", *row) for number, row in enumerate(sales)]
    return found(dormant_account_buys, table("stg_sales", columns, rows), Quality())


def test_account_that_buys_much_on_one_day_after_a_year_is_found() -> None:
    first = ("C1", "2025-01-10", 1, "5.00")
    day = [("C1", "2026-01-10", 3, "114.00"), ("C1", "2026-01-10", 4, "136.00")]
    assert dormant(first, *day) == {"C1|2026-01-10": "bought for 250.00 after 365 days without a purchase"}


def test_shorter_pause_or_smaller_purchase_is_not_found() -> None:
    assert not dormant(("C1", "2025-01-11", 1, "5.00"), ("C1", "2026-01-10", 1, "400.00"))
    assert not dormant(("C1", "2025-01-10", 1, "5.00"), ("C1", "2026-01-10", 1, "249.99"))


def test_first_purchase_ends_no_pause_and_a_return_is_no_purchase() -> None:
    assert not dormant(("C1", "2026-01-10", 1, "400.00"))
    late_return = [
        ("C1", "2025-01-10", 1, "5.00"),
        ("C1", "2025-06-10", -1, "-5.00"),
        ("C1", "2026-01-10", 1, "400.00"),
    ]
    assert dormant(*late_return).keys() == {"C1|2026-01-10"}


def test_walk_ins_have_no_account() -> None:
    assert not dormant((None, "2024-01-10", 1, "5.00"), (None, "2026-01-10", 1, "400.00"))


def returned(*rows: tuple) -> dict[str, str]:
    lines = [(f"T{number}", "2025-09-01", *row) for number, row in enumerate(rows)]
    return found(
        more_returned_than_bought,
        table("stg_sales", "sale_id sale_date customer_id product_id quantity total", lines),
    )


def test_a_sale_that_is_returned_twice_is_found_by_customer_and_product() -> None:
    assert returned(("C4", "X1", 1, "50.00"), ("C4", "X1", -1, "-50.00"), ("C4", "X1", -1, "-50.00")) == {
        "C4|X1": "returned 2 for 100.00, and bought 1 for 50.00"
    }


def test_a_larger_amount_returned_than_paid_is_found() -> None:
    assert returned(("C4", "X1", 2, "50.00"), ("C4", "X1", -1, "-75.00")).keys() == {"C4|X1"}


def test_returns_of_what_was_bought_or_bought_before_the_extract_are_not_found() -> None:
    assert not returned(
        ("C2", "X1", 2, "50.00"),
        ("C2", "X1", -1, "-25.00"),
        ("C2", "X1", -1, "-25.00"),
        ("C3", "X1", -1, "-50.00"),
        (None, "X1", 1, "50.00"),
        (None, "X1", -2, "-100.00"),
    )
