"""Charts of results: proficiency by year or by subject, and gaps between groups."""

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.model import MOST_YEARS, Exhibit
from district_platform.outputs.brief.facts import Facts, Results, SubjectResult
from district_platform.outputs.brief.gaps import OTHERS, Gap

MOST_GAPS = 6
MOST_LINES = 2


def results_by_year(facts: Facts) -> Exhibit | None:
    """Proficiency over the years; of a single year, by subject."""
    if facts.results is None:
        return None
    return _trend(facts.results) if _years(facts.results) else _subjects(facts.results)


def gaps(facts: Facts) -> Exhibit | None:
    """The surest gaps, in the subject of the first."""
    return _gaps(facts.results) if facts.results and facts.results.gaps else None


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
    shown = [gap for gap in results.gaps if gap.subject == subject][:MOST_GAPS]
    rows = [
        charts.Interval(_against(gap), gap.points.low, gap.points.size, gap.points.high, w.signed(gap.points.size))
        for gap in shown
    ]
    low, high = shown[0].low_and_high
    return Exhibit(
        f"In {w.subject(subject)} proficiency, {low} are {w.points(shown[0].points.size)} behind {high}",
        f"Points of proficiency below (left) or above the group compared with, in the same grades, "
        f"{w.season(results.administration, results.year)}; bars are 95% intervals, the line is no gap. Surest first.",
        f"Dot plot of gaps in {w.subject(subject)} proficiency, in points. {' '.join(_in_words(gap) for gap in shown)}",
        lambda width, height: charts.intervals(rows, 0.0, width, height),
    )


def _against(gap: Gap) -> str:
    """The group, and whom it is compared with where that is not all others."""
    name = w.sentence_case(gap.name)
    return name if gap.peers == OTHERS else f"{name}, beside {gap.peers}"


def _in_words(gap: Gap) -> str:
    return (
        f"{w.sentence_case(gap.name)} beside {gap.peers}: {w.signed(gap.points.size)} "
        f"({w.decimal(gap.points.low)} to {w.decimal(gap.points.high)})."
    )
