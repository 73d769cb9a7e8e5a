"""The table of schools on the first page: which schools, in which order, under which headings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, SchoolFacts
from district_platform.outputs.brief.finding import Topic
from district_platform.outputs.brief.release import NO_FIGURE, Figure

MOST_ROWS = 12
AT_EACH_END = 6

Measure = Callable[[SchoolFacts], float | None]


@dataclass(frozen=True)
class SchoolsTable:
    """Cells as text under their headings, ready to set; `note` says which schools these are and in which order."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True)
class _Column:
    heading: str
    figure: Callable[[SchoolFacts], Figure]
    written: Callable[[float], str]

    def cell(self, school: SchoolFacts) -> str:
        shown = self.figure(school)
        return shown.shown.replace("%", "") if shown.value is None else self.written(shown.value)


def schools_table(facts: Facts, main: Topic | None = None) -> SchoolsTable | None:
    """All schools where there are at most twelve, else the six highest and the six lowest; None without schools.

    By chronic absence where that is the topic of the main finding, else by proficiency or what else is known.
    """
    if not facts.schools:
        return None
    shown, note = _chosen(facts, main)
    columns = _columns(facts, shown)
    return SchoolsTable(
        headings=("School", "Level", *(column.heading for column in columns)),
        rows=tuple((s.name, s.level or NO_FIGURE, *(column.cell(s) for column in columns)) for s in shown),
        note=f"{note} {_when(facts)}".strip(),
    )


def _chosen(facts: Facts, main: Topic | None) -> tuple[Sequence[SchoolFacts], str]:
    """The schools shown, and a sentence on which they are."""
    measure, name = _order(facts, main)
    if len(facts.schools) == 1:
        return facts.schools, ""
    ranked = sorted(facts.schools, key=lambda s: (-_or_last(measure(s)), s.name, s.k_school))
    known = [school for school in ranked if measure(school) is not None]
    if not known:
        return ranked[:MOST_ROWS], _counted("In order of name", len(ranked))
    if len(known) > MOST_ROWS:
        ends = [*known[:AT_EACH_END], *known[-AT_EACH_END:]]
        return ends, f"The six highest and the six lowest of {w.plural(len(known), 'school')} by {name}."
    return ranked[:MOST_ROWS], _counted(f"By {name}, highest first", len(ranked))


def _counted(order: str, n_schools: int) -> str:
    return f"{order}." if n_schools <= MOST_ROWS else f"{order}; {MOST_ROWS} of {n_schools} schools."


def _order(facts: Facts, main: Topic | None) -> tuple[Measure, str]:
    """What schools are ordered by: the first of these that any school has."""
    absence: tuple[Measure, str] = (lambda s: s.chronic_absence.value, "percent chronically absent")
    ways: tuple[tuple[Measure, str], ...] = (
        *((absence,) if main is Topic.ATTENDANCE else ()),
        (lambda s: s.mean_proficiency, _proficiency_name(facts)),
        absence,
        (lambda s: s.ratio.value, "students per teacher FTE"),
        (lambda s: s.n_students.value, "number of students"),
    )
    return next((way for way in ways if any(way[0](school) is not None for school in facts.schools)), ways[-1])


def _proficiency_name(facts: Facts) -> str:
    subjects = list(facts.schools[0].proficiency)
    return ("the mean of " if len(subjects) > 1 else "") + f"percent proficient in {w.listing(subjects)}"


def _or_last(value: float | None) -> float:
    return float("-inf") if value is None else value


def _when(facts: Facts) -> str:
    year = w.school_year_name(facts.year)
    has_old_absence = facts.absence is not None and facts.absence.year != facts.year
    absence = (
        f"chronic absence: {w.school_year_name(facts.absence.year)}; " if facts.absence and has_old_absence else ""
    )
    if facts.results is None:
        return (
            f"{w.sentence_case(absence)}changes are against the year before {year}."
            if absence
            else (f"Changes are against the year before {year}.")
        )
    season = w.season(facts.results.administration, facts.results.year)
    return f"Percent proficient and its change in points: {season}; {absence}the rest: {year}."


def _columns(facts: Facts, shown: Sequence[SchoolFacts]) -> tuple[_Column, ...]:
    """Columns of figures; one that no school has a figure for is left out."""
    columns = [_Column("Students", lambda s: s.n_students, w.count)]
    subjects = list(facts.schools[0].proficiency)
    if not subjects:
        columns += [
            _Column("Change", lambda s: s.n_students_change, lambda value: w.signed(value, 0)),
            _Column("Entered late", lambda s: s.n_entered_late, w.count),
            _Column("Left early", lambda s: s.n_exited_early, w.count),
        ]
    columns.append(_Column("Students per teacher FTE", lambda s: s.ratio, w.decimal))
    columns.append(_Column("Chronically absent, %", lambda s: s.chronic_absence, w.decimal))
    for subject in subjects:
        columns += _of_subject(subject)
    return tuple(column for column in columns if any(column.cell(school) != NO_FIGURE for school in shown))


def _of_subject(subject: str) -> list[_Column]:
    return [
        _Column(f"{subject}, %", lambda s: s.proficiency[subject], w.decimal),
        _Column(f"{subject}, change", lambda s: s.proficiency_change[subject], w.signed),
    ]
