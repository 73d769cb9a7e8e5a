"""The one student rule, and every restricted table within it. Nothing else reads these tables.

Scope arrives as lists: `in (select unnest(…))` is true of no row where the list is empty, and of no row whose value is null. `len(…) > 0`
before it says the same to the planner, which then does not open the table.
"""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.queries import compiled
from district_platform.web.reading.registry import Relation

WITH_STUDENTS = frozenset({Role.DISTRICT, Role.PRINCIPAL, Role.COUNSELOR, Role.TEACHER, Role.KEY})
"""See single students: those of scoped_place."""
WITH_MARKS = WITH_STUDENTS | {Role.CLERK}
"""See names of the school's students and what was decided on their days online; a clerk sees nothing else of them."""
OF_THE_SCHOOL = frozenset({Role.PRINCIPAL, Role.COUNSELOR})
"""See what is sensitive when tied to a name: poverty, disability, homelessness."""

SCOPED_PLACE = """
    select k_student_xyear, k_school
    from fct_student_school_association
    where school_year = $school_year
        and len($schools::varchar[]) > 0
        and k_school in (select unnest($schools::varchar[]))
        and entry_date <= $as_of_date
        and (exit_date is null or exit_date >= entry_date)
        and k_student_xyear is not null
        and ($only_student is null or k_student_xyear = $only_student)
    union
    select member.k_student_xyear, section.k_school
    from fct_student_section_association as member
    join dim_section as section on section.k_section = member.k_section
    join dim_session as session on session.k_session = section.k_session
    where len($sections::varchar[]) > 0
        and member.k_section in (select unnest($sections::varchar[]))
        and member.school_year = $school_year
        and section.school_year = $school_year
        and $as_of_date between member.begin_date and coalesce(member.end_date, $as_of_date)
        and $as_of_date between session.begin_date and session.end_date
        and member.k_student_xyear is not null
        and ($only_student is null or member.k_student_xyear = $only_student)
"""
"""Whom the viewer may see, and the school through which: students enrolled at a school of theirs this school year, or now in a section
of theirs whose session runs."""


def _within_reach(table: str, columns: str) -> tuple[str, str]:
    """The students' rows of a table: at all schools for roles that see history; for others at the school through which they are seen.

    The student asked for is named here once more, so that the scan reads no other, whatever order of joins the engine takes.
    """
    asked = "where ($only_student is null or k_student_xyear = $only_student)"
    return (
        f"select {columns} from {table} join scoped_whole using (k_student_xyear) {asked}",
        f"select {columns} from {table} join scoped_part using (k_student_xyear, k_school) {asked}",
    )


_PLACE = Relation(
    "scoped_place",
    SCOPED_PLACE,
    tables=("fct_student_school_association", "fct_student_section_association", "dim_section"),
    roles=WITH_MARKS,
    is_kept=True,
    is_always_kept=True,
)
_WHOLE = Relation(
    "scoped_whole",
    "select distinct k_student_xyear from scoped_place where coalesce($sees_all_schools, false)",
    roles=WITH_MARKS,
)
_PART = Relation(
    "scoped_part",
    "select k_student_xyear, k_school from scoped_place where not coalesce($sees_all_schools, false)",
    roles=WITH_MARKS,
)


def _reached(
    name: str,
    what: str,
    table: str,
    columns: str,
    *,
    roles: frozenset[Role] = WITH_STUDENTS,
    is_kept: bool = False,
) -> Relation:
    whole, part = _within_reach(table, columns)
    return Relation(
        name,
        f"{whole}\nunion all\n{part}",
        by_reach=(whole, part),
        tables=(table,),
        roles=roles,
        what=what,
        is_of_stays=True,
        is_kept=is_kept,
    )


_STUDENT = Relation(
    "scoped_student",
    """
    select seen.k_student_xyear, student.k_student, student.first_name, student.last_name
    from (select distinct k_student_xyear from scoped_place) as seen
    left join (
        from dim_student
        where school_year = $school_year and k_student_xyear in (select k_student_xyear from scoped_place)
    ) as student on student.k_student_xyear = seen.k_student_xyear
    """,
    tables=("dim_student",),
    roles=WITH_MARKS,
    what="students by name",
    is_kept=True,
)
"""A row a student, with this year's name. Neither birth date nor anything sensitive is in it."""

