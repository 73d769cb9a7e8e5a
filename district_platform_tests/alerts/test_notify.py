"""Each alert is seen arriving, once; what is over says so; a channel that is down loses nothing; no names in anything sent."""

import json
import os
import time
from pathlib import Path

import dagster as dg
import pytest

from district_platform.alerts import channels
from district_platform.alerts.notify import alert_sensor, notify
from district_platform.credentials import forget
from district_platform.home.lock import WarehouseBusyError
from district_platform.operations.running import QUIET
from district_platform.quality.severe import SEVERE_COUNTS, SKIPPED_RULES
from district_platform.settings import Retries, SettingsError, load_settings
from district_platform_tests.alerts.receivers import mail_server, webhooks

NAME = "Maria Lopez"
"""Stands in every row and error of these runs, and in no message."""


class District:
    """Runs of small jobs on an instance, and notifications after them, to a Slack channel that listens."""

    def __init__(self, instance: dg.DagsterInstance, slack) -> None:
        self.instance, self.slack = instance, slack

    def step(self, error: Exception | None = None) -> dg.DagsterRun:
        """A run of one step, `stg_students`."""

        @dg.asset
        def stg_students() -> None:
            if error:
                raise error

        return self._run([stg_students])

    def check(self, name: str, n_found: int) -> dg.DagsterRun:
        """A run in which a check of severity ERROR finds so many."""

        @dg.asset
        def stg_attendance_events() -> None: ...

        @dg.asset_check(name=name, asset=stg_attendance_events)
        def judged() -> dg.AssetCheckResult:
            metadata = {"n_findings": n_found, "n_waived": 0, "findings": dg.MetadataValue.md(NAME)}
            severity = dg.AssetCheckSeverity.ERROR
            return dg.AssetCheckResult(passed=not n_found, severity=severity, metadata=metadata, description=NAME)

        return self._run([stg_attendance_events], [judged])

    def findings(self, severe: dict[str, tuple[int, int]], skipped: tuple[str, ...] = ()) -> dg.DagsterRun:
        """A run whose rules have so many severe findings (all, new)."""

        @dg.asset
        def quality_findings(context: dg.AssetExecutionContext) -> None:
            context.add_output_metadata({SEVERE_COUNTS: severe, SKIPPED_RULES: list(skipped)})

        return self._run([quality_findings])

    def _run(self, assets: list, checks: list = []) -> dg.DagsterRun:  # noqa: B006 - never written
        built = [*assets, *checks]
        return dg.materialize(built, instance=self.instance, raise_on_error=False, run_config=QUIET).dagster_run

    def look(self, now: float | None = None) -> list[str]:
        """Looks around; returns the Slack messages that arrived meanwhile."""
        n_before = len(self.slack.received)
        notify(self.instance, load_settings(), now or time.time())
        return self.slack.at("/slack")[n_before:]


@pytest.fixture
def slack():
    with webhooks() as receiver:
        yield receiver


@pytest.fixture
def district(home, monkeypatch, slack):
    monkeypatch.setenv("DISTRICT_ALERTS__SLACK__WEBHOOK_SECRET", "alerts_slack")
    monkeypatch.setenv("DISTRICT_SECRET__ALERTS_SLACK", f"{slack.address}/slack")
    monkeypatch.setenv("DISTRICT_ALERTS__BASE_URL", "https://dagster.example.org")
    monkeypatch.setattr(channels, "_TRIES", Retries(max_retries=1, first_delay_seconds=0))
    for name in ("alerts_slack", "alerts_teams", "alerts_mail"):
        forget(name, load_settings().credentials)
    with dg.DagsterInstance.ephemeral() as instance:
        yield District(instance, slack)


def test_failed_step_is_told_once_with_its_run_and_without_the_words_of_its_error(district):
    run = district.step(ValueError(f"line 3: {NAME} is no date"))
    [message] = district.look()
    assert "Step stg_students" in message
    assert "ValueError" in message
    assert f"https://dagster.example.org/runs/{run.run_id}" in message
    assert NAME not in message
    assert "line 3" not in message
    assert district.look() == []


def test_same_fault_in_the_next_run_is_not_told_again(district):
    district.step(ValueError())
    assert len(district.look()) == 1
    district.step(ValueError())
    assert district.look() == []


def test_recovered_closes_an_alert_and_lets_it_open_anew(district):
    district.step(ValueError())
    district.look()
    district.step()
    [message] = district.look()
    assert "1 recovered" in message
    assert "Recovered" in message
    district.step(ValueError())
    [message] = district.look()
    assert "1 new" in message


