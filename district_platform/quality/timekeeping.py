"""Rules about staff time (TIM). `facts.timekeeping` turns punches into shifts and hours."""

import datetime as dt

import ibis

from district_platform.dictionary import Owner
from district_platform.dictionary.schools import DAYS_A_WEEK
from district_platform.facts.reconciliation.sessions import SECONDS_A_MINUTE
from district_platform.facts.timekeeping.clock import moment
from district_platform.facts.timekeeping.pairing import Pairing, misses_partner
from district_platform.facts.timekeeping.shifts import week_begin
from district_platform.metrics.timekeeping import HOURS, SECONDS_AN_HOUR, fte_on_school_days, hours_of_a_day, is_at_work
from district_platform.quality.model import VALUES, joined_key, rule, sentence
from district_platform.settings import Hours, Quality

PUNCHES = ("stg_timekeeping_punch",)
HOURLY, STUDENT = "hourly", "student"


@rule(
    "TIM-01",
    title="Missing punch",
    severity="warn",
    owner=Owner.HR,
    table="fct_staff_punch",
    unit="a punch whose partner is missing",
    key=("punch_id",),
    why="Time at work is not counted, and not paid, until somebody says when it began or ended.",
    how_to_fix="Have the employee's manager add the missing punch in the timekeeping system.",
    requires=PUNCHES,
)
def missing_punch(fct_staff_punch: ibis.Table) -> ibis.Table:
    """Whoever is still at work on the day that the data is looked at misses nothing."""
    alone = fct_staff_punch.filter(misses_partner(fct_staff_punch))
    return alone.select(
        finding_key=joined_key(alone, "punch_id"),
        message=sentence(alone.pairing, " beside the punch of ", alone.k_employee, " at ", alone.punch_dtm),
        value_found=sentence("a punch at ", alone.punch_dtm),
        value_expected=ibis.literal("a punch in and a punch out"),
    )


@rule(
    "TIM-02",
    title="Shift of an impossible length",
    severity="warn",
    owner=Owner.HR,
    table="fct_staff_shift",
    unit="a shift, by its first punch",
    key=("k_shift",),
    why="Nobody works that long, and nobody comes for so short a time: a punch is missing, or stands twice.",
    how_to_fix="Ask the employee, and correct the punches in the timekeeping system.",
    requires=PUNCHES,
    thresholds=("max_shift_hours", "min_shift_minutes"),
)
def shift_of_impossible_length(fct_staff_shift: ibis.Table, quality: Quality) -> ibis.Table:
    """From the first punch to the last in true time, not as rounded."""
    elapsed = fct_staff_shift.seconds_elapsed
    found = fct_staff_shift.filter(
        (elapsed > quality.max_shift_hours * SECONDS_AN_HOUR) | (elapsed < quality.min_shift_minutes * SECONDS_A_MINUTE)
    )
    minutes = found.seconds_elapsed // SECONDS_A_MINUTE
    return found.select(
        finding_key=joined_key(found, "k_shift"),
        message=sentence(minutes, " minutes of ", found.k_employee, " from ", found.began_dtm),
        value_found=sentence(minutes, " minutes"),
        value_expected=ibis.literal(f"{quality.min_shift_minutes} minutes to {quality.max_shift_hours} hours"),
    )


@rule(
    "TIM-03",
    title="Overlapping shifts",
    severity="warn",
    owner=Owner.HR,
    table="fct_staff_shift",
    unit="a pair of shifts, by their first punches",
    key=("k_shift", "k_shift"),
    why="Nobody is at two places at once: the same time is paid twice, or somebody punched for a colleague.",
    how_to_fix="Ask the employee which of the two employments the time belongs to, and correct the other's punches.",
    requires=PUNCHES,
)
def overlapping_shifts(fct_staff_shift: ibis.Table, dim_employee: ibis.Table) -> ibis.Table:
    """Of two employments of one educator, in true time; one may begin as the other ends. Within an employment pairing leaves none."""
    people = dim_employee.filter(dim_employee.k_educator.notnull()).select("k_employee", "k_educator")
    several = people.group_by("k_educator").agg(n=people.count()).filter(ibis._.n > 1)
    shifts = fct_staff_shift.join(people.semi_join(several, "k_educator"), "k_employee")
    begins = moment(shifts.began_dtm, shifts.utc_offset)
    timed = shifts.select("k_shift", "k_employee", "k_educator", begins=begins, ends=begins + shifts.seconds_elapsed)
    other = timed.select(
        "k_educator", **{f"other_{name}": name for name in ("k_shift", "k_employee", "begins", "ends")}
    )
    both = timed.join(other, "k_educator").filter(lambda t: t.k_employee != t.other_k_employee)
    is_first = (both.begins < both.other_begins) | (
        (both.begins == both.other_begins) & (both.k_shift < both.other_k_shift)
    )
    pairs = both.filter(is_first, both.ends > both.other_begins)
    return pairs.select(
        finding_key=joined_key(pairs, "k_shift", "other_k_shift"),
        message=sentence("shifts of ", pairs.k_employee, " and ", pairs.other_k_employee, " at the same time"),
        value_found=ibis.literal("two shifts at once"),
        value_expected=ibis.literal("one at a time"),
    )


