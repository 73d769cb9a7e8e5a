"""Attendance: codes, events, submissions, the daily fact and its measure."""

from district_platform.dictionary.model import Column, Layer, Owner, Sensitivity, Table, extract, names, refers
from district_platform.dictionary.students import STUDENT

SENSITIVE = Sensitivity.SENSITIVE

FRACTION_OF_DAY = "decimal(5, 4)"
DAYS = "decimal(9, 4)"

COLUMNS = (
    Column("attendance_code", "string", "Code of an attendance event.", SENSITIVE),
    Column("attendance_event_category", "string", "What the code means.", SENSITIVE),
    Column(
        "attendance_excusal_status",
        "string",
        "Whether the absence is excused. In the daily fact also In Attendance, Not Enrolled, Unknown.",
        SENSITIVE,
        domain=("Excused", "Unexcused"),
    ),
    Column("is_absent", FRACTION_OF_DAY, "Fraction of the day missed, 0..1.", SENSITIVE, unit="days"),
    Column("event_date", "date", "Day of an attendance event.", SENSITIVE),
    Column("reason", "string", "Reason of an attendance event, as recorded.", SENSITIVE),
    Column("attendance_event_reason", "string", "Reason of an attendance event, as recorded.", SENSITIVE),
    Column("submission_date", "date", "Day on which the school took attendance, events or none."),
)

TABLES = (
    extract(
        "sis",
        "attendance_codes",
        grain="an attendance code",
        key="attendance_code",
        columns="attendance_code attendance_event_category attendance_excusal_status is_absent",
        owner=Owner.ATTENDANCE,
    ),
    extract(
        "sis",
        "attendance_events",
        grain="an attendance event of a student at a school",
        key="school_year school_id student_id event_date session_id attendance_code",
        nullable_key="session_id",
        columns="school_year school_id student_id event_date session_id attendance_code reason",
        owner=Owner.ATTENDANCE,
        references=(
            refers("school_id", "schools"),
            *STUDENT,
            refers("attendance_code", "attendance_codes", judged_by="ATT-01"),
            refers("school_id school_year session_id", "sessions"),
        ),
    ),
    extract(
        "sis",
        "attendance_submissions",
        grain="a day on which a school took attendance",
        key="school_id submission_date",
        columns="school_id submission_date",
        owner=Owner.ATTENDANCE,
        references=(refers("school_id", "schools"),),
    ),
    Table(
        "fct_student_school_attendance_event",
        Layer.FACT,
        grain="an attendance event of a student at a school",
        key=("k_student", "k_school", "event_date", "k_session", "attendance_code"),
        nullable_key=("k_session",),
        columns=names(
            "k_student k_student_xyear k_school k_session school_year event_date attendance_code "
            "attendance_event_category attendance_event_reason attendance_excusal_status is_absent"
        ),
        owner=Owner.ATTENDANCE,
        is_split_by_year=True,
        description="Attendance events with what their codes mean. A code that is not mapped leaves is_absent null, "
        "which stops the publication (ATT-01).",
    ),
)
