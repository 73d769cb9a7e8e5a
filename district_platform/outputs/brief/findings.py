"""Findings: what the figures say, the largest and surest first, at most one a topic.

Each candidate has a `weight`: the smallest size its 95 % interval allows, divided by the size that deserves a board's attention
(`YARDSTICKS`). What cannot be told from chance weighs nothing, and is at most reported as a level.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.estimates import difference, growth
from district_platform.outputs.brief.facts import Facts, Results, SchoolFacts, SubjectResult
from district_platform.settings import Quality


class Topic(IntEnum):
    """What a finding is about; the order breaks ties."""

    ACHIEVEMENT = 1
    GAP = 2
    ENROLLMENT = 3
    STAFFING = 4
    SCHOOLS = 5
    MOBILITY = 6


YARDSTICKS: dict[Topic, float] = {
    Topic.ACHIEVEMENT: 3.0,
    Topic.GAP: 10.0,
    Topic.ENROLLMENT: 3.0,
    Topic.STAFFING: 25.0,
    Topic.SCHOOLS: 30.0,
    Topic.MOBILITY: 10.0,
}
"""The size of each that weighs 1: points of proficiency (change, gap, range between schools), percent of students (change), percent of
schools outside the bounds, percent of students (late entries and early exits; below the stick they weigh nothing: some moving is
normal). Schools differ by nature, hence their longer stick."""

STEADY = 0.5
"""Percent of students: a smaller change of enrollment is no change."""
N_KEY_FINDINGS = 3
UNKNOWN = -1.0
"""Weight of 'there is no such figure': said only where nothing else is left to say."""


@dataclass(frozen=True)
class Finding:
    """A statement with its numbers. `headline` could be the brief's title; `figure` is its number, `caption` says of what."""

    topic: Topic
    weight: float
    figure: str
    caption: str
    headline: str
    detail: str


def key_findings(facts: Facts, quality: Quality) -> tuple[Finding, ...]:
    """Three findings, the one with the most weight first; each topic once."""
    best: dict[Topic, Finding] = {}
    for finding in candidates(facts, quality):
        if finding.topic not in best or finding.weight > best[finding.topic].weight:
            best[finding.topic] = finding
    ordered = sorted(best.values(), key=lambda finding: (-finding.weight, finding.topic))
    return tuple(ordered[:N_KEY_FINDINGS])


def title(findings: tuple[Finding, ...]) -> str:
    """The sentence over the brief: the first finding, or that there is too little to find anything in."""
    if all(finding.weight == UNKNOWN for finding in findings):
        return "Too little can be shown to state a finding"
    return findings[0].headline


def candidates(facts: Facts, quality: Quality) -> Iterator[Finding]:
    """Every finding the figures allow."""
    if facts.results:
        yield from (_achievement(result, facts.results) for result in facts.results.subjects)
        yield from _largest_gap(facts.results)
        yield from _school_range(facts.schools, facts.results)
    else:
        yield _no_results(facts)
    yield from _enrollment(facts, quality)
    yield from _mobility(facts, quality)
    yield from _staffing(facts, quality)


def _weight(topic: Topic, sure: float) -> float:
    return sure / YARDSTICKS[topic]


def _achievement(result: SubjectResult, results: Results) -> Finding:
    subject, when = result.subject, w.season(results.administration, results.year)
    base = f"{w.percent(result.now.pct)} of the {w.plural(result.now.n, 'student')} tested in {when} are proficient"
    change, before = result.change, result.before
    figure, caption = w.percent(result.now.pct), f"proficient in {subject}"
    if change is None or before is None:
        headline = f"{w.percent(result.now.pct)} of students are proficient in {subject}"
        detail = f"{base}. There is no comparable figure for the year before."
        return Finding(Topic.ACHIEVEMENT, 0, figure, caption, headline, detail)
    sure, comparisons = change.sure(len(results.subjects)), f"{w.percent(before.pct)} of {w.count(before.n)}"
    if not sure:
        headline = f"{subject} proficiency is {w.percent(result.now.pct)}, about where it was a year ago"
        detail = f"{base}, against {comparisons} a year earlier: no more than chance could bring."
        return Finding(Topic.ACHIEVEMENT, 0, figure, caption, headline, detail)
    verb = "rose" if change.size > 0 else "fell"
    headline = f"{subject} proficiency {verb} {w.points(change.size)}, to {w.percent(result.now.pct)}"
    detail = f"{base}, against {comparisons} a year earlier."
    caption = f"points in {subject} proficiency"
    return Finding(
        Topic.ACHIEVEMENT, _weight(Topic.ACHIEVEMENT, sure), w.signed(change.size), caption, headline, detail
    )


