"""`district-platform check`: what a person reads before anything is loaded."""

import io
import os
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from district_platform.cli.checking import check_extracts
from district_platform.home import Home
from district_platform.settings import Settings, load_settings

pytestmark = pytest.mark.whole

MESSY = Path(__file__).parents[1] / "quality" / "messy"


@pytest.fixture
def messy(home: Home, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The messy delivery of the quality tests, without its waivers."""
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    shutil.copytree(MESSY / "data" / "raw", home.raw)
    home.reference.mkdir(parents=True)
    return load_settings()


def checked(settings: Settings) -> tuple[int, str]:
    text = io.StringIO()
    code = check_extracts(settings, Console(file=text, width=200, highlight=False))
    return code, text.getvalue()


def test_faults_are_told_with_file_line_column_value_and_what_to_do(messy: Settings):
    code, told = checked(messy)
    assert code == 1
    assert "These extracts would not be published: CON-01, ATT-01." in told
    assert "separate columns by commas, not semicolons" in told
    assert "To mend: " in told


def test_waived_finding_is_left_out(messy: Settings):
    def repeated(told: str) -> list[str]:
        return [line for line in told.splitlines() if line.startswith("  sis/enrollments.csv") and "repeats" in line]

    _, before = checked(messy)
    (line,) = repeated(before)
    key = line.split()[0].removesuffix(":")
    waiver = f"rule_id,key,reason,expiry_date\nCON-03,{key},known,2030-06-30\n"
    (messy.home.reference / "waivers.csv").write_text(waiver)
    assert repeated(checked(messy)[1]) == []


def test_reference_table_that_cannot_be_used_is_said_first(messy: Settings):
    (messy.home.reference / "absentee_categories.csv").write_text("threshold_lower\n")
    code, told = checked(messy)
    assert code == 1
    assert told.startswith("Cannot be used: data/reference/absentee_categories.csv: ")


def test_hostile_files_are_a_sentence_each_and_the_others_are_read(messy: Settings):
    """A pipe hung it, a link to /dev/zero never ended, and headers that are none ended in a trace."""
    raw = messy.home.raw
    os.mkfifo(raw / "sis" / "courses.csv.gz")
    (raw / "sis" / "sessions").mkdir()
    (raw / "sis" / "sessions" / "a.csv").symlink_to("/dev/zero")
    for name, header in {"b": 'x,"y', "c": f'x,"{"y" * 200_000}"', "d": "x,y\0", "e": "x,x"}.items():
        (raw / "sis" / "sessions" / f"{name}.csv").write_text(f"{header}\n1,2\n")
    Path(os.fsdecode(os.fsencode(raw) + b"/sis/sessions/Mu\xf1oz.csv")).write_text("x,y\n")
    Path(os.fsdecode(os.fsencode(raw) + b"/sis/Mu\xf1oz.csv")).write_text("x,y\n")
    code, told = checked(messy)
    assert code == 1
    assert "Traceback" not in told
    found = {
        line.split(": ")[0].strip(): line.split(": ", 1)[1] for line in told.splitlines() if line.startswith("  sis/")
    }
    assert found["sis/courses.csv.gz"] == "is a named pipe; a regular file was expected"
    assert (
        found["sis/sessions/a.csv"]
        == "is a link, or lies in one, to a place outside the delivery: deliver the file itself"
    )
    assert "unknown file: sis/Mu\\xf1oz.csv is no extract" in told


@pytest.mark.parametrize("name", ["absentee_categories", "waivers"])
def test_a_reference_table_that_is_a_pipe_is_named_and_not_waited_for(messy: Settings, name: str):
    os.mkfifo(messy.home.reference / f"{name}.csv")
    code, told = checked(messy)
    assert code == 1
    assert told.startswith(f"Cannot be used: data/reference/{name}.csv: is a named pipe; a regular file was expected.")
