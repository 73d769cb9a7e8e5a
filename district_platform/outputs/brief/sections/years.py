"""The district over the years, as a table."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.release import State
from district_platform.outputs.brief.sections.model import TextTable


def years_table(facts: Facts) -> TextTable | None:
    """Measures down, school years across; a measure that is told of no year is left out. None where nothing is told."""
    years = facts.years
    if not years:
        return None
    names = [
        name
        for name in years[-1].figures
        if any(year.figures[name].state in (State.TOLD, State.RANGE) for year in years)
    ]
    rows = tuple((name, *(year.figures[name].shown.rstrip("%") for year in years)) for name in names)
    headings = [
        (f"{w.school_year_name(year.year)} so far", 48, True)
        if year.is_running
        else (w.school_year_name(year.year), 36, True)
        for year in years
    ]
    notes = (
        [f"Proficient: of those tested, {facts.results.administration.lower()} of each school year."]
        if facts.results
        else []
    )
    notes += _tested(facts)
    if years[-1].is_running and len(years) > 1:
        notes.append("A year still running does not compare with whole years.")
    return TextTable((("", 94, False), *headings), rows, " ".join(notes))


def _tested(facts: Facts) -> list[str]:
    """How many were tested, in the subjects of the latest results; of those with few, the limits tell."""
    results = facts.results
    told = (
        [r for r in results.subjects if r.participation.state in (State.TOLD, State.RANGE) and not r.has_few_tested]
        if results
        else []
    )
    shares = [f"{r.participation.shown} in {w.subject(r.subject)}" for r in told]
    return (
        [f"Of students enrolled in {w.school_year_name(results.year)}, tested: {w.listing(shares)}."]
        if results and shares
        else []
    )
