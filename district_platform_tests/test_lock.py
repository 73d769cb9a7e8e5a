"""requirements.lock: what `make setup` may install, each file by its hash, and no address of where it comes from."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
DASHBOARD_LOCK = (ROOT / "requirements-dashboard.lock").read_text()
SPARK_LOCK = (ROOT / "requirements-spark.lock").read_text()
ENTRIES = re.split(r"\n(?=\S)", LOCK.strip())
"""A requirement each, with its hashes on lines of their own."""


def locked(lock: str = LOCK) -> dict[str, str]:
    """Versions by name."""
    return dict(re.findall(r"^([^=\s]+)==(\S+)", lock, re.MULTILINE))


def test_every_entry_is_one_version_with_hashes():
    assert len(ENTRIES) == len(locked()) > 100
    hashes = re.compile(r"[a-z0-9-]+==\S+( ; [^\\\n]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in ENTRIES if not hashes.fullmatch(entry)] == []


def test_no_address_of_a_registry_stands_in_it():
    assert re.findall(r"https?:|file:|index-url|find-links|@", LOCK) == []


def test_it_holds_what_pyproject_asks_for_at_versions_it_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    of_streamlit, of_spark = extras.pop("dashboard"), [*extras.pop("spark"), *extras.pop("java")]
    asked = [*project["project"]["dependencies"], *(line for extra in extras.values() for line in extra)]
    asked += [*project["build-system"]["requires"], "pip>=26", "setuptools>=80", "uv"]
    assert [line for line in asked if not _allows(Requirement(line), locked())] == []
    assert [line for line in of_streamlit if not _allows(Requirement(line), locked(DASHBOARD_LOCK))] == []
    assert [line for line in of_spark if not _allows(Requirement(line), locked(SPARK_LOCK))] == []


def test_streamlit_comes_beside_what_is_locked_and_changes_none_of_it():
    both = locked().items() & locked(DASHBOARD_LOCK).items()
    assert len(both) == len(locked().keys() & locked(DASHBOARD_LOCK).keys()) > 100
    assert "streamlit" not in locked()


def test_spark_comes_beside_what_is_locked_and_changes_none_of_it():
    both = locked().items() & locked(SPARK_LOCK).items()
    assert len(both) == len(locked().keys() & locked(SPARK_LOCK).keys()) > 50
    assert "pyspark" not in locked()


def _allows(requirement: Requirement, versions: dict[str, str]) -> bool:
    return requirement.specifier.contains(versions[canonicalize_name(requirement.name)])


def test_setup_installs_by_hash_and_builds_with_what_is_locked():
    recipe = (ROOT / "Makefile").read_text()
    installs = [line for line in recipe.splitlines() if "pip install" in line]
    assert len(installs) == 12, (
        "pip and uv, packages, our own, Streamlit, Spark, a browser's tests, a deployment's, checkov apart, the site, and a server's three"
    )
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in installs)
