"""Recommendations: each follows from a figure by a stated rule, and names who acts. No rule fires, no recommendation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from district_platform.dictionary import Owner
from district_platform.metrics.comparisons import difference, percent_change
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.candidates.attendance import share_missed, sure_level
from district_platform.outputs.brief.facts import Facts, Policy
from district_platform.outputs.brief.report import FAILED, NEEDED, WARNED, WORDS, QualityReport, missing_extracts
from district_platform.quality.report import open_findings

SURE_GAP = 5.0
"""Points between groups, at the smaller end of the interval."""
SURE_BELOW_DISTRICT = 5.0
"""Points by which a school is below the district."""
SURE_DECLINE = 1.0
"""Points against the year before."""
ENROLLMENT_CHANGE = 2.0
"""Percent of students."""
SURE_ABOVE_OTHERS = 5.0
"""Points of chronic absence by which a school is above the others."""
WEEKDAY_SHORTFALL = 0.5
"""Points of attendance below the other weekdays: five of a thousand children more at home, every week."""
SURE_EFFECT = 0.05
"""Standard deviations of a program's difference; smaller effects are small (Kraft 2020, Educational Researcher 49)."""
MUCH_MOBILITY = 10.0
"""Late entries and early exits, in percent of students."""


class Leader(StrEnum):
    """Roles that decide; those that correct data are `dictionary.Owner`."""

    SUPERINTENDENT = "superintendent"
    ACADEMICS = "chief academic officer"
    STUDENTS = "student services"
    BUSINESS = Owner.BUSINESS.value


@dataclass(frozen=True)
class Recommendation:
    """What to do, the figure it follows from, and whose it is."""

    action: str
    because: str
    owner: str


Rule = Callable[[Facts, QualityReport, Policy], Iterator[Recommendation]]


def recommendations(facts: Facts, report: QualityReport, policy: Policy) -> tuple[Recommendation, ...]:
    """In the order of `RULES`: what blocks, what concerns children, what concerns staff, what concerns data."""
    return tuple(found for rule in RULES for found in rule(facts, report, policy))


