"""Queries of the page School: exact figures of the viewer's own school, for its own people."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.queries import compiled
from district_platform.web.reading.registry import Query, to

SCHOOL_PEOPLE = (Role.DISTRICT, Role.PRINCIPAL, Role.COUNSELOR)
MEASURES = "n_students pct_attendance n_students_judged n_chronically_absent pct_chronically_absent"

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

CALL_LIST = Query(
    "school.call_list",
    compiled.sql(compiled.call_list()),
    shows=to(
        *SCHOOL_PEOPLE,
        Role.TEACHER,
        columns="student_id last_name first_name k_school grade days_absent_45 days_unexcused_45 days_absent attendance_rate "
        "is_chronic_absentee current_streak last_day_present trend_days_absent trend_days_absent_before",
    ),
    order_by=("days_absent_45 desc", "attendance_rate nulls last", "student_id"),
)
"""The call list (outputs.call_lists) by the days between two dates; the names of its columns are those of the default, 45 days."""

BY_GRADE = Query(
    "school.by_grade",
    compiled.sql(compiled.by_grade()),
    shows=to(*SCHOOL_PEOPLE, columns=f"grade {MEASURES}"),
    order_by=("grade",),
)

BY_SECTION = Query(
    "school.by_section",
    compiled.sql(compiled.by_section()),
    shows=to(*SCHOOL_PEOPLE, Role.TEACHER, columns=f"k_section section_id course_title {MEASURES}"),
    order_by=("course_title", "section_id", "k_section"),
)

BY_GROUP = Query(
    "school.by_group",
    compiled.sql(compiled.by_group()),
    shows=to(Role.PRINCIPAL, Role.COUNSELOR, columns=f"subgroup_dimension subgroup_value {MEASURES}"),
    order_by=("display_order",),
)

BY_WEEKDAY = Query(
    "school.by_weekday",
    compiled.sql(compiled.by_weekday()),
    shows=to(*SCHOOL_PEOPLE, columns="weekday_number n_school_days pct_attendance days_absent days_unexcused"),
    order_by=("weekday_number",),
)

LAST_DAY = Query(
    "school.last_day",
    """
    select max(calendar_date) as last_day
    from scoped_day
    where school_year = $school_year and is_enrolled = 1 and ($school is null or k_school = $school)
    """,
    shows=to(*SCHOOL_PEOPLE, Role.TEACHER, columns="last_day"),
)
"""The last day with marks, at a school or in the whole scope; null before the first."""

MEMBERS = Query(
    "school.members",
    """
    select member.k_section, member.k_student_xyear as student_id
    from scoped_member as member
    join scoped_section as section on section.k_section = member.k_section
    where $school is null or section.k_school = $school
    """,
    shows=to(*SCHOOL_PEOPLE, Role.TEACHER, columns="k_section student_id"),
    order_by=("k_section", "student_id"),
)
"""Who sits in which section now."""

EDUCATOR_FINDINGS = Query(
    "school.educator_findings",
    "select first_name, last_name, rule_id, title, evidence, how_to_fix from scoped_educator_finding where k_school = $school",
    shows=to(Role.PRINCIPAL, columns="first_name last_name rule_id title evidence how_to_fix"),
    order_by=("rule_id", "last_name", "first_name", "evidence"),
)

SECTION_FINDINGS = Query(
    "school.section_findings",
    "select finding_key, rule_id, title, evidence, how_to_fix from scoped_section_finding where k_school = $school",
    shows=to(Role.PRINCIPAL, Role.COUNSELOR, columns="finding_key rule_id title evidence how_to_fix"),
    order_by=("rule_id", "finding_key"),
)

QUERIES = (
    STUDENTS,
    CALL_LIST,
    BY_GRADE,
    BY_SECTION,
    BY_GROUP,
    BY_WEEKDAY,
    LAST_DAY,
    MEMBERS,
    EDUCATOR_FINDINGS,
    SECTION_FINDINGS,
)
