"""Staff time: employees of the timekeeping system, their punches, shifts and weeks, and hours by school and position."""

from district_platform.dictionary.model import (
    Adding,
    Column,
    Count,
    Layer,
    Owner,
    Rounding,
    Sensitivity,
    Table,
    Told,
    measured,
    names,
)
from district_platform.dictionary.staffing import LEFT_OUT

DIRECTORY, SENSITIVE = Sensitivity.DIRECTORY, Sensitivity.SENSITIVE

EMPLOYEES = (
    Column("person_number", "string", "The timekeeping system's number of an employee.", DIRECTORY),
    Column("k_employee", "string", "Key of an employee: person_number.", DIRECTORY),
    Column("ukg_person_id", "int64", "The timekeeping system's own identifier of an employee.", DIRECTORY),
    Column("job_title", "string", "Job, as the timekeeping system words it."),
    Column("worker_type", "string", "How somebody is employed.", domain=("hourly", "student", "salaried")),
    Column("hourly_rate", "decimal(9, 2)", "Pay of an hour; null where none is given.", SENSITIVE, unit="USD per hour"),
    Column("time_zone", "string", "Time zone by its IANA name, in which the local times beside it are."),
)

PUNCHES = (
    Column("punch_id", "int64", "The timekeeping system's identifier of a punch; later punches have higher ones."),
    Column("punch_dtm", "timestamp", "Local time of the punch.", SENSITIVE),
    Column("rounded_punch_dtm", "timestamp", "The same as the timekeeping system rounds it for payroll.", SENSITIVE),
    Column("override_type", "string", "How a manager marked the punch: In Punch, Out Punch, New Shift …"),
    Column("is_phantom", "boolean", "Whether the system put the punch in the place of one that is missing."),
    Column("updated_on_dtm", "timestamp", "Local time at which the punch was last changed.", SENSITIVE),
    Column("is_deleted", "boolean", "Whether the timekeeping system no longer has the punch."),
    Column(
        "utc_offset",
        "int64",
        "How far local time is ahead of UTC at the punch, or the first of the shift; null where the zone is unknown.",
        unit="seconds",
    ),
    Column("is_repeated_hour", "boolean", "Whether the local time comes twice, on the night when clocks go back."),
    Column(
        "pairing",
        "string",
        "What became of the punch: paired; missing out or missing in, where its partner is missing; open, where the employee is still "
        "at work; or why it does not count.",
        domain=(
            "deleted",
            "phantom",
            "unknown employee",
            "unknown time zone",
            "repeat",
            "paired",
            "missing out",
            "missing in",
            "open",
        ),
    ),
    Column("k_shift", "int64", "Key of a shift: punch_id of its first punch."),
    Column("segment_number", "int64", "Which stretch of work of the shift it is, from 1."),
    Column("is_in", "boolean", "Whether a paired punch begins a stretch of work."),
)

SHIFTS = (
    Column("began_dtm", "timestamp", "Local time of the first punch.", SENSITIVE),
    Column("ended_dtm", "timestamp", "Local time of the last punch.", SENSITIVE),
    Column("work_date", "date", "Local date on which the shift begins.", SENSITIVE),
    Column("n_segments", "int64", "Stretches of work, one more than breaks.", unit="stretches"),
    Column("seconds_elapsed", "int64", "From the first punch to the last, in true time.", SENSITIVE, unit="seconds"),
    Column("break_seconds", "int64", "Breaks in it that were punched.", SENSITIVE, unit="seconds"),
    Column(
        "hours_worked", "decimal(12, 2)", "Hours at work, breaks that were punched taken off.", SENSITIVE, unit="hours"
    ),
    Column(
        "hours_worked_next_week",
        "decimal(12, 2)",
        "Of them, those after the end of the work week in which the shift begins: they are hours of the next one.",
        SENSITIVE,
        unit="hours",
    ),
    Column("is_overnight", "boolean", "Whether it ends on a later local date.", SENSITIVE),
)

WEEKS = (
    Column("work_week_begin_date", "date", "First day of the work week ([hours] work_week_begins)."),
    Column("n_shifts", "int64", "Shifts that begin in the week.", unit="shifts"),
    Column("n_days_worked", "int64", "Dates with the beginning of a shift.", unit="days"),
    Column(
        "first_work_date",
        "date",
        "First date at work: of the beginning of a shift, or the week's first, where a shift of the week before ends in it.",
        SENSITIVE,
    ),
    Column("n_missing_punch_days", "int64", "Dates with a punch whose partner is missing.", SENSITIVE, unit="days"),
    Column("regular_hours", "decimal(12, 2)", "Hours that are not overtime.", SENSITIVE, unit="hours"),
    Column(
        "overtime_hours",
        "decimal(12, 2)",
        "Hours of a work week beyond [hours] overtime_after_hours.",
        SENSITIVE,
        unit="hours",
    ),
    Column(
        "estimated_gross_pay",
        "decimal(12, 2)",
        "What the hours would be paid at today's rate; null without a rate.",
        SENSITIVE,
        unit="USD",
    ),
    Column("headcount", "int64", "Employees at work in the week.", unit="employees"),
    Column("assigned_fte", "decimal(12, 4)", "FTE of their assignments on the week's first day at work.", unit="FTE"),
    Column(
        "hours_per_fte",
        "float64",
        "Hours per assigned FTE, of employees who have any; null where more than quality.max_left_out_pct of the employees have none.",
        unit="hours per FTE",
    ),
    Column(
        "pct_employees_left_out",
        "float64",
        "Share of the employees at work whom hours_per_fte leaves out: without an FTE on the week's first day at work.",
        unit="percent",
    ),
)

