"""26 weeks of an employee: hours as bars, and the weeks with overtime, missing punches and pay."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.release import Figure, State
from district_platform.web.pages.hours.worked import A_WEEK, N_WEEKS, Row, Worked
from district_platform.web.pages.model import Cell, Chart, Column, Kind, Link, Section, Table, date_cell

NOTE = (
    "Hours are counted from the punches as the timekeeping system rounds them; overtime are those of a work week beyond its limit. "
    "Pay is an estimate at today's rate: it knows no leave, no stipend and no earlier rate."
)
NOTE_ON_FTE = "For FTE: by the assignments of human resources, a day's share of a full week for each school day; it knows no leave."


def section(worked: Worked, link: Link) -> Section:
    """The weeks, the latest first; a week without a punch has no hours."""
    weeks = worked.last_weeks()
    if not weeks:
        return Section("weeks", _TITLE, (f"No hours are known of the last {N_WEEKS} weeks.",))
    over = [row for _, row in weeks if row and row["overtime_hours"]]
    beyond = sum((row["overtime_hours"] for row in over), Decimal(0))
    overtime = (
        f"Overtime in {w.spelled(len(over))} of {N_WEEKS} weeks, {amount(beyond)} hours in all."
        if over
        else f"No overtime in the last {N_WEEKS} weeks."
    )
    said = (overtime, *_against_fte(worked))
    return Section("weeks", _TITLE, said, (_chart(weeks, overtime),), (_table(weeks, link, worked.for_fte),))


def _against_fte(worked: Worked) -> tuple[str, ...]:
    """Hours against those that the assigned FTE stands for, in weeks that are over from the first with a punch; nothing without FTE."""
    weeks = worked.last_weeks()
    first = min((day for day, row in weeks if row), default=worked.today)
    over = [(day, row) for day, row in weeks if first <= day and day + A_WEEK <= worked.today and day in worked.for_fte]
    if not over:
        return ()
    asked = sum((worked.for_fte[day] for day, _ in over), Decimal(0))
    hours = sum((row["hours_worked"] for _, row in over if row), Decimal(0))
    return (
        f"In the {w.plural(len(over), 'week')} with school days that {'is' if len(over) == 1 else 'are'} over, {amount(hours)} hours, "
        f"where the assigned FTE stands for {amount(asked)}.",
    )


_TITLE = f"The last {N_WEEKS} weeks"


def _chart(weeks: list[tuple[dt.date, Row | None]], claim: str) -> Chart:
    figures = [bar(row["hours_worked"] if row else Decimal(0)) for _, row in weeks]
    over = [number for number, (_, row) in enumerate(weeks) if row and row["overtime_hours"]]
    told = "; ".join(
        f"{w.day_of_year(day.month, day.day)}: {figure.shown}" for (day, _), figure in zip(weeks, figures, strict=True)
    )
    labels = [w.day_of_year(day.month, day.day) for day, _ in weeks]
    return Chart(
        "weeks",
        claim.rstrip("."),
        "Hours of each work week, by its first day; weeks with overtime are dark.",
        f"Hours by work week, the latest first. {told}.",
        charts.Bars(labels, figures, over),
    )


def bar(hours: Decimal) -> Figure:
    """Hours as a bar of a chart."""
    return Figure(float(hours), amount(hours), State.TOLD)


_OF_FTE = (Column("For FTE", Kind.NUMBER, "hours of its school days"), Column("Against FTE", Kind.NUMBER, "hours"))


def _table(weeks: list[tuple[dt.date, Row | None]], link: Link, for_fte: Mapping[dt.date, Decimal]) -> Table:
    """A row a week; with what its FTE asks, of somebody who has any."""
    return Table(
        "weeks",
        f"Hours by week, the last {N_WEEKS}",
        (
            Column("Week of", Kind.DATE),
            Column("Days", Kind.NUMBER, "at work"),
            Column("Hours", Kind.NUMBER),
            *(_OF_FTE if for_fte else ()),
            Column("Overtime", Kind.NUMBER, "hours"),
            Column("Missing punches", Kind.NUMBER, "days"),
            Column("Pay", Kind.NUMBER, "estimate"),
        ),
        tuple(
            (
                Cell(w.day(day), link.having(week=day.isoformat()), exported=day.isoformat())
                if row
                else date_cell(day),
                *_hours(row),
                *(_against(row, for_fte.get(day)) if for_fte else ()),
                *_rest(row),
            )
            for day, row in weeks
        ),
        note=f"{NOTE} {NOTE_ON_FTE}" if for_fte else NOTE,
    )


def _hours(row: Row | None) -> tuple[str, str]:
    return ("–", "–") if row is None else (str(row["n_days_worked"]), amount(row["hours_worked"]))


def _against(row: Row | None, asked: Decimal | None) -> tuple[str, str]:
    if asked is None:
        return "–", "–"
    return amount(asked), "–" if row is None else w.signed(float(row["hours_worked"] - asked), 2)


def _rest(row: Row | None) -> tuple[str, str, str]:
    if row is None:
        return "–", "–", "–"
    return (
        amount(row["overtime_hours"]) if row["overtime_hours"] else "–",
        str(row["n_missing_punch_days"] or "–"),
        dollars(row["estimated_gross_pay"]),
    )


def amount(hours: Decimal) -> str:
    """Hours in hundredths, as payroll counts them: '38.25'."""
    return w.decimal(float(hours), 2)


def dollars(pay: Decimal | None) -> str:
    """'$1,204.50'; a dash where no rate is known."""
    return "–" if pay is None else f"${w.decimal(float(pay), 2)}"
