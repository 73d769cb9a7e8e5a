"""What pages read of the store in PostgreSQL: one employee, by a user who may only read, and quickly or not at all."""

import datetime as dt
import threading
import time
from urllib.parse import urlsplit

import pytest
from adbc_driver_postgresql import dbapi
from click.testing import CliRunner
from pydantic import SecretStr

from district_platform.cli import main
from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping import reader, runs, sql
from district_platform.timekeeping.database import PostgresDatabase, StoreError, open_store
from district_platform.timekeeping.live import AT_ONCE, PAUSE_SECONDS, LiveStore, StoreAwayError
from district_platform_tests.timekeeping.conftest import execute
from district_platform_tests.timekeeping.made import MadeSource, load, person, punch

SINCE = dt.date(2026, 2, 1)
PEOPLE = MadeSource(
    [person("1", hourly_rate=None), person("2")],
    [
        punch(1, "1", "2026-02-10T07:00:00"),
        punch(2, "1", "2026-02-10T15:00:00"),
        punch(3, "2", "2026-02-10T08:00:00"),
        punch(4, "1", "2025-12-10T07:00:00"),
    ],
)
NOWHERE = "postgresql://reader:pw@127.0.0.1:1/none"


@pytest.fixture
def filled(home: Home, empty_postgres: str) -> str:
    """A store with the punches of two employees."""
    with open_store(home, Timekeeping(database_url=SecretStr(empty_postgres)), Engine()) as store:
        load(store, PEOPLE).update()
    return empty_postgres


def live(url: str) -> LiveStore:
    return LiveStore(lambda: SecretStr(url))


def as_reader(address: str, statement: str) -> object:
    with dbapi.connect(address, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetch_arrow_table()


def test_one_employees_punches_are_read_since_a_day_without_a_name(filled: str) -> None:
    found = live(reader.make(filled)).of("1", SINCE)
    assert found.punches["punch_id"].to_pylist() == [1, 2]
    assert found.employee.to_pylist() == [
        {
            "person_number": "1",
            "school_id": "101",
            "worker_type": "hourly",
            "hourly_rate": None,
            "time_zone": "America/New_York",
        }
    ]
    assert found.asked_at is not None


def test_everybodys_punches_are_read_since_a_day_by_the_reader(filled: str) -> None:
    found = live(reader.make(filled)).of_all(SINCE)
    assert sorted(found.punches["punch_id"].to_pylist()) == [1, 2, 3]
    assert sorted(found.employee["person_number"].to_pylist()) == ["1", "2"]
    assert "full_name" not in found.employee.column_names


@pytest.mark.parametrize("number", ["3", "", "1' or '1'='1", "%"])
def test_a_number_of_nobody_has_no_punches(filled: str, number: str) -> None:
    found = live(filled).of(number, SINCE)
    assert (found.employee.num_rows, found.punches.num_rows) == (0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "insert into timekeeping.source values ('x')",
        "update timekeeping.punch set is_deleted = true",
        "set default_transaction_read_only to off; delete from timekeeping.punch",
        "drop table timekeeping.punch",
        "create table timekeeping.own (x int)",
        "select full_name from timekeeping.employee",
        "select * from timekeeping.punch_reject",
    ],
)
def test_the_reader_changes_nothing_and_sees_no_name(filled: str, statement: str) -> None:
    address = reader.make(filled)
    with pytest.raises(dbapi.Error):
        as_reader(address, statement)


def test_reading_neither_waits_for_a_load_nor_stops_one(filled: str) -> None:
    address = reader.make(filled)
    store = PostgresDatabase(filled)  # holds the lock of the one who writes
    try:
        assert live(address).of("1", SINCE).punches.num_rows == 2
    finally:
        store.close()


def test_the_reader_reads_a_store_that_was_emptied_and_made_anew(home: Home, filled: str) -> None:
    address = reader.make(filled)
    with open_store(home, Timekeeping(database_url=SecretStr(filled)), Engine()) as store:
        runs.claim(store, f"{runs.SYNTHETIC}a")
        runs.claim(store, f"{runs.SYNTHETIC}b")
        load(store, PEOPLE).update()
    assert live(address).of("1", SINCE).punches.num_rows == 2


def test_a_reader_made_again_has_another_password(filled: str) -> None:
    first, second = (urlsplit(reader.make(filled)) for _ in range(2))
    assert first.username == second.username == sql.READER
    assert first.password != second.password


def test_no_password_is_in_a_statement() -> None:
    password = "seen by nobody"
    assert password not in reader._scram(password)
    assert reader._scram(password) != reader._scram(password)


