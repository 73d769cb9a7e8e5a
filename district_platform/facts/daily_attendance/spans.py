"""Spans: a student's year cut where something changes, the running totals at each cut, and the unrolling into days.

Absences are sparse. A *mark* is the start of a spell or a day with an event; between two marks every day is present. The windows
run over the marks alone, about a fifteenth of the days; within a span every running measure is arithmetic on the day's number.
"""

import ibis

from district_platform.facts.daily_attendance.events import IN_ATTENDANCE, NOT_ENROLLED
from district_platform.facts.daily_attendance.spells import STUDENT
from district_platform.metrics.daily_measures import COUNT, DAYS, PARTS_OF_A_DAY, judgement, rate_in_hundredths

WHO = ["student", *STUDENT, "total_days_enrolled"]

PART = "decimal(5, 4)"
NO_PART = ibis.literal(0).cast(PART)

IN_ORDER = ibis.window(group_by="student", order_by=["position", "is_event"])
SO_FAR = ibis.window(group_by="student", order_by=["position", "is_event"], preceding=(None, 0))


def marks(spells: ibis.Table, events: ibis.Table) -> ibis.Table:
    """One row per start of a spell, and per enrolled day with an event, at its `position` among the student's days.

    A spell not enrolled is `length` days of its own status; the start of an enrolled one has length 0 and no status.
    """
    starts = spells.select(
        *WHO,
        position=spells.days_before + 1,
        spell_end=spells.days_before + spells.n_days,
        day_shift=spells.first_day - spells.days_before - 1,
        is_event=False,
        length=ibis.ifelse(spells.is_enrolled, 0, spells.n_days),
        is_enrolled=spells.is_enrolled,
        status=ibis.ifelse(spells.is_enrolled, ibis.null("string"), NOT_ENROLLED),
        category=ibis.ifelse(spells.is_enrolled, ibis.null("string"), NOT_ENROLLED),
        reason=ibis.null("string"),
        named_session=ibis.null("string"),
        is_absent=NO_PART,
    )
    event_days = events.select(
        *WHO,
        position=events.days_before + events.day - events.first_day + 1,
        spell_end=events.days_before + events.n_days,
        day_shift=events.first_day - events.days_before - 1,
        is_event=True,
        length=ibis.literal(1, "int64"),
        is_enrolled=True,
        status="attendance_excusal_status",
        category="attendance_event_category",
        reason="attendance_event_reason",
        named_session="named_session",
        is_absent="is_absent",
    )
    return ibis.union(starts, event_days)


def with_running_totals(marks: ibis.Table) -> ibis.Table:
    """The marks with what has gone before: the totals that the spans start from.

    `gap`: present days from the mark to the next one or the end of its spell. `not_enrolled`, `days_absent`, `days_missed`: days up to
    and with the mark (a day of unknown absence is missed, not absent). `run_start`: position where the mark's run of
    its status began; `last_other`: position of the last day that was not In Attendance.
    """
    end = ibis.ifelse(marks.length > 0, marks.position + marks.length - 1, None)
    totals = marks.mutate(
        end=end,
        next_position=marks.position.lead().over(IN_ORDER),
        previous_end=ibis.coalesce(end.lag(1).over(IN_ORDER), end.lag(2).over(IN_ORDER)),
        previous_status=ibis.coalesce(marks.status.lag(1).over(IN_ORDER), marks.status.lag(2).over(IN_ORDER)),
        not_enrolled=ibis.ifelse(marks.is_enrolled, 0, marks.length).cast(COUNT).sum().over(SO_FAR).cast("int64"),
        days_absent=marks.is_absent.sum().over(SO_FAR).fill_null(0).cast(DAYS),
        days_missed=marks.is_absent.fill_null(1).sum().over(SO_FAR).cast(DAYS),
    )
    continues = (totals.previous_end + 1 == totals.position) & (totals.previous_status == totals.status)
    is_other = totals.status != IN_ATTENDANCE
    return totals.mutate(
        gap=ibis.least(totals.next_position.fill_null(totals.spell_end + 1), totals.spell_end + 1)
        - totals.position
        - totals.length,
        run_start=ibis.ifelse(is_other & ~continues.fill_null(False), totals.position, None).max().over(SO_FAR),
        last_other=ibis.ifelse(is_other, totals.end, None).max().over(SO_FAR).fill_null(0),
    )


