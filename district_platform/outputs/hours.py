"""One employee's weeks for the terminal, as published. Row-level: only who may read the district's warehouse folder (0700) sees them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import ibis
from rich.console import Console
from rich.table import Table
from rich.text import Text

from district_platform.engine.parquet import parquet_tables
from district_platform.engine.tables import unbound
from district_platform.home import Home

HOURS_A_CELL = 2
"""Hours that a character of the chart stands for."""

_WEEK = (
    "work_week_begin_date",
    "n_days_worked",
    "hours_worked",
    "overtime_hours",
    "n_missing_punch_days",
    "estimated_gross_pay",
)


class HoursError(RuntimeError):
    """An employee's hours cannot be shown; the message says why and what to do."""


@dataclass(frozen=True)
class Week:
    """A work week of an employee."""

    begins: date
    n_days: int
    hours: Decimal
    overtime: Decimal
    n_missing_punch_days: int
    pay: Decimal | None
    """An estimate; None without a rate."""


def weeks_of(home: Home, employee: str, n_weeks: int) -> list[Week]:
    """The last weeks of an employee in the current publication, in their order.

    Raises HoursError where nothing is published, the reader may not see it, or nobody has the number.
    """
    weeks, people = unbound("msr_staff_weekly_hours"), unbound("dim_employee")
    files = {
        table.get_name(): _readable(home.current / "out" / f"{table.get_name()}.parquet") for table in (weeks, people)
    }
    with parquet_tables(files) as tables:
        if not tables.fetch(people.filter(people.k_employee == employee)):
            raise HoursError(f"Nobody has the number {employee} in the timekeeping system.")
        last = weeks.filter(weeks.k_employee == employee).order_by(weeks.work_week_begin_date.desc()).limit(n_weeks)
        found = tables.fetch(last.select(*_WEEK).order_by(ibis.desc("work_week_begin_date")))
    return [Week(*row) for row in reversed(found)]


def _readable(path: Path) -> Path:
    try:
        with path.open("rb"):
            return path
    except FileNotFoundError:
        raise HoursError(f"{path.name} is not published yet: run `district-platform run` first.") from None
    except PermissionError:
        raise HoursError("Hours of single people are for those who may read the district's warehouse folder.") from None


def show(weeks: list[Week], console: Console, has_pay: bool = False) -> None:
    """A row a week: the numbers, and a bar whose lighter end is overtime."""
    table = Table(box=None, pad_edge=False)
    table.add_column("week of")
    for header in ("days", "hours", "overtime", "missing punches", *(["pay (est.)"] if has_pay else [])):
        table.add_column(header, justify="right")
    table.add_column(f"▇ {HOURS_A_CELL} hours")
    for week in weeks:
        pay = [f"{week.pay:,.2f}" if week.pay is not None else "no rate"] if has_pay else []
        overtime = f"{week.overtime:.2f}" if week.overtime else ""
        missing = str(week.n_missing_punch_days or "")
        table.add_row(
            week.begins.isoformat(), str(week.n_days), f"{week.hours:.2f}", overtime, missing, *pay, _bar(week)
        )
    console.print(table)
    hours = sum((week.hours for week in weeks), Decimal(0))
    beyond = sum((week.overtime for week in weeks), Decimal(0))
    console.print(f"{len(weeks)} weeks, {hours:,.2f} hours, of them {beyond:,.2f} overtime.")


def _bar(week: Week) -> Text:
    whole, regular = (round(hours / HOURS_A_CELL) for hours in (week.hours, week.hours - week.overtime))
    return Text.assemble(("▇" * regular, "cyan"), ("░" * (whole - regular), "yellow"))
