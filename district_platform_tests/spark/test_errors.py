"""What a person is told when Spark cannot start: one sentence, with what to do."""

import pytest

from district_platform.engine.spark.faults import SparkError
from district_platform.engine.spark.session import open_session
from district_platform.settings import SparkEngine
from district_platform_tests.processes import free_port


def told(engine: SparkEngine, tmp_path) -> str:
    with pytest.raises(SparkError) as raised, open_session(engine, tmp_path):
        pass
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_too_little_memory_for_the_driver(tmp_path):
    said = told(SparkEngine(conf={"spark.driver.memory": "200m"}), tmp_path)
    assert said.startswith("Spark cannot start with so little memory (spark.driver.memory = 200m): give it 1g or more")


def test_a_server_that_nobody_reaches(tmp_path):
    remote = f"sc://127.0.0.1:{free_port()}"
    said = told(SparkEngine(remote=remote), tmp_path)
    assert said.startswith(f"The Spark Connect server {remote} does not answer (Connection refused): see that it runs")
