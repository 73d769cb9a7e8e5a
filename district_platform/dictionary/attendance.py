"""Attendance: codes, events, submissions, the daily fact and its measure, and what leaders read of them."""

from dataclasses import replace

from district_platform.dictionary.model import (
    Absence,
    Adding,
    Column,
    Count,
    Counted,
    Layer,
    Measure,
    Owner,
    Rounding,
    Sensitivity,
    Table,
    Told,
    Within,
    extract,
    measured,
    names,
    refers,
)
from district_platform.dictionary.students import STUDENT

SENSITIVE = Sensitivity.SENSITIVE

FRACTION_OF_DAY = "decimal(5, 4)"
DAYS = "decimal(9, 4)"
RATE = "decimal(5, 2)"
BOUND = "decimal(9, 4)"

EACH_SCHOOL, WITHOUT_PREKINDERGARTEN = "each school its own", "without prekindergarten"

EVENTS = (
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
    Column("has_submission", "boolean", "Whether the school submitted the day's attendance, events or none."),
    Column("has_events", "boolean", "Whether an attendance event of the SIS at the school is dated on the day."),
)

DAY = (
    Column(
        "is_present", FRACTION_OF_DAY, "Fraction of the day attended: is_enrolled less is_absent.", SENSITIVE, "days"
    ),
    Column("is_enrolled", "int64", "1 on a day enrolled, 0 after the exit."),
)

RUNNING = (
    Column(
        "consecutive_days_by_excusal_status",
        "int64",
        "Position of the day in the current unbroken run of the same excusal status at the school.",
        SENSITIVE,
        "days",
    ),
    Column("total_days_enrolled", "int64", "Days enrolled at the school in the year, over all rows.", unit="days"),
    Column("cumulative_days_absent", DAYS, "Days absent at the school up to and with the day.", SENSITIVE, "days"),
    Column("cumulative_days_attended", DAYS, "Days attended at the school up to and with the day.", SENSITIVE, "days"),
    Column("cumulative_days_enrolled", "int64", "Days enrolled at the school up to and with the day.", unit="days"),
    Column(
        "cumulative_attendance_rate",
        RATE,
        "100 × attended / enrolled up to and with the day, rounded half up; null while nothing is enrolled.",
        SENSITIVE,
        "percent",
    ),
    Column(
        "meets_enrollment_threshold",
        "boolean",
        "Whether enough days are enrolled to judge a rate (attendance.chronic_absence_min_days).",
    ),
    Column(
        "is_chronic_absentee",
        "boolean",
        "Whether the rate is at or under attendance.chronic_absence_threshold, with enough days enrolled.",
        SENSITIVE,
    ),
    Column("absentee_category_rank", "int64", "Band of the rate; null with too few days enrolled.", SENSITIVE),
    Column("absentee_category_label", "string", "Name of the band.", SENSITIVE),
)

BANDS = (
    Column(
        "threshold_lower", BOUND, "Attendance rates above this are in the band; the lowest holds it.", unit="percent"
    ),
    Column("threshold_upper", BOUND, "Attendance rates up to and with this are in the band.", unit="percent"),
    Column("level_numeric", "int64", "Rank of the band, 1 for the most absent."),
    Column("level_label", "string", "Name of the band."),
)

GROUPS = (
    Column("n_students_attending", "int64", "Students with at least one day enrolled.", unit="students"),
    Column("pct_attendance", "float64", "Days attended per day enrolled.", unit="percent"),
    Column("n_students_judged", "int64", "Students with enough days enrolled to be judged.", unit="students"),
    Column(
        "n_students_judged_before",
        "int64",
        "n_students_judged of the year before; null where the change compares only some of the schools.",
        unit="students",
    ),
    Column("n_chronically_absent", "int64", "Students chronically absent, of those judged.", unit="students"),
    Column("pct_chronically_absent", "float64", "Chronically absent per student judged.", unit="percent"),
    Column(
        "pct_chronically_absent_change",
        "float64",
        "Change against the year before; for a running year, against the year before up to the same day. In the district over the "
        "schools with attendance in both years.",
        unit="points",
    ),
    Column(
        "change_basis",
        "string",
        "How many schools of how many the district's change compares, such as '23 of 25 schools in both 2025 and 2026'; null where it "
        "compares all of both years, and where it is a school's own.",
    ),
    Column(
        "n_students_judged_federal", "int64", "Students with at least attendance.federal_min_days.", unit="students"
    ),
    Column("n_chronically_absent_federal", "int64", "Chronically absent by the federal reading.", unit="students"),
    Column("pct_chronically_absent_federal", "float64", "The same per student judged.", unit="percent"),
    Column(
        "n_students_judged_fs195",
        "int64",
        "n_students_judged_federal of grades KG to 12; null where that is another number (fs195_basis).",
        unit="students",
    ),
    Column(
        "pct_chronically_absent_fs195",
        "float64",
        "Chronically absent as EDFacts FS195 (data group 814) has it: the federal reading of grades KG to 12, each school its own days. "
        "There is no sum over a district: a child of two schools counts at both.",
        unit="percent",
    ),
    Column(
        "fs195_basis",
        "string",
        "Why the FS195 reading is not the federal one beside it; null where they are the same.",
        domain=(EACH_SCHOOL, WITHOUT_PREKINDERGARTEN),
    ),
    Column("week_begin_date", "date", "Monday of the week; null in rows of a weekday."),
    Column("weekday_number", "int64", "1 for Monday to 7; null in rows of a week."),
    Column("weekday", "string", "Weekday over the whole year; null in rows of a week."),
    Column("n_instructional_days", "int64", "Dates with students enrolled.", unit="days"),
    Column("n_students_enrolled", "int64", "Most students enrolled on one day of the row.", unit="students"),
)

