"""What the codes of descriptors mean: the platform's defaults, and the district's own lines, which win over them.

The district's lines stand in data/reference/edfi/<Descriptor>.csv, with the columns code and value (and those of `columns`); others beside
them do not matter. Upper and lower case do not matter, and neither does the namespace. An empty line is undecided, so that the default
holds; `-` decides that a code means nothing.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.assessments import ADMINISTRATIONS
from district_platform.dictionary.schools import GRADE_LEVELS, SCHOOL_LEVELS
from district_platform.dictionary.students import RACE_ETHNICITIES, SEXES
from district_platform.engine.deliveries import why_unreadable
from district_platform.sources.edfi.errors import EdfiError
from district_platform.sources.reference.lines import csv_lines

FOLDER = "edfi"
"""Under data/reference."""
NOTHING = "-"
"""Decides that a code means nothing."""

_DEFAULTS = Path(__file__).parent / "defaults"
_BOOLEANS = ("true", "false")
_FLAGS = ("is_economically_disadvantaged", "is_english_learner", "has_disability", "is_homeless")


@dataclass(frozen=True)
class Descriptor:
    """A descriptor that is looked up, and where its codes stand."""

    name: str
    places: tuple[tuple[str, str], ...]
    """Resource and column."""
    allowed: tuple[str, ...] = ()
    """What `value` may be; anything where it is empty."""
    columns: tuple[str, ...] = ()
    """Further columns of its lines."""
    becomes: str | None = None
    """The column of an extract that is null, or not told, where a code has no meaning: each such value is a finding."""


def _of(name: str, *places: str, **more: object) -> Descriptor:
    pairs = tuple((place.split(".")[0], place.split(".")[1]) for place in places)
    return Descriptor(f"{name}Descriptor", pairs, **more)  # type: ignore[arg-type]


_SEOA = ("studentEducationOrganizationAssociations", "studentDemographics")
_FOOD = "studentSchoolFoodServiceProgramAssociations"

DESCRIPTORS = {
    each.name: each
    for each in (
        _of("AttendanceEventCategory", "studentSchoolAttendanceEvents.category", columns=("excusal", "is_absent")),
        _of("CalendarEvent", "calendarDates.events", allowed=_BOOLEANS, becomes="is_school_day"),
        _of(
            "GradeLevel",
            *("studentSchoolAssociations.grade_level", "studentAssessments.grade_level", "schools.grades"),
            *("courses.grades", "credentials.grades"),
            allowed=GRADE_LEVELS,
        ),
        _of("Sex", *(f"{each}.sex" for each in (*_SEOA, "students")), allowed=SEXES),
        _of("Race", *(f"{each}.races" for each in _SEOA), allowed=RACE_ETHNICITIES),
        _of(
            "LimitedEnglishProficiency",
            *(f"{each}.english_proficiency" for each in _SEOA),
            allowed=_BOOLEANS,
            becomes="is_english_learner",
        ),
        _of("StudentCharacteristic", *(f"{each}.characteristics" for each in _SEOA), allowed=_FLAGS),
        _of("Disability", *(f"{each}.disabilities" for each in _SEOA), allowed=_BOOLEANS),
        _of(
            "EconomicDisadvantage",
            *(f"{each}.economic_disadvantage" for each in _SEOA),
            allowed=_BOOLEANS,
            becomes="is_economically_disadvantaged",
        ),
        _of("SchoolFoodServiceProgramService", f"{_FOOD}.services", allowed=_BOOLEANS),
        _of("ProgramType", "studentProgramAssociations.program_type", allowed=_FLAGS),
        _of("SchoolCategory", "schools.categories", allowed=SCHOOL_LEVELS),
        _of("TitleIPartASchoolDesignation", "schools.title_i", allowed=_BOOLEANS, becomes="is_title_i"),
        _of("ExitWithdrawType", "studentSchoolAssociations.exit_reason"),
        _of("AcademicSubject", "courses.subjects", "credentials.subjects", "assessments.subjects"),
        _of("ClassroomPosition", "staffSectionAssociations.role"),
        _of("TeachingCredential", "credentials.certification_type"),
        _of("CredentialStatus", "credentials.status"),
        _of("AssessmentPeriod", "studentAssessments.administration", allowed=ADMINISTRATIONS),
        _of("PerformanceLevel", "studentAssessments.levels", columns=("is_proficient",), becomes="is_proficient"),
    )
}
"""Positions and programs of staff go through data/reference/position_crosswalk.csv and program_crosswalk.csv, as everybody's do."""


