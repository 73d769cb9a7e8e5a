"""`docker compose up`, rehearsed: from empty volumes to a run that was asked for through the gate and stands on the dashboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from district_platform_tests.deploy.dockerfile import ROOT
from district_platform_tests.deploy.image import Image
from district_platform_tests.deploy.rehearsal import Rehearsal, network

LAUNCH = """mutation Launch($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename
    ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query Status($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
REFRESH = {"repositoryLocationName": "district_platform", "repositoryName": "__repository__", "jobName": "refresh"}
DASHBOARD = "http://127.0.0.1:8501"
STREAMING = (ROOT / "district_platform_tests" / "streaming.py").read_text()
"""A program for the image's own Python: a page of Streamlit, by its websocket."""
LONG = 900
"""Seconds for a run of the small district beside all else that this machine does."""


@pytest.fixture(scope="module")
def up(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The services, started in the order of their conditions, each well before what needs it."""
    rehearsal = Rehearsal(image, tmp_path_factory.mktemp("up"), network())
    try:
        rehearsal.prepare()
        rehearsal.make_database()
        rehearsal.start("postgres")
        rehearsal.until_well("postgres")
        rehearsal.make_role_its_database()
        rehearsal.start("init")
        rehearsal.finish("init", LONG)
        rehearsal.start("code")
        rehearsal.until_well("code")
        for name in ("daemon", "webserver", "dashboard", "backup"):
            rehearsal.start(name)
        yield rehearsal
    finally:
        rehearsal.end()


def version(rehearsal: Rehearsal) -> str:
    """The name of the current publication."""
    return Path(rehearsal.volumes / "district" / "warehouse" / "current").readlink().name


@pytest.mark.slow
def test_services_come_up_and_a_run_through_the_gate_stands_on_the_dashboard(up):
    for name in ("postgres", "code", "daemon", "webserver", "dashboard", "backup"):
        up.until_well(name)
    first = version(up)
    assert f"publication {first}" in up.ask(f"{DASHBOARD}/public")
    launched = up.graphql(LAUNCH, params={"selector": REFRESH, "mode": "default", "runConfigData": {}})["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run = launched["run"]["runId"]

    def has_ended() -> bool:
        status = up.graphql(STATUS, run=run)["runOrError"]["status"]
        assert status not in ("FAILURE", "CANCELED"), up.log("code")
        return bool(status == "SUCCESS")

    up.until(has_ended, LONG, lambda: f"{up.log('daemon')}\n{up.log('code')}")
    assert version(up) > first
    assert f"publication {version(up)}" in up.ask(f"{DASHBOARD}/public")
    assert up.is_well("daemon")


@pytest.mark.slow
def test_dashboard_shows_demo_data_before_sign_in_in_plain_form_and_in_streamlit(up):
    def shows_demo() -> bool:
        return "DEMO" in up.ask(f"{DASHBOARD}/print/district")

    def may_show() -> bool:
        try:
            return shows_demo()
        except AssertionError:
            return False

    up.until(may_show, LONG, lambda: up.log("dashboard"))
    plain = up.ask(f"{DASHBOARD}/print/district")
    assert re.search(r'<a href="/district\?[^"]*">This page with filters beside it', plain)
    assert 'being drawn. <a href="/print">The plain pages</a>' in up.ask(f"{DASHBOARD}/")
    page = up.run("dashboard", ["python", "-c", STREAMING, DASHBOARD, "district"])
    assert "<strong>DEMO</strong>" in page
    assert "<caption " in page


@pytest.mark.slow
def test_account_is_added_where_the_dashboard_runs_and_a_backup_holds_it(up):
    up.run("dashboard", ["district-platform", "accounts", "add", "head@example.org"])
    up.run("backup", ["district-platform", "backup", "/var/backups/district"])
    [backup] = (up.volumes / "backups").iterdir()
    [accounts] = backup.rglob("access.sqlite")
    assert b"head@example.org" in accounts.read_bytes()
    assert [*backup.rglob("district.toml")] != []


@pytest.mark.slow
def test_services_say_nothing_of_passwords_and_write_nowhere_else(up):
    secret = (up.folder / "secrets" / "postgres_password").read_text()
    for name in up.running:
        assert secret not in up.log(name)
        assert "Read-only file system" not in up.log(name)
