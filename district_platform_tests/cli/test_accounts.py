"""`accounts` and `audit`, as a person types them."""

import csv
import io
import re

import pyotp
import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.web.signin import accounts, audit, ready_made, second_factor
from district_platform.web.signin.audit import Event
from district_platform.web.signin.store import AccessStore


@pytest.fixture
def typed(home):
    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, [*words, "--home", str(home.root)])
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def store(home) -> AccessStore:
    return AccessStore.of(home)


def test_account_that_is_made_has_a_temporary_password_that_is_printed_and_kept_nowhere(typed, store):
    told = typed("accounts", "add", "Head@Example.org")
    password = told.split("temporary password: ")[1].split()[0]
    assert told.startswith("head@example.org")
    account = accounts.find(store, "head@example.org")
    assert account.must_change_password
    assert password.encode() not in store.path.read_bytes()
    assert "temporary password" in typed("accounts", "list")
    assert [(line.event, line.page) for line in audit.lines(store)] == [("account added", "head@example.org")]


@pytest.mark.parametrize("login", ["", "two words", "x" * 255, "a\tb", "=cmd()"])
def test_name_that_cannot_be_an_accounts_is_refused(typed, store, login):
    assert "names no account" in typed("accounts", "add", login, code=1)
    assert accounts.every(store) == []


def test_account_that_is_there_is_not_made_again_and_one_that_is_not_is_named(typed):
    typed("accounts", "add", "a@example.org")
    assert "accounts reset" in typed("accounts", "add", "A@example.org", code=1)
    assert "accounts list" in typed("accounts", "disable", "b@example.org", code=1)
    assert "no such account" in typed("accounts", "reset", "b@example.org", code=1)


def test_disabled_account_is_opened_by_reset(typed, store):
    typed("accounts", "add", "a@example.org")
    typed("accounts", "disable", "a@example.org")
    assert "disabled" in typed("accounts", "list")
    typed("accounts", "reset", "a@example.org")
    assert not accounts.find(store, "a@example.org").is_disabled


def test_second_factor_is_taken_away_by_name(typed, store):
    typed("accounts", "add", "a@example.org")
    account = accounts.existing(store, "a@example.org")
    with store.writing() as connection:
        second_factor.put(connection, account.account_id, second_factor.new_secret(), 0)
    assert re.search("a@example.org +temporary password +yes", typed("accounts", "list"))
    assert "no second factor any more" in typed("accounts", "reset-code", "A@example.org")
    assert second_factor.find(store, account.account_id) is None
    assert [line.event for line in audit.lines(store)][-1] == "second factor taken away"
    assert "no such account" in typed("accounts", "reset-code", "b@example.org", code=1)


def test_code_is_told_of_ready_made_accounts_alone(typed, store):
    typed("accounts", "add", "a@example.org")
    assert "only its owner's app" in typed("accounts", "code", "a@example.org", code=1)
    made = ready_made.renew(store, ["district", "teacher"])
    assert "password alone" in typed("accounts", "code", "teacher", code=1)
    told = typed("accounts", "code", "district").strip()
    assert pyotp.TOTP(made["district"].app_key).verify(told, valid_window=1)
    account = accounts.existing(store, "district")
    assert second_factor.check(store, account.account_id, told).is_right
    assert typed("accounts", "code", "district").strip() != told


def test_audit_is_shown_as_csv_and_holds_no_formula(typed, store):
    audit.record(store, Event.VIEWED, "a@example.org", role="teacher", page="=cmd()", students=["S2", "S1"])
    audit.record(store, Event.VIEWED, "b@example.org")
    rows = list(csv.DictReader(io.StringIO(typed("audit", "--account", "A@example.org"))))
    assert [(row["account"], row["page"], row["students"]) for row in rows] == [("a@example.org", "'=cmd()", "S1 S2")]
    assert typed("audit", "--since", "2100-01-01").splitlines()[1:] == []


def test_audit_of_an_earlier_version_steers_no_terminal(typed, store):
    """Lines as they stood before they were made harmless at writing."""
    with store.writing() as connection:
        connection.execute(
            "insert into audit (at, event, account, role, address, page, filters, students, publication)"
            " values (?, 'refused', 'a@example.org', '', '', ?, '', '', '')",
            [store.now(), "\x1b]0;owned\x07\x9b2J\u202e\r=1+1"],
        )
    told = typed("audit")
    assert all(line.isprintable() for line in told.splitlines())
    assert r"\x1b]0;owned\x07\x9b2J\u202e\r=1+1" in told
