"""Rules about the district store's sales (STO)."""

import ibis

from district_platform.dictionary import EXTRACTS, Owner
from district_platform.metrics.store import MONEY, is_purchase
from district_platform.quality.model import joined_key, rule, sentence
from district_platform.settings import Quality

MAD_TO_SD = 1.4826
"""Makes a median absolute deviation comparable with a standard deviation (Iglewicz and Hoaglin, 1993)."""
LEAST_SPREAD = 0.2231
"""ln 1.25. Most lines are one piece at one price, and of such the median deviation is nothing."""


@rule(
    "STO-01",
    title="Anomalous transaction",
    severity="warn",
    owner=Owner.BUSINESS,
    table="stg_sales",
    unit="a sales line",
    key=("sale_id",),
    why="An amount far from all others of the product at the store is a slip of the keys more often than a large order.",
    how_to_fix="Compare with the receipt; correct quantity and total in the store's system, or waive a large order.",
    extracts=("sales",),
    thresholds=("store_anomaly_score", "store_anomaly_min_lines"),
)
def anomalous_transaction(stg_sales: ibis.Table, quality: Quality) -> ibis.Table:
    """Robust score of the logarithm of a line's amount: its distance from the median, in median absolute deviations.

    Amounts are compared as ratios, since they are skewed; a return is judged by what it gives back.
    """
    product = ["store_id", "product_id"]
    lines = stg_sales.filter(stg_sales.total != 0, *(stg_sales[name].notnull() for name in product))
    lines = lines.select("sale_id", "total", *product, size=lines.total.abs().cast("float64").ln())
    medians = lines.group_by(product).agg(n=lines.count(), median=lines["size"].median())
    judged = lines.join(medians.filter(medians.n >= quality.store_anomaly_min_lines), product)
    judged = judged.mutate(distance=(judged["size"] - judged["median"]).abs())
    spreads = judged.group_by(product).agg(spread=judged.distance.median() * MAD_TO_SD)
    scored = judged.join(spreads, product)
    scored = scored.mutate(score=scored.distance / ibis.greatest(scored.spread, LEAST_SPREAD))
    found = scored.filter(scored.score > float(quality.store_anomaly_score))
    usual = found["median"].exp().cast(MONEY)
    return found.select(
        finding_key="sale_id",
        message=sentence("total ", found.total, " where ", usual, " is usual for ", found.product_id),
        value_found=found.total,
        value_expected=sentence("about ", usual),
    )


@rule(
    "STO-02",
    title="Quantity × price is not the total",
    severity="warn",
    owner=Owner.BUSINESS,
    table="stg_sales",
    unit="a sales line",
    key=("sale_id",),
    why="One of the three is wrong, and every figure of the marts is made from the total.",
    how_to_fix="Correct the line in the store's system; a discount belongs into the price.",
    extracts=("sales",),
)
def total_is_not_quantity_times_price(stg_sales: ibis.Table) -> ibis.Table:
    """Exact to the cent; lines that lack one of the three are not judged."""
    expected = stg_sales.unit_price * stg_sales.quantity
    wrong = stg_sales.filter(expected != stg_sales.total)
    return wrong.select(
        finding_key="sale_id",
        message=sentence(wrong.quantity, " × ", wrong.unit_price, " is not ", wrong.total),
        value_found=wrong.total,
        value_expected=wrong.quantity * wrong.unit_price,
    )


@rule(
    "STO-03",
    title="Unknown customer, product, sales person or store",
    severity="warn",
    owner=Owner.BUSINESS,
    table="stg_sales",
    unit="a sales line",
    key=("sale_id",),
    why="The sale counts for somebody without a name, or in a store that nobody can find.",
    how_to_fix="Deliver the four lists from the same day as the sales, or correct the id in the store's system.",
    extracts=("sales",),
)
def unknown_reference(
    stg_sales: ibis.Table,
    stg_customers: ibis.Table,
    stg_products: ibis.Table,
    stg_sales_persons: ibis.Table,
    stg_stores: ibis.Table,
) -> ibis.Table:
    """A missing id is none unknown: a sale to nobody known has no customer. Where a whole list is missing, it cannot be judged."""
    known = {
        "customers": stg_customers,
        "products": stg_products,
        "sales_persons": stg_sales_persons,
        "stores": stg_stores,
    }
    faults = ibis.union(*(_not_in(stg_sales, targets, EXTRACTS[name].key[0]) for name, targets in known.items()))
    return faults.group_by(finding_key="sale_id").agg(
        message=faults.fault.group_concat("; ", order_by=faults.fault),
        value_found=faults.value.group_concat("; ", order_by=faults.fault),
        value_expected=faults.target.group_concat("; ", order_by=faults.fault),
    )


def _not_in(stg_sales: ibis.Table, targets: ibis.Table, name: str) -> ibis.Table:
    naming = stg_sales.filter(stg_sales[name].notnull(), targets.count() > 0)
    unknown = naming.anti_join(targets, name)
    return unknown.select(
        "sale_id",
        fault=sentence(f"{name} ", unknown[name], " is unknown"),
        value=unknown[name].cast("string"),
        target=ibis.literal(f"a known {name}"),
    )


