"""The district store: stores, sales people, customers, products, sales."""

from district_platform.dictionary.model import Column, Owner, Sensitivity, extract, refers

PII = Sensitivity.PII

COLUMNS = (
    Column("store_id", "string", "Identifier of a store."),
    Column("store_name", "string", "Name of the store."),
    Column("sales_person_id", "string", "Identifier of a sales person."),
    Column("product_id", "string", "Identifier of a product."),
    Column("product_name", "string", "Name of the product."),
    Column("category", "string", "Category of the product."),
    Column("unit_price", "decimal(12, 2)", "Price of one piece.", unit="USD"),
    Column("customer_id", "string", "Identifier of a customer."),
    Column("address", "string", "Postal address.", PII),
    Column("phone_number", "string", "Telephone number.", PII),
    Column("joined_date", "date", "Day the customer account was opened."),
    Column("sale_id", "string", "Identifier of a sales line."),
    Column("sale_date", "date", "Day of the sale."),
    Column("quantity", "int64", "Pieces sold; negative for a return.", unit="pieces"),
    Column("total", "decimal(14, 2)", "Amount of the sales line.", unit="USD"),
)

TABLES = (
    extract(
        "store",
        "stores",
        grain="a store",
        key="store_id",
        columns="store_id store_name school_id",
        owner=Owner.BUSINESS,
        references=(refers("school_id", "schools"),),
    ),
    extract(
        "store",
        "sales_persons",
        grain="a sales person",
        key="sales_person_id",
        columns="sales_person_id first_name last_name store_id hire_date termination_date",
        owner=Owner.BUSINESS,
        references=(refers("store_id", "stores"),),
    ),
    extract(
        "store",
        "products",
        grain="a product",
        key="product_id",
        columns="product_id product_name category unit_price",
        owner=Owner.BUSINESS,
    ),
    extract(
        "store",
        "customers",
        grain="a customer",
        key="customer_id",
        columns="customer_id first_name last_name address phone_number joined_date",
        owner=Owner.BUSINESS,
    ),
    extract(
        "store",
        "sales",
        grain="a sales line",
        key="sale_id",
        columns="sale_id sale_date store_id sales_person_id customer_id product_id quantity unit_price total",
        owner=Owner.BUSINESS,
        references=(
            refers("store_id", "stores"),
            refers("sales_person_id", "sales_persons"),
            refers("customer_id", "customers"),
            refers("product_id", "products"),
        ),
    ),
)
