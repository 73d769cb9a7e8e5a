"""The templates with a district's own schedules, time zone and table; all else of them stays."""

import difflib

import pytest
from click.testing import CliRunner

from district_platform.aws.templates import NAMES, template, with_defaults
from district_platform.cli import main
from district_platform_tests.test_architecture import ROOT

OWN = """
[automation]
timezone = "America/Denver"
daily_cron = "0 4 * * *"
weekly_cron = "0 3 * * 0"

[destinations.aws]
kind = "dynamodb"
table = "days-of-our-district"
region = "us-west-2"
retention_years = 7
"""


def printed(*words: str) -> str:
    done = CliRunner().invoke(main, ["aws", "template", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def changed(name: str) -> list[str]:
    lines = difflib.ndiff(template(name).splitlines(), printed(name).splitlines())
    return [line[2:].strip() for line in lines if line.startswith("+ ")]


def test_templates_are_those_of_deploy():
    assert sorted(NAMES) == sorted(path.stem for path in (ROOT / "deploy" / "aws").glob("*.yaml"))


def test_district_without_settings_gets_the_templates_as_they_are(home):
    for name in NAMES:
        assert printed(name) == (ROOT / "deploy" / "aws" / f"{name}.yaml").read_text()


def test_districts_own_schedules_and_table_are_the_defaults_and_nothing_else_changes(home):
    home.config_file.write_text(OWN)
    schedules = [
        "Default: America/Denver",
        "Default: cron(0 4 ? * MON,TUE,WED,THU,FRI,SAT *)",
        "Default: cron(0 3 ? * SUN *)",
    ]
    assert changed("fargate") == changed("lambda") == schedules
    assert changed("dynamodb") == ["Default: days-of-our-district", 'Default: "yes"']
    assert changed("base") == []


def test_next_five_times_are_told_beside_the_template(home):
    home.config_file.write_text(OWN)
    told = CliRunner().invoke(main, ["aws", "template", "fargate"]).stderr.splitlines()
    assert [line.split(":")[0] for line in told] == ["nightly", "weekly"]
    assert all(line.count(",") == 4 for line in told)
    assert told[1].count("Sun ") == told[1].count(" 03:00 M") == 5


def test_schedule_that_eventbridge_cannot_express_is_refused_by_its_setting(home):
    home.config_file.write_text('[automation]\ndaily_cron = "15 5 1 * 1"\n')
    done = CliRunner().invoke(main, ["aws", "template", "lambda"])
    assert done.exit_code == 1
    assert "automation: 15 5 1 * 1: names days of the month and weekdays" in done.output


def test_default_that_is_not_there_is_no_silent_change():
    with pytest.raises(AssertionError, match="Nowhere: 0 defaults"):
        with_defaults(template("base"), {"Nowhere": "x"})
