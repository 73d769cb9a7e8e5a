"""Staff hours: overtime, missing punches, and hours far from FTE, of everybody who punches. For human resources and payroll."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.hours.days import time_of_day
from district_platform.web.pages.hours.weeks import amount, bar, dollars
from district_platform.web.pages.model import (
    Cell,
    Chart,
    Column,
    Figure,
    Filter,
    Filters,
    Kind,
    Link,
    PageModel,
    Section,
    Table,
    date_cell,
)
from district_platform.web.reading.queries import staff as queries
from district_platform.web.reading.reader import Reader, named

NAME = "staff"
N_WEEKS = 4
"""Weeks shown where no others are chosen: two pay periods, within which managers mend punches."""
A_WEEK = dt.timedelta(weeks=1)
N_TREND = 2 * N_WEEKS
"""Weeks of the trend: a month, and the month before it."""
FTE_RULE = "TIM-04"
MOST_LISTED = 300

Row = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader) -> PageModel:
    """The page; by default of the N_WEEKS work weeks up to the latest that is over."""
    notices: list[str] = []
    schools = [(row["k_school"], row["school_name"] or row["k_school"]) for row in reader.rows(queries.SCHOOLS, viewer)]
    school = asking.choice("school", "School", [("", "All schools"), *schools], filters, notices)
    span = _span(reader, viewer, filters, notices)
    between = {"school": school.value or None, "first_date": span.first, "last_date": span.last}
    asked = (school, *span.filters)
    people = list(reader.rows(queries.WEEKS, viewer, **between))
    missing = list(reader.rows(queries.MISSING, viewer, **{**between, "last_date": span.last + dt.timedelta(days=6)}))
    findings = list(reader.rows(queries.FINDINGS, viewer))
    return PageModel(
        name=NAME,
        title="Staff hours",
        sentences=(f"Work weeks that begin {span.words}, as of the publication.",),
        figures=_figures(people, missing, findings),
        sections=(
            _overtime(people),
            _trend(list(reader.rows(queries.TREND, viewer, **_of_trend(between)))),
            _missing(missing),
            _against_fte(findings, list(reader.rows(queries.BY_POSITION, viewer))),
            _other_findings(findings),
            _everyone(people),
        ),
        filters=asked,
        notices=tuple(notices),
        access="You see the hours of everybody who punches, since you were given the role of human resources. Each page and file that "
        "names an employee is recorded.",
    )


@dataclass(frozen=True)
class _Span:
    first: dt.date
    last: dt.date
    filters: tuple[Filter, Filter]

    @property
    def words(self) -> str:
        return f"from {w.day(self.first)} to {w.day(self.last)}"


def _span(reader: Reader, viewer: Viewer, filters: Filters, notices: list[str]) -> _Span:
    known = next(iter(reader.rows(queries.LATEST_WEEK, viewer)))
    latest: dt.date = known["whole"] or known["latest"] or reader.publication.as_of_date
    until, last = asking.date("last_date", "To weeks that begin on", latest, filters, notices)
    weeks_before = dt.timedelta(weeks=N_WEEKS - 1)
    earliest = last - weeks_before if last - dt.date.min > weeks_before else last
    since, first = asking.date("first_date", "From", earliest, filters, notices)
    if first > last:
        notices.append("The first day lies after the last one, so only weeks that begin on the last one are shown.")
        first = last
        since = Filter(since.name, since.label, last.isoformat(), since.kind)
    # beyond the calendar's end no week can begin, and six days more would be no date
    return _Span(first, min(last, dt.date.max - dt.timedelta(days=7)), (since, until))


def _figures(people: Sequence[Row], missing: Sequence[Row], findings: Sequence[Row]) -> tuple[Figure, ...]:
    over = [row for row in people if row["n_weeks_over"]]
    beyond = sum((row["overtime_hours"] for row in over), Decimal(0))
    far = [finding for finding in findings if finding["rule_id"] == FTE_RULE]
    return (
        Figure("With overtime", w.count(len(over)), words=f"of {w.plural(len(people), 'employee')} at work"),
        Figure("Hours of overtime", amount(beyond), words="in the weeks chosen"),
        Figure(
            "Punches missing",
            w.count(len(missing)),
            words=f"of {w.plural(len({p['k_employee'] for p in missing}), 'employee')}",
        ),
        Figure("Far from FTE", w.count(len(far)), words=f"open findings of {FTE_RULE}"),
    )


def _overtime(people: Sequence[Row]) -> Section:
    over = [row for row in people if row["n_weeks_over"]]
    weeks = sum(row["n_weeks_over"] for row in over)
    said = (
        f"{w.sentence_case(w.plural(len(over), 'employee'))} worked overtime, in {w.plural(weeks, 'week')} together."
        if over
        else "Nobody worked overtime."
    )
    columns = (
        Column("Employee"),
        Column("Job"),
        Column("School"),
        Column("Weeks over", Kind.NUMBER, "of those worked"),
        Column("Longest week", Kind.NUMBER, "hours"),
        Column("Overtime", Kind.NUMBER, "hours"),
        Column("Pay", Kind.NUMBER, "estimate, all hours"),
    )
    rows = tuple(
        (
            *_who(row),
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
    return Section("overtime", "Overtime", (said,), tables=(table,))


def _of_trend(between: Mapping[str, Any]) -> dict[str, Any]:
    """The same filters, back to where the trend's first week may begin."""
    last: dt.date = between["last_date"]
    before = N_TREND * A_WEEK - dt.timedelta(days=1)
    return {**between, "first_date": last - before if last - dt.date.min > before else dt.date.min}


