"""Schools, their calendars and sessions."""

import datetime as dt

from district_platform.dictionary.model import Absence, Column, Layer, Owner, Table, extract, names, refers

OFFICE = "Office"
"""A place of work without students, such as the central office: staff are assigned to it, and no comparison of schools has it."""
SCHOOL_LEVELS = ("Elementary", "Middle", "High", "Other", OFFICE)
PREKINDERGARTEN = "PK"
GRADE_LEVELS = (PREKINDERGARTEN, "KG", *(f"{grade:02}" for grade in range(1, 13)))

_PREKINDERGARTEN = (
    *("p", "pk", "pr", "pre-k", "prek", "pre k", "pre-kindergarten", "prekindergarten", "preschool", "k3", "k4"),
    *(f"{word}{age}" for word in ("p", "pk", "pk-", "pk ", "prek", "pre-k") for age in (3, 4, 5)),
)
_KINDERGARTEN = ("0", "00", "0.0", "k", "kg", "kn", "kk", "kf", "kh", "kinder", "kindergarten", "k5", "tk")
"""TK is the first year of a two-year kindergarten (California Education Code 48000); K4 is the year before kindergarten, K5 is
kindergarten."""


def _words_of_grade(grade: int) -> tuple[str, ...]:
    ordinal = {1: "st", 2: "nd", 3: "rd"}.get(grade, "th")
    padded = f"{grade:02}"
    words = (f"{grade}{ordinal}", f"{padded}{ordinal}", f"{grade}{ordinal} grade")
    return (
        str(grade),
        f"{grade}.0",
        *words,
        *(f"{word} {g}" for word in ("grade", "gr", "gr.") for g in (grade, padded)),
    )


GRADE_SYNONYMS = (
    *((word, "PK") for word in _PREKINDERGARTEN),
    *((word, "KG") for word in _KINDERGARTEN),
    *((word, f"{grade:02}") for grade in range(1, 13) for word in _words_of_grade(grade)),
)
"""How systems write grades, in lower case, and the grade that each means. What differs between systems (-1, EE, 13) is not here."""

SCHOOL_YEAR_BEGINS = 7
"""July: no school year of the federal collections begins earlier."""
ONLY_CALENDAR = "default"
"""Code of a school's calendar where calendars come without a code."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS_A_WEEK = len(WEEKDAYS)

COLUMNS = (
    Column("school_year", "int64", "School year, as the calendar year of its spring: 2026 is 2025-26."),
    Column("school_id", "string", "The district's identifier of a school, as delivered."),
    Column("school_name", "string", "Name of the school."),
    Column(
        "school_level",
        "string",
        "Level of the school. Office is a place of work without students, and no comparison of schools has it.",
        domain=SCHOOL_LEVELS,
    ),
    Column("low_grade", "string", "Lowest grade the school offers.", domain=GRADE_LEVELS, synonyms=GRADE_SYNONYMS),
    Column("high_grade", "string", "Highest grade the school offers.", domain=GRADE_LEVELS, synonyms=GRADE_SYNONYMS),
    Column("is_title_i", "boolean", "Whether the school receives Title I funds (ESEA, part A)."),
    Column("calendar_code", "string", "Calendar within a school; a school may run several."),
    Column("calendar_date", "date", "A date of a calendar."),
    Column("is_school_day", "boolean", "Whether students are instructed on the date."),
    Column("calendar_event", "string", "What the date is: instructional day, holiday, professional day …"),
    Column("session_id", "string", "Term within a school year: full year, semester, quarter …"),
    Column("session_name", "string", "Name of the session."),
    Column("begin_date", "date", "First day of what the row describes."),
    Column("end_date", "date", "Last day of what the row describes; null while it goes on."),
    Column("total_instructional_days", "int64", "Instructional days in the session.", unit="days"),
    Column("k_school", "string", "Key of a school: school_id."),
    Column("k_calendar_date", "string", "Key of a calendar's date: <school_id>-<calendar_code>-<date>."),
    Column("k_session", "string", "Key of a session: <school_year>-<school_id>-<session_id>."),
)

TABLES = (
    extract(
        "sis",
        "schools",
        grain="a school",
        key="school_id",
        columns="school_id school_name school_level low_grade high_grade is_title_i",
        owner=Owner.SIS,
        is_required=True,
        optional={
            "school_level": "the school has no level, and is compared with no others of its level",
            "low_grade": "nobody can say whether a grade is offered at the school",
            "high_grade": "nobody can say whether a grade is offered at the school",
            "is_title_i": "nobody can say which schools receive Title I funds",
        },
    ),
    extract(
        "sis",
        "calendar_dates",
        grain="a date of a school's calendar",
        key="school_id calendar_code calendar_date",
        columns="school_id calendar_code school_year calendar_date is_school_day calendar_event",
        owner=Owner.SIS,
        optional={
            "calendar_code": Absence(f"every school has one calendar, called {ONLY_CALENDAR}", value=ONLY_CALENDAR),
            "school_year": Absence("it is the school year of the date, from July on", year_of="calendar_date"),
            "calendar_event": "a day without lessons has no reason",
        },
        references=(refers("school_id", "schools"),),
    ),
    extract(
        "sis",
        "sessions",
        grain="a session of a school in a year",
        key="school_id school_year session_id",
        columns="school_id school_year session_id session_name begin_date end_date total_instructional_days",
        owner=Owner.SIS,
        optional={
            "session_name": "sessions are shown by their id",
            "total_instructional_days": "of several sessions on a day, the first by its id is taken, not the shortest",
        },
        references=(refers("school_id", "schools"),),
    ),
    Table(
        "dim_school",
        Layer.DIMENSION,
        grain="a school",
        key=("k_school",),
        columns=names("k_school school_id school_name school_level low_grade high_grade is_title_i"),
        owner=Owner.SIS,
        description="Schools of the district.",
    ),
    Table(
        "dim_calendar_date",
        Layer.DIMENSION,
        grain="a date of a school's calendar",
        key=("k_calendar_date",),
        columns=names("k_calendar_date k_school school_year calendar_code calendar_date is_school_day calendar_event"),
        owner=Owner.SIS,
        description="Every date of every calendar, instructional or not.",
    ),
    Table(
        "dim_session",
        Layer.DIMENSION,
        grain="a session of a school in a year",
        key=("k_session",),
        columns=names(
            "k_session k_school school_year session_id session_name begin_date end_date total_instructional_days"
        ),
        owner=Owner.SIS,
        description="Terms; they nest (year, semester, quarter) and may overlap.",
    ),
)


def school_year_of(date: dt.date) -> int:
    """The school year that holds a date, as the calendar year of its spring."""
    return date.year + (date.month >= SCHOOL_YEAR_BEGINS)
