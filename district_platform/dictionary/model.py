"""The classes that describe columns and tables. The entries themselves are in one module per subject beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

KEY_SEPARATOR = "|"
"""Joins the values of a key in findings, worklists and the planted truth."""


class Sensitivity(StrEnum):
    """Who may see a value (FERPA, 34 CFR 99.3)."""

    NONE = "none"
    DIRECTORY = "directory"
    """May be disclosed under a directory notice: ids that open nothing, grade, school."""
    PII = "PII"
    """Identifies a person: names, birth date, address, e-mail, phone."""
    SENSITIVE = "sensitive"
    """Harmful when tied to a person: race, disability, poverty, scores, discipline of attendance."""


class Layer(StrEnum):
    """The layers of the platform, in the order of the flow."""

    EXTRACT = "extract"
    REFERENCE = "reference"
    """What the district edits under data/reference."""
    STAGING = "staging"
    BOOKKEEPING = "bookkeeping"
    DIMENSION = "dimension"
    FACT = "fact"
    MEASURE = "measure"
    QUALITY = "quality"
    ANALYSIS = "analysis"
    RELEASE = "release"


class Owner(StrEnum):
    """The roles that can fix what is wrong in a table at its source."""

    SIS = "SIS data steward"
    HR = "human resources"
    ASSESSMENT = "assessment office"
    ATTENDANCE = "attendance office"
    ONLINE = "online learning office"
    BUSINESS = "business office"
    DATA = "data team"


@dataclass(frozen=True)
class Column:
    """One column, wherever it stands. `type` is an Ibis type, the same on every engine."""

    name: str
    type: str
    description: str
    sensitivity: Sensitivity = Sensitivity.NONE
    unit: str | None = None
    domain: tuple[str, ...] | None = None
    """The closed list of values; None where the list is open."""
    synonyms: tuple[tuple[str, str], ...] = ()
    """Other words for values of the list, in lower case, each with the value that it means."""


@dataclass(frozen=True)
class Reference:
    """`columns` of this table name a row of `table`, whose columns are called `targets`."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]
    judged_by: str = "CON-05"
    """The rule that reports what does not resolve."""


@dataclass(frozen=True)
class Repeats:
    """What happens to a repeated key in an extract: which row is kept, and which rule says so."""

    rule_id: str = "CON-03"
    keep_most_complete: bool = False
    keep_latest: str | None = None
    """A date column; the latest is kept. Ties go to the row that came first."""


@dataclass(frozen=True)
class Absence:
    """What holds where a file of an extract lacks an optional column. A blank value of a column that is there means less: it is missing."""

    meaning: str
    """What nobody can say then, and what the platform does instead: a sentence without its full stop."""
    value: str | None = None
    """The value that every row of the file takes."""
    year_of: str | None = None
    """The date column of the row whose school year it takes."""


class Adding(StrEnum):
    """What readers know about how a count of the schools relates to the count of their level and of the district."""

    EXACTLY = "exactly"
    """They add up: everybody counts at one school."""
    AT_LEAST = "at least"
    """They add up to as much or more, and each is no more than the district: a child of two schools counts at both."""
    EACH = "each"
    """Each is no more than the district, and no more is certain: a child's days of two schools are judged together there."""
    AT_MOST = "at most"
    """The known schools add up to no more than the district, where those of unknown schools count too."""
    ROUGHLY = "roughly"
    """They add up to roughly the district's count, and nothing more is certain: a child who moves can be chronically absent at a school and
    not in the district."""


class Told(StrEnum):
    """Where a count of students is released. The fewer counts are released of one group, the less their differences reveal."""

    EVERYWHERE = "everywhere"
    """Of every group that is not small and does not follow from others."""
    DISTRICT = "district"
    """Of all students of the district, where it differs from every released count above and below it by 0 or by a number that is not
    small."""
    NOWHERE = "nowhere"
    """Nowhere: it changes from week to week, repeats another count, or is the weight of means. The means of all students and of each group
    show how the sizes of the groups relate, so that one released size reveals the others."""


