"""`district-platform hours`: one employee's weeks in the terminal."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.dictionary import TABLES, schema_of
from district_platform.home import Home
from district_platform.outputs.hours import HoursError, weeks_of


def publish(home: Home, table: str, *rows: dict[str, object]) -> Path:
    """A published table with these rows; columns that they leave out are null."""
    schema = schema_of(TABLES[table]).to_pyarrow()
    path = home.current / "out" / f"{table}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    records = [dict.fromkeys(schema.names) | row for row in rows]
    pq.write_table(pa.Table.from_pylist(records, schema), path)
    return path


def week(begins: str, hours: str, overtime: str = "0", employee: str = "004711", **values: object) -> dict[str, object]:
    known = {"k_employee": employee, "n_days_worked": 5, "n_missing_punch_days": 0}
    measured = {"hours_worked": Decimal(hours), "overtime_hours": Decimal(overtime)}
    return {**known, **measured, "work_week_begin_date": dt.date.fromisoformat(begins), **values}


@pytest.fixture
def published(home: Home) -> Home:
    publish(home, "dim_employee", {"k_employee": "004711", "full_name": "Quinlan Zephyr"}, {"k_employee": "004712"})
    publish(
        home,
        "msr_staff_weekly_hours",
        week("2026-02-01", "44", "4", estimated_gross_pay=Decimal("920.50")),
        week("2026-01-25", "38.5", n_missing_punch_days=1),
        week("2026-01-25", "12", employee="004712"),
    )
    return home


def hours(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["hours", *arguments], env={"COLUMNS": "120"})
    return result.exit_code, result.output


def test_weeks_are_shown_in_their_order_with_a_bar_whose_end_is_overtime(published: Home) -> None:
    code, output = hours("--employee", "004711")
    assert code == 0
    [header, before, last, total] = output.strip().splitlines()
    assert header.split() == ["week", "of", "days", "hours", "overtime", "missing", "punches", "▇", "2", "hours"]
    assert before.split() == ["2026-01-25", "5", "38.50", "1", "▇" * 19]
    assert last.split() == ["2026-02-01", "5", "44.00", "4.00", "▇" * 20 + "░" * 2]
    assert total == "2 weeks, 82.50 hours, of them 4.00 overtime."


def test_pay_is_shown_on_demand_alone_and_a_name_never(published: Home) -> None:
    assert "920.50" not in hours("--employee", "004711")[1]
    _, output = hours("--employee", "004711", "--pay")
    assert "920.50" in output
    assert "no rate" in output
    assert "Quinlan" not in output


def test_as_many_weeks_as_asked_for_the_last_ones(published: Home) -> None:
    assert [week.begins.isoformat() for week in weeks_of(published, "004711", 1)] == ["2026-02-01"]


def test_number_that_nobody_has_is_said(published: Home) -> None:
    code, output = hours("--employee", "9")
    assert (code, output) == (1, "Error: Nobody has the number 9 in the timekeeping system.\n")


def test_before_the_first_publication_it_says_what_to_do(home: Home) -> None:
    with pytest.raises(HoursError, match="district-platform run"):
        weeks_of(home, "004711", 1)
