"""What `doctor` says of a district in which one thing is wrong, and that it changes nothing."""

import datetime as dt
import json
import os
import ssl
import threading
import time
from contextlib import nullcontext
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
import trustme
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.destinations.state import note_begun, note_failure
from district_platform.engine.publication import publish
from district_platform.operations.backup import back_up
from district_platform.operations.doctor import CHECKS, district, examine, machine, outside
from district_platform.operations.doctor.model import Status
from district_platform.settings import load_settings
from district_platform_tests.processes import free_port, lock_holder


@pytest.fixture
def settings(home, monkeypatch):
    """A district that published a moment ago."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    home.root.chmod(0o700)
    home.config_file.write_text('[publication]\ncopy_to = "s3://reports/district"\n')
    publish(home, "20260213", 3, lambda building: (building / "reports" / "brief").write_text("b") and None)
    home.warehouse.chmod(0o700)
    return load_settings()


def only(answers):
    [answer] = answers
    return answer


def test_publication_that_is_old_missing_or_followed_by_a_refused_run(settings):
    home = settings.home
    assert only(district.publication(settings)).status is Status.OK
    day_before_yesterday = time.time() - 48 * 3600
    os.utime(home.current.resolve(), (day_before_yesterday, day_before_yesterday))
    old = only(district.publication(settings))
    assert (old.status, "48 hours ago" in old.says) == (Status.WARN, True)
    (home.failed_reports / "r1").mkdir(parents=True)
    refused = only(district.publication(settings))
    assert (refused.status, "a later run was refused" in refused.says) == (Status.FAIL, True)
    home.current.unlink()
    assert only(district.publication(settings)).to_do == "district-platform run"


def test_clock_that_is_behind_what_was_written(settings):
    tomorrow = time.time() + 86_400
    os.utime(settings.home.current.resolve(), (tomorrow, tomorrow))
    assert only(machine.clock(settings)).status is Status.FAIL


def test_backup_is_restored_for_a_test(settings, tmp_path_factory):
    assert only(district.backup(settings)).says == "no backup was ever made"
    folder = back_up(settings, tmp_path_factory.mktemp("backups"), dt.datetime.now(dt.UTC))
    assert "restored for a test: " in only(district.backup(settings)).says
    (folder / "files" / "district.toml").write_text("")
    answers = dict(examine(settings))
    assert answers["backup"].status is Status.WARN
    assert "is missing, or not what was written" in answers["backup"].says


def test_destination_that_is_behind_is_named_with_its_reason(settings):
    note_begun(settings.home, "publication_copy")
    note_failure(settings.home, "publication_copy", "there is no such bucket")
    late = only(outside.destinations(settings))
    assert late.status is Status.FAIL
    assert late.says.startswith("publication_copy is behind since 20")
    assert late.says.endswith("UTC: there is no such bucket")


def test_lock_that_somebody_holds_is_told_with_its_holder(settings):
    assert only(district.lock(settings)).says == "nobody writes the warehouse"
    with lock_holder(settings.home.lock):
        assert "is being written by process" in only(district.lock(settings)).says


def test_lock_that_is_held_for_longer_than_any_run_is_stale(settings):
    with lock_holder(settings.home.lock) as process:
        began = dt.datetime.now(dt.UTC) - dt.timedelta(hours=7)
        about = {"pid": process.pid, "command": "run", "since": began.isoformat(timespec="seconds")}
        settings.home.lock.write_text(json.dumps(about))
        stale = only(district.lock(settings))
    assert (stale.status, stale.to_do) == (Status.FAIL, "It hangs: end that process, the next run cleans up.")
    assert stale.says.endswith(": 7 hours")


def test_schedules_that_are_off(settings):
    assert only(district.schedules(settings)).says == "no schedule of a refresh is on"


@pytest.mark.parametrize(
    ("is_on", "seconds_since_a_heartbeat", "status", "says"),
    [
        (True, 10, Status.OK, "on: daily_refresh"),
        (True, 3600, Status.FAIL, "on: daily_refresh; but no daemon runs"),
        (False, 10, Status.WARN, "no schedule of a refresh is on"),
    ],
)
def test_schedule_that_is_on_needs_a_daemon(settings, monkeypatch, is_on, seconds_since_a_heartbeat, status, says):
    monkeypatch.setenv("DAGSTER_HOME", str(settings.home.dagster_home))
    settings.home.dagster_home.mkdir()
    instance = SimpleNamespace(
        all_instigator_state=lambda: [SimpleNamespace(instigator_name="daily_refresh", is_running=is_on)],
        get_daemon_heartbeats=lambda: {"S": SimpleNamespace(timestamp=time.time() - seconds_since_a_heartbeat)},
    )
    monkeypatch.setattr(district.dg.DagsterInstance, "get", lambda: nullcontext(instance))
    answer = only(district.schedules(settings))
    assert (answer.status, answer.says) == (status, says)


@pytest.mark.parametrize(
    ("free", "status"), [(9_000_000_000, Status.OK), (1_500_000_000, Status.WARN), (100_000_000, Status.FAIL)]
)
def test_disk_on_which_a_run_has_no_room(settings, monkeypatch, free, status):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    assert only(machine.disk(settings)).status is status


def test_package_of_another_version_than_asked_for(settings, monkeypatch):
    assert [answer.status for answer in machine.versions(settings)] == [Status.OK]
    asked = ["duckdb<1", "no-such-package", "keyring; extra == 'keyring'", "dagster"]
    monkeypatch.setattr(machine.metadata, "requires", lambda name: asked)
    assert [answer.says for answer in machine.versions(settings)][1] == "not as asked for: duckdb<1; no-such-package"


def test_port_that_somebody_else_has_and_interface_that_was_killed(settings, monkeypatch):
    monkeypatch.setattr(machine, "_DASHBOARD", free_port())
    settings.home.dagster_home.mkdir()
    (settings.home.dagster_home / "ui_url").write_text(f"http://127.0.0.1:{free_port()}/?token=t")
    dashboard, ui = machine.ports(settings)
    assert (dashboard.status, dashboard.says.endswith("the dashboard can start")) == (Status.OK, True)
    assert (ui.status, ui.says) == (Status.WARN, "the UI was killed: schedules and sensors do not run")
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setattr(machine, "_DASHBOARD", other.server_port)
        taken, _ = machine.ports(settings)
        other.shutdown()
    assert (taken.status, "it is no dashboard" in taken.says) == (Status.WARN, True)


def test_home_that_others_may_enter(settings):
    assert [answer.status for answer in machine.permissions(settings)] == [Status.OK]
    settings.home.warehouse.chmod(0o755)
    assert only(machine.permissions(settings)).to_do == f"chmod 700 {settings.home.warehouse}"


def test_memory_limit_beyond_the_machine(settings):
    assert only(machine.memory(settings)).status is Status.OK
    greedy = settings.model_copy(update={"engine": settings.engine.model_copy(update={"memory_limit": "9000GB"})})
    assert "engine.memory_limit" in only(machine.memory(greedy)).to_do


@pytest.mark.parametrize(("days", "status"), [(90, Status.OK), (5, Status.WARN), (-1, Status.FAIL)])
def test_certificate_that_ends(settings, tmp_path, monkeypatch, days, status):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=days, hours=1)
    certificate = authority.issue_cert(
        "localhost", not_before=dt.datetime(2020, 1, 1), not_after=until.replace(tzinfo=None)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", free_port()), SimpleHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    web = settings.web.model_copy(update={"public_url": f"https://localhost:{server.server_port}"})
    answer = only(outside.tls(settings.model_copy(update={"web": web})))
    server.shutdown()
    assert answer.status is status, answer.says
    assert answer.says.startswith("localhost: ")


def test_every_check_answers_with_what_to_do_and_one_that_breaks_is_an_answer(settings, monkeypatch):
    def broken(settings):
        raise OSError("the drive is away")
        yield

    monkeypatch.setitem(CHECKS, "disk", broken)
    answers = list(examine(settings))
    assert {name for name, _ in answers} == set(CHECKS)
    assert dict(answers)["disk"].says == "could not be looked at: the drive is away"
    assert all(answer.to_do for _, answer in answers if answer.status is not Status.OK)


def test_command_prints_a_line_each_and_json_for_monitoring(settings, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    said = CliRunner().invoke(main, ["doctor"])
    assert said.exit_code == 1  # the copy is behind
    lines = said.output.splitlines()
    assert len(lines) >= len(CHECKS)
    assert all(line.split()[0] in ("ok", "warn", "fail") for line in lines)
    document = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).output)
    assert document["status"] == "fail"
    assert {check["check"] for check in document["checks"]} == set(CHECKS)
