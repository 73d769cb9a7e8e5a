"""What Spark's pages of Java become for the person who must act."""

import pytest

from district_platform.engine.spark.faults import fault
from district_platform.settings import SparkEngine

SMALL = SparkEngine(conf={"spark.driver.memory": "300m"})
REMOTE = SparkEngine(remote="sc://spark.example.org:15002")


@pytest.mark.parametrize(
    ("said", "engine", "means"),
    [
        (
            "System memory 314572800 must be at least 471859200. Please increase heap size",
            SMALL,
            "spark.driver.memory = 300m",
        ),
        (
            "Job aborted.\n\tjava.lang.OutOfMemoryError: Java heap space",
            SMALL,
            "dim_school: Spark has run out of memory",
        ),
        ("ExecutorLostFailure (executor 1 exited) Reason: worker lost", SMALL, "lost an executor"),
        (
            "StatusCode.UNAVAILABLE failed to connect to all addresses",
            REMOTE,
            "sc://spark.example.org:15002 does not answer",
        ),
        ("java.io.IOException: Mkdirs failed to create file:/lake/x", SMALL, "cannot write to the lake"),
        ("[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.", SMALL, "Java ended"),
        ("[DIVIDE_BY_ZERO] Division by zero.\n== SQL ==\nselect 1", SMALL, "Spark: [DIVIDE_BY_ZERO] Division by zero."),
    ],
)
def test_a_fault_of_spark_is_one_sentence(said, engine, means):
    sentence = str(fault(RuntimeError(said), engine, "dim_school"))
    assert means in sentence
    assert "\n" not in sentence


def test_no_value_of_a_row_is_told():
    said = (
        '[CAST_INVALID_INPUT] The value \'Ada Lovelace\' of the type "STRING" cannot be cast to "INT".\nat org.apache'
    )
    assert str(fault(RuntimeError(said), SMALL, "dim_student")) == (
        'dim_student: Spark: [CAST_INVALID_INPUT] The value \'…\' of the type "STRING" cannot be cast to "INT".'
    )
