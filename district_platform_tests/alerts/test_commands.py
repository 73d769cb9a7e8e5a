"""`district-platform alerts`, as a person types it."""

from click.testing import CliRunner

from district_platform.alerts.kinds import Alert, Kind
from district_platform.alerts.ledger import Ledger, write_ledger
from district_platform.alerts.message import compose
from district_platform.alerts.runs import Observations
from district_platform.cli import main
from district_platform.credentials import forget
from district_platform.settings import load_settings
from district_platform_tests.alerts.receivers import webhooks


def typed(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["alerts", *arguments])
    return result.exit_code, result.output


def test_test_sends_to_each_channel_and_says_which_one_did_not_take_it(home, monkeypatch):
    with webhooks() as receiver:
        for channel, address in {"SLACK": f"{receiver.address}/slack", "TEAMS": "http://example.org/workflow"}.items():
            monkeypatch.setenv(f"DISTRICT_ALERTS__{channel}__WEBHOOK_SECRET", channel)
            monkeypatch.setenv(f"DISTRICT_SECRET__{channel}", address)
            forget(channel, load_settings().credentials)
        code, output = typed("test")
    assert (code, output) == (1, "slack: taken\nteams: the address does not begin with https\n")
    [message] = receiver.at("/slack")
    assert "Nothing is wrong." in message


def test_test_without_a_channel_says_where_to_configure_one(home):
    code, output = typed("test")
    assert code == 1
    assert "alerts.slack, alerts.teams and alerts.email" in output


def test_list_shows_what_is_open_and_what_waits(home):
    home.alerts.mkdir(parents=True)
    ledger, alert = Ledger(), Alert(Kind.RUN_FAILED, "stg_students", "Step stg_students of refresh failed: OSError.")
    ledger.take(Observations(wrong=[alert]), now=0)
    ledger.post(compose([alert], [], district="Example", written_at=0), ["teams"])
    write_ledger(home, ledger)
    code, output = typed("list")
    assert code == 0
    assert output.splitlines() == [
        "since 1970-01-01 00:00 UTC  Step stg_students of refresh failed: OSError.",
        "1 waiting for teams",
    ]
