"""Findings and corrections within a scope: of a steward those of the own rules, of a clerk those of the own school's attendance.

A finding here is made of ids. `value_found` may hold what stands in a record, and is left out.
"""

from district_platform.web.access.viewer import Role
from district_platform.web.reading.registry import Relation

STEWARD = frozenset({Role.STEWARD, Role.KEY})
"""See the rules of owners that they answer for, or that their key names."""
CLERK = frozenset({Role.CLERK})

_FINDING = Relation(
    "scoped_finding",
    """
    select rule_id, severity, title, unit, finding_key, student_id, staff_id, school_id, "date", value_expected, evidence, how_to_fix,
        coalesce(is_waived, false) as is_waived
    from worklist
    where owner in (select unnest($owners::varchar[]))
    """,
    tables=("worklist",),
    roles=STEWARD,
    what="findings of the own rules, by id",
)

_ATTENDANCE_FINDING = Relation(
    "scoped_attendance_finding",
    """
    select rule_id, title, finding_key, student_id, school_id as k_school, "date", evidence, value_expected, how_to_fix
    from worklist
    where owner = 'attendance office' and is_waived is not true and school_id in (select unnest($schools::varchar[]))
    """,
    tables=("worklist",),
    roles=CLERK,
    what="open findings on attendance",
)

_CORRECTED = (
    "student_id, event_date, attendance_status, presence_source, minutes_online, n_sessions, threshold_minutes, reconciliation_rule, "
    "old_attendance_code, new_attendance_code"
)
_CORRECTION = Relation(
    "scoped_correction",
    f"""
    select school_id as k_school, {_CORRECTED}
    from correction
    where school_id in (select unnest($schools::varchar[]))
    union
    select stay.k_school, {_CORRECTED}
    from correction
    join fct_student_school_association as stay
        on stay.k_student_xyear = correction.student_id
            and correction.event_date between stay.entry_date and coalesce(stay.exit_date, correction.event_date)
    where correction.school_id is null and stay.k_school in (select unnest($schools::varchar[]))
    """,
    tables=("correction", "fct_student_school_association"),
    roles=CLERK,
    what="corrections for the SIS that wait for approval",
)
"""Rows of the upload at the viewer's schools, each with why. A day to take back has no school, and stands at the student's of that day."""

_TAKEN = Relation(
    "scoped_school_day",
    """
    select k_school, school_year, calendar_date, has_submission, has_events
    from fct_school_attendance_taken
    where k_school in (select unnest($schools::varchar[]))
    """,
    tables=("fct_school_attendance_taken",),
    roles=CLERK,
    what="days on which the school took attendance",
)

RELATIONS = (_TAKEN, _FINDING, _ATTENDANCE_FINDING, _CORRECTION)
