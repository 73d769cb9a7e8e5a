"""A finished pull becomes canonical extracts, whole or not at all; every record is accepted, rejected with its number, or left out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import ibis

from district_platform.dictionary import EXTRACTS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import file_hash, replacing_folder
from district_platform.engine.raw_files import FILE, LINE
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.conversion import EXPORT, Conversion, FileCount, Nulled, Reject, ValueCount
from district_platform.sources.edfi import assessments, attendance, enrollments, schools, sections, staff, students
from district_platform.sources.edfi.descriptors import FOLDER, Crosswalk, read_crosswalks
from district_platform.sources.edfi.errors import EdfiError
from district_platform.sources.edfi.pulled import Pulled
from district_platform.sources.edfi.pulling import NOT_GRANTED, PULLED, Part, Pull
from district_platform.sources.edfi.resources import PROGRAM_RESOURCES, RESOURCES

NO_RECORDS, UNTOLD = "no_records", "without_record"
"""Names of files of an extract that has no row, and of rows that no record of the resource stands for."""
MOST_TOLD = 100_000
"""Rejects and values without a meaning that are written down one by one."""


@dataclass
class Outcome:
    """What a conversion gathers on its way, by the files of the pull."""

    rejects: list[Reject] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def convert_edfi(tables: DuckDBTables, folder: Path, out: Path, reference: Path, source: EdfiSource) -> Conversion:
    """Writes the extracts of the pull in `folder` under `out` as Parquet, replacing it as a whole, and says what became of each record.

    `reference` is the district's data/reference. Raises EdfiError, and leaves `out` as it was, where there is no pull or a crosswalk is not
    valid.
    """
    pull = Pull.read(folder)
    if pull is None:
        raise EdfiError(
            "Nothing has been pulled from the Ed-Fi API yet. A run pulls; so does `district-platform edfi pull`, without running."
        )
    pulled = Pulled(tables, folder, pull, read_crosswalks(reference), source)
    outcome = Outcome(notes=_notes_on(pull))
    try:
        with replacing_folder(out) as building:
            for name, make in _extracts(pulled, outcome).items():
                _write(pulled, name, make(), building, outcome)
            nulled, looked_up = _without_meaning(pulled)
        files = [_count(part, folder, outcome) for part in pull.parts if part.status == PULLED]
    finally:
        pulled.drop()
    return Conversion(files, outcome.rejects, outcome.notes, outcome.notes, nulled, looked_up)


def _extracts(pulled: Pulled, outcome: Outcome) -> dict[str, Callable[[], ibis.Table]]:
    """How each extract is made that the pull can say; one whose resources were not given is not among them."""
    kept = pulled.keep("stays", enrollments.stays(pulled))
    _leave_out(pulled, enrollments.no_shows(pulled), outcome)
    made: dict[str, Callable[[], ibis.Table]] = {
        "schools": lambda: schools.schools(pulled),
        "students": lambda: students.students(pulled, kept),
        "enrollments": lambda: enrollments.enrollments(pulled, kept),
    }
    if pulled.has("studentSchoolAttendanceEvents"):
        days = pulled.keep("marked_days", attendance.marked_days(pulled))
        _leave_out(pulled, pulled["studentSchoolAttendanceEvents"].anti_join(days, [FILE, LINE]), outcome)
        made["attendance_events"] = lambda: attendance.attendance_events(days)
        made["attendance_codes"] = lambda: attendance.attendance_codes(pulled, days)
    if pulled.has("studentAssessments", "assessments"):
        found = pulled.keep("results", assessments.results(pulled, kept))
        _tell_of_results(pulled, found, outcome)
        made["assessment_results"] = lambda: assessments.assessment_results(found)
    if any(pulled.has(name) for name in PROGRAM_RESOURCES):
        made["program_participation"] = lambda: students.program_participation(pulled)
    simple: dict[str, tuple[tuple[str, ...], Callable[[Pulled], ibis.Table]]] = {
        "calendar_dates": (("calendarDates",), schools.calendar_dates),
        "sessions": (("sessions",), schools.sessions),
        "attendance_submissions": (("sectionAttendanceTakenEvents",), attendance.attendance_submissions),
        "courses": (("courses",), sections.courses),
        "sections": (("sections", "courseOfferings"), sections.sections),
        "section_enrollments": (("studentSectionAssociations", "sections"), sections.section_enrollments),
        "section_educators": (("staffSectionAssociations", "sections"), sections.section_educators),
        "educators": (("staffs",), staff.educators),
        "certifications": (("credentials", "staffs"), staff.certifications),
        "staff_assignments": (("staffEducationOrganizationAssignmentAssociations",), staff.staff_assignments),
    }
    for name, (resources, make) in simple.items():
        if pulled.has(*resources):
            made[name] = lambda make=make: make(pulled)  # type: ignore[misc]
    return made


def _write(pulled: Pulled, name: str, rows: ibis.Table, building: Path, outcome: Outcome) -> None:
    """Writes an extract as text in the order of its key: a file for each of the pull that its rows are told by, with their numbers."""
    extract, tables = EXTRACTS[name], pulled.tables
    columns = {column: rows[column].cast("string") for column in extract.columns if column in rows.columns}
    every = tables.temporary("edfi_extract", rows.select(**columns, **{FILE: rows[FILE], LINE: rows[LINE]}))
    years = [str(year) for year in pulled.source.school_years]
    if years and "school_year" in columns:
        _leave_out(pulled, every.filter(~every.school_year.isin(years)), outcome)
        every = every.filter(every.school_year.isin(years))
    ordered = every.order_by(*(key for key in extract.key if key in columns), LINE)
    files = [file for (file,) in tables.fetch(every.select(FILE).distinct().order_by(FILE))]
    (building / extract.path).mkdir(parents=True, exist_ok=True)
    for file in files or [NO_RECORDS]:
        shown = ordered.filter(ordered[FILE] == file) if file is not None else ordered.filter(ordered[FILE].isnull())
        target = building / extract.path / f"{(file or UNTOLD).removesuffix('.parquet').replace('/', '_')}.parquet"
        tables.write_rows(shown.drop(FILE), target)
    tables.drop("edfi_extract")


def _leave_out(pulled: Pulled, rows: ibis.Table, outcome: Outcome) -> None:
    """Counts records that are left out of what is made, by file."""
    records = rows.select(FILE, LINE).distinct()
    for file, n in pulled.tables.fetch(records.group_by(FILE).agg(n=records.count())):
        if file is not None:
            outcome.left_out[file] = outcome.left_out.get(file, 0) + n


def _tell_of_results(pulled: Pulled, found: ibis.Table, outcome: Outcome) -> None:
    """Rejects results of several subjects, and says what else was chosen or not."""
    ambiguous = found.filter(assessments.is_ambiguous(found)).select(FILE, LINE, "assessment").order_by(FILE, LINE)
    for file, line, assessment in pulled.tables.fetch(ambiguous.limit(MOST_TOLD + 1)):
        reason = f'has several subjects: choose one, [sources.edfi.assessments."{assessment}"] subject = "…"'
        outcome.rejects.append(Reject(file, line, "subject", assessment, reason))
    if len(outcome.rejects) > MOST_TOLD:
        raise EdfiError(
            f"studentAssessments: more than {MOST_TOLD:,} results cannot be used; the first {outcome.rejects[0].reason}"
        )
    unscored = found.filter(assessments.lacks_score_by_choice(found))
    for assessment, n in pulled.tables.fetch(
        unscored.group_by("assessment").agg(n=unscored.count()).order_by("assessment")
    ):
        outcome.notes.append(
            f"{n:,} results of {assessment} have several scores and none called Scale score: they have no scale score until "
            f'[sources.edfi.assessments."{assessment}"] score names one.'
        )
    undated = found.filter(~found.has_period, found.administration.notnull())
    if n := pulled.tables.fetch(undated.agg(n=undated.count()))[0][0]:
        outcome.notes.append(f"{n:,} results say no season (period): theirs is that of the date.")


def _without_meaning(pulled: Pulled) -> tuple[list[Nulled], list[ValueCount]]:
    """Codes that nobody has decided, of descriptors whose meaning is no text: each is a finding, and their share is judged."""
    nulled: list[Nulled] = []
    counts: list[ValueCount] = []
    for crosswalk in pulled.crosswalks.values():
        column = crosswalk.descriptor.becomes
        if column is None:
            continue
        for resource, place in crosswalk.descriptor.places:
            if not pulled.has(resource):
                continue
            codes = coded(pulled[resource], place)
            for file, n, n_unknown in pulled.tables.fetch(_tally(codes, crosswalk)):
                counts.append(ValueCount(file, column, n, n_unknown, EXPORT))
            unknown = codes.filter(~crosswalk.is_known(codes.code)).order_by(FILE, LINE).limit(MOST_TOLD)
            reason = f"has no line in data/reference/{FOLDER}/{crosswalk.descriptor.name}.csv"
            nulled += [
                Nulled(file, line, column, value, reason, EXPORT)
                for file, line, value in pulled.tables.fetch(unknown.select(FILE, LINE, "code"))
            ]
    return nulled, counts


def _tally(codes: ibis.Table, crosswalk: Crosswalk) -> ibis.Table:
    is_unknown = ~crosswalk.is_known(codes.code)
    return codes.group_by(FILE).agg(n=codes.count(), n_unknown=codes.count(where=is_unknown)).order_by(FILE)


def coded(rows: ibis.Table, column: str) -> ibis.Table:
    """File, line and `code` of each code in a column, be it of texts, lists or lists with periods."""
    values = rows[column]
    if values.type().is_array():
        rows = rows.select(FILE, LINE, one=values.unnest())
        code = rows.one["code"] if rows.one.type().is_struct() else rows.one
        rows = rows.select(FILE, LINE, code=code)
    else:
        rows = rows.select(FILE, LINE, code=values)
    return rows.filter(rows.code.notnull())


def _notes_on(pull: Pull) -> list[str]:
    """What the API did not grant: that extracts lack it is no statement about the district."""
    refused: dict[str, list[Part]] = {}
    for part in pull.parts:
        if part.status == NOT_GRANTED:
            refused.setdefault(part.resource, []).append(part)
    n_segments = len({part.segment for part in pull.parts})
    return [
        f"The Ed-Fi API does not grant {resource}{_of_years(parts, n_segments)}: it is unknown, not empty. "
        f"It feeds {_listed(RESOURCES[resource].feeds)}."
        for resource, parts in refused.items()
    ]


def _of_years(parts: list[Part], n_segments: int) -> str:
    """The school years of these parts, where other years have the resource."""
    return "" if len(parts) == n_segments else f" of {', '.join(part.segment for part in parts)}"


def _listed(extracts: Iterable[str]) -> str:
    return ", ".join(EXTRACTS[name].path for name in extracts)


def _count(part: Part, folder: Path, outcome: Outcome) -> FileCount:
    n_rejected = len({r.line for r in outcome.rejects if r.file == part.file})
    n_left_out = outcome.left_out.get(part.file, 0)
    return FileCount(
        part.file,
        file_hash(folder / part.file),
        part.n_records,
        part.n_records - n_rejected - n_left_out,
        n_rejected,
        columns=tuple(RESOURCES[part.resource].columns),
        rows_left_out=n_left_out,
    )


def pulled_files(folder: Path) -> list[Path]:
    """The files of the last finished pull; none where there is none."""
    pull = Pull.read(folder)
    return [folder / part.file for part in pull.parts if part.status == PULLED] if pull else []
