"""The district's stores: where they are, who sells there, what they sell, who buys, and every sale.

One store at each middle and high school. Seasons move the sales, prices rise every August, some customers come every other week and
others stop, and sales people come and go. Nothing here breaks a quality rule: `store_defects` adds wrong sales. `store_extracts` writes
everything as extracts.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.plan import Plan

PRODUCTS = (
    ("Pencil Set", "Supplies", 350),
    ("Notebook", "Supplies", 425),
    ("Graphing Paper", "Supplies", 375),
    ("Binder", "Supplies", 650),
    ("Calculator", "Supplies", 2200),
    ("Planner", "Supplies", 800),
    ("Football Ticket", "Tickets", 700),
    ("Basketball Ticket", "Tickets", 600),
    ("Play Ticket", "Tickets", 900),
    ("Season Pass", "Tickets", 3500),
    ("T-Shirt", "Spirit wear", 1500),
    ("Hoodie", "Spirit wear", 3800),
    ("Cap", "Spirit wear", 1800),
    ("Sweatpants", "Spirit wear", 2800),
    ("Scarf", "Winter wear", 1600),
    ("Knit Hat", "Winter wear", 1400),
    ("Gloves", "Winter wear", 1200),
    ("Water Bottle", "Snacks and drinks", 1100),
    ("Granola Bar", "Snacks and drinks", 225),
    ("Fruit Cup", "Snacks and drinks", 275),
)
"""Name, category, and price in cents in the first year."""

_SEASONS = {
    "Supplies": (2, 1, 1, 1, 1, 0.3, 0.2, 5, 3, 1, 1, 0.7),
    "Tickets": (2, 2, 1, 1, 1, 0.1, 0.1, 0.5, 3, 4, 3, 2),
    "Spirit wear": (1, 1, 1, 1, 1.5, 0.3, 0.2, 3, 4, 3, 2, 3),
    "Winter wear": (2, 1, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 1, 3, 4),
    "Snacks and drinks": (1, 1, 1, 1, 1, 0.3, 0.2, 1, 1, 1, 1, 0.8),
}
"""How much sells in each month, January first."""

PRICE_RISE = 0.03
_PRICE_STEP = 25
"""Cents that prices are rounded to."""

STUDENTS_PER_CUSTOMER = 4
_LEAST_CUSTOMERS = 40
_HABITS = ("frequent", "ordinary", "rare", "dormant")
_SHARE_OF_HABIT = (0.15, 0.5, 0.15, 0.2)
_LINES_A_YEAR = (20.0, 6.0, 1.5, 6.0)
_DORMANT_AFTER = 150
"""Days until those who stop have stopped."""
_WALK_IN_SHARE = 0.15
_RETURN_SHARE = 0.03
_QUANTITY_SHARE = (0.8, 0.15, 0.05)
_SEATS = 3
"""Sales people that a store has at a time."""
_TENURE = (120, 700)
_VACANT = 15
WALK_IN = -1
"""The customer number of a sale without a known customer."""


@dataclass
class StoreRecords:
    """What the stores hold, open to damage; store, person, customer and product are positions in their lists."""

    stores: pd.DataFrame
    """store_id, name, school."""
    people: pd.DataFrame
    """store, hired, left; the first hired first."""
    customers: pd.DataFrame
    """store, joined, and the draws of names and address."""
    prices: np.ndarray
    """Cents of each product in each school year of the district."""
    sales: pd.DataFrame
    """date, store, person, customer (WALK_IN: nobody known), product, quantity, price and total in cents. The number of a line
    is its position; those of the beginning are in the order of time."""
    unknown: dict[int, str] = field(default_factory=dict)
    """Lines with an id that nobody has, and the column of that id."""


def make_store(plan: Plan) -> StoreRecords:
    """Stores and their sales from the August of the first school year to as_of_date."""
    rng = plan.rng("store")
    first = np.datetime64(f"{plan.school_years[0] - 1}-08-01", "D")
    days = np.arange(first, max(plan.as_of + 1, first))
    stores = _stores(plan)
    people = _people(rng, len(stores), days)
    prices = _prices(len(plan.school_years))
    customers = _customers(plan, rng, len(stores), first)
    sales = _sold(rng, customers, len(stores), days)
    sales = sales.assign(price=prices[sales["product"], price_year(plan, sales["date"])])
    sales = _served(rng, _returned(rng, sales, plan.as_of), people)
    sales = sales.sort_values(["date", "store", "customer", "product"], kind="stable").reset_index(drop=True)
    return StoreRecords(stores, people, customers, prices, sales.assign(total=sales["quantity"] * sales["price"]))


def _stores(plan: Plan) -> pd.DataFrame:
    schools = plan.schools[plan.schools["level"] > 0]
    return pd.DataFrame(
        {
            "store_id": [f"ST{number:03d}" for number in range(1, len(schools) + 1)],
            "name": [f"{name} Store" for name in schools["school_name"]],
            "school": schools.index.to_numpy(),
        }
    )


def _people(rng: np.random.Generator, n_stores: int, days: np.ndarray) -> pd.DataFrame:
    """Seats filled one after the other, some days apart; the last of each is still there."""
    rows = []
    begin, end = days[:1].astype("datetime64[D]"), days[-1:]
    for seat in range(n_stores * _SEATS if len(days) else 0):
        hired = begin[0] - int(rng.integers(0, _TENURE[1]))
        while True:
            left = hired + int(rng.integers(*_TENURE))
            is_last = left >= end[0]
            if left >= begin[0]:
                rows.append((seat // _SEATS, hired, np.datetime64("NaT", "D") if is_last else left))
            if is_last:
                break
            hired = left + 1 + int(rng.integers(0, _VACANT))
            if hired > end[0]:
                break
    people = pd.DataFrame(rows, columns=["store", "hired", "left"])
    people = people.astype({"store": np.int64, "hired": "datetime64[s]", "left": "datetime64[s]"})
    people["draw"] = rng.random(len(people))
    people["sex"] = rng.integers(0, 2, len(people))
    return people.sort_values(["hired", "store"], kind="stable").reset_index(drop=True)


def _prices(n_years: int) -> np.ndarray:
    first = np.array([price for *_, price in PRODUCTS])
    risen = first[:, None] * (1 + PRICE_RISE) ** np.arange(n_years)
    return (np.round(risen / _PRICE_STEP) * _PRICE_STEP).astype(np.int64)


def price_year(plan: Plan, date: pd.Series) -> np.ndarray:
    """Which of the district's school years a date's prices are of; they change on 1 August."""
    year = date.dt.year.to_numpy() + (date.dt.month.to_numpy() >= 8)
    return np.clip(year - plan.school_years[0], 0, len(plan.school_years) - 1)


def _customers(plan: Plan, rng: np.random.Generator, n_stores: int, first: np.datetime64) -> pd.DataFrame:
    n = max(_LEAST_CUSTOMERS, plan.synthetic.students // STUDENTS_PER_CUSTOMER)
    habit = rng.choice(len(_HABITS), n, p=_SHARE_OF_HABIT)
    span = max(1, int((plan.as_of - first).astype(int)))
    begin = np.where(rng.random(n) < 0.6, 0, rng.integers(0, span, n))
    stop = np.where(habit == _HABITS.index("dormant"), begin + _DORMANT_AFTER, span + 1)
    return pd.DataFrame(
        {
            "store": rng.integers(0, n_stores, n),
            "habit": habit,
            "begin": begin,
            "stop": np.minimum(stop, span + 1),
            "joined": (first + begin.astype("timedelta64[D]")).astype("datetime64[s]"),
            "first_name": rng.random(n),
            "last_name": rng.random(n),
            "sex": rng.integers(0, 2, n),
            "house": rng.integers(1, 2_000, n),
            "street": rng.random(n),
        }
    )


def _sold(rng: np.random.Generator, customers: pd.DataFrame, n_stores: int, days: np.ndarray) -> pd.DataFrame:
    """Sales lines, still without a sales person: at most one per customer and day, on weekdays and Saturdays, by season."""
    weight = _day_weights(days)
    reached = np.concatenate([[0.0], np.cumsum(weight)])
    begin, stop = (np.minimum(customers[name].to_numpy(), len(days)) for name in ("begin", "stop"))
    rate = np.array(_LINES_A_YEAR)[customers["habit"].to_numpy()] / 365
    customer = np.repeat(np.arange(len(customers)), rng.poisson(rate * (stop - begin)))
    n_walk_ins = int(len(customer) * _WALK_IN_SHARE)
    begin, stop = begin[customer], stop[customer]
    customer = np.concatenate([customer, np.full(n_walk_ins, WALK_IN)])
    low = np.concatenate([reached[begin], np.zeros(n_walk_ins)])
    high = np.concatenate([reached[stop], np.full(n_walk_ins, reached[-1])])
    day = np.searchsorted(reached, low + rng.random(len(low)) * (high - low), side="right") - 1
    date = days[np.minimum(day, len(days) - 1)] if len(days) else days
    home = np.where(customer == WALK_IN, 0, customers["store"].to_numpy()[customer])
    elsewhere = (customer == WALK_IN) | (rng.random(len(customer)) < 0.1)
    sales = pd.DataFrame(
        {
            "date": date.astype("datetime64[s]"),
            "store": np.where(elsewhere, rng.integers(0, n_stores, len(customer)), home),
            "customer": customer,
            "product": _products(rng, date),
            "quantity": 1 + rng.choice(len(_QUANTITY_SHARE), len(customer), p=_QUANTITY_SHARE),
        }
    )
    return sales[(sales["customer"] == WALK_IN) | ~sales.duplicated(["customer", "date"])]


def _day_weights(days: np.ndarray) -> np.ndarray:
    """How busy each day is; closed on Sundays."""
    seasons = _product_weights().sum(axis=0)
    weekday = (days.astype(np.int64) + 3) % 7
    return seasons[days.astype("datetime64[M]").astype(np.int64) % 12] * np.where(weekday == 6, 0, 1)


def _product_weights() -> np.ndarray:
    """How much sells of each product in each month: the first of the list are bought most."""
    popularity = 1 / np.sqrt(1 + np.arange(len(PRODUCTS)))
    seasons = np.array([_SEASONS[category] for _, category, _ in PRODUCTS])
    return popularity[:, None] * seasons


def _products(rng: np.random.Generator, date: np.ndarray) -> np.ndarray:
    shares = _product_weights()
    reached = (shares / shares.sum(axis=0)).cumsum(axis=0)[:, date.astype("datetime64[M]").astype(np.int64) % 12]
    return np.minimum((reached < rng.random(len(date))).sum(axis=0), len(PRODUCTS) - 1)


def _returned(rng: np.random.Generator, sales: pd.DataFrame, as_of: np.datetime64) -> pd.DataFrame:
    """With what came back to the same store within three weeks, at the price paid, as negative quantities; `bought` says of which line."""
    back = sales[rng.random(len(sales)) < _RETURN_SHARE]
    later = back["date"] + pd.to_timedelta(rng.integers(1, 21, len(back)), unit="D")
    back = back.assign(quantity=-back["quantity"], date=later)
    lines = pd.concat([sales, back[later <= pd.Timestamp(as_of)]])
    return lines.rename_axis("bought").reset_index()


def _served(rng: np.random.Generator, sales: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """The lines for which a sales person of the store was at work, with that person; and the returns of such lines."""
    draw = rng.random(len(sales))
    person = np.full(len(sales), -1)
    for store, lines in sales.groupby("store").indices.items():
        team = people.index[people["store"] == store]
        date = sales["date"].to_numpy()[lines]
        present = (people["hired"].to_numpy()[team] <= date[:, None]) & ~(
            people["left"].to_numpy()[team] < date[:, None]
        )
        turn = np.floor(draw[lines] * present.sum(axis=1)).astype(int) + 1
        chosen = (present.cumsum(axis=1) < turn[:, None]).sum(axis=1)
        served = np.flatnonzero(present.any(axis=1))
        person[lines[served]] = team.to_numpy()[chosen[served]]
    served_lines = sales.assign(person=person).loc[person >= 0]
    sold = served_lines.loc[served_lines["quantity"] > 0, "bought"]
    return served_lines[served_lines["bought"].isin(sold)].drop(columns="bought")