def test_step_that_was_not_run_says_nothing_of_itself(district):
    district.step(ValueError())
    district.look()
    district.check("ATT_01", 0)
    assert district.look() == []


def test_failed_error_check_names_its_rule_and_count_and_no_row(district):
    district.check("ATT_01", 12)
    [message] = district.look()
    assert "ATT-01" in message
    assert "12 found" in message
    assert NAME not in message
    district.check("ATT_01", 0)
    [message] = district.look()
    assert "1 recovered" in message


def test_refused_publication_names_where_its_report_lies(district):
    run = district.check("publishable", 1)
    [message] = district.look()
    assert f"reports/failed/{run.run_id}/data_quality_report.html" in message
    assert "1 new" in message


def test_new_severe_findings_are_told_by_rule_and_count_each_time_there_are_new_ones(district):
    district.findings({"FTE-01": (2, 2)})
    [message] = district.look()
    assert "FTE-01" in message
    assert "2 new, 2 in all" in message
    district.findings({"FTE-01": (2, 0)})
    assert district.look() == []
    district.findings({"FTE-01": (3, 1)})
    [message] = district.look()
    assert "1 new, 3 in all" in message


def test_severe_findings_are_over_when_the_rule_has_none_but_not_when_it_was_skipped(district):
    district.findings({"FTE-01": (2, 2)})
    district.look()
    district.findings({}, skipped=("FTE-01",))
    assert district.look() == []
    district.findings({})
    [message] = district.look()
    assert "1 recovered" in message


def test_killed_run_is_told_and_the_next_one_that_succeeds_closes_it(district):
    run = district.step()
    district.look()

    @dg.job
    def refresh() -> None: ...

    died = district.instance.create_run_for_job(refresh)
    district.instance.report_run_failed(died, f"killed at {NAME}")
    [message] = district.look()
    assert "refresh ended before its time: its process was killed" in message
    assert died.run_id in message
    assert run.run_id not in message
    refresh.execute_in_process(instance=district.instance)
    [message] = district.look()
    assert "1 recovered" in message


@pytest.mark.parametrize("error", [dg.DagsterExecutionInterruptedError(), WarehouseBusyError("held")])
def test_run_that_a_person_stopped_or_that_found_another_at_work_is_not_told(district, error):
    district.step(error)
    assert district.look() == []


HOUR = 3600


@pytest.fixture
def delivered(district, home, monkeypatch):
    """A district on files whose enrollments came at 1,000,000 s; nothing else is expected fresh."""
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    monkeypatch.setenv("DISTRICT_ALERTS__FRESH_EXTRACTS", '["sis/enrollments"]')
    path = home.raw / "sis" / "enrollments.csv"
    path.parent.mkdir(parents=True)
    deliver(path, 1_000_000)
    return path


def deliver(path: Path, at: float) -> None:
    path.write_text("student_id\n")
    os.utime(path, (at, at))


def test_extract_older_than_it_may_be_is_told_once_and_recovers_when_a_new_one_comes(district, delivered):
    at = 1_000_000
    assert district.look(at + 35 * HOUR) == []
    [message] = district.look(at + 37 * HOUR)
    assert "sis/enrollments: last delivered 1970-01-12 13:46 UTC" in message
    assert district.look(at + 60 * HOUR) == []
    deliver(delivered, at + 60 * HOUR)
    [message] = district.look(at + 61 * HOUR)
    assert "1 recovered" in message


def test_extract_that_no_run_has_read_for_long_is_told(district, delivered):
    now = time.time()
    district.instance.report_runless_asset_event(dg.AssetMaterialization(["raw", "sis", "enrollments"]))
    deliver(delivered, now + 47 * HOUR)
    [message] = district.look(now + 48 * HOUR)
    assert "sis/enrollments: last read by a run" in message


def test_extract_that_never_came_is_told(district, delivered):
    delivered.unlink()
    [message] = district.look()
    assert "sis/enrollments: not delivered" in message


def test_channel_that_is_down_loses_nothing_and_gets_messages_in_their_order(district, slack):
    slack.status = 503
    district.step(ValueError())
    failures = notify(district.instance, load_settings(), time.time())
    assert failures == ["slack took no alert (HTTP 503); waiting for the next look: 1."]
    district.step()
    assert district.look() == []
    slack.status = 200
    told, recovered = district.look()
    assert "1 new" in told
    assert "1 recovered" in recovered
    assert district.look() == []


