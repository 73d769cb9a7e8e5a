"""The synthetic district after a run: what its timekeeping system holds has come through the API and the store into the publication."""

from pathlib import Path

import duckdb
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.sources.synthetic.folder import TIMEKEEPING_PUNCHES


def test_every_punch_is_published_with_what_became_of_it(district: Path) -> None:
    held = f"read_parquet('{district / 'data' / 'raw' / TIMEKEEPING_PUNCHES}')"
    published = f"read_parquet('{district / 'warehouse' / 'out' / 'fct_staff_punch.parquet'}')"
    with duckdb.connect() as connection:
        ids = [f"select punch_id, punch_dtm from {table} order by punch_id" for table in (held, published)]
        held_rows, published_rows = (connection.execute(query).fetchall() for query in ids)
        query = f"select count(*) from {published} where pairing is null or (pairing = 'paired') = (k_shift is null)"
        assert connection.execute(query).fetchall() == [(0,)]
    assert held_rows
    assert published_rows == held_rows


def test_weeks_of_an_employee_can_be_looked_at(district: Path) -> None:
    people = f"read_parquet('{district / 'warehouse' / 'out' / 'msr_staff_weekly_hours.parquet'}')"
    with duckdb.connect() as connection:
        [(employee, hours)] = connection.execute(
            f"select k_employee, sum(hours_worked) from {people} group by all order by all limit 1"
        ).fetchall()
    shown = CliRunner().invoke(
        main, ["hours", "--employee", employee, "--weeks", "500"], env={"DISTRICT_HOME": str(district)}
    )
    assert shown.exit_code == 0, shown.output
    assert f"weeks, {hours:,.2f} hours" in shown.output
