"""`keys`: made, listed and ended on the command line; wrong input in one sentence."""

import datetime as dt

import pytest
from click.testing import CliRunner, Result

from district_platform.cli import main
from district_platform.home import Home
from district_platform.web.signin import keys
from district_platform.web.signin.store import AccessStore

TOMORROW = (dt.date.today() + dt.timedelta(days=1)).isoformat()
LATER = (dt.date.today() + dt.timedelta(days=400)).isoformat()
ADD = ("keys", "add", "a@d.example", "--scope", "students")


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
        ((*ADD, "--expires-on", TOMORROW), "The scope students needs schools"),
        ((*ADD, "--school", "*", "--school", "0101", "--expires-on", TOMORROW), "* is every school: name it alone"),
        ((*ADD, "--school", "0101", "--expires-on", LATER), f"{LATER} is no day from today to a year ahead"),
        (("keys", "revoke", "abc"), "'abc': there is no such key."),
    ],
)
def test_wrong_input_is_one_sentence(home: Home, words: tuple[str, ...], sentence: str):
    result = said(home, *words)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {sentence}")
