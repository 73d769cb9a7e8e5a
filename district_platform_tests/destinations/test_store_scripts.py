"""The store's marts in MySQL: the script that an administrator runs, and the view that reads three figures otherwise."""

from decimal import Decimal

import pytest

from district_platform.documentation import ROOT
from district_platform.home import Home
from district_platform_tests.destinations.publications import published
from district_platform_tests.destinations.servers import OfMariaDB, opened

SCRIPT = ROOT / "sql" / "mysql" / "table_scripts.sql"
COLUMNS = """
select table_name, column_name, column_type, column_comment, column_key from information_schema.columns
where table_schema = 'district_store' and table_name <> 'publication' order by table_name, ordinal_position
"""
MONTHS = [
    {
        "sales_date_month": "2026-01",
        "total_sales": Decimal("20.00"),
        "purchase_frequency": 2.0,
        "inactive_status": "Active",
    },
    {
        "sales_date_month": "2026-02",
        "total_sales": Decimal("0.00"),
        "purchase_frequency": 1.0,
        "inactive_status": "Active",
    },
    {
        "sales_date_month": "2026-03",
        "total_sales": Decimal("-5.00"),
        "purchase_frequency": 1 / 3 * 2,
        "inactive_status": "Active",
    },
]
ROWS = [{"customer_id": "01", **month} for month in MONTHS] + [
    {"customer_id": "02", "sales_date_month": "2026-03", "total_sales": Decimal("7.00")}
    | {"purchase_frequency": 1.0, "inactive_status": "Inactive"}
]


@pytest.fixture
def store(maria: OfMariaDB, home: Home, monkeypatch: pytest.MonkeyPatch) -> OfMariaDB:
    maria.clear()
    opened(monkeypatch, maria, "marts").load(published(home, customers_mart=ROWS, sales_team_mart=[]))
    return maria


def test_script_makes_what_a_load_makes(store: OfMariaDB) -> None:
    loaded = store.read(COLUMNS)
    store.clear()
    text = "\n".join(line for line in SCRIPT.read_text().splitlines() if not line.startswith("--"))
    store.server.execute(*filter(str.strip, text.split(";\n")))
    assert store.read(COLUMNS) == loaded
    counts = [
        sum(name == table for name, *_ in loaded)
        for table in ("customers_mart", "sales_team_mart", "customers_mart_seed")
    ]
    assert counts == [16, 17, 16]


def test_seed_reads_three_figures_otherwise(store: OfMariaDB) -> None:
    asked = "select customer_id, sales_date_month, total_sales, purchase_frequency, inactive_status from district_store.customers_mart_seed"
    assert sorted(store.read(asked)) == [
        ("01", "2026-01", Decimal("15.00"), 2, 0),
        ("01", "2026-02", Decimal("15.00"), 2, 0),
        ("01", "2026-03", Decimal("15.00"), 2, 0),
        ("02", "2026-03", Decimal("7.00"), 1, 1),
    ]
