"""A file a day: one that cannot be used is set aside with its reason, and stops nothing else."""

from pathlib import Path

import dagster as dg
import pytest

from district_platform.dictionary import EXTRACTS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.resources import Warehouse
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.settings import Settings
from district_platform.staging.assets import staging_assets
from district_platform.staging.loading import Loaded, load_extract
from district_platform.staging.setting_aside import fill_error_area
from district_platform_tests.memory import in_memory

SALES = EXTRACTS["sales"]
HEADER = ",".join(SALES.columns)

MONDAY = f"{HEADER}\n1,2026-02-09,S1,P1,C1,X1,1,5.00,5.00\n"
WIDE = ",".join(f"extra{n}" for n in range(20_000))
TUESDAY = f"{HEADER}\n2,2026-02-10,S1,P1,C1,X1,1,5.00,5.00\n"


def deliver(raw: Path, **days: str) -> None:
    folder = raw / SALES.path
    folder.mkdir(parents=True, exist_ok=True)
    for day, text in days.items():
        (folder / f"{day}.csv").write_text(text)


def load(tables: DuckDBTables, raw: Path) -> Loaded:
    return load_extract(tables, raw, SALES)


def found(tables: DuckDBTables, rule_id: str) -> dict[str, str]:
    return {o.key: o.message for o in evaluate(tables, RULES[rule_id], Settings()).findings}


def staged(tables: DuckDBTables) -> list[str]:
    return [key for (key,) in tables.connection.execute("select sale_id from stg_sales order by all").fetchall()]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (TUESDAY.replace(",total", "").replace(",5.00\n", "\n"), "lacks the columns total"),
        (
            "sep=;\n" + TUESDAY.replace(",", ";"),
            f"lacks the columns {', '.join(SALES.columns)} (its first line tells a spreadsheet the separator: "
            "take that line out, and separate columns by commas)",
        ),
        ("", "is empty; a header line was expected"),
        (TUESDAY.replace("2026-02-10", "02/10/2026"), "has no value in sale_date that is a date as YYYY-MM-DD"),
        (TUESDAY.replace("5.00", "$5"), "has no value in unit_price that is a number"),
        (
            TUESDAY.replace(",total", ",total,_file").replace(",5.00\n", ",5.00,x\n"),
            "has a column called _file, a name that the platform keeps for itself: rename it or leave it out",
        ),
        (
TUESDAY.replace(",total", ",total," + WIDE).replace(",5.00\n", ",5.00" + "," * 20_000 + "\n"),
            "has 20,000 columns that the contract does not know; of a file, 500 are kept: leave them out",
        ),
    ],
    ids=["missing column", "sep=", "empty", "dates of another format", "amounts with a sign", "a name of ours", "20,000 columns"],
)  # fmt: skip
def test_file_that_cannot_be_used_is_set_aside_and_the_other_days_are_read(
    tables: DuckDBTables, tmp_path: Path, text: str, problem: str
) -> None:
    deliver(tmp_path, monday=MONDAY, tuesday=text)
    loaded = load(tables, tmp_path)
    assert staged(tables) == ["1"]
    assert (loaded.n_read, loaded.n_accepted, loaded.n_rejected) == (1, 1, 0)
    reason = f"{problem}; it was set aside, and none of its rows was read"
    assert found(tables, "CON-07") == {"store/sales/tuesday.csv": reason}
    assert "store/sales/tuesday.csv" not in found(tables, "CON-01")
    assert found(tables, "CON-02") == {}


def test_one_value_that_cannot_be_read_rejects_its_row_and_not_its_file(tables: DuckDBTables, tmp_path: Path) -> None:
    deliver(tmp_path, monday=f"{MONDAY}2,9 February,S1,P1,C1,X1,1,5.00,5.00\n")
    assert load(tables, tmp_path).n_rejected == 1
    assert staged(tables) == ["1"]
    assert found(tables, "CON-07") == {}


def test_error_area_holds_the_file_and_its_reason_until_it_is_delivered_anew(tmp_path: Path) -> None:
    raw, area = tmp_path / "raw", tmp_path / "errors"
    deliver(raw, monday=MONDAY, tuesday="sale_id\n2\n")
    with in_memory() as tables:
        [copy] = fill_error_area(area, raw, SALES, load(tables, raw).files)
        assert copy.read_text() == "sale_id\n2\n"
        assert (
            copy.with_name("tuesday.csv.reason.txt")
            .read_text()
            .startswith("store/sales/tuesday.csv lacks the columns ")
        )
        deliver(raw, tuesday=TUESDAY)
        assert fill_error_area(area, raw, SALES, load(tables, raw).files) == []
        assert staged(tables) == ["1", "2"]
    assert [path for path in area.rglob("*") if path.is_file()] == []


def test_columns_that_the_contract_does_not_know_are_kept_aside_and_reported(
    tables: DuckDBTables, tmp_path: Path
) -> None:
    header, row = MONDAY.splitlines()
    deliver(tmp_path, monday=f"{header},till,note\n{row},T7,\n", tuesday=TUESDAY)
    load(tables, tmp_path)
    assert staged(tables) == ["1", "2"]
    kept = tables.connection.execute(
        "select file_name, line_number, column_name, value from extract_extra_values"
    ).fetchall()
    assert kept == [("store/sales/monday.csv", 2, "till", "T7")]
    assert found(tables, "CON-08") == {"store/sales/monday.csv:till": "kept aside: 1 values in till"}


def test_of_any_other_extract_such_a_file_still_refuses_the_publication(tables: DuckDBTables, tmp_path: Path) -> None:
    (tmp_path / "hr").mkdir()
    (tmp_path / "hr" / "educators.csv").write_text("educator_id\nE1\n")
    loaded = load_extract(tables, tmp_path, EXTRACTS["educators"])
    assert loaded.n_accepted == 1
    assert "hr/educators.csv" in found(tables, "CON-01")
    assert found(tables, "CON-07") == {}


def test_run_fills_the_error_area_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path))
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    settings = Settings()
    deliver(settings.home.raw, monday=MONDAY, tuesday="sale_id\n2\n")
    stage = next(asset for asset in staging_assets(settings) if asset.key.path == ["stg_sales"])
    with dg.DagsterInstance.ephemeral() as instance:
        resources = {"warehouse": Warehouse.of(settings.home, settings.engine)}
        assert dg.materialize([stage], instance=instance, resources=resources).success
    area = settings.home.errors / SALES.path
    assert sorted(path.name for path in area.iterdir()) == ["tuesday.csv", "tuesday.csv.reason.txt"]
    assert area.stat().st_mode & 0o777 == 0o700


def test_a_link_out_of_the_delivery_is_set_aside_without_what_it_leads_to(tables: DuckDBTables, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    deliver(raw, monday=MONDAY)
    (tmp_path / "elsewhere.csv").write_text(TUESDAY)
    (raw / SALES.path / "tuesday.csv").symlink_to(tmp_path / "elsewhere.csv")
    loaded = load(tables, raw)
    [copy] = fill_error_area(tmp_path / "errors", raw, SALES, loaded.files)
    assert staged(tables) == ["1"]
    assert not copy.exists()
    assert "outside the delivery" in copy.with_name(f"{copy.name}.reason.txt").read_text()
