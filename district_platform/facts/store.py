"""Sales of the district store."""

import ibis


def fct_store_sale(stg_sales: ibis.Table) -> ibis.Table:
    return stg_sales.rename(
        k_store="store_id", k_sales_person="sales_person_id", k_customer="customer_id", k_product="product_id"
    )
