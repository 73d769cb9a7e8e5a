"""Known defects of store sales: STO-01 to STO-06. A line, and where it matters a customer, carries at most one."""

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.store import WALK_IN, StoreRecords, price_year
from district_platform.sources.synthetic.store_extracts import customer_ids, product_ids, sale_ids

_MISTYPED = 100
"""How many times too many pieces a line of STO-01 has."""
_LINES_TO_JUDGE = 30
"""Lines of a product at a store from which an amount can stand out: some more than the rule asks for."""
_DORMANT_DAYS = 365
_AWAKE_WITHIN = 60
"""Days before as_of_date in which dormant accounts buy again."""
_DEAREST, _PIECES = 4, 3
"""How many of the most expensive products an account of STO-05 buys that day, and how many pieces of each."""
_PAIR = ["customer", "product"]
_WHO_BOUGHT_WHAT = ("customer_id", "product_id")
_REFERENCES = ("customer_id", "product_id", "sales_person_id", "store_id")


def plant_store_defects(plan: Plan, planter: Planter, records: StoreRecords) -> None:
    """Damage the sales in place."""
    if not planter.settings.enabled or records.sales.empty:
        return
    rng = plan.rng("defects", "store")
    n = planter.wanted(planter.settings.row_rate, len(records.sales))
    free = _undisturbed(records.sales)
    for plant in (_mistyped_quantities, _wrong_totals, _unknown_references, _sales_outside_employment):
        free = free.drop(plant(planter, records, rng, free, n))
    _dormant_accounts(plan, planter, records, rng, n)
    _second_returns(planter, records, plan.rng("defects", "store", "returns"), n)


def _undisturbed(sales: pd.DataFrame) -> pd.DataFrame:
    """Purchases that do not end a long pause of their customer, which STO-05 would look at."""
    known = sales[(sales["customer"] != WALK_IN) & (sales["quantity"] > 0)].sort_values("date", kind="stable")
    pause = known.groupby("customer")["date"].diff()
    return known[~(pause >= pd.Timedelta(days=_DORMANT_DAYS))].sort_index()


def _chosen(rng: np.random.Generator, candidates: pd.DataFrame, n: int) -> np.ndarray:
    return np.sort(rng.permutation(candidates.index.to_numpy())[:n])


def _record(planter: Planter, rule_id: str, lines: np.ndarray) -> None:
    for sale_id in sale_ids(lines):
        planter.record(rule_id, sale_id)


def _mistyped_quantities(
    planter: Planter, records: StoreRecords, rng: np.random.Generator, free: pd.DataFrame, n: int
) -> np.ndarray:
    """STO-01: a hundred times the pieces, and the total that goes with them; of products that the store sells often."""
    sales = records.sales
    n_alike = sales.groupby(["store", "product"])["quantity"].transform("size")
    chosen = _chosen(rng, free[n_alike[free.index] >= _LINES_TO_JUDGE], n)
    sales.loc[chosen, ["quantity", "total"]] *= _MISTYPED
    _record(planter, "STO-01", chosen)
    return chosen


def _wrong_totals(
    planter: Planter, records: StoreRecords, rng: np.random.Generator, free: pd.DataFrame, n: int
) -> np.ndarray:
    """STO-02: a tenth and a cent too much."""
    chosen = _chosen(rng, free, n)
    records.sales.loc[chosen, "total"] += records.sales.loc[chosen, "total"] // 10 + 1
    _record(planter, "STO-02", chosen)
    return chosen


def _unknown_references(
    planter: Planter, records: StoreRecords, rng: np.random.Generator, free: pd.DataFrame, n: int
) -> np.ndarray:
    """STO-03: customer, product, sales person and store take turns."""
    chosen = _chosen(rng, free, n)
    records.unknown |= {int(line): _REFERENCES[place % len(_REFERENCES)] for place, line in enumerate(chosen)}
    _record(planter, "STO-03", chosen)
    return chosen


