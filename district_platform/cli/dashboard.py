"""`dashboard`: the pages of a district in a browser (docs/access.md). `api`: the API without them (docs/api.md)."""

from pathlib import Path

import click

from district_platform.cli import terminal
from district_platform.cli.common import console, district_settings, home_option, settings_of
from district_platform.web.server import API_PORT, HOST, PORT, PortTakenError, check_host, serve


@click.command()
@home_option
@click.option(
    "--host", default=HOST, show_default=True, help="Address to listen on; others than this machine need TLS."
)
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65_535), help="Port to listen on.")
@click.option("--plain", is_flag=True, help="The plain pages alone, also where Streamlit is installed.")
def dashboard(home: Path | None, host: str, port: int, plain: bool) -> None:
    """The district's pages in a browser, for those who have an account; before sign-in, those of a made-up district.

    Where Streamlit is installed (the extra `dashboard`), / shows them with filters beside them and charts that answer; the plain pages are
    under /print.

    Of a synthetic district on this machine, accounts are made at each start, one a role, and printed.
    """
    settings = district_settings(home)
    check_host(host, settings.web)
    from district_platform.web.opening import opened
    from district_platform.web.signin.store import AccessStoreError

    is_elsewhere = settings.web.is_public or settings.web.in_container
    url = settings.web.public_url if is_elsewhere else f"http://{HOST}:{port}"
    try:
        with opened(settings, is_plain=plain) as made:

            def say() -> None:
                console.print(f"The dashboard: {url}")
                for problem in made.problems:
                    console.print(terminal.plain(problem), style="yellow")
                if not made.is_published:
                    console.print("Nothing is published yet: sign-in works after the first `district-platform run`.")
                for login, password in made.passwords.items():
                    console.print(terminal.plain(f"  {login:<12}{password}"))
                for login, key in made.app_keys.items():
                    console.print(terminal.plain(f"  {login:<12}key for an authenticator app: {key}"))
                if made.passwords:
                    console.print("Accounts of the synthetic district, one a role, made anew at each start.")
                if made.app_keys:
                    console.print("In place of an app: district-platform accounts code NAME")

            serve(made.app, settings.web, host, port, say)
    except (AccessStoreError, PortTakenError) as error:
        raise click.ClickException(str(error)) from None


@click.command()
@home_option
@click.option(
    "--host", default=HOST, show_default=True, help="Address to listen on; others than this machine need TLS."
)
@click.option("--port", default=API_PORT, show_default=True, type=click.IntRange(1, 65_535), help="Port to listen on.")
def api(home: Path | None, host: str, port: int) -> None:
    """The API under /v1, without the pages; the dashboard has it, too. `district-platform keys` says who may read it."""
    settings = settings_of(home)
    check_host(host, settings.web)
    from district_platform.web.opening import opened_api
    from district_platform.web.signin.store import AccessStoreError

    is_elsewhere = settings.web.is_public or settings.web.in_container
    url = settings.web.public_url if is_elsewhere else f"http://{HOST}:{port}"
    try:
        with opened_api(settings) as (app, is_published):

            def say() -> None:
                console.print(f"The API: {url}/v1 (described at {url}/v1/docs)")
                if not is_published:
                    console.print("Nothing is published yet: it answers after the first `district-platform run`.")

            serve(app, settings.web, host, port, say)
    except (AccessStoreError, PortTakenError) as error:
        raise click.ClickException(str(error)) from None