def _largest_gap(results: Results) -> Iterator[Finding]:
    gap = next((gap for gap in results.gaps if gap.sure), None)
    if gap is None:
        return
    low, high = gap.lower_and_higher
    size = w.points(gap.difference.size)
    yield Finding(
        Topic.GAP,
        _weight(Topic.GAP, gap.sure),
        w.decimal(abs(gap.difference.size)),
        f"points between groups in {gap.subject}",
        f"{gap.subject} proficiency of {low.name} is {size} below that of {high.peers}",
        f"{w.percent(low.rate.pct)} of {w.count(low.rate.n)} {low.name} are proficient, against "
        f"{w.percent(high.rate.pct)} of {w.count(high.rate.n)} {high.peers}.",
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
                _weight(Topic.SCHOOLS, sure),
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


def _enrollment(facts: Facts, quality: Quality) -> Iterator[Finding]:
    enrollment, year = facts.enrollment, w.school_year_name(facts.year)
    n, before = enrollment.n_census, enrollment.n_census_before
    if n is None or not n:
        yield _enrollment_level(facts)
        return
    students, on = w.plural(n, "student"), w.day_of_year(quality.census_month, quality.census_day)
    if before is None or not before or enrollment.is_before_census:
        yield _enrollment_level(facts)
        return
    change = growth(n, before)
    detail = f"{students} {w.was_or_were(n)} enrolled on {on} of {year}, against {w.count(before)} a year earlier."
    if abs(change) < STEADY:
        headline = f"Enrollment is steady at {students}"
        yield Finding(Topic.ENROLLMENT, 0, w.count(n), f"students on {on}", headline, detail)
        return
    yield Finding(
        Topic.ENROLLMENT,
        _weight(Topic.ENROLLMENT, abs(change)),
        f"{w.signed(change)}%",
        "students against a year earlier",
        f"Enrollment {'grew' if change > 0 else 'fell'} {w.percent(abs(change))}, to {students}",
        detail,
    )


def _enrollment_level(facts: Facts) -> Finding:
    enrollment, year = facts.enrollment, w.school_year_name(facts.year)
    if not enrollment.n_students:
        state = "hidden" if enrollment.is_hidden else "not known"
        detail = f"The number of students of {year} is {state}, and with it every change in it."
        return Finding(Topic.ENROLLMENT, UNKNOWN, w.sentence_case(state), "students", f"Enrollment is {state}", detail)
    students = w.plural(enrollment.n_students, "student")
    so_far = " so far" if enrollment.is_before_census else ""
    compared = "The census date is still to come" if so_far else "There is no comparable figure for the year before"
    return Finding(
        Topic.ENROLLMENT,
        0,
        w.count(enrollment.n_students),
        "student enrolled" if enrollment.n_students == 1 else "students enrolled",
        f"{students} enrolled{so_far} in {year}",
        f"{students} {w.was_or_were(enrollment.n_students)} enrolled in {year}{so_far}. {compared}.",
    )


def _mobility(facts: Facts, quality: Quality) -> Iterator[Finding]:
    enrollment = facts.enrollment
    n, late, early = enrollment.n_students, enrollment.n_entered_late, enrollment.n_exited_early
    if not n or late is None or early is None or enrollment.is_before_census:
        return
    moves = 100 * (late + early) / n
    on = w.day_of_year(quality.census_month, quality.census_day)
    yield Finding(
        Topic.MOBILITY,
        _weight(Topic.MOBILITY, moves) if moves >= YARDSTICKS[Topic.MOBILITY] else 0,
        w.count(late + early),
        "late entry or early exit" if late + early == 1 else "late entries and early exits",
        f"Late entries and early exits come to {w.percent(moves)} of {w.plural(n, 'student')}",
        f"{w.plural(late, 'student')} ({w.percent(100 * late / n)}) first entered after {on}; {w.count(early)} "
        f"({w.percent(100 * early / n)}) left before the last school day.",
    )


def _staffing(facts: Facts, quality: Quality) -> Iterator[Finding]:
    staffing = facts.staffing
    if staffing is None:
        yield no_staffing(facts)
        return
    base = (
        f"{w.decimal(staffing.ratio)} students per teacher FTE in {w.school_year_name(staffing.year)}: "
        f"{w.plural(staffing.n_teachers, 'teacher')}, {w.decimal(staffing.teacher_fte)} FTE."
    )
    if not staffing.outside:
        headline = f"There are {w.decimal(staffing.ratio)} students for each full-time teacher"
        yield Finding(Topic.STAFFING, 0, w.decimal(staffing.ratio), "students per teacher FTE", headline, base)
        return
    n, bounds = (
        len(staffing.outside),
        f"{w.decimal(float(quality.ratio_low), 0)}–{w.decimal(float(quality.ratio_high), 0)}",
    )
    has = "has" if n == 1 else "have"
    name, ratio = staffing.outside[0]
    yield Finding(
        Topic.STAFFING,
        _weight(Topic.STAFFING, 100 * n / staffing.n_schools),
        f"{n} of {staffing.n_schools}",
        f"{'school' if staffing.n_schools == 1 else 'schools'} outside {bounds} students per teacher FTE",
        f"{w.sentence_case(w.spelled(n))} of {w.plural(staffing.n_schools, 'school')} {has} a number of students per "
        f"teacher outside {bounds}",
        f"Farthest out: {w.shortened(name)}, {w.decimal(ratio)}. The district as a whole: {base}",
    )


def no_staffing(facts: Facts) -> Finding:
    """Why nothing can be said about staff."""
    if facts.has_staff:
        reason = "Staff were delivered, but no ratio for the whole district can be shown."
        return Finding(
            Topic.STAFFING, UNKNOWN, "Not shown", "students per teacher", "No staffing ratio can be shown", reason
        )
    reason = "No staff assignments with teacher FTE were delivered, so students per teacher are not known."
    return Finding(Topic.STAFFING, UNKNOWN, "Not supplied", "staff assignments", "Staffing is not known", reason)
