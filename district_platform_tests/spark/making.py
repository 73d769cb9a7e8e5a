"""A run of a few tables as a process of its own, to be killed: `python -m district_platform_tests.spark.making HOME RUN CONF`."""

import inspect
import json
import sys
from pathlib import Path

import ibis

from district_platform.dictionary import TABLES
from district_platform.dimensions.schools import dim_school, dim_session
from district_platform.dimensions.students import dim_student
from district_platform.engine.database import connect
from district_platform.engine.spark.run import spark_of_run
from district_platform.engine.tables import unbound
from district_platform.facts.students import fct_student_program_association
from district_platform.home import Home
from district_platform.settings import Engine, SparkEngine

MADE = (dim_school, dim_session, dim_student, fct_student_program_association)


def make(home: Path, run: str, conf: dict[str, str]) -> None:
    """Makes the tables in one run, as a run of the platform does: each in a transaction, then the catalog."""
    with (
        connect(Home(root=home).database, Engine(memory_limit="1GB")) as connection,
        spark_of_run(SparkEngine(conf=conf), home, run, connection) as spark,
    ):
        tables = spark.tables(connection)
        for function in MADE:
            parameters = inspect.signature(function).parameters.values()
            assert all(parameter.annotation is ibis.Table for parameter in parameters)
            inputs = {parameter.name: unbound(parameter.name) for parameter in parameters}
            with tables.transaction():
                tables.replace(TABLES[function.__name__], function(**inputs))


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]))
