"""Sessions, courses and sections from academicSessions.csv, courses.csv and classes.csv.

Who sits in a section stands in `enrollments`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.reading import RosterFile, Row
from district_platform.sources.oneroster.writing import Record


@dataclass(frozen=True)
class Session:
    """An academic session: a school year or a part of one, the same for every school."""

    id: str
    title: str
    type: str
    school_year: int
    begin: str
    end: str
    parent: str
    stated_year: int | None = None
    """The school year that the export states, which its dates may contradict."""


@dataclass(frozen=True)
class CourseSection:
    """A class, placed at a school and in one session of one school year."""

    id: str
    school: str
    course: str
    session: Session
    grades: tuple[str, ...]


@dataclass(frozen=True)
class Years:
    """First and last day of each school year of the export."""

    spans: dict[int, tuple[str, str]]

    @property
    def latest(self) -> int:
        return max(self.spans)

    def touched(self, begin: str, end: str) -> set[int]:
        """School years that share a day with a stretch of dates; blank is open."""
        return {
            year
            for year, (first_day, last_day) in self.spans.items()
            if begin <= last_day and (not end or end >= first_day)
        }


def sessions_by_id(academic_sessions: RosterFile) -> dict[str, Session]:
    return {row["sourcedId"]: _session(row) for row in academic_sessions.rows}


def _session(row: Row) -> Session:
    return Session(
        id=row["sourcedId"],
        title=row["title"],
        type=row["type"],
        school_year=vocabulary.school_year(row["schoolYear"], row["startDate"], row["endDate"]),
        begin=row["startDate"],
        end=row["endDate"],
        parent=row["parentSourcedId"],
        stated_year=vocabulary.stated_year(row["schoolYear"]),
    )


def school_years(sessions: Iterable[Session]) -> Years:
    """From the sessions of type schoolYear; a year that has none spans all of its sessions."""
    by_year: dict[int, list[Session]] = {}
    for session in sessions:
        by_year.setdefault(session.school_year, []).append(session)
    spans = {}
    for year, parts in by_year.items():
        whole = [session for session in parts if session.type == "schoolyear"] or parts
        spans[year] = (min(s.begin for s in whole), max(s.end for s in whole))
    return Years(spans)


def sections_by_id(classes: RosterFile, sessions: dict[str, Session]) -> dict[str, CourseSection]:
    return {
        row["sourcedId"]: CourseSection(
            id=row["sourcedId"],
            school=row["schoolSourcedId"],
            course=row["courseSourcedId"],
            session=_session_of(vocabulary.listed(row["termSourcedIds"]), sessions),
            grades=tuple(vocabulary.grade_level(grade) for grade in vocabulary.listed(row["grades"])),
        )
        for row in classes.rows
    }


def _session_of(terms: list[str], sessions: dict[str, Session]) -> Session:
    """A class's one session: its only term, else the nearest one that holds all its terms, else the first to begin."""
    known = [sessions[term] for term in terms if term in sessions]
    lines = [_with_parents(session, sessions) for session in known]
    shared = [session for session in lines[0] if all(session in line for line in lines)]
    return shared[0] if shared else min(known, key=lambda session: (session.begin, session.id))


def _with_parents(session: Session, sessions: dict[str, Session]) -> list[Session]:
    line = [session]
    while (parent := sessions.get(line[-1].parent)) and parent not in line:
        line.append(parent)
    return line


def session_records(sections: Iterable[CourseSection]) -> list[Record]:
    """Extract sis/sessions: a session at each school that has a class in it."""
    used = {(section.school, section.session) for section in sections}
    return [
        {
            "school_id": school,
            "school_year": str(session.school_year),
            "session_id": session.id,
            "session_name": session.title,
            "begin_date": session.begin,
            "end_date": session.end,
        }
        for school, session in used
    ]


def course_records(courses: RosterFile) -> list[Record]:
    """Extract sis/courses: a course, with the first of its subjects."""
    return [
        {
            "course_id": row["sourcedId"],
            "course_title": row["title"],
            "subject": next(iter(vocabulary.listed(row["subjects"])), ""),
            "grade_band": vocabulary.grade_band(vocabulary.listed(row["grades"])),
        }
        for row in courses.rows
    ]


def section_records(sections: Iterable[CourseSection]) -> list[Record]:
    """Extract sis/sections: a class in its session."""
    return [
        {
            "school_year": str(section.session.school_year),
            "school_id": section.school,
            "section_id": section.id,
            "course_id": section.course,
            "session_id": section.session.id,
        }
        for section in sections
    ]
