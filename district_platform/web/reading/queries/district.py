"""Queries of the page District: released tables alone."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

LEADERS = (Role.DISTRICT, Role.ANALYST)

SCHOOLS = Query(
    "district.schools",
    """
    select k_school, school_name, school_level, n_students_census, n_students_census_display, pct_attendance, pct_attendance_display,
        pct_chronically_absent, pct_chronically_absent_display, pct_chronically_absent_change, pct_chronically_absent_change_display,
        suppression
    from school_comparison
    where school_year = $school_year
    """,
    shows=to(
        *LEADERS,
        columns="k_school school_name school_level n_students_census_display pct_attendance pct_attendance_display "
        "pct_chronically_absent pct_chronically_absent_display pct_chronically_absent_change_display suppression",
    ),
    order_by=("pct_chronically_absent desc nulls last", "k_school"),
)
"""A row a school, the highest chronic absence first; the order tells nothing that is hidden: hidden figures are null."""

QUERIES = (SCHOOLS,)
