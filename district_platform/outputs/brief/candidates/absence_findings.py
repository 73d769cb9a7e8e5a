"""Absence: its level, its change, and the school or group that clearly has more of it than others."""

from collections.abc import Iterator

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.absence import GRADES, SCHOOLS, THE_DISTRICT, Absence, AbsentGroup
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Evidence, Finding, Topic, weight
from district_platform.settings import Attendance

MUCH_ABSENCE = 16.0
"""Percent of students chronically absent from which the level itself is a finding: the nation's rate before the pandemic.

Source: Attendance Works, "Rising Tide of Chronic Absence Challenges Schools" (2023), of EDFacts data released through Ed Data Express.
"""
ABSENCE_GAP = 10.0
"""Points of chronic absence above others that weigh 1; the yardstick of gaps in proficiency."""


def attendance_candidates(facts: Facts, attendance: Attendance) -> Iterator[Finding]:
    """The district's level and change, its surely most absent school and group; nothing without a rate."""
    absence = facts.absence
    if absence is None:
        return
    yield _level(absence, attendance)
    yield from _change(absence, attendance)
    for groups in (absence.schools, absence.groups):
        yield from (_most_absent(group, absence, attendance) for group in groups[:1] if group.sure)


def sure_level(absence: Absence) -> float:
    """Percent of students who are surely chronically absent, where that is MUCH_ABSENCE or more; else 0."""
    low = absence.rate.pct - absence.rate.margin() if absence.rate else 0.0
    return low if low >= MUCH_ABSENCE else 0.0


def _level(absence: Absence, attendance: Attendance) -> Finding:
    share, are = w.share_of(float(absence.now.exact), absence.now.shown, "students")
    return Finding(
        Topic.ATTENDANCE,
        sure_level(absence) / MUCH_ABSENCE,
        absence.now.shown,
        "of students are chronically absent",
        f"{w.sentence_case(share)} {are} chronically absent",
        _meaning(absence, attendance),
        Evidence.CHRONIC_BY_GRADE,
    )


def _change(absence: Absence, attendance: Attendance) -> Iterator[Finding]:
    change = absence.sure_change
    sure = change.sure() if change else 0.0
    if change and sure:
        rose = change.size > 0
        since = "since the same day last year" if absence.is_running else "in one year"
        yield Finding(
            Topic.ATTENDANCE,
            weight(Topic.ATTENDANCE, sure),
            absence.change.signed,
            f"points of chronic absence {since}",
            f"Chronic absence {'rose' if rose else 'fell'} {since}",
            f"Now {absence.now.shown} of students are chronically absent. {_meaning(absence, attendance)}"
            + w.compared_schools(absence.change_basis, "attendance"),
            Evidence.ATTENDANCE_BY_WEEK,
        )


def _meaning(absence: Absence, attendance: Attendance) -> str:
    """What chronically absent is, and of which year."""
    so_far = " so far" if absence.is_running else ""
    return f"They missed {share_missed(attendance)} or more of their school days{so_far} in {w.school_year_name(absence.year)}."


def share_missed(attendance: Attendance) -> str:
    """The share of days from which an absence is chronic: '10%'."""
    return f"{w.decimal(float(100 - attendance.chronic_absence_threshold), 1).removesuffix('.0')}%"


def _most_absent(group: AbsentGroup, absence: Absence, attendance: Attendance) -> Finding:
    is_school, name = group.kind == SCHOOLS, w.shortened(group.name)
    share, are = w.share_of(float(group.figure.exact), group.figure.shown, "students" if is_school else name)
    evidence = {SCHOOLS: Evidence.CHRONIC_BY_SCHOOL, GRADES: Evidence.CHRONIC_BY_GRADE}
    return Finding(
        Topic.ATTENDANCE,
        group.sure / ABSENCE_GAP,
        group.figure.shown,
        f"of students at {name} are chronically absent" if is_school else f"of {name} are chronically absent",
        f"At {name}, {share} {are} chronically absent"
        if is_school
        else f"{w.sentence_case(share)} {are} chronically absent",
        f"{_meaning(absence, attendance)[:-1]}; {compared(group)}.",
        evidence.get(group.kind, Evidence.CHRONIC_BY_GROUP),
    )


def compared(group: AbsentGroup) -> str:
    """What the group stands beside, as a clause."""
    if group.beside == THE_DISTRICT:
        return f"in {group.beside} as a whole, {group.reference.shown} did"
    return f"of {group.beside}, {group.reference.shown} did"