_DEMOGRAPHICS = Relation(
    "scoped_demographics",
    """
    select k_student_xyear, sex, race_ethnicity, is_economically_disadvantaged, is_english_learner, has_disability, is_homeless
    from dim_student
    where school_year = $school_year and k_student_xyear in (select k_student_xyear from scoped_place)
    """,
    tables=("dim_student",),
    roles=OF_THE_SCHOOL,
    what="sex, race, poverty, English learner, disability, homeless, by student",
    is_kept=True,
)

_SUBGROUP = Relation(
    "scoped_subgroup",
    """
    select student.k_student_xyear, member.k_subgroup
    from fct_student_subgroup as member
    join scoped_student as student on student.k_student = member.k_student
    """,
    tables=("fct_student_subgroup",),
    roles=OF_THE_SCHOOL,
    what="groups of students, for figures of the own school's groups",
)
"""This year's groups of each student, for exact figures of the own school's groups."""

_PROGRAM = Relation(
    "scoped_program",
    """
    select k_student_xyear, school_year, program, begin_date, end_date
    from fct_student_program_association
    where k_student_xyear in (select k_student_xyear from scoped_place)
        and (coalesce($sees_all_schools, false) or school_year = $school_year)
        and (coalesce($sees_all_programs, false) or program in (select unnest($open_programs::varchar[])))
    """,
    tables=("fct_student_program_association",),
    roles=WITH_STUDENTS,
    what="programs",
    is_of_programs=True,
)

_SECTION = Relation(
    "scoped_section",
    """
    select section.k_section, section.k_school, section.k_course, section.section_id, session.session_name
    from dim_section as section
    join dim_session as session on session.k_session = section.k_session
    where section.school_year = $school_year
        and $as_of_date between session.begin_date and session.end_date
        and (
            section.k_school in (select unnest($schools::varchar[]))
            or section.k_section in (select unnest($sections::varchar[]))
        )
    """,
    tables=("dim_section",),
    roles=WITH_STUDENTS,
    what="sections that run",
    is_kept=True,
)
"""Sections that run: of the viewer's schools, or the viewer's own."""

_MEMBER = Relation(
    "scoped_member",
    """
    select member.k_section, member.k_student_xyear
    from fct_student_section_association as member
    where member.k_section in (select k_section from scoped_section)
        and member.k_student_xyear in (select k_student_xyear from scoped_place)
        and $as_of_date between member.begin_date and coalesce(member.end_date, $as_of_date)
    """,
    tables=("fct_student_section_association",),
    roles=WITH_STUDENTS,
    what="who sits in them now",
    is_kept=True,
)
"""Who now sits in a section that runs."""

_EDUCATOR = Relation(
    "scoped_educator",
    """
    select distinct assignment.k_educator, assignment.k_school, educator.first_name, educator.last_name
    from fct_staff_assignment as assignment
    join dim_educator as educator on educator.k_educator = assignment.k_educator
    where assignment.school_year = $school_year
        and assignment.k_school in (select unnest($schools::varchar[]))
        and $as_of_date between assignment.begin_date and assignment.end_date
        and (educator.termination_date is null or educator.termination_date >= $as_of_date)
    """,
    tables=("fct_staff_assignment", "dim_educator"),
    roles=frozenset({Role.PRINCIPAL}),
    what="who works at the school now",
)
"""Who now works at the viewer's schools."""

_EDUCATOR_FINDING = Relation(
    "scoped_educator_finding",
    """
    select distinct educator.k_school, educator.first_name, educator.last_name, finding.rule_id, finding.title, finding.finding_key,
        finding.evidence, finding.how_to_fix
    from worklist as finding
    join scoped_educator as educator on educator.k_educator = finding.staff_id
    where finding.rule_id in ('EDU-03', 'EDU-04', 'EDU-05') and finding.is_waived is not true
    """,
    tables=("worklist",),
    roles=frozenset({Role.PRINCIPAL}),
    what="open findings on their certifications",
)
"""Open findings on certifications of those who work at the viewer's schools."""

