"""Programs and growth: who surely gained more, or less, than students who are otherwise alike."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Evidence, Finding, Topic, weight


def program_candidates(facts: Facts) -> Iterator[Finding]:
    """The program whose participants' gain is surely the farthest from that of comparable students."""
    effect = next((effect for effect in facts.programs if effect.claimed_effect), None)
    if effect is None:
        return
    more = "more" if effect.gained.size > 0 else "less"
    size, subject = w.round_points(effect.gained.size), w.subject(effect.subject)
    low, high = (w.decimal(end) for end in (effect.gained.low, effect.gained.high))
    yield Finding(
        Topic.PROGRAMS,
        weight(Topic.PROGRAMS, effect.claimed_effect),
        w.decimal(abs(effect.gained.size)),
        f"points {more} gained in {subject} than by comparable students",
        f"Students in {effect.program} gained {size} {more} in {subject} than comparable students",
        f"{w.plural(effect.n_participants, 'participant')}, from {effect.from_administration.lower()} to "
        f"{effect.to_administration.lower()} of {w.school_year_name(effect.year)}; 95% interval {low} to {high}. They were not "
        "assigned by chance: the program need not be the reason.",
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
        w.decimal(growth.percentile),
        f"mean growth percentile in {subject} at {name}",
        f"Students at {name} grew {more} in {subject} than students who started alike",
        f"Of {w.plural(growth.n_students, 'student')} in {w.school_year_name(growth.year)}; 50 is the district's average.",
        Evidence.GROWTH_BY_SCHOOL,
    )
