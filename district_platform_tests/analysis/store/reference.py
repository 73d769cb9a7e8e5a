"""The marts once more, slowly and in plain Python: what the tables must agree with, value by value."""

import datetime as dt
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from district_platform.settings import Store
from district_platform_tests.analysis.store.stores import Person, Row, Sale

CENT = Decimal("0.01")
Month = tuple[int, int]


def months_from(first: Month, last: Month) -> Iterator[Month]:
    while first <= last:
        yield first
        first = (first[0] + first[1] // 12, first[1] % 12 + 1)


def month_of(date: dt.date) -> Month:
    return date.year, date.month


def label(date: dt.date | None) -> str | None:
    return f"{date:%Y-%m}" if date else None


def last_day(month: Month) -> dt.date:
    return dt.date(month[0] + month[1] // 12, month[1] % 12 + 1, 1) - dt.timedelta(1)


def money(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def mean(amount: Decimal, n: int) -> Decimal | None:
    return money(amount / n) if n else None


class History:
    """Sales lines of a customer or sales person up to the end of a month."""

    def __init__(self, sales: list[Sale], until: dt.date, first: Month) -> None:
        self.lines = [s for s in sales if s.date and s.date <= until]
        self.bought = [s for s in self.lines if s.quantity and s.quantity > 0 and s.total is not None]
        self.days = sorted({s.date for s in self.bought if s.date})
        self.spent = sum((s.total for s in self.lines if s.total), Decimal(0))
        self.n_months = len(list(months_from(first, month_of(until))))

    @property
    def first(self) -> dt.date | None:
        return self.days[0] if self.days else None

    @property
    def last(self) -> dt.date | None:
        return self.days[-1] if self.days else None

    @property
    def amounts(self) -> list[Decimal]:
        return [s.total for s in self.bought if s.total is not None]


def within(sales: list[Sale], month: Month) -> Decimal:
    return sum((s.total for s in sales if s.date and s.total and month_of(s.date) == month), Decimal(0))


def segment(history: History, store: Store) -> str:
    for name, rule in store.segments.items():
        enough = rule.min_lifetime_value is None or history.spent >= rule.min_lifetime_value
        if enough and (rule.min_transactions is None or len(history.bought) >= rule.min_transactions):
            return name
    raise AssertionError("the last segment takes everyone")


def customers(sales: list[Sale], store: Store, as_of: dt.date) -> list[Row]:
    """customers_mart, without names; and how each row stands, for customer_segments."""
    rows: list[Row] = []
    known = [s for s in sales if s.date and s.date <= as_of]
    for customer in sorted({s.customer for s in known if s.customer}):
        own = [s for s in known if s.customer == customer]
        begin = min(month_of(s.date) for s in own if s.date)
        final = History(own, as_of, begin)
        inactive = final.last is None or (as_of - final.last).days > store.inactive_days
        for month in months_from(begin, month_of(as_of)):
            seen = History(own, min(last_day(month), as_of), begin)
            gaps = len(seen.days) - 1
            rows.append(
                {
                    "customer_id": customer,
                    "sales_date_month": f"{month[0]}-{month[1]:02}",
                    "total_sales": within(own, month),
                    "customer_lifetime_value": seen.spent,
                    "first_purchase_month": label(seen.first),
                    "last_purchase_month": label(seen.last),
                    "purchase_frequency": len(seen.bought) / seen.n_months,
                    "monetary_value": mean(sum(seen.amounts, Decimal(0)), len(seen.bought)),
                    "avg_monthly_spending": mean(seen.spent, seen.n_months),
                    "max_single_transaction": max(seen.amounts, default=None),
                    "avg_time_between_purchases": (seen.days[-1] - seen.days[0]).days / gaps if gaps > 0 else None,
                    "inactive_status": "Inactive" if inactive else "Active",
                    "customer_segment": segment(seen, store),
                    "standing": standing(seen, month, store, as_of),
                }
            )
    return rows


def standing(seen: History, month: Month, store: Store, as_of: dt.date) -> str | None:
    if seen.first is None or seen.last is None:
        return None
    if month_of(seen.first) == month:
        return "new"
    if (min(last_day(month), as_of) - seen.last).days <= store.inactive_days:
        return "retained"
    day_before = dt.date(*month, 1) - dt.timedelta(1)
    return "lapsed" if (day_before - seen.last).days <= store.inactive_days else "dormant"


def segments(sales: list[Sale], store: Store, as_of: dt.date) -> list[Row]:
    """customer_segments."""
    counted: dict[tuple[str, str], Row] = {}
    for row in customers(sales, store, as_of):
        if row["standing"] is None:
            continue
        month, name = str(row["sales_date_month"]), str(row["customer_segment"])
        empty: Row = {"customers": 0, "sales": Decimal(0), "retained": 0, "new": 0, "lapsed": 0, "dormant": 0}
        year = int(month[:4]) + (int(month[5:]) >= 7)
        cell = counted.setdefault(
            (month, name), {"school_year": year, "sales_date_month": month, "customer_segment": name, **empty}
        )
        cell["customers"] += 1
        cell[str(row["standing"])] += 1
        cell["sales"] += row["total_sales"]
    return [counted[key] for key in sorted(counted)]


def own_months(sales: list[Sale], people: list[Person], as_of: dt.date) -> dict[tuple[str, str], set[Month]]:
    """By store and sales person: the months of employment there, and those from the first to the last sale outside it."""
    opened: dict[str, Month] = {}
    for s in sales:
        if s.date and s.store:
            opened[s.store] = min(opened.get(s.store, (9999, 1)), month_of(s.date))
    found: dict[tuple[str, str], set[Month]] = {}
    for p in people:
        if p.hired and p.store in opened:
            first, last = max(month_of(p.hired), opened[p.store]), month_of(min(p.left or as_of, as_of))
            found.setdefault((p.store, p.person), set()).update(months_from(first, last))
    outside: dict[tuple[str, str], list[Month]] = {}
    for s in sales:
        if s.date and s.store and s.person and not any(works(p, s) for p in people):
            outside.setdefault((s.store, s.person), []).append(month_of(s.date))
    for key, months in outside.items():
        found.setdefault(key, set()).update(months_from(min(months), max(months)))
    return found


def works(p: Person, s: Sale) -> bool:
    """Whether a sale falls within somebody's employment."""
    if (p.person, p.store) != (s.person, s.store) or p.hired is None or s.date is None:
        return False
    return p.hired <= s.date and (p.left is None or s.date <= p.left)


def team(sales: list[Sale], people: list[Person], store: Store, as_of: dt.date) -> list[Row]:
    """sales_team_mart, without names."""
    known = [s for s in sales if s.date and s.date <= as_of and s.store and s.person]
    months = {
        (shop, person, month): within([s for s in known if (s.store, s.person) == (shop, person)], month)
        for (shop, person), own in own_months(known, people, as_of).items()
        for month in own
    }
    rows: list[Row] = []
    for (shop, person, month), total in sorted(months.items()):
        own = [s for s in known if (s.store, s.person) == (shop, person)]
        n_months = sum((s, p) == (shop, person) and m <= month for s, p, m in months)
        seen = History(own, last_day(month), month)
        before = months.get((shop, person, (month[0] - (month[1] == 1), (month[1] - 2) % 12 + 1)))
        mates = [t for (s, _, m), t in months.items() if (s, m) == (shop, month)]
        rank = 1 + sum(t > total for t in mates)
        earns = rank <= store.incentive_ranks and total > 0
        year = [t for (s, p, m), t in months.items() if (s, p, m[0]) == (shop, person, month[0]) and m <= month]
        rows.append(
            {
                "store_id": shop,
                "sales_person_id": person,
                "sales_month": f"{month[0]}-{month[1]:02}",
                "total_sales": total,
                "avg_sales_per_month": mean(seen.spent, n_months),
                "incentive": money(total * store.incentive_pct / 100) if earns else Decimal(0),
                "sales_growth_rate": percent(total - before, before) if before and before > 0 else None,
                "top_performance_rank": rank,
                "year_to_date_sales": sum(year),
                "month_over_month_variance": None if before is None else total - before,
                "first_sale_month": label(seen.first),
                "last_sale_month": label(seen.last),
                "total_transactions": len(seen.bought),
                "avg_transaction_value": mean(sum(seen.amounts, Decimal(0)), len(seen.bought)),
                "max_single_transaction": max(seen.amounts, default=None),
                "sales_contribution_percentage": percent(total, sum(mates, Decimal(0))) if sum(mates) > 0 else None,
            }
        )
    return rows


def percent(part: Decimal, whole: Decimal) -> float:
    return 100.0 * float(part) / float(whole)
