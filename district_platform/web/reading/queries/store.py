"""Queries of the page Store: both marts of the manager's own stores, and findings on their sales."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

STORES = Query(
    "store.stores",
    "select k_store, store_name from dim_store where k_store in (select unnest($stores::varchar[]))",
    shows=to(Role.STORE, columns="k_store store_name"),
    order_by=("store_name", "k_store"),
)

MONTHS = Query(
    "store.months",
    """
    select sales_month, sum(total_sales) as total_sales, sum(year_to_date_sales) as year_to_date_sales, sum(incentive) as incentive,
        count(*) filter (total_sales <> 0) as n_sellers
    from scoped_seller_month
    where store_id = $store
    group by all
    """,
    shows=to(Role.STORE, columns="sales_month total_sales year_to_date_sales incentive n_sellers"),
    order_by=("sales_month desc",),
)
"""A row a month of the store: what its sales team sold."""

TEAM = Query(
    "store.team",
    "select * from scoped_seller_month where store_id = $store and sales_month = $month",
    shows=to(
        Role.STORE,
        columns="sales_person_id full_name total_sales sales_growth_rate top_performance_rank sales_contribution_percentage "
        "year_to_date_sales avg_sales_per_month avg_transaction_value incentive",
    ),
    order_by=("top_performance_rank", "sales_person_id"),
)

CUSTOMERS = Query(
    "store.customers",
    """
    select customer.*
    from scoped_customer_month as customer
    where customer.sales_date_month = $month
        and customer.customer_id in (select k_customer from scoped_sale where k_store = $store)
    """,
    shows=to(
        Role.STORE,
        columns="customer_id full_name address phone_number total_sales customer_lifetime_value last_purchase_month purchase_frequency "
        "monetary_value max_single_transaction avg_time_between_purchases inactive_status customer_segment",
    ),
    order_by=("customer_lifetime_value desc", "customer_id"),
)
"""Customers who ever bought at the store, as the month leaves them, those who spent most first."""

FINDINGS = Query(
    "store.findings",
    """
    select finding.rule_id, finding.title, finding.finding_key, sale.sale_date, product.product_name, sale.quantity, sale.total,
        finding.evidence, finding.value_expected, finding.how_to_fix
    from scoped_store_finding as finding
    join scoped_sale as sale on sale.sale_id = finding.finding_key
    left join dim_product as product on product.k_product = sale.k_product
    where finding.k_store = $store
    """,
    shows=to(
        Role.STORE,
        columns="rule_id title finding_key sale_date product_name quantity total evidence value_expected how_to_fix",
    ),
    order_by=("rule_id", "sale_date desc nulls last", "finding_key"),
)

SEGMENTS = Query(
    "store.segments",
    """
    select customer_segment, customers_display, sales_display, retained_display, new_display, lapsed_display, dormant_display
    from customer_segments
    where sales_date_month = $month
    """,
    shows=to(
        Role.STORE,
        columns="customer_segment customers_display sales_display retained_display new_display lapsed_display dormant_display",
    ),
    order_by=("customer_segment",),
)
"""The district's customers by segment, as released."""

QUERIES = (STORES, MONTHS, TEAM, CUSTOMERS, FINDINGS, SEGMENTS)
