"""The source `oneroster`: a OneRoster 1.1 or 1.2 CSV bulk export becomes the canonical extracts of the data contract.

`convert` is all that the platform calls; docs/oneroster.md tells a district what is read and how each extract is derived. After this
package nothing knows OneRoster.
"""

from dataclasses import dataclass
from pathlib import Path

from district_platform.sources.oneroster import classes, enrollments, schools, users
from district_platform.sources.oneroster.package import Tables, read_export
from district_platform.sources.oneroster.reading import FileCount, OneRosterError, Reject
from district_platform.sources.oneroster.references import judge_references, people_by_role
from district_platform.sources.oneroster.writing import Extracts, write_extracts

__all__ = ["Conversion", "FileCount", "OneRosterError", "Reject", "convert"]

UNSAID = (
    "OneRoster has no attendance, attendance codes or instructional calendars: attendance measures stay empty.",
    "OneRoster has no state assessments: achievement and growth stay empty.",
    "OneRoster has no economic disadvantage, English learner, disability, homeless or Title I status, and no programs: "
    "those subgroups stay empty.",
    "OneRoster has no certifications, positions, FTE, hire or termination dates: staffing measures stay empty.",
)
"""What no OneRoster export can say, for the report and the brief."""


@dataclass(frozen=True)
class Conversion:
    """What became of an export: every file that was read, every row that was rejected, and what it could not say."""

    files: list[FileCount]
    rejects: list[Reject]
    notes: list[str]


def convert(source: Path, out: Path) -> Conversion:
    """Write the export's canonical extracts under `out` as <system>/<extract>.csv, replacing the folder as a whole.

    `source` is a folder or a .zip and is not changed. `out` belongs to the conversion: whatever else lay in it goes with the replaced
    folder. Raises OneRosterError, and leaves `out` as it was, where the export cannot be converted.
    """
    tables, notes = read_export(source)
    judge_references(tables)
    write_extracts(_extracts(tables), out)
    return Conversion(
        files=[table.count() for table in tables.values()],
        rejects=[reject for table in tables.values() for reject in sorted(table.rejects, key=lambda r: r.line)],
        notes=[*notes, *UNSAID],
    )


def _extracts(tables: Tables) -> Extracts:
    """Every extract that the export supports, in the order of the data contract."""
    sessions = classes.sessions_by_id(tables["academicSessions"])
    years = classes.school_years(sessions.values())
    sections = classes.sections_by_id(tables["classes"], sessions) if "classes" in tables else {}
    stays = enrollments.stays(tables["enrollments"], sections) if "enrollments" in tables else []
    roles = users.school_roles(tables, schools.school_ids(tables["orgs"]))
    grades = users.grades_by_student(tables)
    at_schools = enrollments.school_enrollments(roles, stays, years)
    served = schools.grades_by_school(at_schools, grades, sections.values())
    _, staff = people_by_role(tables)

    extracts = {
        "schools": schools.school_records(tables["orgs"], served),
        "students": users.student_records(tables, {(e.student, e.school_year) for e in at_schools}),
        "enrollments": enrollments.enrollment_records(at_schools, grades),
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
    _refuse_empty(extracts)
    return extracts


def _refuse_empty(extracts: Extracts) -> None:
    if not extracts["schools"]:
        raise OneRosterError("orgs.csv: no org is of type school. Set type to school for each school in the export.")
    if not extracts["students"]:
        raise OneRosterError(
            "users.csv: no user is a student at a school. Check role and orgSourcedIds (1.1), or roles.csv (1.2)."
        )
