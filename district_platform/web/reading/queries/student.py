"""Queries of the page Student."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

EVERYONE = (Role.DISTRICT, Role.PRINCIPAL, Role.COUNSELOR, Role.TEACHER)

STUDENT = Query(
    "student.student",
    """
    select student.k_student_xyear as student_id, student.last_name, student.first_name,
        demographics.is_economically_disadvantaged, demographics.is_english_learner, demographics.has_disability, demographics.is_homeless
    from scoped_student as student
    left join scoped_demographics as demographics on demographics.k_student_xyear = student.k_student_xyear
    where student.k_student_xyear = $student
    """,
    shows=to(
        Role.PRINCIPAL,
        Role.COUNSELOR,
        columns="student_id last_name first_name is_economically_disadvantaged is_english_learner has_disability is_homeless",
    ),
)
"""The student as the people of the school know them; no row where the viewer may not see them."""

NAME = Query(
    "student.name",
    "select k_student_xyear as student_id, last_name, first_name from scoped_student where k_student_xyear = $student",
    shows=to(*EVERYONE, columns="student_id last_name first_name"),
)
"""The check of a single student: no row where the viewer may not see them."""

WHY = Query(
    "student.why",
    """
    select place.k_student_xyear as student_id, place.k_school, school.school_name,
        list(distinct section.section_id order by section.section_id) filter (section.section_id is not null) as sections
    from scoped_place as place
    left join dim_school as school on school.k_school = place.k_school
    left join scoped_member as member on member.k_student_xyear = place.k_student_xyear
    left join scoped_section as section on section.k_section = member.k_section and section.k_school = place.k_school
    where place.k_student_xyear = $student
    group by all
    """,
    shows=to(*EVERYONE, columns="student_id k_school school_name sections"),
    order_by=("k_school",),
)
"""Through which school and sections the viewer sees the student."""

DAYS = Query(
    "student.days",
    """
    select k_student_xyear as student_id, k_school, school_year, calendar_date, attendance_event_category, attendance_excusal_status,
        is_absent, is_present, presence_source
    from attendance_history
    where k_student_xyear = $student and ($year is null or school_year = $year)
    """,
    shows=to(
        *EVERYONE,
        columns="student_id k_school school_year calendar_date attendance_event_category attendance_excusal_status is_absent is_present "
        "presence_source",
    ),
    order_by=("calendar_date", "k_school"),
)
"""Each day of the attendance history, at the schools that the viewer's role sees."""

PROGRAMS = Query(
    "student.programs",
    """
    select k_student_xyear as student_id, school_year, program, begin_date, end_date
    from scoped_program
    where k_student_xyear = $student
    """,
    shows=to(*EVERYONE, columns="student_id school_year program begin_date end_date"),
    order_by=("school_year desc", "program", "begin_date"),
)
"""Programs, without those that the viewer's role does not see."""

TO_DATE = Query(
    "student.to_date",
    """
    select to_date.k_student_xyear as student_id, to_date.school_year, to_date.k_school, school.school_name,
        to_date.cumulative_days_enrolled, to_date.cumulative_days_absent, to_date.cumulative_attendance_rate,
        to_date.is_chronic_absentee, to_date.absentee_category_label
    from scoped_to_date as to_date
    left join dim_school as school on school.k_school = to_date.k_school
    where to_date.k_student_xyear = $student
    """,
    shows=to(
        *EVERYONE,
        columns="student_id school_year k_school school_name cumulative_days_enrolled cumulative_days_absent cumulative_attendance_rate "
        "is_chronic_absentee absentee_category_label",
    ),
    order_by=("school_year desc", "school_name", "k_school"),
)
"""A row a school year and school."""

ENROLLMENTS = Query(
    "student.enrollments",
    """
    select enrollment.k_student_xyear as student_id, enrollment.school_year, enrollment.k_school, school.school_name,
        enrollment.grade_level, enrollment.entry_date, enrollment.exit_date
    from scoped_enrollment as enrollment
    left join dim_school as school on school.k_school = enrollment.k_school
    where enrollment.k_student_xyear = $student
    """,
    shows=to(*EVERYONE, columns="student_id school_year k_school school_name grade_level entry_date exit_date"),
    order_by=("entry_date desc", "k_school"),
)

SCORES = Query(
    "student.scores",
    """
    select score.k_student_xyear as student_id, score.school_year, score.administration, score.test_date, score.grade_level, score.subject,
        score.scale_score, score.performance_level, score.is_proficient, growth.growth_percentile
    from scoped_score as score
    left join scoped_growth as growth on growth.k_student_xyear = score.k_student_xyear and growth.school_year = score.school_year
        and growth.subject = score.subject and growth.administration = score.administration and growth.k_school = score.k_school
    where score.k_student_xyear = $student
    """,
    shows=to(
        *EVERYONE,
        columns="student_id school_year administration test_date grade_level subject scale_score performance_level is_proficient "
        "growth_percentile",
    ),
    order_by=("school_year desc", "test_date desc", "subject"),
)
"""Results with the growth percentile that belongs to them."""

QUERIES = (STUDENT, NAME, WHY, DAYS, PROGRAMS, TO_DATE, ENROLLMENTS, SCORES)
