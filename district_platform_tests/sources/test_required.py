"""Without schools, students and enrollments a run ends before it builds anything, and says what was probably meant."""

from pathlib import Path

import dagster as dg
import pytest

from district_platform.engine.assets import SettingsIOManager, settings_assets
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.operations.running import QUIET
from district_platform.settings import load_settings
from district_platform.sources.delivery import source_assets
from district_platform.staging.assets import staging_assets

HEADER = "school_id,school_name,school_level,low_grade,high_grade,is_title_i\n"
SCHOOLS = HEADER + "S1,North,Elementary,KG,05,true\n"
REQUIRED = ("schools", "students", "enrollments")


@pytest.fixture
def run(home, monkeypatch):
    """Runs the part of the graph up to the extracts, and a table behind them; returns the reasons of steps that failed, and its steps."""
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")

    @dg.asset(deps=["stg_schools"])
    def a_table() -> None: ...

    def start(*names: str, schools: str = SCHOOLS) -> tuple[list[str], set[str]]:
        (home.raw / "sis").mkdir(parents=True, exist_ok=True)
        for name in names:
            (home.raw / "sis" / f"{name}.csv").write_text(schools)
        settings = load_settings()
        warehouse = Warehouse.of(settings.home, settings.engine)
        managers = {
            "warehouse": warehouse,
            "io_manager": DistrictIOManager(warehouse=warehouse),
            "settings_io": SettingsIOManager(settings),
        }
        staged = [asset for asset in staging_assets(settings) if asset.key.to_user_string() == "stg_schools"]
        assets = [settings_assets(settings), *source_assets(settings), *staged, a_table]
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


@pytest.mark.parametrize(
    ("schools", "told"),
    [
        (HEADER, "sis/schools is required: it holds no row. Nothing was built"),
        (
            HEADER + "S1,North,Elementary,KG,05,perhaps\nS2,South,High,09,12,maybe\n,West,High,09,12,true\n",
            "sis/schools is required: none of its 3 rows was accepted: is_title_i is not true or false (also t/f, yes/no, "
            "y/n, 1/0): 2 of them, first sis/schools.csv:2. Nothing was built",
        ),
        (
            SCHOOLS.replace("school_id", "schoolid"),
            "sis/schools is required: sis/schools.csv lacks the columns school_id, and has 'schoolid' (school_id?)",
        ),
    ],
    ids=["header alone", "every row rejected", "wrong header"],
)
def test_run_ends_where_no_row_of_what_is_required_can_be_used(run, schools, told):
    [reason], built = run(*REQUIRED, schools=schools)
    assert told in reason
    assert "`district-platform check` shows every fault" in reason
    assert "a_table" not in built
