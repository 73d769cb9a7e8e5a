"""What the district store's figures mean: sales, purchases and returns, and what runs up to a month's end. Each measure once.

A transaction is a sales line of one piece or more. A return, with a negative quantity, lowers the sales of its month and is not a
transaction: it is never a first or last purchase, and is not part of any average or maximum of transactions. Sums and averages of money are
exact; averages are rounded half away from zero to the cent.
"""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.metrics.enrollment import pct_of
from district_platform.settings import CustomerSegment, Store

MONEY = "decimal(18, 2)"
CENTS = 100
PER_PERCENT = 10_000
"""Parts of a percent that `incentive_pct` may be given in."""

ACTIVE, INACTIVE = "Active", "Inactive"
RETAINED, NEW, LAPSED, DORMANT = STANDINGS = ("retained", "new", "lapsed", "dormant")

MONTHS = 12


def is_purchase(sales: ibis.Table) -> ir.BooleanValue:
    """Whether a sales line is a transaction: pieces were sold, and for a known amount."""
    return ((sales.quantity > 0) & sales.total.notnull()).fill_null(False)


def month_number(date: ir.DateValue) -> ir.IntegerValue:
    """Months since year 0, so that months follow each other by one."""
    return date.year().cast("int64") * MONTHS + date.month() - 1


