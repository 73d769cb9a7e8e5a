"""`district-platform ui` as a person starts it: Dagster's own pages, queries and subscriptions, for who has the printed URL."""

import asyncio
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import websockets
from dagster._daemon.auto_run_reexecution.event_log_consumer import DAGSTER_EVENT_TYPES, _create_cursor_key

from district_platform.engine.dagster_internals import begin_daemon_with_what_comes
from district_platform_tests.processes import COMMAND, SIZE, environment, free_port

pytestmark = pytest.mark.whole

RUNS = """{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } jobs { name
    runs(limit: 5) { runId status repositoryOrigin { repositoryName repositoryLocationName } } } } } } }"""
LOGS = """subscription { pipelineRunLogs(runId: "%s") { __typename } }"""


@dataclass
class Ui:
    """A running UI, as its printed URL leads to it."""

    process: subprocess.Popen[str]
    port: int
    token: str

    def ask(self, path: str = "/", body: object = None, **headers: str) -> tuple[int, str]:
        """Status and text; a body is posted as JSON."""
        data = json.dumps(body).encode() if body is not None else None
        sent = {"Content-Type": "application/json", "Cookie": f"district_ui_{self.port}={self.token}", **headers}
        try:
            with urllib.request.urlopen(
                urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, sent), timeout=30
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def ui(district: Path) -> Iterator[Ui]:
    """The UI of the district of the end-to-end tests, which it only looks at."""
    port = free_port()
    command = [*COMMAND, "ui", "--home", str(district), "--port", str(port)]
    with subprocess.Popen(
        command, env=environment(district, **SIZE), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        first = process.stdout.readline().strip()
        try:
            assert first.startswith(f"The Dagster UI: http://127.0.0.1:{port}/?token="), first
            assert (district / ".dagster" / "ui_url").read_text().strip() in first
            yield Ui(process, port, first.split("token=")[1])
        finally:
            process.terminate()
            rest = process.stdout.read()
        assert rest == ""
        assert process.wait() == 0


def test_daemon_begins_with_what_comes_at_the_first_start_and_goes_on_at_the_next(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        begin_daemon_with_what_comes(instance)
        keys = {_create_cursor_key(kind) for kind in DAGSTER_EVENT_TYPES}
        assert instance.daemon_cursor_storage.get_cursor_values(keys) == dict.fromkeys(keys, "0")
        instance.daemon_cursor_storage.set_cursor_values(dict.fromkeys(keys, "7"))
        begin_daemon_with_what_comes(instance)
        assert instance.daemon_cursor_storage.get_cursor_values(keys) == dict.fromkeys(keys, "7")


@pytest.mark.slow
def test_dagsters_page_and_queries_need_the_token(ui):
    assert ui.ask()[0] == 200
    assert ui.ask("/graphql", {"query": "{ version }"})[0] == 200
    assert ui.ask(Cookie="")[0] == 401
    assert ui.ask("/graphql", {"query": "{ version }"}, Cookie="")[0] == 401
    assert ui.ask("/graphql", {"query": "{ version }"}, Origin="http://evil.example")[0] == 403
    assert (
        ui.ask(
            "/graphql?query=mutation%7BlogTelemetry(action:%22a%22,clientTime:%22b%22,metadata:%22c%22)%7B__typename%7D%7D"
        )[0]
        == 403
    )


@pytest.mark.slow
def test_run_of_the_command_line_stands_under_its_job(ui):
    _, answer = ui.ask("/graphql", {"query": RUNS})
    [repository] = json.loads(answer)["data"]["repositoriesOrError"]["nodes"]
    [refresh] = [job for job in repository["jobs"] if job["name"] == "refresh"]
    here = {"repositoryName": repository["name"], "repositoryLocationName": repository["location"]["name"]}
    assert [(run["status"], run["repositoryOrigin"]) for run in refresh["runs"]] == [("SUCCESS", here)]


TABLES = """{ assetNodes { assetKey { path } metadataEntries { label ... on TextMetadataEntry { text } } } }"""
PATHS = """{ assetNodes { assetKey { path } assetMaterializations(limit: 1) { metadataEntries { label
    ... on PathMetadataEntry { path } } } } }"""


@pytest.mark.slow
def test_table_names_of_the_ui_can_be_queried(ui, district):
    nodes = json.loads(ui.ask("/graphql", {"query": TABLES})[1])["data"]["assetNodes"]
    entries = [entry for node in nodes for entry in node["metadataEntries"]]
    names = [entry["text"] for entry in entries if entry["label"] == "dagster/table_name"]
    assert len(names) > 80
    with duckdb.connect(str(district / "warehouse" / "district.duckdb"), read_only=True) as connection:
        for name in names:
            connection.execute(f"select * from {name} limit 0")


@pytest.mark.slow
def test_assets_of_files_lead_to_what_was_published(ui, district):
    nodes = json.loads(ui.ask("/graphql", {"query": PATHS})[1])["data"]["assetNodes"]
    paths = {
        node["assetKey"]["path"][-1]: entry["path"]
        for node in nodes
        for materialization in node["assetMaterializations"]
        for entry in materialization["metadataEntries"]
        if entry["label"] == "path"
    }
    assert paths["policy_brief"] == str(district / "reports" / "policy_brief.pdf")
    assert paths["data_quality_report"] == str(district / "reports" / "data_quality_report.json")
    assert [path for path in paths.values() if not Path(path).exists()] == []


@pytest.mark.slow
def test_subscription_passes_through_the_gate(ui):
    _, answer = ui.ask("/graphql", {"query": "{ runsOrError { ... on Runs { results { runId } } } }"})
    run_id = json.loads(answer)["data"]["runsOrError"]["results"][0]["runId"]

    async def first_events() -> str:
        headers = {"Cookie": f"district_ui_{ui.port}={ui.token}"}
        async with websockets.connect(
            f"ws://127.0.0.1:{ui.port}/graphql",
            subprotocols=["graphql-ws"],
            origin=f"http://127.0.0.1:{ui.port}",
            additional_headers=headers,
        ) as connection:
            await connection.send(json.dumps({"type": "start", "id": "1", "payload": {"query": LOGS % run_id}}))
            return str(await asyncio.wait_for(connection.recv(), 20))

    assert "PipelineRunLogsSubscriptionSuccess" in asyncio.run(first_events())
