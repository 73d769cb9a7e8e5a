"""Effects of programs on participants, and growth of students."""

from typing import Any

from district_platform.analysis.grouping import DISTRICT, SCHOOL
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.programs import growth_by_school
from district_platform.outputs.brief.exhibits.programs import programs as programs_exhibit
from district_platform.outputs.brief.growth import MEAN
from district_platform.outputs.brief.release import records
from district_platform.outputs.brief.sections import growth_sentences
from district_platform.outputs.brief.sections import programs as sentences_of
from district_platform.web.pages import groups
from district_platform.web.pages.district.sights import Sight
from district_platform.web.pages.model import Cell, Chart, Column, Kind, Row, Section, Table
from district_platform.web.pages.released import told


def evaluation(sight: Sight) -> Section:
    """Participants beside comparable students, of the latest year with a figure."""
    facts = sight.released.facts
    rows = records(sight.released.tables.program_evaluation, aggregation=DISTRICT)
    year = max((int(row["school_year"]) for row in rows), default=facts.year)
    said, exhibit = sentences_of(facts), programs_exhibit(facts)
    ordered = sorted((r for r in rows if int(r["school_year"]) == year), key=lambda r: (r["program"], r["subject"]))
    table = Table(
        "programs",
        f"Programs, {w.school_year_name(year)}: points gained beyond comparable students",
        (
            Column("Program"),
            Column("Subject"),
            Column("Measured"),
            Column("Gained beyond, points", Kind.NUMBER),
            Column("From", Kind.NUMBER, "95% interval"),
            Column("To", Kind.NUMBER, "95% interval"),
            Column("p", Kind.NUMBER),
            Column("Effect size", Kind.NUMBER),
            Column("In words"),
        ),
        tuple(_effect(row) for row in ordered),
        empty="No program can be evaluated yet: it takes results from before and after.",
    )
    charts = (Chart.of("programs", exhibit),) if exhibit else ()
    return Section("programs", "Programs", (f"{said.heading} {said.text}",) if said else (), charts, (table,))


def _effect(row: dict[str, Any]) -> Row:
    return (
        str(row["program"]),
        str(row["subject"]),
        f"{row['from_administration']} to {row['to_administration']}",
        told(row, "did_estimate", is_change=True),
        told(row, "did_ci_low", is_change=True),
        told(row, "did_ci_high", is_change=True),
        told(row, "did_p_value"),
        told(row, "effect_size", is_change=True),
        told(row, "reading"),
    )


def growth(sight: Sight) -> Section:
    """Mean growth percentiles: of schools, or of the groups of the school that is looked at."""
    facts = sight.released.facts
    exhibit = growth_by_school(facts)
    if sight.k_school is None:
        table, said = _by_school(sight), tuple(growth_sentences(facts))
        return Section("growth", "Growth", said, (Chart.of("growth", exhibit),) if exhibit else (), (table,))
    return Section("growth", "Growth", (), (), (_by_group(sight),))


_COLUMNS = (
    Column("Subject"),
    Column("Mean percentile", Kind.NUMBER),
    Column("From", Kind.NUMBER, "95% interval"),
    Column("To", Kind.NUMBER, "95% interval"),
    Column("Median", Kind.NUMBER),
    Column("Change", Kind.NUMBER, "of the mean"),
)
_NOTE = "50 is the average of students who started alike. An interval that holds 50 does not differ clearly from it."
_EMPTY = "No growth is known yet: it takes results of two years."


def _by_school(sight: Sight) -> Table:
    rows = records(sight.released.tables.student_growth, aggregation=SCHOOL)
    latest = _latest(rows)
    ordered = sorted(latest, key=lambda row: (row["subject"], str(row["school_name"])))
    return Table(
        "growth",
        f"Growth by school{_when(latest)}",
        (Column("School"), *_COLUMNS),
        tuple((Cell(str(r["school_name"]), sight.school_link(str(r["k_school"]))), *_grown(r)) for r in ordered),
        note=_NOTE,
        empty=_EMPTY,
    )


def _by_group(sight: Sight) -> Table:
    latest = _latest(records(sight.student_growth))
    ordered = sorted(latest, key=lambda row: (row["subject"], groups.order(row)))
    return Table(
        "growth",
        f"Growth by group, {sight.place}{_when(latest)}",
        (Column("Group"), *_COLUMNS),
        tuple((groups.label(row["subgroup_dimension"], row["subgroup_value"]), *_grown(row)) for row in ordered),
        note=_NOTE,
        empty=_EMPTY,
    )


def _latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the latest year and its last administration."""
    year = max((int(row["school_year"]) for row in rows), default=0)
    return [row for row in rows if int(row["school_year"]) == year]


def _when(rows: list[dict[str, Any]]) -> str:
    return f", {w.season(str(rows[0]['administration']), int(rows[0]['school_year']))}" if rows else ""


def _grown(row: dict[str, Any]) -> Row:
    return (
        str(row["subject"]),
        told(row, MEAN),
        told(row, f"{MEAN}_ci_low"),
        told(row, f"{MEAN}_ci_high"),
        told(row, "median_growth_percentile"),
        told(row, f"{MEAN}_change", is_change=True),
    )
