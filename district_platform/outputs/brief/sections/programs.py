"""Programs and growth in sentences."""

from collections.abc import Sequence

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Finding, Topic
from district_platform.outputs.brief.growth import SchoolGrowth
from district_platform.outputs.brief.programs import ProgramEffect
from district_platform.outputs.brief.sections.model import Paragraph


def programs(facts: Facts, told: Sequence[Finding] = ()) -> Paragraph | None:
    """Known effects of programs, without those that a finding already reports; a sentence of its own if chance may explain all of
    them.
    """
    if not facts.programs:
        return None
    year, names = w.school_year_name(facts.programs[0].year), sorted({effect.program for effect in facts.programs})
    clear = [effect for effect in facts.programs if effect.is_clear]
    sure = [
        effect for effect in clear if not _is_told(Topic.PROGRAMS, w.points(effect.gained.shown), effect.program, told)
    ]
    if clear and not sure:
        return None
    if not sure:
        return Paragraph(
            f"{w.listing(names, 3)}, {year}.",
            f"Participants gained about as much as comparable students: {_no_difference(facts.programs)}.",
        )
    heading = f"{w.listing(sorted({effect.program for effect in sure}), 3)}, {year}."
    return Paragraph(heading, " ".join([*map(_difference, sure[:2]), *_alike(sure)]))


def _is_told(topic: Topic, figure: str, caption: str, told: Sequence[Finding]) -> bool:
    """Whether a finding of the first page has this figure already."""
    return any(f.topic is topic and f.figure == figure and caption in f.caption for f in told)


def _no_difference(effects: Sequence[ProgramEffect]) -> str:
    what = "the difference" if len(effects) == 1 else f"no difference in {w.spelled(len(effects))} comparisons"
    return f"{what} is {'no ' if len(effects) == 1 else ''}larger than chance would explain"


def _difference(effect: ProgramEffect) -> str:
    more = "more" if effect.gained.exact > 0 else "less"
    return (
        f"From {effect.from_administration.lower()} to {effect.to_administration.lower()}, participants of {effect.program} gained "
        f"{w.points(effect.gained.shown)} {more} in {w.subject(effect.subject)} than comparable students."
    )


def _alike(sure: Sequence[ProgramEffect]) -> list[str]:
    """What the design cannot show, in one sentence."""
    if any(not effect.is_alike for effect in sure):
        return ["Participants and the others began too differently, or too many left, to credit the program."]
    return ["They were not assigned by lot, so the program need not be the reason."]


def growth_sentences(facts: Facts, told: Sequence[Finding] = ()) -> list[str]:
    """Schools that clearly grew more or less than the average, without those that a finding already reports; empty if there are none."""
    clear = [growth for growth in facts.growth if growth.is_clear]
    sure = [
        g
        for g in clear
        if not _is_told(Topic.GROWTH, g.mean.shown, f"{w.subject(g.subject)} at {w.shortened(g.school)}", told)
    ]
    ways = (("more", [g for g in sure if g.beyond.size > 0]), ("less", [g for g in sure if g.beyond.size < 0]))
    return [
        f"Students grew clearly {more} than those who started alike at {w.listing(_by_school(group), 2)}."
        for more, group in ways
        if group
    ]


def _by_school(growth: Sequence[SchoolGrowth]) -> list[str]:
    """Each school once, with its subjects."""
    subjects: dict[str, list[str]] = {}
    for g in growth:
        subjects.setdefault(g.school, []).append(f"{w.subject(g.subject)}, percentile {g.mean.shown}")
    return [f"{w.shortened(school)} ({'; '.join(sorted(named))})" for school, named in subjects.items()]
