"""Each wrong configuration fails with one clear sentence, which never holds the secret."""

import datetime as dt
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from district_platform.credentials import CredentialError
from district_platform.destinations.model import DestinationAwayError, DestinationError
from district_platform.destinations.mysql import sql as mysql_sql
from district_platform.destinations.mysql.checking import is_new_enough, missing_grants
from district_platform.destinations.postgresql import sql as postgres_sql
from district_platform.home import Home
from district_platform_tests import databases, mariadb
from district_platform_tests.destinations.publications import of_day, published
from district_platform_tests.destinations.servers import (
    IN_URL,
    LOADER,
    PASSWORD,
    READER,
    OfMariaDB,
    OfPostgres,
    Server,
    configured,
    opened,
)
from district_platform_tests.postgres import execute, fetch, of_the_system, own_postgres
from district_platform_tests.processes import free_port

DAY = dt.date(2026, 2, 13)


def refusal(
    monkeypatch: pytest.MonkeyPatch, home: Home, server: Server, *, url: str | None = None, tables: object = "released"
) -> str:
    """What a load says. One sentence or two, with the destination's name, without the secret."""
    destination = opened(monkeypatch, server, tables, url=url)
    with pytest.raises(DestinationError) as raised:
        destination.load(published(home, **of_day(DAY)))
    told = str(raised.value)
    assert told.startswith("bi: ")
    assert "\n" not in told
    for secret in (PASSWORD, IN_URL, "hunter2"):
        assert secret not in told
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    kind = "away" if isinstance(raised.value, DestinationAwayError) else "lasting"
    return f"{kind}: {told}"


def test_wrong_password(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, home, server, url=server.url(password="hunter2"))
    assert told.startswith("lasting: bi: it cannot be reached: the user or the password is wrong")
    assert "Correct the secret database" in told


