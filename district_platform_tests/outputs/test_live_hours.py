"""Hours from the store of punches are those that a run publishes, by the same functions."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from district_platform.home import Home
from district_platform.outputs.live_hours import KEPT_SECONDS, LEAD, HoursNow, Rules, hours_of, rules
from district_platform.settings import Settings
from district_platform.timekeeping import sql
from district_platform.timekeeping.live import LiveStore, Punches
from district_platform.timekeeping.reading import SCHEMAS
from district_platform_tests.web.pages.workers import SUNDAY
from district_platform_tests.web.published import AS_OF

SINCE = dt.date(2025, 9, 1)
LATE = dt.datetime(2026, 2, 13, 14, 0)


def punches_of(home: Path, number: str) -> Punches:
    """What the store of a district holds of an employee, read where it lies."""
    columns = {name: SCHEMAS["employee"][name] for name in sql.LIVE_EMPLOYEE}
    with duckdb.connect(str(home / "warehouse" / "timekeeping.duckdb"), read_only=True) as store:
        employee = store.execute(sql.read_one("employee", columns), [number]).to_arrow_table()
        of = sql.read_one("punch", SCHEMAS["punch"], sql.SINCE)
        return Punches(employee, store.execute(of, [number, SINCE - LEAD]).to_arrow_table(), None)


def published(home: Path, table: str, number: str, where: str, columns: list[str]) -> list[tuple]:
    """The same columns of an employee's published rows."""
    file = home / "warehouse" / "current" / "out" / f"{table}.parquet"
    return duckdb.sql(f"select {', '.join(columns)} from '{file}' where k_employee = '{number}' and {where}").fetchall()


def numbers(home: Path) -> list[str]:
    """Of each worker type the employees with most weeks of overtime or missing punches, and one with a shift over midnight."""
    out = home / "warehouse" / "current" / "out"
    found = duckdb.sql(
        f"""select k_employee from '{out}/dim_employee.parquet' join '{out}/msr_staff_weekly_hours.parquet' using (k_employee)
            where work_week_begin_date >= '{SINCE}' group by worker_type, k_employee
            qualify row_number() over (partition by worker_type order by sum(overtime_hours) desc, k_employee) <= 2"""
    )
    return [number for (number,) in found.fetchall()]


@pytest.fixture(scope="module")
def applied() -> Rules:
    return rules(Settings.model_construct(), AS_OF, SINCE)


def test_live_hours_are_the_published_ones(district: Path, applied: Rules) -> None:
    compared = numbers(district)
    assert len(compared) >= 3
    for number in compared:
        live = hours_of(punches_of(district, number), applied)
        for table, rows, where in (
            ("msr_staff_weekly_hours", live.weeks, f"work_week_begin_date >= '{SINCE}'"),
            ("fct_staff_shift", live.shifts, f"work_date >= '{SINCE}'"),
            (
                "fct_staff_punch",
                live.unpaired,
                f"pairing in ('missing out', 'missing in', 'open') and punch_dtm >= '{SINCE}'",
            ),
        ):
            columns = [name for name in (rows[0] if rows else {"k_employee": ""}) if name != "k_school"]
            found = [tuple(row[name] for name in columns) for row in rows]
            expected = published(district, table, number, where, columns)
            assert sorted(found, key=str) == sorted(expected, key=str), (number, table)


def test_nobodys_punches_give_no_hours(district: Path, applied: Rules) -> None:
    live = hours_of(punches_of(district, "nobody"), applied)
    assert (live.weeks, live.shifts, live.unpaired) == ([], [], [])


def test_a_punch_in_of_today_is_an_open_shift(district: Path, applied: Rules) -> None:
    number = numbers(district)[0]
    found = punches_of(district, number)
    late = found.punches.slice(0, 1).to_pylist()[0] | {"punch_id": 2**60, "punch_dtm": LATE, "rounded_punch_dtm": LATE}
    late |= {"is_deleted": False, "is_phantom": False, "override_type": "In Punch"}
    more = Punches(
        found.employee, type(found.punches).from_pylist([*found.punches.to_pylist(), late], found.punches.schema), None
    )
    [punch, *_] = hours_of(more, applied).unpaired
    assert (punch["punch_dtm"], punch["pairing"]) == (LATE, "open")


def test_the_store_answers_for_its_own_district_alone(home: Home, tmp_path: Path) -> None:
    def asked() -> None:
        raise AssertionError("the store of another district is asked")

    own = HoursNow(Settings(), LiveStore(asked))  # type: ignore[arg-type]
    assert own.is_of(home.publications / "v1")
    assert not own.is_of(tmp_path / "demo" / "warehouse" / "publications" / "v1")
    assert not own.is_of(home.publications / ".." / ".." / "other")


def test_without_a_reader_no_store_is_asked() -> None:
    assert HoursNow.of_settings(Settings.model_construct()) is None


@dataclass
class MadeStore:
    """A store that holds one employee's punches, and counts how often it is asked."""

    found: Punches
    n_asked: int = 0

    def of_all(self, since: dt.date) -> Punches:
        self.n_asked += 1
        return self.found


def everybodys(home: Path) -> Punches:
    """What the store of a district holds of everybody, read where it lies as a page reads it."""
    columns = {name: SCHEMAS["employee"][name] for name in sql.LIVE_EMPLOYEE}
    with duckdb.connect(str(home / "warehouse" / "timekeeping.duckdb"), read_only=True) as store:
        employees = store.execute(sql.read("employee", columns)).to_arrow_table()
        of_all = f"{sql.read('punch', SCHEMAS['punch'])} {sql.OF_ALL_SINCE}"
        return Punches(employees, store.execute(of_all, [SUNDAY - LEAD]).to_arrow_table(), None)


def test_everybodys_week_is_the_published_one(district: Path) -> None:
    live = hours_of(everybodys(district), rules(Settings.model_construct(), AS_OF, SUNDAY))
    columns = ["k_employee", "hours_worked", "overtime_hours", "n_missing_punch_days"]
    file = district / "warehouse" / "current" / "out" / "msr_staff_weekly_hours.parquet"
    expected = duckdb.sql(
        f"select {', '.join(columns)} from '{file}' where work_week_begin_date = '{SUNDAY}'"
    ).fetchall()
    assert len(expected) > 1
    assert sorted(tuple(row[name] for name in columns) for row in live.weeks) == sorted(expected)


def test_everybody_is_asked_for_once_in_half_a_minute(district: Path) -> None:
    seconds = [0.0]
    store = MadeStore(punches_of(district, numbers(district)[0]))
    now = HoursNow(Settings.model_construct(), store, lambda: seconds[0])  # type: ignore[arg-type]
    first = now.of_all(SUNDAY)
    seconds[0] = KEPT_SECONDS - 1
    assert now.of_all(SUNDAY) is first
    assert store.n_asked == 1
    seconds[0] = KEPT_SECONDS
    now.of_all(SUNDAY)
    now.of_all(SUNDAY - dt.timedelta(weeks=1))
    assert store.n_asked == 3, "another week is another question"
