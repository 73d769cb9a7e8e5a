"""ATT-09: what must hold for the daily attendance fact whatever the extracts say (docs/attendance.md)."""

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from district_platform.dictionary import Owner
from district_platform.metrics.daily_measures import RUNNING
from district_platform.quality.model import joined_key, rule, sentence

A_DAY = ("k_student", "k_school", "calendar_date")
COUNTS = ("cumulative_days_absent", "cumulative_days_attended", "cumulative_days_enrolled")


@ibis.udf.scalar.builtin(name="hash")
def _hash(one: str, other: str) -> dt.uint64:
    """The engine's own hash function, over two values."""


@rule(
    "ATT-09",
    title="Daily attendance contradicts itself",
    severity="error",
    owner=Owner.DATA,
    table="fct_student_daily_attendance",
    unit="a day of a student at a school",
    key=("student_id", "school_id", "calendar_date"),
    why="Chronic absence and every attendance rate are made from these days; a day that contradicts itself makes them wrong.",
    how_to_fix="Mend what ATT-01 names first: a code without meaning leaves its day without one. What remains is an error "
    "of the platform, or of the table that attendance.daily_attendance_source names: report it to the data team.",
    extracts=("calendar_dates",),
    is_locked=True,
)
def contradictory_day(
    fct_student_daily_attendance: ibis.Table, msr_student_cumulative_attendance: ibis.Table
) -> ibis.Table:
    """One row a day; present and absent make up the enrolled day; counts never fall; the last day equals the measure."""
    return ibis.union(
        _out_of_order(fct_student_daily_attendance),
        _not_adding_up(fct_student_daily_attendance),
        _unlike_the_measure(fct_student_daily_attendance, msr_student_cumulative_attendance),
    )


def _not_adding_up(daily: ibis.Table) -> ibis.Table:
    adds_up = (daily.is_present + daily.is_absent == daily.is_enrolled).fill_null(False)
    wrong = daily.filter(~adds_up)
    parts = sentence("present ", wrong.is_present, " and absent ", wrong.is_absent)
    return _findings(wrong, sentence(parts, " do not make up enrolled ", wrong.is_enrolled))


def _out_of_order(daily: ibis.Table) -> ibis.Table:
    """Days that repeat, and counts that fall. A hash only makes the sorting cheaper; the keys themselves are compared."""
    by_date = ibis.window(group_by=_hash(daily.k_student, daily.k_school), order_by=daily.calendar_date)
    lagged = ("k_student", "k_school", "calendar_date", *COUNTS)
    days = daily.select(*lagged, **{f"before_{name}": daily[name].lag().over(by_date) for name in lagged})
    same = (days.before_k_student == days.k_student) & (days.before_k_school == days.k_school)
    repeats = days.before_calendar_date == days.calendar_date
    falls = ibis.or_(*(days[f"before_{name}"] > days[name] for name in COUNTS))
    wrong = days.mutate(repeats=repeats).filter(same & (repeats | falls))
    return _findings(wrong, wrong.repeats.ifelse("the day stands twice", "a running count falls on this day"))


def _unlike_the_measure(daily: ibis.Table, measure: ibis.Table) -> ibis.Table:
    last_days = daily.group_by("k_student", "k_school").agg(calendar_date=daily.calendar_date.max())
    last = daily.semi_join(last_days, list(A_DAY)).select(*A_DAY, *RUNNING)
    stated = measure.select(**{f"m_{name}": measure[name] for name in ("k_student", "k_school", *RUNNING)})
    both = last.outer_join(stated, [last.k_student == stated.m_k_student, last.k_school == stated.m_k_school])
    agree = ibis.and_(*(both[name].identical_to(both[f"m_{name}"]) for name in ("k_student", "k_school", *RUNNING)))
    wrong = both.filter(~agree).select(
        k_student=both.k_student.fill_null(both.m_k_student),
        k_school=both.k_school.fill_null(both.m_k_school),
        calendar_date="calendar_date",
    )
    return _findings(wrong, ibis.literal("the last day and msr_student_cumulative_attendance differ"))


def _findings(days: ibis.Table, message: ir.StringValue) -> ibis.Table:
    return days.select(finding_key=joined_key(days, *A_DAY), message=message)
