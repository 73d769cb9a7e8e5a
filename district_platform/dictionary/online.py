"""Online learning sessions, the attendance tracker kept by hand before the platform, and what both change."""

from district_platform.dictionary.model import (
    Adding,
    Column,
    Count,
    Counted,
    Layer,
    Measure,
    Owner,
    Repeats,
    Sensitivity,
    Table,
    Told,
    extract,
    measured,
    names,
)

DELIVERED_AGAIN = "ONL-01"
"""Weekly exports overlap, and a session that was open in one is closed in the next: repeated rows are no fault of a file."""

VIRTUAL = "VIRTUAL"
"""The platform's own attendance code for present, but online; it joins the district's codes."""
PRESENT_VIRTUAL = "Present Virtual"

TRACKED = "TRACKED"
"""An absence that only the tracker knows. It is never sent to the SIS, so that the SIS never delivers it."""
TRACKED_ABSENCE = "Absence"

DIRECTORY, SENSITIVE = Sensitivity.DIRECTORY, Sensitivity.SENSITIVE

SESSIONS = (
    Column("session_uuid", "string", "Identifier of an online session."),
    Column("learner_id", "string", "The online vendor's identifier of a learner.", DIRECTORY),
    Column("sis_student_id", "string", "The student_id of the learner, where the vendor holds it.", DIRECTORY),
    Column("login_at", "timestamp", "Local wall-clock time of login.", SENSITIVE),
    Column("logout_at", "timestamp", "Local wall-clock time of logout; null while open.", SENSITIVE),
    Column("active_minutes", "decimal(9, 2)", "Minutes active, as the vendor counts.", SENSITIVE, unit="minutes"),
    Column("course_name", "string", "Course, as the online vendor names it."),
    Column(
        "date", "date", "Day of a line of the tracker; in a worklist, the day that the finding is about.", SENSITIVE
    ),
    Column("minutes", "decimal(9, 2)", "Minutes, as written down.", SENSITIVE, unit="minutes"),
    Column("note", "string", "Note, as written down.", SENSITIVE),
)

DAYS = (
    Column("activity_date", "date", "Local date of the time online.", SENSITIVE),
    Column("n_sessions", "int64", "Online sessions that touch the date and count.", SENSITIVE, unit="sessions"),
    Column("seconds_online", "int64", "Union of the sessions on the date.", SENSITIVE, unit="seconds"),
    Column("minutes_online", "decimal(9, 2)", "Union of the sessions on the date.", SENSITIVE, unit="minutes"),
    Column("minutes_online_week", "decimal(9, 2)", "The same from Monday to Sunday.", SENSITIVE, unit="minutes"),
    Column("first_online_at", "timestamp", "Local time at which the first session of the date begins.", SENSITIVE),
    Column("last_online_at", "timestamp", "Local time at which the time that counts ends.", SENSITIVE),
    Column("threshold_minutes", "int64", "Minutes that the day, or its week, was held against.", unit="minutes"),
    Column("reconciliation_rule", "string", "The rule that decided about the day (docs/reconciliation.md).", SENSITIVE),
    Column("is_reconciled", "boolean", "Whether the day became present, virtual.", SENSITIVE),
    Column("has_enough_time", "boolean", "Whether the day, or its week, has the minutes asked for.", SENSITIVE),
    Column("old_attendance_code", "string", "The SIS's code of the day; null where it has none.", SENSITIVE),
    Column("new_attendance_code", "string", "The code after reconciliation.", SENSITIVE),
    Column("reject_reason", "string", "Why a session does not count, or a line of the tracker is not merged."),
    Column("tracked_status", "string", "Status of a line of the tracker, as written down.", SENSITIVE),
    Column(
        "tracked_presence",
        "string",
        "What that status means (reconciliation.tracker_statuses).",
        SENSITIVE,
        domain=("virtual", "in-person", "absent"),
    ),
    Column("tracked_minutes", "decimal(9, 2)", "Minutes, as the tracker has them.", SENSITIVE, unit="minutes"),
)

