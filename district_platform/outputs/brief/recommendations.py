"""Recommendations: each follows from a finding by a stated rule, and says who does what by when, and how to see the result.

Only actions that a superintendent can start on Monday. Data to correct is a limit of the brief (`report`), not a recommendation. If no
rule applies, there is no recommendation.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from district_platform.dictionary import Owner
from district_platform.metrics.comparisons import difference, percent_change
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.candidates.absence_findings import MUCH_ABSENCE
from district_platform.outputs.brief.candidates.enrollment import moves
from district_platform.outputs.brief.deadlines import friday
from district_platform.outputs.brief.extremes import named
from district_platform.outputs.brief.facts import Facts, Policy, Results
from district_platform.outputs.brief.gaps import surest
from district_platform.outputs.brief.spread import Spread, spread

GAP = 5.0
"""Points between groups, where the gap is larger than chance would explain."""
SPREAD = 10.0
"""Points between the lowest and the highest school, where chance does not explain all of them."""
SURE_BELOW_DISTRICT = 5.0
"""Points by which a school is below the district."""
SURE_DECLINE = 1.0
"""Points against the year before."""
ENROLLMENT_CHANGE = 2.0
"""Percent of students."""
SURE_ABOVE_OTHERS = 5.0
"""Points of chronic absence by which a school is above the district."""
WEEKDAY_SHORTFALL = 0.5
"""Points of attendance below the other weekdays: five of a thousand children more at home, every week."""
SURE_EFFECT = 0.05
"""Standard deviations of a program's difference; smaller effects are small (Kraft 2020, Educational Researcher 49)."""
MUCH_MOBILITY = 10.0
"""Late entries and early exits, in percent of students."""
CALL_LISTS = "reports/call_lists/<school_id>.csv"


class Leader(StrEnum):
    """Roles that act; those that correct data are `dictionary.Owner`."""

    SUPERINTENDENT = "Superintendent"
    PRINCIPALS = "Principals"
    ACADEMICS = "Chief academic officer"
    STUDENTS = "Student services"
    BUSINESS = Owner.BUSINESS.value.capitalize()


@dataclass(frozen=True)
class Recommendation:
    """What to do, why, who does it, by when, and how the board will see that it was done or that it helped."""

    action: str
    because: str
    owner: str
    by: str
    seen: str


Rule = Callable[[Facts, Policy, dt.date], Iterator[Recommendation]]


def recommendations(facts: Facts, policy: Policy, as_of_date: dt.date) -> tuple[Recommendation, ...]:
    """In the order of `RULES`: what concerns children this week, what concerns learning, what concerns money."""
    return tuple(found for rule in RULES for found in rule(facts, policy, as_of_date))


