"""Two machines that are started for the same occasion: one runs, the other does nothing and has not failed."""

import signal

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.operations.occasions import Occasion, note
from district_platform.operations.state import held

MONDAY = "weekly@2026-11-30T10:30:00Z"


@pytest.fixture
def run(machine, monkeypatch):
    """`district-platform run` on a machine that starts empty."""
    first = machine("first")
    signals = signal.getsignal(signal.SIGTERM)

    def started(*words: str):
        monkeypatch.setenv("DISTRICT_HOME", str(machine("second").root))
        monkeypatch.setenv("DISTRICT_STATE__ADDRESS", str(first.at))
        monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
        return CliRunner().invoke(main, ["run", *words])

    yield started
    signal.signal(signal.SIGTERM, signals)


def test_second_delivery_while_the_first_runs_is_no_failure(machine, run):
    with held(machine("first").settings, MONDAY):
        told = run("--occasion", MONDAY)
    assert told.exit_code == 0, told.output
    assert f"{MONDAY}: is being run, and this was its second delivery. process " in told.output


def test_another_occasion_is_told_who_runs(machine, run):
    with held(machine("first").settings, "nightly@2026-11-30T10:15:00Z"):
        told = run("--occasion", MONDAY)
    assert told.exit_code == 1
    assert "is running this district since" in told.output


def test_run_without_an_occasion_is_not_taken_for_the_same(machine, run):
    with held(machine("first").settings):
        assert run().exit_code == 1


def test_occasion_that_another_machine_has_run_is_over(machine, run):
    first = machine("first").settings
    with held(first) as state:
        state.pull()
        first.home.config_file.write_text('[sources]\nkind = "files"\n')
        note(first.home, Occasion.parse(MONDAY))
    told = run("--occasion", MONDAY)
    assert told.exit_code == 0, told.output
    assert f"{MONDAY}: was run already; nothing was done." in told.output


def test_text_that_is_no_occasion_ends_before_anything_is_taken(run):
    told = run("--occasion", "monday")
    assert (told.exit_code, "is not NAME@TIME" in told.output) == (1, True)
