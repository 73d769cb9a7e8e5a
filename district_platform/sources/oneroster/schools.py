"""Schools: the orgs of type school, with the grades they serve.

OneRoster does not say which grades a school offers; its students do, or, where it has none, its classes.
"""

from collections import defaultdict
from collections.abc import Iterable

from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.classes import CourseSection
from district_platform.sources.oneroster.reading import RosterFile
from district_platform.sources.oneroster.writing import Record


def school_ids(orgs: RosterFile) -> set[str]:
    return {row["sourcedId"] for row in orgs.rows if row["type"] == "school"}


def grades_by_school(enrollments: Iterable[Record], sections: Iterable[CourseSection]) -> dict[str, set[str]]:
    """Grades of the students whose primary school it is; of its classes, where no such student has a grade from PK to 12."""
    of_students: dict[str, set[str]] = defaultdict(set)
    for enrollment in enrollments:
        if enrollment["is_primary"] == "true" and enrollment["grade_level"] in GRADE_LEVELS:
            of_students[enrollment["school_id"]].add(enrollment["grade_level"])
    of_classes: dict[str, set[str]] = defaultdict(set)
    for section in sections:
        of_classes[section.school].update(section.grades)
    return of_classes | of_students


def school_records(orgs: RosterFile, grades: dict[str, set[str]]) -> list[Record]:
    """Extract sis/schools. Title I is unknown to OneRoster and stays null."""
    return [
        {"school_id": row["sourcedId"], "school_name": row["name"], **_grades(grades.get(row["sourcedId"], set()))}
        for row in orgs.rows
        if row["type"] == "school"
    ]


def _grades(grades: set[str]) -> Record:
    span = vocabulary.grade_span(grades)
    if span is None:
        return {}
    low, high = span
    return {"low_grade": low, "high_grade": high, "school_level": vocabulary.school_level(low, high)}
