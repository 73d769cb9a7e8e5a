"""Charts of results: proficiency by year or by subject, and gaps between groups."""

from collections.abc import Sequence
from decimal import Decimal

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.model import MOST_YEARS, Exhibit
from district_platform.outputs.brief.facts import Facts, Results, SubjectResult
from district_platform.outputs.brief.gaps import OTHERS, Gap, surest

MOST_GAPS = 6
MOST_LINES = 2


def results_by_year(facts: Facts) -> Exhibit | None:
    """Proficiency over the years; of a single year, by subject."""
    if facts.results is None:
        return None
    return _trend(facts.results) if len(_years(facts.results)) > 1 else _subjects(facts.results)


def gaps(facts: Facts) -> Exhibit | None:
    """The largest gaps, in the subject of the surest."""
    return _gaps(facts.results) if facts.results and facts.results.gaps else None


def _years(results: Results) -> list[int]:
    """Years with results of the same administration, hidden or not."""
    shown = results.subjects[:MOST_LINES]
    return sorted({year for r in shown for year, told in r.trend if told.is_told or told.is_withheld})[-MOST_YEARS:]


def _trend(results: Results) -> Exhibit:
    years = _years(results)
    shown = results.subjects[:MOST_LINES]
    series = [charts.Series(r.subject, tuple(dict(r.trend).get(year) for year in years)) for r in shown]
    words = "; ".join(
        f"{r.subject}: "
        + ", ".join(f"{told.shown} in {w.school_year_name(year)}" for year, told in r.trend if year in years)
        for r in shown
    )
    return Exhibit(
        _trend_claim(shown, years),
        f"Percent of students tested who are proficient, {results.administration.lower()} of each school year.{_gap_note(series)}",
        f"Line chart of percent proficient by school year. {words}.",
        charts.Lines(series, [w.school_year_name(y) for y in years]),
    )


def _trend_claim(shown: Sequence[SubjectResult], years: Sequence[int]) -> str:
    """Where proficiency went between the first and the last year, where both are told of every subject drawn."""
    ends = [(r.subject, dict(r.trend).get(years[0]), dict(r.trend).get(years[-1])) for r in shown]
    apart = [
        (w.subject(subject), now.exact - then.exact)
        for subject, then, now in ends
        if then and now and then.is_told and now.is_told
    ]
    if len(apart) < len(shown):
        return f"Proficiency since {w.school_year_name(years[0])}"
    parts = [f"{subject} proficiency {_moved(size)}" for subject, size in apart]
    return f"Since {w.school_year_name(years[0])}, {w.listing(parts)}"


def _moved(size: Decimal) -> str:
    if size == 0:
        return "has not changed"
    return f"{'rose' if size > 0 else 'fell'} {w.points(str(abs(size)))}"


def _gap_note(series: Sequence[charts.Series]) -> str:
    is_hidden = any(figure and figure.is_withheld for line in series for figure in line.figures)
    return " A year without a point is hidden or told as a range." if is_hidden else ""


def _subjects(results: Results) -> Exhibit:
    names = [result.subject for result in results.subjects]
    figures = [result.now for result in results.subjects]
    spoken = w.listing([f"{figure.shown} in {name}" for name, figure in zip(names, figures, strict=True)])
    return Exhibit(
        "Students proficient, by subject",
        f"Percent of students tested who are proficient, {w.season(results.administration, results.year)}.",
        f"Bar chart of percent proficient by subject: {spoken}.",
        charts.Bars(names, figures),
    )


def _gaps(results: Results) -> Exhibit:
    main = surest(results.gaps) or results.gaps[0]
    of_subject = [gap for gap in results.gaps if gap.subject == main.subject]
    shown = of_subject[:MOST_GAPS]
    withheld = [gap for gap in results.gaps_withheld if gap.subject == main.subject]
    drawn = [*shown, *withheld[: MOST_GAPS - len(shown)]]
    rows = [
        charts.Interval(_against(gap), gap.low.value, gap.points.value, gap.high.value, gap.points.signed)
        for gap in drawn
    ]
    return Exhibit(
        _gap_claim(main, of_subject),
        f"Points of percent proficient in {w.subject(main.subject)} below (left) or above the group compared with, in the same "
        f"grades, {w.season(results.administration, results.year)}, largest gaps first. Bars show what chance may add or take "
        f"(95% interval).{_left_out(len(of_subject), len(shown), len(withheld), main.subject)}",
        f"Dot plot of gaps in {w.subject(main.subject)} proficiency, in points. {' '.join(map(_in_words, drawn))}",
        charts.Intervals(rows, 0.0),
    )


def _gap_claim(main: Gap, of_subject: list[Gap]) -> str:
    n_sure = sum(gap.is_clear for gap in of_subject)
    if not n_sure:
        return f"No gap in {w.subject(main.subject)} is larger than chance would explain"
    are = "gap in {} is" if n_sure == 1 else "gaps in {} are"
    n = w.sentence_case(w.spelled(n_sure))
    return f"{n} {are.format(w.subject(main.subject))} larger than chance would explain"


def _left_out(n: int, n_shown: int, n_withheld: int, subject: str) -> str:
    """What the chart has no room for, and what is hidden."""
    texts = [f" The {w.spelled(n_shown)} largest of {n} gaps are shown."] if n > n_shown else []
    if n_withheld:
        texts.append(f" {w.plural(n_withheld, 'gap')} in {w.subject(subject)} {w.is_or_are(n_withheld)} hidden.")
    return "".join(texts)


def _against(gap: Gap) -> str:
    """The group, and whom it is compared with where that is not all others."""
    name = w.sentence_case(gap.name)
    return name if gap.peers == OTHERS else f"{name}, compared with {gap.peers}"


def _in_words(gap: Gap) -> str:
    interval = f" ({gap.low.shown} to {gap.high.shown})" if gap.low.is_told and gap.high.is_told else ""
    return f"{w.sentence_case(gap.name)} compared with {gap.peers}: {gap.points.signed}{interval}."