def spans(marks: ibis.Table, in_attendance_code: str) -> ibis.Table:
    """One row per span: the mark's own days, and the present days after it. All days of a span have one status.

    `enrolled_before`, `streak_before`: what the counts stand at on the day before the span.
    """
    parts = marks.mutate(is_gap=ibis.array([False, True]).unnest())
    is_gap = parts.is_gap
    n_days = ibis.ifelse(is_gap, parts.gap, parts.length)
    parts = parts.filter(n_days > 0)
    is_gap = parts.is_gap
    position = parts.position + ibis.ifelse(is_gap, parts.length, 0)
    in_attendance = is_gap | (parts.status == IN_ATTENDANCE)
    own_not_enrolled = ibis.ifelse(parts.is_enrolled, 0, parts.length)
    run_start = ibis.ifelse(in_attendance, parts.last_other + 1, parts.run_start)
    is_enrolled = parts.is_enrolled.cast("int64")
    is_absent = ibis.ifelse(is_gap, NO_PART, parts.is_absent)
    return parts.select(
        *STUDENT,
        "total_days_enrolled",
        first_day=position + parts.day_shift,
        n_days=ibis.ifelse(is_gap, parts.gap, parts.length),
        is_enrolled=is_enrolled,
        category=ibis.ifelse(is_gap, in_attendance_code, parts.category),
        reason=ibis.ifelse(is_gap, None, parts.reason),
        named_session=ibis.ifelse(is_gap, None, parts.named_session),
        status=ibis.ifelse(is_gap, IN_ATTENDANCE, parts.status),
        is_absent=is_absent,
        is_present=(is_enrolled.cast(PART) - is_absent).cast(PART),
        streak_before=position - run_start,
        enrolled_before=position - 1 - (parts.not_enrolled - ibis.ifelse(is_gap, 0, own_not_enrolled)),
        days_absent="days_absent",
        days_missed="days_missed",
        missed=(parts.days_missed * PARTS_OF_A_DAY).cast("int64"),
    )


def unrolled(spans: ibis.Table, days: ibis.Table, rate_card: ibis.Table, chronic_absence_min_days: int) -> ibis.Table:
    """One row per student, school and day: the daily fact."""
    spans = spans.mutate(day=ibis.range(spans.first_day, spans.first_day + spans.n_days).unnest())
    nth = spans.day - spans.first_day + 1
    counted = spans.mutate(
        nth=nth,
        cumulative_days_enrolled=spans.enrolled_before + nth * spans.is_enrolled,
    )
    enrolled = counted.cumulative_days_enrolled
    meets = enrolled >= chronic_absence_min_days
    counted = counted.mutate(
        meets_enrollment_threshold=meets,
        hundredths=rate_in_hundredths(counted.missed, enrolled),
    )
    of_days = small(days.select("day", "calendar_date", "k_calendar_date", "covering_session"))
    rated = counted.left_join(of_days, "day").left_join(small(rate_card), "hundredths")
    return rated.select(
        "k_student",
        "k_student_xyear",
        "k_school",
        "k_calendar_date",
        "school_year",
        "calendar_date",
        k_session=rated.named_session.fill_null(rated.covering_session),
        attendance_event_category="category",
        attendance_event_reason="reason",
        is_absent="is_absent",
        is_present="is_present",
        is_enrolled="is_enrolled",
        attendance_excusal_status="status",
        consecutive_days_by_excusal_status=rated.streak_before + rated.nth,
        total_days_enrolled="total_days_enrolled",
        cumulative_days_absent="days_absent",
        cumulative_days_attended=(rated.cumulative_days_enrolled.cast(DAYS) - rated.days_missed).cast(DAYS),
        cumulative_days_enrolled="cumulative_days_enrolled",
        **judgement(rated),
    )


def small(table: ibis.Table) -> ibis.Table:
    """The same rows, rolled into one and out again, so that the query planner takes the table for the small side of a join.

    By the time spans are unrolled, the planner's estimates are useless; DuckDB 1.5 then builds its hash table on
    the fifty million days instead of the few thousand rows they look up.
    """
    rolled = table.agg(rows=ibis.struct({name: table[name] for name in table.columns}).collect())
    return rolled.select(row=rolled.rows.unnest()).unpack("row")
