"""A Spark Connect server on this machine, for as long as a block lasts."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from district_platform.engine.spark.java import java_home
from district_platform_tests.processes import free_port

SECONDS_TO_START = 180


@contextmanager
def connect_server(folder: Path, **conf: str) -> Iterator[str]:
    """Its address. It listens on 127.0.0.1 only, and writes its log into the folder."""
    port = free_port()
    options = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.hadoop.fs.permissions.umask-mode": "077",
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        **conf,
    }
    found = find_spec("pyspark")
    assert found
    home = Path(str(found.origin)).parent
    submit = [str(home / "bin" / "spark-submit"), "--master", "local[*]"]
    for name, value in options.items():
        submit += ["--conf", f"{name}={value}"]
    submit += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    environment = {**os.environ, "JAVA_HOME": str(java_home()), "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    with (folder / "connect.log").open("w") as log:
        server = subprocess.Popen(submit, env=environment, stdout=log, stderr=log)
    try:
        _wait(folder / "connect.log", server)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait(log: Path, server: subprocess.Popen) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while "Spark Connect server started" not in log.read_text():
        assert server.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < until, log.read_text()[-2000:]
        time.sleep(0.5)
