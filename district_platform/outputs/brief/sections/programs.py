"""Programs and growth in sentences."""

from collections.abc import Sequence

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.growth import AVERAGE, SchoolGrowth
from district_platform.outputs.brief.sections.model import Paragraph


def programs(facts: Facts) -> Paragraph | None:
    """The surest of the programs in the words of its evaluation; where chance explains them all, that it does."""
    if not facts.programs:
        return None
    first, year = facts.programs[0], w.school_year_name(facts.programs[0].year)
    if first.sure_effect:
        return Paragraph(f"{first.program}, {year}.", w.typeset(first.reading))
    n, more = len(facts.programs), "more" if first.gained.size > 0 else "less"
    compared = "The one comparison" if n == 1 else f"None of the {w.spelled(n)} comparisons"
    cannot = "cannot" if n == 1 else "can"
    return Paragraph(
        f"{w.listing(sorted({effect.program for effect in facts.programs}), 3)}, {year}.",
        f"{compared} of participants with comparable students {cannot} be told from chance. Nearest to it is {first.program}: "
        f"{w.plural(first.n_participants, 'participant')} gained {w.points(first.gained.size)} {more} in {w.subject(first.subject)} "
        f"(95% interval {w.decimal(first.gained.low)} to {w.decimal(first.gained.high)}).",
    )


def growth_sentences(facts: Facts) -> list[str]:
    """The schools that surely grew more or less than the average; none without growth."""
    if not facts.growth:
        return []
    sure = [growth for growth in facts.growth if growth.sure]
    if not sure:
        return [f"No school's growth can be told from the district's average, percentile {w.decimal(AVERAGE, 0)}."]
    more, less = ([g for g in sure if (g.beyond.size > 0) is is_more] for is_more in (True, False))
    average = f"the district's average, percentile {w.decimal(AVERAGE, 0)}"
    return [
        f"Students grew {than} than {average if i == 0 else 'it'}, beyond chance, at {w.listing(_by_school(group), 2)}."
        for i, (group, than) in enumerate((group, than) for group, than in ((more, "more"), (less, "less")) if group)
    ]


def _by_school(growth: Sequence[SchoolGrowth]) -> list[str]:
    """Each school once, with its subjects."""
    subjects: dict[str, list[str]] = {}
    for g in growth:
        subjects.setdefault(g.school, []).append(f"{w.subject(g.subject)} {w.decimal(g.percentile)}")
    return [f"{w.shortened(school)} ({', '.join(sorted(named))})" for school, named in subjects.items()]
