"""Queries of the page Attendance desk: what a clerk of a school corrects, and what waits for approval."""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Query, to

SCHOOLS = Query(
    "desk.schools",
    "select k_school, school_name from dim_school where k_school in (select unnest($schools::varchar[]))",
    shows=to(Role.CLERK, columns="k_school school_name"),
    order_by=("school_name", "k_school"),
)

DAYS = Query(
    "desk.days",
    """
    select day.calendar_date, day.has_submission, day.has_events, year.submits
    from scoped_school_day as day
    join (
        select k_school, school_year, bool_or(has_submission) as submits from scoped_school_day group by all
    ) as year on year.k_school = day.k_school and year.school_year = day.school_year
    where day.k_school = $school and day.calendar_date < $as_of_date and day.calendar_date between $first_date and $last_date
    """,
    shows=to(Role.CLERK, columns="calendar_date has_submission has_events submits"),
    order_by=("calendar_date desc",),
)
"""Instructional days before as_of_date with what evidence there is, and whether the school submits its attendance at all this year."""

CORRECTIONS = Query(
    "desk.corrections",
    """
    select correction.*, student.last_name, student.first_name
    from scoped_correction as correction
    left join scoped_student as student on student.k_student_xyear = correction.student_id
    where $school is null or correction.k_school = $school
    """,
    shows=to(
        Role.CLERK,
        columns="student_id last_name first_name event_date attendance_status presence_source minutes_online threshold_minutes "
        "reconciliation_rule old_attendance_code new_attendance_code",
    ),
    order_by=("event_date", "last_name", "first_name", "student_id"),
)
"""Rows of the upload that the publication holds, with the day's time online and its code before and after."""

UNCHANGED = Query(
    "desk.unchanged",
    """
    select reconciliation_rule, count(*) as n_days, min(event_date) as first_day, max(event_date) as last_day
    from scoped_decision
    where school_year = $school_year and not is_reconciled and event_date between $first_date and $last_date
        and ($school is null or k_school = $school)
    group by all
    """,
    shows=to(Role.CLERK, columns="reconciliation_rule n_days first_day last_day"),
    order_by=("n_days desc", "reconciliation_rule"),
)
"""Days with time online that stay as the SIS has them, by the rule that decided so."""

FINDINGS = Query(
    "desk.findings",
    """
    select finding.rule_id, finding.title, finding.finding_key, finding.student_id, student.last_name, student.first_name,
        finding."date", finding.evidence, finding.value_expected, finding.how_to_fix
    from scoped_attendance_finding as finding
    left join scoped_student as student on student.k_student_xyear = finding.student_id
    where $school is null or finding.k_school = $school
    """,
    shows=to(
        Role.CLERK,
        columns="rule_id title finding_key student_id last_name first_name date evidence value_expected how_to_fix",
    ),
    order_by=("rule_id", '"date" desc nulls last', "finding_key"),
)
"""Open findings of the rules that the attendance office owns; a student who left the school stands by id alone."""

QUERIES = (SCHOOLS, DAYS, CORRECTIONS, UNCHANGED, FINDINGS)
