"""The district as the stand-in holds it: canonical extracts as Arrow tables of text, by school year, and which of them make a resource."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from district_platform.standins.edfi import records, staff_records
from district_platform.standins.edfi.references import Around, Row
from district_platform.standins.edfi.vocabulary import year_of

SIX = 6


class District:
    """What the API holds. Rows of an extract without a school year stand in every year's ODS."""

    def __init__(self, raw: Path) -> None:
        self._raw = raw
        self._read: dict[str, pa.Table] = {}
        self._of_year: dict[tuple[str, int | None], pa.Table] = {}

    def extract(self, path: str, year: int | None) -> pa.Table:
        """An extract's rows of a school year, or of all of them."""
        if (path, year) not in self._of_year:
            table = self._table(path)
            if year and "school_year" in table.column_names:
                table = table.filter(pc.equal(table["school_year"], str(year)))
            if year and path == "sis/attendance_submissions":
                days = table["submission_date"].to_pylist()
                table = table.filter(pa.array([year_of(day) == year for day in days], pa.bool_()))
            self._of_year[path, year] = table
        return self._of_year[path, year]

    @cached_property
    def years(self) -> list[int]:
        return sorted({int(year) for year in pc.unique(self._table("sis/students")["school_year"]).to_pylist()})

    def n_records(self, resource: str, year: int | None, data_standard: int) -> int:
        """How many records a resource has."""
        return len(self._rows(resource, year, data_standard))

    def records(self, resource: str, year: int | None, data_standard: int, places: list[int]) -> list[dict[str, Any]]:
        """The records at these places, as JSON objects."""
        rows = self._rows(resource, year, data_standard).take(pa.array(places, pa.int64())).to_pylist()
        write, around = MADE_OF[resource][1], self._around[data_standard >= SIX]
        return [write(row, around) for row in rows]

    def has(self, resource: str, data_standard: int) -> bool:
        """Whether the model of the data standard has the resource."""
        return resource in MADE_OF and (data_standard >= SIX or resource not in OF_SIX)

    @cached_property
    def _around(self) -> dict[bool, Around]:
        first: dict[tuple[str, int], Row] = {}
        for row in self._table("sis/sections").to_pylist():
            first.setdefault((row["school_id"], int(row["school_year"])), row)
        held: dict[str, list[str]] = {}
        for row in self._table("hr/certifications").to_pylist():
            held.setdefault(row["educator_id"], []).append(row["certification_id"])
        return {is_six: Around(is_six, first, held) for is_six in (False, True)}

    def _rows(self, resource: str, year: int | None, data_standard: int) -> pa.Table:
        extract, _, *keep = MADE_OF[resource]
        rows = self.extract(extract, year)
        key = (f"{resource}/{data_standard}", year)
        if not keep:
            return rows
        if key not in self._of_year:
            self._of_year[key] = keep[0](rows, data_standard)
        return self._of_year[key]

    def _table(self, path: str) -> pa.Table:
        if path not in self._read:
            file = self._raw / f"{path}.csv"
            names = file.open(encoding="utf-8").readline().strip().split(",")
            options = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
            self._read[path] = pa_csv.read_csv(file, convert_options=options)
        return self._read[path]


def _district_and_school(rows: pa.Table, _: int) -> pa.Table:
    """A row of each student for the district, and one for a school where the student is homeless."""
    homeless = rows.filter(pc.equal(rows["is_homeless"], "true"))
    of_district = rows.append_column("_of", pa.array(["district"] * len(rows), pa.string()))
    of_school = homeless.append_column("_of", pa.array(["school"] * len(homeless), pa.string()))
    return pa.concat_tables([of_district, of_school])


def _each(column: str) -> Callable[[pa.Table, int], pa.Table]:
    """The rows with a value in a column."""
    return lambda rows, _: rows.filter(pc.not_equal(rows[column], ""))


def _programs_at_schools(rows: pa.Table, _: int) -> pa.Table:
    """A row for each educator, school and program."""
    keys = ["educator_id", "school_id", "program"]
    return rows.select(keys).group_by(keys).aggregate([]).sort_by([(key, "ascending") for key in keys])


def _offerings(rows: pa.Table, _: int) -> pa.Table:
    keys = ["school_year", "school_id", "session_id", "course_id"]
    return rows.select(keys).group_by(keys).aggregate([]).sort_by([(key, "ascending") for key in keys])


def _one(rows: pa.Table, _: int) -> pa.Table:
    return rows.slice(0, 1)


def _subjects(rows: pa.Table, _: int) -> pa.Table:
    return rows.select(["subject"]).group_by(["subject"]).aggregate([]).sort_by("subject")


Made = tuple[Any, ...]
MADE_OF: dict[str, Made] = {
    "schools": ("sis/schools", records.school),
    "localEducationAgencies": ("sis/schools", records.agency, _one),
    "calendarDates": ("sis/calendar_dates", records.calendar_date),
    "sessions": ("sis/sessions", records.session),
    "students": ("sis/students", records.student),
    "studentEducationOrganizationAssociations": (
        "sis/students",
        records.organization_association,
        _district_and_school,
    ),
    "studentDemographics": ("sis/students", records.demographic, _district_and_school),
    "studentSchoolAssociations": ("sis/enrollments", records.school_association),
    "studentSchoolAttendanceEvents": ("sis/attendance_events", records.attendance_event),
    "sectionAttendanceTakenEvents": ("sis/attendance_submissions", records.taken_event),
    "courses": ("sis/courses", records.course),
    "courseOfferings": ("sis/sections", records.offering, _offerings),
    "sections": ("sis/sections", records.section),
    "studentSectionAssociations": ("sis/section_enrollments", records.section_association),
    "staffSectionAssociations": ("sis/section_educators", records.staff_section),
    "studentProgramAssociations": ("sis/program_participation", records.program),
    **{
        name: ("sis/program_participation", records.program, lambda rows, _: rows.slice(0, 0))
        for name in (
            *("studentSpecialEducationProgramAssociations", "studentTitleIPartAProgramAssociations"),
            *("studentLanguageInstructionProgramAssociations", "studentHomelessProgramAssociations"),
            *("studentSchoolFoodServiceProgramAssociations", "studentCTEProgramAssociations"),
            *("studentMigrantEducationProgramAssociations", "studentSection504ProgramAssociations"),
        )
    },
    "staffs": ("hr/educators", staff_records.staff),
    "staffDirectories": ("hr/educators", staff_records.staff_directory, _each("email")),
    "staffEducationOrganizationEmploymentAssociations": ("hr/educators", staff_records.employment, _each("hire_date")),
    "staffEducationOrganizationAssignmentAssociations": (
        "hr/staff_assignments",
        staff_records.assignment,
        _each("educator_id"),
    ),
    "staffSchoolAssociations": ("hr/staff_assignments", staff_records.staff_school, _programs_at_schools),
    "credentials": ("hr/certifications", staff_records.credential),
    "assessments": ("assessments/assessment_results", staff_records.assessment, _subjects),
    "studentAssessments": ("assessments/assessment_results", staff_records.student_assessment),
}
"""The extract of each resource, how a row becomes a record, and which rows do."""

OF_SIX = frozenset({"studentDemographics", "staffDirectories", "studentSection504ProgramAssociations"})