def first_day(month: ir.IntegerValue) -> ir.DateValue:
    """The first day of a numbered month."""
    return ibis.date((month // MONTHS).cast("int32"), (month % MONTHS + 1).cast("int32"), 1)


def month_label(month: ir.IntegerValue) -> ir.StringValue:
    """A numbered month as YYYY-MM."""
    number = (month % MONTHS + 1).cast("string")
    return (month // MONTHS).cast("string").lpad(4, "0") + "-" + number.lpad(2, "0")


def average(amount: ir.DecimalValue, n: ir.IntegerValue) -> ir.DecimalValue:
    """Amount / n in dollars and cents, rounded half away from zero; null where n is 0."""
    cents = (amount * CENTS).cast("int64")
    rounded = (2 * cents.abs() + n) // (2 * n).nullif(0)
    return (cents.sign() * rounded / CENTS).cast(MONEY)


def monthly_sales(sales: ibis.Table, by: list[str]) -> ibis.Table:
    """The monthly sums behind the figures: one row per `by` and month with a sales line.

    `sales` has its `month`. Columns: total_sales (returns taken off), and of transactions their number, amount, largest amount,
    first and last date, and days with one.
    """
    purchase = is_purchase(sales)
    return sales.group_by(*by, "month").agg(
        total_sales=sales.total.sum().fill_null(0).cast(MONEY),
        n_transactions=sales.count(where=purchase),
        amount=sales.total.sum(where=purchase).fill_null(0).cast(MONEY),
        largest=sales.total.max(where=purchase).cast(MONEY),
        first_date=sales.sale_date.min(where=purchase),
        last_date=sales.sale_date.max(where=purchase),
        n_days=sales.sale_date.nunique(where=purchase),
    )


def to_date(months: ibis.Table, by: list[str]) -> ibis.Table:
    """The same rows with running totals of everything that `monthly_sales` counts, up to each month's end, as <column>_to_date, and
    n_months.

    `months` has every month of a customer or person, those without a sale as zeros. n_months counts them.
    """
    window = ibis.cumulative_window(group_by=by, order_by="month")
    sums = {f"{name}_to_date": months[name].sum().over(window) for name in ("n_transactions", "n_days")}
    money = {f"{name}_to_date": months[name].sum().over(window).cast(MONEY) for name in ("total_sales", "amount")}
    return months.mutate(
        **sums,
        **money,
        largest_to_date=months.largest.max().over(window),
        first_to_date=months.first_date.min().over(window),
        last_to_date=months.last_date.max().over(window),
        n_months=months.count().over(window),
    )


def customer_lifetime_value(months: ibis.Table) -> ir.DecimalValue:
    """What a customer has spent up to the month's end, returns taken off.

    Formula: sum of total_sales of all months up to this one.
    Unit: USD.
    Columns: customer_lifetime_value.
    """
    return months.total_sales_to_date


def purchase_frequency(months: ibis.Table) -> ir.FloatingValue:
    """How often a customer buys, up to the month's end.

    Formula: transactions / months since the first sales line, that month and this one included.
    Unit: transactions per month.
    Columns: purchase_frequency.
    """
    return months.n_transactions_to_date.cast("float64") / months.n_months.cast("float64")


def transaction_value(months: ibis.Table) -> ir.DecimalValue:
    """Mean amount of a transaction up to the month's end; null before the first.

    Formula: amount of transactions / transactions; returns are not taken off.
    Unit: USD.
    Columns: monetary_value, avg_transaction_value.
    """
    return average(months.amount_to_date, months.n_transactions_to_date)


def sales_per_month(months: ibis.Table) -> ir.DecimalValue:
    """Mean sales of a month up to the month's end, months without a sale included.

    Formula: sum of total_sales / months. The first month and a running one count whole, however late they began.
    Unit: USD.
    Columns: avg_monthly_spending, avg_sales_per_month.
    """
    return average(months.total_sales_to_date, months.n_months)


def max_single_transaction(months: ibis.Table) -> ir.DecimalValue:
    """Largest amount of one transaction up to the month's end; null before the first.

    Formula: maximum of total over transactions.
    Unit: USD.
    Columns: max_single_transaction.
    """
    return months.largest_to_date


def days_between_purchases(months: ibis.Table) -> ir.FloatingValue:
    """Mean days from one day with a purchase to the next, up to the month's end; null before the second.

    Formula: days from the first to the last day with a transaction / (days with one - 1).
    Unit: days.
    Columns: avg_time_between_purchases.
    """
    days = months.last_to_date.delta(months.first_to_date, unit="day")
    return days.cast("float64") / (months.n_days_to_date - 1).nullif(0).cast("float64")


def inactive_status(last_purchase: ir.DateValue, store: Store, as_of_date: dt.date) -> ir.StringValue:
    """Inactive without a purchase in the `inactive_days` before as_of_date; a purchase on the first of them is in time.

    Columns: inactive_status.
    """
    days = ibis.literal(as_of_date).delta(last_purchase, unit="day")
    return (days <= store.inactive_days).fill_null(False).ifelse(ACTIVE, INACTIVE)


def customer_segment(months: ibis.Table, store: Store) -> ir.StringValue:
    """The first of the settings' segments whose minimums the customer reaches at the month's end.

    Formula: customer_lifetime_value and transactions up to the month's end against [store] segments, in their order.
    Unit: none, a name.
    Columns: customer_segment.
    """
    *minimums, everyone_else = store.segments.items()
    reached = [(_reaches(months, rule), name) for name, rule in minimums]
    return ibis.cases(*reached, else_=everyone_else[0]) if reached else ibis.literal(everyone_else[0])


def _reaches(months: ibis.Table, rule: CustomerSegment) -> ir.BooleanValue:
    reached = ibis.literal(True)
    if rule.min_lifetime_value is not None:
        reached &= customer_lifetime_value(months) >= ibis.literal(rule.min_lifetime_value, MONEY)
    if rule.min_transactions is not None:
        reached &= months.n_transactions_to_date >= rule.min_transactions
    return reached


def standing(months: ibis.Table, store: Store, as_of_date: dt.date) -> ir.StringValue:
    """How a customer stands at the month's end, of a running month on as_of_date; null before the first purchase.

    new: the first purchase was in the month. retained: an earlier customer with a purchase in the `inactive_days` before.
    lapsed: became inactive in the month. dormant: was inactive before it. Every customer is one of the four.
    Columns: new, retained, lapsed, dormant.
    """
    end = ibis.least(first_day(months.month + 1), ibis.literal(as_of_date + dt.timedelta(days=1)))
    first, last = months.first_to_date, months.last_to_date
    was_active = first_day(months.month).delta(last, unit="day") <= store.inactive_days + 1
    return ibis.cases(
        (first.isnull(), ibis.null("string")),
        (month_number(first) == months.month, NEW),
        (end.delta(last, unit="day") <= store.inactive_days + 1, RETAINED),
        (was_active, LAPSED),
        else_=DORMANT,
    )


def n_customers(customers: ibis.Table, standing: str | None = None) -> ir.IntegerScalar:
    """Customers who have bought up to the month's end, each once a month.

    Formula: rows of customer × month with a purchase up to then; by standing, those who stand so.
    Unit: customers.
    Columns: customers, retained, new, lapsed, dormant.
    """
    return customers.count(where=None if standing is None else customers.standing == standing)


def total_sales(months: ibis.Table) -> ir.DecimalValue:
    """Sales of the month, returns taken off; negative where more was returned.

    Formula: sum of total over the month's sales lines.
    Unit: USD.
    Columns: total_sales, sales.
    """
    return months.total_sales


def year_to_date_sales(months: ibis.Table, by: list[str]) -> ir.DecimalValue:
    """Sales from January to the month's end.

    Formula: sum of total_sales over the months of the calendar year up to this one.
    Unit: USD.
    Columns: year_to_date_sales.
    """
    year = (months.month // MONTHS).name("year")
    window = ibis.cumulative_window(group_by=[*by, year], order_by="month")
    return months.total_sales.sum().over(window).cast(MONEY)


def sales_before(months: ibis.Table, by: list[str]) -> ir.DecimalValue:
    """total_sales of the calendar month before; null where the person has no row for that month."""
    in_order = ibis.window(group_by=by, order_by="month")
    follows = months.month.lag(1).over(in_order) == months.month - 1
    return follows.ifelse(months.total_sales.lag(1).over(in_order), None)


def month_over_month_variance(months: ibis.Table, by: list[str]) -> ir.DecimalValue:
    """total_sales less that of the month before; null in a person's first month, and where the month before has no row.

    Unit: USD.
    Columns: month_over_month_variance.
    """
    return (months.total_sales - sales_before(months, by)).cast(MONEY)


def sales_growth_rate(months: ibis.Table, by: list[str]) -> ir.FloatingValue:
    """Change of total_sales against the month before; null after a month that sold nothing, or had more returned than sold.

    Formula: 100 × month_over_month_variance / total_sales of the month before.
    Unit: percent.
    Columns: sales_growth_rate.
    """
    before = sales_before(months, by)
    return pct_of(month_over_month_variance(months, by), (before > 0).ifelse(before, None))


def top_performance_rank(months: ibis.Table) -> ir.IntegerValue:
    """Place among the store's sales people of the month by total_sales, 1 the highest; equals share a place, and the next is left out.

    Columns: top_performance_rank.
    """
    window = ibis.window(group_by=["k_store", "month"], order_by=months.total_sales.desc())
    return ibis.rank().over(window) + 1


def sales_contribution_percentage(months: ibis.Table) -> ir.FloatingValue:
    """Share of the month's sales of all the store's sales people; null where the store sold nothing.

    Formula: 100 × total_sales / sum of total_sales over the store's rows of the month. Where somebody's returns are more than
    their sales a share is negative, and the others' add up to more than 100.
    Unit: percent.
    Columns: sales_contribution_percentage.
    """
    of_store = months.total_sales.sum().over(group_by=["k_store", "month"])
    return pct_of(months.total_sales, (of_store > 0).ifelse(of_store, None))


def incentive(total_sales: ir.DecimalValue, rank: ir.IntegerValue, store: Store) -> ir.DecimalValue:
    """What the month's best sales people of a store get: each of several firsts the whole, and nobody for no sales.

    Formula: total_sales × `incentive_pct` / 100 for ranks up to `incentive_ranks`, else 0; rounded half away from zero.
    Unit: USD.
    Columns: incentive.
    """
    millionths = int(store.incentive_pct * PER_PERCENT)
    share = average(total_sales * millionths, ibis.literal(100 * PER_PERCENT))
    earned = (rank <= store.incentive_ranks) & (total_sales > 0)
    return earned.ifelse(share, ibis.literal(0, MONEY))
