"""The page School."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Policy
from district_platform.outputs.brief.sections import derived_days
from district_platform.outputs.call_lists.students import RECENT_DAYS
from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.pages import asking, calls
from district_platform.web.pages.district import attendance, results
from district_platform.web.pages.district.sights import Sight
from district_platform.web.pages.model import (
    SEARCHED,
    Cell,
    Column,
    Filter,
    FilterKind,
    Filters,
    Kind,
    Link,
    NotFoundError,
    PageModel,
    Search,
    Section,
    Table,
)
from district_platform.web.pages.released import Released, read_released
from district_platform.web.pages.school import findings, slices
from district_platform.web.reading.queries import school as queries
from district_platform.web.reading.reader import Reader
from district_platform.web.reading.registry import Query

NAME = "school"
LEAST_LETTERS = 2
"""Of a name that is searched for."""

Row = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader, policy: Policy) -> PageModel:
    """The page, for viewers who may see a school's students. Raises NotFoundError for a school outside the viewer's scope."""
    released = read_released(reader, policy)
    names = _names(viewer, released)
    asked = filters.get("school", "")
    if asked and asked not in names:
        raise NotFoundError("there is no such school here")
    if not asked and (viewer.role is Role.DISTRICT or not names):
        return _choosing(names)
    k_school = asked or next(iter(names))
    return _School(viewer.within(k_school), filters, reader, released, names, k_school).page()


def _names(viewer: Viewer, released: Released) -> dict[str, str]:
    """The viewer's schools with their names, in the order of the names; a school without figures has its id."""
    known = {school.k_school: school.name for school in released.facts.schools}
    return dict(sorted(((k, known.get(k, k)) for k in viewer.scope.schools), key=lambda pair: (pair[1], pair[0])))


def _choosing(names: Mapping[str, str]) -> PageModel:
    rows = tuple((Cell(name, Link(NAME, (("school", k_school),))),) for k_school, name in names.items())
    table = Table("schools", "Schools", (Column("School"),), rows, empty="You see no school today.")
    return PageModel(
        NAME,
        "Schools",
        ("Choose a school.",) if rows else (),
        sections=(Section("schools", "Schools", tables=(table,)),),
    )


