"""The file of accounts and audit: for its owner only, only added to, whole after a kill, and in every backup."""

import datetime as dt
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest

from district_platform.home import Home
from district_platform.operations.backup import back_up
from district_platform.settings import load_settings
from district_platform.web.signin import accounts, audit, sessions
from district_platform.web.signin.audit import Event
from district_platform.web.signin.forms import own_path
from district_platform.web.signin.schema import VERSIONS
from district_platform.web.signin.store import AccessStore, AccessStoreError
from district_platform_tests.web.dashboard import PRINCIPAL


def test_file_and_folder_are_for_their_owner_only(home):
    home.access_database.parent.mkdir(mode=0o755, parents=True)
    home.access_database.touch(mode=0o644)
    store = AccessStore.of(home)
    with store.writing() as connection:
        connection.execute("insert into attempt values (1, 'a', 'b')")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.access_database.parent.iterdir()}
    assert modes == {"access.sqlite": 0o600, "access.sqlite-wal": 0o600, "access.sqlite-shm": 0o600}
    assert stat.S_IMODE(home.access_database.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "statement",
    [
        "update audit set account = 'nobody'",
        "delete from audit",
        "insert or replace into audit select * from audit",
    ],
)
def test_line_of_the_audit_is_neither_changed_nor_removed(home, statement):
    store = AccessStore.of(home)
    audit.record(store, Event.VIEWED, PRINCIPAL, page="school")
    with pytest.raises(sqlite3.IntegrityError, match="audit"), store.writing() as connection:
        connection.execute(statement)
    assert [line.account for line in audit.lines(store)] == [PRINCIPAL]


def test_line_of_more_than_three_years_ago_may_be_removed(home):
    store = AccessStore(home.access_database, clock=lambda: 1_000_000_000.0)
    audit.record(store, Event.VIEWED, PRINCIPAL)
    with store.writing() as connection:
        connection.execute("delete from audit")
    assert list(audit.lines(store)) == []


def test_audit_names_few_students_and_counts_many(home):
    store = AccessStore.of(home)
    many = [f"S{i}" for i in range(31)]
    for students in (["S2", "S1"], many, many[::-1], [*many[1:], "S99"]):
        audit.record(store, Event.VIEWED, PRINCIPAL, students=students)
    shown = [line.students for line in audit.lines(store)]
    assert shown[0] == "S1 S2"
    assert shown[1].startswith("31 students, sha256 ")
    assert shown[1] == shown[2] != shown[3]


def test_what_steers_a_terminal_or_turns_words_around_is_written_out_in_the_audit(home):
    store = AccessStore.of(home)
    typed = "a\x1b]0;owned\x07\x9b2J\u202eb\u200d\n\u2028ü"
    audit.record(
        store, Event.REFUSED, typed, role=typed, address=typed, page=typed, filters={typed: typed}, students=[typed]
    )
    [line] = audit.lines(store)
    texts = (line.account, line.role, line.address, line.page, line.filters, line.students)
    assert all(text.isprintable() for text in texts)
    assert line.page == r"a\x1b]0;owned\x07\x9b2J\u202eb\u200d\n\u2028ü"


WRITER = """
import sys
from pathlib import Path
from district_platform.web.signin import audit
from district_platform.web.signin.store import AccessStore
store = AccessStore(Path(sys.argv[1]))
for i in range(100_000):
    audit.record(store, audit.Event.VIEWED, "a", page=str(i))
    print(i, flush=True)
"""


def test_every_line_that_was_written_is_there_after_a_kill(home):
    store = AccessStore.of(home)
    command = [sys.executable, "-c", WRITER, str(home.access_database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        written = [int(writer.stdout.readline()) for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        written += [int(line) for line in writer.stdout]
    pages = [int(line.page) for line in audit.lines(store)]
    assert pages[: len(written)] == written
    assert len(pages) - len(written) <= 1
    audit.record(store, Event.VIEWED, "b")
    with store.reading() as connection:
        assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"


def test_two_processes_make_the_file_at_once(home):
    """Both find it there or make it, whoever comes first."""
    command = [
        sys.executable,
        "-c",
        "import sys; from district_platform.web.signin.store import *; AccessStore(Path(sys.argv[1]))",
    ]
    started = [subprocess.Popen([*command, str(home.access_database)]) for _ in range(4)]
    assert [process.wait() for process in started] == [0] * 4


def test_file_of_a_newer_version_is_refused_by_name(home):
    AccessStore.of(home)
    with closing(sqlite3.connect(home.access_database)) as connection:
        connection.execute("pragma user_version = 99")
    with pytest.raises(AccessStoreError, match=r"access\.sqlite was written by a newer version"):
        AccessStore.of(home)


def test_file_of_an_earlier_version_keeps_its_rows_and_gets_what_is_new(home):
    home.access_database.parent.mkdir(parents=True)
    with closing(sqlite3.connect(home.access_database)) as connection:
        connection.executescript(VERSIONS[0])
        connection.execute("insert into account (login, created_at) values ('a@d.example', 1)")
        connection.execute("pragma user_version = 1")
        connection.commit()
    store = AccessStore.of(home)
    assert [account.login for account in accounts.every(store)] == ["a@d.example"]
    with store.reading() as connection:
        assert connection.execute("pragma user_version").fetchone()[0] == len(VERSIONS)
        assert connection.execute("select length(secret) from api_signing").fetchall()[0][0] == 32
        assert connection.execute("select count(*) from api_key").fetchone()[0] == 0


def test_backup_holds_accounts_and_audit_as_of_one_moment_while_they_are_written(home, tmp_path_factory, monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    store = AccessStore.of(home)
    accounts.add(store, [PRINCIPAL])
    with store.writing() as open_transaction:
        open_transaction.execute("insert into attempt values (1, 'a', 'b')")
        folder = back_up(load_settings(), tmp_path_factory.mktemp("backups"), dt.datetime(2026, 2, 13, tzinfo=dt.UTC))
    copied = Home(root=folder / "files").access_database
    assert sorted(path.name for path in copied.parent.iterdir()) == ["access.sqlite"]
    restored = AccessStore(copied)
    assert [account.login for account in accounts.every(restored)] == [PRINCIPAL]
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600


def test_session_that_was_ended_meanwhile_goes_on_in_no_role(home):
    store = AccessStore.of(home)
    [account] = [accounts.existing(store, login) for login in accounts.add(store, ["pat@d.example"])]
    first = sessions.find(store, sessions.begin(store, account.verified, "principal")[0])
    second = sessions.find(store, sessions.go_on(store, first, "teacher", "went on in another role"))
    assert sessions.go_on(store, first, "teacher", "went on in another role") is None
    sessions.end(store, first, "signed out")
    assert sessions.go_on(store, second, "principal", "went on in another role") is None


@pytest.mark.parametrize("target", ["//[", "http://[", "/[x", "/print/school"])
def test_target_of_any_form_is_a_path_of_this_site_or_nothing(target):
    assert own_path(target) in ("", target)
    assert own_path("//[") == ""
