"""Queries of the API. Each is in the order of its key, by which the API goes on from page to page."""

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.web.access.viewer import Role
from district_platform.web.reading.queries.released import READERS
from district_platform.web.reading.queries.scoped import WITH_STUDENTS
from district_platform.web.reading.queries.scoped_findings import STEWARD
from district_platform.web.reading.queries.scoped_staff import WITH_HOURS
from district_platform.web.reading.queries.scoped_store import WITH_TEAM
from district_platform.web.reading.registry import Query, to

READ_TABLES = (*READERS, Role.KEY)
READ_STUDENTS = tuple(role for role in Role if role in WITH_STUDENTS)
READ_FINDINGS = tuple(role for role in Role if role in STEWARD)
READ_HOURS = tuple(role for role in Role if role in WITH_HOURS)
READ_STORES = tuple(role for role in Role if role in WITH_TEAM)

FILTER_OF = {
    "school_year": "year",
    "k_school": "school",
    "grade_level": "grade",
    "subject": "subject",
    "administration": "administration",
    "k_subgroup": "subgroup",
    "program": "program",
}
"""Columns of keys by which a released table may be filtered, and the filters."""


def _table(name: str) -> Query:
    released = TABLES[f"release_{name}"]
    conditions = (f"(${f} is null or {column} = ${f})" for column, f in FILTER_OF.items() if column in released.key)
    return Query(
        f"api.{name}",
        f"select * from {name} where {' and '.join((*conditions, 'true'))}",
        shows=dict.fromkeys(READ_TABLES, released.columns),
        order_by=released.key,
    )


RELEASED = {table.name: _table(table.name) for table in tables_in(Layer.ANALYSIS)}

TABLES_AND_ROWS = Query(
    "api.tables",
    " union all ".join(f"select '{name}' as table_name, count(*) as n_rows from {name}" for name in RELEASED),
    shows=dict.fromkeys(READ_TABLES, ("table_name", "n_rows")),
    order_by=("table_name",),
)

STUDENTS = Query(
    "api.students",
    """
    select place.k_student_xyear as student_id, student.last_name, student.first_name, place.k_school as school_id,
        enrollment.grade_level as grade, to_date.cumulative_attendance_rate as attendance_rate,
        to_date.cumulative_days_absent as days_absent, to_date.is_chronic_absentee
    from scoped_place as place
    join scoped_student as student on student.k_student_xyear = place.k_student_xyear
    join (
        select k_student_xyear, k_school, arg_max(grade_level, (entry_date, enrollment_id)) as grade_level
        from scoped_enrollment
        where school_year = $school_year and entry_date <= $as_of_date and (exit_date is null or exit_date >= $as_of_date)
        group by all
    ) as enrollment on enrollment.k_student_xyear = place.k_student_xyear and enrollment.k_school = place.k_school
    left join scoped_to_date as to_date
        on to_date.k_student_xyear = place.k_student_xyear and to_date.k_school = place.k_school
            and to_date.school_year = $school_year
    where ($school is null or place.k_school = $school) and ($grade is null or enrollment.grade_level = $grade)
        and (
            $section is null
            or exists (
                from scoped_member as member
                where member.k_section = $section and member.k_student_xyear = place.k_student_xyear
            )
        )
    """,
    shows=to(
        *READ_STUDENTS,
        columns="student_id last_name first_name school_id grade attendance_rate days_absent is_chronic_absentee",
    ),
    order_by=("student_id", "school_id"),
)
"""Students enrolled on as_of_date, at each school of theirs."""

_DAY = """
    select k_student_xyear as student_id, calendar_date as date, k_school as school_id, school_year, k_session as session,
        attendance_event_category as category, attendance_event_reason as reason, attendance_excusal_status as excusal, is_absent,
        presence_source, correction, is_tracked
    from attendance_history
"""
DAY_COLUMNS = "student_id date school_id school_year session category reason excusal is_absent presence_source correction is_tracked"

