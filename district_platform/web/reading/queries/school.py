"""Queries of the page School: exact figures of the viewer's own school, for its own people."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

SCHOOL_PEOPLE = (Role.DISTRICT, Role.PRINCIPAL, Role.COUNSELOR)

STUDENTS = Query(
    "school.students",
    """
    with day as (
        select k_student_xyear, k_school, sum(is_absent) as days_absent_between,
            sum(is_absent) filter (attendance_excusal_status = 'Unexcused') as days_unexcused_between,
            max(calendar_date) filter (is_present > 0) as last_day_present
        from scoped_day
        where school_year = $school_year and is_enrolled = 1 and calendar_date between $first_date and $last_date
        group by all
    )
    select student.k_student_xyear as student_id, student.last_name, student.first_name, enrollment.k_school, enrollment.grade_level,
        day.days_absent_between, day.days_unexcused_between, day.last_day_present,
        to_date.cumulative_days_absent as days_absent, to_date.cumulative_attendance_rate as attendance_rate,
        to_date.is_chronic_absentee
    from scoped_place as place
    join scoped_student as student on student.k_student_xyear = place.k_student_xyear
    join (
        select k_student_xyear, k_school, arg_max(grade_level, (entry_date, enrollment_id)) as grade_level
        from scoped_enrollment
        where school_year = $school_year and entry_date <= $as_of_date and (exit_date is null or exit_date >= $as_of_date)
        group by all
    ) as enrollment on enrollment.k_student_xyear = place.k_student_xyear and enrollment.k_school = place.k_school
    left join day on day.k_student_xyear = place.k_student_xyear and day.k_school = place.k_school
    left join scoped_to_date as to_date
        on to_date.k_student_xyear = place.k_student_xyear and to_date.k_school = place.k_school
            and to_date.school_year = $school_year
    where place.k_school = $school and ($grade is null or enrollment.grade_level = $grade)
        and (
            $search is null
            or contains(lower(concat_ws(' ', student.first_name, student.last_name)), lower($search))
            or contains(lower(concat_ws(', ', student.last_name, student.first_name)), lower($search))
        )
    """,
    shows=to(
        *SCHOOL_PEOPLE,
        columns="student_id last_name first_name grade_level days_absent_between days_unexcused_between last_day_present days_absent "
        "attendance_rate is_chronic_absentee",
    ),
    order_by=("days_unexcused_between desc nulls last", "days_absent_between desc nulls last", "student_id"),
)
"""Students enrolled at the school on as_of_date, those most absent between two dates first."""

QUERIES = (STUDENTS,)
