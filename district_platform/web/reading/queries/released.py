"""Released tables: what everybody may see, and what figures that cross schools come from.

BY_TABLE are the rows that the brief's facts are read from: of the district whole, of schools all their students. AT_PLACE are the rows
of one school, or of the district where none is chosen, with every group.
"""

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query

READERS = (Role.DISTRICT, Role.ANALYST, Role.PUBLIC, Role.PRINCIPAL, Role.COUNSELOR, Role.TEACHER)

_OF_ALL = "aggregation = 'District' or subgroup_dimension = 'All students'"
_OF_FACTS = {
    "enrollment_summary": _OF_ALL,
    "student_performance": _OF_ALL,
    "student_growth": _OF_ALL,
    "chronic_absence": "aggregation = 'District' or (subgroup_dimension = 'All students' and grade_level is null)",
    "assessment_participation": "aggregation = 'District'",
    "attendance_trend": "aggregation = 'District'",
    "equity_gaps": "aggregation = 'District'",
    "program_evaluation": "aggregation = 'District' and subgroup_dimension = 'All students'",
    "reconciliation_summary": "aggregation = 'District'",
    "staff_hours": "false",
    "customer_segments": "false",
}
_AT_PLACE = "($school is null and aggregation = 'District') or k_school = $school"


def _query(name: str, table: str, where: str) -> Query:
    released = TABLES[f"release_{table}"]
    return Query(
        f"released.{name}",
        f"select * from {table} where {where}",
        shows=dict.fromkeys(READERS, released.columns),
        order_by=released.key,
    )


BY_TABLE = {
    table.name: _query(table.name, table.name, _OF_FACTS.get(table.name, "true")) for table in tables_in(Layer.ANALYSIS)
}

AT_PLACE = {
    table: _query(f"{table}_at_place", table, _AT_PLACE)
    for table in ("chronic_absence", "attendance_trend", "student_performance", "equity_gaps", "student_growth")
}

MARKS = Query(
    "released.marks",
    " union all ".join(
        f"select '{table.name}' as table_name, suppression, count(*) as n_rows from {table.name} group by all"
        for table in tables_in(Layer.ANALYSIS)
    ),
    shows=dict.fromkeys(READERS, ("table_name", "suppression", "n_rows")),
    order_by=("table_name", "suppression"),
)
"""Rows of each table by what suppression did to them."""

QUERIES = (*BY_TABLE.values(), *AT_PLACE.values(), MARKS)
