"""Queries of the pages My hours and Employee: one person's weeks, shifts and punches without a partner."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.queries import compiled
from district_platform.web.reading.registry import Query, to

READERS = (Role.EMPLOYEE, Role.HR)

EMPLOYEE = Query(
    "hours.employee",
    """
    select employee.k_employee, employee.full_name, employee.job_title, employee.worker_type, school.school_name,
        employee.hire_date, employee.termination_date
    from scoped_employee as employee
    left join dim_school as school on school.k_school = employee.k_school
    where employee.k_employee = $person
    """,
    shows=to(*READERS, columns="k_employee full_name job_title worker_type school_name hire_date termination_date"),
)

WEEKS = Query(
    "hours.weeks",
    "select * from scoped_week where k_employee = $person and work_week_begin_date >= $first_date",
    shows=to(
        *READERS,
        columns="k_employee work_week_begin_date n_days_worked n_missing_punch_days hours_worked regular_hours overtime_hours "
        "estimated_gross_pay",
    ),
    order_by=("work_week_begin_date desc",),
)

SHIFTS = Query(
    "hours.shifts",
    "select * from scoped_shift where k_employee = $person and work_date >= $first_date",
    shows=to(
        *READERS,
        columns="k_employee k_shift work_date work_week_begin_date began_dtm ended_dtm n_segments break_seconds hours_worked is_overnight",
    ),
    order_by=("began_dtm desc", "k_shift"),
)

UNPAIRED = Query(
    "hours.unpaired",
    "select * from scoped_unpaired_punch where k_employee = $person and punch_dtm >= $first_date",
    shows=to(*READERS, columns="k_employee punch_dtm pairing"),
    order_by=("punch_dtm desc", "punch_id"),
)
"""Punches whose partner is missing, and the one of a shift that is going on."""

FTE = Query(
    "hours.fte",
    f"select * from ({compiled.sql(compiled.fte_days())}) as held where k_employee = $person and calendar_date >= $first_date",
    shows=to(*READERS, columns="k_employee calendar_date fte"),
    order_by=("calendar_date",),
)
"""The FTE assigned on each school day."""

QUERIES = (EMPLOYEE, WEEKS, SHIFTS, UNPAIRED, FTE)
