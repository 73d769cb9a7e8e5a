"""Notes on a delivery: what nobody can say, or what stands in for it, because something was not delivered.

Report and brief show them beside the notes of the source itself.
"""

from district_platform.dictionary import EXTRACTS
from district_platform.engine.tables import Tables, unbound
from district_platform.quality.idle_settings import notes_on_idle_settings
from district_platform.settings import Assessments, Calendar, Settings
from district_platform.sources.last_delivery import OF_STUDENTS
from district_platform.staging.formats import SETTING

DERIVED_CALENDAR = (
    "No calendar was delivered. Days enrolled, attendance rates and chronic absence rest on a derived one"
)
"""How the note begins where a calendar is derived."""
_MOST_FILES = 3
"""Files that a note names."""


def notes_on_absent_columns(tables: Tables) -> list[str]:
    """A sentence for each optional column that a usable file lacks, in the order of the contract."""
    if not tables.exists("extract_absent_columns"):
        return []
    files, absent = unbound("extract_files"), unbound("extract_absent_columns")
    usable = files.filter(files.problem.isnull())
    n_files = dict(tables.fetch(usable.group_by("extract").agg(n=usable.count())))
    rows = tables.fetch(
        absent.order_by("extract", "file_name").select("extract", "column_name", "file_name", "alike_header")
    )
    lacking: dict[tuple[str, str], dict[str, str | None]] = {}
    for extract, column, file, alike in rows:
        lacking.setdefault((extract, column), {})[file] = alike
    return [
        _note(extract.path, column, absence.meaning, lacking[extract.path, column], n_files[extract.path])
        for extract in EXTRACTS.values()
        for column, absence in extract.optional
        if (extract.path, column) in lacking
    ]


def delivery_notes(tables: Tables, settings: Settings) -> list[str]:
    """All notes, the farthest reaching first."""
    return [
        *notes_on_students(tables),
        *notes_on_calendar(tables, settings.calendar),
        *notes_on_tests(tables, settings.assessments),
        *notes_on_absent_columns(tables),
        *notes_on_idle_settings(tables, settings),
    ]


def notes_on_students(tables: Tables) -> list[str]:
    """Where extracts are delivered and none of them is of students."""
    if not tables.exists("extract_files"):
        return []
    delivered = {path for (path,) in tables.fetch(unbound("extract_files").select("extract").distinct())}
    if not delivered or not delivered.isdisjoint(OF_STUDENTS):
        return []
    return [
        "Nothing of the student information system was delivered. What needs students, schools or enrollments is empty."
    ]


def notes_on_calendar(tables: Tables, calendar: Calendar) -> list[str]:
    """Where attendance is delivered and no calendar: what stands in for it, or what is missing."""
    events, dates = "stg_attendance_events", "stg_calendar_dates"
    if not (tables.exists(dates) and tables.exists(events)) or tables.count(dates) or not tables.count(events):
        return []
    if calendar.derive:
        return [
            f"{DERIVED_CALENDAR}: the weekdays on which {calendar.derive_share:.0%} of the schools or more recorded attendance. "
            "Days without any record are missing."
        ]
    return [
        "No calendar was delivered, so there are no attendance rates. With [calendar] derive = true in district.toml, the weekdays on "
        "which schools recorded attendance stand in for it."
    ]


def notes_on_tests(tables: Tables, assessments: Assessments) -> list[str]:
    """Where every result names its test and none of these is the district's main one: schools are then compared by no results."""
    if not tables.exists("stg_assessment_results"):
        return []
    name = unbound("stg_assessment_results").assessment_name
    named = [test for (test,) in tables.fetch(name.as_table().distinct().order_by("assessment_name"))]
    if not named or None in named or assessments.main_test in named:
        return []
    return [
        f"No result is of the district's main test, by which schools are compared. Delivered are results of {', '.join(named)}: "
        "name the main one in [assessments] main_test of district.toml."
    ]


def _note(extract: str, column: str, meaning: str, files: dict[str, str | None], n_files: int) -> str:
    name = extract.split("/")[1]
    alike = next((header for header in files.values() if header), None)
    hint = f" If its header {alike!r} is meant, name it in {SETTING}.{name}.headers." if alike else ""
    return f"{_who(extract, list(files), n_files)} no {column}: {meaning}.{hint}"


def _who(extract: str, files: list[str], n_files: int) -> str:
    if len(files) == n_files:
        return f"{extract} has"
    more = f" and {len(files) - _MOST_FILES:,} more" if len(files) > _MOST_FILES else ""
    return f"{', '.join(files[:_MOST_FILES])}{more} {'has' if len(files) == 1 else 'have'}"
