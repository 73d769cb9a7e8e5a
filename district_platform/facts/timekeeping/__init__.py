"""Staff time: punches, shifts and weeks of those who punch in and out. Rules: docs/timekeeping.md.

Each module holds one part: `clock` (when a punch was made), `marks` (what a manager says of it), `repeats` (whether it repeats the one
before), `pairing` (in, out, and the shift), `shifts` (how long it is), `weeks` (overtime and pay). Where punches come from is
`timekeeping`, whose rows `staging.timekeeping` hands over.
"""

import datetime as dt

import ibis

from district_platform.facts.timekeeping import clock, pairing, repeats, shifts, weeks
from district_platform.facts.timekeeping.pairing import Pairing
from district_platform.settings import Hours, Timekeeping

PAIRED_BY = ("punch_id", "k_employee", "override_type", "punch_dtm")


def fct_staff_punch(
    stg_timekeeping_punch: ibis.Table,
    dim_employee: ibis.Table,
    hours: Hours,
    timekeeping: Timekeeping,
    as_of_date: dt.date,
) -> ibis.Table:
    """Every punch that the timekeeping system ever had, with what became of it."""
    employees = dim_employee.select("k_employee", employee_zone="time_zone", is_known=ibis.literal(True))
    punches = stg_timekeeping_punch.rename(k_employee="person_number").left_join(employees, "k_employee")
    zoned = punches.mutate(time_zone=ibis.coalesce(punches.time_zone, punches.employee_zone))
    timed = clock.with_offset(zoned, timekeeping.api.time_zones.values())
    judged = timed.mutate(excluded=pairing.exclusion(timed))
    counted = judged.filter(judged.excluded.isnull())
    counted = counted.select(*PAIRED_BY, moment=clock.moment(counted.punch_dtm, counted.utc_offset))
    read = repeats.with_repeats(counted, hours)
    paired = pairing.paired(read.filter(~read.is_repeat), hours).select("punch_id", "pairing", *pairing.SHIFT_COLUMNS)
    repeated = read.filter(read.is_repeat).select("punch_id", repeat=ibis.literal(Pairing.REPEAT.value))
    told = judged.left_join(paired, "punch_id").drop("punch_id_right").left_join(repeated, "punch_id")
    told = told.drop("punch_id_right", "k_employee_right", "employee_zone", "is_known")
    is_open = (told.pairing == Pairing.MISSING_OUT) & (told.punch_dtm.date() >= as_of_date)
    outcome = is_open.fill_null(False).ifelse(Pairing.OPEN.value, told.pairing)
    return told.mutate(pairing=ibis.coalesce(told.excluded, told.repeat, outcome)).drop("excluded", "repeat")


def fct_staff_shift(fct_staff_punch: ibis.Table, dim_employee: ibis.Table, hours: Hours) -> ibis.Table:
    """Every shift, at the school where the employee works today."""
    worked = shifts.shifts_of(fct_staff_punch, hours)
    return worked.left_join(dim_employee.select("k_employee", "k_school"), "k_employee").drop("k_employee_right")


def msr_staff_weekly_hours(
    fct_staff_shift: ibis.Table, fct_staff_punch: ibis.Table, dim_employee: ibis.Table, hours: Hours
) -> ibis.Table:
    """Every work week of an employee with a shift or with a punch that misses its partner."""
    return weeks.weekly(fct_staff_shift, weeks.missing_days(fct_staff_punch, hours), dim_employee, hours)
