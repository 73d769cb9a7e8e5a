"""Which two charts a brief shows, with the claim each makes and what it shows in words. How charts look is in `charts`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from reportlab.graphics.shapes import Drawing

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, Results, SubjectResult
from district_platform.outputs.brief.gaps import Gap

N_EXHIBITS = 2
MOST_PAIRS = 6
MOST_YEARS = 5
MOST_LINES = 2


@dataclass(frozen=True)
class Exhibit:
    """A chart: the claim it supports, a line on how to read it, its content in words, and how it is drawn."""

    claim: str
    note: str
    alt: str
    make: Callable[[float, float], Drawing]


def exhibits(facts: Facts) -> tuple[Exhibit, ...]:
    """The first two that the figures allow: results, gaps, enrollment by year, staffing by level, enrollment by grade."""
    return tuple(islice(_possible(facts), N_EXHIBITS))


def _possible(facts: Facts) -> Iterator[Exhibit]:
    if facts.results:
        yield _trend(facts.results) if _years(facts.results) else _subjects(facts.results)
        if facts.results.gaps:
            yield _gaps(facts.results)
    if len(facts.enrollment.by_year) > 1:
        yield _enrollment_by_year(facts)
    if len(facts.enrollment.by_grade) > 1:
        yield _enrollment_by_grade(facts)
    if facts.staffing and len(facts.staffing.by_level) > 1:
        yield _ratios_by_level(facts)


def _years(results: Results) -> list[int]:
    """Years with results of the same administration; none where a single one would make no line."""
    found = sorted({year for result in results.subjects for year, _ in result.trend})[-MOST_YEARS:]
    return found if len(found) > 1 else []


def _trend(results: Results) -> Exhibit:
    years = _years(results)
    shown = results.subjects[:MOST_LINES]
    series = [charts.Series(r.subject, tuple(dict(r.trend).get(year) for year in years)) for r in shown]
    claims = [_claim(result) for result in shown]
    words = "; ".join(
        f"{r.subject}: " + ", ".join(f"{w.percent(pct)} in {w.school_year_name(year)}" for year, pct in r.trend)
        for r in shown
    )
    return Exhibit(
        "; ".join(claims),
        f"Percent of students tested who are proficient, {results.administration.lower()} of each year. Axis from zero.",
        f"Line chart of percent proficient by school year. {words}.",
        lambda width, height: charts.lines(series, [w.school_year_name(y) for y in years], width, height),
    )


def _claim(result: SubjectResult) -> str:
    (first, before), (last, now) = result.trend[0], result.trend[-1]
    level = f"{result.subject} proficiency is {w.percent(now)}"
    if first == last:
        return level
    if w.rounded(now - before) == 0:
        return f"{level}, as in {w.school_year_name(first)}"
    return f"{level}, {w.points(now - before)} {'above' if now > before else 'below'} {w.school_year_name(first)}"


def _subjects(results: Results) -> Exhibit:
    names = [result.subject for result in results.subjects]
    values = [result.now.pct for result in results.subjects]
    shown = [w.percent(value) for value in values]
    spoken = w.listing([f"{value} in {name}" for name, value in zip(names, shown, strict=True)])
    return Exhibit(
        f"Proficient: {spoken}",
        f"Percent of students tested who are proficient, {w.season(results.administration, results.year)}. Axis from zero.",
        f"Bar chart of percent proficient by subject: {spoken}.",
        lambda width, height: charts.bars(names, values, shown, width, height),
    )


def _gaps(results: Results) -> Exhibit:
    subject = results.gaps[0].subject
    shown = [gap for gap in results.gaps if gap.subject == subject][:MOST_PAIRS]
    pairs = [charts.Pair(w.sentence_case(gap.group.name), gap.group.rate.pct, gap.reference.rate.pct) for gap in shown]
    low, high = shown[0].lower_and_higher
    return Exhibit(
        f"In {subject}, {low.name} are {w.points(shown[0].difference.size)} below {high.peers}",
        "Percent proficient: filled, the group named; hollow, the group it is held against (page 2). Surest gaps first; "
        "scale from 0 to 100.",
        f"Dot plot of percent proficient in {subject}. {' '.join(_in_words(gap) for gap in shown)}",
        lambda width, height: charts.dumbbells(pairs, width, height),
    )


def _in_words(gap: Gap) -> str:
    return (
        f"{w.sentence_case(gap.group.name)}: {w.percent(gap.group.rate.pct)}, against "
        f"{w.percent(gap.reference.rate.pct)} of {gap.reference.peers}."
    )


def _enrollment_by_year(facts: Facts) -> Exhibit:
    shown = facts.enrollment.by_year[-MOST_YEARS:]
    (first, before), (_, now) = shown[0], shown[-1]
    labels, values = [w.school_year_name(year) for year, _ in shown], [float(n) for _, n in shown]
    more = "as many as" if now == before else f"{w.count(abs(now - before))} {'more' if now > before else 'fewer'} than"
    return Exhibit(
        f"{w.plural(now, 'student')} on the census date, {more} in {w.school_year_name(first)}",
        "Students enrolled on the census date of each school year. Axis from zero.",
        "Column chart of students by school year: "
        + w.listing([f"{w.count(n)} in {w.school_year_name(year)}" for year, n in shown])
        + ".",
        lambda width, height: charts.columns(labels, values, [w.count(v) for v in values], width, height),
    )


def _enrollment_by_grade(facts: Facts) -> Exhibit:
    grades = facts.enrollment.by_grade
    largest, smallest = max(grades, key=lambda g: g[1]), min(grades, key=lambda g: g[1])
    labels, values = [grade.lstrip("0") for grade, _ in grades], [float(n) for _, n in grades]
    return Exhibit(
        f"{w.sentence_case(w.grade(largest[0]))} is the largest with {w.plural(largest[1], 'student')}, "
        f"{w.grade(smallest[0])} the smallest with {w.count(smallest[1])}",
        f"Students enrolled in {w.school_year_name(facts.year)}, by grade, where not hidden. Axis from zero.",
        "Column chart of students by grade: "
        + w.listing([f"{w.grade(grade)} {w.count(n)}" for grade, n in grades])
        + ".",
        lambda width, height: charts.columns(labels, values, [w.count(v) for v in values], width, height),
    )


def _ratios_by_level(facts: Facts) -> Exhibit:
    levels = facts.staffing.by_level if facts.staffing else ()
    most = max(levels, key=lambda level: level[2])
    labels, values = [level for level, _, _ in levels], [ratio for _, _, ratio in levels]
    shown = [w.decimal(value) for value in values]
    return Exhibit(
        f"Students per teacher are highest at level {most[0]}, {w.decimal(most[2])}",
        "Students per teacher FTE by level of school. Axis from zero.",
        "Bar chart of students per teacher FTE: "
        + w.listing([f"{label} {text}" for label, text in zip(labels, shown, strict=True)])
        + ".",
        lambda width, height: charts.bars(labels, values, shown, width, height),
    )