def test_nobody_listens(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.url().replace(f":{server.server.port}/", f":{free_port()}/")
    assert (
        refusal(monkeypatch, home, server, url=url) == "away: bi: it cannot be reached: nobody listens at the address."
    )


def test_unknown_host(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    options = "?sslmode=require" if server.kind == "postgresql" else "?ssl_mode=required"
    url = server.url(options=options).replace("127.0.0.1", "nowhere.invalid")
    told = refusal(monkeypatch, home, server, url=url)
    assert "the host of the address is unknown" in told or "names of hosts cannot be looked up now" in told


@pytest.mark.parametrize("url", ["hunter2", "https://u:hunter2@h/d", "{scheme}://u:hunter2@h:port/d", "{scheme}://"])
def test_no_address(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    scheme = "postgresql" if server.kind == "postgresql" else "mysql"
    assert "the secret database is no address of" in refusal(monkeypatch, home, server, url=url.format(scheme=scheme))


def test_off_this_machine_without_tls(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of PostgreSQL must say so; for MySQL a connection off this machine is encrypted, or is none."""
    if server.kind == "postgresql":
        told = refusal(monkeypatch, home, server, url=server.url().replace("127.0.0.1", "db.example.org"))
        assert "the connection to db.example.org need not be encrypted" in told
    else:
        told = refusal(monkeypatch, home, server, url=server.url(options="?ssl_mode=verify"))
        assert "the server offers no TLS that this machine trusts" in told


def test_server_without_tls(home: Home, postgres: OfPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, home, postgres, url=postgres.url(options="?sslmode=require"))
    assert told.startswith("lasting: bi: it cannot be reached: the server offers no TLS, which the address demands")


def test_certificate_of_another_authority(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    databases.only_where_wanted()
    programs = of_the_system()
    if not programs:
        pytest.skip("PostgreSQL with TLS: needs the system's own (Debian: apt-get install postgresql)")
    import trustme

    ours, other = trustme.CA(), trustme.CA()
    with own_postgres(programs) as server:
        certificate = ours.issue_cert("127.0.0.1", "localhost")
        for name, content in (("key.pem", certificate.private_key_pem), ("cert.pem", certificate.cert_chain_pems[0])):
            content.write_to_path(str(server.folder / name))
            (server.folder / name).chmod(0o600)
            server.own(server.folder / name)
        server.stop()
        server.start(ssl="on", ssl_cert_file="cert.pem", ssl_key_file="key.pem")
        of = OfPostgres(server)
        of.prepare()
        for name, authority in (("ours.pem", ours), ("other.pem", other)):
            authority.cert_pem.write_to_path(str(tmp_path / name))
        options = f"?sslmode=verify-full&sslrootcert={tmp_path}/"
        told = refusal(monkeypatch, home, of, url=of.url(options=f"{options}other.pem"))
        assert "the server's certificate is not trusted" in told
        trusting = opened(monkeypatch, of, url=of.url(options=f"{options}ours.pem"))
        assert next(answer.says for answer in trusting.check() if answer.about == "TLS") == "encrypted"
        trusting.load(published(home, **of_day(DAY)))


def test_mariadb_by_tls_that_is_trusted(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    databases.only_where_wanted()
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    with tempfile.TemporaryDirectory(prefix="tls-") as folder:
        Path(folder).chmod(0o755)
        certificate.private_key_pem.write_to_path(f"{folder}/key.pem")
        certificate.cert_chain_pems[0].write_to_path(f"{folder}/cert.pem")
        authority.cert_pem.write_to_path(f"{folder}/ca.pem")
        for path in Path(folder).iterdir():
            path.chmod(0o644)
        with mariadb.mariadb_server(f"--ssl-cert={folder}/cert.pem", f"--ssl-key={folder}/key.pem") as server:
            of = OfMariaDB(server)
            of.prepare()
            trusting = opened(monkeypatch, of, url=of.url(options=f"?ssl_ca={folder}/ca.pem"))
            trusting.load(published(home, **of_day(DAY)))
            tls = next(answer.says for answer in trusting.check() if answer.about == "TLS")
            assert tls.startswith("encrypted (TLS")
            assert "no TLS that this machine trusts" in refusal(
                monkeypatch, home, of, url=of.url(options="?ssl_mode=verify")
            )


def test_account_without_rights(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, home, server, url=server.url(READER))
    assert "the account lacks a right. `district-platform destinations check bi` says which" in told
    answers = opened(monkeypatch, server, url=server.url(READER)).check()
    (rights,) = [answer for answer in answers if answer.about == "rights"]
    wanted = (
        "grant create on database postgres to reader;"
        if server.kind == "postgresql"
        else "grant insert, create, drop, alter on `district`.* to 'reader'@'127.0.0.1';"
    )
    assert not rights.is_right
    assert wanted in rights.says


def test_old_server(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_sql, "LEAST_VERSION", 990000)
    monkeypatch.setattr(mysql_sql, "LEAST_MARIADB", (99, 0))
    told = refusal(monkeypatch, home, server)
    assert "15 or later is needed" in told or "MariaDB 10.6, or later, is needed" in told


@pytest.mark.parametrize(
    ("says", "is_enough"),
    [
        ("10.11.19-MariaDB-0+deb12u1", True),
        ("5.5.5-10.6.1-MariaDB", True),
        ("10.5.26-MariaDB", False),
        ("8.4.3", True),
        ("8.0.36-0ubuntu0.22.04.1", True),
        ("5.7.44-log", False),
        ("Aurora", False),
    ],
)
def test_versions_of_mysql_and_mariadb(says: str, is_enough: bool) -> None:
    assert is_new_enough(says) == is_enough


def test_missing_grants_are_told_as_statements() -> None:
    granted = [
        "GRANT USAGE ON *.* TO `loader`@`%` IDENTIFIED BY PASSWORD '*123'",
        "GRANT SELECT, INSERT, CREATE, DROP, ALTER ON `district`.* TO `loader`@`%`",
        "GRANT ALL PRIVILEGES ON `district\\_old`.* TO `loader`@`%`",
    ]
    assert missing_grants(granted, "district", "loader@%", False) == [
        "grant select, insert, create, drop, alter on `district_staging`.* to 'loader'@'%';"
    ]
    assert (
        missing_grants(["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`"], "district", "root@localhost", True) == []
    )


@pytest.mark.slow
def test_locked_by_a_reader(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, server).load(published(home, **of_day(DAY)))
    with _reading(server):
        told = refusal(monkeypatch, home, server)
        (locks,) = [answer for answer in opened(monkeypatch, server).check() if answer.about == "locks"]
    assert told.startswith("away: bi: ")
    assert "holds a" in told
    assert "open transaction" in told
    if server.kind == "postgresql":
        assert "Open transactions on the views: reader (process " in told
        assert not locks.is_right
        assert "Open transactions on the views: reader (process " in locks.says
    else:
        assert locks.says == "who reads in a transaction is not shown to this account (grant process on *.*)"
    opened(monkeypatch, server).load(published(home, **of_day(DAY)))


@contextmanager
def _reading(server: Server) -> Iterator[None]:
    """A reader in the middle of a transaction."""
    if server.kind == "postgresql":
        from adbc_driver_postgresql import dbapi

        with dbapi.connect(server.url(READER)) as connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from district.customer_segments")
            cursor.fetchall()
            yield
            connection.rollback()
    else:
        with server.server.connect(READER, PASSWORD) as connection, connection.cursor() as cursor:
            cursor.execute("start transaction")
            cursor.execute("select count(*) from district.customer_segments")
            yield
            connection.rollback()


def test_full_disk_of_postgresql(home: Home, postgres: OfPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.clear()
    with _small_disk("24m") as disk:
        postgres.server.own(disk)
        execute(
            postgres.server.admin,
            f"create tablespace small location '{disk}'",
            f"grant create on tablespace small to {LOADER}",
            f"alter role {LOADER} set default_tablespace = 'small'",
        )
        rows = [{"customer_id": f"{n:08}", "sales_date_month": "2026-01", "address": "x" * 900} for n in range(60_000)]
        publication = published(home, customers_mart=rows)
        destination = opened(monkeypatch, postgres, ["customers_mart"])
        with pytest.raises(DestinationError) as raised:
            destination.load(publication)
        assert str(raised.value) == "bi: tables are loaded: the disk of the server is full. Free some space there."
        execute(postgres.server.admin, f"alter role {LOADER} reset default_tablespace")
        assert destination.load(publication)["rows loaded"] == 60_000
        execute(postgres.server.admin, "drop tablespace small")


def test_full_disk_of_mariadb(home: Home, maria: OfMariaDB, monkeypatch: pytest.MonkeyPatch) -> None:
    full = ("--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:32M")
    rows = [
        {"sales_date_month": f"{n:08}", "customer_segment": "x" * 200, "suppression": "x" * 900} for n in range(40_000)
    ]
    with mariadb.mariadb_server(*full) as server:
        of = OfMariaDB(server)
        of.prepare()
        publication = published(home, customer_segments=rows)
        with pytest.raises(DestinationError) as raised:
            opened(monkeypatch, of).load(publication)
    assert str(raised.value).startswith(
        "bi: customer_segments is loaded: the disk of the server is full, or a table has reached its limit"
    )


@contextmanager
def _small_disk(size: str) -> Iterator[Path]:
    """A disk in memory; left out where this account may not mount one."""
    with tempfile.TemporaryDirectory(prefix="small-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", folder], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip("needs the right to mount a small disk")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def test_no_secret(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from district_platform.destinations.kinds import destination

    settings = configured(monkeypatch, "mysql", "x")
    monkeypatch.delenv("DISTRICT_SECRET__DATABASE")
    with pytest.raises(CredentialError, match="There is no secret 'database'"):
        destination("bi", settings).load(published(home, **of_day(DAY)))


def test_table_that_is_not_published(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    destination = opened(monkeypatch, server, ["chronic_absense"])
    with pytest.raises(DestinationError, match='no published table is called "chronic_absense"'):
        destination.load(published(home, **of_day(DAY)))


def test_single_people_are_not_for_mysql(home: Home, maria: OfMariaDB, monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal(monkeypatch, home, maria, tables=["dim_student"])
    assert "dim_student is on single people" in told


def test_two_loads_at_once(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = (
        "select pg_advisory_lock(hashtext('district_platform.destinations'), hashtext('pub'))"
        if server.kind == "postgresql"
        else "select get_lock('district_platform.district', 0)"
    )
    if server.kind == "postgresql":
        from adbc_driver_postgresql import dbapi

        connection = dbapi.connect(server.url())
    else:
        connection = server.server.connect()
    with connection, connection.cursor() as cursor:
        cursor.execute(lock)
        cursor.fetchall()
        assert refusal(monkeypatch, home, server) == "away: bi: another load is under way there. Wait for it to end."


def test_rights_on_restricted_rows_are_given_school_by_school(
    home: Home, postgres: OfPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.clear()
    schools = [{"k_school": "0105", "school_name": "A"}, {"k_school": "0200", "school_name": "B"}]
    students = [{"k_student": "1"}, {"k_student": "2"}]
    opened(monkeypatch, postgres, ["dim_school", "dim_student"]).load(
        published(home, dim_school=schools, dim_student=students)
    )
    grants = ("usage on schema restricted", "select on all tables in schema restricted")
    execute(postgres.server.admin, *(f"grant {right} to {READER}" for right in grants))
    schools = "(select string_agg(k_school, ',' order by k_school) from restricted.dim_school)"
    seen = f"select {schools}, (select count(*) from restricted.dim_student)"
    assert postgres.read(seen) == [(None, 0)]
    execute(postgres.server.admin, f"insert into access.viewer values ('{READER}', '0105')")
    assert postgres.read(seen) == [("0105", 0)]
    execute(postgres.server.admin, f"insert into access.viewer values ('{READER}', '*')")
    assert postgres.read(seen) == [("0105,0200", 2)]
    with pytest.raises(Exception, match="permission denied"):
        fetch(postgres.url(READER), "select count(*) from access.viewer")