def test_a_store_that_is_away_says_since_when_and_is_not_asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    now = [1_771_000_000.0]

    def url() -> SecretStr:
        asked.append("once")
        return SecretStr(NOWHERE)

    store = LiveStore(url, lambda: now[0])
    since = []
    for seconds in (0, 1, PAUSE_SECONDS):
        now[0] += seconds
        with pytest.raises(StoreAwayError) as away:
            store.of("1", SINCE)
        since.append(away.value.since)
    assert set(since) == {dt.datetime.fromtimestamp(1_771_000_000, dt.UTC).replace(tzinfo=None)}
    assert len(asked) == 2


def test_a_store_that_comes_back_is_read_again(filled: str) -> None:
    urls, now = [NOWHERE, filled], [0.0]
    store = LiveStore(lambda: SecretStr(urls.pop(0)), lambda: now[0])
    with pytest.raises(StoreAwayError):
        store.of("1", SINCE)
    now[0] += PAUSE_SECONDS
    assert store.of("1", SINCE).punches.num_rows == 2


def test_many_pages_while_the_store_is_slow_do_not_wait_behind_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits on a thread that answers pages."""
    slow = threading.Event()
    monkeypatch.setattr("district_platform.timekeeping.live._read", lambda *asked: slow.wait(30))
    monkeypatch.setattr("district_platform.timekeeping.live.WAIT_SECONDS", 0.05)
    store = live(NOWHERE)
    asking = [threading.Thread(target=store.of, args=("1", SINCE)) for _ in range(AT_ONCE)]
    for thread in asking:
        thread.start()
    while store._turns._value:
        time.sleep(0.01)
    with pytest.raises(StoreAwayError):
        store.of("1", SINCE)
    slow.set()
    for thread in asking:
        thread.join()
    assert store.of("1", SINCE)


def test_who_waited_for_a_turn_does_not_ask_a_store_that_was_found_away_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, waiting = [], threading.Event()

    def read(*of: object) -> object:
        asked.append(of)
        waiting.wait(30)
        raise OSError("away")

    monkeypatch.setattr("district_platform.timekeeping.live._read", read)
    monkeypatch.setattr("district_platform.timekeeping.live.WAIT_SECONDS", 30)
    store = LiveStore(lambda: SecretStr(NOWHERE), lambda: 0.0)
    away: list[StoreAwayError] = []

    def ask() -> None:
        try:
            store.of("1", SINCE)
        except StoreAwayError as error:
            away.append(error)

    asking = [threading.Thread(target=ask) for _ in range(3 * AT_ONCE)]
    for thread in asking:
        thread.start()
    while len(asked) < AT_ONCE:
        time.sleep(0.01)
    waiting.set()
    for thread in asking:
        thread.join()
    assert len(away) == 3 * AT_ONCE
    assert len(asked) == AT_ONCE


def test_an_unprotected_address_is_not_used() -> None:
    with pytest.raises(StoreAwayError):
        live("postgresql://reader:pw@db.example.org/punches").of("1", SINCE)


def test_what_went_wrong_is_logged_once_without_the_password(caplog: pytest.LogCaptureFixture) -> None:
    store = LiveStore(lambda: SecretStr("postgresql://reader:hidden-word@127.0.0.1:1/none"), lambda: 0.0)
    for _ in range(2):
        with pytest.raises(StoreAwayError):
            store.of("1", SINCE)
    assert len(caplog.records) == 1
    assert "hidden-word" not in caplog.text


def test_the_command_prints_an_address_that_reads(home: Home, filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRICT_TIMEKEEPING__DATABASE_URL", filled)
    ran = CliRunner().invoke(main, ["hours", "reader"])
    assert ran.exit_code == 0, ran.output
    assert live(ran.output.strip()).of("2", SINCE).punches.num_rows == 1


def test_the_command_without_a_database_says_what_to_do(home: Home) -> None:
    ran = CliRunner().invoke(main, ["hours", "reader"])
    assert ran.exit_code == 1
    assert "DISTRICT_TIMEKEEPING__DATABASE_URL is not set" in ran.output


def test_an_administrator_gets_the_statements(home: Home) -> None:
    printed = CliRunner().invoke(main, ["hours", "reader", "--sql"]).output
    assert printed.startswith(f"create role {sql.READER} with login")
    assert printed.count(";\n") == len(reader.statements())


def test_a_user_who_may_make_no_roles_is_told_what_to_do(filled: str) -> None:
    execute(filled, "drop role if exists plain", "create role plain login", "grant all on schema timekeeping to plain")
    execute(
        filled, "grant create on database postgres to plain", "grant all on all tables in schema timekeeping to plain"
    )
    parts = urlsplit(filled)
    url = parts._replace(netloc=f"plain@{parts.netloc.rpartition('@')[2]}").geturl()
    with pytest.raises(StoreError, match="cannot make a reader"):
        reader.make(url)