@rule(
    "TIM-04",
    title="Hours far from the assigned FTE",
    severity="warn",
    owner=Owner.HR,
    table="msr_staff_weekly_hours",
    unit="an employee",
    key=("k_employee",),
    why="The position is staffed by more or less than is budgeted and reported as FTE.",
    how_to_fix="Correct the FTE of the assignment in the HR system, or settle the hours with the employee's manager.",
    extracts=("staff_assignments", "calendar_dates"),
    requires=PUNCHES,
    thresholds=("fte_weeks", "fte_least_days", "max_fte_deviation_pct"),
)
def hours_far_from_fte(
    msr_staff_weekly_hours: ibis.Table,
    fct_staff_assignment: ibis.Table,
    dim_calendar_date: ibis.Table,
    dim_employee: ibis.Table,
    hours: Hours,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    """Of hourly employees, over `fte_weeks` work weeks in a row from their first to their last at work, and up to as_of_date.

    Expected is a day's share of a full week for each FTE and instructional day of the school that it is assigned to; weeks in a row
    with few such days are not judged. Impossible FTE is FTE-02's.
    """
    hourly = dim_employee.filter(dim_employee.worker_type == HOURLY, dim_employee.k_educator.notnull())
    expected = _expected_hours(
        hourly.select("k_employee", "k_educator"), fct_staff_assignment, dim_calendar_date, hours
    )
    worked = msr_staff_weekly_hours.filter(is_at_work(msr_staff_weekly_hours))
    spans = worked.group_by("k_employee").agg(
        first=worked.work_week_begin_date.min(), last=worked.work_week_begin_date.max()
    )
    weeks = expected.left_join(worked, ["k_employee", "work_week_begin_date"])
    weeks = weeks.select(expected, hours_worked=weeks.hours_worked.fill_null(0)).join(spans, "k_employee")
    last_over = as_of_date - dt.timedelta(days=DAYS_A_WEEK)
    weeks = weeks.filter(
        weeks.work_week_begin_date.between(weeks["first"], weeks["last"]), weeks.work_week_begin_date <= last_over
    )
    windows = _in_a_row(weeks, quality.fte_weeks).filter(ibis._.n_days >= quality.fte_least_days)
    deviation = (windows.hours_worked - windows.expected).abs()
    far = windows.filter(deviation * 100 > windows.expected * ibis.literal(quality.max_fte_deviation_pct, HOURS))
    first = far.group_by("k_employee").agg(
        n=far.count(),
        message=_evidence(far, quality.fte_weeks).first(order_by=far.work_week_begin_date),
        value_found=sentence(far.hours_worked, " hours").first(order_by=far.work_week_begin_date),
        value_expected=sentence(far.expected, " hours").first(order_by=far.work_week_begin_date),
    )
    return first.select("message", *VALUES, finding_key=joined_key(first, "k_employee"))


def _expected_hours(
    people: ibis.Table, assignments: ibis.Table, dim_calendar_date: ibis.Table, hours: Hours
) -> ibis.Table:
    """Hours and instructional days expected for the FTE; one row for each employee and work week with such a day."""
    held = assignments.join(people, "k_educator").select("k_employee", "k_school", "begin_date", "end_date", "fte")
    on_days = fte_on_school_days(held, dim_calendar_date)
    dated = on_days.mutate(work_week_begin_date=week_begin(on_days.calendar_date, hours))
    a_day = ibis.literal(hours_of_a_day(hours), "decimal(9, 4)")
    return dated.group_by("k_employee", "work_week_begin_date").agg(
        expected=(dated.fte.sum() * a_day).cast(HOURS), n_days=dated.count()
    )


def _in_a_row(weeks: ibis.Table, n_weeks: int) -> ibis.Table:
    """Each week with the sums over itself and the weeks before it, if enough weeks follow each other without a gap."""
    window = ibis.window(group_by="k_employee", order_by="work_week_begin_date", preceding=n_weeks - 1, following=0)
    summed = weeks.mutate(
        **{name: weeks[name].sum().over(window).cast(HOURS) for name in ("hours_worked", "expected")},
        n_days=weeks.n_days.sum().over(window),
        n_weeks=weeks.count().over(window),
        begins=weeks.work_week_begin_date.min().over(window),
    )
    span = summed.work_week_begin_date.delta(summed.begins, unit="day")
    return summed.filter(summed.n_weeks == n_weeks, span == (n_weeks - 1) * DAYS_A_WEEK)


def _evidence(windows: ibis.Table, n_weeks: int) -> ibis.expr.types.StringValue:
    return sentence(
        windows.hours_worked,
        f" hours in {n_weeks} weeks from ",
        windows.begins,
        " where FTE stands for ",
        windows.expected,
    )


@rule(
    "TIM-05",
    title="Punch outside employment",
    severity="warn",
    owner=Owner.HR,
    table="fct_staff_punch",
    unit="a punch",
    key=("punch_id",),
    why="Somebody works without a contract, or somebody else uses the badge.",
    how_to_fix="Correct the dates of employment in the HR system, or close the badge.",
    requires=PUNCHES,
)
def punch_outside_employment(fct_staff_punch: ibis.Table, dim_employee: ibis.Table) -> ibis.Table:
    """By local date; the first and the last day are inside, and so is the end of a shift that began on the last. A missing date is open."""
    dates = dim_employee.select("k_employee", "hire_date", "termination_date")
    punches = fct_staff_punch.filter(~fct_staff_punch.pairing.isin([Pairing.DELETED.value, Pairing.PHANTOM.value]))
    begun = punches.filter(punches.punch_id == punches.k_shift).select(
        "k_shift", work_date=lambda t: t.punch_dtm.date()
    )
    dated = punches.left_join(begun, "k_shift").join(dates, "k_employee")
    dated = dated.mutate(day=ibis.coalesce(dated.work_date, dated.punch_dtm.date()))
    too_early = (dated.day < dated.hire_date).fill_null(False)
    too_late = (dated.day > dated.termination_date).fill_null(False)
    outside = dated.mutate(too_early=too_early).filter(too_early | too_late)
    when = outside.too_early.ifelse(
        sentence("before the hire on ", outside.hire_date), sentence("after the last day ", outside.termination_date)
    )
    return outside.select(
        finding_key=joined_key(outside, "punch_id"),
        message=sentence("punch of ", outside.k_employee, " at ", outside.punch_dtm, ", ", when),
        value_found=outside.punch_dtm,
        value_expected=sentence(
            outside.hire_date.cast("string").fill_null("any day"),
            " to ",
            outside.termination_date.cast("string").fill_null("today"),
        ),
    )


@rule(
    "TIM-06",
    title="Weekly limit exceeded",
    severity="warn",
    owner=Owner.HR,
    table="msr_staff_weekly_hours",
    unit="a student worker and work week",
    key=("k_employee", "work_week_begin_date"),
    why="Students may work so many hours while school is in session; beyond it the district breaks its own rule or the state's.",
    how_to_fix="Settle the student's schedule with the manager; the hours that were worked must be paid.",
    requires=PUNCHES,
    thresholds=("max_student_weekly_hours",),
)
def weekly_limit_exceeded(msr_staff_weekly_hours: ibis.Table, dim_employee: ibis.Table, quality: Quality) -> ibis.Table:
    """Exactly the limit is within it."""
    students = dim_employee.filter(dim_employee.worker_type == STUDENT)
    weeks = msr_staff_weekly_hours.semi_join(students, "k_employee")
    over = weeks.filter(weeks.hours_worked > ibis.literal(quality.max_student_weekly_hours, HOURS))
    return over.select(
        finding_key=joined_key(over, "k_employee", "work_week_begin_date"),
        message=sentence(over.hours_worked, f" hours, more than {quality.max_student_weekly_hours}"),
        value_found=sentence(over.hours_worked, " hours"),
        value_expected=ibis.literal(f"at most {quality.max_student_weekly_hours} hours"),
    )


@rule(
    "TIM-07",
    title="Unknown employee",
    severity="warn",
    owner=Owner.HR,
    table="stg_timekeeping_punch",
    unit="a person number",
    key=("person_number",),
    why="Somebody's time is counted for nobody.",
    how_to_fix="Correct the number in the timekeeping system, or add the employee there.",
    requires=PUNCHES,
)
def unknown_employee(stg_timekeeping_punch: ibis.Table, stg_timekeeping_employee: ibis.Table) -> ibis.Table:
    """Deleted punches are nobody's."""
    kept = stg_timekeeping_punch.filter(~stg_timekeeping_punch.is_deleted)
    unknown = kept.anti_join(stg_timekeeping_employee, "person_number")
    numbers = unknown.group_by("person_number").agg(n=unknown.count(), first=unknown.punch_dtm.min())
    return numbers.select(
        finding_key=joined_key(numbers, "person_number"),
        message=sentence(numbers.n, " punches, the first at ", numbers["first"]),
        value_found=numbers.person_number,
        value_expected=ibis.literal("a number of an employee"),
    )
