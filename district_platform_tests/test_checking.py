"""`district-platform check`: what a person reads before anything is loaded."""

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from district_platform.checking import check_extracts
from district_platform.home import Home
from district_platform.settings import Settings, load_settings

MESSY = Path(__file__).parent / "quality" / "messy"


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
    assert "These extracts would not be published: CON-01, CON-06." in told
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
