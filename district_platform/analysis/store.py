"""The store's data marts: its customers and its sales team, month by month, and the trend of its customer segments.

What each figure means stands in `metrics.store`. Sales after as_of_date, or without a date, are in no month.
"""

import datetime as dt

import ibis

from district_platform.dictionary.schools import SCHOOL_YEAR_BEGINS
from district_platform.metrics import store as metrics
from district_platform.metrics.store import MONEY, month_label, month_number, monthly_sales, to_date
from district_platform.settings import Store

CUSTOMER = ["k_customer"]
PERSON = ["k_store", "k_sales_person"]

_ZEROS = ("total_sales", "n_transactions", "amount", "n_days")
"""Columns that are zero in a month without a sales line."""


def customers_mart(
    fct_store_sale: ibis.Table, dim_customer: ibis.Table, store: Store, as_of_date: dt.date
) -> ibis.Table:
    """Every customer that a sales line names, from the month of the first to that of as_of_date.

    A customer that the customers extract does not know (STO-03) is kept, without name and address; sales without a customer are left out.
    """
    months = _customer_months(fct_store_sale, store, as_of_date)
    rows = months.left_join(dim_customer, "k_customer")
    return rows.select(
        customer_id=rows.k_customer,
        full_name=_full_name(rows),
        address=rows.address,
        phone_number=rows.phone_number,
        sales_date_month=month_label(rows.month),
        total_sales=metrics.total_sales(rows),
        customer_lifetime_value=metrics.customer_lifetime_value(rows),
        first_purchase_month=month_label(month_number(rows.first_to_date)),
        last_purchase_month=month_label(month_number(rows.last_to_date)),
        purchase_frequency=metrics.purchase_frequency(rows),
        monetary_value=metrics.transaction_value(rows),
        avg_monthly_spending=metrics.sales_per_month(rows),
        max_single_transaction=metrics.max_single_transaction(rows),
        avg_time_between_purchases=metrics.days_between_purchases(rows),
        inactive_status=metrics.inactive_status(rows.last_purchase, store, as_of_date),
        customer_segment=rows.customer_segment,
    )


def customer_segments(fct_store_sale: ibis.Table, store: Store, as_of_date: dt.date) -> ibis.Table:
    """Every month and segment with customers, from the first purchase to the month of as_of_date."""
    months = _customer_months(fct_store_sale, store, as_of_date)
    customers = months.mutate(standing=metrics.standing(months, store, as_of_date)).filter(ibis._.standing.notnull())
    counted = customers.group_by("month", "customer_segment").agg(
        customers=metrics.n_customers(customers),
        sales=metrics.total_sales(customers).sum().cast(MONEY),
        **{standing: metrics.n_customers(customers, standing) for standing in metrics.STANDINGS},
    )
    return counted.select(
        "customer_segment",
        "customers",
        "sales",
        *metrics.STANDINGS,
        school_year=_school_year(counted.month),
        sales_date_month=month_label(counted.month),
    )


def sales_team_mart(
    fct_store_sale: ibis.Table, dim_sales_person: ibis.Table, store: Store, as_of_date: dt.date
) -> ibis.Table:
    """Every sales person and store, in every month of employment there and from the first to the last of sales outside it.

    There is no month before the store's first sale, because earlier sales are not known. A sales person that the extract does not know
    (STO-03) is kept, without a name; sales without a sales person are not here.
    """
    sales = _dated(fct_store_sale, as_of_date).drop_null(PERSON)
    sold = monthly_sales(sales, PERSON)
    months = to_date(_every_month(sold, _tenures(sales, dim_sales_person, as_of_date), PERSON), PERSON)
    ranked = months.mutate(rank=metrics.top_performance_rank(months))
    rows = ranked.left_join(dim_sales_person.drop("k_store"), "k_sales_person")
    return rows.select(
        store_id=rows.k_store,
        sales_person_id=rows.k_sales_person,
        full_name=_full_name(rows),
        sales_month=month_label(rows.month),
        total_sales=metrics.total_sales(rows),
        avg_sales_per_month=metrics.sales_per_month(rows),
        incentive=metrics.incentive(metrics.total_sales(rows), rows["rank"], store),
        sales_growth_rate=metrics.sales_growth_rate(rows, PERSON),
        top_performance_rank=rows["rank"],
        year_to_date_sales=metrics.year_to_date_sales(rows, PERSON),
        month_over_month_variance=metrics.month_over_month_variance(rows, PERSON),
        first_sale_month=month_label(month_number(rows.first_to_date)),
        last_sale_month=month_label(month_number(rows.last_to_date)),
        total_transactions=rows.n_transactions_to_date,
        avg_transaction_value=metrics.transaction_value(rows),
        max_single_transaction=metrics.max_single_transaction(rows),
        sales_contribution_percentage=metrics.sales_contribution_percentage(rows),
    )


