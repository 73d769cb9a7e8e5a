"""Charts of programs and growth: estimates with their intervals beside the line of no difference."""

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.model import Exhibit
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.growth import AVERAGE, SchoolGrowth

MOST_EFFECTS = 6
AT_EACH_END = 4


def programs(facts: Facts) -> Exhibit | None:
    """Programs and subjects, the surest difference first."""
    shown = facts.programs[:MOST_EFFECTS]
    if not shown:
        return None
    first = shown[0]
    rows = [
        charts.Interval(
            f"{e.program}, {e.subject}", e.gained.low, e.gained.size, e.gained.high, w.signed(e.gained.size)
        )
        for e in shown
    ]
    return Exhibit(
        f"In {w.subject(first.subject)}, students in {first.program} gained {w.points(first.gained.size)} "
        f"{'more' if first.gained.size > 0 else 'less'} than comparable students",
        "Points of the scale gained beyond comparable students of the same schools and grades; bars are 95% intervals, the line "
        "is no difference.",
        "Dot plot of points gained beyond comparable students. "
        + " ".join(
            f"{e.program}, {e.subject}: {w.signed(e.gained.size)} ({w.decimal(e.gained.low)} to {w.decimal(e.gained.high)})."
            for e in shown
        ),
        lambda width, height: charts.intervals(rows, 0.0, width, height),
    )


def growth_by_school(facts: Facts) -> Exhibit | None:
    """Schools in the subject of the surest difference, the highest first; of many, the ends."""
    if not facts.growth:
        return None
    main = facts.growth[0]
    ranked = sorted((g for g in facts.growth if g.subject == main.subject), key=lambda g: (-g.percentile, g.school))
    shown = ranked if len(ranked) <= 2 * AT_EACH_END else [*ranked[:AT_EACH_END], *ranked[-AT_EACH_END:]]
    which = (
        "" if shown == ranked else f" The {AT_EACH_END} highest and the {AT_EACH_END} lowest of {len(ranked)} schools."
    )
    return Exhibit(
        f"Growth in {w.subject(main.subject)} at {w.shortened(main.school)} is at percentile {w.decimal(main.percentile)}; 50 is "
        "average",
        f"Mean growth percentile in {w.subject(main.subject)}, {w.school_year_name(main.year)}; bars are 95% intervals, the line is "
        f"the district's average.{which}",
        "Dot plot of mean growth percentiles by school: "
        + w.listing([f"{g.school} {w.decimal(g.percentile)}" for g in shown])
        + ".",
        lambda width, height: charts.intervals([_row(g) for g in shown], AVERAGE, width, height),
    )


def _row(growth: SchoolGrowth) -> charts.Interval:
    low, high = (AVERAGE + end for end in (growth.beyond.low, growth.beyond.high))
    return charts.Interval(w.shortened(growth.school), low, growth.percentile, high, w.decimal(growth.percentile))
