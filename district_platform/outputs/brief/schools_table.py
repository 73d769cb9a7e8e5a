"""The table of schools on the first page: the district, then schools by level, with a footnote where a figure is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from district_platform.dictionary.schools import SCHOOL_LEVELS
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, SchoolFacts
from district_platform.outputs.brief.finding import Topic
from district_platform.outputs.brief.release import NO_FIGURE, Figure, State

MOST_ROWS = 12
AT_EACH_END = 6
MARKS = "¹²³⁴⁵⁶"
PROTECTED = "hidden to protect a small group"

Measure = Callable[[SchoolFacts], float | None]


@dataclass(frozen=True)
class SchoolsTable:
    """Cells as text under their headings, ready to set, the district first; `note` says which schools and in which order."""

    headings: tuple[str, ...]
    district: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    footnotes: tuple[str, ...]


@dataclass(frozen=True)
class _Column:
    heading: str
    of_school: Callable[[SchoolFacts], Figure]
    of_district: Figure
    why_not: Callable[[SchoolFacts], str]
    """Why a school has no such figure."""
    is_change: bool = False

    def text(self, figure: Figure) -> str:
        return (figure.signed if self.is_change else figure.shown).replace("%", "")


@dataclass
class _Footnotes:
    """Each reason once, numbered in the order of its first use."""

    reasons: list[str] = field(default_factory=list)

    def cell(self, column: _Column, figure: Figure, why_not: str) -> str:
        if figure.state in (State.TOLD, State.RANGE):
            return column.text(figure)
        reason = PROTECTED if figure.state is State.HIDDEN else why_not
        if reason not in self.reasons:
            self.reasons.append(reason)
        mark = MARKS[min(self.reasons.index(reason), len(MARKS) - 1)]
        return f"{NO_FIGURE}{mark}"

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(
            f"{MARKS[min(i, len(MARKS) - 1)]} {w.sentence_case(reason)}." for i, reason in enumerate(self.reasons)
        )


def schools_table(facts: Facts, main: Topic | None = None) -> SchoolsTable | None:
    """All schools where there are at most twelve, else the six highest and the six lowest; None without schools or figures.

    By chronic absence where that is the topic of the main finding, else by proficiency or what else is known.
    """
    if not facts.schools:
        return None
    shown, note = _chosen(facts, main)
    columns = _columns(facts, shown)
    if not columns:
        return None
    footnotes = _Footnotes()
    of_district = tuple(footnotes.cell(c, c.of_district, "no figure for the district as a whole") for c in columns)
    return SchoolsTable(
        headings=("School", "Level", *(column.heading for column in columns)),
        district=("District", "All", *of_district),
        rows=tuple(
            (s.name, s.level or NO_FIGURE, *(footnotes.cell(c, c.of_school(s), c.why_not(s)) for c in columns))
            for s in shown
        ),
        note=f"{note} {_when(facts)}".strip(),
        footnotes=footnotes.lines,
    )


def _chosen(facts: Facts, main: Topic | None) -> tuple[Sequence[SchoolFacts], str]:
    """The schools shown, by level, and a sentence on which they are and in which order."""
    measure, name = _order(facts, main)
    if len(facts.schools) == 1:
        return facts.schools, ""
    ranked = sorted(facts.schools, key=lambda s: (-_or_last(measure(s)), s.name, s.k_school))
    known = [school for school in ranked if measure(school) is not None]
    if len(known) > MOST_ROWS:
        ends = [*known[:AT_EACH_END], *known[-AT_EACH_END:]]
        n = w.plural(len(known), "school")
        of = n if len(known) == len(ranked) else f"the {n} that can be shown"
        return _by_level(ends), f"The six highest and the six lowest of {of} by {name}, grouped by level."
    shown = _by_level(ranked[:MOST_ROWS])
    order = f"Schools by level, then by {name}, highest first" if known else "Schools by level"
    which = f"; {MOST_ROWS} of {len(ranked)} schools" if len(ranked) > MOST_ROWS else ""
    return shown, f"{order}{which}."


def _by_level(schools: Sequence[SchoolFacts]) -> list[SchoolFacts]:
    order = {level: rank for rank, level in enumerate(SCHOOL_LEVELS)}
    return sorted(schools, key=lambda school: order.get(school.level, len(order)))


def _order(facts: Facts, main: Topic | None) -> tuple[Measure, str]:
    """What schools are ordered by: the first of these that any school has."""
    absence: tuple[Measure, str] = (lambda s: s.chronic_absence.value, "percent chronically absent")
    ways: tuple[tuple[Measure, str], ...] = (
        *((absence,) if main is Topic.ATTENDANCE else ()),
        (lambda s: s.mean_proficiency, _proficiency_name(facts)),
        absence,
        (lambda s: s.ratio.value, "students per teacher"),
        (lambda s: s.n_students.value, "number of students"),
    )
    return next((way for way in ways if any(way[0](school) is not None for school in facts.schools)), ways[-1])


def _proficiency_name(facts: Facts) -> str:
    subjects = list(facts.schools[0].proficiency)
    return (
        "the mean of " if len(subjects) > 1 else ""
    ) + f"percent proficient in {w.listing([w.subject(s) for s in subjects])}"


def _or_last(value: float | None) -> float:
    return float("-inf") if value is None else value


def _when(facts: Facts) -> str:
    """The year of each column that is not of the running year, and of what changes are."""
    running, parts = w.school_year_name(facts.year), []
    if facts.absence:
        so_far = " so far" if facts.absence.is_running else ""
        parts.append(f"chronically absent: {w.school_year_name(facts.absence.year)}{so_far}")
    if facts.results:
        parts.append(f"proficient: {w.season(facts.results.administration, facts.results.year)}")
    if not parts:
        return f"Figures of {running}."
    return f"{w.sentence_case('; '.join([*parts, f'the rest: {running}']))}."


def _columns(facts: Facts, shown: Sequence[SchoolFacts]) -> tuple[_Column, ...]:
    """Columns of figures; one that no school has a figure for is left out, and a change that fewer than half have."""
    staffing, enrollment = facts.staffing, facts.enrollment
    is_this_year = staffing is not None and staffing.year == facts.year
    columns = [
        _Column("Students", lambda s: s.n_students, enrollment.n_census, lambda _: "not counted yet"),
        _Column(
            "Students per teacher",
            lambda s: s.ratio,
            staffing.ratio if staffing and is_this_year else Figure(),
            lambda s: "not counted yet" if s.has_teachers else "no teacher on record",
        ),
        _Column(
            "Chronically absent, %",
            lambda s: s.chronic_absence,
            facts.absence.now if facts.absence else Figure(),
            lambda _: "no student with enough days of attendance",
        ),
    ]
    for result in facts.results.subjects if facts.results else ():
        if result.subject in facts.schools[0].proficiency:
            columns += _of_subject(result.subject, result.now, result.change)
    return tuple(column for column in columns if _is_worth(column, shown))


def _is_worth(column: _Column, shown: Sequence[SchoolFacts]) -> bool:
    known = sum(column.of_school(school).state in (State.TOLD, State.RANGE) for school in shown)
    return 2 * known >= len(shown) if column.is_change else known > 0


def _of_subject(subject: str, of_district: Figure, change: Figure) -> list[_Column]:
    return [
        _Column(f"{subject}, %", lambda s: s.proficiency[subject], of_district, lambda _: "no results"),
        _Column(
            f"{subject}, change",
            lambda s: s.proficiency_change[subject],
            change,
            lambda _: "no results of both years",
            is_change=True,
        ),
    ]
