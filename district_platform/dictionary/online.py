"""Online learning sessions, and the attendance tracker kept by hand before the platform."""

from district_platform.dictionary.model import Column, Owner, Sensitivity, extract

DIRECTORY, SENSITIVE = Sensitivity.DIRECTORY, Sensitivity.SENSITIVE

COLUMNS = (
    Column("session_uuid", "string", "Identifier of an online session."),
    Column("learner_id", "string", "The online vendor's identifier of a learner.", DIRECTORY),
    Column("sis_student_id", "string", "The student_id of the learner, where the vendor holds it.", DIRECTORY),
    Column("login_at", "timestamp", "Local wall-clock time of login.", SENSITIVE),
    Column("logout_at", "timestamp", "Local wall-clock time of logout; null while open.", SENSITIVE),
    Column("active_minutes", "decimal(9, 2)", "Minutes active, as the vendor counts.", SENSITIVE, unit="minutes"),
    Column("course_name", "string", "Course, as the online vendor names it."),
    Column("date", "date", "Day of a line of the tracker.", SENSITIVE),
    Column("minutes", "decimal(9, 2)", "Minutes, as written down.", SENSITIVE, unit="minutes"),
    Column("note", "string", "Note, as written down.", SENSITIVE),
)

TABLES = (
    extract(
        "online_learning",
        "learner_sessions",
        grain="an online session of a learner",
        key="session_uuid",
        columns="session_uuid learner_id sis_student_id login_at logout_at active_minutes course_name",
        owner=Owner.ONLINE,
    ),
    extract(
        "legacy",
        "attendance_tracker",
        grain="a student's day in the tracker",
        key="student_id date",
        columns="student_id date status minutes note",
        owner=Owner.ATTENDANCE,
    ),
)