def call_families(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """A rate of chronic absence of MUCH_ABSENCE or more, or surely risen, in a year that runs."""
    absence = facts.absence
    if absence and absence.is_running and ((absence.now.value or 0) >= MUCH_ABSENCE or _surely_risen(facts)):
        yield Recommendation(
            f"Call the family of every student on the school's call list ({CALL_LISTS}), from the top.",
            "The list names the students who were absent most in the last weeks.",
            Leader.PRINCIPALS,
            f"First round by {friday(today)}, then every week",
            "Every row of the list has a result; the share of students chronically absent falls in the next brief.",
        )


def _surely_risen(facts: Facts) -> bool:
    change = facts.absence.sure_change if facts.absence else None
    return bool(change and change.size > 0 and change.sure() >= SURE_DECLINE)


def visit_the_most_absent_school(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """The school surely highest above the district, where that is surely SURE_ABOVE_OTHERS."""
    school = next(iter(facts.absence.schools), None) if facts.absence else None
    if school and school.sure >= SURE_ABOVE_OTHERS:
        yield Recommendation(
            f"Meet the principal of {w.shortened(school.name)}: learn what keeps students away, and agree on three steps.",
            "Its chronic absence is clearly above the district's.",
            Leader.SUPERINTENDENT,
            friday(today, 2),
            "The school's attendance by week rises; the board hears after six weeks.",
        )


def mind_the_weekday(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """Weekdays whose attendance is clearly lower than on the others, by WEEKDAY_SHORTFALL points or more."""
    days = [
        day
        for day in (facts.absence.weekdays if facts.absence else ())
        if day.sure and day.shortfall.size >= WEEKDAY_SHORTFALL
    ]
    if days:
        each = w.listing([f"{day.name}s ({day.figure.shown})" for day in days])
        yield Recommendation(
            f"Ask principals what keeps students away on {w.listing([f'{day.name}s' for day in days])}, and try one change.",
            f"Attendance is clearly lower on {each} than on the other days.",
            Leader.STUDENTS,
            friday(today, 3),
            "Attendance by weekday evens out in the next brief.",
        )


def compare_schools(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """The subject in which schools are surely the farthest apart, from SPREAD on."""
    found = widest_spread(facts)
    if found and facts.results:
        subject, low, high = w.subject(found.subject), named(found.ends.lowest), named(found.ends.highest)
        yield Recommendation(
            f"Bring the {subject} teams of {low} and {high} together; pick two practices that {low} will take over.",
            f"They have the lowest and the highest {subject} results of the {found.schools}{_shown(found)}.",
            Leader.ACADEMICS,
            friday(today, 4),
            f"{w.sentence_case(low)} is closer to the district in {_next_test(facts.results)} results.",
        )


def _shown(found: Spread) -> str:
    return "" if found.ends.are_of_all else " that can be shown"


def widest_spread(facts: Facts) -> Spread | None:
    """The subject in which the lowest and the highest school are surely the farthest apart; None under SPREAD."""
    spreads = [spread(facts.schools, result.subject) for result in (facts.results.subjects if facts.results else ())]
    sure = [found for found in spreads if found and found.sure and found.points >= SPREAD]
    return max(sure, key=lambda found: found.sure, default=None)


def support_the_lowest_school(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """The school farthest below the district where that is surely SURE_BELOW_DISTRICT, and schools are not compared already."""
    if facts.results is None or len(facts.schools) < 2 or widest_spread(facts):
        return
    below = [
        (difference(school.rates[result.subject], result.rate), school, result)
        for result in facts.results.subjects
        for school in facts.schools
        if result.rate and result.subject in school.rates
    ]
    sure = [entry for entry in below if entry[0].size < 0 and entry[0].sure(len(below)) >= SURE_BELOW_DISTRICT]
    if sure:
        _, school, result = max(sure, key=lambda entry: (entry[0].sure(len(below)), entry[1].name))
        subject = w.subject(result.subject)
        yield Recommendation(
            f"Agree with {w.shortened(school.name)} on extra {subject} time each week, and on who teaches it.",
            f"Its {subject} results are clearly below the district's.",
            Leader.ACADEMICS,
            friday(today, 4),
            f"The school is closer to the district in {_next_test(facts.results)} results.",
        )


def narrow_the_surest_gap(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """The gap between groups that is surely the largest, from GAP on."""
    gap = surest(facts.results.gaps, GAP) if facts.results else None
    if gap and facts.results:
        low, high = gap.low_and_high
        yield Recommendation(
            f"Find in each school the {low} who need help in {w.subject(gap.subject)}, and give them a place in a small group.",
            f"They are clearly behind {high}.",
            Leader.ACADEMICS,
            friday(today, 4),
            f"Schools report places filled; the gap is smaller in {_next_test(facts.results)} results.",
        )


def reverse_a_decline(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """Subjects whose rate surely fell by SURE_DECLINE."""
    for result in facts.results.subjects if facts.results else ():
        change, n = result.sure_change, len(facts.results.subjects if facts.results else ())
        if facts.results and change and change.size < 0 and change.sure(n) >= SURE_DECLINE:
            subject = w.subject(result.subject)
            yield Recommendation(
                f"Review with every principal in which grades {subject} results fell, and what will be taught again.",
                f"{w.sentence_case(subject)} proficiency is lower than a year ago.",
                Leader.ACADEMICS,
                friday(today, 4),
                f"{w.sentence_case(subject)} proficiency rises in {_next_test(facts.results)}.",
            )


def decide_on_programs(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """The program whose participants surely gained SURE_EFFECT more or less than comparable students."""
    effect = next((effect for effect in facts.programs if effect.claimed_effect >= SURE_EFFECT), None)
    if effect is None:
        return
    if effect.gained.exact > 0:
        yield Recommendation(
            f"Keep {effect.program}, and give new places by lot where more students ask than there are places.",
            f"Participants gained more in {w.subject(effect.subject)} than comparable students.",
            Leader.ACADEMICS,
            friday(today, 6),
            "With places given by lot, next year's comparison shows whether the program is the reason.",
        )
    else:
        yield Recommendation(
            f"Review {effect.program} before it is renewed: who takes part, and what they miss meanwhile.",
            f"Participants gained less in {w.subject(effect.subject)} than comparable students.",
            Leader.ACADEMICS,
            friday(today, 6),
            "The board receives a proposal to change, keep or end it.",
        )


def plan_for_enrollment(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """A change of enrollment of at least ENROLLMENT_CHANGE."""
    now, before = facts.enrollment.n_census.value, facts.enrollment.n_census_before.value
    if not now or not before:
        return
    change = percent_change(now, before)
    if abs(change) >= ENROLLMENT_CHANGE:
        more = "more" if change > 0 else "fewer"
        yield Recommendation(
            f"Redo next year's budget and staffing plan for {more} students, school by school.",
            f"There are {more} students than a year ago.",
            Leader.BUSINESS,
            friday(today, 8),
            "The draft budget shows the new numbers.",
        )


def welcome_those_who_move(facts: Facts, _policy: Policy, today: dt.date) -> Iterator[Recommendation]:
    """Late entries and early exits of MUCH_MOBILITY percent of students or more."""
    share = moves(facts)
    if share is not None and share >= MUCH_MOBILITY:
        yield Recommendation(
            "Give every student who enters during the year a placement check in the first week.",
            "Many students come and go during the year.",
            Leader.STUDENTS,
            friday(today, 4),
            "Schools report, each month, how many entered and how many were checked.",
        )


def _next_test(results: Results) -> str:
    """The administration after the one the brief speaks of, by its season: 'spring 2027'."""
    rank = results.administrations.index(results.administration) + 1
    if rank < len(results.administrations):
        return w.season(results.administrations[rank], results.year)
    return w.season(results.administrations[0], results.year + 1)


RULES: tuple[Rule, ...] = (
    call_families,
    visit_the_most_absent_school,
    compare_schools,
    narrow_the_surest_gap,
    reverse_a_decline,
    support_the_lowest_school,
    mind_the_weekday,
    decide_on_programs,
    plan_for_enrollment,
    welcome_those_who_move,
)
