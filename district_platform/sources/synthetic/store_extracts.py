"""The stores' records as extracts: ids, names and amounts as text."""

import numpy as np
import pyarrow as pa

from district_platform.sources.synthetic.people import NamePools
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.store import PRODUCTS, WALK_IN, StoreRecords
from district_platform.sources.synthetic.writing import dates, text

_STREETS = [
    "Maple",
    "Oak",
    "Cedar",
    "Washington",
    "Lake",
    "Hill",
    "Park",
    "Main",
    "Elm",
    "Pine",
    "Sunset",
    "River",
    "Church",
    "Spring",
]
_KINDS = ["Street", "Avenue", "Road", "Lane", "Drive", "Court"]

_UNKNOWN = "X"
"""Prefix that makes an id that nobody has."""


def stores_extract(plan: Plan, records: StoreRecords) -> pa.Table:
    stores = records.stores
    return pa.table(
        {
            "store_id": pa.array(stores["store_id"]),
            "store_name": pa.array(stores["name"]),
            "school_id": text(plan.school_ids, stores["school"].to_numpy()),
        }
    )


def person_ids(number: np.ndarray) -> list[str]:
    return [f"SP{n + 1:05d}" for n in np.asarray(number).tolist()]


def customer_ids(number: np.ndarray) -> list[str | None]:
    return [None if n == WALK_IN else f"CU{n + 1:06d}" for n in np.asarray(number).tolist()]


def product_ids(number: np.ndarray) -> list[str]:
    return [f"PR{n + 1:03d}" for n in np.asarray(number).tolist()]


def sale_ids(number: np.ndarray) -> list[str]:
    return [f"SA{n + 1:09d}" for n in np.asarray(number).tolist()]


def sales_persons_extract(records: StoreRecords, names: NamePools) -> pa.Table:
    people = records.people
    draw = people["draw"].to_numpy()
    return pa.table(
        {
            "sales_person_id": pa.array(person_ids(people.index.to_numpy()), pa.string()),
            "first_name": names.first_names(draw, people["sex"].to_numpy()),
            "last_name": names.last_names(draw * 7 % 1),
            "store_id": text(pa.array(records.stores["store_id"]), people["store"].to_numpy()),
            "hire_date": dates(people["hired"].to_numpy()),
            "termination_date": dates(people["left"].to_numpy()),
        }
    )


def products_extract(records: StoreRecords) -> pa.Table:
    names, categories, _ = zip(*PRODUCTS, strict=True)
    return pa.table(
        {
            "product_id": pa.array(product_ids(np.arange(len(PRODUCTS)))),
            "product_name": pa.array(names),
            "category": pa.array(categories),
            "unit_price": _dollars(records.prices[:, -1]),
        }
    )


def customers_extract(records: StoreRecords, names: NamePools) -> pa.Table:
    rows = records.customers
    streets = [f"{street} {kind}" for street in _STREETS for kind in _KINDS]
    street = (rows["street"].to_numpy() * len(streets)).astype(int)
    number = np.arange(len(rows))
    return pa.table(
        {
            "customer_id": pa.array(customer_ids(number), pa.string()),
            "first_name": names.first_names(rows["first_name"].to_numpy(), rows["sex"].to_numpy()),
            "last_name": names.last_names(rows["last_name"].to_numpy()),
            "address": pa.array([f"{h} {streets[s]}" for h, s in zip(rows["house"], street, strict=True)]),
            "phone_number": pa.array([f"555-{n // 10_000 + 200:03d}-{n % 10_000:04d}" for n in number.tolist()]),
            "joined_date": dates(rows["joined"].to_numpy()),
        }
    )


def sales_extract(records: StoreRecords) -> pa.Table:
    rows = records.sales
    ids = {
        "store_id": text(pa.array(records.stores["store_id"]), rows["store"].to_numpy()).to_pylist(),
        "sales_person_id": person_ids(rows["person"].to_numpy()),
        "customer_id": customer_ids(rows["customer"].to_numpy()),
        "product_id": product_ids(rows["product"].to_numpy()),
    }
    for row, column in records.unknown.items():
        ids[column][row] = f"{_UNKNOWN}{ids[column][row]}"
    return pa.table(
        {
            "sale_id": pa.array(sale_ids(rows.index.to_numpy()), pa.string()),
            "sale_date": dates(rows["date"].to_numpy()),
            **{name: pa.array(values, pa.string()) for name, values in ids.items()},
            "quantity": pa.array(rows["quantity"].to_numpy()),
            "unit_price": _dollars(rows["price"].to_numpy()),
            "total": _dollars(rows["total"].to_numpy()),
        }
    )


def _dollars(cents: np.ndarray) -> pa.Array:
    return pa.array(
        [f"{'-' if c < 0 else ''}{abs(c) // 100}.{abs(c) % 100:02d}" for c in np.asarray(cents).tolist()], pa.string()
    )