@dataclass(frozen=True)
class Crosswalk:
    """What the codes of a descriptor mean. Codes are in lower case."""

    descriptor: Descriptor
    values: Mapping[str, str | None]
    """None where a code means nothing."""
    further: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The further columns of each code."""

    def meant(self, code: ir.StringValue) -> ir.StringValue:
        """The value of each code, null where it means nothing, and the code itself where nobody has decided."""
        return self._cases(code, self.values, code)

    def decided(self, code: ir.StringValue) -> ir.StringValue:
        """The value of each code, null where it means nothing or nobody has decided."""
        return self._cases(code, self.values, ibis.null("string"))

    def more(self, column: str, code: ir.StringValue) -> ir.StringValue:
        """The value of a further column; null where it is empty."""
        return self._cases(code, {c: cells[column] or None for c, cells in self.further.items()}, ibis.null("string"))

    def is_known(self, code: ir.StringValue) -> ir.BooleanValue:
        return code.lower().isin(list(self.values)) if self.values else ibis.literal(False)

    def _cases(self, code: ir.StringValue, values: Mapping[str, str | None], otherwise: ir.Value) -> ir.StringValue:
        pairs = [(known, ibis.literal(value, "string")) for known, value in values.items()]
        return code.lower().cases(*pairs, else_=otherwise) if pairs else otherwise


def crosswalk_file(reference: Path, name: str) -> Path:
    """The district's lines for a descriptor, under its data/reference."""
    return reference / FOLDER / f"{name}.csv"


def read_crosswalks(reference: Path) -> dict[str, Crosswalk]:
    """Every descriptor's meanings. Raises EdfiError naming file, line, column and value of one that is not valid."""
    return {name: _crosswalk(each, crosswalk_file(reference, name)) for name, each in DESCRIPTORS.items()}


def own_lines(descriptor: Descriptor, path: Path) -> dict[str, dict[str, str]]:
    """The district's lines by their code as written; none where there is no file."""
    if not path.exists():
        return {}
    try:
        if problem := why_unreadable(path, path.resolve().parent):
            raise ValueError(problem)
        found: dict[str, dict[str, str]] = {}
        for line, cells in csv_lines(path, ("code", "value", *descriptor.columns)):
            if cells["code"].lower() in {code.lower() for code in found}:
                raise ValueError(f"line {line}, code {cells['code']!r}: stands twice")
            if fault := _fault(descriptor, cells):
                raise ValueError(f"line {line}, {fault}")
            found[cells["code"]] = {name: cells[name] for name in ("value", *descriptor.columns)}
        return found
    except ValueError as error:
        raise EdfiError(
            f"data/reference/{FOLDER}/{path.name}: {error}. Correct the file; without it the defaults hold."
        ) from None


def default_lines(descriptor: Descriptor) -> dict[str, dict[str, str]]:
    """The platform's lines by their code."""
    with (_DEFAULTS / f"{descriptor.name}.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("code"): row for row in csv.DictReader(file)}


def _crosswalk(descriptor: Descriptor, path: Path) -> Crosswalk:
    lines = {code.lower(): cells for code, cells in default_lines(descriptor).items()}
    lines |= {code.lower(): cells for code, cells in own_lines(descriptor, path).items() if any(cells.values())}
    values = {code: None if cells["value"] in ("", NOTHING) else cells["value"] for code, cells in lines.items()}
    return Crosswalk(descriptor, values, lines)


def _fault(descriptor: Descriptor, cells: Mapping[str, str]) -> str | None:
    value = cells["value"]
    if value not in ("", NOTHING) and descriptor.allowed and value not in descriptor.allowed:
        return f"value {value!r}: is none of {', '.join(descriptor.allowed)}, nor {NOTHING} for nothing"
    if descriptor.name == "PerformanceLevelDescriptor":
        if value not in ("", NOTHING, "1", "2", "3", "4"):
            return f"value {value!r}: is no level from 1 to 4"
        if cells["is_proficient"] not in ("", *_BOOLEANS):
            return f"is_proficient {cells['is_proficient']!r}: is neither true nor false"
    if descriptor.name == "AttendanceEventCategoryDescriptor" and any(
        cells[n] for n in ("value", "excusal", "is_absent")
    ):
        return _fault_of_category(cells)
    return None


def _fault_of_category(cells: Mapping[str, str]) -> str | None:
    if not cells["value"]:
        return "value: is empty; a category of attendance needs a name"
    if cells["excusal"] not in ("", "Excused", "Unexcused"):
        return f"excusal {cells['excusal']!r}: is neither Excused nor Unexcused nor empty"
    if cells["is_absent"] == "duration":
        return None
    try:
        is_share = 0 <= float(cells["is_absent"]) <= 1
    except ValueError:
        is_share = False
    return None if is_share else f"is_absent {cells['is_absent']!r}: is neither from 0 to 1 nor the word duration"
