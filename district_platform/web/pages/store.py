"""Store: who sells, who stays away? Both marts of the manager's own store, month by month."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from district_platform.metrics.store import INACTIVE
from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.release import Figure as Told
from district_platform.outputs.brief.release import State
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.hours.weeks import dollars
from district_platform.web.pages.model import (
    Cell,
    Chart,
    Column,
    Figure,
    Filter,
    FilterKind,
    Filters,
    Kind,
    Link,
    NotFoundError,
    PageModel,
    Section,
    Table,
    date_cell,
)
from district_platform.web.reading.queries import store as queries
from district_platform.web.reading.reader import Reader, named

NAME = "store"
MOST_MONTHS = 12
"""Of the chart."""
MOST_CUSTOMERS = 25
"""Of each list on the page; its file holds as many."""

Row = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader) -> PageModel:
    """The page of one store and month, by default the last month that is over. Raises NotFoundError for somebody else's store."""
    notices: list[str] = []
    stores = [(row["k_store"], row["store_name"] or row["k_store"]) for row in reader.rows(queries.STORES, viewer)]
    asked = filters.get("store", "")
    if asked and asked not in dict(stores):
        raise NotFoundError("there is no such store here")
    if not stores:
        return PageModel(NAME, "Store", ("You see no store today.",))
    store = asked or stores[0][0]
    months = list(reader.rows(queries.MONTHS, viewer, store=store))
    running = f"{reader.publication.as_of_date:%Y-%m}"
    over = [row["sales_month"] for row in months if row["sales_month"] < running]
    names = [(row["sales_month"], month_name(row["sales_month"], running)) for row in months]
    month = asking.choice("month", "Month", names, filters, notices, default=over[0] if over else running)
    kind = FilterKind.CHOICE if len(stores) > 1 else FilterKind.KEPT
    asked_for = (Filter("store", "Store", store, kind, tuple(stores)), month)
    customers = list(reader.rows(queries.CUSTOMERS, viewer, store=store, month=running))
    team = list(reader.rows(queries.TEAM, viewer, store=store, month=month.value))
    link = Link(NAME, tuple((each.name, each.value) for each in asked_for if each.value))
    return PageModel(
        name=NAME,
        title=dict(stores)[store],
        figures=_figures(months, customers, month.value, running),
        sections=(
            _months(months, running, link),
            _team(team, month_name(month.value, running)),
            _customers(customers),
            _segments(list(reader.rows(queries.SEGMENTS, viewer, month=month.value)), month_name(month.value, running)),
            _findings(list(reader.rows(queries.FINDINGS, viewer, store=store))),
        ),
        filters=asked_for,
        notices=tuple(notices),
        access="You see your own store's sales, its team, and the customers who bought there with address and telephone, since you were "
        "given the role of its manager. Each page and file that names somebody is recorded.",
    )


def month_name(month: str, running: str = "") -> str:
    """'January 2026'; the month that still runs says so."""
    year, number = month.split("-")
    return f"{w.MONTHS[int(number) - 1]} {year}" + (", so far" if month == running else "")


def _figures(months: Sequence[Row], customers: Sequence[Row], month: str, running: str) -> tuple[Figure, ...]:
    by_month = {row["sales_month"]: row for row in months}
    row = by_month.get(month)
    away = [customer for customer in customers if customer["inactive_status"] == INACTIVE]
    return (
        Figure(
            f"Sales, {month_name(month, running)}",
            dollars(row["total_sales"] if row else None),
            change=_change(by_month, month),
            words="returns taken off",
        ),
        Figure(
            "Sales of the year",
            dollars(row["year_to_date_sales"] if row else None),
            words="from January to the month's end",
        ),
        Figure("Customers", w.count(len(customers)), words="who ever bought here"),
        Figure("Stay away", w.count(len(away)), words="without a purchase lately (store.inactive_days)"),
    )


def _change(by_month: Mapping[str, Row], month: str) -> str:
    """Against the month before and the same month a year before, in dollars; nothing where neither is known."""
    year, number = map(int, month.split("-"))
    months = {
        "the month before": f"{year - (number == 1)}-{number - 1 or 12:02}",
        "a year before": f"{year - 1}-{number:02}",
    }
    told = []
    for what, other in months.items():
        if month in by_month and other in by_month:
            apart = by_month[month]["total_sales"] - by_month[other]["total_sales"]
            told.append(f"{'+' if apart > 0 else ''}{signed_dollars(apart)} against {what}")
    return "; ".join(told)


