"""The figures the brief may use. A hidden figure has no value, only the mark that it is hidden (`release.Figure`)."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from district_platform.dictionary.schools import SCHOOL_YEAR_BEGINS
from district_platform.metrics.comparisons import Difference, Rate, difference
from district_platform.outputs.brief.absence import Absence
from district_platform.outputs.brief.gaps import Gap
from district_platform.outputs.brief.growth import SchoolGrowth
from district_platform.outputs.brief.programs import ProgramEffect
from district_platform.outputs.brief.reconciliation import OtherReading
from district_platform.outputs.brief.release import Figure, State
from district_platform.settings import Attendance, Quality


@dataclass(frozen=True)
class Policy:
    """The settings that the brief's words depend on."""

    quality: Quality = field(default_factory=Quality)
    attendance: Attendance = field(default_factory=Attendance)


ENOUGH_TESTED = 95.0
"""Percent of enrolled students who must be tested (ESEA 1111(c)(4)(E))."""


@dataclass(frozen=True)
class SubjectResult:
    """Proficiency of all the district's students in a subject."""

    subject: str
    now: Figure
    rate: Rate | None
    """The same with how many students are behind it, where that is known closely enough to judge chance."""
    change: Figure
    """Points against the same administration of the year before."""
    change_basis: str | None
    """How many schools of how many the change compares; None where all."""
    trend: tuple[tuple[int, Figure], ...]
    """School year and rate, by year, in the same administration; hidden ones too."""
    participation: Figure
    """Percent of the students enrolled in tested grades who were tested."""

    @property
    def has_few_tested(self) -> bool:
        """Whether fewer than ENOUGH_TESTED were tested. A range ends below its upper end: there the next one begins."""
        if self.participation.state is State.RANGE:
            return self.participation.high <= ENOUGH_TESTED
        return self.participation.is_told and self.participation.high < ENOUGH_TESTED

    @cached_property
    def sure_change(self) -> Difference | None:
        """The change with its error; None where either cannot be known."""
        if self.rate is None or self.change.value is None:
            return None
        return difference(self.rate, Rate(self.rate.pct - self.change.value, self.rate.n))


@dataclass(frozen=True)
class Results:
    """What the latest administration with released results says."""

    year: int
    administration: str
    administrations: tuple[str, ...]
    """Those that the district has given in any year."""
    subjects: tuple[SubjectResult, ...]
    gaps: tuple[Gap, ...]
    gaps_withheld: tuple[Gap, ...]
    """Gaps of the same subjects that are hidden."""


@dataclass(frozen=True)
class SchoolFacts:
    """A school in a table of schools."""

    k_school: str
    name: str
    level: str
    n_students: Figure
    """On the census date."""
    ratio: Figure
    has_teachers: bool
    chronic_absence: Figure
    proficiency: dict[str, Figure]
    proficiency_change: dict[str, Figure]
    rates: dict[str, Rate]
    """Proficiency with the students behind it, for judging chance."""

    @property
    def mean_proficiency(self) -> float | None:
        """Of the compared subjects, where all are told: what schools are ordered by."""
        values = [shown.value for shown in self.proficiency.values()]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None


@dataclass(frozen=True)
class EnrolledGroup:
    """A group of the district's students."""

    dimension: str
    name: str
    n_students: Figure
    share: Figure


@dataclass(frozen=True)
class Enrollment:
    """Students of the district in a year."""

    n_census: Figure
    """On the census date; before it has come, of all who are enrolled so far."""
    n_census_before: Figure
    n_entered_late: Figure
    n_exited_early: Figure
    by_year: tuple[tuple[int, Figure], ...]
    """School year and students on its census date; years whose census date has come."""
    by_grade: tuple[tuple[str, Figure], ...]
    groups: tuple[EnrolledGroup, ...]
    is_before_census: bool
    """The year has begun, its census date has not come: counts are those so far."""


@dataclass(frozen=True)
class Staffing:
    """Students per teacher FTE of the latest year in which the district's is told."""

    year: int
    ratio: Figure
    change: Figure
    teacher_fte: Figure
    english_learners: Figure
    """English learners per FTE of their program's teachers."""
    with_disability: Figure
    """Students with disability per FTE of special education teachers."""
    certified: Figure
    """Percent of teachers fully certified for all they teach."""
    by_level: tuple[tuple[str, Figure, Figure], ...]
    """Level, teacher FTE, students per teacher FTE; hidden ones too."""
    federal: Figure
    """Students per FTE of all teachers, as the Common Core of Data counts."""
    n_schools_left_out: Figure
    """Schools with students and no teacher on record, which the ratio leaves out."""
    pct_students_left_out: Figure
    outside: tuple[tuple[str, Figure], ...]
    """Schools outside the plausible bounds, farthest first."""
    without_teachers: tuple[str, ...]


@dataclass(frozen=True)
class YearOfDistrict:
    """The district's figures of one school year, for the table over the years."""

    year: int
    is_running: bool
    figures: dict[str, Figure]
    """By what they are, in the order of the page."""


@dataclass(frozen=True)
class Latest:
    """The district's latest figures, told or not; sentences about a missing figure use them."""

    proficiency: Figure
    chronic_absence: Figure
    attendance: Figure
    """Of the same row: where it is known and chronic absence is not, nobody has been enrolled long enough."""
    ratio: Figure
    n_schools_left_out: Figure
    """Schools with students and no teacher on record, in the latest year with any staff."""
    has_teachers: bool
    """Whether any teacher FTE is on record."""


@dataclass(frozen=True)
class Facts:
    """Everything the brief may say about students, staff and schools."""

    year: int
    """The running school year: the latest with enrollments."""
    enrollment: Enrollment
    results: Results | None
    absence: Absence | None
    other_reading: OtherReading | None
    """The year's attendance with learning online counted otherwise than in `absence`."""
    staffing: Staffing | None
    latest: Latest
    programs: tuple[ProgramEffect, ...]
    growth: tuple[SchoolGrowth, ...]
    schools: tuple[SchoolFacts, ...]
    years: tuple[YearOfDistrict, ...]
    """Three at most, the latest last."""


def census_of(year: int, quality: Quality) -> dt.date:
    """The census date of a school year."""
    calendar_year = year - 1 if quality.census_month >= SCHOOL_YEAR_BEGINS else year
    return dt.date(calendar_year, quality.census_month, quality.census_day)
