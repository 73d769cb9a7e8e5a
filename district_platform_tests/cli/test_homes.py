"""A folder becomes a district by `init`, or by somebody saying what it is; never by a typing error."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from district_platform.cli import main
from district_platform.settings import load_settings
from district_platform.sources import synthetic


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person stands: an empty folder, with nothing said in the environment."""
    for name in ("DISTRICT_HOME", "DISTRICT_SOURCES__KIND", "DISTRICT_SYNTHETIC__STUDENTS", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize(
    "command", ["run", "check", "generate", "ui", "alerts list", "hours --employee 7", "uploads list"]
)
@pytest.mark.parametrize("by_environment", [False, True])
def test_folder_that_does_not_exist_is_refused_and_init_is_named(here, monkeypatch, command, by_environment):
    if by_environment:
        monkeypatch.setenv("DISTRICT_HOME", str(here / "distrct"))
        result = told(*command.split())
    else:
        result = told(*command.split(), "--home", "distrct")
    assert result.exit_code == 1
    assert "distrct: there is no such folder." in result.output
    assert "district-platform init --home distrct" in result.output
    assert list(here.iterdir()) == []


def test_misspelt_folder_is_refused_even_with_students_and_the_district_beside_it_is_named(here):
    told("init", "district")
    result = told("run", "--home", "distrct", "--students", "400")
    assert "Did you mean district?" in result.output
    assert not (here / "distrct").exists()


@pytest.mark.parametrize("command", ["run", "check", "generate", "ui"])
def test_folder_without_district_toml_is_refused_until_somebody_says_what_it_is(here, command):
    (here / "some").mkdir()
    result = told(command, "--home", "some")
    assert result.exit_code == 1
    assert "some has no district.toml, so that nothing says what district it is." in result.output
    assert list((here / "some").iterdir()) == []


@pytest.fixture
def generated(monkeypatch) -> list[Path]:
    """The folders for which the generator was called, which makes nothing here."""
    folders: list[Path] = []
    monkeypatch.setattr(synthetic, "generate", lambda raw, *_, **__: folders.append(raw) or [])
    return folders


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (["--students", "400"], {}),
        (["--kind", "synthetic"], {}),
        ([], {"DISTRICT_SYNTHETIC__STUDENTS": "400"}),
        ([], {"DISTRICT_SOURCES__KIND": "synthetic"}),
    ],
)
def test_students_or_a_kind_say_what_a_folder_is(here, monkeypatch, generated, options, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = told("generate", "--home", ".", *options)
    assert result.exit_code == 0, result.output
    assert generated == [here / "data" / "raw"]


def test_what_is_made_up_says_so(here, generated):
    assert (
        "SYNTHETIC district: every person and every number in it is made up."
        in told("generate", "--students", "400").output
    )


def test_repositorys_own_district_toml_runs_as_it_is(here, monkeypatch, generated):
    repository = Path(__file__).parents[2]
    (here / "district.toml").write_text((repository / "district.toml").read_text())
    assert told("generate").exit_code == 0


@pytest.mark.parametrize(("demo", "kind"), [([], "files"), (["--demo"], "synthetic")])
def test_init_makes_a_private_home_with_folders_settings_and_gitignore(here, monkeypatch, demo, kind):
    result = told("init", "new", *demo)
    assert result.exit_code == 0
    assert "new/district.toml" in result.output
    made = {path.relative_to(here / "new").as_posix() for path in (here / "new").rglob("*")}
    assert made >= {
        "district.toml",
        ".gitignore",
        "data/raw/sis",
        "data/raw/hr",
        "data/reference",
        "warehouse",
        "reports",
    }
    assert {oct(path.stat().st_mode & 0o077) for path in (here / "new", *(here / "new").rglob("*"))} == {"0o0"}
    monkeypatch.setenv("DISTRICT_HOME", str(here / "new"))
    assert load_settings().sources.kind == kind


def test_init_leaves_what_is_there_and_refuses_a_district(here):
    (here / ".gitignore").write_text("mine\n")
    assert told("init").exit_code == 0
    assert (here / ".gitignore").read_text() == "mine\n"
    again = told("init")
    assert (again.exit_code, "this is a district already" in again.output) == (1, True)


def test_every_line_that_is_off_in_the_new_district_toml_is_a_setting(here, monkeypatch):
    told("init")
    text = (here / "district.toml").read_text()
    settings = re.sub(r"^# (?=(\[|[\"\w.-]+ = ))", "", text, flags=re.MULTILINE)
    (here / "district.toml").write_text(settings)
    assert len(tomllib.loads(settings)) >= 6
    monkeypatch.setenv("DISTRICT_HOME", str(here))
    assert load_settings().alerts.email.host == "smtp.example.org"


@pytest.mark.parametrize(
    ("option", "value"),
    [("--students", "0"), ("--students", "many"), ("--years", "99"), ("--seed", "-1"), ("--kind", "x")],
)
def test_impossible_option_is_blamed_by_its_name(here, option, value):
    result = told("generate", "--home", ".", option, value)
    assert result.exit_code == 2
    assert f"Invalid value for '{option}': " in result.output
    assert "DISTRICT_" not in result.output
