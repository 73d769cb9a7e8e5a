"""Who is in a section and who teaches it, and what follows: enrollment at a school, from roles and classes.

OneRoster has no enrollment at a school. It says at which schools a user is a student, and in which classes; the stay at a school is
derived from both, as docs/oneroster.md explains.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.classes import Record, Section, Years
from district_platform.sources.oneroster.reading import Row, Table
from district_platform.sources.oneroster.users import SchoolRole

TEACHER_OF_RECORD = "Teacher of Record"
_SECTION_ROLES = (TEACHER_OF_RECORD, "Co-teacher", "Aide", "Administrator", "Proctor")
"""Most responsible first: an educator with several roles in a section has the first of them."""


@dataclass(frozen=True)
class Stay:
    """A student in a section, from the first to the last day; `left_early` where the last day precedes the session's."""

    student: str
    section: Section
    begin: str
    end: str

    @property
    def left_early(self) -> bool:
        return self.end < self.section.session.end


@dataclass(frozen=True)
class SchoolEnrollment:
    """A student at a school in a school year; `exit` is blank while enrolled. A lower rank is nearer to the primary school."""

    student: str
    school: str
    school_year: int
    entry: str
    exit: str
    rank: tuple[int, int, str]

    def overlaps(self, other: "SchoolEnrollment") -> bool:
        """Whether both cover a day; touching on one is no overlap (rule ENR-01)."""
        return (not other.exit or self.entry < other.exit) and (not self.exit or other.entry < self.exit)


def stays(enrollments: Table, sections: dict[str, Section]) -> list[Stay]:
    """Students' stays in sections; a missing date is that of the session."""
    rows = [row for row in enrollments.rows if row["role"] == vocabulary.STUDENT]
    return [_stay(row, sections[row["classSourcedId"]]) for row in rows]


def _stay(row: Row, section: Section) -> Stay:
    return Stay(
        student=row["userSourcedId"],
        section=section,
        begin=row["beginDate"] or section.session.begin,
        end=row["endDate"] or section.session.end,
    )


def section_enrollment_records(stays: Iterable[Stay]) -> list[Record]:
    """Extract sis/section_enrollments: a student's stay in a section."""
    return [
        {
            "school_year": str(stay.section.session.school_year),
            "school_id": stay.section.school,
            "section_id": stay.section.id,
            "student_id": stay.student,
            "begin_date": stay.begin,
            "end_date": stay.end,
        }
        for stay in stays
    ]


def section_educator_records(enrollments: Table, sections: dict[str, Section]) -> list[Record]:
    """Extract sis/section_educators: an educator of a section, with the most responsible of the roles held in it."""
    teachers = _teachers_by_section(enrollments)
    roles: dict[tuple[str, str], str] = {}
    for row in enrollments.rows:
        role = _section_role(row, teachers)
        if role is None:
            continue
        key = (row["classSourcedId"], row["userSourcedId"])
        roles[key] = min(role, roles.get(key, role), key=_SECTION_ROLES.index)
    return [
        {
            "school_year": str(sections[section].session.school_year),
            "school_id": sections[section].school,
            "section_id": section,
            "educator_id": educator,
            "role": role,
        }
        for (section, educator), role in roles.items()
    ]


def _teachers_by_section(enrollments: Table) -> dict[str, set[str]]:
    teachers: dict[str, set[str]] = {}
    for row in enrollments.rows:
        if row["role"] == "teacher":
            teachers.setdefault(row["classSourcedId"], set()).add(row["userSourcedId"])
    return teachers


def _section_role(row: Row, teachers: dict[str, set[str]]) -> str | None:
    """A primary teacher, or a class's only one, is the teacher of record."""
    if row["role"] == "teacher":
        is_only = len(teachers[row["classSourcedId"]]) == 1
        return TEACHER_OF_RECORD if vocabulary.is_true(row["primary"]) or is_only else "Co-teacher"
    role = row["role"].capitalize()
    return role if role in _SECTION_ROLES else None


def school_enrollments(roles: Iterable[SchoolRole], stays: Iterable[Stay], years: Years) -> list[SchoolEnrollment]:
    """One row for each student, school and school year that a role or a class speaks of.

    A role at a school without any class there counts for the latest school year of the export.
    """
    by_place: dict[tuple[str, str, int], list[Stay]] = {}
    for stay in stays:
        by_place.setdefault((stay.student, stay.section.school, stay.section.session.school_year), []).append(stay)
    best: dict[tuple[str, str], SchoolRole] = {}
    for role in sorted(roles, key=lambda role: role.rank, reverse=True):
        best[role.student, role.school] = role
    with_classes = {(student, school) for student, school, _ in by_place}
    for student, school in best.keys() - with_classes:
        by_place[student, school, years.latest] = []
    return [
        _school_enrollment(place, stays_there, best.get(place[:2]), years.spans[place[2]])
        for place, stays_there in by_place.items()
    ]


def _school_enrollment(
    place: tuple[str, str, int], stays: list[Stay], role: SchoolRole | None, year: tuple[str, str]
) -> SchoolEnrollment:
    student, school, school_year = place
    first_day, last_day = year
    entry = min((stay.begin for stay in stays), default=first_day)
    exit_date = _exit(stays)
    if role is not None and first_day <= role.begin <= last_day:
        entry = role.begin
    if role is not None and first_day <= role.end < last_day:
        exit_date = role.end
    stated_rank = role.rank if role is not None else len(place) ** 9
    return SchoolEnrollment(student, school, school_year, entry, exit_date, (stated_rank, -len(stays), school))


def _exit(stays: list[Stay]) -> str:
    """The last day in class, if the last class was left before its session ended; else blank: the student is still there."""
    if not stays:
        return ""
    last = max(stays, key=lambda stay: (stay.end, not stay.left_early))
    return last.end if last.left_early else ""


def enrollment_records(enrollments: Iterable[SchoolEnrollment], grades: dict[str, str]) -> list[Record]:
    """Extract sis/enrollments. There are no calendars, so calendar_code stays null."""
    primary = _primary(enrollments)
    return [
        {
            "enrollment_id": f"{e.school_year}-{e.school}-{e.student}",
            "school_year": str(e.school_year),
            "student_id": e.student,
            "school_id": e.school,
            "grade_level": grades.get(e.student, ""),
            "entry_date": e.entry,
            "exit_date": e.exit,
            "is_primary": "true" if e in primary else "false",
        }
        for e in enrollments
    ]


def _primary(enrollments: Iterable[SchoolEnrollment]) -> set[SchoolEnrollment]:
    """The best-ranked enrollment of each student and year, and those that do not overlap a primary one (transfers)."""
    primary: dict[tuple[str, int], list[SchoolEnrollment]] = {}
    for enrollment in sorted(enrollments, key=lambda e: e.rank):
        chosen = primary.setdefault((enrollment.student, enrollment.school_year), [])
        if not any(enrollment.overlaps(other) for other in chosen):
            chosen.append(enrollment)
    return {enrollment for chosen in primary.values() for enrollment in chosen}