@dataclass(frozen=True)
class Within:
    """A larger count that contains the students of this one, in the same year, place and group."""

    count: str
    rests_on_delivery: bool = False
    """Whether extracts that contradict each other can break this relation. It is then dropped for that run, with a warning. A relation that
    holds by construction is an error when it breaks."""
    at_district_only: bool = False
    """A test result names its own school, so that the relation is certain only in the district."""
    if_federal_is_wider: bool = False
    """Only while attendance.federal_min_days is no more than attendance.chronic_absence_min_days."""


@dataclass(frozen=True)
class Count:
    """A count of children in released tables, and how it relates to the other counts. Privacy uses these relations: the groups of a
    dimension and the grades add up to all students, schools add up as `schools` says, and a part is no more than its whole."""

    name: str
    schools: Adding = Adding.ROUGHLY
    part_of: str | None = None
    """The larger count that always contains these children, by construction."""
    apart_from: str | None = None
    """Another part of the same whole; no child is in both."""
    within: tuple[Within, ...] = ()
    """Further counts that contain these children."""
    told: Told = Told.DISTRICT
    defined_by: str | None = None
    """The section of the settings that says who counts, beside the count day."""
    grows: bool = False
    """Whether a child who counts on one day still counts on every later day of the year."""
    groups_add_up: bool = True
    """Whether the groups of a dimension add up to all students. They do not where only students with a comparison group are counted."""
    is_of_students: bool = True
    """False for staff and customers, who are not students."""
    is_everybody: bool = False
    """The widest population: no other contains it."""

    @property
    def wholes(self) -> tuple[Within, ...]:
        """Every count that contains this one."""
        return (*((Within(self.part_of),) if self.part_of else ()), *self.within)


@dataclass(frozen=True)
class Counted:
    """Which count of which group a figure shows, where that is not the count named like its column, of the group in its row."""

    count: str
    years_back: int = 0
    grades_back: int = 0
    about: tuple[tuple[str, str], ...] = ()
    """Group columns with the value that they have for this figure, whatever the row says."""
    by: tuple[str, ...] = ()
    """Columns outside the table's key that say which group it is."""
    named_in: str | None = None
    """A column that names the group by its value in the row's dimension."""
    otherwise: str | None = None
    """The group's value where that column names none of the dimension."""
    to_date: bool = False
    """Whether the latest year, while it runs, is compared with an earlier one up to the same day: then it is no repetition."""


class Side(StrEnum):
    """Which count of a percentage readers know."""

    PART = "part"
    WHOLE = "whole"


@dataclass(frozen=True)
class Ranges:
    """For a percentage with a count that is not released: the percentage is released as a range, never as a number."""

    bounds: tuple[int, ...]
    """Ends of the ranges, percent, from 0 to 100."""
    of: Side
    """The count that is released: the first group size."""


@dataclass(frozen=True)
class Rounding:
    """For a figure over some of the schools: how it is rounded, so that nobody can compute the number of their students, which is not
    released. The same holds for hours of some of the employees."""

    unless: str
    """A released column. Where it is null or 0, the figure covers all schools (or employees) and is not rounded."""
    size: str
    """A released column. One student (or employee) moves the figure by per / size."""
    per: int


@dataclass(frozen=True)
class Measure:
    """A figure of an analysis table, and the counts of children behind it that decide whether it may be released."""

    column: str
    group_sizes: tuple[str, ...]
    """Count columns of its row; the first is the denominator of a share."""
    rests_on: tuple[Counted, ...] = ()
    """Counts in other rows or tables that the figure reveals."""
    share: Counted | None = None
    """For a percentage of children: the count that is its numerator. The percentage is coarsened where it reveals too much."""
    change_of: str | None = None
    """For a change: the percentage in its row. The change also reveals that percentage's earlier value, whose counts are `share` and the
    last group size."""
    absence_is_public: bool = False
    """Whether readers may see that there is no figure even where its counts are hidden: other released columns show it already (no teacher
    FTE, fewer than three schools), or it says nothing about a child."""
    only_ranges: Ranges | None = None
    rounding: Rounding | None = None
    rounded_by: Counted | None = None
    """For any other percentage of children: the count whose size decides how it is rounded."""


@dataclass(frozen=True)
class Carried:
    """A count that carries over: all of one period are all of the period before plus those who are new."""

    stock: str
    inflow: str
    period: str
    """The key column that names the period; its values sort by time."""


