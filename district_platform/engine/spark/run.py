"""A run's Spark from its beginning to its end: the lake is opened, and what the run made becomes current when it ends."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from duckdb import DuckDBPyConnection

from district_platform.engine.spark.lake import Lake
from district_platform.engine.spark.lake_tables import Spark, show_catalog
from district_platform.engine.spark.session import open_session
from district_platform.settings import SparkEngine


@contextmanager
def spark_of_run(engine: SparkEngine, home: Path, run: str, connection: DuckDBPyConnection) -> Iterator[Spark]:
    """Spark for a run, which is not started before a table needs it. Raises LakeError.

    A run that ends, also by a step that failed, keeps the tables that it made, as on DuckDB; one that is killed keeps none.
    """
    lake = Lake(home / engine.lake)
    lake.open(run)
    show_catalog(connection, lake)
    with ExitStack() as opened:
        opened.callback(lake.commit)
        yield Spark(engine, lake, lambda: opened.enter_context(open_session(engine, lake.scratch("spill"))))
