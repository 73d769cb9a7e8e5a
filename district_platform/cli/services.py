"""What runs all the time: the Dagster UI, and on a server the definitions and the daemon as services of their own."""

import os
import sys
from pathlib import Path

import click

from district_platform.cli.common import console, district_settings, home_option
from district_platform.settings import Settings

_workspace_option = click.option(
    "--workspace",
    "-w",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File that names the process with the definitions, where `code` runs as a service.",
)


@click.command()
@home_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; others only in a container."
)
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65_535), help="Port to listen on.")
@click.option("--no-daemon", is_flag=True, help="Without schedules and sensors: `daemon` runs as a service of its own.")
@_workspace_option
def ui(home: Path | None, host: str, port: int, no_daemon: bool, workspace: Path | None) -> None:
    """The Dagster UI on this machine, with its schedules and sensors, for whoever has the URL that is printed.

    The URL holds a token, made anew at each start; it also stands in ui_url in Dagster's home (.dagster), for the account that owns it.
    """
    settings = _ready(home)
    from district_platform.ui.server import PortTakenError, Serving, serve

    serving = Serving(port, host, workspace, with_daemon=not no_daemon)
    try:
        sys.exit(serve(settings, serving, lambda url: console.print(f"The Dagster UI: {url}")))
    except PortTakenError as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        sys.exit(0)


@click.command()
@home_option
@click.option(
    "--socket", type=click.Path(path_type=Path), help="Socket to listen on, which this account alone can open."
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on, where there is no --socket."
)
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on, where there is no --socket.")
def code(home: Path | None, socket: Path | None, host: str, port: int | None) -> None:
    """The definitions as a service, for `daemon` and `ui` with --workspace; the runs that they start are its children.

    Whoever reaches it can start runs: use --socket, or a port that nobody else reaches (a container's network).
    """
    if (socket is None) == (port is None):
        raise click.UsageError("Give either --socket or --port.")
    _ready(home)
    from district_platform.ui.services import serve_code

    serve_code(["--socket", str(socket)] if socket else ["--host", host, "--port", str(port)])


@click.command()
@click.option("--is-alive", is_flag=True, help="Exit with 0 where a daemon has been at work lately, else with 1.")
@_workspace_option
def daemon(workspace: Path | None, is_alive: bool) -> None:
    """Schedules, sensors and the queue of runs as a service, with the definitions of --workspace."""
    from district_platform.operations.running import ensure_dagster_home
    from district_platform.settings import load_settings
    from district_platform.ui import services

    settings = load_settings()
    ensure_dagster_home(settings.home.dagster_home, settings.server)
    if is_alive:
        services.ask_daemon()
    if workspace is None:
        raise click.UsageError("Give --workspace; `ui` without it starts a daemon of its own.")
    services.run_daemon(workspace)


def _ready(home: Path | None) -> Settings:
    """The district's settings, with its Dagster instance in place for this process and those that it starts."""
    settings = district_settings(home)
    os.environ["DISTRICT_HOME"] = str(settings.home.root)
    from district_platform.operations.running import ensure_dagster_home

    ensure_dagster_home(settings.home.dagster_home, settings.server)
    return settings