@dataclass(frozen=True)
class Table:
    """One table: what a row is, what makes it unique, who owns it, and its columns in order."""

    name: str
    layer: Layer
    grain: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    owner: Owner
    description: str
    nullable_key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    system: str | None = None
    """The folder of an extract under data/raw; None for every other layer."""
    is_required: bool = False
    optional: tuple[tuple[str, Absence], ...] = ()
    """Columns of an extract that a file may lack, each with what its absence means."""
    repeats: Repeats = field(default=Repeats())
    sets_files_aside: bool = False
    """For an extract that comes as one file a day: whether an unusable file is set aside and stops nothing else. In any other extract, such
    a file stops the publication (CON-01)."""
    is_split_by_year: bool = False
    """Published as a folder with one part a school year, because of its size."""
    stored_by: tuple[str, ...] = ()
    """Columns that its published rows are sorted by before the key, so that whoever reads one school skips most of the file."""
    measures: tuple[Measure, ...] = ()
    """For an analysis table: what privacy hides when the group behind it is too small."""
    counted: tuple[tuple[str, Counted], ...] = ()
    """For an analysis table: count columns that repeat a count of another group or table."""
    carried: Carried | None = None
    """For an analysis table: what readers know about its counts from one period to the next."""

    @property
    def path(self) -> str:
        """The path of an extract under data/raw, without the file ending."""
        return f"{self.system}/{self.name}"

    @property
    def key_may_lack_its_end(self) -> bool:
        """Whether the last value of a key may be null; a key written as one text then ends before it (staging.judging.without_null_end)."""
        return bool(self.key) and self.key[-1] in self.nullable_key

    @property
    def stored_order(self) -> tuple[str, ...]:
        """The columns that published rows are sorted by."""
        return (*self.stored_by, *(column for column in self.key if column not in self.stored_by))

    @property
    def absences(self) -> dict[str, Absence]:
        """What the absence of each optional column means."""
        return dict(self.optional)

    def count_in(self, column: str) -> Counted:
        """The count that a column shows: the declared one, else the one named like the column."""
        return dict(self.counted).get(column) or Counted(column)


def names(text: str) -> tuple[str, ...]:
    """Column names from a line of text, so that an entry reads like the contract's tables."""
    return tuple(text.split())


NONE_OPTIONAL: Mapping[str, str | Absence] = MappingProxyType({})


def extract(
    system: str,
    name: str,
    *,
    grain: str,
    key: str,
    columns: str,
    owner: Owner,
    nullable_key: str = "",
    references: tuple[Reference, ...] = (),
    is_required: bool = False,
    optional: Mapping[str, str | Absence] = NONE_OPTIONAL,
    repeats: Repeats = Repeats(),
    sets_files_aside: bool = False,
) -> Table:
    """An extract of the data contract. `optional` gives for each column that a file may lack what its absence means."""
    return Table(
        name=name,
        layer=Layer.EXTRACT,
        grain=grain,
        key=names(key),
        columns=names(columns),
        owner=owner,
        description=f"Extract {system}/{name}: {grain}, as delivered.",
        nullable_key=names(nullable_key),
        references=references,
        system=system,
        is_required=is_required,
        optional=tuple(
            (c, absence if isinstance(absence, Absence) else Absence(absence)) for c, absence in optional.items()
        ),
        repeats=repeats,
        sets_files_aside=sets_files_aside,
    )


def refers(columns: str, table: str, targets: str = "", judged_by: str = "CON-05") -> Reference:
    """A reference of an extract to another; target columns have the same names unless given."""
    return Reference(names(columns), table, names(targets or columns), judged_by)


def measured(
    columns: str,
    by: str,
    *,
    rests_on: tuple[Counted, ...] = (),
    share: Counted | None = None,
    change_of: str | None = None,
    absence_is_public: bool = False,
    only_ranges: Ranges | None = None,
    rounding: Rounding | None = None,
    rounded_by: Counted | None = None,
) -> tuple[Measure, ...]:
    """Measures that rest on the same counts of children."""
    return tuple(
        Measure(column, names(by), rests_on, share, change_of, absence_is_public, only_ranges, rounding, rounded_by)
        for column in names(columns)
    )
