"""The handler of Lambda: what an event makes it do, and what is left when it ends. Whole runs: deploy/aws/test_lambda.py."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from district_platform.aws import handler
from district_platform.aws.handler import EventError, RunFailedError, TooLongError, command, handle


@dataclass
class Context:
    """What Lambda tells a function of an event."""

    aws_request_id: str = "request-1"
    seconds: float = 900
    started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        return round(1_000 * (self.seconds - (time.monotonic() - self.started)))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(handler, "SCRATCH", folder)
    return folder


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in place of the platform's: it says in a file how it was started, then does what the test wrote."""
    program, told = tmp_path / "platform", tmp_path / "told.json"
    program.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"json.dump([sys.argv[1:], os.getcwd(), dict(os.environ)], open({str(told)!r}, 'w'))\n"
        f"exec(open({str(tmp_path / 'does.py')!r}).read())\n"
    )
    program.chmod(0o755)
    (tmp_path / "does.py").write_text("")
    monkeypatch.setattr(sys, "executable", str(program))
    return tmp_path


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({"occasion": "nightly"}, ["run"]),
        ({"occasion": "weekly"}, ["run", "--uploads"]),
        (
            {"occasion": "weekly", "time": "2026-11-30T10:30:00Z"},
            ["run", "--uploads", "--occasion", "weekly@2026-11-30T10:30:00Z"],
        ),
    ],
)
def test_event_is_a_command(event, words):
    assert command(event) == words


@pytest.mark.parametrize("event", [{}, {"occasion": "hourly"}, {"occasion": "nightly", "time": 5}, {"command": "rm"}])
def test_event_of_anybody_else_is_refused_and_its_values_are_not_told(event):
    with pytest.raises(EventError, match=r'An event is \{"occasion": "nightly\|weekly"\}') as refused:
        command(event)
    assert "hourly" not in str(refused.value)


def test_run_has_all_its_places_in_a_folder_of_its_own_that_is_gone_afterwards(scratch, platform):
    answer = handle({"occasion": "nightly"}, Context())
    assert answer["occasion"] == "nightly"
    words, at, environment = json.loads((platform / "told.json").read_text())
    assert words == ["-m", "district_platform.cli", "run"]
    folder = scratch / "district-request-1"
    assert at == str(folder)
    places = ("HOME", "TMPDIR", "DISTRICT_HOME", "DISTRICT_CACHE", "DAGSTER_HOME")
    assert all(Path(environment[name]).is_relative_to(folder) for name in places)
    assert list(scratch.iterdir()) == []


def test_what_a_killed_event_left_is_removed_and_what_is_not_ours_stays(scratch, platform):
    (scratch / "district-earlier" / "warehouse").mkdir(parents=True)
    (scratch / "other").touch()
    handle({"occasion": "nightly"}, Context())
    assert [path.name for path in scratch.iterdir()] == ["other"]


def test_run_that_fails_is_an_error_and_leaves_nothing(scratch, platform):
    (platform / "does.py").write_text("sys.exit(3)")
    with pytest.raises(RunFailedError, match="exit code 3"):
        handle({"occasion": "nightly"}, Context())
    assert list(scratch.iterdir()) == []


def test_run_is_told_to_stop_before_lambda_ends_it(scratch, platform, monkeypatch):
    stopped = platform / "stopped"
    (platform / "does.py").write_text(
        "import signal, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (open({str(stopped)!r}, 'w'), sys.exit(130)))\n"
        "time.sleep(60)"
    )
    with pytest.raises(
        TooLongError, match=r"stopped after \d+ s, shortly before Lambda's limit; .* Fargate: docs/aws.md"
    ):
        handle({"occasion": "nightly"}, Context(seconds=handler.STOPS_BEFORE + 1.5))
    assert stopped.exists()
    assert list(scratch.iterdir()) == []


def test_run_that_does_not_stop_is_killed_with_all_that_it_started(scratch, platform, monkeypatch):
    monkeypatch.setattr(handler, "STOPS_BEFORE", 2.0)
    monkeypatch.setattr(handler, "_ENDS_BEFORE", 1.0)
    child = platform / "child"
    (platform / "does.py").write_text(
        "import signal, subprocess, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"open({str(child)!r}, 'w').write(str(subprocess.Popen(['sleep', '60']).pid))\ntime.sleep(60)"
    )
    with pytest.raises(TooLongError):
        handle({"occasion": "nightly"}, Context(seconds=3.5))
    state = Path(f"/proc/{child.read_text()}/stat")
    end = time.monotonic() + 10
    while state.exists() and state.read_text().split()[2] != "Z" and time.monotonic() < end:
        time.sleep(0.05)
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_run_that_is_done_when_it_is_told_to_stop_has_succeeded(scratch, platform):
    (platform / "does.py").write_text(
        "import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\ntime.sleep(60)"
    )
    assert handle({"occasion": "weekly"}, Context(seconds=handler.STOPS_BEFORE + 1.5))["occasion"] == "weekly"


def test_handler_imports_nothing_of_the_platform():
    """Lambda gives an import ten seconds."""
    code = "import sys, district_platform.aws.handler; print(*sorted(n for n in sys.modules if n.startswith('district_platform')))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["district_platform", "district_platform.aws", "district_platform.aws.handler"]