def test_channel_that_is_up_gets_each_message_once_while_another_is_down(district, slack, monkeypatch):
    monkeypatch.setenv("DISTRICT_ALERTS__TEAMS__WEBHOOK_SECRET", "alerts_teams")
    monkeypatch.setenv("DISTRICT_SECRET__ALERTS_TEAMS", "http://127.0.0.1:9/workflow")
    district.step(ValueError())
    assert len(district.look()) == 1
    assert district.look() == []
    monkeypatch.setenv("DISTRICT_SECRET__ALERTS_TEAMS", f"{slack.address}/teams")
    forget("alerts_teams", load_settings().credentials)
    assert district.look() == []
    [card] = slack.at("/teams")
    assert "Step stg_students" in card
    assert json.loads(card)["attachments"][0]["content"]["type"] == "AdaptiveCard"


def test_rotated_address_is_used_at_once(district, slack, monkeypatch):
    district.step(ValueError())
    assert len(district.look()) == 1
    slack.revoked.add("/slack")
    monkeypatch.setenv("DISTRICT_SECRET__ALERTS_SLACK", f"{slack.address}/rotated")
    district.step()
    assert notify(district.instance, load_settings(), time.time()) == []
    [recovered] = slack.at("/rotated")
    assert "1 recovered" in recovered


def test_failure_names_no_address_of_a_webhook(district, monkeypatch):
    monkeypatch.setenv("DISTRICT_SECRET__ALERTS_SLACK", "http://127.0.0.1:9/services/T0/B0/hunter2")
    forget("alerts_slack", load_settings().credentials)
    district.step(ValueError())
    [failure] = notify(district.instance, load_settings(), time.time())
    assert failure == "slack took no alert (URLError); waiting for the next look: 1."


def test_unknown_secret_is_named_and_its_message_waits(district, monkeypatch):
    monkeypatch.setenv("DISTRICT_ALERTS__SLACK__WEBHOOK_SECRET", "alerts_slak")
    district.step(ValueError())
    [failure] = notify(district.instance, load_settings(), time.time())
    assert "There is no secret 'alerts_slak'" in failure


def test_without_a_channel_nothing_is_looked_at(home):
    with dg.DagsterInstance.ephemeral() as instance:
        assert notify(instance, load_settings(), 0) == []
    assert not home.alerts.exists()


def test_letter_arrives_over_tls_after_a_login_once(district, monkeypatch, tmp_path):
    with mail_server(tmp_path, "hunter2") as server:
        for name, value in {
            "EMAIL__HOST": "127.0.0.1",
            "EMAIL__PORT": server.port,
            "EMAIL__SENDER": "platform@example.org",
            "EMAIL__RECIPIENTS": '["data-team@example.org", "sis@example.org"]',
            "EMAIL__USER": "platform",
            "EMAIL__PASSWORD_SECRET": "alerts_mail",
            "EMAIL__CA_FILE": server.ca_file,
        }.items():
            monkeypatch.setenv(f"DISTRICT_ALERTS__{name}", str(value))
        monkeypatch.setenv("DISTRICT_SECRET__ALERTS_MAIL", "hunter2")
        run = district.step(ValueError(NAME))
        assert len(district.look()) == 1
        assert district.look() == []
    [letter] = server.letters
    assert letter["To"] == "data-team@example.org, sis@example.org"
    assert letter["Subject"] == "Example Unified School District: 1 new"
    text = letter.get_content()
    assert "Step stg_students of __ephemeral_asset_job__ failed: ValueError." in text
    assert f"https://dagster.example.org/runs/{run.run_id}" in text
    assert NAME not in text
    assert "hunter2" not in letter.as_string()


def test_sensor_and_command_line_share_what_was_told(district):
    district.step(ValueError())
    assert len(district.look()) == 1
    with dg.build_sensor_context(instance=district.instance) as context:
        result = alert_sensor(load_settings())(context)
    assert result.skip_message == "All that is to be told has been told."
    assert len(district.slack.received) == 1


@pytest.mark.parametrize("key", ["SLACK__WEBHOOK_SECRET", "TEAMS__WEBHOOK_SECRET", "EMAIL__PASSWORD_SECRET"])
def test_value_where_a_secrets_name_belongs_is_refused_and_not_shown(home, monkeypatch, key):
    monkeypatch.setenv(f"DISTRICT_ALERTS__{key}", "https://hooks.example.org/hunter2")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert "hunter2" not in str(refusal.value)
