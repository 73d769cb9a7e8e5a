"""The figures the brief may speak of. Hidden figures do not get in: they have no value to read (`reading`)."""

import datetime as dt
from dataclasses import dataclass, field

from district_platform.dictionary.schools import SCHOOL_YEAR_BEGINS
from district_platform.metrics.comparisons import Difference, Rate, difference
from district_platform.outputs.brief.attendance import Absence
from district_platform.outputs.brief.gaps import Gap
from district_platform.outputs.brief.growth import SchoolGrowth
from district_platform.outputs.brief.programs import ProgramEffect
from district_platform.outputs.brief.reconciliation import OtherReading
from district_platform.outputs.brief.release import Figure
from district_platform.settings import Attendance, Quality


@dataclass(frozen=True)
class Policy:
    """The settings that the brief's words depend on."""

    quality: Quality = field(default_factory=Quality)
    attendance: Attendance = field(default_factory=Attendance)


@dataclass(frozen=True)
class SubjectResult:
    """Proficiency of all students in a subject; `change` against the same administration of the year before, where released."""

    subject: str
    now: Rate
    before: Rate | None
    trend: tuple[tuple[int, float], ...]
    """School year and rate, by year, in the same administration."""

    @property
    def change(self) -> Difference | None:
        return difference(self.now, self.before) if self.before else None


@dataclass(frozen=True)
class Results:
    """What the latest administration with released results says."""

    year: int
    administration: str
    subjects: tuple[SubjectResult, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class SchoolFacts:
    """A school in a table of schools."""

    k_school: str
    name: str
    level: str
    n_students: Figure
    n_students_change: Figure
    ratio: Figure
    n_entered_late: Figure
    n_exited_early: Figure
    chronic_absence: Figure
    proficiency: dict[str, Figure]
    proficiency_change: dict[str, Figure]
    rates: dict[str, Rate]

    @property
    def mean_proficiency(self) -> float | None:
        """Of the compared subjects, where all are released: what schools are ordered by."""
        values = [shown.value for shown in self.proficiency.values()]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None


@dataclass(frozen=True)
class EnrolledGroup:
    """A group of the district's students: how many, what share, and how many more than the year before."""

    dimension: str
    name: str
    n_students: Figure
    share: Figure
    change: Figure
    n_entered_late: Figure
    n_exited_early: Figure


@dataclass(frozen=True)
class Enrollment:
    """Students of the district in a year; None where hidden or not known."""

    n_students: int | None
    n_census: int | None
    n_census_before: int | None
    n_entered_late: int | None
    n_exited_early: int | None
    by_year: tuple[tuple[int, int], ...]
    """School year and students on its census date; years whose census date has come."""
    by_grade: tuple[tuple[str, int], ...]
    groups: tuple[EnrolledGroup, ...]
    is_hidden: bool
    is_before_census: bool
    """The year has begun, its census date has not come: counts are those so far."""


@dataclass(frozen=True)
class Staffing:
    """Students per teacher FTE; None where hidden or not known."""

    year: int
    ratio: float
    ratio_change: float | None
    teacher_fte: float
    n_teachers: int
    english_learners: float | None
    """English learners per FTE of their program's teachers."""
    with_disability: float | None
    """Students with disability per FTE of special education teachers."""
    certified: float | None
    """Percent of teachers fully certified for all they teach."""
    by_level: tuple[tuple[str, float, float], ...]
    """Level, teacher FTE, students per teacher FTE."""
    n_schools: int
    """Schools whose ratio was released."""
    outside: tuple[tuple[str, float], ...]
    """Schools outside the plausible bounds, farthest first."""
    without_teachers: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Everything the brief may say about students, staff and schools."""

    year: int
    """The running school year: the latest with enrollments."""
    enrollment: Enrollment
    results: Results | None
    has_results: bool
    """Whether there are assessment results at all, released or hidden."""
    absence: Absence | None
    other_reading: OtherReading | None
    """The year's attendance with learning online counted otherwise than in `absence`."""
    has_attendance: bool
    """Whether there are attendance days at all, of any year."""
    staffing: Staffing | None
    has_staff: bool
    """Whether there are staff assignments at all."""
    programs: tuple[ProgramEffect, ...]
    growth: tuple[SchoolGrowth, ...]
    schools: tuple[SchoolFacts, ...]


def census_of(year: int, quality: Quality) -> dt.date:
    """The census date of a school year."""
    calendar_year = year - 1 if quality.census_month >= SCHOOL_YEAR_BEGINS else year
    return dt.date(calendar_year, quality.census_month, quality.census_day)
