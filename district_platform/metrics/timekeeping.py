"""Staff time: hours at work, overtime, what they cost, and hours per FTE. How punches become shifts, `facts.timekeeping` says."""

import datetime as dt
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from district_platform.metrics.enrollment import covers
from district_platform.metrics.staffing import is_possible_fte, pct_left_out
from district_platform.settings import Hours

HOURS = "decimal(12, 2)"
FTE = "decimal(12, 4)"
PAY = "decimal(12, 2)"

SECONDS_AN_HOUR = 3_600
HUNDREDTHS = 100
SCHOOL_DAYS_A_WEEK = 5


def hours_of(seconds: ir.IntegerValue) -> ir.DecimalValue:
    """Seconds as hours, in hundredths as payroll counts them, rounded half up."""
    hundredths = (2 * HUNDREDTHS * seconds + SECONDS_AN_HOUR) // (2 * SECONDS_AN_HOUR)
    return (hundredths.cast(HOURS) / HUNDREDTHS).cast(HOURS)


def hours_worked(shifts: ibis.Table) -> ir.DecimalScalar:
    """Hours at work, breaks that were punched taken off.

    Formula: sum over shifts of the time from in to out of every stretch of work, in hundredths of an hour.
    Unit: hours.
    Source: FLSA, 29 CFR 785 (hours worked) and 785.48 (rounding).
    Columns: hours_worked.
    """
    return shifts.hours_worked.sum().cast(HOURS)


def hours_in_week(shifts: ibis.Table) -> ir.DecimalValue:
    """The hours of a shift that belong to the work week in which it begins (29 CFR 778.105)."""
    return (shifts.hours_worked - shifts.hours_worked_next_week).cast(HOURS)


def overtime_hours(weeks: ibis.Table, hours: Hours) -> ir.DecimalValue:
    """Hours of a work week beyond the setting; of worker types that are exempt none.

    Formula: hours_worked − `overtime_after_hours`, at least 0.
    Unit: hours.
    Source: FLSA, section 7(a); 29 CFR 541.303 exempts teachers.
    Columns: overtime_hours.
    """
    limit = ibis.literal(hours.overtime_after_hours, HOURS)
    none = ibis.literal(0, HOURS)
    is_exempt = weeks.worker_type.isin(hours.overtime_exempt).fill_null(False)
    return is_exempt.ifelse(none, ibis.greatest(weeks.hours_worked - limit, none)).cast(HOURS)


def total_overtime_hours(weeks: ibis.Table) -> ir.DecimalScalar:
    """overtime_hours of several employees together."""
    return weeks.overtime_hours.sum().cast(HOURS)


def regular_hours(weeks: ibis.Table) -> ir.DecimalValue:
    """Hours of a work week that are not overtime.

    Formula: hours_worked − overtime_hours.
    Unit: hours.
    Source: FLSA, section 7(a).
    Columns: regular_hours.
    """
    return (weeks.hours_worked - weeks.overtime_hours).cast(HOURS)


def estimated_gross_pay(weeks: ibis.Table, hours: Hours) -> ir.DecimalValue:
    """What the week's hours would be paid at today's rate; null without one. An estimate: no leave, stipends or earlier rates.

    Formula: hourly_rate × (regular_hours + `overtime_factor` × overtime_hours), rounded half up to the cent.
    Unit: USD.
    Columns: estimated_gross_pay.
    """
    factor = int(hours.overtime_factor * HUNDREDTHS)
    paid = _whole(weeks.regular_hours) * HUNDREDTHS + _whole(weeks.overtime_hours) * factor
    parts_of_a_cent = HUNDREDTHS * HUNDREDTHS
    cents = (2 * paid * _whole(weeks.hourly_rate) + parts_of_a_cent) // (2 * parts_of_a_cent)
    return (cents.cast(PAY) / HUNDREDTHS).cast(PAY)


def _whole(value: ir.DecimalValue) -> ir.IntegerValue:
    """An exact number of two decimals in hundredths."""
    return (value * HUNDREDTHS).cast("int64")