@rule(
    "STO-04",
    title="Sale outside employment",
    severity="warn",
    owner=Owner.BUSINESS,
    table="stg_sales",
    unit="a sales line",
    key=("sale_id",),
    why="Somebody else made the sale, or used an account that should be closed; it counts for the wrong incentive.",
    how_to_fix="Correct the sales person of the line, or the dates of employment; close the accounts of those who left.",
    extracts=("sales", "sales_persons"),
)
def sale_outside_employment(stg_sales: ibis.Table, stg_sales_persons: ibis.Table) -> ibis.Table:
    """The first and the last day of employment are inside; a missing date is open."""
    people = stg_sales_persons.select("sales_person_id", "hire_date", "termination_date")
    sales = stg_sales.select("sale_id", "sale_date", "sales_person_id").join(people, "sales_person_id")
    too_early = (sales.sale_date < sales.hire_date).fill_null(False)
    too_late = (sales.sale_date > sales.termination_date).fill_null(False)
    outside = sales.mutate(too_early=too_early).filter(too_early | too_late)
    when = outside.too_early.ifelse(
        sentence("before the hire on ", outside.hire_date), sentence("after the last day ", outside.termination_date)
    )
    return outside.select(
        finding_key="sale_id",
        message=sentence("sold by ", outside.sales_person_id, " on ", outside.sale_date, ", ", when),
        value_found=outside.sale_date,
        value_expected=sentence(
            outside.hire_date.cast("string").fill_null("any day"),
            " to ",
            outside.termination_date.cast("string").fill_null("today"),
        ),
    )


@rule(
    "STO-05",
    title="Dormant account that suddenly buys",
    severity="warn",
    owner=Owner.BUSINESS,
    table="stg_sales",
    unit="a customer and day",
    key=("customer_id", "sale_date"),
    why="An account that nobody used for long and that buys much at once may be in other hands.",
    how_to_fix="Ask the customer; close the account if the purchase was not theirs.",
    extracts=("sales",),
    thresholds=("store_dormant_days", "store_sudden_amount"),
)
def dormant_account_buys(stg_sales: ibis.Table, quality: Quality) -> ibis.Table:
    """The day's purchases together, returns aside, and the pause since the day of purchase before; a first purchase ends none."""
    bought = stg_sales.filter(is_purchase(stg_sales), stg_sales.customer_id.notnull(), stg_sales.sale_date.notnull())
    days = bought.group_by("customer_id", "sale_date").agg(amount=bought.total.sum().cast(MONEY))
    before = days.sale_date.lag(1).over(ibis.window(group_by="customer_id", order_by="sale_date"))
    paused = days.mutate(pause=days.sale_date.delta(before, unit="day"))
    sudden = paused.filter(
        paused.pause >= quality.store_dormant_days,
        paused.amount >= ibis.literal(quality.store_sudden_amount, MONEY),
    )
    return sudden.select(
        finding_key=joined_key(sudden, "customer_id", "sale_date"),
        message=sentence("bought for ", sudden.amount, " after ", sudden.pause, " days without a purchase"),
        value_found=sudden.amount,
        value_expected=ibis.literal("a purchase of the customer's own"),
    )


@rule(
    "STO-06",
    title="More returned than bought",
    severity="warn",
    owner=Owner.BUSINESS,
    table="stg_sales",
    unit="a customer and product",
    key=("customer_id", "product_id"),
    why="A sale that is returned twice, as a refund and as a cancellation, say, takes its amount off the sales twice.",
    how_to_fix="Remove the surplus return in the store's system.",
    extracts=("sales",),
)
def more_returned_than_bought(stg_sales: ibis.Table) -> ibis.Table:
    """Pieces, or their amount, over all of the extract. What the extract does not show as bought was bought before it begins."""
    known = stg_sales.filter(stg_sales.customer_id.notnull(), stg_sales.product_id.notnull())
    is_return = (known.quantity < 0).fill_null(False)
    sums = known.group_by("customer_id", "product_id").agg(
        n_bought=known.quantity.sum(where=known.quantity > 0).fill_null(0),
        n_returned=-known.quantity.sum(where=is_return).fill_null(0),
        paid=known.total.sum(where=is_purchase(known)).fill_null(0).cast(MONEY),
        paid_back=-known.total.sum(where=is_return).fill_null(0).cast(MONEY),
    )
    surplus = (sums.n_returned > sums.n_bought) | (sums.paid_back > sums.paid)
    found = sums.filter(sums.n_bought > 0, sums.n_returned > 0, surplus)
    returned = sentence("returned ", found.n_returned, " for ", found.paid_back)
    return found.select(
        finding_key=joined_key(found, "customer_id", "product_id"),
        message=sentence(returned, ", and bought ", found.n_bought, " for ", found.paid),
        value_found=returned,
        value_expected=sentence("at most ", found.n_bought, " for ", found.paid),
    )
