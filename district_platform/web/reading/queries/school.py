"""Queries of the page School: exact figures of the viewer's own school, for its own people."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.queries import compiled
from district_platform.web.reading.registry import Query, to

SCHOOL_PEOPLE = (Role.DISTRICT, Role.PRINCIPAL, Role.COUNSELOR)
MEASURES = "n_students pct_attendance n_students_judged n_chronically_absent pct_chronically_absent"

STUDENTS = Query(
    "school.students",
    f"""
    select * from ({compiled.sql(compiled.students())})
    where ($grade is null or grade = $grade)
        and (
            $search is null
            or contains(lower(concat_ws(' ', first_name, last_name)), lower($search))
            or contains(lower(concat_ws(', ', last_name, first_name)), lower($search))
        )
    """,
    shows=to(
        *SCHOOL_PEOPLE,
        columns="student_id last_name first_name grade days_absent attendance_rate is_chronic_absentee",
    ),
    order_by=("last_name", "first_name", "student_id"),
)
"""Students enrolled at the school on as_of_date, with their measures to date there."""

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
    from scoped_day_here
    where is_enrolled = 1 and ($school is null or k_school = $school)
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
