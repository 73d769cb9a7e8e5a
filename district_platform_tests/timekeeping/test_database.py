"""Which databases may hold punches, and what they refuse."""

import stat

import pytest
from pydantic import SecretStr

from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping import runs
from district_platform.timekeeping.database import StoreError, open_store, refuse_unprotected


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@localhost/punches",
        "postgres://u@127.0.0.1:5433/punches",
        "postgresql://[::1]:5432/punches",
        "postgresql:///punches?host=/var/run/postgresql",
        "postgresql://%2Fvar%2Frun%2Fpostgresql/punches",
        "postgresql://u:p@db.example.org/punches?sslmode=require",
        "postgresql://u:p@db.example.org/punches?sslmode=verify-full&sslrootcert=/etc/ca.pem",
    ],
)
def test_database_of_this_machine_or_behind_tls_may_hold_punches(url):
    refuse_unprotected(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://u:hunter2@db.example.org/punches", "to db.example.org unprotected"),
        ("postgresql://u:hunter2@db.example.org/punches?sslmode=prefer", "sslmode=verify-full"),
        ("postgresql://u:hunter2@localhost,db.example.org:5433/punches", "to db.example.org unprotected"),
        ("postgresql://u:hunter2@localhost/punches?host=db.example.org", "to db.example.org unprotected"),
        ("postgresql://u:hunter2@localhost/punches?hostaddr=192.0.2.7", "to 192.0.2.7 unprotected"),
        ("postgresql:///punches?password=hunter2", "names no host"),
        ("mysql://u:hunter2@localhost/punches", "must begin with postgresql://"),
    ],
)
def test_unprotected_database_is_refused_and_the_password_not_told(url, message):
    with pytest.raises(StoreError, match=message) as refusal:
        refuse_unprotected(url)
    assert "hunter2" not in str(refusal.value)


def test_unreachable_database_is_said_without_its_password(home: Home):
    timekeeping = Timekeeping(database_url=SecretStr("postgresql://u:hunter2@127.0.0.1:1/punches"))
    with (
        pytest.raises(StoreError, match="DISTRICT_TIMEKEEPING__DATABASE_URL cannot be used") as refusal,
        open_store(home, timekeeping, Engine()),
    ):
        pass
    assert "hunter2" not in str(refusal.value)


def test_embedded_file_is_its_owners_alone(home: Home):
    with open_store(home, Timekeeping(), Engine()):
        assert stat.S_IMODE(home.timekeeping_database.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "row",
    [
        "values (1, 'nobody', '2026-02-09', null, 'UTC', null, false, '2026-02-09', false, '2026-02-09', '2026-02-09')",
        "values (1, null, '2026-02-09', null, 'UTC', null, false, '2026-02-09', false, '2026-02-09', '2026-02-09')",
    ],
)
def test_punch_without_its_employee_cannot_stand_in_the_store(home: Home, timekeeping: Timekeeping, row: str):
    with open_store(home, timekeeping, Engine()) as store:
        with pytest.raises(Exception, match=r"(?i)constraint"), store.transaction():
            store.execute(f"insert into punch {row}")
        assert store.query("select * from punch").num_rows == 0


def test_synthetic_punches_give_way_and_real_ones_do_not(home: Home, timekeeping: Timekeeping):
    with open_store(home, timekeeping, Engine()) as store:
        runs.claim(store, "synthetic 1")
        with store.transaction():
            store.execute("insert into backup values ('digest', '2026-02-09')")
        runs.claim(store, "synthetic 1")
        assert runs.has_backup(store, "digest")
        runs.claim(store, "https://district.example.org/api")
        assert not runs.has_backup(store, "digest")
        runs.claim(store, None)
        with pytest.raises(StoreError, match=r"holds punches of https://district.example.org/api, not of synthetic 2"):
            runs.claim(store, "synthetic 2")
