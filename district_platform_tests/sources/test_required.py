"""Without schools, students and enrollments a run ends before it builds anything, and says what was probably meant."""

from pathlib import Path

import dagster as dg
import pytest

from district_platform.engine.assets import SettingsIOManager, settings_assets
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.running import QUIET
from district_platform.settings import load_settings
from district_platform.sources.delivery import source_assets

REQUIRED = ("schools", "students", "enrollments")


@pytest.fixture
def run(home, monkeypatch):
    """Runs the part of the graph up to the extracts, and a table behind them; returns the reasons of steps that failed, and its steps."""
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")

    @dg.asset(deps=[dg.AssetKey(["raw", "sis", "students"])])
    def a_table() -> None: ...

    def start(*names: str) -> tuple[list[str], set[str]]:
        (home.raw / "sis").mkdir(parents=True, exist_ok=True)
        for name in names:
            (home.raw / "sis" / f"{name}.csv").touch()
        settings = load_settings()
        warehouse = Warehouse.of(settings.home, settings.engine)
        managers = {
            "warehouse": warehouse,
            "io_manager": DistrictIOManager(warehouse=warehouse),
            "settings_io": SettingsIOManager(settings),
        }
        assets = [settings_assets(settings), *source_assets(settings), a_table]
        with dg.DagsterInstance.ephemeral() as instance:
            result = dg.materialize(
                assets, resources=managers, instance=instance, run_config=QUIET, raise_on_error=False
            )
            errors = [e.step_failure_data.error for e in result.all_events if e.is_step_failure]
            built = {str(e.step_key) for e in result.all_events if e.is_step_success}
        return [error.cause.message if error.cause else error.message for error in errors], built

    return start


def test_run_without_what_is_required_ends_and_names_it_and_the_file_that_was_meant(run, home):
    [reason], built = run("schools", "student")
    assert f"sis/enrollments.csv, sis/students.csv are required and not in {home.raw}: nothing was built" in reason
    assert "Was sis/students.csv meant?" in reason
    assert "a_table" not in built


def test_run_with_what_is_required_goes_on(run, home):
    reasons, built = run(*REQUIRED)
    assert (reasons, "a_table" in built) == ([], True)


def test_extract_in_a_folder_of_several_files_is_delivered(run, home: Path):
    (home.raw / "sis" / "enrollments").mkdir(parents=True)
    (home.raw / "sis" / "enrollments" / "2026.csv").touch()
    assert run("schools", "students")[0] == []
