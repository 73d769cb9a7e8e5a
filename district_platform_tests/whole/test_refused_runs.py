"""What stops a run: a rule that refuses, an export that is not there, files of somebody else, another run. What was published stays."""

import json

import pytest

from district_platform_tests.alerts.receivers import webhooks
from district_platform_tests.processes import SIZE, lock_holder, platform
from district_platform_tests.publications import names_and_birth_dates, published

EVENTS_TO_PUBLICATION = (
    'key:"fct_student_school_attendance_event" or group:"g2_staging" or group:"g6_quality" or group:"g9_outputs"'
)
"""What an unknown attendance code needs in order to be found, and the publication."""


@pytest.mark.slow
def test_refused_run_keeps_the_publication_and_leaves_its_report(copy):
    files = published(copy)
    codes = copy / "data" / "raw" / "sis" / "attendance_codes.csv"
    codes.write_text("\n".join(codes.read_text().splitlines()[:2]) + "\n")
    with webhooks() as slack:
        alerts = {"alerts__slack__webhook_secret": "slack", "secret__slack": slack.address}
        run = platform(
            copy, "run", "--select", EVENTS_TO_PUBLICATION, sources__kind="files", as_of_date="2026-02-13", **alerts
        )
    assert run.returncode == 1
    assert "Not published: what was published before stays." in run.stdout
    assert "ATT-01: " in run.stdout
    assert "blocking asset check" not in run.stdout
    [refused] = (copy / "reports" / "failed").glob("*/data_quality_report.json")
    assert str(refused.with_suffix(".html").relative_to(copy)) in run.stdout
    *_, alert = slack.at("/")
    assert "ATT-01" in alert
    assert str(refused.with_suffix(".html").relative_to(copy)) in alert
    assert not [name for name in names_and_birth_dates(copy) if name in "".join(slack.at("/"))]
    assert "Not published." in refused.with_suffix(".html").read_text()
    worklists = list((refused.parent / "worklists").rglob("*.csv"))
    assert "ATT-01" in (refused.parent / "worklists" / "attendance-office.csv").read_text()
    assert {path.stat().st_mode & 0o777 for path in worklists} == {0o600}
    [rule] = [rule for rule in json.loads(refused.read_text())["rules"] if rule["rule_id"] == "ATT-01"]
    assert rule["status"] == "failed"
    assert rule["n_findings"] > 0
    assert {name: digest for name, digest in published(copy).items() if "failed" not in name} == files


@pytest.mark.slow
def test_export_that_is_not_there_is_one_sentence(tmp_path):
    run = platform(tmp_path, "run", sources__kind="oneroster", sources__oneroster__path="nowhere")
    assert run.returncode == 1
    where = tmp_path / "nowhere"
    told = f"delivery: {where}: there is no such folder or .zip. Set [sources.oneroster] path to the export."
    assert told in run.stdout
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.slow
def test_foreign_files_are_not_overwritten(copy):
    (copy / "data" / "raw" / "_synthetic.json").unlink()
    run = platform(copy, "run", **SIZE)
    assert run.returncode == 1
    assert 'sources.kind = "files"' in run.stdout


@pytest.mark.slow
def test_second_run_beside_a_running_one_is_told_at_once(copy):
    with lock_holder(copy / "warehouse" / ".lock"):
        run = platform(copy, "run", **SIZE)
    assert run.returncode == 1
    assert "is being written by process" in run.stdout
