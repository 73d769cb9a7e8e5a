"""Attendance: one event a student, school and day, under a code that says how much of the day was missed.

The contract's codes carry their meaning, Ed-Fi's categories do not: half a day of Excused Absence is an event whose duration is 0.5. So the
code of an event that missed a part of the day is `<category>@<share>`, and the extract of codes holds every code that occurs.
"""

import ibis
import ibis.expr.types as ir

from district_platform.engine.raw_files import FILE, LINE
from district_platform.sources.edfi.pulled import Pulled, one_each, school_year

BY_DURATION = "duration"
"""is_absent of a category whose events say themselves how much of the day they are."""
_SHARE = "decimal(9, 4)"
_A_DAY = ["school_year", "school_id", "student_id", "event_date"]


def marked_days(pulled: Pulled) -> ibis.Table:
    """A row for each student, school and date with an event, with its `attendance_code`; an event of an unknown category stands for itself.

    What one category says in several sessions of a day is said once, of the shortest of them. Absences of several categories on a day are
    added up to the whole day; the longest names it, at a tie an excused one. One that does not say how long it was leaves the day open,
    unless the others fill it. A day without an absence takes the first category by name.
    """
    events = _weighed(pulled)
    known = events.filter(events.is_known)
    strangers = events.filter(~events.is_known)
    once = _shortest_session(pulled, known)
    once = once.mutate(total=_missed_of_day(once))
    is_open = once.missed.isnull() & (once.total.fill_null(0) < 1)
    order = [
        ibis.desc(is_open),
        ibis.desc((once.missed > 0).fill_null(False)),
        ibis.desc(once.missed, nulls_first=False),
        ibis.desc((once.excusal == "Excused").fill_null(False)),
        once.category.asc(),
        once[FILE].asc(),
        once[LINE].asc(),
    ]
    day = ibis.window(group_by=[once[name] for name in _A_DAY], order_by=order)
    winners = once.mutate(place=ibis.row_number().over(day)).filter(lambda t: t.place == 0)
    winners = winners.mutate(missed=(winners.missed > 0).ifelse(winners.total, winners.missed))
    columns = [*_A_DAY, FILE, LINE, "session_id", "reason", "category", "missed", "full", "is_known"]
    days = ibis.union(winners.select(columns), one_each(strangers, [*_A_DAY, "category", "session_id"]).select(columns))
    return days.mutate(attendance_code=_code(days))


def _missed_of_day(once: ibis.Table) -> ir.NumericValue:
    """What was missed of each day, up to all of it; where an event says more than a day (minutes, hours), what that says, for ATT-01."""
    day = ibis.window(group_by=[once[name] for name in _A_DAY])
    longest = once.missed.max().over(day)
    return (longest > 1).ifelse(longest, ibis.least(once.missed.sum().over(day), ibis.literal(1))).cast(_SHARE)


def _weighed(pulled: Pulled) -> ibis.Table:
    """Every event with what its category means, and `missed`, its share of the day; null where a duration should say it and none came."""
    rows = pulled["studentSchoolAttendanceEvents"]
    crosswalk = pulled.crosswalk("AttendanceEventCategory")
    says = crosswalk.more("is_absent", rows.category)
    full = says.try_cast(_SHARE)
    lasted = rows.duration.try_cast(_SHARE)
    missed = ibis.cases(
        (says == BY_DURATION, lasted),
        (full > 0, ibis.coalesce(lasted * full, full).cast(_SHARE)),
        else_=full,
    )
    return rows.mutate(
        school_year=school_year(rows, "event_date"),
        excusal=crosswalk.more("excusal", rows.category),
        full=(says == BY_DURATION).ifelse(ibis.literal(None, _SHARE), full),
        missed=missed.cast(_SHARE),
        is_known=crosswalk.is_known(rows.category),
    )


def _shortest_session(pulled: Pulled, events: ibis.Table) -> ibis.Table:
    """One event for each category of a day: of several sessions, that of the one with the fewest days."""
    sessions = pulled["sessions"]
    lengths = sessions.select(
        "school_id",
        "session_id",
        school_year=school_year(sessions, "begin_date"),
        n_days=sessions.total_instructional_days.try_cast("int64"),
    )
    lengths = lengths.group_by("school_id", "school_year", "session_id").agg(n_days=lengths.n_days.min())
    held = events.left_join(lengths, ["school_id", "school_year", "session_id"]).select(events, lengths.n_days)
    category = [*(held[name] for name in _A_DAY), held.category.lower()]
    order = [ibis.asc(held.n_days, nulls_first=False), held.session_id.asc(), held[FILE].asc(), held[LINE].asc()]
    placed = held.mutate(_place=ibis.row_number().over(ibis.window(group_by=category, order_by=order)))
    return placed.filter(placed._place == 0).drop("_place", "n_days")


def _code(days: ibis.Table) -> ir.StringValue:
    """The category, with the share of the day where that is not what the category alone says."""
    share = days.missed.cast("string").re_replace(r"\.?0+$", "")
    is_part = days.is_known & days.missed.notnull() & (days.missed > 0) & (days.missed != days.full).fill_null(True)
    return is_part.ifelse(days.category + ibis.literal("@") + share, days.category)


def attendance_events(days: ibis.Table) -> ibis.Table:
    """Extract sis/attendance_events."""
    return days.select(*_A_DAY, FILE, LINE, "session_id", "attendance_code", "reason")


def attendance_codes(pulled: Pulled, days: ibis.Table) -> ibis.Table:
    """Extract sis/attendance_codes: every code that occurs and has a meaning. The others stop a run (ATT-01)."""
    crosswalk = pulled.crosswalk("AttendanceEventCategory")
    known = days.filter(days.is_known)
    codes = known.group_by("attendance_code").agg(
        category=known.category.min(),
        is_absent=known.missed.max(),
        **{FILE: known[FILE].min(), LINE: known[LINE].min()},
    )
    return codes.select(
        FILE,
        LINE,
        "attendance_code",
        attendance_event_category=crosswalk.meant(codes.category),
        attendance_excusal_status=crosswalk.more("excusal", codes.category),
        is_absent=codes.is_absent,
    )


def attendance_submissions(pulled: Pulled) -> ibis.Table:
    """Extract sis/attendance_submissions: the days on which a section of the school took attendance."""
    rows = pulled["sectionAttendanceTakenEvents"]
    return one_each(rows, ["school_id", "submission_date"]).select(FILE, LINE, "school_id", "submission_date")
