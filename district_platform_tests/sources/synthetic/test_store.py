"""The synthetic stores: repeatable, lifelike, and damaged just where the truth says. The rules are held against them here."""

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pyarrow.csv as pa_csv
import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Status, evaluate
from district_platform.settings import Defects, Engine, Quality, Settings, Synthetic
from district_platform.sources.synthetic.people import NamePools
from district_platform.sources.synthetic.plan import make_plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.store import WALK_IN, StoreRecords, make_store
from district_platform.sources.synthetic.store_defects import plant_store_defects
from district_platform.sources.synthetic.store_extracts import (
    customers_extract,
    products_extract,
    sales_extract,
    sales_persons_extract,
    stores_extract,
)
from district_platform.staging.loading import load_extract
from district_platform_tests.sources.synthetic.conftest import AS_OF

STORE_RULES = [rule for rule in RULES.values() if rule.id.startswith("STO-")]


def made(as_of: dt.date = AS_OF, **settings: object) -> tuple[StoreRecords, Planter]:
    plan = make_plan(Synthetic.model_validate(settings), as_of)
    records, planter = make_store(plan), Planter(plan, 0)
    plant_store_defects(plan, planter, records)
    return records, planter


def write(raw: Path, records: StoreRecords, plan_settings: dict[str, object], as_of: dt.date = AS_OF) -> None:
    names = NamePools()
    plan = make_plan(Synthetic.model_validate(plan_settings), as_of)
    extracts = {
        "stores": stores_extract(plan, records),
        "sales_persons": sales_persons_extract(records, names),
        "products": products_extract(records),
        "customers": customers_extract(records, names),
        "sales": sales_extract(records),
    }
    (raw / "store").mkdir(parents=True)
    for name, rows in extracts.items():
        pa_csv.write_csv(rows, raw / "store" / f"{name}.csv")


def findings(home: Home, settings: Settings) -> dict[str, set[str]]:
    """What the rules find in the store extracts of the home, without rejected rows."""
    with Warehouse.of(home, Engine()).tables() as tables:
        for extract in EXTRACTS.values():
            loaded = load_extract(tables, home.raw, extract)
            assert loaded.n_rejected == 0
        results = [evaluate(tables, rule, settings) for rule in STORE_RULES]
    assert {result.status for result in results} <= {Status.PASSED, Status.WARNED}
    return {r.rule.id: {finding.key for finding in r.findings} for r in results if r.findings}


def truth(planter: Planter) -> dict[str, set[str]]:
    keys = defaultdict(set)
    for rule_id, key in planter.truth:
        keys[rule_id].add(key)
    return dict(keys)


@pytest.mark.parametrize(
    ("as_of", "size"),
    [
        pytest.param(AS_OF, {"students": 3_000}, id="with defects"),
        pytest.param(AS_OF, {"students": 60, "seed": 3}, id="tiny"),
        pytest.param(AS_OF, {"students": 3_000, "defects": Defects(enabled=False)}, id="without defects"),
        pytest.param(dt.date(2025, 8, 22), {"students": 300, "years": 2}, id="in the year's first weeks"),
        pytest.param(dt.date(2025, 7, 10), {"students": 300, "years": 1}, id="before the first day"),
    ],
)
@pytest.mark.whole
def test_the_rules_find_what_was_planted_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_of: dt.date, size: dict[str, object]
) -> None:
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path))
    settings = Settings(quality=Quality(max_findings=100_000))
    records, planter = made(as_of, **size)
    home = Home(root=tmp_path)
    home.warehouse.mkdir()
    write(home.raw, records, size, as_of)
    assert findings(home, settings) == truth(planter)


def test_each_rule_has_planted_defects() -> None:
    _, planter = made(students=3_000)
    assert set(truth(planter)) == {rule.id for rule in STORE_RULES}


def test_same_settings_give_the_same_sales() -> None:
    (one, _), (other, _) = made(students=300), made(students=300)
    pd.testing.assert_frame_equal(one.sales, other.sales)
    pd.testing.assert_frame_equal(one.people, other.people)


def test_sales_have_seasons_returns_walk_ins_and_prices_that_rise() -> None:
    records, _ = made(students=3_000, defects=Defects(enabled=False))
    sales = records.sales
    by_month = sales.groupby(sales["date"].dt.month)["quantity"].sum()
    assert by_month[9] > 4 * by_month[7]
    assert (sales["quantity"] < 0).mean() == pytest.approx(0.03, abs=0.01)
    assert (sales["customer"] == WALK_IN).mean() == pytest.approx(0.13, abs=0.03)
    assert (records.prices[:, -1] >= records.prices[:, 0]).all()
    assert sales.groupby("product")["price"].nunique().min() > 1


def test_some_customers_come_often_some_have_stopped_and_sales_people_come_and_go() -> None:
    records, _ = made(students=3_000, defects=Defects(enabled=False))
    bought = records.sales[(records.sales["customer"] != WALK_IN) & (records.sales["quantity"] > 0)]
    visits = bought.groupby("customer")["date"].agg(["size", "max"])
    assert (visits["size"] >= 30).mean() > 0.05
    assert (visits["max"] < pd.Timestamp(AS_OF) - pd.Timedelta(days=365)).mean() > 0.05
    assert records.people["left"].notna().sum() > 5
    assert records.people["left"].isna().sum() >= len(records.stores)
