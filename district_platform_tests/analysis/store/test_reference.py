"""The marts against the reference in plain Python, on random stores: exact agreement. What must hold of any store, with Hypothesis."""

import random
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district_platform.analysis.store import customer_segments, customers_mart, sales_team_mart
from district_platform.settings import CustomerSegment, Store
from district_platform_tests.analysis.store import reference
from district_platform_tests.analysis.store.stores import (
    AS_OF,
    Person,
    Row,
    Sale,
    customers_table,
    people_table,
    random_store,
    rows_of,
    sales_table,
)
from district_platform_tests.transforms import executed

RULES = Store(
    inactive_days=45,
    segments={
        "Premium": CustomerSegment(min_lifetime_value=Decimal("33.33"), min_transactions=2),
        "Regular": CustomerSegment(min_transactions=1),
        "Others": CustomerSegment(),
    },
    incentive_pct=Decimal("1.25"),
    incentive_ranks=2,
)

stores = st.integers(0, 100_000).map(lambda seed: random_store(random.Random(seed)))


@pytest.mark.parametrize("seed", range(6))
def test_marts_agree_with_the_reference_value_by_value(seed: int) -> None:
    sales, people = random_store(random.Random(seed))
    table = sales_table(sales)
    expected = reference.customers(sales, RULES, AS_OF)
    found = rows_of(executed(customers_mart, table, customers_table([]), RULES, AS_OF), "customers_mart")
    nobody = {"full_name": None, "address": None, "phone_number": None}
    assert found == [{name: {**row, **nobody}[name] for name in found[0]} for row in expected]
    assert rows_of(executed(customer_segments, table, RULES, AS_OF), "customer_segments") == reference.segments(
        sales, RULES, AS_OF
    )
    team = rows_of(executed(sales_team_mart, table, people_table(people), RULES, AS_OF), "sales_team_mart")
    assert [{k: v for k, v in row.items() if k != "full_name"} for row in team] == reference.team(
        sales, people, RULES, AS_OF
    )


@pytest.mark.whole
@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(store=stores)
def test_what_holds_of_any_sales_team(store: tuple[list[Sale], list[Person]]) -> None:
    sales, people = store
    rows = rows_of(
        executed(sales_team_mart, sales_table(sales), people_table(people), Store(), AS_OF), "sales_team_mart"
    )
    year_to_date: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    of_month: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        year_to_date[row["store_id"], row["sales_person_id"], row["sales_month"][:4]] += row["total_sales"]
        assert (
            row["year_to_date_sales"] == year_to_date[row["store_id"], row["sales_person_id"], row["sales_month"][:4]]
        )
        of_month[row["store_id"], row["sales_month"]].append(row)
    for month in of_month.values():
        shares = [row["sales_contribution_percentage"] for row in month]
        assert shares == [None] * len(shares) or sum(shares) == pytest.approx(100)
        by_sales = sorted(month, key=lambda row: row["total_sales"], reverse=True)
        ranks = [row["top_performance_rank"] for row in by_sales]
        assert ranks[0] == 1
        for place, (row, after) in enumerate(pairwise(by_sales), start=1):
            is_equal = row["total_sales"] == after["total_sales"]
            assert ranks[place] == (ranks[place - 1] if is_equal else place + 1)
        assert all((row["incentive"] > 0) <= (row["top_performance_rank"] == 1) for row in month)
    counted = [s.total for s in sales if s.total and s.date and s.date <= AS_OF and s.store and s.person]
    assert sum(row["total_sales"] for row in rows) == sum(counted)


@pytest.mark.whole
@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(store=stores)
def test_what_holds_of_any_customers(store: tuple[list[Sale], list[Person]]) -> None:
    sales, _ = store
    table = sales_table(sales)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(executed(customers_mart, table, customers_table([]), Store(), AS_OF), "customers_mart"):
        spent[row["customer_id"]] += row["total_sales"]
        assert row["customer_lifetime_value"] == spent[row["customer_id"]]
        if row["monetary_value"] is not None:
            assert row["monetary_value"] <= row["max_single_transaction"]
    for row in rows_of(executed(customer_segments, table, Store(), AS_OF), "customer_segments"):
        assert row["customers"] == row["retained"] + row["new"] + row["lapsed"] + row["dormant"]
