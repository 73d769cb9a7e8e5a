"""Staff time within a scope: an employee's own, or everybody's for human resources. Nothing else reads these tables.

`$employee` holds the viewer's own number, or nothing. `$staff` holds 'everybody' where human resources were granted all who punch.
"""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Relation

WITH_STAFF = frozenset({Role.HR, Role.EMPLOYEE})
HR = frozenset({Role.HR})
WITH_HOURS = WITH_STAFF | {Role.KEY}
"""See hours by week; a key sees no name and no pay."""

_EMPLOYEE = Relation(
    "scoped_employee",
    """
    select k_employee, full_name, job_title, k_school, worker_type, hire_date, termination_date
    from dim_employee
    where k_employee in (select unnest($employee::varchar[])) or 'everybody' in (select unnest($staff::varchar[]))
    """,
    tables=("dim_employee",),
    roles=WITH_STAFF,
    what="employees by name, without their rate",
)
"""A row an employee. The hourly rate is not in it."""


def _of_employees(name: str, what: str, table: str, columns: str, where: str = "true") -> Relation:
    sql = f"select {columns} from {table} where k_employee in (select k_employee from scoped_employee) and {where}"
    return Relation(name, sql, tables=(table,), roles=WITH_STAFF, what=what)


_HOURS = Relation(
    "scoped_hours",
    """
    select k_employee, k_school, school_year, work_week_begin_date, n_shifts, n_days_worked, n_missing_punch_days, hours_worked,
        regular_hours, overtime_hours
    from msr_staff_weekly_hours
    where k_employee in (select unnest($employee::varchar[])) or 'everybody' in (select unnest($staff::varchar[]))
    """,
    tables=("msr_staff_weekly_hours",),
    roles=WITH_HOURS,
    what="hours by week, without pay",
)

_WEEK = _of_employees(
    "scoped_week",
    "hours by week, with the estimated pay",
    "msr_staff_weekly_hours",
    "k_employee, k_school, school_year, work_week_begin_date, n_shifts, n_days_worked, n_missing_punch_days, hours_worked, "
    "regular_hours, overtime_hours, estimated_gross_pay",
)

_SHIFT = _of_employees(
    "scoped_shift",
    "shifts, from punch to punch",
    "fct_staff_shift",
    "k_shift, k_employee, work_date, work_week_begin_date, began_dtm, ended_dtm, n_segments, break_seconds, hours_worked, is_overnight",
)

_UNPAIRED = _of_employees(
    "scoped_unpaired_punch",
    "punches whose partner is missing, or that are open",
    "fct_staff_punch",
    "punch_id, k_employee, punch_dtm, pairing",
    "pairing in ('missing out', 'missing in', 'open')",
)

_ASSIGNMENT = Relation(
    "scoped_assignment",
    """
    select employee.k_employee, assignment.k_school, assignment.begin_date, assignment.end_date, assignment.fte
    from fct_staff_assignment as assignment
    join dim_employee as employee on employee.k_educator = assignment.k_educator
    where employee.k_employee in (select k_employee from scoped_employee)
    """,
    tables=("fct_staff_assignment", "dim_employee"),
    roles=WITH_STAFF,
    what="their assignments: school, days and FTE",
)
"""A row an assignment of an employee who is an educator, too."""

_HOURS_FINDING = Relation(
    "scoped_hours_finding",
    """
    select rule_id, title, finding_key, staff_id, "date", evidence, how_to_fix
    from worklist
    where starts_with(rule_id, 'TIM-') and is_waived is not true and 'everybody' in (select unnest($staff::varchar[]))
    """,
    tables=("worklist",),
    roles=HR,
    what="open findings on punches and hours",
)

RELATIONS = (_EMPLOYEE, _HOURS, _WEEK, _SHIFT, _UNPAIRED, _ASSIGNMENT, _HOURS_FINDING)
"""In the order in which they stand on each other."""
