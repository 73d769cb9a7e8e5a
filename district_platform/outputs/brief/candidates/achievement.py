"""Results: the change against the year before, the surest gap between groups, the range between schools."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.estimates import difference
from district_platform.outputs.brief.facts import Facts, Results, SchoolFacts, SubjectResult
from district_platform.outputs.brief.finding import UNKNOWN, Evidence, Finding, Topic, weight


def achievement_candidates(facts: Facts) -> Iterator[Finding]:
    """Of each subject, of the groups and of the schools; or why there is nothing to say."""
    if not facts.results:
        yield _no_results(facts)
        return
    yield from (_achievement(result, facts.results) for result in facts.results.subjects)
    yield from _largest_gap(facts.results)
    yield from _school_range(facts.schools, facts.results)


def _achievement(result: SubjectResult, results: Results) -> Finding:
    subject, when = result.subject, w.season(results.administration, results.year)
    base = f"{w.percent(result.now.pct)} of the {w.plural(result.now.n, 'student')} tested in {when} are proficient"
    change, before = result.change, result.before
    figure, caption = w.percent(result.now.pct), f"proficient in {subject}"
    if change is None or before is None:
        headline = f"{w.percent(result.now.pct)} of students are proficient in {subject}"
        detail = f"{base}. There is no comparable figure for the year before."
        return Finding(Topic.ACHIEVEMENT, 0, figure, caption, headline, detail, Evidence.RESULTS_BY_YEAR)
    sure, comparisons = change.sure(len(results.subjects)), f"{w.percent(before.pct)} of {w.count(before.n)}"
    if not sure:
        headline = f"{subject} proficiency is {w.percent(result.now.pct)}, about where it was a year ago"
        detail = f"{base}, against {comparisons} a year earlier: no more than chance could bring."
        return Finding(Topic.ACHIEVEMENT, 0, figure, caption, headline, detail, Evidence.RESULTS_BY_YEAR)
    verb = "rose" if change.size > 0 else "fell"
    headline = f"{subject} proficiency {verb} {w.points(change.size)}, to {w.percent(result.now.pct)}"
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
    low, high = gap.lower_and_higher
    size = w.points(gap.difference.size)
    yield Finding(
        Topic.GAP,
        weight(Topic.GAP, gap.sure),
        w.decimal(abs(gap.difference.size)),
        f"points between groups in {gap.subject}",
        f"{gap.subject} proficiency of {low.name} is {size} below that of {high.peers}",
        f"{w.percent(low.rate.pct)} of {w.count(low.rate.n)} {low.name} are proficient, against "
        f"{w.percent(high.rate.pct)} of {w.count(high.rate.n)} {high.peers}.",
        Evidence.GAPS,
    )


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
                f"points between schools in {subject}",
                f"{subject} proficiency differs by {w.points(gap.size)} between schools",
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
