"""The table of schools on the first page: which schools, in which order, under which headings."""

from collections.abc import Callable
from dataclasses import dataclass

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, SchoolFacts
from district_platform.outputs.brief.release import NO_FIGURE, Figure

MOST_ROWS = 12
AT_EACH_END = 6

Measure = Callable[[SchoolFacts], float | None]


@dataclass(frozen=True)
class Heading:
    heading: str
    share: float
    is_number: bool = False


@dataclass(frozen=True)
class SchoolsTable:
    """Cells as text, ready to set; `note` says which schools these are and in which order."""

    columns: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


def schools_table(facts: Facts) -> SchoolsTable | None:
    """All schools where there are at most twelve, else the six highest and the six lowest; None without schools."""
    if not facts.schools:
        return None
    measure, name = _order(facts)
    ranked = sorted(facts.schools, key=lambda s: (-_or_last(measure(s)), s.name, s.k_school))
    known = [school for school in ranked if measure(school) is not None]
    if len(ranked) <= MOST_ROWS:
        shown, note = ranked, f"By {name}, highest first."
    elif len(known) > MOST_ROWS:
        shown = [*known[:AT_EACH_END], *known[-AT_EACH_END:]]
        note = f"The six highest and the six lowest of {w.plural(len(known), 'school')} by {name}."
    else:
        shown, note = ranked[:MOST_ROWS], f"The first {MOST_ROWS} of {w.plural(len(ranked), 'school')} by {name}."
    subjects = list(shown[0].proficiency)
    return SchoolsTable(_headings(subjects), tuple(_row(school, subjects) for school in shown), note + _when(facts))


def _order(facts: Facts) -> tuple[Measure, str]:
    """What schools are ordered by: proficiency, else students per teacher FTE, else students."""
    ways: tuple[tuple[Measure, str], ...] = (
        (lambda s: s.mean_proficiency, _proficiency_name(facts)),
        (lambda s: s.ratio.value, "students per teacher FTE"),
        (lambda s: s.n_students.value, "number of students"),
    )
    return next((way for way in ways if any(way[0](school) is not None for school in facts.schools)), ways[-1])


def _proficiency_name(facts: Facts) -> str:
    subjects = list(facts.schools[0].proficiency)
    return f"percent proficient in {w.listing(subjects)}" + (" (mean)" if len(subjects) > 1 else "")


def _or_last(value: float | None) -> float:
    return float("-inf") if value is None else value


def _when(facts: Facts) -> str:
    students = f" Students and teachers of {w.school_year_name(facts.year)}"
    if facts.results is None:
        return f"{students}."
    return f"{students}, results of {w.season(facts.results.administration, facts.results.year)}."


def _headings(subjects: list[str]) -> tuple[Heading, ...]:
    measures = [Heading(f"{subject}, % proficient", 64, True) for subject in subjects]
    measures += [] if subjects else [Heading("Change in students", 64, True)]
    return (
        Heading("School", 200),
        Heading("Level", 62),
        Heading("Students", 48, True),
        Heading("Students per teacher FTE", 64, True),
        *measures,
    )


def _row(school: SchoolFacts, subjects: list[str]) -> tuple[str, ...]:
    results = [_cell(school.proficiency[subject], w.decimal) for subject in subjects]
    rest = results or [_cell(school.n_students_change, lambda value: w.signed(value, 0))]
    return (
        school.name,
        school.level or NO_FIGURE,
        _cell(school.n_students, w.count),
        _cell(school.ratio, w.decimal),
        *rest,
    )


def _cell(shown: Figure, written: Callable[[float], str]) -> str:
    return shown.shown if shown.value is None else written(shown.value)