class _School:
    """A school as one viewer looks at it."""

    def __init__(
        self,
        viewer: Viewer,
        filters: Filters,
        reader: Reader,
        released: Released,
        names: Mapping[str, str],
        k_school: str,
    ) -> None:
        self.viewer, self.filters, self.reader, self.released = viewer, filters, reader, released
        self.names, self.k_school = names, k_school
        self.notices: list[str] = []
        self.grades = self.rows(queries.BY_GRADE)
        self.sections = self.rows(queries.BY_SECTION)
        self.span = calls.span(reader, viewer, k_school, filters, self.notices)
        self.grade, self.section = self._choices()

    def rows(self, query: Query, **filters: Any) -> list[dict[str, Any]]:
        return list(self.reader.rows(query, self.viewer, school=self.k_school, **filters))

    @property
    def between(self) -> dict[str, Any]:
        """The days of the page, as filters."""
        return {"first_date": self.span.first, "last_date": self.span.last}

    @cached_property
    def members(self) -> set[str]:
        """Who sits in the section chosen."""
        return {row["student_id"] for row in self.rows(queries.MEMBERS) if row["k_section"] == self.section.value}

    def _choices(self) -> tuple[Filter, Filter]:
        levels = sorted((row["grade"] for row in self.grades if row["grade"]), key=slices.place)
        grades = [("", "All grades"), *((level, w.sentence_case(w.grade(level))) for level in levels)]
        titles = [
            (row["k_section"], f"{row['section_id']}  {row['course_title'] or ''}".strip()) for row in self.sections
        ]
        return (
            asking.choice("grade", "Grade", grades, self.filters, self.notices),
            asking.choice("section", "Section", [("", "All sections"), *titles], self.filters, self.notices),
        )

    @property
    def shown_filters(self) -> tuple[Filter, ...]:
        schools = Filter("school", "School", self.k_school, FilterKind.CHOICE, tuple(self.names.items()))
        kept = schools if len(self.names) > 1 else Filter("school", "School", self.k_school)
        return (kept, self.grade, self.section, *self.span.filters)

    @property
    def link(self) -> Link:
        """This page as it is filtered."""
        return Link(NAME, tuple((each.name, each.value) for each in self.shown_filters if each.value))

    def page(self) -> PageModel:
        asked = self.filters.get(SEARCHED, "").strip()
        sections = [self._found(asked)] if asked else []
        sections += [self._calls(), slices.grades(self.grades, self.link), slices.sections(self.sections, self.link)]
        sections.append(slices.weekdays(self.rows(queries.BY_WEEKDAY, **self.between), self.span))
        if self.viewer.role in queries.BY_GROUP.shows:
            sections.append(slices.own_groups(self.rows(queries.BY_GROUP)))
        sections += self._released()
        if self.viewer.role in queries.SECTION_FINDINGS.shows:
            sections.append(self._findings())
        is_leader = self.viewer.role is Role.DISTRICT
        return PageModel(
            name=NAME,
            title=self.names[self.k_school],
            sections=tuple(sections),
            filters=self.shown_filters,
            search=Search("Find a student by name", asked, SEARCHED),
            notices=tuple(self.notices),
            trail=(("District", Link("district")),) if is_leader else (),
            access=self._why(),
            is_internal=True,
        )

    def _why(self) -> str:
        school = self.names[self.k_school]
        if self.viewer.role is Role.DISTRICT:
            return f"You look at {school} as a district leader. Each page and file that names students is recorded."
        return (
            f"You are {self.viewer.role.value} of {school} by the district's records of staff, or were given that role. You see the "
            "students enrolled there this school year. Each page and file that names students is recorded."
        )

    def _calls(self) -> Section:
        rows, whom, n = self.rows(queries.CALL_LIST, **self.between), "students enrolled here", self._n_enrolled()
        if self.grade.value:
            rows = [row for row in rows if row["grade"] == self.grade.value]
            whom = f"students in {w.grade(self.grade.value)}"
        if self.section.value:
            rows = [row for row in rows if row["student_id"] in self.members]
            whom = f"{whom} who sit in this section" if self.grade.value else "students who sit in this section"
        said = calls.sentences(rows, n, whom, self.span)
        table = calls.table("calls", f"Whom to call, {self.names[self.k_school]}", rows, self.link, self.span, _NOBODY)
        return Section("calls", "Whom to call", said, tables=(table,), is_internal=True)

    def _n_enrolled(self) -> int:
        """The number of students from whom the list is taken."""
        if self.section.value:
            return len(self.members)
        return sum(row["n_students"] for row in self.grades if self.grade.value in ("", row["grade"]))

    def _found(self, asked: str) -> Section:
        if len(asked) < LEAST_LETTERS:
            return Section("found", "Students found", (f"Type {LEAST_LETTERS} letters or more of a name.",))
        rows = self.rows(queries.STUDENTS, search=asked)
        said = f"{w.plural(len(rows), 'student')} with this name." if rows else "No student here has this name."
        table = Table(
            "found",
            "Students found",
            (Column("Name"), Column("Grade"), Column("Attendance", Kind.NUMBER, "this year")),
            tuple(
                (
                    calls.student_cell(row, self.link),
                    calls.grade(row["grade"]),
                    calls.rate(row["attendance_rate"]),
                )
                for row in rows
            ),
            empty="Try a part of the name, or ask whether the student is enrolled elsewhere.",
            has_file=False,
        )
        return Section("found", "Students found", (said,), tables=(table,), is_internal=True)

    def _released(self) -> list[Section]:
        """Results and weeks as released, because comparisons with last year include students outside the viewer's scope."""
        latest = self.released.facts.results
        seen = Sight(
            self.reader,
            self.viewer,
            self.released,
            self.link,
            self.k_school,
            latest.year if latest else 0,
            latest.administration if latest else "",
        )
        said = (*derived_days(self.released.report), *attendance.against_last_year(seen))
        weeks = Section("weeks", "Weeks against last year", said, tables=(attendance.weeks(seen),))
        return [weeks, results.performance(seen)]

    def _findings(self) -> Section:
        is_principal = self.viewer.role in queries.EDUCATOR_FINDINGS.shows
        educators = self.rows(queries.EDUCATOR_FINDINGS) if is_principal else None
        return findings.section(educators, self.rows(queries.SECTION_FINDINGS))


_NOBODY = f"Nobody is to be called. The list holds whoever missed much in the days chosen ({RECENT_DAYS} unless you choose others)."
