"""The source `oneroster`: a OneRoster 1.1 or 1.2 CSV bulk export becomes the canonical extracts of the data contract.

`convert` is all that the platform calls; docs/oneroster.md tells a district what is read and how each extract is made.
After this package nothing knows OneRoster.
"""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from district_platform.engine.reading import MOST_BYTES
from district_platform.sources.conversion import Conversion
from district_platform.sources.oneroster import classes, enrollments, schools, users
from district_platform.sources.oneroster.notes import Note, notes_on
from district_platform.sources.oneroster.outcome import FileCount, OneRosterError, Reject
from district_platform.sources.oneroster.package import Tables, read_export
from district_platform.sources.oneroster.references import judge_references, people_by_role
from district_platform.sources.oneroster.writing import Extracts, write_extracts

__all__ = ["Conversion", "FileCount", "OneRosterError", "Reject", "convert"]


def convert(source: Path, out: Path, null_words: Collection[str] = (), most_bytes: int = MOST_BYTES) -> Conversion:
    """Write the export's canonical extracts under `out` as <system>/<extract>.csv, replacing the folder as a whole.

    `source`, a folder or a .zip, is not changed; `null_words` are read as nothing. `out` belongs to the conversion, which removes
    everything else in it. A file of the export may hold `most_bytes`, decompressed. Raises OneRosterError, and leaves `out` as it was,
    where the export cannot be converted.
    """
    if source.resolve().is_relative_to(out.resolve()):
        raise OneRosterError(f"{source} lies in {out}, which the conversion replaces. Keep the export elsewhere.")
    tables, notes = read_export(source, null_words, most_bytes)
    judge_references(tables)
    extracts, observed = _extracts(tables)
    write_extracts(extracts, out)
    return Conversion(
        files=[table.count() for table in tables.values()],
        rejects=[reject for table in tables.values() for reject in sorted(table.rejects, key=lambda r: r.line)],
        notes=[*notes, *map(str, observed)],
        public_notes=[*notes, *(note.text for note in observed)],
    )


def _extracts(tables: Tables) -> tuple[Extracts, list[Note]]:
    """Every extract that the export supports, and notes on what is unusual."""
    sessions = classes.sessions_by_id(tables["academicSessions"])
    if not sessions:
        raise OneRosterError("academicSessions.csv has no usable row, so there is no school year. Export the sessions.")
    sections = classes.sections_by_id(tables["classes"], sessions) if "classes" in tables else {}
    stays = enrollments.stays_in_sections(tables["enrollments"], sections) if "enrollments" in tables else []
    roles = users.school_roles(tables, schools.school_ids(tables["orgs"]))
    at_schools = enrollments.school_enrollments(roles, stays, classes.school_years(sessions.values()))
    enrolled = enrollments.enrollment_records(at_schools, users.grades_by_student(tables))
    _, staff = people_by_role(tables)

    extracts = {
        "schools": schools.school_records(tables["orgs"], schools.grades_by_school(enrolled, sections.values())),
        "students": users.student_records(tables, {(e.student, e.school_year) for e in at_schools}),
        "enrollments": enrolled,
        "educators": users.educator_records(tables, staff),
    }
    if "courses" in tables:
        extracts["courses"] = classes.course_records(tables["courses"])
    if "classes" in tables:
        extracts["sessions"] = classes.session_records(sections.values())
        extracts["sections"] = classes.section_records(sections.values())
    if "enrollments" in tables:
        extracts["section_enrollments"] = enrollments.section_enrollment_records(stays)
        extracts["section_educators"] = enrollments.section_educator_records(tables["enrollments"], sections)
    _refuse_empty(extracts, tables)
    return extracts, notes_on(tables, sessions, sections, {e.student for e in at_schools})


def _refuse_empty(extracts: Extracts, tables: Tables) -> None:
    if not extracts["schools"]:
        types = Counter(row["type"] for row in tables["orgs"].rows)
        there = ", ".join(f"{n} of type {name}" for name, n in sorted(types.items())) or "none that can be used"
        raise OneRosterError(
            f"orgs.csv: no org is of type school; there are {there}. Set type to school for each school in the export."
        )
    if not extracts["students"]:
        raise OneRosterError(
            "users.csv: no user is a student at a school. Check role and orgSourcedIds (1.1), or roles.csv (1.2)."
        )
