"""The work weeks chosen: who was over the limit, a month against the month before, and everybody at work."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.web.pages.hours.weeks import amount, bar, dollars
from district_platform.web.pages.hours.worked import A_WEEK
from district_platform.web.pages.model import Cell, Chart, Column, Kind, Section, Table, date_cell
from district_platform.web.pages.staff.people import MOST_LISTED, WHO, Row, who
from district_platform.web.reading.reader import named

N_WEEKS = 4
"""Weeks shown where no others are chosen: two pay periods, within which managers mend punches."""
N_TREND = 2 * N_WEEKS
"""Weeks of the trend: a month, and the month before it."""


def overtime(people: Sequence[Row]) -> Section:
    over = [row for row in people if row["n_weeks_over"]]
    weeks = sum(row["n_weeks_over"] for row in over)
    said = f"{w.plural(len(over), 'employee')} worked overtime, in {w.plural(weeks, 'week')} together."
    columns = (
        *WHO,
        Column("Weeks over", Kind.NUMBER, "of those worked"),
        Column("Longest week", Kind.NUMBER, "hours"),
        Column("Overtime", Kind.NUMBER, "hours"),
        Column("Pay", Kind.NUMBER, "estimate, all hours"),
    )
    rows = tuple(
        (
            *who(row),
            f"{row['n_weeks_over']} of {row['n_weeks']}",
            amount(row["most_hours"]),
            amount(row["overtime_hours"]),
            dollars(row["estimated_gross_pay"]),
        )
        for row in over
    )
    note = "Beyond 40 hours of a work week, or the limit that [hours] overtime_after_hours sets; exempt employees have none."
    empty = "Nobody worked overtime in these weeks."
    table = Table("overtime", "Weeks over the limit", columns, rows, note, empty, people=named(over))
    return Section("overtime", "Overtime", (said,) if over else (), tables=(table,))


def of_trend(between: Mapping[str, Any]) -> dict[str, Any]:
    """The same filters, back to where the trend's first week may begin."""
    last: dt.date = between["last_date"]
    before = N_TREND * A_WEEK - dt.timedelta(days=1)
    return {**between, "first_date": last - before if last - dt.date.min > before else dt.date.min}


def trend(known: Sequence[Row]) -> Section:
    """Two months, week by week: whether overtime grows. A week without work has no hours, and no row of its own."""
    title = "A month, against the month before"
    if not known:
        return Section("trend", title, ("No work is known of these weeks.",))
    by_week = {row["work_week_begin_date"]: row for row in known}
    weeks = [(day, by_week.get(day)) for day in (max(by_week) - n * A_WEEK for n in reversed(range(N_TREND)))]
    overtime = [row["overtime_hours"] if row else Decimal(0) for _, row in weeks]
    said = _two_months(weeks, overtime)
    labels = [w.day_of_year(day.month, day.day) for day, _ in weeks]
    bars = [bar(hours) for hours in overtime]
    alt = f"Hours of overtime by work week. {'; '.join(f'{day}: {each.shown}' for day, each in zip(labels, bars, strict=True))}."
    note = "Hours of overtime of each work week, by its first day; those of the last month are dark."
    chart = Chart("trend", said.rstrip("."), note, alt, charts.Bars(labels, bars, range(N_WEEKS, N_TREND)))
    return Section("trend", title, (said,), (chart,), (_together(weeks),))


def _two_months(weeks: Sequence[tuple[dt.date, Row | None]], overtime: Sequence[Decimal]) -> str:
    now, before = (amount(sum(part, Decimal(0))) for part in (overtime[N_WEEKS:], overtime[:N_WEEKS]))
    said = f"{now} hours of overtime in the {w.spelled(N_WEEKS)} weeks up to the one of {w.day(weeks[-1][0])}"
    worked_before = any(row for _, row in weeks[:N_WEEKS])
    return (
        f"{said}, {before} in the {w.spelled(N_WEEKS)} before."
        if worked_before
        else f"{said}; nobody's work is known before."
    )


def _together(weeks: Sequence[tuple[dt.date, Row | None]]) -> Table:
    columns = (
        Column("Week of", Kind.DATE),
        Column("At work", Kind.NUMBER, "employees"),
        Column("Hours", Kind.NUMBER),
        Column("Overtime", Kind.NUMBER, "hours"),
        Column("Missing punches", Kind.NUMBER, "days"),
    )
    rows: tuple[tuple[Cell | str, ...], ...] = tuple(
        (date_cell(day), *(_week(row) if row else _NO_WORK)) for day, row in weeks
    )
    return Table("trend", "Everybody together, week by week", columns, rows, people=())


_NO_WORK: tuple[str, ...] = ("–", "–", "–", "–")


def _week(row: Row) -> tuple[str, ...]:
    return (
        w.count(row["n_employees"]),
        amount(row["hours_worked"]),
        amount(row["overtime_hours"]),
        str(row["n_missing_punch_days"] or "–"),
    )


def everyone(people: Sequence[Row]) -> Section:
    """Who was at work; of more than MOST_LISTED whoever looks chooses a school first."""
    title = "Everybody at work"
    if len(people) > MOST_LISTED:
        return Section(
            "everyone", title, (f"{w.plural(len(people), 'employee')} were at work. Choose a school to list them.",)
        )
    columns = (
        *WHO,
        Column("Weeks", Kind.NUMBER),
        Column("Hours", Kind.NUMBER),
        Column("Missing punches", Kind.NUMBER, "days"),
    )
    rows = tuple(
        (*who(row), str(row["n_weeks"]), amount(row["hours_worked"]), str(row["n_missing_punch_days"] or "–"))
        for row in sorted(people, key=lambda row: (row["full_name"] or "", row["k_employee"]))
    )
    caption, empty = "Everybody at work in these weeks", "Nobody was at work."
    table = Table("everyone", caption, columns, rows, empty=empty, people=named(people))
    return Section("everyone", title, tables=(table,))