def signed_dollars(amount: Decimal) -> str:
    """'−$12.50'."""
    return f"{w.MINUS if amount < 0 else ''}{dollars(abs(amount))}"


def _months(months: Sequence[Row], running: str, link: Link) -> Section:
    shown = list(reversed(months[:MOST_MONTHS]))
    if not shown:
        return Section("months", "Growth", ("No sale is known.",))
    figures = [
        Told(float(max(row["total_sales"], Decimal(0))), w.count(row["total_sales"]), State.TOLD) for row in shown
    ]
    labels = [row["sales_month"][2:] for row in shown]
    best = max(shown, key=lambda row: row["total_sales"])
    claim = f"{month_name(best['sales_month'], running)} sold most of the last {w.plural(len(shown), 'month')}"
    alt = "Sales by month: " + "; ".join(f"{row['sales_month']}: {dollars(row['total_sales'])}" for row in shown) + "."
    chart = Chart(
        "months",
        claim,
        "Sales in dollars, returns taken off, by year and month. A month below zero has no bar.",
        alt,
        charts.Columns(labels, figures),
    )
    columns = (
        Column("Month"),
        Column("Sales", Kind.NUMBER),
        Column("Change", Kind.NUMBER, "against the month before"),
        Column("Year to date", Kind.NUMBER),
        Column("Incentives", Kind.NUMBER),
        Column("Sellers", Kind.NUMBER, "who sold"),
    )
    earlier = dict(zip((row["sales_month"] for row in months), months[1:], strict=False))
    rows = tuple(
        (
            Cell(
                month_name(row["sales_month"], running),
                link.having(month=row["sales_month"]),
                exported=row["sales_month"],
            ),
            signed_dollars(row["total_sales"]),
            signed_dollars(row["total_sales"] - earlier[row["sales_month"]]["total_sales"])
            if row["sales_month"] in earlier
            else "–",
            signed_dollars(row["year_to_date_sales"]),
            dollars(row["incentive"]),
            w.count(row["n_sellers"]),
        )
        for row in months
    )
    table = Table("months", "Sales by month", columns, rows, people=())
    return Section("months", "Growth", (f"{claim}.",), (chart,), (table,))


def _team(team: Sequence[Row], month: str) -> Section:
    columns = (
        Column("Rank", Kind.NUMBER),
        Column("Name"),
        Column("Sales", Kind.NUMBER),
        Column("Growth", Kind.NUMBER, "against the month before"),
        Column("Share", Kind.NUMBER, "of the store's sales"),
        Column("Year to date", Kind.NUMBER),
        Column("A month", Kind.NUMBER, "average so far"),
        Column("A sale", Kind.NUMBER, "average so far"),
        Column("Incentive", Kind.NUMBER),
    )
    rows = tuple(
        (
            str(row["top_performance_rank"] or "–"),
            row["full_name"] or row["sales_person_id"],
            signed_dollars(row["total_sales"]),
            _percent(row["sales_growth_rate"], is_change=True),
            _percent(row["sales_contribution_percentage"]),
            signed_dollars(row["year_to_date_sales"]),
            dollars(row["avg_sales_per_month"]),
            dollars(row["avg_transaction_value"]),
            dollars(row["incentive"]),
        )
        for row in team
    )
    note = "A dash: there was nothing to compare with. The incentive is what the rule yields; it pays nobody."
    table = Table("team", f"Sales team, {month}", columns, rows, note, "Nobody sold in this month.", people=named(team))
    return Section("team", "Who sells", tables=(table,))


def _percent(value: float | None, *, is_change: bool = False) -> str:
    if value is None:
        return "–"
    return f"{w.signed(value) if is_change else w.decimal(value)}%"


def _customers(customers: Sequence[Row]) -> Section:
    """Those who spend most, and those who stay away, who spent most first."""
    active = [row for row in customers if row["inactive_status"] != INACTIVE]
    away = [row for row in customers if row["inactive_status"] == INACTIVE]
    lost = sum((row["customer_lifetime_value"] or Decimal(0) for row in away), Decimal(0))
    dormant = f"{w.plural(len(away), 'customer')} of {w.count(len(customers))} {w.is_or_are(len(away))} dormant"
    said = f"{dormant}; they spent {dollars(lost)} until now." if customers else "No customer is known."
    note = "As of the publication. Figures are of all purchases in the district's stores; the mart does not tell stores apart."
    return Section(
        "customers",
        "Who buys, and who stays away",
        (said,),
        tables=(_high_value(active[:MOST_CUSTOMERS], note), _dormant(away[:MOST_CUSTOMERS], note)),
    )


