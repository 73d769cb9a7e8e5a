"""Staff against enrollment, by school, and the district over the years."""

from typing import Any

from district_platform.analysis.grouping import DISTRICT, SCHOOL
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.enrollment import enrollment_by_year, ratios_by_level
from district_platform.outputs.brief.missing import STAFF, reasons
from district_platform.outputs.brief.release import records
from district_platform.outputs.brief.sections import enrollment_sentences, staffing_sentences, years_table
from district_platform.web.pages.district.sights import Sight
from district_platform.web.pages.model import Cell, Chart, Column, Kind, Row, Section, Table
from district_platform.web.pages.released import told
from district_platform.web.pages.texts import from_text

MEASURES = (
    ("Students", "n_students_census", "on the census date"),
    ("Students the year before", "n_students_census_before", ""),
    ("Teachers, FTE", "teacher_fte", ""),
    ("Students per teacher", "students_per_teacher_fte", ""),
    ("Change", "students_per_teacher_fte_change", "of students per teacher"),
    ("English learners per teacher", "english_learners_per_teacher_fte", "of theirs"),
    ("Students with disability per teacher", "students_with_disability_per_teacher_fte", "of theirs"),
    ("Fully certified", "pct_teachers_fully_certified", "of teachers"),
)


def section(sight: Sight) -> Section:
    """A row a school, the district first."""
    facts, policy = sight.released.facts, sight.released.policy
    rows = records(sight.released.tables.staffing_ratios)
    year = facts.staffing.year if facts.staffing else facts.year
    latest = [row for row in rows if int(row["school_year"]) == year]
    ordered = [r for r in latest if r["aggregation"] == DISTRICT]
    ordered += sorted((r for r in latest if r["aggregation"] == SCHOOL), key=lambda r: str(r["school_name"]))
    reason = reasons(facts, sight.released.report, policy.attendance).get(STAFF)
    sentences = [reason] if reason else staffing_sentences(facts)
    made = (("enrollment", enrollment_by_year(facts)), ("levels", ratios_by_level(facts)))
    table = Table(
        "staffing",
        f"Teachers and students, {w.school_year_name(year)}",
        (Column("School"), *(Column(name, Kind.NUMBER, note) for name, _, note in MEASURES)),
        tuple(_row(sight, row) for row in ordered),
        note="Full-time equivalents (FTE). Teachers are those who teach everyone.",
        empty="No staff figures can be shown.",
    )
    return Section(
        "staffing",
        "Staff and enrollment",
        (*sentences, *enrollment_sentences(facts, policy.quality)),
        tuple(Chart.of(key, exhibit) for key, exhibit in made if exhibit),
        (table,),
    )


def _row(sight: Sight, row: dict[str, Any]) -> Row:
    is_school = row["aggregation"] == SCHOOL
    name = Cell(str(row["school_name"]), sight.school_link(str(row["k_school"]))) if is_school else "District"
    return (name, *(told(row, column, is_change="change" in column) for _, column, _ in MEASURES))


def years(sight: Sight) -> Section:
    """What is known of the district in each of three years."""
    table = years_table(sight.released.facts)
    if table is None:
        return Section("years", "The district over the years", ("No figure of the district can be shown.",))
    tables = (from_text("years", "The district by school year", table, "Figure"),)
    return Section("years", "The district over the years", (), (), tables)
