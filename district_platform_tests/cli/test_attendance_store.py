"""`attendance-store` on the command line: a table is made, loaded, looked at and asked; what is wrong is one sentence."""

from collections.abc import Iterator

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from district_platform.cli import main
from district_platform.home import Home
from district_platform_tests.web.published import people, publish

SECTION = (
    '[destinations.aws]\nkind = "dynamodb"\ntable = "attendance"\nregion = "us-east-1"\nkms_key = "alias/district"\n'
)
TWO = f"{SECTION}{SECTION.replace('aws', 'other')}"


@pytest.fixture
def district(home: Home) -> Iterator[Home]:
    """A home whose publication has six days of four students, and a DynamoDB in this process."""
    publish(home, people())
    (home.root / "district.toml").write_text(SECTION)
    with mock_aws():
        yield home


def said(home: Home, *words: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, ["attendance-store", *words, "--home", str(home.root)])


def test_table_is_made_once(district: Home):
    assert said(district, "create").output == (
        "The table attendance is there. Next: district-platform attendance-store load --dry-run\n"
    )
    again = said(district, "create")
    assert (again.exit_code, "there is such a table" in again.output) == (1, True)


def test_dry_run_says_items_units_and_dollars_and_writes_nothing(district: Home):
    said(district, "create")
    told = said(district, "load", "--dry-run").output.replace("\n", " ")
    assert "Of 6 items, 6 are new, 0 have changed and 0 are gone: at most 12 write units, $0.00" in told
    assert boto3.client("dynamodb", "us-east-1").scan(TableName="attendance")["Count"] == 0


def test_load_writes_what_is_new_and_nothing_twice(district: Home):
    said(district, "create")
    assert "aws: written 6, new 6, changed 0, gone 0" in said(district, "load").output
    assert "aws: written 0, new 0, changed 0, gone 0" in said(district, "load").output


def test_verify_exits_with_1_until_a_load_is_finished(district: Home):
    said(district, "create")
    before = said(district, "verify")
    assert (before.exit_code, "last load: none has been finished" in before.output) == (1, True)
    said(district, "load")
    after = said(district, "verify")
    assert after.exit_code == 0, after.output
    for words in ("keys: student_id, date", "deletion protection: on", "point-in-time recovery: on, 35 days"):
        assert words in after.output
    assert "last load: v00000001-made" in after.output


def test_history_shows_the_days_of_a_student_between_two_dates(district: Home):
    said(district, "create")
    said(district, "load")
    shown = said(district, "history", "moved").output
    assert [line.split()[:2] for line in shown.splitlines()[1:4]] == [
        ["2024-10-03", "south"],
        ["2025-10-03", "south"],
        ["2026-02-03", "north"],
    ]
    assert shown.splitlines()[-1] == "3 days, complete as of v00000001-made."
    narrowed = said(district, "history", "moved", "--from", "2025-10-03", "--to", "2025-12-31").output
    assert narrowed.splitlines()[-1] == "1 day, complete as of v00000001-made."
    assert said(district, "history", "nobody").output.splitlines()[-1] == "0 days, complete as of v00000001-made."


@pytest.mark.parametrize(
    ("settings", "words", "sentence"),
    [
        ("", ("verify",), "No attendance store is configured"),
        (TWO, ("verify",), "There are several: say --destination aws or other."),
        (TWO, ("verify", "--destination", "x"), "x: no destination of kind dynamodb. Known: aws, other."),
        (SECTION, ("verify",), "attendance: There is no table attendance in the region us-east-1"),
        (SECTION, ("history", "ann"), "attendance: There is no table attendance in the region us-east-1"),
    ],
)
def test_what_is_wrong_is_one_sentence(district: Home, settings: str, words: tuple[str, ...], sentence: str):
    (district.root / "district.toml").write_text(settings)
    result = said(district, *words)
    assert result.exit_code == 1
    assert result.output.replace("\n", " ").startswith(f"Error: {sentence}")