ATTENDANCE = Query(
    "api.attendance",
    f"""
    {_DAY}
    where k_student_xyear = $student and ($first_date is null or calendar_date >= $first_date)
        and ($last_date is null or calendar_date <= $last_date)
    """,
    shows=to(*READ_STUDENTS, columns=DAY_COLUMNS),
    order_by=("date", "school_id"),
)

ABSENCES = Query(
    "api.absences",
    f"{_DAY} where k_school = $school and calendar_date = $first_date and is_absent > 0",
    shows=to(*READ_STUDENTS, columns=DAY_COLUMNS),
    order_by=("student_id",),
)

STUDENT = Query(
    "api.student",
    "select distinct k_student_xyear as student_id, k_school as school_id from scoped_place where k_student_xyear = $student",
    shows=to(*READ_STUDENTS, columns="student_id school_id"),
    order_by=("school_id",),
)
"""The check of a single student: no row where the viewer may not see them."""

SCHOOL = Query(
    "api.school",
    """
    select k_school as school_id
    from dim_school
    where k_school = $school
        and (k_school in (select unnest($schools::varchar[])) or k_school in (select k_school from scoped_place))
    """,
    shows=to(*READ_STUDENTS, columns="school_id"),
)
"""The check of a school: no row where the viewer sees nobody of it."""

FINDINGS = Query(
    "api.findings",
    "select * from scoped_finding where ($rule is null or rule_id = $rule) and ($school is null or school_id = $school)",
    shows=to(
        *READ_FINDINGS,
        columns="rule_id severity title unit finding_key student_id staff_id school_id date value_expected evidence how_to_fix is_waived",
    ),
    order_by=("rule_id", "finding_key"),
)
"""What the rules of the caller's owners found, up to the worklist's limit for each rule."""

WEEKS = Query(
    "api.weeks",
    """
    select k_employee as employee_number, work_week_begin_date, k_school as school_id, n_shifts, n_days_worked, n_missing_punch_days,
        hours_worked, regular_hours, overtime_hours
    from scoped_hours
    where k_employee = $person and ($first_date is null or work_week_begin_date >= $first_date)
        and ($last_date is null or work_week_begin_date <= $last_date)
    """,
    shows=to(
        *READ_HOURS,
        columns="employee_number work_week_begin_date school_id n_shifts n_days_worked n_missing_punch_days hours_worked regular_hours "
        "overtime_hours",
    ),
    order_by=("work_week_begin_date",),
)
"""An employee's work weeks. No pay."""

EMPLOYEE = Query(
    "api.employee",
    "select k_employee as employee_number from scoped_hours where k_employee = $person limit 1",
    shows=to(*READ_HOURS, columns="employee_number"),
)
"""The check of an employee: no row where the viewer may not see them, or where they never worked a week."""

SALES_TEAM = Query(
    "api.sales_team",
    """
    select store_id, sales_month, sales_person_id, full_name, total_sales, sales_growth_rate, top_performance_rank,
        sales_contribution_percentage, year_to_date_sales, avg_sales_per_month, avg_transaction_value, total_transactions, incentive
    from scoped_seller_month
    where store_id = $store and ($month is null or sales_month = $month)
    """,
    shows=to(
        *READ_STORES,
        columns="store_id sales_month sales_person_id full_name total_sales sales_growth_rate top_performance_rank "
        "sales_contribution_percentage year_to_date_sales avg_sales_per_month avg_transaction_value total_transactions incentive",
    ),
    order_by=("sales_month", "sales_person_id"),
)
"""A store's sales team, month by month."""

STORE = Query(
    "api.store",
    "select k_store as store_id from dim_store where k_store = $store and k_store in (select unnest($stores::varchar[]))",
    shows=to(*READ_STORES, columns="store_id"),
)
"""The check of a store: no row where it is not the viewer's."""

QUERIES = (
    *(*RELEASED.values(), TABLES_AND_ROWS, STUDENTS, ATTENDANCE, ABSENCES, STUDENT, SCHOOL),
    *(FINDINGS, WEEKS, EMPLOYEE, SALES_TEAM, STORE),
)