_SECTION_FINDING = Relation(
    "scoped_section_finding",
    """
    select school_id as k_school, rule_id, title, finding_key, evidence, how_to_fix
    from worklist
    where rule_id = 'SEC-01' and is_waived is not true and school_id in (select unnest($schools::varchar[]))
    """,
    tables=("worklist",),
    roles=OF_THE_SCHOOL,
    what="open findings on sections",
)
"""Open findings on sections of the viewer's schools."""

_AT_SCHOOL = "k_student_xyear, k_school, school_year"

RELATIONS = (
    _PLACE,
    _WHOLE,
    _PART,
    _STUDENT,
    _DEMOGRAPHICS,
    _SUBGROUP,
    _reached(
        "scoped_enrollment",
        "stays at schools",
        "fct_student_school_association",
        f"{_AT_SCHOOL}, enrollment_id, calendar_code, grade_level, entry_date, exit_date, is_primary",
        is_kept=True,
    ),
    _reached(
        "scoped_day",
        "days of attendance",
        "fct_student_daily_attendance",
        f"{_AT_SCHOOL}, calendar_date, k_session, attendance_event_category, attendance_event_reason, is_absent, is_present, is_enrolled, "
        "attendance_excusal_status, consecutive_days_by_excusal_status, cumulative_days_absent, cumulative_attendance_rate",
    ),
    Relation(
        "scoped_day_here",
        """
        select k_student_xyear, k_school, school_year, calendar_date, is_absent, is_present, is_enrolled, attendance_excusal_status
        from fct_student_daily_attendance
        join scoped_place using (k_student_xyear, k_school)
        where school_year = $school_year
        """,
        tables=("fct_student_daily_attendance",),
        roles=WITH_STUDENTS,
        what="days of this year at the school through which they are seen",
        is_kept=True,
    ),
    _reached(
        "scoped_to_date",
        "attendance to date",
        "msr_student_cumulative_attendance",
        f"{_AT_SCHOOL}, total_days_enrolled, cumulative_days_absent, cumulative_days_attended, cumulative_days_enrolled, "
        "cumulative_attendance_rate, meets_enrollment_threshold, is_chronic_absentee, absentee_category_label",
        is_kept=True,
    ),
    _reached(
        "scoped_mark",
        "marks of the student information system",
        "fct_student_school_attendance_event",
        f"{_AT_SCHOOL}, event_date, attendance_code, attendance_event_category, attendance_event_reason, "
        "attendance_excusal_status, is_absent",
    ),
    _reached(
        "scoped_decision",
        "decisions on days online",
        "fct_attendance_decision",
        f"{_AT_SCHOOL}, event_date, minutes_online, reconciliation_rule, is_reconciled, old_attendance_code, "
        "new_attendance_code",
        roles=WITH_MARKS,
    ),
    _reached(
        "scoped_tracked",
        "days of the hand-kept tracker",
        "fct_tracked_attendance_day",
        f"{_AT_SCHOOL}, event_date, tracked_presence, reject_reason",
    ),
    Relation(
        "attendance_history",
        compiled.sql(compiled.history()),
        roles=WITH_STUDENTS,
        what="attendance history",
        is_of_stays=True,
    ),
    _reached(
        "scoped_score",
        "scores",
        "fct_student_assessment",
        f"{_AT_SCHOOL}, grade_level, subject, administration, test_date, scale_score, performance_level, is_proficient",
    ),
    _reached(
        "scoped_growth",
        "growth percentiles",
        "msr_student_growth",
        f"{_AT_SCHOOL}, subject, administration, grade_level, growth_percentile, n_peers",
    ),
    _PROGRAM,
    _SECTION,
    _MEMBER,
    _EDUCATOR,
    _EDUCATOR_FINDING,
    _SECTION_FINDING,
)
"""In the order in which they stand on each other."""
