"""Charts of programs and growth: estimates with their intervals beside the line of no difference."""

from collections.abc import Sequence

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.model import Exhibit
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.growth import AVERAGE, SchoolGrowth
from district_platform.outputs.brief.programs import ProgramEffect

MOST_EFFECTS = 6
AT_EACH_END = 4


def programs(facts: Facts) -> Exhibit | None:
    """Programs and subjects, the surest difference first."""
    shown = facts.programs[:MOST_EFFECTS]
    if not shown:
        return None
    n = len(facts.programs)
    claimed = [effect for effect in facts.programs if effect.is_clear]
    rows = [
        charts.Interval(
            f"{e.program}, {w.subject(e.subject)}", e.low.value, e.gained.value or 0.0, e.high.value, e.gained.signed
        )
        for e in shown
    ]
    which = f" {w.sentence_case(w.spelled(len(shown)))} of {n} comparisons are shown." if n > len(shown) else ""
    return Exhibit(
        _claim(claimed),
        "Points of the test's scale that participants gained beyond comparable students of their schools and grades. Bars show what "
        f"chance may add or take (95% interval).{which}",
        "Dot plot of points gained beyond comparable students. "
        + " ".join(f"{e.program}, {e.subject}: {e.gained.signed} ({e.low.shown} to {e.high.shown})." for e in shown),
        charts.Intervals(rows, 0.0),
    )


def _claim(claimed: Sequence[ProgramEffect]) -> str:
    """A claim that names the programs whose participants clearly differ."""
    if not claimed:
        return "No program's difference is larger than chance would explain"
    ways = [("more", [e for e in claimed if e.gained.exact > 0]), ("less", [e for e in claimed if e.gained.exact < 0])]
    told = [
        f"{more} than comparable students in {w.listing([f'{e.program} ({w.subject(e.subject)})' for e in found], 2)}"
        for more, found in ways
        if found
    ]
    return f"Students gained {w.listing(told)}"


def growth_by_school(facts: Facts) -> Exhibit | None:
    """Schools in the subject of the surest difference, the highest first; of many, the ends."""
    if not facts.growth:
        return None
    main = facts.growth[0]
    ranked = sorted((g for g in facts.growth if g.subject == main.subject), key=lambda g: (-g.mean.exact, g.school))
    shown = ranked if len(ranked) <= 2 * AT_EACH_END else [*ranked[:AT_EACH_END], *ranked[-AT_EACH_END:]]
    which = (
        ""
        if shown == ranked
        else f" The {w.spelled(AT_EACH_END)} highest and the {w.spelled(AT_EACH_END)} lowest of {len(ranked)} schools that can be shown."
    )
    n_sure = sum(g.is_clear for g in ranked)
    schools = f"{w.sentence_case(w.spelled(n_sure))} of {w.plural(len(ranked), 'school')}"
    return Exhibit(
        f"Growth in {w.subject(main.subject)} differs clearly from the average at {schools.lower()}"
        if n_sure
        else f"Growth in {w.subject(main.subject)} differs clearly from the average at no school",
        f"Average growth percentile in {w.subject(main.subject)}, {w.school_year_name(main.year)}. The line is the district's "
        f"average; bars show what chance may add or take (95% interval).{which}",
        "Dot plot of average growth percentiles by school: "
        + w.listing([f"{g.school} {g.mean.shown}" for g in shown])
        + ".",
        charts.Intervals([_row(g) for g in shown], AVERAGE),
    )


def _row(growth: SchoolGrowth) -> charts.Interval:
    return charts.Interval(
        w.shortened(growth.school), growth.low.value, growth.mean.value or 0.0, growth.high.value, growth.mean.shown
    )