SUMMARY = (
    Column(
        "other_reading",
        "string",
        "Whose reading of attendance the columns that end in _other are; the others follow attendance.daily_attendance_source.",
        domain=("SIS", "reconciled"),
    ),
    Column("days_absent_sis", "float64", "Days absent by the SIS.", unit="days"),
    Column("days_reconciled", "float64", "Of these, days present online.", unit="days"),
    Column(
        "n_students_reconciled", "int64", "Students with a day that both readings count differently.", unit="students"
    ),
    Column("pct_attendance_other", "float64", "pct_attendance by the other reading.", unit="percent"),
    Column("pct_attendance_difference", "float64", "pct_attendance less that by the other reading.", unit="points"),
    Column("n_chronically_absent_other", "int64", "n_chronically_absent by the other reading.", unit="students"),
    Column("pct_chronically_absent_other", "float64", "pct_chronically_absent by the other reading.", unit="percent"),
    Column(
        "pct_chronically_absent_difference",
        "float64",
        "pct_chronically_absent less that by the other reading.",
        unit="points",
    ),
    Column(
        "n_chronically_absent_federal_other",
        "int64",
        "n_chronically_absent_federal by the other reading.",
        unit="students",
    ),
    Column(
        "pct_chronically_absent_federal_other",
        "float64",
        "pct_chronically_absent_federal by the other reading.",
        unit="percent",
    ),
)

COLUMNS = (*SESSIONS, *DAYS, *SUMMARY)

COUNTS = (
    Count("n_students_reconciled", Adding.AT_LEAST, part_of="n_students_attending", defined_by="attendance"),
    Count("n_chronically_absent_other", part_of="n_students_judged", told=Told.NOWHERE, defined_by="attendance"),
    Count(
        "n_chronically_absent_federal_other",
        part_of="n_students_judged_federal",
        told=Told.NOWHERE,
        defined_by="attendance",
    ),
)


def _chronic_by_both_readings(rule: str) -> tuple[Measure, ...]:
    """Chronic absence by the local rule ('') or the federal one: the two readings together reveal who was reconciled."""
    judged, chronic, rate = f"n_students_judged{rule}", f"n_chronically_absent{rule}", f"pct_chronically_absent{rule}"
    return (
        *measured(f"{judged} {chronic}", by=judged),
        *measured(rate, by=judged, share=Counted(chronic)),
        *measured(f"{chronic}_other", by=f"{judged} n_students_reconciled"),
        *measured(f"{rate}_other", by=f"{judged} n_students_reconciled", share=Counted(f"{chronic}_other")),
    )


