"""The file sensor: one refresh when delivered files have settled, none when nothing changed."""

import os
from pathlib import Path

import dagster as dg
import pytest

from district_platform.definitions import defs
from district_platform.home import Home
from district_platform.operations.automation import evaluate_files, schedules
from district_platform.settings import Automation, Settings, SettingsError, Sources

FILES = Sources(kind="files")
SETTLE = 60


@pytest.fixture
def sensor(home: Home):
    """Evaluates the sensor at a moment, keeping its state; returns the run keys it asks for, or why none."""
    state: dict = {}

    def evaluate(now: float) -> list[str] | str:
        nonlocal state
        result, state = evaluate_files(home, FILES, state, SETTLE, now)
        if isinstance(result, dg.SkipReason):
            return str(result.skip_message)
        return [str(request.run_key) for request in result.run_requests or []]

    return evaluate


def deliver(home: Home, name: str, text: str, at: float = 0) -> Path:
    path = home.raw / "sis" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def test_nothing_delivered_starts_nothing(sensor):
    assert sensor(0) == "No extract has been delivered."


def test_files_that_arrive_together_start_one_run_once_settled(sensor, home):
    deliver(home, "schools.csv", "a")
    deliver(home, "students.csv", "b")
    assert sensor(0) == "Files are changing."
    assert sensor(30) == "Files changed less than 60 s ago."
    assert len(sensor(60)) == 1
    assert sensor(90) == "Nothing has changed."


def test_a_file_still_growing_is_not_read(sensor, home):
    for second in range(0, 300, 30):
        deliver(home, "schools.csv", "a" * (second + 1), at=second)
        assert sensor(second) == "Files are changing."
    sensor(300)
    assert len(sensor(360)) == 1


def test_a_file_touched_but_unchanged_starts_nothing(sensor, home):
    deliver(home, "schools.csv", "a")
    sensor(0)
    assert len(sensor(60)) == 1
    deliver(home, "schools.csv", "a", at=100)
    assert sensor(100) == "Files are changing."
    assert sensor(160) == "Files were touched, but hold what they held."
    assert sensor(190) == "Nothing has changed."


def test_going_back_to_an_earlier_content_starts_a_run_of_its_own(sensor, home):
    keys = []
    for round_, text in enumerate(["a", "b", "a"]):
        deliver(home, "schools.csv", text, at=round_ * 1000)
        sensor(round_ * 1000)
        keys += sensor(round_ * 1000 + 60)
    assert len(set(keys)) == 3


def test_a_removed_file_is_a_change(sensor, home):
    deliver(home, "schools.csv", "a")
    path = deliver(home, "students.csv", "b")
    sensor(0)
    sensor(60)
    path.unlink()
    assert sensor(90) == "Files are changing."
    assert len(sensor(150)) == 1


def test_daemon_can_load_every_job():
    names = {job.name for job in defs.get_repository_def().get_all_jobs()}
    assert {"refresh", "stage_extracts"} <= names


def test_staging_job_needs_no_table_that_it_does_not_build():
    graph = defs.resolve_asset_graph()
    built = set(defs.resolve_job_def("stage_extracts").asset_layer.executable_asset_keys)
    assert built
    assert {parent for key in built for parent in graph.get(key).parent_keys} <= built


def test_sensor_of_a_synthetic_district_is_off_and_says_why(home):
    from district_platform.operations.automation import sensors
    from district_platform.settings import load_settings

    sensor = next(s for s in sensors(load_settings()) if s.name == "extracts_have_settled")
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    with dg.build_sensor_context() as context:
        result = sensor(context)
    assert isinstance(result, dg.SkipReason)
    assert "synthetic" in str(result.skip_message)


@pytest.mark.parametrize("cron", ["61 5 * * *", "0 0 31 2 *", "daily"])
def test_cron_that_never_comes_is_refused_with_its_setting(cron: str) -> None:
    settings = Settings(automation=Automation(daily_cron=cron))
    with pytest.raises(SettingsError, match=r"^automation: .*daily_refresh.* Mend daily_cron"):
        schedules(settings)
