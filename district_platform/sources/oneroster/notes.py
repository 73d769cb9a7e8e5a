"""Notes for the report and the brief: what OneRoster cannot say, and what this export leaves out or says oddly.

No names, and sourcedIds only for whoever looks at the export (`Note.ids`): the report is mailed and printed, and holds counts alone.
What became of single rows stands in the rejects.
"""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.classes import CourseSection, Session
from district_platform.sources.oneroster.layout import LISTS
from district_platform.sources.oneroster.package import Tables
from district_platform.sources.oneroster.reading import RosterFile
from district_platform.sources.oneroster.references import people_by_role

LISTED_IDS = 5


@dataclass(frozen=True)
class Note:
    """A sentence for everybody, and the sourcedIds that it counts."""

    text: str
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The sentence with the first few ids."""
        if not self.ids:
            return self.text
        more = " …" if len(self.ids) > LISTED_IDS else ""
        return f"{self.text.removesuffix('.')} ({', '.join(self.ids[:LISTED_IDS])}{more})."


UNSAID = (
    "OneRoster has no attendance, attendance codes or instructional calendars: attendance measures stay empty.",
    "OneRoster has no state assessments: achievement and growth stay empty.",
    "OneRoster has no economic disadvantage, English learner, disability, homeless or Title I status, and no programs: "
    "those subgroups stay empty.",
    "OneRoster has no certifications, positions, FTE, hire or termination dates: staffing measures stay empty.",
)
"""What no OneRoster export can say."""

_WITHOUT = {
    "courses": "sections name courses without title or subject",
    "classes": "there are no sections and no sessions",
    "enrollments": "nobody is in a section, and enrollment at a school follows from roles alone",
    "demographics": "sex, race/ethnicity and birth date are not reported",
}

_EMPTY_WITHOUT = {
    ("users", "grades"): "students have no grade",
    ("demographics", "birthDate"): "birth dates are not reported",
    ("demographics", "sex"): "sex is not reported",
    **{("demographics", column): "its part of race/ethnicity is not reported" for column in vocabulary.RACE_COLUMNS},
    ("courses", "subjects"): "courses have no subject",
    ("enrollments", "beginDate"): "everyone is in a class from the first day of its session",
    ("enrollments", "endDate"): "nobody leaves a class before the last day of its session",
    ("enrollments", "primary"): "only a class's single teacher is its teacher of record",
}
"""Columns that OneRoster does not require, and what follows where a file lacks one."""

_ALIKE = 0.6
"""Similarity from which an unknown header is probably another spelling of a column."""


def notes_on(
    tables: Tables, sessions: dict[str, Session], sections: dict[str, CourseSection], enrolled: set[str]
) -> list[Note]:
    """What stands out in an export whose rows have been judged; `enrolled` are the students enrolled at a school."""
    students, staff = people_by_role(tables)
    return [
        *(Note(f"The export has no {name}.csv: {effect}.") for name, effect in _WITHOUT.items() if name not in tables),
        *_on_columns(tables),
        *_on_status(tables.values()),
        *_on_years(sessions.values()),
        *_on_people(tables, students, staff, enrolled),
        *_on_lists(tables),
        *_on_semicolons(tables.values()),
        *_on_school_of_enrollment(tables, sections),
        *map(Note, UNSAID),
    ]


def _on_columns(tables: Tables) -> list[Note]:
    """Columns that a file lacks though an extract could use them, with a header that may be meant for one."""
    notes = []
    for (name, column), effect in _EMPTY_WITHOUT.items():
        table = tables.get(name)
        if table and column not in table.columns:
            alike = difflib.get_close_matches(column.lower(), [u.lower() for u in table.unknown], n=1, cutoff=_ALIKE)
            hint = f" (is {alike[0]!r} meant for it?)" if alike else ""
            notes.append(Note(f"{table.file} has no column {column}{hint}: {effect}."))
    return notes


def _on_status(tables: Iterable[RosterFile]) -> list[Note]:
    files = [table.file for table in tables if table.fills_status]
    return (
        [Note(f"A bulk export leaves status blank; here it is filled, and was honoured: {', '.join(files)}.")]
        if files
        else []
    )


def _on_years(sessions: Iterable[Session]) -> list[Note]:
    odd: dict[tuple[int, int], list[str]] = {}
    for session in sessions:
        if session.stated_year not in (None, session.school_year):
            odd.setdefault((session.stated_year or 0, session.school_year), []).append(session.id)
    return [
        note
        for (stated, by_dates), ids in sorted(odd.items())
        for note in _note(f"sessions state schoolYear {stated}; their dates lie in {by_dates}, and decided", ids)
    ]


def _on_people(tables: Tables, students: set[str], staff: set[str], enrolled: set[str]) -> list[Note]:
    users = tables["users"]
    ids = users.ids()
    without_role = ids - {row["userSourcedId"] for row in tables["roles"].rows} if "roles" in tables else set()
    nowhere = (ids & students) - enrolled
    several = {row["sourcedId"] for row in users.rows if len(vocabulary.listed(row["grades"])) > 1}
    return [
        *_note("students have neither a role at a school nor a class, and are not enrolled", nowhere),
        *_note("students have several grades; the first was used", several & students),
        *_note("users have no role in roles.csv, and stand in no extract", without_role),
        *_note(
            "users are neither students nor staff (family, say), and stand in no extract",
            ids - students - staff - without_role,
        ),
    ]


def _on_lists(tables: Tables) -> list[Note]:
    """Lists of which a member does not resolve while another does."""
    orgs, terms = tables["orgs"].ids(), tables["academicSessions"].ids()
    lists = [("users", "orgSourcedIds", orgs), ("classes", "termSourcedIds", terms)]
    return [
        note
        for name, column, known in lists
        if name in tables
        for note in _note(
            f"rows of {name}.csv list unknown {column} beside known ones; the unknown were passed over",
            [row["sourcedId"] for row in tables[name].rows if set(vocabulary.listed(row[column])) - known],
        )
    ]


def _on_semicolons(tables: Iterable[RosterFile]) -> list[Note]:
    return [
        Note(
            f"{table.file}: {column} has semicolons between the members of a list and was read as such; OneRoster has commas."
        )
        for table in tables
        for column in sorted(LISTS & table.columns)
        if any(vocabulary.SEMICOLON in row[column] for row in table.rows)
    ]


def _on_school_of_enrollment(tables: Tables, sections: dict[str, CourseSection]) -> list[Note]:
    if "enrollments" not in tables:
        return []
    odd = [
        row["sourcedId"]
        for row in tables["enrollments"].rows
        if row["schoolSourcedId"] not in ("", sections[row["classSourcedId"]].school)
    ]
    return _note("rows of enrollments.csv name another school than their class does; the class's was used", odd)


def _note(what: str, ids: Collection[str]) -> list[Note]:
    """A note with the count, or none."""
    return [Note(f"{len(ids)} {what}.", tuple(sorted(ids)))] if ids else []