COLUMNS = (*EMPLOYEES, *PUNCHES, *SHIFTS, *WEEKS)

COUNTS = (Count("headcount", Adding.EXACTLY, told=Told.EVERYWHERE, is_of_students=False),)

_FIGURES = "headcount hours_worked overtime_hours assigned_fte hours_per_fte pct_employees_left_out"

FULL_WEEK = 40
"""Hours by which one employee moves a sum of hours, about (FLSA, section 7(a))."""

_OF_SOME = Rounding(unless="pct_employees_left_out", size="assigned_fte", per=FULL_WEEK)
"""The hours of employees with an FTE, subtracted from the hours of all, would be the hours of the few without one."""

TABLES = (
    Table(
        "stg_timekeeping_employee",
        Layer.STAGING,
        grain="an employee of the timekeeping system",
        key=("person_number",),
        columns=names(
            "person_number ukg_person_id full_name job_title school_id worker_type hire_date termination_date hourly_rate "
            "time_zone"
        ),
        owner=Owner.HR,
        description="Employees as the store of punches has them. Names and rates: restricted.",
    ),
    Table(
        "stg_timekeeping_punch",
        Layer.STAGING,
        grain="a punch",
        key=("punch_id",),
        columns=names(
            "punch_id person_number punch_dtm rounded_punch_dtm time_zone override_type is_phantom updated_on_dtm is_deleted"
        ),
        owner=Owner.HR,
        description="Punches as the store has them, deleted ones and those of unknown employees included.",
    ),
    Table(
        "employee_crosswalk",
        Layer.REFERENCE,
        grain="an employee of the timekeeping system",
        key=("person_number",),
        columns=names("person_number educator_id"),
        owner=Owner.HR,
        description="Which educator an employee is, where the two systems number people differently: "
        "data/reference/employee_crosswalk.csv. It goes before a number that both share.",
    ),
    Table(
        "dim_employee",
        Layer.DIMENSION,
        grain="an employee of the timekeeping system",
        key=("k_employee",),
        columns=names(
            "k_employee ukg_person_id full_name job_title k_school worker_type hire_date termination_date hourly_rate "
            "time_zone k_educator"
        ),
        owner=Owner.HR,
        description="Employees who punch, and who of them are educators. Names and rates: restricted.",
    ),
    Table(
        "fct_staff_punch",
        Layer.FACT,
        grain="a punch",
        key=("punch_id",),
        columns=names(
            "punch_id k_employee punch_dtm rounded_punch_dtm time_zone utc_offset is_repeated_hour override_type is_phantom "
            "updated_on_dtm is_deleted pairing k_shift segment_number is_in"
        ),
        owner=Owner.HR,
        description="Every punch and what became of it: paired into a shift, or why not. Single people: restricted.",
    ),
    Table(
        "fct_staff_shift",
        Layer.FACT,
        grain="a shift of an employee",
        key=("k_shift",),
        columns=names(
            "k_shift k_employee k_school school_year work_date work_week_begin_date began_dtm ended_dtm time_zone utc_offset n_segments "
            "seconds_elapsed break_seconds hours_worked hours_worked_next_week is_overnight"
        ),
        owner=Owner.HR,
        description="Time at work from in to out, with the meal breaks that were punched. Single people: restricted.",
    ),
    Table(
        "msr_staff_weekly_hours",
        Layer.MEASURE,
        grain="a work week of an employee with a shift or the end of one, or with a punch whose partner is missing",
        key=names("k_employee work_week_begin_date"),
        columns=names(
            "k_employee k_school school_year work_week_begin_date n_shifts n_days_worked first_work_date n_missing_punch_days "
            "hours_worked regular_hours overtime_hours estimated_gross_pay"
        ),
        owner=Owner.HR,
        description="Hours a week, what of them is overtime, and what they would be paid (docs/timekeeping.md). Single people: "
        "restricted, and never released.",
    ),
    Table(
        "staff_hours",
        Layer.ANALYSIS,
        grain="a work week, a position, and a school or the district",
        key=names("work_week_begin_date aggregation k_school position"),
        nullable_key=("k_school",),
        columns=names(f"school_year work_week_begin_date aggregation k_school school_name position {_FIGURES}"),
        owner=Owner.HR,
        description="Hours at work by position, and how they compare with the FTE that was assigned. Position is the job title of "
        "the timekeeping system. Weeks that are over.",
        measures=(
            *measured("headcount hours_worked overtime_hours", by="headcount"),
            *measured("assigned_fte", by="headcount", absence_is_public=True),
            *measured("hours_per_fte", by="headcount", rounding=_OF_SOME),
            *measured("pct_employees_left_out", by="headcount", only_ranges=LEFT_OUT),
        ),
    ),
)
