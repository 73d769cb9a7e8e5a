"""The pages My hours (an employee's own) and Employee (human resources, anybody's)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.hours import days, weeks
from district_platform.web.pages.hours.clock import Clock, time_of_day
from district_platform.web.pages.hours.worked import Worked, worked
from district_platform.web.pages.model import Figure, Filter, Filters, Link, NotFoundError, PageModel
from district_platform.web.reading.queries import hours as queries
from district_platform.web.reading.reader import Reader

OWN, EMPLOYEE = "hours", "employee"
_SEVERAL = "You have several numbers in the timekeeping system. Each is shown by itself, with its own hours and overtime: choose the job."
Person = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader, clock: Clock) -> PageModel:
    """My hours. Whose they are, the viewer's scope says alone: an address chooses among the own numbers, and names no other."""
    if not viewer.scope.employee:
        return PageModel(OWN, "My hours", ("No number of the timekeeping system goes with your account.",))
    notices: list[str] = []
    own = [_person(reader, viewer, number) for number in viewer.scope.employee]
    jobs = [(person["k_employee"], _job(person)) for person in own]
    job = asking.choice("job", "Job", jobs, filters if len(own) > 1 else {}, notices, default=jobs[0][0])
    person = next(each for each in own if each["k_employee"] == job.value)
    access = (
        "You see your own punches, hours and estimated pay, and nobody else's, since your account was given your number in the timekeeping "
        "system. Human resources see them, too. Each view is recorded."
    )
    known = worked(reader, viewer, person["k_employee"], clock)
    chosen = (job,) if len(own) > 1 else ()
    return _page(OWN, "My hours", person, filters, known, access, clock, chosen, notices)


def build_employee(viewer: Viewer, filters: Filters, reader: Reader, clock: Clock) -> PageModel:
    """An employee's hours, for human resources. Raises NotFoundError for nobody's number, or one outside the viewer's scope."""
    person = _person(reader, viewer, filters.get("employee", ""))
    name = person["full_name"] or person["k_employee"]
    access = "You see everybody's hours as human resources. Each page and file that names an employee is recorded."
    known = worked(reader, viewer, person["k_employee"], clock)
    kept = (Filter("employee", "Employee", person["k_employee"]),)
    return _page(EMPLOYEE, name, person, filters, known, access, clock, kept, [])


def _person(reader: Reader, viewer: Viewer, number: str) -> Person:
    found = next(iter(reader.rows(queries.EMPLOYEE, viewer, person=number)), None) if number else None
    if found is None:
        raise NotFoundError("there is no such employee here")
    return found


def _page(
    name: str,
    title: str,
    person: Person,
    filters: Filters,
    worked: Worked,
    access: str,
    clock: Clock,
    kept: tuple[Filter, ...],
    notices: list[str],
) -> PageModel:
    """`kept` says whose hours these are, where an address has to."""
    notices += [clock.away(worked.away_since)] if worked.away_since else []
    week = days.chosen_week(worked, filters.get("week", ""), notices)
    link = Link(name, tuple((each.name, each.value) for each in (*kept, week) if each.value))
    return PageModel(
        name=name,
        title=title,
        sentences=(
            _who(person),
            clock.as_of(worked.today, worked.asked_at, is_live=worked.is_live),
            *([_SEVERAL] if name == OWN and kept else []),
        ),
        figures=_figures(worked, link),
        sections=(days.missing(worked), days.section(worked, week.value), weeks.section(worked, link)),
        filters=(*kept, week),
        notices=tuple(notices),
        trail=(("Staff hours", Link("staff")),) if name == EMPLOYEE else (),
        access=access,
        tab="Employee" if name == EMPLOYEE else "",
    )


def _job(person: Person) -> str:
    parts = [person["job_title"], person["school_name"], f"number {person['k_employee']}"]
    return ", ".join(part for part in parts if part)


def _who(person: Person) -> str:
    return f"{_job(person)}."


def _figures(worked: Worked, link: Link) -> tuple[Figure, ...]:
    """This week, today's shift, and what is missing."""
    row = next((week for day, week in worked.last_weeks()[:1] if week), None)
    hours, beyond = (row["hours_worked"], row["overtime_hours"]) if row else (Decimal(0), Decimal(0))
    going_on, n_missing = worked.open_shift, len(worked.missing)
    since = time_of_day(going_on["punch_dtm"]) if going_on else "none"
    if going_on and going_on["punch_dtm"].date() != worked.today:
        since += f", {w.day_of_year(going_on['punch_dtm'].month, going_on['punch_dtm'].day)}"
    return (
        Figure("Hours this week", weeks.amount(hours), words="shifts that are over; the work week that holds today"),
        Figure("Overtime this week", weeks.amount(beyond), words="hours beyond the week's limit"),
        Figure("Shift going on since", since, words="a punch in without a punch out today"),
        Figure("Punches missing", str(n_missing), words="in 26 weeks"),
    )
