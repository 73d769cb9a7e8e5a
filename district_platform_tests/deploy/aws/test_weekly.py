"""A week on AWS, as docs/aws.md sets it up: the district's settings and extracts sent, runs in Lambda, its result shown by a server.

The function runs on the replayed image, by Lambda's own runtime client. The services are moto's, in stacks that the templates made.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from district_platform.aws.costs import READS_A_RUN, WRITES_A_RUN
from district_platform.aws.handler import STOPS_BEFORE
from district_platform.aws.templates import template
from district_platform.destinations.dynamodb.loading import Loader
from district_platform.destinations.dynamodb.requests import Requests, client_of
from district_platform.destinations.model import Published
from district_platform.settings import Credentials, DynamoDB, Storage
from district_platform.storage.s3 import S3, Address, StorageError
from district_platform.storage.upload import upload_file
from district_platform_tests.aws import aws_server
from district_platform_tests.deploy.aws import page
from district_platform_tests.deploy.aws.calls import BESIDE, Places, actions_of, is_allowed, needs_of, recorded
from district_platform_tests.deploy.aws.runtime import Function, function, sandbox
from district_platform_tests.deploy.aws.stacks import REGION, Account, loaded
from district_platform_tests.deploy.aws.week import Week, recording_here, task, task_words
from district_platform_tests.deploy.image import PATH, Image
from district_platform_tests.deploy.machine import Rights
from district_platform_tests.processes import free_port

pytestmark = pytest.mark.slow

MONDAY = {"occasion": "weekly", "time": "2026-02-16T10:30:00Z"}
RECORDING = Path(__file__).parent / "recording"
N_SHOWING = 3
"""Commands at the page's end that other tests of this file run, after there is something to show."""


