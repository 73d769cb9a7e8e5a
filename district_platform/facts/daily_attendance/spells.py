"""Which days a student has: enrollments cut into spells, and the spells laid on the school's numbered days.

A *spell* is a stretch of dates of one student at one school in which nothing changes: enrolled or not, and by which calendars.
Days that several enrollments claim are resolved here, per enrollment, so that no later step meets a day twice.
"""

import ibis

from district_platform.facts.daily_attendance.days import SCHOOL
from district_platform.metrics.daily_measures import COUNT

STUDENT = ["k_student", "k_student_xyear", *SCHOOL]
CALENDARS = [*SCHOOL, "calendars"]

NEVER = ibis.date("9999-12-31")
"""The end date of what has no end: an open enrollment, a student's last spell."""


def enrollment_spells(fct_student_school_association: ibis.Table, exit_date_inclusive: bool) -> ibis.Table:
    """One row per student, school and spell: `from_date` up to but not including `until_date`.

    From `entry_date` on a student is enrolled until the exit, and not enrolled after it; a no-show is never enrolled.
    `calendars` are those of the enrollments that the days belong to: the open ones or, where no enrollment at the school covers the date,
    the ended ones. So an ended enrollment adds no day while another one covers the date.
    """
    days_enrolled_after_exit = ibis.interval(days=1 if exit_date_inclusive else 0)
    enrollments = fct_student_school_association.filter(lambda t: t.entry_date.notnull()).select(
        *STUDENT,
        "calendar_code",
        "entry_date",
        left_date=lambda t: ibis.greatest(
            t.entry_date, (t.exit_date.cast("timestamp") + days_enrolled_after_exit).date().fill_null(NEVER)
        ),
    )
    turning_points = ibis.union(
        enrollments.select(*STUDENT, from_date="entry_date"),
        enrollments.filter(enrollments.left_date < NEVER).select(*STUDENT, from_date="left_date"),
        distinct=True,
    )
    by_date = ibis.window(group_by=STUDENT, order_by="from_date")
    stretches = turning_points.mutate(until_date=turning_points.from_date.lead().over(by_date).fill_null(NEVER))
    claims = stretches.join(enrollments, [*STUDENT, stretches.from_date >= enrollments.entry_date]).mutate(
        covers=lambda t: t.from_date < t.left_date
    )
    spells = claims.group_by([*STUDENT, "from_date", "until_date"]).agg(
        is_enrolled=claims.covers.any(),
        enrolled_by=claims.calendar_code.collect(where=claims.covers),
        ended=claims.calendar_code.collect(where=~claims.covers),
    )
    return spells.select(
        *STUDENT,
        "from_date",
        "until_date",
        "is_enrolled",
        calendars=ibis.ifelse(spells.is_enrolled, spells.enrolled_by, spells.ended).unique().sort(),
    )


def numbered_days(days: ibis.Table, spells: ibis.Table, sessions_of_dates: ibis.Table) -> ibis.Table:
    """One row per set of calendars in use and instructional day; `day` numbers them, consecutive within a set.

    A date that stands in several calendars of a set is taken from the alphabetically first.
    """
    sets = spells.select(*CALENDARS).distinct().mutate(calendar_set=ibis.row_number().over(order_by=CALENDARS))
    codes = sets.select(*SCHOOL, "calendars", "calendar_set", calendar_code=sets.calendars.unnest())
    claimed = codes.join(days, [*SCHOOL, "calendar_code"])
    one_a_date = claimed.group_by([*CALENDARS, "calendar_set", "calendar_date"]).agg(
        k_calendar_date=claimed.k_calendar_date.argmin(claimed.calendar_code)
    )
    return one_a_date.left_join(sessions_of_dates, [*SCHOOL, "calendar_date"]).select(
        *CALENDARS,
        "calendar_set",
        "calendar_date",
        "k_calendar_date",
        covering_session="k_session",
        day=ibis.row_number().over(order_by=[one_a_date.calendar_set, one_a_date.calendar_date]),
    )


def spells_on_days(spells: ibis.Table, days: ibis.Table) -> ibis.Table:
    """The spells that hold instructional days: `n_days` from `first_day` on, in the numbering of `numbered_days`.

    `days_before` counts the student's days at the school in earlier spells; `student` numbers the students of each school.
    """
    sets = days.group_by([*CALENDARS, "calendar_set"]).agg(
        first_date=days.calendar_date.min(),
        last_date=days.calendar_date.max(),
        first=days.day.min(),
        last=days.day.max(),
    )
    spells = spells.join(sets, CALENDARS)
    reached = _days_reached(days)
    for date, column in ("from_date", "reached_before"), ("until_date", "reached_at_end"):
        target = reached.view()
        spells = spells.left_join(
            target, [spells.calendar_set == target.calendar_set, spells[date] == target.before_date]
        ).select(
            spells,
            ibis.cases(
                (spells[date] <= spells.first_date, spells["first"] - 1),
                (spells[date] > spells.last_date, spells["last"]),
                else_=target.day,
            ).name(column),
        )
    held = spells.filter(spells.reached_at_end > spells.reached_before)
    all_spells = ibis.window(group_by=STUDENT)
    earlier = ibis.window(group_by=STUDENT, order_by="from_date", preceding=(None, 1))
    n_days = held.reached_at_end - held.reached_before
    days_before = n_days.cast(COUNT).sum().over(earlier).fill_null(0)
    days_enrolled = ibis.ifelse(held.is_enrolled, n_days, 0).cast(COUNT).sum().over(all_spells)
    return held.select(
        *STUDENT,
        "calendar_set",
        "from_date",
        "until_date",
        "is_enrolled",
        first_day=held.reached_before + 1,
        n_days=n_days,
        days_before=days_before.cast("int64"),
        total_days_enrolled=days_enrolled.cast("int64"),
        student=ibis.dense_rank().over(order_by=STUDENT),
    )


def _days_reached(days: ibis.Table) -> ibis.Table:
    """One row per set of calendars and date within it: the last numbered `day` before `before_date`."""
    by_date = ibis.window(group_by="calendar_set", order_by="calendar_date")
    n_dates = days.calendar_date.lead().over(by_date).delta(days.calendar_date, unit="day").fill_null(1)
    steps = days.mutate(n_dates=n_dates).mutate(step=lambda t: ibis.range(1, t.n_dates + 1).unnest())
    return steps.select(
        "calendar_set",
        "day",
        before_date=(steps.calendar_date.cast("timestamp") + steps.step.as_interval("D")).date(),
    )