def _sales_outside_employment(
    planter: Planter, records: StoreRecords, rng: np.random.Generator, free: pd.DataFrame, n: int
) -> np.ndarray:
    """STO-04: recorded for somebody of the store who had left, or was not hired yet."""
    people = records.people
    planted: list[int] = []
    for line in rng.permutation(free.index.to_numpy())[: 10 * n]:
        if len(planted) == n:
            break
        date, team = records.sales.at[line, "date"], people[people["store"] == records.sales.at[line, "store"]]
        absent = team.index[(team["hired"] > date) | (team["left"] < date)]
        if len(absent):
            records.sales.at[line, "person"] = rng.choice(absent)
            planted.append(line)
    chosen = np.sort(np.array(planted, dtype=np.int64))
    _record(planter, "STO-04", chosen)
    return chosen


def _dormant_accounts(plan: Plan, planter: Planter, records: StoreRecords, rng: np.random.Generator, n: int) -> None:
    """STO-05: an account unused for more than a year buys some of the most expensive products on one day."""
    sales = records.sales
    last = sales[sales["customer"] != WALK_IN].groupby("customer")["date"].max()
    awake = pd.Timestamp(plan.as_of) - pd.Timedelta(days=_AWAKE_WITHIN)
    asleep = last.index[last < awake - pd.Timedelta(days=_DORMANT_DAYS)].to_numpy()
    served = sales[sales["date"] >= awake]
    chosen = np.sort(rng.permutation(asleep)[: min(n, len(served))])
    visits = served.loc[np.sort(rng.permutation(served.index.to_numpy())[: len(chosen)]), ["date", "store", "person"]]
    dearest = np.sort(np.argsort(-records.prices[:, -1], kind="stable")[:_DEAREST])
    bought = visits.assign(customer=chosen).loc[np.repeat(visits.index, _DEAREST)]
    bought = bought.assign(product=np.tile(dearest, len(chosen)), quantity=_PIECES)
    bought["price"] = records.prices[bought["product"], price_year(plan, bought["date"])]
    bought["total"] = bought["quantity"] * bought["price"]
    for customer_id, date in zip(customer_ids(chosen), visits["date"], strict=True):
        planter.record("STO-05", customer_id, f"{date:%Y-%m-%d}")
    records.sales = pd.concat([sales, bought], ignore_index=True)


def _second_returns(planter: Planter, records: StoreRecords, rng: np.random.Generator, n: int) -> None:
    """STO-06: returns of all that was bought, entered twice. The expected findings include returns that another defect made too large."""
    sales = records.sales
    bought, returned = _bought_and_returned(sales)
    whole = returned.index[returned["quantity"] == bought["quantity"]]
    pairs = pd.MultiIndex.from_frame(sales[_PAIR])
    again = sales.loc[_chosen(rng, sales[(sales["quantity"] < 0) & pairs.isin(whole)], n)]
    records.sales = pd.concat([sales, again], ignore_index=True)
    for customer_id, product_id in _returned_too_often(records):
        planter.record("STO-06", customer_id, product_id)


def _returned_too_often(records: StoreRecords) -> list[tuple[str | None, str]]:
    """Customers and products of which more pieces, or a larger amount, came back than was bought, by their ids."""
    unknown = [line for line, name in records.unknown.items() if name in _WHO_BOUGHT_WHAT]
    bought, returned = _bought_and_returned(records.sales.drop(unknown))
    too_often = returned.index[(returned > bought).any(axis=1)]
    customers, products = (too_often.get_level_values(name).to_numpy() for name in _PAIR)
    return list(zip(customer_ids(customers), product_ids(products), strict=True))


def _bought_and_returned(sales: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pieces and cents of each customer and product with both."""
    known = sales[sales["customer"] != WALK_IN]
    bought = known[known["quantity"] > 0].groupby(_PAIR)[["quantity", "total"]].sum()
    returned = -known[known["quantity"] < 0].groupby(_PAIR)[["quantity", "total"]].sum()
    return bought.align(returned, join="inner")
