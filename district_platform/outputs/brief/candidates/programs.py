"""Programs and growth: who clearly gained more, or less, than comparable students."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Evidence, Finding, Topic, weight


def program_candidates(facts: Facts) -> Iterator[Finding]:
    """The program whose participants' gain is surely the farthest from that of comparable students."""
    effect = next((effect for effect in facts.programs if effect.claimed_effect), None)
    if effect is None:
        return
    more, subject = "more" if effect.gained.exact > 0 else "less", w.subject(effect.subject)
    yield Finding(
        Topic.PROGRAMS,
        weight(Topic.PROGRAMS, effect.claimed_effect),
        w.points(effect.gained.shown),
        f"{more} gained in {subject} in {effect.program}",
        f"Students in {effect.program} gained {more} in {subject} than comparable students",
        f"These are points of the test's scale, from {effect.from_administration.lower()} to "
        f"{effect.to_administration.lower()} of {w.school_year_name(effect.year)}. Students were not assigned by lot, so the "
        "program need not be the reason.",
        Evidence.PROGRAMS,
    )


def growth_candidates(facts: Facts) -> Iterator[Finding]:
    """The school and subject whose growth is surely the farthest from the average."""
    growth = next((growth for growth in facts.growth if growth.sure), None)
    if growth is None:
        return
    more = "more" if growth.beyond.size > 0 else "less"
    name, subject = w.shortened(growth.school), w.subject(growth.subject)
    yield Finding(
        Topic.GROWTH,
        weight(Topic.GROWTH, growth.sure),
        growth.mean.shown,
        f"average growth percentile in {subject} at {name}",
        f"Students at {name} grew {more} in {subject} than students who started alike",
        f"In {w.school_year_name(growth.year)}. A percentile of 50 is the district's average.",
        Evidence.GROWTH_BY_SCHOOL,
    )
