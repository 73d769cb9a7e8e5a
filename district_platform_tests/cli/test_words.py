"""What stands on the terminal: paths that lead somewhere, data as it is, and words of people rather than of libraries."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from district_platform.cli import common, outcome, progress
from district_platform.cli.terminal import cells, labelled, plain
from district_platform.home import shown
from district_platform.operations.running import Outcome
from district_platform.quality.evaluation import Status
from district_platform.settings import SettingsError, load_settings


@pytest.fixture
def terminal(monkeypatch) -> io.StringIO:
    """What the commands print."""
    text = io.StringIO()
    console = Console(file=text, width=200, soft_wrap=True, highlight=False, markup=False, emoji=False)
    for module in (common, outcome, progress):
        monkeypatch.setattr(module, "console", console)
    return text


@pytest.mark.parametrize("value", ["csv:100:", "[red]id[/red]", "[/]", ":smile:", "\\[x]", "[link=http://x]y[/link]"])
def test_data_is_printed_as_it_is(value):
    text = io.StringIO()
    console = Console(file=text, width=200)
    table = Table("file")
    table.add_row(*cells(value))
    for printed in (plain(value), labelled("label", "red", value), table):
        console.print(printed)
    assert text.getvalue().count(value) == 3


def test_the_commands_own_console_takes_nothing_for_markup():
    with common.console.capture() as captured:
        common.console.print("students.csv:100: [bold]")
    assert captured.get() == "students.csv:100: [bold]\n"


def test_path_is_relative_to_where_one_stands_or_absolute(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert shown(tmp_path / "here" / "reports" / "a.pdf") == "reports/a.pdf"
    assert shown(tmp_path / "there" / "a.pdf") == f"{tmp_path}/there/a.pdf"


def test_log_names_the_table_being_built_and_how_many_there_are(terminal, monkeypatch):
    clock = iter(range(0, 1_000, 2))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(clock)))

    class Event:
        def __init__(self, step: str, *, starts: bool) -> None:
            self.step_key, self.is_step_start, self.is_step_success = step, starts, not starts
            self.is_step_failure = self.is_step_skipped = False

    steps = ["delivery", *(f"stg_{n}" for n in range(8)), "publication"]
    progress.follow([Event(step, starts=starts) for step in steps for starts in (True, False)], len(steps), 0.0)
    lines = terminal.getvalue().splitlines()
    assert lines[0].endswith("extracts: generated, converted or found")
    assert [line.split("s  ")[1].strip() for line in lines[1:-1]] == ["stg_2, 4 of 10", "stg_5, 7 of 10"]
    assert lines[-1].endswith("publication")


def write_report(home, run_id: str, *rules: dict[str, object]) -> Path:
    path = home.failed_reports / run_id / "data_quality_report.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"rules": list(rules)}))
    return path


def failed(rule_id: str, title: str) -> dict[str, object]:
    counts = {"n_findings": 2, "n_offenders": 2, "n_waived": 0}
    about = {"rule_id": rule_id, "title": title, "how_to_fix": f"Mend {rule_id}.", "severity": "error"}
    return {**about, **counts, "status": Status.FAILED.value}


def test_refused_run_names_file_and_column_in_words_and_no_key_of_a_person(home, terminal, monkeypatch):
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    write_report(home, "1", failed("CON-01", "Missing column"), failed("ATT-01", "Attendance code not mapped"))
    places = {"CON-01": [("sis/enrollments.csv", "lacks the columns entry_date")], "ATT-01": [("S1|4711", "code Q")]}
    monkeypatch.setattr(outcome, "_errors_found", lambda _: places)
    refused = Outcome("1", was_refused=True, failed_error_checks=["publishable"])
    outcome.summarize(load_settings(), refused, 12)
    said = terminal.getvalue()
    assert "Not published: what was published before stays." in said
    assert "CON-01: Missing column: 2\n  sis/enrollments.csv: lacks the columns entry_date" in said
    assert "To mend: Mend CON-01." in said
    assert f"Which: {home.failed_reports}/1/worklists" in said
    assert "4711" not in said
    assert "blocking" not in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[synthetic]\nstudents = 0\n", "synthetic.students = 0: must be at least 50."),
        ("[synthetic]\nyears = 'x'\n", "synthetic.years = 'x': must be a whole number."),
        (
            "[sources]\nkind = 'file'\n",
            r"must be one of synthetic, files, oneroster, mapped, edfi \(did you mean files\?\)",
        ),
        ("as_of_date = 'today'\n", "must be a date, such as 2026-02-13"),
        ("[credentials]\nproviders = 'environment'\n", r"must be a list, such as \[.*Who is asked for a secret"),
        ("synthetic = 3\n", "must be a section with settings of its own"),
        ("[publication]\ncopy_to = 's3:/x'\n", "is not written as it must be. It means: s3://bucket/prefix"),
        ("[quality.severity]\n'ENR-05' = 'eror'\n", "must be one of error, warn .did you mean error"),
        ("[privacy]\nmin_uncertainty = 30\n", "min_uncertainty 30 must be at most"),
        ("[sources\n", "district.toml, line 1: not valid TOML. A setting is written name = value"),
    ],
)
def test_mistake_in_district_toml_is_told_in_words(home, text, words):
    home.config_file.write_text(text)
    with pytest.raises(SettingsError, match=words) as error:
        load_settings()
    for libraries in ("Input should", "Value error", "validation error", "unable to", "type="):
        assert libraries not in str(error.value)


def test_district_toml_in_another_encoding_is_told_with_its_line(home):
    home.config_file.write_bytes('[sources]\ndistrict_name = "Cañon"\n'.encode("latin-1"))
    with pytest.raises(
        SettingsError, match=r"district\.toml, line 2: a character that is no UTF-8\. Save the file as UTF-8\."
    ):
        load_settings()


def test_list_in_the_environment_that_is_no_json_is_told_with_its_variable(home, monkeypatch):
    monkeypatch.setenv("DISTRICT_CREDENTIALS__PROVIDERS", "environment")
    with pytest.raises(SettingsError, match=r"DISTRICT_CREDENTIALS…: .* as JSON"):
        load_settings()
