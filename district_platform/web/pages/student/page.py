"""The page Student. Every part is about a student in the viewer's scope, at the schools that the viewer's role may see."""

from collections.abc import Mapping
from typing import Any

from district_platform.outputs.attendance_history import VIRTUAL
from district_platform.outputs.brief import wording as w
from district_platform.outputs.call_lists.wording import name_text
from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.pages import asking, calls
from district_platform.web.pages.model import (
    Column,
    Filter,
    Filters,
    Kind,
    Link,
    NotFoundError,
    PageModel,
    Section,
    Table,
    date_cell,
)
from district_platform.web.pages.student import calendar, history
from district_platform.web.reading.queries import student as queries
from district_platform.web.reading.reader import Reader
from district_platform.web.reading.registry import Query

NAME = "student"
KEPT = ("school", "grade", "section", "first_date", "last_date")
"""Filters of the page before, for the way back."""
SUPPORT = (
    ("is_economically_disadvantaged", "economically disadvantaged"),
    ("is_english_learner", "English learner"),
    ("has_disability", "disability"),
    ("is_homeless", "experiencing homelessness"),
)

Row = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader) -> PageModel:
    """Raises NotFoundError for a student who is not there or not in the viewer's scope: the answer is the same."""

    def rows(query: Query) -> list[dict[str, Any]]:
        return list(reader.rows(query, viewer, student=k_student))

    k_student = filters.get("student", "")
    known = rows(queries.NAME) if k_student else []
    if not known:
        raise NotFoundError("there is no such student here")
    places = rows(queries.WHY)
    viewer = viewer.within(*(row["k_school"] for row in places))
    notices: list[str] = []
    days, measured, enrollments = rows(queries.DAYS), rows(queries.TO_DATE), rows(queries.ENROLLMENTS)
    online = {(row["k_school"], row["calendar_date"]) for row in days if row["presence_source"] == VIRTUAL}
    year = _year(days, reader.publication.school_year, filters, notices)
    found = history.totals(days, online)
    of_year = [day for day in days if str(day["school_year"]) == year.value]
    caption = f"Attendance day by day, {w.school_year_name(int(year.value))}"
    name = name_text(known[0]["last_name"], known[0]["first_name"]) or calls.UNNAMED
    sections = [
        Section(
            "year",
            "The year",
            history.sentences(measured, found, int(year.value)),
            tables=(calendar.table(of_year, {date for _, date in online}, caption),),
        ),
        Section(
            "history",
            "School years",
            history.judged(measured),
            tables=(history.table(measured, found), _enrollments(enrollments)),
        ),
        _results(rows(queries.SCORES)),
        Section("programs", "Programs", _support(viewer, rows), tables=(_programs(viewer, rows(queries.PROGRAMS)),)),
    ]
    return PageModel(
        name=NAME,
        title=name,
        sentences=(_where(enrollments, reader.publication.school_year, k_student),),
        sections=tuple(sections),
        filters=(Filter("student", "Student", k_student), *_kept(filters), year),
        notices=tuple(notices),
        trail=_trail(viewer, filters, places),
        access=_why(viewer, places),
        is_internal=True,
        tab="Student",
    )


def _year(days: list[dict[str, Any]], now: int, filters: Filters, notices: list[str]) -> Filter:
    years = sorted({day["school_year"] for day in days} | {now}, reverse=True)
    return asking.choice(
        "year", "School year", [(str(y), w.school_year_name(y)) for y in years], filters, notices, str(now)
    )


def _kept(filters: Filters) -> tuple[Filter, ...]:
    return tuple(Filter(name, name, filters[name]) for name in KEPT if filters.get(name))


def _where(enrollments: list[dict[str, Any]], year: int, student_id: str) -> str:
    """Grade and school of this year's last enrollment, and the id by which the student is known elsewhere."""
    latest = next((row for row in enrollments if row["school_year"] == year), None)
    if latest is None:
        return f"Student {student_id}."
    grade = w.sentence_case(w.grade(latest["grade_level"])) if latest["grade_level"] else "No grade on record"
    return f"{grade}, {latest['school_name'] or latest['k_school']}. Student {student_id}."


