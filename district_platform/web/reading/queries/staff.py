"""Queries of the page Staff hours: of human resources, over everybody who punches."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

WEEKS = Query(
    "staff.weeks",
    """
    select week.k_employee, employee.full_name, employee.job_title, employee.k_school, school.school_name,
        count(*) as n_weeks, count(*) filter (week.overtime_hours > 0) as n_weeks_over, max(week.hours_worked) as most_hours,
        sum(week.hours_worked) as hours_worked, sum(week.overtime_hours) as overtime_hours,
        sum(week.n_missing_punch_days) as n_missing_punch_days, sum(week.estimated_gross_pay) as estimated_gross_pay
    from scoped_week as week
    join scoped_employee as employee on employee.k_employee = week.k_employee
    left join dim_school as school on school.k_school = employee.k_school
    where week.work_week_begin_date between $first_date and $last_date and ($school is null or employee.k_school = $school)
    group by all
    """,
    shows=to(
        Role.HR,
        columns="k_employee full_name job_title school_name n_weeks n_weeks_over most_hours hours_worked overtime_hours "
        "n_missing_punch_days estimated_gross_pay",
    ),
    order_by=("overtime_hours desc", "hours_worked desc", "k_employee"),
)
"""A row an employee at work in the weeks that begin between two dates."""

TREND = Query(
    "staff.trend",
    """
    select week.work_week_begin_date, count(*) as n_employees, sum(week.hours_worked) as hours_worked,
        sum(week.overtime_hours) as overtime_hours, sum(week.n_missing_punch_days) as n_missing_punch_days
    from scoped_week as week
    join scoped_employee as employee on employee.k_employee = week.k_employee
    where week.work_week_begin_date between $first_date and $last_date and ($school is null or employee.k_school = $school)
    group by all
    """,
    shows=to(Role.HR, columns="work_week_begin_date n_employees hours_worked overtime_hours n_missing_punch_days"),
    order_by=("work_week_begin_date",),
)
"""A row a work week with work, of everybody together."""

LATEST_WEEK = Query(
    "staff.latest_week",
    "select max(work_week_begin_date) as latest, max(work_week_begin_date) filter (work_week_begin_date + 7 <= $as_of_date) as whole "
    "from scoped_week",
    shows=to(Role.HR, columns="latest whole"),
)
"""The first day of the latest week with work, and of the latest that is over."""


def _unpaired(name: str, which: str) -> Query:
    """The punches without a partner that `which` says, of a school or of all, with whose they are, the latest first."""
    return Query(
        name,
        f"""
    select punch.k_employee, employee.full_name, employee.job_title, school.school_name, punch.punch_dtm, punch.pairing
    from scoped_unpaired_punch as punch
    join scoped_employee as employee on employee.k_employee = punch.k_employee
    left join dim_school as school on school.k_school = employee.k_school
    where {which} and ($school is null or employee.k_school = $school)
    """,
        shows=to(Role.HR, columns="k_employee full_name job_title school_name punch_dtm pairing"),
        order_by=("punch_dtm desc", "k_employee"),
    )


MISSING = _unpaired(
    "staff.missing", "punch.pairing <> 'open' and punch.punch_dtm::date between $first_date and $last_date"
)
"""Punches that miss their partner."""

PEOPLE = Query(
    "staff.people",
    """
    select employee.k_employee, employee.full_name, employee.job_title, school.school_name
    from scoped_employee as employee
    left join dim_school as school on school.k_school = employee.k_school
    where coalesce(employee.termination_date >= $as_of_date, true)
        and ($school is null or employee.k_school = $school)
    """,
    shows=to(Role.HR, columns="k_employee full_name job_title school_name"),
    order_by=("k_employee",),
)
"""Whom the store of punches may be asked about."""

OPEN = _unpaired("staff.open", "punch.pairing = 'open'")
"""Shifts that went on when the publication was made."""

FINDINGS = Query(
    "staff.findings",
    """
    select finding.rule_id, finding.title, finding.finding_key, finding.staff_id, finding."date", finding.evidence, finding.how_to_fix,
        employee.k_employee, employee.full_name
    from scoped_hours_finding as finding
    left join scoped_employee as employee on employee.k_employee = finding.staff_id
    """,
    shows=to(Role.HR, columns="rule_id title finding_key staff_id date evidence how_to_fix k_employee full_name"),
    order_by=("rule_id", '"date" desc nulls last', "finding_key"),
)

SCHOOLS = Query(
    "staff.schools",
    """
    select distinct employee.k_school, school.school_name
    from scoped_employee as employee
    join dim_school as school on school.k_school = employee.k_school
    """,
    shows=to(Role.HR, columns="k_school school_name"),
    order_by=("school_name", "k_school"),
)

BY_POSITION = Query(
    "staff.by_position",
    """
    select position, headcount_display, hours_worked_display, overtime_hours_display, assigned_fte_display, hours_per_fte_display,
        pct_employees_left_out_display, work_week_begin_date
    from staff_hours
    where aggregation = 'District'
        and work_week_begin_date = (select max(work_week_begin_date) from staff_hours where aggregation = 'District')
    """,
    shows=to(
        Role.HR,
        columns="position headcount_display hours_worked_display overtime_hours_display assigned_fte_display hours_per_fte_display "
        "pct_employees_left_out_display work_week_begin_date",
    ),
    order_by=("position",),
)
"""The latest week as released: the district's positions, hours against the FTE assigned."""

QUERIES = (WEEKS, TREND, LATEST_WEEK, MISSING, PEOPLE, OPEN, FINDINGS, SCHOOLS, BY_POSITION)