def _dated(fct_store_sale: ibis.Table, as_of_date: dt.date) -> ibis.Table:
    """Sales lines up to as_of_date, with their month."""
    sales = fct_store_sale.filter(fct_store_sale.sale_date <= as_of_date)
    return sales.mutate(month=month_number(sales.sale_date))


def _customer_months(fct_store_sale: ibis.Table, store: Store, as_of_date: dt.date) -> ibis.Table:
    """Customers in every month from their first sales line on: figures to date, their segment, their last purchase of all."""
    sold = monthly_sales(_dated(fct_store_sale, as_of_date).drop_null(CUSTOMER), CUSTOMER)
    spans = sold.group_by(CUSTOMER).agg(first_month=sold.month.min(), last_purchase=sold.last_date.max())
    spans = spans.mutate(last_month=_month(as_of_date))
    months = to_date(_every_month(sold, spans, CUSTOMER), CUSTOMER)
    return months.mutate(customer_segment=metrics.customer_segment(months, store))


def _tenures(sales: ibis.Table, dim_sales_person: ibis.Table, as_of_date: dt.date) -> ibis.Table:
    """Spans of months of each sales person at a store: of employment there, and from the first to the last sale outside it."""
    opened = sales.group_by("k_store").agg(opened=sales.month.min())
    people = dim_sales_person.drop_null(["hire_date"]).join(opened, "k_store")
    last_date = ibis.least(people.termination_date.fill_null(as_of_date), ibis.literal(as_of_date))
    employed = people.select(
        *PERSON,
        first_month=ibis.greatest(month_number(people.hire_date), people.opened),
        last_month=month_number(last_date),
    ).filter(lambda t: t.first_month <= t.last_month)
    outside = _outside_employment(sales, people)
    return employed.union(outside.group_by(PERSON).agg(first_month=outside.month.min(), last_month=outside.month.max()))


def _outside_employment(sales: ibis.Table, people: ibis.Table) -> ibis.Table:
    """Sales lines of people at a store that does not employ them, or did not on that day (STO-04)."""
    dated = sales.left_join(people.select(*PERSON, "hire_date", "termination_date"), PERSON)
    is_within = dated.sale_date >= dated.hire_date
    is_within &= dated.termination_date.isnull() | (dated.sale_date <= dated.termination_date)
    return dated.filter(~is_within.fill_null(False)).select(*PERSON, "month")


def _every_month(sold: ibis.Table, spans: ibis.Table, by: list[str]) -> ibis.Table:
    """One row for each month of a span, with what else the span says; months without a sales line are zeros."""
    months = spans.mutate(month=ibis.range(spans.first_month, spans.last_month + 1).unnest())
    months = months.drop("first_month", "last_month").distinct()
    rows = months.left_join(sold, [*by, "month"])
    return rows.drop(f"{name}_right" for name in [*by, "month"]).fill_null(dict.fromkeys(_ZEROS, 0))


def _month(date: dt.date) -> int:
    return date.year * metrics.MONTHS + date.month - 1


def _school_year(month: ibis.Value) -> ibis.Value:
    """The school year that a numbered month lies in, July to June."""
    return (month + metrics.MONTHS - SCHOOL_YEAR_BEGINS + 1) // metrics.MONTHS


def _full_name(people: ibis.Table) -> ibis.Value:
    """First and last name; one of them alone where the other is missing, null without both."""
    name = (people.first_name.fill_null("") + " " + people.last_name.fill_null("")).strip()
    return name.nullif("")
