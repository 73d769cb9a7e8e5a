"""Nothing secret is shown: not by a run that succeeds, nor by one that fails, in any place where people or programs look."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster_graphql.test.utils import execute_dagster_graphql

from district_platform.credentials import chain
from district_platform.definitions import definitions
from district_platform.dictionary import EXTRACTS
from district_platform.home import Home
from district_platform.settings import load_settings
from district_platform.sources.extracts import extract_key
from district_platform_tests.storage.conftest import bucket, client

__all__ = ["bucket", "client"]

SECRETS = {
    "DISTRICT_SECRET__WAREHOUSE_KEY": "warehouse'sesame-0123456789abcdefghijklm",
    "DISTRICT_SECRET__S3_ID": "AKIASESAME0123456789",
    "DISTRICT_SECRET__S3_KEY": "s3-sesame-abcdefghijklmnopqrstuvwxyz",
    "DISTRICT_TIMEKEEPING__DATABASE_URL": "postgresql://punches:sesame-timekeeping@db.example.org/punches?sslmode=verify-full",
}
PARTS = ("sesame-", "sesame-timekeeping", "AKIASESAME", "'sesame", "''sesame")
"""What of them would give them away, as it stands in SQL or in a URL too."""

SALES = EXTRACTS["sales"]

QUESTIONS = {
    "runs": """{ runsOrError { ... on Runs { results { runId status runConfigYaml tags { key value }
        eventConnection(limit: 1000) { events { __typename
            ... on MessageEvent { message }
            ... on StepEvent { stepKey }
            ... on ErrorEvent { error { message stack errorChain { error { message stack } } } }
            ... on MaterializationEvent { metadataEntries { label description __typename
                ... on TextMetadataEntry { text } ... on JsonMetadataEntry { jsonString }
                ... on MarkdownMetadataEntry { mdStr } ... on PathMetadataEntry { path } } }
        } } } } } }""",
    "resources": """{ repositoriesOrError { ... on RepositoryConnection { nodes {
        allTopLevelResourceDetails { name configuredValues { key value type } configFields { name defaultValueAsJson } }
    } } } }""",
    "instance": "{ instance { info executablePath } }",
}
"""What the UI asks about runs, their events and errors, the resources and the instance."""


@pytest.fixture
def district(home: Home, aws: str, bucket, client, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """A district whose warehouse is encrypted, whose sales lie in a bucket, and whose punches lie in a remote database."""
    monkeypatch.setattr(chain, "_remembered", {})
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    rows = f"{','.join(SALES.columns)}\n1,2026-02-09,S1,P1,C1,X1,1,5.00,5.00\n"
    client.put_object(Bucket=bucket.bucket, Key="store/sales/monday.csv", Body=rows.encode())
    home.config_file.write_text(
        f'as_of_date = 2026-02-13\n[sources]\nkind = "files"\nremote = {{"data/raw/store" = "{bucket}store"}}\n'
        f'[storage]\nendpoint_url = "{aws}"\nregion = "us-east-1"\naccess_key_secret = "s3_id"\nsecret_key_secret = "s3_key"\n'
        '[encryption]\nwarehouse_key_secret = "warehouse_key"\n[retries]\nmax_retries = 0\n'
    )
    (home.root / ".dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(home.root / ".dagster")) as instance:
        yield instance


def run(defs: dg.Definitions, instance: dg.DagsterInstance, *groups: str) -> dg.ExecuteInProcessResult:
    """A run of the sales' part of the graph, and of whole groups."""
    keys = [dg.AssetKey("delivery"), extract_key(SALES), dg.AssetKey("stg_sales")]
    others = dg.AssetSelection.groups(*groups).resolve(defs.resolve_asset_graph()) if groups else ()
    job = defs.resolve_job_def("refresh")
    return job.execute_in_process(instance=instance, asset_selection=[*keys, *others], raise_on_error=False)


def answers(instance: dg.DagsterInstance, home: Home) -> dict[str, str]:
    """What the UI is told, by question."""
    code = home.root / "location.py"
    code.write_text(
        "from district_platform.definitions import definitions\n"
        "from district_platform.settings import load_settings\n"
        "defs = definitions(load_settings())\n"
    )
    origin = InProcessCodeLocationOrigin(
        LoadableTargetOrigin(executable_path=sys.executable, python_file=str(code)), location_name="district"
    )
    with WorkspaceProcessContext(instance, InProcessWorkspaceLoadTarget([origin])) as process:
        context = process.create_request_context()
        results = {name: execute_dagster_graphql(context, query) for name, query in QUESTIONS.items()}
    assert all(result.data and not result.errors for result in results.values())
    return {name: json.dumps(result.data) for name, result in results.items()}


def everything_written(root: Path) -> dict[str, str]:
    """Every file of the home as text: event log, settings, reports, and whatever else a run leaves."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    return {path.relative_to(root).as_posix(): path.read_bytes().decode("latin-1") for path in files}


@pytest.mark.slow
@pytest.mark.whole
def test_no_secret_shows_in_runs_that_succeed_and_fail(district, home, monkeypatch, caplog, capfd):
    """One run succeeds; then the key of the warehouse is another, the keys of the store are missing, and the store is away."""
    caplog.set_level("DEBUG", logger="dagster")
    defs = definitions(load_settings())
    assert run(defs, district, "g0_settings").success
    failures = []
    for name, value in (("WAREHOUSE_KEY", "another-sesame-0123456789abcdefghijklmno"), ("S3_KEY", None)):
        with monkeypatch.context() as patch:
            patch.setattr(chain, "_remembered", {})
            variable = f"DISTRICT_SECRET__{name}"
            patch.setenv(variable, value) if value else patch.delenv(variable)
            failures.append(run(defs, district))
    settings = home.config_file.read_text()
    home.config_file.write_text(settings.replace('endpoint_url = "http', 'endpoint_url = "http://127.0.0.1:9" # '))
    failures.append(run(definitions(load_settings()), district))
    assert [failure.success for failure in failures] == [False, False, False]

    events = "\n".join(entry.user_message for r in district.get_runs() for entry in district.all_logs(r.run_id))
    shown = {"log": caplog.text, "output": "".join(capfd.readouterr()), "events": events}
    shown |= answers(district, home) | everything_written(home.root)
    for said in ("written under another key", "DISTRICT_SECRET__S3_KEY", "Could not connect to the endpoint URL"):
        assert said in shown["runs"], "the failures are where we look"
    assert "warehouse_key" in shown["resources"]
    found = {place: [part for part in PARTS if part in text] for place, text in shown.items()}
    assert {place: parts for place, parts in found.items() if parts} == {}
