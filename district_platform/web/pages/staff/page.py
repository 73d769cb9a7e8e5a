"""The page: this week so far, the work weeks chosen, and what is to be corrected."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from district_platform.outputs.brief import wording as w
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.hours.clock import Clock
from district_platform.web.pages.hours.weeks import amount
from district_platform.web.pages.model import Figure, Filter, Filters, PageModel
from district_platform.web.pages.staff import correcting, now, weeks
from district_platform.web.pages.staff.people import Row
from district_platform.web.reading.queries import staff as queries
from district_platform.web.reading.reader import Reader

NAME = "staff"


def build(viewer: Viewer, filters: Filters, reader: Reader, clock: Clock) -> PageModel:
    """The page; by default of the weeks.N_WEEKS work weeks up to the latest that is over."""
    notices: list[str] = []
    schools = [(row["k_school"], row["school_name"] or row["k_school"]) for row in reader.rows(queries.SCHOOLS, viewer)]
    school = asking.choice("school", "School", [("", "All schools"), *schools], filters, notices)
    latest = next(iter(reader.rows(queries.LATEST_WEEK, viewer)))
    span = _span(latest["whole"] or latest["latest"] or reader.publication.as_of_date, filters, notices)
    today = now.now(reader, viewer, school.value or None, latest["latest"], clock)
    notices += [clock.away(today.away_since)] if today.away_since else []
    between = {"school": school.value or None, "first_date": span.first, "last_date": span.last}
    asked = (school, *span.filters)
    people = list(reader.rows(queries.WEEKS, viewer, **between))
    missing = list(reader.rows(queries.MISSING, viewer, **{**between, "last_date": span.last + dt.timedelta(days=6)}))
    findings = list(reader.rows(queries.FINDINGS, viewer))
    return PageModel(
        name=NAME,
        title="Staff hours",
        sentences=(f"This week so far, and as of the publication the work weeks that begin {span.words}.",),
        figures=(now.figure(today), *_figures(people, missing, findings)),
        sections=(
            now.section(today, clock),
            weeks.overtime(people),
            weeks.trend(list(reader.rows(queries.TREND, viewer, **weeks.of_trend(between)))),
            correcting.missing(missing),
            correcting.against_fte(findings, list(reader.rows(queries.BY_POSITION, viewer))),
            correcting.other_findings(findings),
            weeks.everyone(people),
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


def _span(latest: dt.date, filters: Filters, notices: list[str]) -> _Span:
    """The weeks chosen; by default those up to the latest."""
    until, last = asking.date("last_date", "To weeks that begin on", latest, filters, notices)
    weeks_before = dt.timedelta(weeks=weeks.N_WEEKS - 1)
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
    far = [finding for finding in findings if finding["rule_id"] == correcting.FTE_RULE]
    return (
        Figure("With overtime", w.count(len(over)), words=f"of {w.plural(len(people), 'employee')} at work"),
        Figure("Hours of overtime", amount(beyond), words="in the weeks chosen"),
        Figure(
            "Punches missing",
            w.count(len(missing)),
            words=f"of {w.plural(len({p['k_employee'] for p in missing}), 'employee')}"
            if missing
            else "in the weeks chosen",
        ),
        Figure("Far from FTE", w.count(len(far)), words=f"open findings of {correcting.FTE_RULE}"),
    )
