"""Ed-Fi's words and ids for ours: descriptors as URIs, school ids as numbers, and what an attendance code becomes."""

import datetime as dt
import hashlib

from district_platform.dictionary.schools import school_year_of

ED_FI, STATE = "uri://ed-fi.org", "uri://state.example"
AGENCY = 255_901
"""The id of the district itself."""
STATE_OF_ISSUE = "WA"
TEST = "State Assessment"
"""The name of the district's one test."""

GRADES = {
    "PK": "Preschool/Prekindergarten", "KG": "Kindergarten", "01": "First grade", "02": "Second grade", "03": "Third grade",
    "04": "Fourth grade", "05": "Fifth grade", "06": "Sixth grade", "07": "Seventh grade", "08": "Eighth grade", "09": "Ninth grade",
    "10": "Tenth grade", "11": "Eleventh grade", "12": "Twelfth grade",
}  # fmt: skip
RACES = {
    "American Indian or Alaska Native": "American Indian - Alaska Native", "Asian": "Asian",
    "Black or African American": "Black - African American",
    "Native Hawaiian or Other Pacific Islander": "Native Hawaiian - Pacific Islander", "White": "White",
}  # fmt: skip
SEXES = {"F": "Female", "M": "Male", "X": "Non-binary"}
LEVELS = {
    "Elementary": "Elementary School",
    "Middle": "Middle School",
    "High": "High School",
    "Other": "Other Combination",
}
SUBJECTS = {"Math": "Mathematics"}
PERIODS = {"Fall": "BOY", "Winter": "MOY", "Spring": "EOY"}
PERFORMANCE = {"1": "Below Basic", "2": "Basic", "3": "Proficient", "4": "Advanced"}
NO_LESSONS = {
    "Staff Development": "Teacher only day",
    "Professional Development": "Teacher only day",
    "Weather Closure": "Weather day",
}
"""Reasons of days without lessons that Ed-Fi has a code for; any other is a holiday, and no reason at all no instructional day."""

ATTENDANCE: dict[str, tuple[str, str | None]] = {
    "AE": ("Excused Absence", "1"),
    "AI": ("Excused Absence", None),
    "AU": ("Unexcused Absence", "1"),
    "SO": ("Excused Absence", "1"),
    "HE": ("Excused Absence", "0.5"),
    "HU": ("Unexcused Absence", "0.50"),
    "PE": ("Excused Absence", "0.25"),
    "TE": ("Tardy", None),
    "TU": ("Tardy", None),
    "FT": ("In Attendance", None),
}
"""The category and duration of an event with one of our codes. Ed-Fi knows no more of it."""


def descriptor(name: str, code: str | None, namespace: str = ED_FI) -> str | None:
    """A descriptor's value."""
    return f"{namespace}/{name}Descriptor#{code}" if code else None


def grade(level: str) -> str | None:
    return descriptor("GradeLevel", GRADES.get(level))


def subject(name: str) -> str | None:
    return descriptor("AcademicSubject", SUBJECTS.get(name, name))


def school_number(school_id: str) -> int:
    """The number that a school has in Ed-Fi, where ids of organizations are numbers."""
    return 255_900_000 + int(school_id)


def resource_id(resource: str, key: str) -> str:
    """The id of a record: any 32 hexadecimal digits, the same for the same key."""
    return hashlib.blake2b(f"{resource}|{key}".encode(), digest_size=16).hexdigest()


def band_grades(band: str) -> list[str]:
    """The grades of a band such as K-5 or 9-12."""
    first, _, last = band.partition("-")
    names = {"PK": "PK", "K": "KG"} | {str(number): f"{number:02}" for number in range(1, 13)}
    levels = list(GRADES)
    return levels[levels.index(names[first]) : levels.index(names[last or first]) + 1]


def no_lessons(event: str) -> str:
    """The code of a day without lessons."""
    return NO_LESSONS.get(event, "Holiday" if event else "Non-instructional day")


def year_of(day: str) -> int:
    return school_year_of(dt.date.fromisoformat(day))
