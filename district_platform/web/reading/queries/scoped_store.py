"""Stores within a scope: what was sold at the viewer's own, who sold it and who bought it. Nothing else reads these tables."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Relation

STORE = frozenset({Role.STORE})
WITH_TEAM = frozenset({Role.STORE, Role.KEY})
"""See who sells at their stores."""

_SALE = Relation(
    "scoped_sale",
    """
    select sale_id, sale_date, k_store, k_sales_person, k_customer, k_product, quantity, unit_price, total
    from fct_store_sale
    where k_store in (select unnest($stores::varchar[]))
    """,
    tables=("fct_store_sale",),
    roles=STORE,
    what="sales lines",
)

_SELLER_MONTH = Relation(
    "scoped_seller_month",
    """
    select store_id, sales_person_id, full_name, sales_month, total_sales, avg_sales_per_month, incentive, sales_growth_rate,
        top_performance_rank, year_to_date_sales, month_over_month_variance, first_sale_month, last_sale_month, total_transactions,
        avg_transaction_value, max_single_transaction, sales_contribution_percentage
    from sales_team_mart
    where store_id in (select unnest($stores::varchar[]))
    """,
    tables=("sales_team_mart",),
    roles=WITH_TEAM,
    what="sales team by name, month by month",
)

_CUSTOMER_MONTH = Relation(
    "scoped_customer_month",
    """
    select customer_id, full_name, address, phone_number, sales_date_month, total_sales, customer_lifetime_value, first_purchase_month,
        last_purchase_month, purchase_frequency, monetary_value, avg_monthly_spending, max_single_transaction,
        avg_time_between_purchases, inactive_status, customer_segment
    from customers_mart
    where customer_id in (select k_customer from scoped_sale)
    """,
    tables=("customers_mart",),
    roles=STORE,
    what="customers who bought there, with address and telephone",
)
"""Customers with a sales line at the store. The mart knows no store: figures are of all their purchases in the district."""

_STORE_FINDING = Relation(
    "scoped_store_finding",
    """
    select finding.rule_id, finding.title, finding.finding_key, finding.evidence, finding.value_expected, finding.how_to_fix, sale.k_store
    from worklist as finding
    join scoped_sale as sale on sale.sale_id = finding.finding_key
    where starts_with(finding.rule_id, 'STO-') and finding.is_waived is not true
    """,
    tables=("worklist",),
    roles=STORE,
    what="open findings on sales lines",
)

RELATIONS = (_SALE, _SELLER_MONTH, _CUSTOMER_MONTH, _STORE_FINDING)
"""In the order in which they stand on each other."""