def _high_value(customers: Sequence[Row], note: str) -> Table:
    columns = (
        Column("Customer"),
        Column("Segment"),
        Column("Spent", Kind.NUMBER, "until now"),
        Column("Last bought"),
        Column("Purchases", Kind.NUMBER, "a month"),
        Column("A purchase", Kind.NUMBER, "average"),
        Column("Largest", Kind.NUMBER),
    )
    rows = tuple(
        (
            row["full_name"] or row["customer_id"],
            row["customer_segment"] or "–",
            dollars(row["customer_lifetime_value"]),
            month_name(row["last_purchase_month"]) if row["last_purchase_month"] else "–",
            "–" if row["purchase_frequency"] is None else w.decimal(row["purchase_frequency"]),
            dollars(row["monetary_value"]),
            dollars(row["max_single_transaction"]),
        )
        for row in customers
    )
    return Table(
        "high-value",
        f"The {MOST_CUSTOMERS} active customers who spent most",
        columns,
        rows,
        note,
        "No customer is active.",
        people=named(customers),
    )


def _dormant(customers: Sequence[Row], note: str) -> Table:
    columns = (
        Column("Customer"),
        Column("Segment"),
        Column("Spent", Kind.NUMBER, "until now"),
        Column("Last bought"),
        Column("Days between", Kind.NUMBER, "purchases, average"),
        Column("Telephone"),
        Column("Address"),
    )
    rows = tuple(
        (
            row["full_name"] or row["customer_id"],
            row["customer_segment"] or "–",
            dollars(row["customer_lifetime_value"]),
            month_name(row["last_purchase_month"]) if row["last_purchase_month"] else "–",
            "–" if row["avg_time_between_purchases"] is None else w.count(row["avg_time_between_purchases"]),
            row["phone_number"] or "–",
            row["address"] or "–",
        )
        for row in customers
    )
    return Table(
        "dormant",
        f"The {MOST_CUSTOMERS} dormant customers who spent most",
        columns,
        rows,
        note,
        "No customer is dormant.",
        people=named(customers),
    )


def _segments(segments: Sequence[Row], month: str) -> Section:
    shown = ("customers", "sales", "retained", "new", "lapsed", "dormant")
    columns = (Column("Segment"), *(Column(w.sentence_case(name), Kind.NUMBER) for name in shown))
    rows = tuple((row["customer_segment"], *(row[f"{name}_display"] or "–" for name in shown)) for row in segments)
    note = "All stores of the district together, as released: a row in which a number is small is hidden whole."
    table = Table(
        "segments",
        f"Customers of the district by segment, {month}",
        columns,
        rows,
        note,
        "No segment is released for this month.",
        people=(),
    )
    return Section("segments", "Segments", tables=(table,))


def _findings(found: Sequence[Row]) -> Section:
    n = len(found)
    said = f"{w.plural(n, 'finding')} on sales lines {w.is_or_are(n)} open, of all months." if n else "Nothing is open."
    columns = (
        Column("Sale"),
        Column("Rule"),
        Column("What"),
        Column("Day", Kind.DATE),
        Column("Product"),
        Column("Pieces", Kind.NUMBER),
        Column("Total", Kind.NUMBER),
        Column("Found"),
        Column("Should be"),
    )
    rows = tuple(
        (
            row["finding_key"],
            row["rule_id"],
            row["title"],
            date_cell(row["sale_date"]),
            row["product_name"] or "–",
            "–" if row["quantity"] is None else w.decimal(row["quantity"], 0),
            "–" if row["total"] is None else signed_dollars(row["total"]),
            row["evidence"] or "–",
            row["value_expected"] or "–",
        )
        for row in found
    )
    note = "A large order that is right is waived (data/reference/waivers.csv); a wrong line is corrected in the system of the till."
    table = Table("findings", "Anomalous and doubtful sales", columns, rows, note, "No sale is doubtful.", people=())
    return Section("findings", "To look at", (said,), tables=(table,))
