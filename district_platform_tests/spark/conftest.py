"""A small district, run once on each engine, and what these tests need of the machine."""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from district_platform.engine.spark.java import JavaError, java_home
from district_platform_tests.processes import platform
from district_platform_tests.spark.connect import connect_server

SIZE = {"synthetic__students": 300, "synthetic__years": 2, "synthetic__timekeeping__years": 1}
QUICK = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "1g",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
}
"""For tables of a few rows: compiling each query, and Java that compiles itself, takes longer than the query."""

ON_SPARK = {"engine__kind": "spark", "engine__spark__conf": json.dumps(QUICK)}


def _lacking() -> str:
    """Why nothing here can run on this machine; empty if it can."""
    if not find_spec("pyspark"):
        return "PySpark is not installed (make test-spark)"
    try:
        java_home()
    except JavaError as error:
        return str(error)
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lacking = _lacking()
    for item in items:
        if lacking and item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.skip(reason=f"left out: {lacking}"))


def succeed(home: Path, **settings: object) -> Path:
    """Runs a district of that size to a publication."""
    run = platform(home, "run", **SIZE, **settings)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    return home


@pytest.fixture(scope="session")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return succeed(tmp_path_factory.mktemp("duckdb"))


@pytest.fixture(scope="session", params=["in this process", "by Spark Connect"])
def on_spark(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("spark")
    if request.param == "in this process":
        yield succeed(home, **ON_SPARK)
        return
    with connect_server(tmp_path_factory.mktemp("connect"), **QUICK) as address:
        yield succeed(home, engine__kind="spark", engine__spark__remote=address)
