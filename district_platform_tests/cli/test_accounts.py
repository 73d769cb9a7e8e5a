"""`accounts` and `audit`, as a person types them."""

import csv
import io

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.web.signin import accounts, audit
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


@pytest.mark.parametrize("login", ["", "two words", "x" * 255, "a\tb"])
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


def test_accounts_of_a_file_are_made_all_or_none(typed, store, tmp_path):
    file = tmp_path / "staff.csv"
    file.write_text("name,login\nAnn,ann@example.org\nBo,ANN@example.org\n")
    assert "line 3: ann@example.org stands in line 2, too" in typed("accounts", "import", str(file), code=1)
    file.write_text("name,login\nAnn,ann@example.org\nBo,\n")
    assert "staff.csv, line 3: ''" in typed("accounts", "import", str(file), code=1)
    file.write_text("name,email\nAnn,ann@example.org\n")
    assert "has no column login; found name, email" in typed("accounts", "import", str(file), code=1)
    assert accounts.every(store) == []
    file.write_text("name,login\nAnn,ann@example.org\nBo,4711\n")
    made = list(csv.DictReader(io.StringIO(typed("accounts", "import", str(file)))))
    assert [row["login"] for row in made] == ["ann@example.org", "4711"]
    assert len({row["temporary_password"] for row in made}) == 2
    assert [account.login for account in accounts.every(store)] == ["4711", "ann@example.org"]


def test_audit_is_shown_as_csv_and_holds_no_formula(typed, store):
    audit.record(store, Event.VIEWED, "a@example.org", role="teacher", page="=cmd()", students=["S2", "S1"])
    audit.record(store, Event.VIEWED, "b@example.org")
    rows = list(csv.DictReader(io.StringIO(typed("audit", "--account", "A@example.org"))))
    assert [(row["account"], row["page"], row["students"]) for row in rows] == [("a@example.org", "'=cmd()", "S1 S2")]
    assert typed("audit", "--since", "2100-01-01").splitlines()[1:] == []
