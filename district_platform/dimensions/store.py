"""Stores, their sales people, customers and products."""

import ibis


def dim_store(stg_stores: ibis.Table) -> ibis.Table:
    return stg_stores.rename(k_store="store_id", k_school="school_id")


def dim_sales_person(stg_sales_persons: ibis.Table) -> ibis.Table:
    return stg_sales_persons.rename(k_sales_person="sales_person_id", k_store="store_id")


def dim_customer(stg_customers: ibis.Table) -> ibis.Table:
    return stg_customers.rename(k_customer="customer_id")


def dim_product(stg_products: ibis.Table) -> ibis.Table:
    return stg_products.rename(k_product="product_id")
