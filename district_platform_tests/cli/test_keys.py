"""`keys`: made, listed and ended on the command line; wrong input in one sentence."""

import datetime as dt

import pytest
from click.testing import CliRunner, Result

from district_platform.cli import main
from district_platform.cli.keys import _shown
from district_platform.home import Home
from district_platform.web.signin import keys
from district_platform.web.signin.store import AccessStore
from district_platform_tests.web.published import people, publish

TOMORROW = (dt.date.today() + dt.timedelta(days=1)).isoformat()
LATER = (dt.date.today() + dt.timedelta(days=400)).isoformat()
KEYS = ("keys", "add", "a@d.example")
ADD = (*KEYS, "--scope", "students")


def said(home: Home, *words: str) -> Result:
    (home.root / "district.toml").touch()
    return CliRunner().invoke(main, [*words, "--home", str(home.root)])


def test_key_is_shown_once_listed_and_revoked(home: Home):
    made = said(home, *ADD, "--school", "0101", "--expires-on", TOMORROW)
    text = made.output.splitlines()[0]
    store = AccessStore.of(home)
    [key] = keys.every(store)
    assert keys.find(store, text, "10.0.0.1") is not None
    assert text.encode() not in home.access_database.read_bytes()
    listed = said(home, "keys", "list").output
    assert key.key_id in listed
    assert text not in listed
    assert "10.0.0.1" in listed
    assert said(home, "keys", "revoke", key.key_id).exit_code == 0
    assert keys.find(store, text, "10.0.0.1") is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*ADD, "--expires-on", TOMORROW), "The scope students needs --school"),
        ((*ADD, "--school", "*", "--school", "0101", "--expires-on", TOMORROW), "* is all schools: name it alone"),
        ((*ADD, "--school", "0101", "--expires-on", LATER), f"{LATER} is no day from today to a year ahead"),
        ((*KEYS, "--scope", "hours", "--expires-on", TOMORROW), "The scope hours needs --employee"),
        ((*KEYS, "--scope", "store", "--store", " ", "--expires-on", TOMORROW), "--store is empty"),
        (
            (*KEYS, "--scope", "quality", "--rules-of", "SIS", "--expires-on", TOMORROW),
            "'SIS' owns no rule: the owners are SIS data steward",
        ),
        (("keys", "revoke", "abc"), "'abc': there is no such key."),
    ],
)
def test_wrong_input_is_one_sentence(home: Home, words: tuple[str, ...], sentence: str):
    result = said(home, *words)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {sentence}")


def test_key_of_quality_hours_and_stores_is_listed_with_what_it_names(home: Home):
    named = ("--rules-of", "data team", "--employee", "00012", "--employee", "00013", "--store", "*")
    scopes = ("--scope", "quality", "--scope", "hours", "--scope", "store")
    assert said(home, *KEYS, *scopes, *named, "--expires-on", TOMORROW).exit_code == 0
    [key] = keys.every(AccessStore.of(home))
    assert key.named == keys.Named(("data team",), ("00012", "00013"), ("*",))
    assert _shown(key, dt.date.today())[3] == "data team; 00012, 00013; all stores"


def test_id_that_is_not_published_is_refused(home: Home):
    publish(home, people())
    for option, value, sentence in (
        ("--school", "west", "School 'west' is not in the publication; it has north, south."),
        ("--store", "kiosk", "Store 'kiosk' is not in the publication; it has shop."),
        ("--employee", "E9", "Employee 'E9' is not in the publication."),
    ):
        scope = {"--school": "students", "--store": "store", "--employee": "hours"}[option]
        result = said(home, *KEYS, "--scope", scope, option, value, "--expires-on", TOMORROW)
        assert (result.exit_code, result.output.strip()) == (1, f"Error: {sentence}")
