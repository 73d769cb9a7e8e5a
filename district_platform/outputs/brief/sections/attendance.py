"""Attendance and chronic absence in sentences."""

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.attendance import SCHOOLS, AbsentGroup
from district_platform.outputs.brief.candidates.attendance import no_absence
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.reconciliation import OtherReading
from district_platform.settings import Attendance


def attendance_sentences(facts: Facts, attendance: Attendance) -> list[str]:
    """Attendance and chronic absence by both rules, where it is surely highest, and what learning online makes of it."""
    absence = facts.absence
    if absence is None:
        return [no_absence(facts, attendance).detail]
    year = f"{'so far ' if absence.is_running else ''}in {w.school_year_name(absence.year)}"
    rate, judged = w.percent(absence.now.pct), w.plural(absence.now.n, "student")
    federal = f" ({w.percent(absence.federal.pct)} by the federal reading)" if absence.federal else ""
    sentences = [f"Of {judged} enrolled long enough to judge, {rate} are chronically absent {year}{federal}."]
    if absence.pct_attendance is not None:
        sentences.insert(0, f"Students attended {w.percent(absence.pct_attendance)} of their days.")
    highest = [_highest(group) for group in (*absence.schools[:1], *absence.groups[:1]) if group.sure]
    if highest:
        sentences.append(f"The rate stands out {w.listing(highest)}.")
    if facts.other_reading and facts.other_reading.matters:
        sentences.append(_otherwise(facts.other_reading))
    return sentences


def _otherwise(reading: OtherReading) -> str:
    """Attendance had days of learning online been counted the other way."""
    would_be = f"attendance would be {w.percent(reading.pct_attendance)}"
    if reading.pct_chronically_absent is not None:
        would_be += f" and chronic absence {w.percent(reading.pct_chronically_absent)}"
    counted = "Without learning online" if reading.is_sis else "With learning online counted as presence"
    return (
        f"{counted}, {would_be}: {w.plural(reading.n_students, 'student')} worked online on "
        f"{w.plural(round(reading.days), 'day')} that schools marked absent."
    )


def _highest(group: AbsentGroup) -> str:
    where, of = ("at", "at") if group.kind == SCHOOLS else ("among", "of")
    return (
        f"{where} {w.shortened(group.name)} ({w.percent(group.rate.pct)}, against {w.percent(group.others.pct)} {of} "
        f"{group.peers})"
    )