COLUMNS = (*EVENTS, *DAY, *RUNNING, *BANDS, *GROUPS)

ATTENDING, JUDGED, JUDGED_FEDERAL = "n_students_attending", "n_students_judged", "n_students_judged_federal"

COUNTS = (
    Count(ATTENDING, Adding.AT_LEAST, part_of="n_students", defined_by="attendance"),
    Count(
        JUDGED,
        Adding.EACH,
        within=(Within(ATTENDING), Within(JUDGED_FEDERAL, if_federal_is_wider=True)),
        grows=True,
        defined_by="attendance",
    ),
    Count(JUDGED_FEDERAL, Adding.EACH, within=(Within(ATTENDING),), defined_by="attendance"),
    Count("n_chronically_absent", part_of=JUDGED, defined_by="attendance"),
    Count("n_chronically_absent_federal", part_of=JUDGED_FEDERAL, defined_by="attendance"),
    Count(
        "n_students_enrolled", Adding.AT_LEAST, within=(Within(ATTENDING),), told=Told.NOWHERE, defined_by="attendance"
    ),
)

_ABSENCE_NOW = (
    *measured("n_students_attending pct_attendance", by="n_students_attending"),
    *measured("n_students_judged", by="n_students_judged"),
    *measured("n_chronically_absent", by="n_students_judged"),
    *measured("pct_chronically_absent", by="n_students_judged", share=Counted("n_chronically_absent")),
    *measured("n_students_judged_before", by="n_students_judged_before"),
)


def _absence_changed(by: tuple[str, ...], rounding: Rounding | None = None) -> tuple[Measure, ...]:
    """The change of chronic absence; `by` names further columns that say what is compared."""
    return measured(
        "pct_chronically_absent_change",
        by="n_students_judged n_students_judged_before",
        share=Counted("n_chronically_absent", years_back=1, to_date=True, by=by),
        change_of="pct_chronically_absent",
        rounding=rounding,
    )


ABSENCE = (*_ABSENCE_NOW, *_absence_changed(by=()))
"""The local reading of attendance and chronic absence of schools, wherever it stands in an analysis table."""

JUDGED_BEFORE = ("n_students_judged_before", Counted("n_students_judged", years_back=1, to_date=True))

CHANGE_BASIS = ("change_basis",)
"""A change over some of the schools rests on other counts than one over all of them."""

_STUDENT_AT_SCHOOL = "k_student k_student_xyear k_school"
_RUNNING = " ".join(column.name for column in RUNNING)

