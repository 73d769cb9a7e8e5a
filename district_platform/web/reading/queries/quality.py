"""Queries of the page Quality: a steward's own rules and what they found, by id."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

RULES = Query(
    "quality.rules",
    """
    select rule_id, count(*) as n_listed, count(*) filter (not is_waived) as n_open,
        count(distinct school_id) filter (not is_waived) as n_schools
    from scoped_finding
    group by all
    """,
    shows=to(Role.STEWARD, columns="rule_id n_listed n_open n_schools"),
    order_by=("rule_id",),
)

WORKLIST = Query(
    "quality.worklist",
    "select * from scoped_finding where rule_id = $rule and ($school is null or school_id = $school)",
    shows=to(
        Role.STEWARD,
        columns="rule_id finding_key student_id staff_id school_id date value_expected evidence how_to_fix is_waived",
    ),
    order_by=("is_waived", "finding_key"),
)
"""The findings of one rule, open ones first."""

QUERIES = (RULES, WORKLIST)
