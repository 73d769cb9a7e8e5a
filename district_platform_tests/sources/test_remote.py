"""Extracts in a bucket: a run reads what lies there, the sensor sees it change, and a store that is away harms nothing."""

from pathlib import Path

import dagster as dg
import pytest

from district_platform.cli.checking import check_extracts
from district_platform.dictionary import EXTRACTS
from district_platform.engine.assets import SettingsIOManager, settings_assets
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.home import Home
from district_platform.operations.automation import evaluate_files
from district_platform.operations.running import QUIET
from district_platform.settings import SettingsError, load_settings
from district_platform.sources.delivery import source_assets
from district_platform.sources.extracts import extract_key
from district_platform.sources.remote import remote_state
from district_platform.staging.assets import staging_assets
from district_platform_tests.aws import aws, aws_address
from district_platform_tests.storage.conftest import bucket, client

__all__ = ["aws", "aws_address", "bucket", "client"]

SALES = EXTRACTS["sales"]
HEADER = ",".join(SALES.columns)


@pytest.fixture
def settings(home: Home, aws: str, bucket) -> Path:
    """The store's daily files lie in a bucket, everything else in the home."""
    home.config_file.write_text(
        f'as_of_date = 2026-02-13\n[sources]\nkind = "files"\n[sources.remote]\n"data/raw/store" = "{bucket}district/store"\n'
        f'[storage]\nendpoint_url = "{aws}"\nregion = "us-east-1"\n[retries]\nmax_retries = 0\n'
    )
    return home.config_file


@pytest.fixture
def deliver(client, bucket):
    def put(day: str, *sale_ids: str) -> None:
        rows = "".join(f"{sale_id},2026-02-09,S1,P1,C1,X1,1,5.00,5.00\n" for sale_id in sale_ids)
        client.put_object(
            Bucket=bucket.bucket, Key=f"district/store/sales/{day}.csv", Body=f"{HEADER}\n{rows}".encode()
        )

    return put


class District:
    """Runs of the sales' part of the graph on one instance."""

    def __init__(self, home: Home, instance: dg.DagsterInstance) -> None:
        self.home, self.instance = home, instance

    def run(self) -> dg.ExecuteInProcessResult:
        settings = load_settings()
        warehouse = Warehouse.of(self.home, settings.engine)
        return dg.materialize(
            [settings_assets(settings), *source_assets(settings), *staging_assets(settings)],
            selection=[dg.AssetKey("delivery"), extract_key(SALES), dg.AssetKey("stg_sales")],
            resources={
                "warehouse": warehouse,
                "io_manager": DistrictIOManager(warehouse=warehouse),
                "settings_io": SettingsIOManager(settings),
            },
            instance=self.instance,
            run_config=QUIET,
            raise_on_error=False,
        )

    def staged(self) -> list[str]:
        settings = load_settings()
        with Warehouse.of(self.home, settings.engine).tables() as tables:
            return [key for (key,) in tables.connection.execute("select sale_id from stg_sales order by 1").fetchall()]

    def version(self) -> str:
        event = self.instance.get_latest_data_version_record(extract_key(SALES))
        assert event
        return str(event.asset_materialization.tags["dagster/data_version"])


@pytest.fixture
def district(settings: Path, home: Home):
    with dg.DagsterInstance.ephemeral() as instance:
        yield District(home, instance)


def test_run_reads_daily_files_from_the_bucket_each_once(district, deliver, home):
    deliver("2026-02-09", "1")
    assert district.run().success
    first = district.version()
    monday = home.raw / "store" / "sales" / "2026-02-09.csv"
    fetched_at = monday.stat().st_mtime_ns
    deliver("2026-02-10", "2", "3")
    assert district.run().success
    assert monday.stat().st_mtime_ns == fetched_at
    second = district.version()
    assert second != first
    assert district.run().success
    assert (district.version(), district.staged()) == (second, ["1", "2", "3"])


def test_store_that_is_away_fails_the_run_and_leaves_what_was_staged(district, deliver, settings):
    deliver("2026-02-09", "1")
    assert district.run().success
    settings.write_text(settings.read_text().replace('endpoint_url = "http', 'endpoint_url = "http://127.0.0.1:9" # '))
    result = district.run()
    [failure] = [event for event in result.all_events if event.is_step_failure]
    assert failure.step_key == "delivery"
    assert "Could not connect to the endpoint URL" in str(failure.step_failure_data.error)
    assert district.staged() == ["1"]


def test_sensor_asks_for_a_run_when_the_bucket_has_settled_and_for_none_after_it(district, deliver, home):
    deliver("2026-02-09", "1")
    settings = load_settings()
    state: dict[str, str | float] = {}

    def look(now: float) -> str:
        nonlocal state
        remote = remote_state(settings.sources, settings.storage, settings.credentials)
        result, state = evaluate_files(home, settings.sources, state, 60, now, remote)
        return str(result.skip_message) if isinstance(result, dg.SkipReason) else "run"

    assert [look(0), look(30), look(60)] == ["Files are changing.", "Files changed less than 60 s ago.", "run"]
    assert district.run().success
    assert look(90) == "Nothing has changed."
    deliver("2026-02-09", "1")
    assert look(120) == "Nothing has changed."
    deliver("2026-02-10", "2")
    assert [look(150), look(210)] == ["Files are changing.", "run"]


def test_check_fetches_what_it_judges(settings, deliver, home):
    from rich.console import Console

    deliver("2026-02-09", "1")
    console = Console(record=True, width=200)
    assert check_extracts(load_settings(), console) == 0
    text = console.export_text()
    assert "data/raw/store from s3://" in text
    assert "1 fetched, 0 removed, 0 as they were" in text
    assert "store/sales/2026-02-09.csv" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('kind = "files"\nremote = {"data/raw" = "s3://bucket/a", "data/raw/store" = "s3://bucket/b"}', "lies in data/raw"),
        ('remote = {"data/raw" = "s3://bucket/a"}', "a synthetic district makes its extracts itself"),
        ('kind = "files"\nremote = {"warehouse" = "s3://bucket/a"}', "data/"),
        ('kind = "files"\nremote = {"data/raw" = "https://bucket/a"}', "s3://"),
    ],
    ids=["nested", "synthetic", "not among the data", "not an object store"],
)  # fmt: skip
def test_folder_that_cannot_mirror_a_store_is_refused(home, text, message):
    home.config_file.write_text(f"[sources]\n{text}\n")
    with pytest.raises(SettingsError, match=message):
        load_settings()


@pytest.mark.parametrize("setting", ["storage.endpoint_url", "credentials.aws_endpoint_url", "timekeeping.api.url"])
def test_address_without_tls_is_refused_but_on_this_machine(home, setting):
    """What goes there is a secret, or what it opens."""
    home.config_file.write_text(f'{setting} = "http://example.org"\n')
    with pytest.raises(SettingsError, match=f"{setting}.*http://example.org"):
        load_settings()
    home.config_file.write_text(f'{setting} = "http://127.0.0.1:5000"\n')
    assert load_settings()
