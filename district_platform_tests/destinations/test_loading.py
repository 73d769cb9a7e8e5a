"""What readers of a database find: whole publications, every value as it was published, and no more than they may see."""

import datetime as dt
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from district_platform.destinations.model import DestinationError
from district_platform.destinations.mysql import sql as mysql_sql
from district_platform.destinations.mysql.destination import MySQLDestination
from district_platform.destinations.relations import PUBLISHED, chosen
from district_platform.dictionary import Table
from district_platform.engine.published import Profile, PublishedTables
from district_platform.home import Home
from district_platform_tests.destinations.publications import of_day, published
from district_platform_tests.destinations.servers import OfMariaDB, OfPostgres, Server, opened
from district_platform_tests.postgres import fetch

DAY = dt.date(2026, 2, 13)
BOTH = """
select (select max(as_of_date) from district.customer_segments), (select min(as_of_date) from district.customer_segments),
    (select max(as_of_date) from district.school_comparison), (select count(*) from district.customer_segments)
"""

CUSTOMERS = [
    {
        "customer_id": "000123",
        "sales_date_month": "2026-01",
        "full_name": 'Zoë O\'Brien \\ "Zo" 🦉',
        "address": "",
        "phone_number": "0049",
    },
    {
        "customer_id": "000124",
        "sales_date_month": "2026-01",
        "address": None,
        "total_sales": Decimal("-0.01"),
        "purchase_frequency": 0.1,
    },
    {
        "customer_id": "000125",
        "sales_date_month": "1969-12",
        "address": "x" * 70_000 + "é",
        "total_sales": Decimal("9999999999999999.99"),
    },
    {
        "customer_id": "a",
        "sales_date_month": "2026-01",
        "purchase_frequency": 1.7976931348623157e308,
        "monetary_value": Decimal("0.00"),
    },
    {
        "customer_id": "A",
        "sales_date_month": "2026-01",
        "purchase_frequency": 5e-324,
        "full_name": "line\nbreak\ttab\r\\N %s NULL",
    },
]
PUNCHES = [
    {
        "punch_id": 1,
        "punch_dtm": dt.datetime(1969, 7, 20, 20, 17, 40, 123456),
        "is_in": True,
        "utc_offset": -300,
        "time_zone": "US",
    },
    {
        "punch_id": 2**62,
        "punch_dtm": dt.datetime(2026, 3, 8, 2, 30),
        "is_in": False,
        "is_deleted": None,
        "utc_offset": 0,
    },
]
PEOPLE = [
    {"k_customer": "0", "joined_date": dt.date(1900, 2, 28), "first_name": "　ideographic", "last_name": " spaces "},
    {"k_customer": "1", "joined_date": dt.date(9999, 12, 31)},
]
TYPES = {"customers_mart": CUSTOMERS, "fct_staff_punch": PUNCHES, "dim_customer": PEOPLE}