def _trend(known: Sequence[Row]) -> Section:
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


def _everyone(people: Sequence[Row]) -> Section:
    """Who was at work; of more than MOST_LISTED whoever looks chooses a school first."""
    title = "Everybody at work"
    if len(people) > MOST_LISTED:
        return Section(
            "everyone", title, (f"{w.plural(len(people), 'employee')} were at work. Choose a school to list them.",)
        )
    columns = (
        Column("Employee"),
        Column("Job"),
        Column("School"),
        Column("Weeks", Kind.NUMBER),
        Column("Hours", Kind.NUMBER),
        Column("Missing punches", Kind.NUMBER, "days"),
    )
    rows = tuple(
        (*_who(row), str(row["n_weeks"]), amount(row["hours_worked"]), str(row["n_missing_punch_days"] or "–"))
        for row in sorted(people, key=lambda row: (row["full_name"] or "", row["k_employee"]))
    )
    caption, empty = "Everybody at work in these weeks", "Nobody was at work."
    table = Table("everyone", caption, columns, rows, empty=empty, people=named(people))
    return Section("everyone", title, tables=(table,))


def _who(row: Row) -> tuple[Cell | str, ...]:
    link = Link("employee", (("employee", row["k_employee"]),))
    return Cell(row["full_name"] or row["k_employee"], link), row["job_title"] or "–", row["school_name"] or "–"


def _missing(missing: Sequence[Row]) -> Section:
    people = {punch["k_employee"] for punch in missing}
    said = (
        f"{w.plural(len(missing), 'punch', 'punches')} of {w.plural(len(people), 'employee')} "
        f"{'lacks its' if len(missing) == 1 else 'lack their'} partner. Hours of such a day do not count until it is completed."
        if missing
        else "No punch is missing."
    )
    columns = (
        Column("Employee"),
        Column("Job"),
        Column("School"),
        Column("Day", Kind.DATE),
        Column("Punched at"),
        Column("Missing"),
    )
    rows = tuple(
        (
            *_who(punch),
            date_cell(punch["punch_dtm"].date()),
            time_of_day(punch["punch_dtm"]),
            "the punch out" if punch["pairing"] == "missing out" else "the punch in",
        )
        for punch in missing
    )
    note = "Supervisors complete punches in the timekeeping system; the next update brings them here."
    empty = "No punch is missing in these weeks."
    table = Table("missing", "Punches without a partner", columns, rows, note, empty, people=named(missing))
    return Section("missing", "Missing punches", (said,), tables=(table,))


def _against_fte(findings: Sequence[Row], positions: Sequence[Row]) -> Section:
    far = [finding for finding in findings if finding["rule_id"] == FTE_RULE]
    said = (
        f"{w.plural(len(far), 'employee')} worked far from what the assigned FTE stands for ({FTE_RULE})."
        if far
        else f"Nobody's hours are far from the assigned FTE ({FTE_RULE})."
    )
    return Section(
        "fte", "Hours against FTE", (said,), tables=(_findings("fte", "Far from FTE", far), _positions(positions))
    )


def _positions(positions: Sequence[Row]) -> Table:
    week = w.day(positions[0]["work_week_begin_date"]) if positions else ""
    columns = (
        Column("Position"),
        Column("At work", Kind.NUMBER, "employees"),
        Column("Hours", Kind.NUMBER),
        Column("Overtime", Kind.NUMBER, "hours"),
        Column("FTE", Kind.NUMBER),
        Column("Hours per FTE", Kind.NUMBER),
        Column("Without FTE", Kind.NUMBER, "share"),
    )
    shown = ("headcount", "hours_worked", "overtime_hours", "assigned_fte", "hours_per_fte", "pct_employees_left_out")
    rows = tuple((row["position"], *(row[f"{name}_display"] or "–" for name in shown)) for row in positions)
    note = "As released for the whole district: small groups are hidden."
    return Table("positions", f"By position, week of {week}" if week else "By position", columns, rows, note, people=())


def _other_findings(findings: Sequence[Row]) -> Section:
    other = [finding for finding in findings if finding["rule_id"] != FTE_RULE]
    said = (
        f"{w.plural(len(other), 'further finding')} on punches and shifts {w.is_or_are(len(other))} open."
        if other
        else "Nothing else is open."
    )
    return Section("findings", "To correct", (said,), tables=(_findings("findings", "Open findings", other),))


def _whose(finding: Row) -> Cell | str:
    """The employee whom a finding is about; of somebody who is none, the number."""
    if finding["k_employee"] is None:
        return finding["staff_id"] or "–"
    return Cell(finding["full_name"] or finding["k_employee"], Link("employee", (("employee", finding["k_employee"]),)))


def _findings(key: str, caption: str, found: Sequence[Row]) -> Table:
    columns = (
        Column("Employee", note="or number"),
        Column("Rule"),
        Column("What"),
        Column("Date", Kind.DATE),
        Column("Found"),
        Column("How to correct it"),
    )
    rows = tuple(
        (_whose(f), f["rule_id"], f["title"], f["date"] or "–", f["evidence"] or "–", f["how_to_fix"] or "–")
        for f in found
    )
    note = "At any time, not in the weeks chosen alone."
    return Table(key, caption, columns, rows, note, "Nothing is open.", people=named(found))
