"""Who is in a section and who teaches it, and what follows: enrollment at a school, from roles and classes.

OneRoster has no enrollment at a school. It says at which schools a user is a student, and in which classes; the stay at
a school is derived from both, as docs/oneroster.md explains.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.classes import CourseSection, Years
from district_platform.sources.oneroster.reading import RosterFile, Row
from district_platform.sources.oneroster.users import SchoolRole
from district_platform.sources.oneroster.writing import Record

TEACHER_OF_RECORD = "Teacher of Record"
_SECTION_ROLES = (TEACHER_OF_RECORD, "Co-teacher", "Aide", "Administrator", "Proctor")
"""Most responsible first: an educator with several roles in a section has the first of them."""

_UNSTATED = (9, 0)
"""Standing and position of a school that only classes name: it ranks behind every school at which the student has a role."""

Place = tuple[str, str, int]
"""Student, school and school year: the grain of an enrollment at a school."""


@dataclass(frozen=True)
class Stay:
    """A student in a section, from the first day to the last."""

    student: str
    section: CourseSection
    begin: str
    end: str

    @property
    def left_early(self) -> bool:
        """Whether the student left before the section's session ended."""
        return self.end < self.section.session.end


@dataclass(frozen=True)
class SchoolEnrollment:
    """A student at a school in a school year; `exit` is blank while enrolled. The primary school ranks lowest."""

    student: str
    school: str
    school_year: int
    entry: str
    exit: str
    rank: tuple[int, int, int, str]

    def overlaps(self, other: "SchoolEnrollment") -> bool:
        """Whether both cover a day; touching on one is no overlap (rule ENR-01)."""
        return (not other.exit or self.entry < other.exit) and (not self.exit or other.entry < self.exit)


def stays_in_sections(enrollments: RosterFile, sections: dict[str, CourseSection]) -> list[Stay]:
    """Students' stays; a missing date is that of the section's session."""
    rows = [row for row in enrollments.rows if row["role"] == vocabulary.STUDENT]
    return [_stay(row, sections[row["classSourcedId"]]) for row in rows]


def _stay(row: Row, section: CourseSection) -> Stay:
    begin = row["beginDate"] or section.session.begin
    return Stay(row["userSourcedId"], section, begin, row["endDate"] or section.session.end)


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


def section_educator_records(enrollments: RosterFile, sections: dict[str, CourseSection]) -> list[Record]:
    """Extract sis/section_educators: an educator of a section, with the most responsible of the roles held in it."""
    teachers = _teachers_by_section(enrollments)
    roles: dict[tuple[str, str], str] = {}
    for row in enrollments.rows:
        role = _section_role(row, teachers)
        if role in _SECTION_ROLES:
            place = (row["classSourcedId"], row["userSourcedId"])
            roles[place] = min(role, roles.get(place, role), key=_SECTION_ROLES.index)
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


def _teachers_by_section(enrollments: RosterFile) -> dict[str, set[str]]:
    teachers: dict[str, set[str]] = defaultdict(set)
    for row in enrollments.rows:
        if row["role"] == vocabulary.TEACHER:
            teachers[row["classSourcedId"]].add(row["userSourcedId"])
    return teachers


def _section_role(row: Row, teachers: dict[str, set[str]]) -> str:
    """A primary teacher, or a section's only one, is the teacher of record; other roles keep OneRoster's word."""
    if row["role"] != vocabulary.TEACHER:
        return row["role"].capitalize()
    is_only = len(teachers[row["classSourcedId"]]) == 1
    return TEACHER_OF_RECORD if vocabulary.is_true(row["primary"]) or is_only else "Co-teacher"


def school_enrollments(roles: Iterable[SchoolRole], stays: Iterable[Stay], years: Years) -> list[SchoolEnrollment]:
    """One for each student, school and school year that a role or a class names.

    A role with dates counts in the school years they touch. One without counts in the years in which the student has
    classes at the school, and where there are none in the latest year of the export.
    """
    stays_at: dict[Place, list[Stay]] = defaultdict(list)
    years_with_classes: dict[tuple[str, str], set[int]] = defaultdict(set)
    for stay in stays:
        student, school, year = stay.student, stay.section.school, stay.section.session.school_year
        stays_at[student, school, year].append(stay)
        years_with_classes[student, school].add(year)

    roles_at: dict[Place, list[SchoolRole]] = defaultdict(list)
    for role in roles:
        undated = years_with_classes.get((role.student, role.school), {years.latest})
        for year in years.touched(role.begin, role.end) if role.begin or role.end else undated:
            roles_at[role.student, role.school, year].append(role)

    return [
        _school_enrollment(place, stays_at.get(place, []), roles_at.get(place, []), years.spans[place[2]])
        for place in stays_at.keys() | roles_at.keys()
    ]


def _school_enrollment(
    place: Place, stays: list[Stay], roles: list[SchoolRole], year: tuple[str, str]
) -> SchoolEnrollment:
    """Dates of the role where it has them within the year, else those of the classes, else the year's first day."""
    student, school, school_year = place
    first_day, last_day = year
    begin = min((role.begin for role in roles), default="")
    end = "" if any(not role.end for role in roles) else max((role.end for role in roles), default="")
    entry = begin if begin >= first_day else min((stay.begin for stay in stays), default=first_day)
    exit_date = end if first_day <= end < last_day else _exit(stays)
    standing, position = min(((role.standing, role.position) for role in roles), default=_UNSTATED)
    return SchoolEnrollment(student, school, school_year, entry, exit_date, (standing, -len(stays), position, school))


def _exit(stays: list[Stay]) -> str:
    """The last day in class, where the last class was left before its session ended; else blank, still enrolled.

    Classes that end with their session are no exit: a semester is over, and nobody has left.
    """
    if not stays:
        return ""
    last = max(stays, key=lambda stay: (stay.end, not stay.left_early))
    return last.end if last.left_early else ""


def enrollment_records(enrollments: list[SchoolEnrollment], grades: dict[str, str]) -> list[Record]:
    """Extract sis/enrollments. There are no calendars, so calendar_code stays null."""
    primary = _primary(enrollments)
    return [
        {
            "enrollment_id": f"{enrollment.school_year}-{enrollment.school}-{enrollment.student}",
            "school_year": str(enrollment.school_year),
            "student_id": enrollment.student,
            "school_id": enrollment.school,
            "grade_level": grades.get(enrollment.student, ""),
            "entry_date": enrollment.entry,
            "exit_date": enrollment.exit,
            "is_primary": "true" if enrollment in primary else "false",
        }
        for enrollment in enrollments
    ]


def _primary(enrollments: list[SchoolEnrollment]) -> set[SchoolEnrollment]:
    """The best-ranked enrollment of each student and year, and those that overlap no primary one (transfers)."""
    primary: dict[tuple[str, int], list[SchoolEnrollment]] = defaultdict(list)
    for enrollment in sorted(enrollments, key=lambda enrollment: enrollment.rank):
        chosen = primary[enrollment.student, enrollment.school_year]
        if not any(enrollment.overlaps(other) for other in chosen):
            chosen.append(enrollment)
    return {enrollment for chosen in primary.values() for enrollment in chosen}
