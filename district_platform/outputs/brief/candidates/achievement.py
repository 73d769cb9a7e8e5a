"""Results: the change against the year before, the surest gap between groups, the range between schools."""

from collections.abc import Iterator

from district_platform.metrics.comparisons import difference
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, Results, SchoolFacts, SubjectResult
from district_platform.outputs.brief.finding import UNKNOWN, Evidence, Finding, Topic, weight
from district_platform.outputs.brief.gaps import Gap


def achievement_candidates(facts: Facts) -> Iterator[Finding]:
    """Of each subject, of the groups and of the schools; or why there is nothing to say."""
    if not facts.results:
        yield _no_results(facts)
        return
    yield from (_achievement(result, facts.results) for result in facts.results.subjects)
    yield from _largest_gap(facts.results)
    yield from _school_range(facts.schools, facts.results)


def _achievement(result: SubjectResult, results: Results) -> Finding:
    subject, when = w.subject(result.subject), w.season(results.administration, results.year)
    base = f"{w.percent(result.now.pct)} of the {w.plural(result.now.n, 'student')} tested in {when} are proficient"
    change, before = result.change, result.before
    figure, caption = w.percent(result.now.pct), f"proficient in {subject}"
    if change is None or before is None:
        headline = f"{w.percent(result.now.pct)} of students are proficient in {subject}"
        detail = f"{base}. There is no comparable figure for the year before."
        return Finding(Topic.ACHIEVEMENT, 0, figure, caption, headline, detail, Evidence.RESULTS_BY_YEAR)
    sure, comparisons = change.sure(len(results.subjects)), f"{w.percent(before.pct)} of {w.count(before.n)}"
    if not sure:
        headline = (
            f"{w.sentence_case(subject)} proficiency is {w.percent(result.now.pct)}, about where it was a year ago"
        )
        detail = f"{base}, against {comparisons} a year earlier: no more than chance could bring."
        return Finding(Topic.ACHIEVEMENT, 0, figure, caption, headline, detail, Evidence.RESULTS_BY_YEAR)
    verb = "rose" if change.size > 0 else "fell"
    headline = (
        f"{w.sentence_case(subject)} proficiency {verb} {w.round_points(change.size)}, to {w.percent(result.now.pct)}"
    )
    detail = f"{base}, against {comparisons} a year earlier."
    caption = f"points in {subject} proficiency"
    return Finding(
        Topic.ACHIEVEMENT,
        weight(Topic.ACHIEVEMENT, sure),
        w.signed(change.size),
        caption,
        headline,
        detail,
        Evidence.RESULTS_BY_YEAR,
    )


def _largest_gap(results: Results) -> Iterator[Finding]:
    gap = next((gap for gap in results.gaps if gap.sure), None)
    if gap is None:
        return
    low, high = gap.low_and_high
    n_low, n_high = (gap.n_students, gap.n_peers) if gap.points.size <= 0 else (gap.n_peers, gap.n_students)
    yield Finding(
        Topic.GAP,
        weight(Topic.GAP, gap.sure),
        w.decimal(abs(gap.points.size)),
        f"points between groups in {w.subject(gap.subject)}",
        f"{w.sentence_case(low)} are {w.round_points(gap.points.size)} behind {high} in {w.subject(gap.subject)}",
        f"Their rate of proficiency is {w.points(gap.points.size)} below that of {high} of the same grades ({w.count(n_low)} and "
        f"{w.count(n_high)} students; 95% interval {_interval(gap)}).",
        Evidence.GAPS,
    )


def _interval(gap: Gap) -> str:
    """Without signs: the sentence says who is behind."""
    return " to ".join(w.decimal(end) for end in sorted(abs(end) for end in (gap.points.low, gap.points.high)))


def _school_range(schools: tuple[SchoolFacts, ...], results: Results) -> Iterator[Finding]:
    for subject in (result.subject for result in results.subjects):
        tested = sorted((school for school in schools if subject in school.rates), key=lambda s: s.rates[subject].pct)
        if len(tested) < 2:
            continue
        low, high = tested[0], tested[-1]
        gap = difference(high.rates[subject], low.rates[subject])
        sure = gap.sure(len(tested) * (len(tested) - 1) // 2)
        if sure:
            yield Finding(
                Topic.SCHOOLS,
                weight(Topic.SCHOOLS, sure),
                w.decimal(gap.size),
                f"points between schools in {w.subject(subject)}",
                f"{w.sentence_case(w.subject(subject))} proficiency differs by {w.round_points(gap.size)} between schools",
                f"It runs from {w.percent(low.rates[subject].pct)} ({w.shortened(low.name)}) to "
                f"{w.percent(high.rates[subject].pct)} ({w.shortened(high.name)}).",
            )


def _no_results(facts: Facts) -> Finding:
    if facts.has_results:
        reason = "Results exist, but no rate for the whole district can be shown: it is hidden or has no levels."
        return Finding(
            Topic.ACHIEVEMENT, UNKNOWN, "Not shown", "proficiency", "No proficiency rate can be shown", reason
        )
    reason = "No assessment results were delivered, so proficiency, its change, and gaps between groups are not known."
    return Finding(Topic.ACHIEVEMENT, UNKNOWN, "Not supplied", "assessment results", "Achievement is not known", reason)