TABLES = (
    extract(
        "online_learning",
        "learner_sessions",
        grain="an online session of a learner",
        key="session_uuid",
        columns="session_uuid learner_id sis_student_id login_at logout_at active_minutes course_name",
        owner=Owner.ONLINE,
        optional={"course_name": "nobody can say in which course a session was"},
        repeats=Repeats(DELIVERED_AGAIN, keep_most_complete=True, keep_latest="logout_at"),
    ),
    extract(
        "legacy",
        "attendance_tracker",
        grain="a student's day in the tracker",
        key="student_id date",
        columns="student_id date status minutes note",
        owner=Owner.ATTENDANCE,
        optional={"note": "the tracker says nothing beside status and minutes"},
        repeats=Repeats(DELIVERED_AGAIN, keep_most_complete=True),
    ),
    Table(
        "learner_crosswalk",
        Layer.REFERENCE,
        grain="a learner of the online vendor",
        key=("learner_id",),
        columns=names("learner_id student_id"),
        owner=Owner.ONLINE,
        description="Which student a learner is, where the vendor does not know: data/reference/learner_crosswalk.csv. It "
        "goes before the vendor's sis_student_id.",
    ),
    Table(
        "learner_session_rejects",
        Layer.BOOKKEEPING,
        grain="an online session that does not count",
        key=("session_uuid",),
        columns=names(
            "session_uuid learner_id sis_student_id login_at logout_at active_minutes course_name reject_reason"
        ),
        owner=Owner.ONLINE,
        description="Online sessions of nobody who is known, or without a length that can be believed.",
    ),
    Table(
        "fct_student_online_day",
        Layer.FACT,
        grain="a local date of a student with an online session that counts",
        key=names("k_student_xyear activity_date"),
        columns=names(
            "k_student_xyear activity_date n_sessions seconds_online minutes_online first_online_at last_online_at"
        ),
        owner=Owner.ONLINE,
        description="Time online a day, as the union of sessions: two pages open at once count once.",
    ),
    Table(
        "fct_attendance_decision",
        Layer.FACT,
        grain="a student's day considered by the reconciliation, at a school where the student is enrolled",
        key=names("k_student_xyear k_school event_date"),
        nullable_key=("k_school",),
        columns=names(
            "k_student k_student_xyear k_school school_year event_date k_session n_sessions minutes_online "
            "minutes_online_week threshold_minutes first_online_at last_online_at reconciliation_rule is_reconciled "
            "has_enough_time "
            "old_attendance_code new_attendance_code"
        ),
        owner=Owner.ATTENDANCE,
        description="What the reconciliation decided about every day with time online, and by which rule.",
    ),
    Table(
        "fct_reconciled_attendance_event",
        Layer.FACT,
        grain="an attendance event of a student at a school, after reconciliation",
        key=("k_student", "k_school", "event_date", "k_session", "attendance_code"),
        nullable_key=("k_session",),
        columns=names(
            "k_student k_student_xyear k_school k_session school_year event_date attendance_code "
            "attendance_event_category attendance_event_reason attendance_excusal_status is_absent"
        ),
        owner=Owner.ATTENDANCE,
        is_split_by_year=True,
        description="The SIS's attendance events, where days of learning online are present, virtual, and days that only the "
        "tracker knows are added. In the shape of the events, so that attendance.daily_attendance_source can name it.",
    ),
    Table(
        "fct_tracked_attendance_day",
        Layer.FACT,
        grain="a line of the tracker, at a school where the student is enrolled on its day",
        key=names("k_student_xyear k_school event_date"),
        nullable_key=("k_school",),
        columns=names(
            "k_student k_student_xyear k_school school_year event_date tracked_status tracked_presence tracked_minutes "
            "reject_reason"
        ),
        owner=Owner.ATTENDANCE,
        description="Attendance kept by hand before the platform. Lines without a reject_reason are merged into the "
        "reconciled events: the SIS has no mark of these days.",
    ),
    Table(
        "reconciliation_summary",
        Layer.ANALYSIS,
        grain="a school, or the district, in a year in which reconciliation changed a day",
        key=names("school_year aggregation k_school"),
        nullable_key=("k_school",),
        columns=names(
            "school_year aggregation k_school school_name other_reading n_students_attending n_students_reconciled "
            "days_absent_sis days_reconciled pct_attendance pct_attendance_other pct_attendance_difference "
            "n_students_judged n_chronically_absent pct_chronically_absent n_chronically_absent_other "
            "pct_chronically_absent_other pct_chronically_absent_difference n_students_judged_federal "
            "n_chronically_absent_federal pct_chronically_absent_federal n_chronically_absent_federal_other "
            "pct_chronically_absent_federal_other"
        ),
        owner=Owner.ATTENDANCE,
        description="Attendance by both readings: as the SIS has it, and with learning online counted as presence. Figures "
        "without _other follow attendance.daily_attendance_source and are those of chronic_absence.",
        measures=(
            *measured("n_students_attending pct_attendance", by="n_students_attending"),
            *measured("n_students_reconciled days_reconciled", by="n_students_reconciled"),
            *measured(
                "days_absent_sis pct_attendance_other pct_attendance_difference",
                by="n_students_attending n_students_reconciled",
            ),
            *_chronic_by_both_readings(""),
            *_chronic_by_both_readings("_federal"),
            *measured(
                "pct_chronically_absent_difference",
                by="n_students_reconciled n_students_judged",
                share=Counted("n_chronically_absent_other"),
                change_of="pct_chronically_absent",
            ),
        ),
    ),
)
