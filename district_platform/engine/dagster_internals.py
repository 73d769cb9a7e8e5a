"""All that we take from modules of Dagster that are not its public interface (`dagster._…`), each with the reason.

Any release may move them. `district_platform_tests/engine/test_dagster_internals.py` looks for each by name, so that an upgrade that moves
one fails by its name. No other module imports them. What only the UI needs is imported where it is used: it takes a second.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.execution.api import execute_run_iterator
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.db_io_manager import DbIOManager, DbTypeHandler, TableSlice
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._serdes import ConfigurableClassData
from dagster._utils.error import SerializableErrorInfo

if TYPE_CHECKING:
    from dagster._core.storage.event_log import SqliteEventLogStorage as SqliteEvents
    from sqlalchemy.engine import Connection
    from starlette.types import ASGIApp

    Connect = Callable[[str], AbstractContextManager[Connection]]
    """Opens one of the databases of the event log, by its name, with a transaction."""

__all__ = [
    "CODE",
    "DAEMON",
    "INDEX_SHARD",
    "LIVENESS",
    "ConfigurableClassData",
    "DbIOManager",
    "DbTypeHandler",
    "SerializableErrorInfo",
    "TableSlice",
    "UnresolvedAssetJobDefinition",
    "begin_daemon_with_what_comes",
    "begun_run",
    "code_server",
    "connecting_by",
    "sqlite_events",
    "webserver",
]

# DbIOManager, DbTypeHandler, TableSlice: what dagster-duckdb-pandas, whose I/O manager ours extends, is made of.
# ConfigurableClassData: what dagster.yaml says of a class of ours, which Dagster hands to it.
# UnresolvedAssetJobDefinition: the type of what dg.define_asset_job returns.
# SerializableErrorInfo: the type of an error in an event.

INDEX_SHARD = "index"
"""The database of the event log that knows the events of all runs about assets."""

DAEMON = (sys.executable, "-m", "dagster._daemon", "run")
"""The command that starts the daemon with this Python, wherever the script `dagster-daemon` may be."""

LIVENESS = (sys.executable, "-m", "dagster._daemon", "liveness-check")
"""The command that ends with 0 where a daemon has sent a heartbeat lately."""

CODE = (sys.executable, "-m", "dagster", "code-server", "start")
"""The command that serves definitions; unlike `dagster api grpc` it reads them anew at *Reload definitions*."""


def begun_run(
    job: dg.JobDefinition,
    assets: frozenset[dg.AssetKey] | None,
    module: str,
    location: str,
    instance: dg.DagsterInstance,
    run_id: str,
    run_config: Mapping[str, object],
    tags: Mapping[str, str],
) -> tuple[int, Iterator[dg.DagsterEvent]]:
    """The number of steps of a run in this process, and its events as they come; reading them makes the run proceed.

    `job` holds the selected `assets` alone (None: all of the job). The run stands under its job in the UI, where it can be begun anew:
    `module` holds the definitions, `location` is what the UI calls it. `dg.JobDefinition.execute_in_process` gives all events at the
    end, and its runs stand under no job.
    """
    code = ReconstructableRepository.for_module(module, "defs", os.getcwd())
    run = instance.create_run_for_job(
        job_def=job,
        run_id=run_id,
        run_config=run_config,
        asset_selection=assets,
        job_code_origin=code.get_reconstructable_job(job.name).get_python_origin(),
        remote_job_origin=_origin_in_the_ui(job.name, module, location),
        tags=tags,
    )
    n_steps = len(run.step_keys_to_execute or job.graph.node_dict)
    return n_steps, execute_run_iterator(InMemoryJob(job), run, instance)


def _origin_in_the_ui(job: str, module: str, location: str) -> RemoteJobOrigin:
    """The job's origin: only by this does the UI show a run under its job."""
    target = LoadableTargetOrigin(executable_path=sys.executable, module_name=module)
    code_location = ManagedGrpcPythonEnvCodeLocationOrigin(target, location)
    return RemoteJobOrigin(RemoteRepositoryOrigin(code_location, SINGLETON_REPOSITORY_NAME), job)


def sqlite_events(instance: dg.DagsterInstance) -> "SqliteEvents | None":
    """The event log, where it is kept in SQLite; None where events go elsewhere (PostgreSQL)."""
    from dagster._core.storage.event_log import SqliteEventLogStorage

    storage = instance.event_log_storage
    return storage if isinstance(storage, SqliteEventLogStorage) else None


@contextmanager
def connecting_by(storage: "SqliteEvents", replacing: "Callable[[Connect], Connect]") -> Iterator[None]:
    """Replaces the method by which the event log opens a database for each event; Dagster has no setting for it."""
    vars(storage)["_connect"] = replacing(storage._connect)
    try:
        yield
    finally:
        del vars(storage)["_connect"]


@contextmanager
def code_server(instance: dg.DagsterInstance, module: str, location: str, log_level: str) -> Iterator[list[object]]:
    """Starts a process that holds the definitions, on a socket of this account; yields its entry for a workspace file.

    `dagster dev` has the same, but starts a webserver of its own, without a gate.
    """
    from dagster._cli.proxy_server_manager import ProxyServerManager
    from dagster._core.workspace.load_target import ModuleTarget

    target = ModuleTarget(module_name=module, attribute=None, working_directory=os.getcwd(), location_name=location)
    with ProxyServerManager(instance, target, code_server_log_level=log_level) as servers:
        yield list(servers.get_code_server_specs())


@contextmanager
def webserver(instance: dg.DagsterInstance, workspace: Path, log_level: str) -> "Iterator[ASGIApp]":
    """Dagster's pages and queries as an application, to be served behind a gate; Dagster's own command serves it without one."""
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget
    from dagster_webserver.app import create_app_from_workspace_process_context

    target = WorkspaceFileTarget(paths=[str(workspace)])
    with WorkspaceProcessContext(instance, target, code_server_log_level=log_level) as context:
        yield create_app_from_workspace_process_context(context)


def begin_daemon_with_what_comes(instance: dg.DagsterInstance) -> None:
    """Lets the daemon look at events from now on, as it does by itself when it starts for the first time, but with two warnings."""
    from dagster._daemon.auto_run_reexecution.event_log_consumer import DAGSTER_EVENT_TYPES, _create_cursor_key

    newest = str(instance.event_log_storage.get_maximum_record_id() or 0)
    keys = {_create_cursor_key(event_type) for event_type in DAGSTER_EVENT_TYPES}
    missing = keys - instance.daemon_cursor_storage.get_cursor_values(keys).keys()
    if missing:
        instance.daemon_cursor_storage.set_cursor_values(dict.fromkeys(missing, newest))
