"""Absence: how much of it, whether it changed, and the school or group that surely has more of it than others."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.attendance import GRADES, SCHOOLS, Absence, AbsentGroup
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import UNKNOWN, Evidence, Finding, Topic, weight
from district_platform.settings import Attendance

MUCH_ABSENCE = 16.0
"""Percent of students chronically absent from which the level itself is a finding: the nation's rate before the pandemic.

Source: Attendance Works, "Rising Tide of Chronic Absence Challenges Schools" (2023), of EDFacts data released through Ed Data Express.
"""
ABSENCE_GAP = 10.0
"""Points of chronic absence above others that weigh 1; the yardstick of gaps in proficiency."""


def attendance_candidates(facts: Facts, attendance: Attendance) -> Iterator[Finding]:
    """The district's level and change, its surely most absent school and group; or why there is nothing to say."""
    absence = facts.absence
    if absence is None:
        yield no_absence(facts, attendance)
        return
    yield _level(absence, attendance)
    yield from _change(absence, attendance)
    for groups in (absence.schools, absence.groups):
        yield from (_most_absent(group, absence, attendance) for group in groups[:1] if group.sure)


def sure_level(absence: Absence) -> float:
    """Percent of students who are surely chronically absent, where that is MUCH_ABSENCE or more; else 0."""
    low = absence.now.pct - absence.now.margin()
    return low if low >= MUCH_ABSENCE else 0.0


def _level(absence: Absence, attendance: Attendance) -> Finding:
    return Finding(
        Topic.ATTENDANCE,
        sure_level(absence) / MUCH_ABSENCE,
        w.percent(absence.now.pct),
        "of students chronically absent",
        f"{w.sentence_case(w.students_are(absence.now.pct, 'students'))} chronically absent",
        f"{_missed(absence, attendance)}{_compared(absence)}.",
        Evidence.CHRONIC_BY_GRADE,
    )


def _change(absence: Absence, attendance: Attendance) -> Iterator[Finding]:
    change = absence.change
    sure = change.sure() if change else 0.0
    if change and sure:
        verb = "rose" if change.size > 0 else "fell"
        yield Finding(
            Topic.ATTENDANCE,
            weight(Topic.ATTENDANCE, sure),
            w.signed(change.size),
            "points of chronic absence",
            f"Chronic absence {verb} {w.round_points(change.size)}, to {w.percent(absence.now.pct)} of students",
            f"{_missed(absence, attendance)}{_compared(absence)}.",
            Evidence.ATTENDANCE_BY_WEEK,
        )


def _missed(absence: Absence, attendance: Attendance) -> str:
    """How many have missed how much."""
    n = absence.now.n
    who = f"{w.percent(absence.now.pct)} of {w.plural(n, 'student')}"
    if absence.n_chronic is not None:
        who = f"{w.count(absence.n_chronic)} of {w.plural(n, 'student')}"
    have = "has" if absence.n_chronic == 1 else "have"
    so_far = " so far" if absence.is_running else ""
    return f"{who} {have} missed {share_missed(attendance)} or more of their days{so_far} in {w.school_year_name(absence.year)}"


def share_missed(attendance: Attendance) -> str:
    """The share of days from which an absence is chronic: '10%'."""
    return f"{w.decimal(float(100 - attendance.chronic_absence_threshold), 1).removesuffix('.0')}%"


def _compared(absence: Absence) -> str:
    change, before = absence.change, absence.before
    if change is None or before is None:
        return ""
    when = "by the same day a year earlier" if absence.is_running else "a year earlier"
    chance = "" if change.sure() else ": no more of a change than chance could bring"
    return f", against {w.percent(before.pct)} {when}{chance}"


def _most_absent(group: AbsentGroup, absence: Absence, attendance: Attendance) -> Finding:
    is_school = group.kind == SCHOOLS
    name = w.shortened(group.name)
    share = w.students_are(group.rate.pct, "students" if is_school else name)
    headline = f"At {name}, {share} chronically absent" if is_school else f"{w.sentence_case(share)} chronically absent"
    evidence = {SCHOOLS: Evidence.CHRONIC_BY_SCHOOL, GRADES: Evidence.CHRONIC_BY_GRADE}
    of = "at" if is_school else "of"
    so_far = " so far" if absence.is_running else ""
    return Finding(
        Topic.ATTENDANCE,
        group.sure / ABSENCE_GAP,
        w.percent(group.rate.pct),
        f"chronically absent {of} {name}" if is_school else f"of {name} chronically absent",
        headline,
        f"Of {w.count(group.rate.n)} {_students(group)}, {w.percent(group.rate.pct)} have missed {share_missed(attendance)} or more "
        f"of their days{so_far}, against {w.percent(group.others.pct)} {of} {group.peers}.",
        evidence.get(group.kind, Evidence.CHRONIC_BY_GROUP),
    )


def _students(group: AbsentGroup) -> str:
    return "students" if group.kind == SCHOOLS else group.name


def no_absence(facts: Facts, attendance: Attendance) -> Finding:
    """Why nothing can be said about chronic absence."""
    if facts.has_attendance:
        reason = (
            "No chronic absence rate of the whole district can be shown: it is hidden, or nobody has been enrolled for "
            f"{w.plural(attendance.chronic_absence_min_days, 'day')} yet."
        )
        return Finding(
            Topic.ATTENDANCE, UNKNOWN, "Not shown", "chronic absence", "Chronic absence cannot be shown", reason
        )
    reason = "No attendance events with school calendars were delivered, so chronic absence is not known."
    return Finding(Topic.ATTENDANCE, UNKNOWN, "Not supplied", "attendance", "Chronic absence is not known", reason)
