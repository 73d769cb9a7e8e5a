"""Attendance in sentences: what the tables and charts do not say."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.absence import SCHOOLS, THE_DISTRICT, AbsentGroup
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Finding
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.reconciliation import OtherReading

DERIVED_DAYS = "School days are derived from the days on which schools recorded attendance: no calendar was delivered."
"""Stands wherever attendance is told that rests on them."""


def derived_days(report: QualityReport) -> tuple[str, ...]:
    """That school days are derived; nothing where calendars were delivered."""
    return (DERIVED_DAYS,) if report.has_derived_calendar else ()


def attendance_sentences(facts: Facts, told: tuple[Finding, ...] = ()) -> list[str]:
    """Where absence is clearly high, if no finding reports it already; and how online learning changes it."""
    absence, sentences = facts.absence, []
    if absence is None:
        return []
    surely = [group for group in (*absence.schools[:1], *absence.groups[:1]) if group.sure]
    known = " ".join(f"{finding.caption} {finding.headline}" for finding in told)
    for group in surely:
        if w.shortened(group.name) not in known:
            sentences.append(_high(group))
    if facts.other_reading and facts.other_reading.matters:
        sentences.append(_by_the_other_reading(facts.other_reading))
    return sentences


def _high(group: AbsentGroup) -> str:
    name = w.shortened(group.name)
    where = f"At {name}" if group.kind == SCHOOLS else f"Among {name}"
    beside = "the district as a whole" if group.beside == THE_DISTRICT else group.beside
    return (
        f"{where}, {group.figure.shown} are chronically absent, clearly more than in {beside}."
        if group.beside == THE_DISTRICT
        else (
            f"{where}, {group.figure.shown} are chronically absent, clearly more than among {beside} ({group.reference.shown})."
        )
    )


def _by_the_other_reading(reading: OtherReading) -> str:
    """Attendance if days of online learning were counted the other way."""
    would_be = f"attendance would be {reading.pct_attendance.shown}"
    if reading.pct_chronically_absent.is_told:
        would_be += f" and chronic absence {reading.pct_chronically_absent.shown}"
    counted = "Without learning online" if reading.is_sis else "With learning online counted as presence"
    if not reading.n_students.is_told or not reading.days.is_told:
        return f"{counted}, {would_be}."
    days = reading.days.shown.removesuffix(".0")
    return (
        f"{counted}, {would_be}: {reading.n_students.shown} {'student' if reading.n_students.value == 1 else 'students'} worked "
        f"online on {days} {'day' if days == '1' else 'days'} that schools marked absent."
    )