def test_every_value_of_every_type_comes_back_as_it_was(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(TYPES)
    monkeypatch.setattr(MySQLDestination, "_relations", lambda self: chosen(names))
    opened(monkeypatch, server, names).load(published(home, **TYPES))
    for name, rows in TYPES.items():
        columns = list({column: None for row in rows for column in row})
        expected = {tuple(row.get(column) for column in columns) for row in rows}
        listed = ", ".join(columns)
        where = f"{'restricted' if server.kind == 'postgresql' else 'district'}.{name}"
        assert {
            tuple(_as_python(value) for value in row) for row in _see_all(server, f"select {listed} from {where}")
        } == expected


def _see_all(server: Server, query: str):
    """A query as the reader who may see every row."""
    if server.kind == "postgresql":
        from district_platform_tests.postgres import execute

        execute(
            server.server.admin,
            "insert into access.viewer values ('reader', '*') on conflict do nothing",
            "grant usage on schema restricted to reader",
            "grant select on all tables in schema restricted to reader",
        )
    return server.read(query)


def _as_python(value: object) -> object:
    """ADBC gives decimals of PostgreSQL as text."""
    if isinstance(value, str) and value.replace("-", "").replace(".", "").isdigit() and "." in value:
        return Decimal(value)
    return value


@pytest.mark.slow
def test_a_reader_in_a_loop_sees_whole_publications_only(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    destination = opened(monkeypatch, server, ["customer_segments", "school_comparison"])
    publications = [published(home, keep=40, **of_day(DAY + dt.timedelta(n), 3 + n)) for n in range(31)]
    destination.load(publications[0])
    stop = _reading(server)
    for publication in publications[1:]:
        destination.load(publication)
    time.sleep(0.2)
    rows = stop()
    days = {first for first, *_ in rows}
    assert len(days) > 10, f"{len(rows)} readings saw only {len(days)} publications"
    assert {(first, last, other, n) for first, last, other, n in rows} == {
        (day, day, day, 3 + (day - DAY).days) for day in days
    }
    assert max(days) == DAY + dt.timedelta(30)


def _reading(server: Server) -> Callable[[], list[tuple]]:
    """Reads both tables in one statement again and again, beside the test, until it is stopped."""
    seen: list[tuple] = []
    faults: list[Exception] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                seen.extend(server.read(BOTH))
            except Exception as fault:
                faults.append(fault)

    thread = threading.Thread(target=read)
    thread.start()

    def stop() -> list[tuple]:
        over.set()
        thread.join()
        assert faults == []
        return seen

    return stop


def test_loading_the_same_publication_again_changes_nothing(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    destination, publication = opened(monkeypatch, server), published(home, **of_day(DAY))
    assert destination.load(publication)["rows loaded"] == 6
    assert destination.load(publication)["rows loaded"] == 0


def test_a_table_that_is_no_longer_chosen_goes(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    publication = published(home, **of_day(DAY))
    opened(monkeypatch, server).load(publication)
    opened(monkeypatch, server, ["customer_segments"]).load(publication)
    names = "select table_name from information_schema.tables where table_schema = 'district' and table_name <> 'publication'"
    assert [name for (name,) in server.read(names)] == ["customer_segments"]


def test_old_versions_are_dropped_with_their_tables(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL keeps as many versions as the home does; MySQL has the one that is read."""
    destination = opened(monkeypatch, server)
    for n in range(4):
        loaded = destination.load(published(home, keep=2, **of_day(DAY + dt.timedelta(n))))
    if server.kind == "postgresql":
        assert loaded["versions removed"] == 1
        assert [name[:13] for name in versions(server)] == ["pub_v00000003", "pub_v00000004"]
        tables = "select distinct relnamespace::regnamespace::text from pg_class where relname = 'customer_segments'"
        assert sorted(name for (name,) in fetch(server.server.admin, tables)) == ["district", *versions(server)]
    else:
        tables = "select table_schema, count(*) from information_schema.tables where table_schema like 'district%' group by 1"
        assert server.server.fetch(tables) == (("district", len(chosen(("released",))) + 1),)


def versions(server: Server) -> list[str]:
    """The schemas of versions in PostgreSQL."""
    names = "select nspname from pg_namespace where nspname like 'pub\\_%' order by 1"
    return [name for (name,) in fetch(server.server.admin, names)]


def test_old_version_that_somebody_reads_is_dropped_after_the_next_load(
    home: Home, postgres: OfPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adbc_driver_postgresql import dbapi

    postgres.clear()
    destination = opened(monkeypatch, postgres)
    destination.load(published(home, keep=1, **of_day(DAY)))
    (read,) = versions(postgres)
    with dbapi.connect(postgres.server.admin) as reader, reader.cursor() as cursor:
        cursor.execute(f'select count(*) from "{read}".customer_segments')
        cursor.fetchall()
        assert destination.load(published(home, keep=1, **of_day(DAY)))["versions removed"] == 0
        assert read in versions(postgres)
        reader.rollback()
    assert destination.load(published(home, keep=1, **of_day(DAY)))["versions removed"] == 2
    assert len(versions(postgres)) == 1


def test_load_that_does_not_hold_what_was_published_is_not_shown(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(monkeypatch, server).load(published(home, **of_day(DAY)))
    profile = PublishedTables.profile

    def another(tables: PublishedTables, name: str, table: Table) -> Profile:
        found = profile(tables, name, table)
        n_values, total = found.columns["as_of_date"]
        return replace(found, columns={**found.columns, "as_of_date": (n_values, total + (n_values > 0))})

    monkeypatch.setattr(PublishedTables, "profile", another)
    with pytest.raises(
        DestinationError, match=r"does not hold there what was published \(as_of_date: the values differ"
    ):
        opened(monkeypatch, server).load(published(home, **of_day(DAY + dt.timedelta(1))))
    assert server.read(BOTH)[0][0] == DAY


def test_warning_of_mysql_ends_a_load(home: Home, maria: OfMariaDB, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not strict cuts a text, and only warns."""
    maria.clear()
    opened(monkeypatch, maria).load(published(home, **of_day(DAY)))
    monkeypatch.setattr(mysql_sql, "BEGIN_SESSION", (*mysql_sql.BEGIN_SESSION, "set session sql_mode = ''"))
    rows = [{"sales_date_month": "x" * 900, "customer_segment": "Premium", "as_of_date": DAY + dt.timedelta(1)}]
    with pytest.raises(DestinationError, match=r"the server warned that it changed a value \(warning 1265\)"):
        opened(monkeypatch, maria).load(published(home, customer_segments=rows))
    assert maria.read(BOTH)[0][0] == DAY


def test_all_is_all_released_in_mysql_and_all_published_in_postgresql(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables on single people stand in `restricted`, where nobody sees a row before the administrator says so."""
    nothing = {name: () for name, relation in PUBLISHED.items() if not relation.is_released}
    opened(monkeypatch, server, "all").load(published(home, **nothing))
    where = "table_schema in ('district', 'restricted') and table_name <> 'publication'"
    asked = f"select table_schema, table_name from information_schema.tables where {where}"
    found = fetch(server.server.admin, asked) if server.kind == "postgresql" else server.server.fetch(asked)
    released = {("district", name) for name, relation in PUBLISHED.items() if relation.is_released}
    assert set(found) == released | (
        {("restricted", name) for name in nothing} if server.kind == "postgresql" else set()
    )


def test_another_home_is_refused_until_it_takes_over(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    publication = published(home, **of_day(DAY))
    first = opened(monkeypatch, server)
    first.load(publication)
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path_factory.mktemp("other")))
    other = opened(monkeypatch, server)
    theirs = published(Home(root=Path(os.environ["DISTRICT_HOME"])), **of_day(DAY, 4))
    with pytest.raises(DestinationError, match=r"holds publications of another home .*load --take-over bi\."):
        other.load(theirs)
    assert [answer.is_right for answer in other.check() if answer.about == "home"] == [False]
    assert [answer.is_right for answer in first.check() if answer.about == "home"] == [True]
    assert server.read(BOTH)[0][3] == 3
    other.load(replace(theirs, is_taking_over=True))
    assert server.read(BOTH)[0][3] == 4
    assert other.load(theirs)["rows loaded"] == 0
    with pytest.raises(DestinationError, match="holds publications of another home"):
        first.load(publication)


def test_marts_have_a_place_of_their_own(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    publication = published(home, customers_mart=CUSTOMERS, sales_team_mart=[])
    opened(monkeypatch, server, "marts").load(publication)
    opened(monkeypatch, server).load(publication)
    if server.kind == "postgresql":
        with pytest.raises(Exception, match="permission denied for schema district_store"):
            server.read("select count(*) from district_store.customers_mart")
    else:
        assert server.read("select count(*) from district_store.customers_mart") == ((5,),)
        sharing = opened(monkeypatch, server, "marts", url=server.url() + "district")
        with pytest.raises(DestinationError, match="The store's marts need a database of their own"):
            sharing.load(publication)


def test_columns_say_what_they_mean(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch, server).load(published(home, **of_day(DAY)))
    comment = (
        "select col_description('district.customer_segments'::regclass, ordinal_position) from information_schema.columns"
        if server.kind == "postgresql"
        else "select column_comment from information_schema.columns"
    )
    where = " where table_schema = 'district' and table_name = 'customer_segments' and column_name = 'sales'"
    assert server.read(comment + where)[0][0] == "What they bought in the month, returns taken off. Unit: USD."
