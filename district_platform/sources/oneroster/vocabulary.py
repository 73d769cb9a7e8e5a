"""What OneRoster's words mean in the data contract: roles, grades, sex, race, dates, school years, school levels.

Pure functions over single values. Words as 1EdTech's OneRoster 1.1 CSV Tables and 1.2.1 CSV Binding have them; they are
read in any case, and those that a district may add of its own begin with `ext:`.
"""

import datetime as dt
import re
from collections.abc import Mapping

from district_platform.dictionary.schools import GRADE_LEVELS, GRADE_SYNONYMS

DELETED = frozenset({"tobedeleted", "inactive"})
"""`inactive` is what 1.0 called it, and some exporters still do."""
STATUSES = DELETED | {"active"}

EXTENSION = "ext:"
STUDENT = "student"
TEACHER = "teacher"
FAMILY_ROLES = frozenset({"guardian", "parent", "relative"})
STAFF_ROLES = frozenset(
    {
        *("administrator", "aide", "proctor", TEACHER),
        *("counselor", "districtadministrator", "principal", "siteadministrator", "systemadministrator"),
    }
)
"""The first four stand in 1.1, the others came with 1.2, which has no plain administrator in roles.csv."""
ROLES = STAFF_ROLES | FAMILY_ROLES | {STUDENT}
CLASS_ROLES = frozenset({"administrator", "aide", "proctor", STUDENT, TEACHER})
ORG_TYPES = frozenset({"department", "school", "district", "local", "state", "national"})
SESSION_TYPES = frozenset({"gradingperiod", "semester", "schoolyear", "term"})

_GRADES = dict(GRADE_SYNONYMS) | {grade.lower(): grade for grade in GRADE_LEVELS}

_YEAR_BEGINS = 8
_SUMMER = (6, 8)
"""Months of a session that belongs to the year before or the year after, as a district sees it."""

_SEX = {"male": "M", "female": "F", "other": "X", "unspecified": ""}

_RACES = {
    "americanIndianOrAlaskaNative": "American Indian or Alaska Native",
    "asian": "Asian",
    "blackOrAfricanAmerican": "Black or African American",
    "nativeHawaiianOrOtherPacificIslander": "Native Hawaiian or Other Pacific Islander",
    "white": "White",
}
_TWO_OR_MORE = "demographicRaceTwoOrMoreRaces"
_HISPANIC = "hispanicOrLatinoEthnicity"
RACE_COLUMNS = (*_RACES, _TWO_OR_MORE, _HISPANIC)

SEMICOLON = ";"
"""No identifier of OneRoster may hold one."""

_BOOLEANS = dict.fromkeys(("true", "t", "yes", "y", "1"), True) | dict.fromkeys(("false", "f", "no", "n", "0"), False)


def listed(text: str) -> list[str]:
    """The members of a OneRoster list: values between commas, or between semicolons as some systems write it."""
    return [part.strip() for part in text.replace(SEMICOLON, ",").split(",") if part.strip()]


def is_boolean(text: str) -> bool:
    return text.lower() in _BOOLEANS


def is_true(text: str) -> bool:
    """Whether a boolean says yes; blank says no."""
    return _BOOLEANS.get(text.lower(), False)


def grade_level(text: str) -> str:
    """A grade, in CEDS's word or another, as the contract has it; one with no counterpart (IT, 13, PS, UG, Other) stays, for rule
    CON-04."""
    return _GRADES.get(text.lower(), text)


def grade_span(grades: set[str]) -> tuple[str, str] | None:
    """Lowest and highest grade of those in the contract's domain."""
    known = sorted(GRADE_LEVELS.index(grade) for grade in grades if grade in GRADE_LEVELS)
    return (GRADE_LEVELS[known[0]], GRADE_LEVELS[known[-1]]) if known else None


def grade_band(grades: list[str]) -> str:
    """A list of grades as a band: `09-12`, or the grade alone."""
    span = grade_span({grade_level(grade) for grade in grades})
    return "" if span is None else "-".join(dict.fromkeys(span))


def school_level(low: str, high: str) -> str:
    """Level of a school from the span of its grades, as NCES's Common Core of Data drew the lines.

    Primary begins by grade 3 and ends by 8, Middle begins in 4 to 7 and ends by 9, High begins in 7 or later and ends
    in 12.
    """
    first, last = GRADE_LEVELS.index(low), GRADE_LEVELS.index(high)
    grade = GRADE_LEVELS.index
    if first <= grade("03") and last <= grade("08"):
        return "Elementary"
    if grade("04") <= first <= grade("07") and last <= grade("09"):
        return "Middle"
    if first >= grade("07") and high == "12":
        return "High"
    return "Other"


def sex(text: str) -> str:
    """F, M or X; 1.2's `unspecified` is null. Another word stays, for rule CON-04."""
    return _SEX.get(text.lower(), text)


def race_ethnicity(demographics: Mapping[str, str]) -> str:
    """The federal category: Hispanic of any race first, then two or more races, then the single one; blank if none.

    US Department of Education, Final Guidance on Maintaining, Collecting, and Reporting Racial and Ethnic Data,
    72 Federal Register 59266 (19 October 2007).
    """
    if is_true(demographics[_HISPANIC]):
        return "Hispanic or Latino"
    races = [race for column, race in _RACES.items() if is_true(demographics[column])]
    if len(races) > 1 or is_true(demographics[_TWO_OR_MORE]):
        return "Two or More Races"
    return races[0] if races else ""


def school_year(stated: str, begin: str, end: str) -> int:
    """The calendar year of a session's spring: the one in which its days lie, whatever is stated.

    OneRoster asks for the year in which the school year ends; some systems state its autumn. A session of the summer alone lies
    between two school years, and is of the one that is stated.
    """
    by_dates = school_year_of(begin, end)
    first, last = dt.date.fromisoformat(begin), dt.date.fromisoformat(end)
    is_of_summer = first.year == last.year and first.month >= _SUMMER[0] and last.month <= _SUMMER[1]
    if is_of_summer and stated_year(stated) in (first.year, first.year + 1):
        return stated_year(stated) or by_dates
    return by_dates


def stated_year(stated: str) -> int | None:
    """The spring of a school year as it is stated: 2027, 2026-2027 or 2026-27; None where it is not."""
    match = re.fullmatch(r"(\d{4})(\s*[-/–]\s*(\d{4}|\d{2}))?", stated)
    return int(match[1]) + (1 if match[2] else 0) if match else None


def school_year_of(begin: str, end: str) -> int:
    """The school year in which the middle of a session lies; one begins in August."""
    first, last = dt.date.fromisoformat(begin), dt.date.fromisoformat(end)
    middle = first + (last - first) // 2
    return middle.year + (1 if middle.month >= _YEAR_BEGINS else 0)
