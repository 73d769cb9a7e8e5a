"""What went wrong in Spark, in one sentence that says what to do. Spark's own account is a page of Java."""

import re

from district_platform.settings import SparkEngine

_SENTENCES = (
    (
        r"Please increase heap size|must be at least \d+.*memory|Invalid initial heap size|Invalid maximum heap size"
        r"|Initial heap size set to a larger value",
        "Spark cannot start with so little memory (spark.driver.memory = {memory}): give it 1g or more in [engine.spark] conf.",
    ),
    (
        r"OutOfMemoryError|GC overhead limit exceeded|Unable to acquire \d+ bytes of memory|CANNOT_ACQUIRE_MEMORY",
        "Spark has run out of memory (spark.driver.memory = {memory}): give it more in [engine.spark] conf.",
    ),
    (
        r"ExecutorLostFailure|Lost executor|exited unrelated to the running tasks|Executor heartbeat timed out|Master removed",
        "Spark lost an executor more often than it tries again, by lack of memory or by a machine that is gone: look at the "
        "cluster's log, give executors more memory (spark.executor.memory), and run again.",
    ),
    (
        r"UNAVAILABLE|failed to connect to all addresses|DNS resolution failed|DEADLINE_EXCEEDED|SESSION_CLOSED",
        "The Spark Connect server {remote} does not answer: see that it runs and that this machine reaches it, then run again.",
    ),
    (
        r"No space left on device",
        "Spark has no space left on a disk: free some, or name another folder in [engine.spark] lake or spark.local.dir.",
    ),
    (
        r"Permission denied|Mkdirs failed|Unable to create|Failed to create",
        "Spark cannot write to the lake {lake}: give the account that Spark runs as the folder, by the same path as here.",
    ),
    (
        r"JAVA_GATEWAY_EXITED|Java gateway process exited|UnsupportedClassVersionError|getSubject is not supported",
        "Spark's Java ended before it was ready (spark.driver.memory = {memory}): see that JAVA_HOME is Java 17 or 21 and that "
        "the machine has that much memory.",
    ),
    (
        r"Answer from Java side is empty|Error while sending or receiving|Py4JNetworkError|Connection refused",
        "Spark's Java has ended in the middle of the work, most often for lack of memory (spark.driver.memory = {memory}): "
        "give it more, but less than the machine has, and run again.",
    ),
)
"""What Spark's errors are told by, the more exact first."""


class SparkError(RuntimeError):
    """Spark could not do what it was asked; the message says why and what to do."""


def fault(error: BaseException, engine: SparkEngine, table: str = "") -> SparkError:
    """An error of Spark's as a sentence; one that is not known keeps its first line."""
    said = str(error)
    about = f"{table}: " if table else ""
    values = {
        "memory": engine.conf.get("spark.driver.memory", "2g"),
        "remote": engine.remote or "",
        "lake": engine.lake,
    }
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, said):
            return SparkError(about + sentence.format(**values))
    return SparkError(f"{about}Spark: {_first_line(said)}")


def _first_line(said: str) -> str:
    """The first line that says something; what stands in quotes may be the value of a row."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return re.sub(r"'[^']*'", "'…'", lines[0])[:300] if lines else "an error without words"