def correct_what_failed(_facts: Facts, report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """The failed rule with the most findings."""
    yield from (_correction(rule) for rule in report.rules(FAILED)[:1])


def narrow_the_surest_gap(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """The first gap that is surely at least SURE_GAP."""
    gap = next((gap for gap in facts.results.gaps if gap.sure >= SURE_GAP), None) if facts.results else None
    if gap:
        low, high = gap.low_and_high
        yield Recommendation(
            f"Set a target for the {w.subject(gap.subject)} proficiency of {low}, and report on it after each administration.",
            f"They are {w.points(gap.points.size)} behind {high}.",
            Leader.ACADEMICS,
        )


def reverse_a_decline(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """Subjects whose rate surely fell by SURE_DECLINE."""
    for result in facts.results.subjects if facts.results else ():
        change = result.change
        if (
            change
            and change.size < 0
            and change.sure(len(facts.results.subjects if facts.results else ())) >= SURE_DECLINE
        ):
            yield Recommendation(
                f"Find out in which grades and schools {w.subject(result.subject)} results fell, before the next administration.",
                f"Proficiency is {w.points(change.size)} below the year before.",
                Leader.ACADEMICS,
            )


def support_the_lowest_school(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """The school farthest below the district, over subjects, where that is surely SURE_BELOW_DISTRICT."""
    below = [
        (difference(school.rates[result.subject], result.now), school.name, result)
        for result in (facts.results.subjects if facts.results else ())
        for school in facts.schools
        if result.subject in school.rates and len(facts.schools) > 1
    ]
    sure = [entry for entry in below if entry[0].size < 0 and entry[0].sure(len(below)) >= SURE_BELOW_DISTRICT]
    if sure:
        gap, name, result = min(sure, key=lambda entry: (entry[0].size + entry[0].margin(len(below)), entry[1]))
        yield Recommendation(
            f"With {w.shortened(name)}, agree on a plan of support in {w.subject(result.subject)}.",
            f"Its proficiency is {w.points(gap.size)} below the district's {w.percent(result.now.pct)}.",
            Leader.SUPERINTENDENT,
        )


def bring_absent_students_back(facts: Facts, _report: QualityReport, policy: Policy) -> Iterator[Recommendation]:
    """A rate that is surely at the level that is a finding in itself (`candidates.attendance.MUCH_ABSENCE`)."""
    absence = facts.absence
    if absence and sure_level(absence):
        yield Recommendation(
            f"Each month, list the students who have missed {share_missed(policy.attendance)} of their days, and have their "
            "school reach every family.",
            f"{w.percent(absence.now.pct)} of students are chronically absent.",
            Leader.STUDENTS,
        )


def help_the_most_absent_school(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """The school surely highest above the others, where that is surely SURE_ABOVE_OTHERS."""
    school = next(iter(facts.absence.schools), None) if facts.absence else None
    if school and school.sure >= SURE_ABOVE_OTHERS:
        yield Recommendation(
            f"With {w.shortened(school.name)}, find out what keeps students away, and agree on a plan of attendance.",
            f"{w.percent(school.rate.pct)} of its students are chronically absent, {w.points(school.difference.size)} more "
            f"than at {school.peers}.",
            Leader.SUPERINTENDENT,
        )


def mind_the_weekday(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """Weekdays that surely have less attendance than the others, by WEEKDAY_SHORTFALL points or more."""
    days = [
        day
        for day in (facts.absence.weekdays if facts.absence else ())
        if day.sure and day.shortfall.size >= WEEKDAY_SHORTFALL
    ]
    if days:
        worst = max(days, key=lambda day: day.shortfall.size)
        yield Recommendation(
            f"Find out what keeps students away on {w.listing([f'{day.name}s' for day in days])}, and plan with schools against it.",
            f"Attendance on {worst.name}s is {w.percent(worst.pct)}, {w.points(worst.shortfall.size)} below other days.",
            Leader.STUDENTS,
        )


def decide_on_programs(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """The program whose participants surely gained SURE_EFFECT more or less than comparable students."""
    effect = next((effect for effect in facts.programs if effect.claimed_effect >= SURE_EFFECT), None)
    if effect:
        has_gained = effect.gained.size > 0
        action = (
            f"Keep {effect.program}, and give new places by lot, so that its effect can be told from who takes part."
            if has_gained
            else f"Review {effect.program} before it is renewed: who takes part, and what they miss meanwhile."
        )
        yield Recommendation(
            action,
            f"Participants gained {w.points(effect.gained.size)} {'more' if has_gained else 'less'} in "
            f"{w.subject(effect.subject)} than comparable students.",
            Leader.ACADEMICS,
        )


def review_staffing(facts: Facts, _report: QualityReport, policy: Policy) -> Iterator[Recommendation]:
    """Schools outside the plausible bounds, and schools without any teacher."""
    if facts.staffing is None:
        return
    low, high = (w.decimal(float(bound), 0) for bound in (policy.quality.ratio_low, policy.quality.ratio_high))
    outside = facts.staffing.outside
    if outside:
        named = w.listing([f"{w.shortened(name)} ({w.decimal(ratio)})" for name, ratio in outside], most=2)
        yield Recommendation(
            f"Check teacher assignments at {named}: correct the records first, then decide on staff.",
            f"Students per teacher FTE outside {low}–{high} are rarely real.",
            Owner.HR,
        )
    if facts.staffing.without_teachers:
        yield Recommendation(
            f"Enter the teachers of {w.listing([w.shortened(name) for name in facts.staffing.without_teachers], most=2)}.",
            "Students are enrolled there, and no teacher FTE is on record.",
            Owner.HR,
        )


def plan_for_enrollment(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """A change of enrollment of at least ENROLLMENT_CHANGE."""
    enrollment = facts.enrollment
    if not enrollment.n_census or not enrollment.n_census_before or enrollment.is_before_census:
        return
    change = percent_change(enrollment.n_census, enrollment.n_census_before)
    if abs(change) >= ENROLLMENT_CHANGE:
        more = "more" if change > 0 else "fewer"
        n = abs(enrollment.n_census - enrollment.n_census_before)
        yield Recommendation(
            f"Revise next year's budget and staffing for {more} students.",
            f"{w.plural(n, 'student')} {more} than a year earlier ({w.signed(change)}%).",
            Leader.BUSINESS,
        )


def welcome_those_who_move(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """Late entries and early exits of MUCH_MOBILITY percent of students or more."""
    enrollment = facts.enrollment
    late, early = enrollment.n_entered_late, enrollment.n_exited_early
    if not enrollment.n_students or late is None or early is None or enrollment.is_before_census:
        return
    share = 100 * (late + early) / enrollment.n_students
    if share >= MUCH_MOBILITY:
        yield Recommendation(
            "Give every student who enters during the year a placement check and records from the former school.",
            f"Late entries and early exits come to {w.percent(share)} of students.",
            Leader.STUDENTS,
        )


def supply_what_is_missing(facts: Facts, _report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """Each extract the brief needs and has not."""
    for extract in missing_extracts(facts):
        yield Recommendation(
            f"Deliver {WORDS[extract.name]} ({extract.path}) with the next extracts.",
            f"Without them, {NEEDED[extract.name]} cannot be stated.",
            extract.owner,
        )


def correct_the_most_frequent(_facts: Facts, report: QualityReport, _policy: Policy) -> Iterator[Recommendation]:
    """The rule with the most findings."""
    yield from (_correction(rule) for rule in report.rules(WARNED)[:1])


def _correction(rule: dict[str, Any]) -> Recommendation:
    title = w.clause(str(rule.get("title")))[:-1]
    action = w.clause(str(rule.get("how_to_fix") or f"Correct at the source: {title}"))
    return Recommendation(
        action, f"{rule.get('rule_id')}, {title}: {w.plural(open_findings(rule), 'finding')}.", str(rule.get("owner"))
    )


RULES: tuple[Rule, ...] = (
    correct_what_failed,
    narrow_the_surest_gap,
    reverse_a_decline,
    support_the_lowest_school,
    decide_on_programs,
    bring_absent_students_back,
    help_the_most_absent_school,
    mind_the_weekday,
    review_staffing,
    plan_for_enrollment,
    welcome_those_who_move,
    supply_what_is_missing,
    correct_the_most_frequent,
)