@pytest.fixture(scope="module")
def week(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    folder = tmp_path_factory.mktemp("week")
    shutil.copytree(RECORDING, folder / "recording", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "recording" / "calls.jsonl").touch()
    for path in (folder / "recording", folder / "recording" / "calls.jsonl"):
        path.chmod(0o777)
    with aws_server() as address:
        week = Week(Account(address), folder, image)
        week.account.make_all()
        secret = {"Name": "district/warehouse_key", "SecretString": "k" * 43}
        week.account.client("secretsmanager").create_secret(**secret)  # moto leaves it out of the stack
        set_up(week)
        yield week
    shutil.rmtree(folder, ignore_errors=True)


def set_up(week: Week) -> None:
    """The commands of the page, but those of AWS's own tools; the extracts are those of a synthetic district."""
    init, *others = page.commands("district-platform")[:-N_SHOWING]
    week.on_the_laptop(
        "mkdir made extracts",
        "district-platform generate --students 120 --years 1 --home made",
        "cp -r made/data/raw extracts/raw",
        init,
    )
    settings = week.named(page.settings())
    (week.folder / "srv/district/district.toml").write_text(f"as_of_date = 2026-02-13\n{settings}\n")
    week.on_the_laptop(*others)


@pytest.fixture(scope="module")
def lambda_(week: Week) -> Iterator[Function]:
    """The function as the template has it."""
    made = week.account.client("lambda").get_function_configuration(
        FunctionName=week.account.made("district-lambda")["Run"]
    )
    entry = loaded("lambda")["Resources"]["Run"]["Properties"]["ImageConfig"]
    said = {**week.image.environment, **made["Environment"]["Variables"]}
    root = sandbox(week.folder / "sandbox", week.image.files, week.mounts)
    with function(
        root,
        [*entry["EntryPoint"], *entry["Command"]],
        {**said, **week.environment, **week.recording},
        entry["WorkingDirectory"],
        week.folder / "function.log",
    ) as running:
        yield running


def test_templates_of_the_district_are_those_of_the_repository(week):
    """Its settings are the defaults, and its table has the name that the page gives it."""
    for name in ("dynamodb", "fargate", "lambda"):
        assert (week.folder / f"{name}.yaml").read_text() == template(name)


def test_sandbox_has_no_shared_memory_and_an_empty_tmp(week):
    root = sandbox(week.folder / "look", week.image.files, ())
    python = f"{week.image.environment['PATH'].split(':')[0]}/python"
    shared = "import multiprocessing as m\ntry: m.Lock()\nexcept OSError as error: print(type(error).__name__)"
    rights = Rights("993:990", is_read_only=True)
    assert root.run([python, "-c", shared], {"PATH": PATH}, rights).strip() in (
        "PermissionError",
        "OSError",
        "FileNotFoundError",
    )
    assert root.run(["sh", "-c", "ls /tmp | wc -l"], {"PATH": PATH}, rights).strip() == "0"
    written = root.run(["sh", "-c", "touch /opt/x /srv/x 2>/dev/null || echo refused"], {"PATH": PATH}, rights)
    assert written.strip() == "refused"


def test_task_that_is_ended_gives_its_lease_back(week):
    """Fargate says SIGTERM, to a task of a stack that is deleted, or of a machine that is taken away."""
    [_, container] = loaded("fargate")["Resources"]["Task"]["Properties"]["ContainerDefinitions"]
    assert container["StopTimeout"] == 120
    command = task(week).command(*task_words(week, ["run"]))
    log = week.folder / "ended.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd="/", start_new_session=True)
    try:
        while week.lease_is_free():
            assert process.poll() is None, log.read_text()
            time.sleep(0.2)
        process.terminate()
        assert process.wait(container["StopTimeout"]) in (1, 130), log.read_text()
    finally:
        process.kill()
        process.wait()
    assert week.lease_is_free()


def test_run_without_time_is_stopped_gives_its_lease_back_and_changes_nothing(week, lambda_):
    before = week.state()
    answer = lambda_.invoke({"occasion": "nightly"}, seconds=STOPS_BEFORE + 15)
    assert answer.error == "TooLongError", lambda_.logged()
    assert "A district that takes so long runs on Fargate" in answer.words
    assert week.state() == before
    assert week.lease_is_free()
    assert lambda_.in_tmp() == []
    assert week.items() == []


def test_weekly_run_publishes_prepares_uploads_loads_the_table_and_sends_the_state(week, lambda_):
    answer = lambda_.invoke(MONDAY)
    assert answer.error == "", f"{answer.words}\n{lambda_.logged()}"
    assert answer.result["occasion"] == "weekly"
    assert lambda_.in_tmp() == []
    names = {file["name"] for file in week.state()["files"]}
    assert "warehouse/tables/privacy_ledger.parquet" in names
    assert "warehouse/uploads/prepared/2026-02-13/attendance_upload.csv" in names
    assert week.lease_is_free()
    log = lambda_.logged()
    assert "State s00000001-" in log
    assert "/uploads/prepared/2026-02-13" in log


def test_table_has_every_day_of_the_publication(week, lambda_):
    """Counted by SQL over the copied publication, apart from the loader's code."""
    *pull, _ = page.commands("district-platform")[-N_SHOWING:]
    week.on_the_laptop(*pull)
    shown = week.folder / "srv" / "shown" / "warehouse" / "current"
    days = duckdb.sql(
        "select k_student_xyear, strftime(calendar_date, '%Y-%m-%d') || '#' || k_school "
        f"from '{shown}/out/fct_student_daily_attendance/**/*.parquet' where is_enrolled = 1"
    ).fetchall()
    items = week.items()
    own = {item["date"]["S"]: item for item in items if item["student_id"]["S"] == "_load"}
    others = {
        (item["student_id"]["S"], item["date"]["S"]): item for item in items if item["student_id"]["S"] != "_load"
    }
    assert len(days) > 1_000
    assert set(days) <= others.keys()
    assert all(others[key]["is_tracked"]["BOOL"] for key in others.keys() - set(days)), (
        "Days that only the hand-kept tracker knows are told as such"
    )
    assert own["current"]["version"]["S"] == shown.resolve().name
    assert own["current"]["loading"]["S"] == ""


def test_second_delivery_of_the_event_does_nothing(week, lambda_):
    before, n_calls = week.state(), len(recorded(week.calls))
    answer = lambda_.invoke(MONDAY)
    assert answer.error == "", f"{answer.words}\n{lambda_.logged()}"
    assert "weekly@2026-02-16T10:30:00Z: was run already; nothing was done." in lambda_.logged()
    assert week.state() == before
    calls = Counter(call["operation"] for call in recorded(week.calls)[n_calls:])
    assert not calls.keys() & {"BatchWriteItem", "CopyObject", "DeleteObjects"}


def test_event_of_anybody_else_is_an_error(lambda_):
    answer = lambda_.invoke({"occasion": "hourly"})
    assert (answer.error, "nightly|weekly" in answer.words) == ("EventError", True)


def test_task_of_fargate_runs_as_its_schedule_says_and_finds_that_this_monday_was_run(week):
    schedule = loaded("fargate")["Resources"]["Weekly"]["Properties"]["Target"]["Input"]
    [override] = json.loads(schedule.replace("<aws.scheduler.scheduled-time>", MONDAY["time"]))["containerOverrides"]
    assert override["name"] == loaded("fargate")["Resources"]["Task"]["Properties"]["ContainerDefinitions"][1]["Name"]
    printed = task(week).run(*task_words(week, override["command"]))
    assert "weekly@2026-02-16T10:30:00Z: was run already; nothing was done." in printed


def test_server_shows_what_lambda_published(week):
    line = page.commands("district-platform")[-1]
    port = free_port()
    shown = week.folder / "srv" / "shown"
    environment = {**os.environ, "DISTRICT_CACHE": str(week.folder / "cache")}
    command = [sys.executable, "-m", "district_platform.cli", "dashboard", "--home", str(shown), "--port", str(port)]
    assert line.split()[:3] == ["district-platform", "dashboard", "--home"]
    with (week.folder / "dashboard.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        assert "Chronic" in page_at(f"http://127.0.0.1:{port}/public", process, week.folder / "dashboard.log")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def page_at(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + 120
    while True:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return str(answer.read().decode())
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.5)


def test_run_makes_no_more_requests_than_the_bill_reckons_with(week):
    """Both runs together, the one that was stopped among them."""
    counted = Counter(call["operation"] for call in recorded(week.calls) if call["service"] == "s3")
    writes = sum(counted[name] for name in ("PutObject", "CopyObject", "ListObjectsV2", "UploadPart"))
    assert 0 < writes <= WRITES_A_RUN
    assert 0 < counted["GetObject"] + counted["HeadObject"] <= READS_A_RUN


def test_no_name_of_a_person_stands_in_the_log(week):
    with (week.folder / "extracts/raw/sis/students.csv").open() as file:
        header, *rows = [line.rstrip("\n").split(",") for line in file]
    surname = header.index(next(name for name in header if "last" in name))
    log = (week.folder / "function.log").read_text()
    assert [row[surname] for row in rows if len(row[surname]) > 4 and row[surname] in log] == []


def test_role_has_every_right_that_the_calls_need_and_none_that_is_not_explained(week, monkeypatch):
    """The calls of the runs, and of a large file whose sending was cut, and of a load that knows nothing of its table."""
    for name, value in {**week.environment, "DISTRICT_HOME": str(week.folder / "other")}.items():
        monkeypatch.setenv(name, value)
    beside = week.folder / "beside.jsonl"
    target = Address.parse(week.account.outputs("district")["PublicationsAddress"]) / "large.bin"
    with recording_here(beside):
        send_a_large_file_twice(week, target)
        load_without_knowledge(week)
    calls = recorded(week.calls, beside)
    assert {call["operation"] for call in calls} >= {
        "ListParts",
        "Scan",
        "TransactWriteItems",
        "GetSecretValue",
        "CopyObject",
    }
    outputs, account = week.account.outputs("district"), week.bucket("state").split("-")[2]
    table = week.account.client("dynamodb").describe_table(TableName="attendance")["Table"]["TableArn"]
    needs = needs_of(calls, Places(outputs["Key"], REGION, account, {"attendance": table}))
    for name in ("lambda", "fargate"):
        statements = week.account.policies(name, f"district-{name}")
        assert sorted(f"{n.action} on {n.resource}" for n in needs if not is_allowed(n, statements)) == []
        unexplained = actions_of(statements) - {need.action for need in needs} - BESIDE.keys()
        assert unexplained == set()
    of_lambda = actions_of(week.account.policies("lambda", "district-lambda"))
    assert BESIDE.keys() <= of_lambda - {need.action for need in needs}
    assert "dynamodb:Scan" in of_lambda


def send_a_large_file_twice(week: Week, target: Address) -> None:
    """Cut after its first part, then again; where a publication would have it."""
    path = week.folder / "large.bin"
    path.write_bytes(os.urandom(11 << 20))

    class Cut(S3):
        n_parts = 0

        def call(self, operation: str, address: Address, **parameters: Any) -> dict[str, Any]:
            self.n_parts += operation == "upload_part"
            if self.n_parts == 2:
                raise StorageError("no network")
            return super().call(operation, address, **parameters)

    storage = Storage(part_size_mb=5)
    with pytest.raises(StorageError, match="no network"):
        upload_file(Cut(storage, Credentials()), path, target, week.folder / "outbox")
    assert upload_file(S3(storage, Credentials()), path, target, week.folder / "outbox").n_bytes_sent < 11 << 20


def load_without_knowledge(week: Week) -> None:
    """As on a machine whose state was lost: the table is there, and what it holds is not known."""
    section = DynamoDB(kind="dynamodb", table="attendance", region=REGION)
    loader = Loader(section, Requests("aws", section, client_of(section, Credentials())), week.folder / "unknown")
    publication = (week.folder / "srv/shown/warehouse/current").resolve()
    counts = loader.load(Published(publication, 3))
    assert (counts["scanned"] > 0, counts["written"]) == (True, 0)
