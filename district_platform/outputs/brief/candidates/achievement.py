"""Results: the change against the year before, the surest gap between groups, the range between schools."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.extremes import named, scope
from district_platform.outputs.brief.facts import Facts, Results, SchoolFacts, SubjectResult
from district_platform.outputs.brief.finding import Evidence, Finding, Topic, weight
from district_platform.outputs.brief.gaps import surest
from district_platform.outputs.brief.spread import Spread, spread


def achievement_candidates(facts: Facts) -> Iterator[Finding]:
    """Of each subject, of the groups and of the schools; nothing without results."""
    if not facts.results:
        return
    yield from (_achievement(result, facts.results) for result in facts.results.subjects)
    yield from _largest_gap(facts.results)
    yield from _school_range(facts.schools, facts.results)


def _achievement(result: SubjectResult, results: Results) -> Finding:
    """The change where it is more than chance brings; else the level, which weighs nothing."""
    subject, when = w.subject(result.subject), w.season(results.administration, results.year)
    change = result.sure_change
    sure = change.sure(len(results.subjects)) if change else 0.0
    if not change or not sure:
        return Finding(
            Topic.ACHIEVEMENT,
            0,
            result.now.shown,
            f"of students tested in {when} are proficient in {subject}",
            f"{result.now.shown} of students are proficient in {subject}",
            "",
            Evidence.RESULTS_BY_YEAR,
        )
    verb = "rose" if change.size > 0 else "fell"
    return Finding(
        Topic.ACHIEVEMENT,
        weight(Topic.ACHIEVEMENT, sure),
        result.change.signed,
        f"points in {subject} proficiency in one year",
        f"{w.sentence_case(subject)} proficiency {verb} in the last year",
        f"In {when}, {result.now.shown} of the students tested were proficient."
        f"{w.compared_schools(result.change_basis, 'results')}",
        Evidence.RESULTS_BY_YEAR,
    )


def _largest_gap(results: Results) -> Iterator[Finding]:
    gap = surest(results.gaps)
    if gap is None:
        return
    low, high = gap.low_and_high
    yield Finding(
        Topic.GAP,
        weight(Topic.GAP, gap.sure),
        w.points(gap.points.shown),
        f"between {low} and {high} in {w.subject(gap.subject)}",
        f"{w.sentence_case(low)} are behind {high} in {w.subject(gap.subject)}",
        f"This is the gap in percent proficient, {w.season(results.administration, results.year)}, between students of the "
        "same grades. It is larger than chance would explain.",
        Evidence.GAPS,
    )


def _school_range(schools: tuple[SchoolFacts, ...], results: Results) -> Iterator[Finding]:
    for found in filter(None, (spread(schools, result.subject) for result in results.subjects)):
        if found.sure:
            yield _range(found)


def _range(found: Spread) -> Finding:
    subject = w.subject(found.subject)
    low, high = found.ends.lowest, found.ends.highest
    of_those = scope(found.schools, found.ends.are_of_all)
    begin = f"{of_those}percent proficient" if of_those else "Percent proficient"
    return Finding(
        Topic.SCHOOLS,
        weight(Topic.SCHOOLS, found.sure),
        w.points(str(found.points)),
        f"between {found.schools} in {subject} proficiency",
        f"{w.sentence_case(subject)} results differ widely between {found.schools}",
        f"{begin} runs from {low.figure.shown.rstrip('%')} at {named(low)} to {high.figure.shown.rstrip('%')} at {named(high)}.",
    )
