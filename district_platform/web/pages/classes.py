"""My classes: who of mine was away, who is slipping? A teacher's sections that run, with the call list of each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking, calls
from district_platform.web.pages.model import (
    SEARCHED,
    Cell,
    Column,
    Filters,
    Kind,
    Link,
    PageModel,
    Search,
    Section,
    Table,
)
from district_platform.web.pages.school.slices import MEASURES, measures
from district_platform.web.reading.queries import classes as queries
from district_platform.web.reading.queries import school as school_queries
from district_platform.web.reading.reader import Reader, named

NAME = "classes"
Row = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader) -> PageModel:
    """The page of a teacher; one without a section that runs is told so."""
    notices: list[str] = []
    own = list(reader.rows(queries.SECTIONS, viewer))
    options = [("", "All my sections"), *((row["k_section"], _title(row)) for row in own)]
    section = asking.choice("section", "Section", options, filters, notices)
    span = calls.span(reader, viewer, None, filters, notices)
    link = Link(NAME, tuple((f.name, f.value) for f in (section, *span.filters) if f.value))
    listed = list(reader.rows(school_queries.CALL_LIST, viewer, first_date=span.first, last_date=span.last))
    students = list(reader.rows(queries.STUDENTS, viewer))
    shown = [row for row in own if section.value in ("", row["k_section"])]
    asked = filters.get(SEARCHED, "").strip()
    sections = [_found(students, asked, link)] if asked else []
    sections.append(_overview(reader, viewer, shown, link))
    numbers = {row["k_section"]: number for number, row in enumerate(own, start=1)}
    sections += [_section(numbers[row["k_section"]], row, listed, students, span, link) for row in shown]
    return PageModel(
        name=NAME,
        title="My classes",
        sentences=() if own else ("You teach no section whose session runs today.",),
        sections=tuple(sections) if own else (),
        filters=(section, *span.filters),
        search=Search("Find a student by name", asked, SEARCHED),
        notices=tuple(notices),
        access="You see the students who now sit in your sections, and their days at this school. Each page and file that names students "
        "is recorded.",
        is_internal=True,
    )


def _title(row: Row) -> str:
    return f"{row['course_title'] or 'No course'}, {row['section_id']}"


def _overview(reader: Reader, viewer: Viewer, shown: list[dict[str, Any]], link: Link) -> Section:
    measured = {row["k_section"]: row for row in reader.rows(school_queries.BY_SECTION, viewer)}
    rows = [(row, measured.get(row["k_section"])) for row in shown]
    table = Table(
        "sections",
        "Attendance in my sections",
        (Column("Section"), Column("School"), *MEASURES),
        tuple(
            (
                Cell(_title(row), link.having(section=row["k_section"])),
                row["school_name"] or row["k_school"],
                *(measures(found) if found else ("0", "–", "0", "0", "–")),
            )
            for row, found in rows
        ),
        note="Of all the students' days at the school, not of your section alone.",
        empty="No section of yours runs today.",
        people=(),
    )
    return Section("sections", "My sections", tables=(table,))


def _section(
    number: int, row: Row, listed: list[dict[str, Any]], students: list[dict[str, Any]], span: calls.Span, link: Link
) -> Section:
    """The part of one section. `number` names it in files and anchors, because an id may hold any character that a SIS allows."""
    members = [student for student in students if student["k_section"] == row["k_section"]]
    ids = {student["student_id"] for student in members}
    here = [each for each in listed if each["student_id"] in ids and each["k_school"] == row["k_school"]]
    said = calls.sentences(here, len(members), "students of this section", span)
    tables = (
        calls.table(f"calls-{number}", f"Whom to call, {_title(row)}", here, link, span, "Nobody is to be called."),
        _roster(f"roster-{number}", f"Everyone in {_title(row)}", members, link),
    )
    return Section(f"section-{number}", _title(row), said, tables=tables, is_internal=True)


def _roster(key: str, caption: str, members: list[dict[str, Any]], link: Link) -> Table:
    return Table(
        key,
        caption,
        (
            Column("Name"),
            Column("Absent", Kind.NUMBER, "days this year"),
            Column("Attendance", Kind.NUMBER, "this year"),
        ),
        tuple(
            (
                calls.student_cell(row, link),
                "–" if row["days_absent"] is None else calls.days(row["days_absent"]),
                calls.rate(row["attendance_rate"]),
            )
            for row in members
        ),
        empty="Nobody sits in this section now.",
        people=named(members),
    )


def _found(students: list[dict[str, Any]], asked: str, link: Link) -> Section:
    """Students of the own sections whose name holds what was typed, each once."""
    wanted = asked.casefold()
    matching = {
        row["student_id"]: row
        for row in students
        if wanted in f"{row['first_name'] or ''} {row['last_name'] or ''}".casefold()
        or wanted in f"{row['last_name'] or ''}, {row['first_name'] or ''}".casefold()
    }
    n = len(matching)
    said = f"{w.plural(n, 'student')} with this name." if n else "No student of yours has this name."
    table = replace(_roster("found", "Students found", list(matching.values()), link), has_file=False)
    return Section("found", "Students found", (said,), tables=(table,), is_internal=True)