TABLES = (
    extract(
        "sis",
        "attendance_codes",
        grain="an attendance code",
        key="attendance_code",
        columns="attendance_code attendance_event_category attendance_excusal_status is_absent",
        owner=Owner.ATTENDANCE,
        optional={"attendance_excusal_status": "excused and unexcused absences are not told apart"},
    ),
    extract(
        "sis",
        "attendance_events",
        grain="an attendance event of a student at a school",
        key="school_year school_id student_id event_date session_id attendance_code",
        nullable_key="session_id",
        columns="school_year school_id student_id event_date session_id attendance_code reason",
        owner=Owner.ATTENDANCE,
        optional={
            "school_year": Absence("it is the school year of the date, from July on", year_of="event_date"),
            "session_id": "an event belongs to the session of its date",
            "reason": "absences have no reason",
        },
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
    Table(
        "fct_school_attendance_taken",
        Layer.FACT,
        grain="an instructional day of a school up to as_of_date",
        key=("k_school", "school_year", "calendar_date"),
        columns=names("k_school school_year calendar_date has_submission has_events"),
        owner=Owner.ATTENDANCE,
        description="Whether a school took attendance on a day, by its submissions and by the SIS's events (docs/attendance.md). "
        "It names no student.",
    ),
    Table(
        "absentee_categories",
        Layer.REFERENCE,
        grain="a band of attendance rates",
        key=("level_numeric",),
        columns=tuple(column.name for column in BANDS),
        owner=Owner.ATTENDANCE,
        description="The bands of absenteeism: data/reference/absentee_categories.csv, defaults where it is absent. "
        "They cover 0 to 100 without a hole or an overlap.",
    ),
    Table(
        "fct_student_daily_attendance",
        Layer.FACT,
        grain="an instructional day of a student at a school, from entry on",
        key=names("k_student k_school calendar_date"),
        columns=names(
            f"{_STUDENT_AT_SCHOOL} k_calendar_date school_year calendar_date k_session attendance_event_category "
            "attendance_event_reason is_absent is_present is_enrolled attendance_excusal_status " + _RUNNING
        ),
        owner=Owner.ATTENDANCE,
        is_split_by_year=True,
        stored_by=("k_school",),
        description="Every student's status on every instructional day, and the measures so far (docs/attendance.md). "
        "Days after the exit are Not Enrolled. A school and year without evidence of attendance has no rows.",
    ),
    Table(
        "msr_student_cumulative_attendance",
        Layer.MEASURE,
        grain="a student at a school in a year",
        key=names("k_student k_school"),
        columns=names(f"{_STUDENT_AT_SCHOOL} school_year {_RUNNING}"),
        owner=Owner.ATTENDANCE,
        stored_by=("k_school",),
        description="The daily fact's measures as they stand on the student's last day at the school. For figures of the "
        "district, where a child who changes schools counts once, use chronic_absence.",
    ),
    Table(
        "chronic_absence",
        Layer.ANALYSIS,
        grain="a subgroup in a grade or in all of them, at a school or in the district, in a year",
        key=names("school_year aggregation k_school grade_level k_subgroup"),
        nullable_key=names("k_school grade_level"),
        columns=names(
            "school_year aggregation k_school school_name grade_level k_subgroup subgroup_dimension subgroup_value "
            "n_students_attending pct_attendance n_students_judged n_chronically_absent pct_chronically_absent "
            "n_students_judged_before pct_chronically_absent_change n_students_judged_federal "
            "n_chronically_absent_federal pct_chronically_absent_federal change_basis "
            "n_students_judged_fs195 pct_chronically_absent_fs195 fs195_basis"
        ),
        owner=Owner.ATTENDANCE,
        description="Attendance and chronic absence, by the local rule and the federal one. grade_level is null in rows of "
        "all grades. In the district a child who changed schools counts once, with the days of all its schools: schools "
        "need not add up to it.",
        measures=(
            *_ABSENCE_NOW,
            *_absence_changed(CHANGE_BASIS, Rounding(unless="change_basis", size="n_students_judged", per=100)),
            *measured("n_students_judged_federal", by="n_students_judged_federal"),
            *measured("n_chronically_absent_federal", by="n_students_judged_federal"),
            *measured(
                "pct_chronically_absent_federal",
                by="n_students_judged_federal",
                share=Counted("n_chronically_absent_federal"),
            ),
            *measured("n_students_judged_fs195", by="n_students_judged_fs195"),
            *measured(
                "pct_chronically_absent_fs195",
                by="n_students_judged_fs195 n_students_judged_federal",
                share=Counted("n_chronically_absent_federal", by=("fs195_basis",)),
                rounding=Rounding(unless="fs195_basis", size="n_students_judged_federal", per=100),
            ),
        ),
        counted=(
            ("n_students_judged_fs195", Counted("n_students_judged_federal", by=("fs195_basis",))),
            (JUDGED_BEFORE[0], replace(JUDGED_BEFORE[1], by=CHANGE_BASIS)),
        ),
    ),
    Table(
        "attendance_trend",
        Layer.ANALYSIS,
        grain="a week, or a weekday over the whole year, at a school or in the district",
        key=names("school_year aggregation k_school week_begin_date weekday_number"),
        nullable_key=names("k_school week_begin_date weekday_number"),
        columns=names(
            "school_year aggregation k_school school_name week_begin_date weekday_number weekday n_instructional_days "
            "n_students_enrolled pct_attendance"
        ),
        owner=Owner.ATTENDANCE,
        description="Attendance over the year: by week, and by weekday.",
        measures=measured("n_students_enrolled pct_attendance", by="n_students_enrolled"),
    ),
)
