"""What we take from Dagster's own modules is still where it was; after an upgrade a failure here names what moved."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module

import dagster as dg
import pytest

from district_platform.engine.versions import ROOT

INTERNALS = ROOT / "engine" / "dagster_internals.py"


def private_imports() -> Iterator[tuple[str, str]]:
    """Module and name of each import of a module whose name begins with an underscore."""
    for node in ast.walk(ast.parse(INTERNALS.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dagster._"):
            yield from ((node.module, alias.name) for alias in node.names)


@pytest.mark.parametrize(("module", "name"), sorted({*private_imports()}))
def test_name_is_where_we_import_it_from(module, name):
    try:
        found = hasattr(import_module(module), name)
    except ImportError:
        found = False
    assert found, f"Dagster {dg.__version__} has no {name} in {module} any longer: mend {INTERNALS.name}"


def test_event_log_opens_a_database_by_the_method_that_we_replace():
    from dagster._core.storage.event_log import SqliteEventLogStorage

    assert [*inspect.signature(SqliteEventLogStorage._connect).parameters] == ["self", "shard"]


def test_constants_of_ours_are_dagsters():
    from dagster._core.execution.plan.resume_retry import ReexecutionStrategy
    from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
    from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
    from dagster._core.storage.tags import MAX_RETRIES_TAG, RETRY_STRATEGY_TAG

    from district_platform.engine.dagster_internals import INDEX_SHARD
    from district_platform.operations import automation, event_log, running

    assert INDEX_SHARD == INDEX_SHARD_NAME
    assert event_log.BUSY_SECONDS == SQLITE_BUSY_TIMEOUT_SECONDS
    assert {RETRY_STRATEGY_TAG: ReexecutionStrategy.ALL_STEPS.name} == automation.BEGIN_ANEW
    assert {MAX_RETRIES_TAG: "0"} == running.NO_RETRIES


def test_no_other_module_imports_them():
    imports = re.compile(r"^\s*(from|import) dagster\._", re.MULTILINE)
    others = [path for path in ROOT.rglob("*.py") if path != INTERNALS and imports.search(path.read_text())]
    assert others == []
