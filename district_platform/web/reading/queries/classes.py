"""Queries of the page My classes: a teacher's sections that run, and who sits in them."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

SECTIONS = Query(
    "classes.sections",
    """
    select section.k_section, section.section_id, course.course_title, section.session_name, section.k_school, school.school_name,
        count(member.k_student_xyear) as n_students
    from scoped_section as section
    left join scoped_member as member on member.k_section = section.k_section
    left join dim_course as course on course.k_course = section.k_course
    left join dim_school as school on school.k_school = section.k_school
    group by all
    """,
    shows=to(Role.TEACHER, columns="k_section section_id course_title session_name k_school school_name n_students"),
    order_by=("course_title", "section_id"),
)

STUDENTS = Query(
    "classes.students",
    """
    select member.k_section, member.k_student_xyear as student_id, student.last_name, student.first_name,
        to_date.cumulative_days_absent as days_absent, to_date.cumulative_attendance_rate as attendance_rate
    from scoped_member as member
    join scoped_section as section on section.k_section = member.k_section
    join scoped_student as student on student.k_student_xyear = member.k_student_xyear
    left join scoped_to_date as to_date
        on to_date.k_student_xyear = member.k_student_xyear and to_date.k_school = section.k_school
            and to_date.school_year = $school_year
    where $section is null or member.k_section = $section
    """,
    shows=to(Role.TEACHER, columns="k_section student_id last_name first_name days_absent attendance_rate"),
    order_by=("last_name", "first_name", "student_id"),
)

QUERIES = (SECTIONS, STUDENTS)