def fte_on(rows: ibis.Table, assignments: ibis.Table, date: str) -> ibis.Table:
    """Rows of educators (k_educator) with the FTE of their assignments in force on a date of the row, null where they have none.

    The last day of an assignment belongs to the next one, and an FTE that nobody can hold (FTE-02) does not count. `rows` are unique by
    k_employee and date.
    """
    possible = assignments.filter(is_possible_fte(assignments.fte))
    possible = possible.select("k_educator", "begin_date", "end_date", "fte")
    held = rows.select("k_employee", "k_educator", date).join(possible, "k_educator")
    is_last_day = ((held.end_date == held[date]) & (held.begin_date < held[date])).fill_null(False)
    in_force = held.filter(covers(held, "begin_date", "end_date", held[date]), ~is_last_day)
    summed = in_force.group_by("k_employee", date).agg(assigned_fte=in_force.fte.sum().cast(FTE))
    return rows.left_join(summed, ["k_employee", date]).drop("k_employee_right", f"{date}_right")


def fte_on_school_days(assignments: ibis.Table, dim_calendar_date: ibis.Table) -> ibis.Table:
    """The FTE of each employee (k_employee) on each school day of the schools that it is assigned to; a row an employee and day.

    `assignments` name k_employee, k_school, begin_date, end_date and fte. The last day of an assignment belongs to the next one, and an
    FTE that nobody can hold (FTE-02) does not count.
    """
    days = dim_calendar_date.filter(dim_calendar_date.is_school_day).select("k_school", "calendar_date").distinct()
    held = assignments.filter(is_possible_fte(assignments.fte)).join(days, "k_school")
    end = held.end_date.fill_null(dt.date.max)
    on_days = held.filter(held.calendar_date >= held.begin_date, held.calendar_date < end)
    return on_days.group_by("k_employee", "calendar_date").agg(fte=on_days.fte.sum().cast(FTE))


def hours_of_a_day(hours: Hours) -> Decimal:
    """What a school day asks of 1.0 FTE: a day's share of a full week."""
    return hours.full_time_hours / SCHOOL_DAYS_A_WEEK


def is_at_work(weeks: ibis.Table) -> ir.BooleanValue:
    """Whether an employee's week holds a shift, or the end of one that began in the week before."""
    return (weeks.n_shifts > 0) | (weeks.hours_worked > 0)


def headcount(weeks: ibis.Table) -> ir.IntegerScalar:
    """Employees at work in the week, each once.

    Formula: count of different k_employee with a shift, or the end of one.
    Unit: employees.
    Columns: headcount.
    """
    return weeks.k_employee.nunique()


def assigned_fte(weeks: ibis.Table) -> ir.DecimalScalar:
    """FTE that human resources have assigned to the employees at work in the week; null where nobody has any.

    Formula: sum of the FTE of their assignments in force on the week's first day at work.
    Unit: FTE.
    Columns: assigned_fte.
    """
    return weeks.assigned_fte.sum().cast(FTE)


def hours_per_fte(weeks: ibis.Table) -> ir.FloatingScalar:
    """Hours of a week per assigned FTE, of the employees who have any: near the hours of a full week where time fits FTE.

    Hours come from the timekeeping system, FTE from human resources. It is null where more than `max_left_out_pct` of the employees have no
    FTE.

    Formula: hours_worked of employees with assigned_fte / assigned_fte.
    Unit: hours per FTE.
    Columns: hours_per_fte.
    """
    hours = weeks.hours_worked.sum(where=weeks.assigned_fte.notnull()).cast("float64")
    return hours / weeks.assigned_fte.sum().nullif(0).cast("float64")


def n_with_fte(weeks: ibis.Table) -> ir.IntegerScalar:
    """Employees at work in the week whom hours_per_fte takes, each once.

    No table has this number: together with headcount it would reveal how few employees are left out.
    """
    return weeks.k_employee.nunique(where=weeks.assigned_fte.notnull())


def pct_employees_left_out(n_at_work: ir.IntegerValue, n_taken: ir.IntegerValue) -> ir.FloatingValue:
    """Share of the employees at work in the week whom hours_per_fte leaves out, since no assignment in force gives them an FTE.

    Formula: 100 × (headcount − employees with assigned_fte) / headcount.
    Unit: percent.
    Columns: pct_employees_left_out.
    """
    return pct_left_out(n_at_work, n_taken)
