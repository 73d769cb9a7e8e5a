"""`accounts invite`: who is invited is said first, links go into a file of their reader alone, and nobody is told a password."""

import csv
import json
import stat

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.web.signin import accounts, audit, invitations
from district_platform.web.signin.store import AccessStore
from district_platform_tests.web.published import people, publish


@pytest.fixture
def typed(home, monkeypatch):
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "synthetic")
    monkeypatch.setenv("DISTRICT_WEB__PUBLIC_URL", "https://data.example.org")

    def run(*words: object, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["accounts", "invite", *map(str, words), "--home", str(home.root)])
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def store(home) -> AccessStore:
    return AccessStore.of(home)


@pytest.fixture
def published(home):
    folder = publish(home, people(dim_employee=[{"k_employee": "A1", "k_educator": "aid", "full_name": "aid, aid"}]))
    (folder / "delivery.json").write_text(json.dumps({"kind": "synthetic"}))


def links(path) -> dict[str, dict[str, str]]:
    with path.open() as file:
        return {row["login"]: row for row in csv.DictReader(file)}


def test_everyone_with_a_role_and_no_account_is_told_first_and_invited_then(typed, store, published, tmp_path):
    accounts.add(store, ["cam@d.example"])
    told = typed("--everyone")
    assert "To invite: 4. With accounts already: 1." in told
    assert "  principal        2" in told
    assert "  employee         1" in told
    assert "sal@d.example   principal, teacher" in told
    assert "Nothing was made" in told
    assert [account.login for account in accounts.every(store)] == ["cam@d.example"]
    path = tmp_path / "links.csv"
    typed("--everyone", "--write", path)
    made = links(path)
    assert sorted(made) == [f"{name}@d.example" for name in ("aid", "pat", "sal", "tom")]
    assert made["sal@d.example"]["roles"] == "principal teacher"
    assert made["pat@d.example"]["link"].startswith("https://data.example.org/invitation/")
    assert "To invite: 0." in typed("--everyone", "--write", tmp_path / "again.csv")
    assert not (tmp_path / "again.csv").exists()


def test_file_of_links_is_for_its_reader_alone_and_is_no_file_that_was_there(typed, store, tmp_path):
    path = tmp_path / "links.csv"
    typed("a@example.org", "--write", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text()
    assert "File exists" in typed("b@example.org", "--write", path, code=1)
    assert path.read_text() == before
    assert [account.login for account in accounts.every(store)] == ["a@example.org"]
    token = links(path)["a@example.org"]["link"].rsplit("/", 1)[1]
    assert token.encode() not in store.path.read_bytes()
    assert invitations.invited(store, token).login == "a@example.org"
    assert [(line.event, line.page) for line in audit.lines(store)] == [("account invited", "a@example.org")]


def test_people_of_a_file_are_invited_all_or_none(typed, store, tmp_path):
    file, path = tmp_path / "staff.csv", tmp_path / "links.csv"
    for text, says in (
        ("name,login\nAnn,ann@example.org\nBo,ANN@example.org\n", "line 3: ann@example.org stands in line 2, too"),
        ("name,login\nAnn,ann@example.org\nBo,\n", "staff.csv, line 3: ''"),
        ("name,email\nAnn,ann@example.org\n", "has no column login; found name, email"),
    ):
        file.write_text(text)
        assert says in typed("--file", file, "--write", path, code=1)
    accounts.add(store, ["bo@example.org"])
    file.write_text("name,login\nAnn,ann@example.org\nBo,bo@example.org\n")
    assert "bo@example.org: there is such an account" in typed("--file", file, "--write", path, code=1)
    assert [account.login for account in accounts.every(store)] == ["bo@example.org"]
    assert not path.exists()
    file.write_text("name,login\nAnn,ann@example.org\nCy,4711\n")
    typed("--file", file, "--write", path)
    assert sorted(links(path)) == ["4711", "ann@example.org"]


def test_who_has_no_role_is_named_before(typed, published):
    assert "Without a role today, so that they cannot enter yet: new@d.example" in typed(
        "new@d.example", "pat@d.example"
    )


def test_nobody_is_not_everybody(typed):
    assert "Say whom" in typed(code=1)