def _trail(viewer: Viewer, filters: Filters, places: list[dict[str, Any]]) -> tuple[tuple[str, Link], ...]:
    """The way back, with the filters of the page before."""
    kept = tuple((name, filters[name]) for name in KEPT if filters.get(name))
    if viewer.role is Role.TEACHER:
        return (("My classes", Link("classes", tuple(pair for pair in kept if pair[0] not in ("school", "grade")))),)
    names = {row["k_school"]: row["school_name"] or row["k_school"] for row in places}
    here = filters.get("school", "") if filters.get("school", "") in names else next(iter(names), "")
    start = (("District", Link("district")),) if viewer.role is Role.DISTRICT else ()
    school = Link("school", kept).having(school=here)
    way = (*start, (names.get(here, "School"), school.having(grade=None, section=None)))
    grade = filters.get("grade", "")
    return (*way, (w.sentence_case(w.grade(grade)), school.having(section=None))) if grade else way


def _why(viewer: Viewer, places: list[dict[str, Any]]) -> str:
    schools = w.listing([row["school_name"] or row["k_school"] for row in places])
    recorded = "That you opened this page is recorded."
    if viewer.role is Role.TEACHER:
        sections = sorted({section for row in places for section in row["sections"] or ()})
        which = f"{'section' if len(sections) == 1 else 'sections'} {w.listing(sections)}"
        return f"This student now sits in your {which} at {schools}. You see the days at this school alone. {recorded}"
    if viewer.role is Role.DISTRICT:
        return f"You are a district leader; this student is enrolled at {schools} this school year. {recorded}"
    return (
        f"You are {viewer.role.value} of {schools}, where this student is enrolled this school year, and so see the days at all schools. "
        f"{recorded}"
    )


def _support(viewer: Viewer, rows: Any) -> tuple[str, ...]:
    """Recorded needs of the student, for people of the school who may see them."""
    if viewer.role not in queries.STUDENT.shows:
        return ()
    known: Row = next(iter(rows(queries.STUDENT)), {})
    found = [words for column, words in SUPPORT if known.get(column)]
    return (f"On record: {w.listing(found)}.",) if found else ("No need of support is on record.",)


def _enrollments(rows: list[dict[str, Any]]) -> Table:
    return Table(
        "enrollments",
        "Enrollments",
        (
            Column("School year"),
            Column("School"),
            Column("Grade"),
            Column("From", Kind.DATE),
            Column("To", Kind.DATE),
        ),
        tuple(
            (
                w.school_year_name(row["school_year"]),
                row["school_name"] or row["k_school"],
                calls.grade(row["grade_level"]),
                date_cell(row["entry_date"]),
                date_cell(row["exit_date"], "open"),
            )
            for row in rows
        ),
        empty="No enrollment is on record.",
    )


def _results(rows: list[dict[str, Any]]) -> Section:
    judged = [bool(row["is_proficient"]) for row in rows if row["is_proficient"] is not None]
    said = (f"Proficient in {sum(judged)} of {w.plural(len(judged), 'result')} on record.",) if judged else ()
    table = Table(
        "results",
        "Test results",
        (
            Column("Test"),
            Column("Subject"),
            Column("Date", Kind.DATE),
            Column("Grade"),
            Column("Score", Kind.NUMBER),
            Column("Level", Kind.NUMBER),
            Column("Proficient"),
            Column("Growth percentile", Kind.NUMBER),
        ),
        tuple(
            (
                w.sentence_case(w.season(row["administration"], row["school_year"])),
                row["subject"],
                date_cell(row["test_date"]),
                calls.grade(row["grade_level"]),
                "–" if row["scale_score"] is None else f"{row['scale_score']:.0f}",
                "–" if row["performance_level"] is None else str(row["performance_level"]),
                {True: "yes", False: "no"}.get(row["is_proficient"], "–"),
                "–" if row["growth_percentile"] is None else str(row["growth_percentile"]),
            )
            for row in rows
        ),
        note="Growth percentile: of the students of the same grade who started alike, how many grew less.",
        empty="No result is on record.",
    )
    return Section("results", "Results and growth", said, tables=(table,))


def _programs(viewer: Viewer, rows: list[dict[str, Any]]) -> Table:
    is_whole = viewer.role in (Role.PRINCIPAL, Role.COUNSELOR)
    return Table(
        "programs",
        "Programs",
        (Column("Program"), Column("School year"), Column("From", Kind.DATE), Column("To", Kind.DATE)),
        tuple(
            (
                row["program"],
                w.school_year_name(row["school_year"]),
                date_cell(row["begin_date"]),
                date_cell(row["end_date"], "open"),
            )
            for row in rows
        ),
        note="" if is_whole else "Your role sees the programs that the district has opened to it; there may be others.",
        empty="No program is on record." if is_whole else "No program that your role sees is on record.",
    )
