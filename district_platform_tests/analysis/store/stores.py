"""Small stores for tests: rows written inline, or made from a random source; and the marts' rows as Python values."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from district_platform.dictionary import TABLES, schema_of
from district_platform_tests.tables import memtable

AS_OF = dt.date(2026, 2, 13)

Row = dict[str, Any]


@dataclass(frozen=True)
class Sale:
    """A sales line; the price of a piece plays no part in the marts."""

    date: dt.date | None
    customer: str | None
    quantity: int | None
    total: Decimal | None
    store: str | None = "A"
    person: str | None = "P1"


@dataclass(frozen=True)
class Person:
    person: str
    store: str
    hired: dt.date | None = None
    left: dt.date | None = None


def sale(date: str, customer: str | None, total: str, *, store: str = "A", person: str | None = "P1") -> Sale:
    """One piece sold for `total`, or taken back where it is negative."""
    amount = Decimal(total)
    return Sale(dt.date.fromisoformat(date), customer, -1 if amount < 0 else 1, amount, store, person)


def person(number: str, store: str, hired: str, left: str | None = None) -> Person:
    return Person(number, store, dt.date.fromisoformat(hired), dt.date.fromisoformat(left) if left else None)


def sales_table(sales: Sequence[Sale]) -> ibis.Table:
    rows = [
        (str(number), s.date, s.store, s.person, s.customer, "X", s.quantity, Decimal(1), s.total)
        for number, s in enumerate(sales)
    ]
    return memtable(dict(schema_of(TABLES["fct_store_sale"]).items()), rows)


def people_table(people: Sequence[Person]) -> ibis.Table:
    rows = [(p.person, "First", p.person, p.store, p.hired, p.left) for p in people]
    return memtable(dict(schema_of(TABLES["dim_sales_person"]).items()), rows)


def customers_table(customers: Sequence[str]) -> ibis.Table:
    rows = [(c, "First", c, f"{c} Street", f"555-{c}", None) for c in customers]
    return memtable(dict(schema_of(TABLES["dim_customer"]).items()), rows)


def rows_of(mart: ibis.Table, name: str) -> list[Row]:
    """A mart's rows in the order of its key, as the warehouse would hold them."""
    table = TABLES[name]
    return mart.select(*table.columns).order_by(*table.key).to_pyarrow().to_pylist()


def random_store(source: random.Random) -> tuple[list[Sale], list[Person]]:
    """A few months of a few customers and sales people, with returns, missing values, equal totals and gaps."""
    start = dt.date(2025, 5, 1)
    sales = [
        Sale(
            date=None if source.random() < 0.02 else start + dt.timedelta(source.randrange(320)),
            customer=source.choice(["C1", "C2", "C3", "C4", None]),
            quantity=source.choice([1, 1, 2, 3, -1, 0, None]),
            total=source.choice([None, *(Decimal(c) / 100 for c in (-1999, -500, 0, 500, 500, 1999, 3333, 25001))]),
            store=source.choice(["A", "A", "B", None]),
            person=source.choice(["P1", "P2", "P3", "P9", None]),
        )
        for _ in range(source.randrange(1, 40))
    ]
    people = [
        Person(
            f"P{number}",
            source.choice("AB"),
            source.choice([None, start + dt.timedelta(source.randrange(-400, 320))]),
            source.choice([None, start + dt.timedelta(source.randrange(-100, 400))]),
        )
        for number in (1, 2, 3)
    ]
    return sales, people
