"""Schools side by side."""

from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.absence import RATE
from district_platform.outputs.brief.exhibits.absence_charts import by_school
from district_platform.outputs.brief.release import number, records
from district_platform.web.pages.district.sights import Sight
from district_platform.web.pages.model import Cell, Chart, Column, Kind, Row, Section, Table
from district_platform.web.pages.released import told

MEASURES = (
    ("Students", "n_students_census", "on the census date"),
    ("Attendance", "pct_attendance", ""),
    ("Chronically absent", RATE, ""),
    ("Change, points", f"{RATE}_change", "of chronic absence"),
    ("Reading", "pct_proficient_reading", "proficient"),
    ("Math", "pct_proficient_math", "proficient"),
    ("Students per teacher", "students_per_teacher_fte", ""),
)


def section(sight: Sight) -> Section:
    """The schools of the latest year, those with most chronic absence first and those that are hidden last."""
    facts = sight.released.facts
    rows = records(sight.released.tables.school_comparison, school_year=facts.year)
    ranked = sorted(
        rows, key=lambda row: (number(row[RATE]) is None, -(number(row[RATE]) or 0), str(row["school_name"]))
    )
    exhibit = by_school(facts)
    table = Table(
        "schools",
        f"Schools, {w.school_year_name(facts.year)}",
        (Column("School"), Column("Level"), *(Column(name, Kind.NUMBER, note) for name, _, note in MEASURES)),
        tuple(_row(sight, row) for row in ranked),
        note="Most chronic absence first. Reading and math are those of the latest administration of the school year.",
        empty="No school has figures that can be shown.",
    )
    return Section("schools", "Schools", (), (Chart.of("schools", exhibit),) if exhibit else (), (table,))


def _row(sight: Sight, row: dict[str, Any]) -> Row:
    name = Cell(str(row["school_name"]), sight.school_link(str(row["k_school"])))
    level = row["school_level"] if isinstance(row["school_level"], str) else ""
    return (name, level, *(told(row, column, is_change="change" in column) for _, column, _ in MEASURES))
