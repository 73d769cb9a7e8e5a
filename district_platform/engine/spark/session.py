"""Opens Spark: on this machine, on a cluster, or at a Spark Connect server."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from district_platform.engine.spark.faults import SparkError, fault
from district_platform.engine.spark.java import java_home
from district_platform.settings import SparkEngine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CONNECT_PORT, SECONDS_TO_ANSWER = 15002, 20

MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
}
"""What gives an expression the meaning that it has in DuckDB: a cast that fails is an error, and a timestamp has no zone."""

LOCAL = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
}
"""Where the driver is also the one executor: nobody else on the network speaks to it."""

PLAIN = {
    "spark.hadoop.fs.permissions.umask-mode": "077",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}

_PAGES_OF_JAVA = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")
"""PySpark's loggers of failed queries: pages of Java that can show values of rows. `faults` says what happened."""


@contextmanager
def open_session(engine: SparkEngine, scratch: Path) -> Iterator["SparkSession"]:
    """A session that is stopped at the end; Spark spills below `scratch` where it runs on this machine. Raises SparkError, JavaError."""
    if not find_spec("pyspark"):
        raise SparkError("[engine] kind = \"spark\" needs PySpark: pip install 'district-platform[spark]'.")
    from pyspark.logger import PySparkLogger
    from pyspark.sql import SparkSession

    for name in _PAGES_OF_JAVA:
        PySparkLogger.getLogger(name).disabled = True
    builder = SparkSession.builder.appName("district-platform")
    if engine.remote:
        _reach(engine.remote)
        options, builder = MEANING, builder.remote(engine.remote)
    else:
        os.environ["JAVA_HOME"] = str(java_home())
        options, builder = _of_driver(engine, scratch), builder.master(_master(engine))
    for name, value in {**options, **engine.conf, **MEANING}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
        session.sql("select 1").collect()
    except Exception as error:
        raise fault(error, engine) from error
    try:
        yield session
    finally:
        with suppress(Exception):  # Java that ended for lack of memory cannot be stopped; the error before says so
            session.stop()


def _reach(remote: str) -> None:
    """Raises SparkError at once where nobody answers: Spark's own client tries for ten minutes."""
    address = urlsplit(remote)
    try:
        socket.create_connection(
            (address.hostname or "", address.port or CONNECT_PORT), timeout=SECONDS_TO_ANSWER
        ).close()
    except OSError as error:
        raise SparkError(
            f"The Spark Connect server {remote} does not answer ({error.strerror or error}): see that it runs and that this "
            "machine reaches it, then run again."
        ) from error


def _master(engine: SparkEngine) -> str:
    return engine.master or "local[*]"


def _of_driver(engine: SparkEngine, scratch: Path) -> dict[str, str]:
    if not _master(engine).startswith("local"):
        return PLAIN
    return {**PLAIN, **LOCAL, "spark.local.dir": str(scratch), "spark.sql.warehouse.dir": str(scratch / "warehouse")}
