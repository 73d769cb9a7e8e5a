"""Explains why a figure is missing, from the records of staging and the release; each reason has its own sentence.

Not delivered; delivered and unreadable, empty or rejected; delivered and unusable, and why; hidden; too early in the year.
"""

from district_platform.dictionary import EXTRACTS
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.release import Figure, State
from district_platform.settings import Attendance

RESULTS, STAFF, EVENTS = "assessment_results", "staff_assignments", "attendance_events"
CALENDARS, ENROLLMENTS = "calendar_dates", "enrollments"
WORDS = {
    RESULTS: "assessment results",
    STAFF: "staff assignments",
    EVENTS: "attendance records",
    CALENDARS: "school calendars",
}
"""Extracts as people call them."""
CONSEQUENCES = {
    RESULTS: "proficiency and the gaps between groups are not known",
    STAFF: "students per teacher are not known",
    EVENTS: "attendance and chronic absence are not known",
}
"""What a brief cannot say without them."""


def reasons(facts: Facts, report: QualityReport, attendance: Attendance) -> dict[str, str]:
    """A sentence for each subject about which the brief can say nothing, the most serious first."""
    found = {
        RESULTS: None if facts.results else _results(facts, report),
        STAFF: None if facts.staffing else _staff(facts, report),
        EVENTS: None if facts.absence else _attendance(facts, report, attendance),
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def _results(facts: Facts, report: QualityReport) -> str:
    return (
        withheld("The district's rate of proficiency", facts.latest.proficiency)
        or not_usable(RESULTS, report)
        or _without_enrollments(RESULTS, report)
        or "Assessment results were delivered, but no result says whether the student is proficient, so proficiency is not known."
    )


def _staff(facts: Facts, report: QualityReport) -> str:
    hidden = withheld("The number of students per teacher", facts.latest.ratio)
    if hidden or (sentence := not_usable(STAFF, report) or _without_enrollments(STAFF, report)):
        return hidden or sentence or ""
    if not facts.latest.has_teachers:
        return "Staff assignments were delivered, but none is of a teacher with an FTE, so students per teacher are not known."
    n = facts.latest.n_schools_left_out
    schools = f"{n.shown} {'school' if n.value == 1 else 'schools'}" if n.is_told and n.value else "some schools"
    return f"Students per teacher are not told: no teacher is on record at {schools} with students."


def _attendance(facts: Facts, report: QualityReport, attendance: Attendance) -> str:
    if sentence := not_usable(EVENTS, report):
        return sentence
    if hidden := withheld("The district's rate of chronic absence", facts.latest.chronic_absence):
        return hidden
    if facts.latest.attendance.is_told or facts.latest.attendance.is_withheld:
        days = w.plural(attendance.chronic_absence_min_days, "day")
        return f"It is too early in the year for chronic absence: no student has been enrolled for {days} yet."
    if report.accepted(EXTRACTS[CALENDARS].path) == 0:
        return "Attendance records were delivered, but no school calendars, so it is not known which days were school days."
    return "Attendance records were delivered, but none fits an enrolled student on a school day, so attendance is not known."


def has_no_events(report: QualityReport) -> bool:
    """Whether the run has accounts of its extracts but no attendance record, so that nobody's absence is known."""
    return bool(report.content.get("extracts")) and not_usable(EVENTS, report) is not None


def withheld(what: str, figure: Figure) -> str | None:
    """Says that a figure is hidden, or told as a range."""
    if figure.state is State.RANGE:
        return f"{what} is told as a range only ({figure.shown}), to protect a small group."
    return f"{what} is hidden to protect a small group." if figure.state is State.HIDDEN else None


def not_usable(name: str, report: QualityReport) -> str | None:
    """Why nothing of an extract could be used, as staging recorded it; None where rows were accepted."""
    extract, what, so = EXTRACTS[name], WORDS[name], CONSEQUENCES.get(name, "")
    accounts = report.accounts(extract.path)
    read, accepted = (sum(int(account.get(f"n_rows_{of}") or 0) for account in accounts) for of in ("read", "accepted"))
    if accepted:
        return None
    problems = [str(account["problem"]) for account in accounts if account.get("problem")]
    if not accounts or (not read and (not problems or problems == [NOT_DELIVERED])):
        state = "were delivered empty" if accounts and not problems else None
        return f"{w.sentence_case(what)} {state}, so {so}." if state else f"No {what} were delivered, so {so}."
    if not read:
        return f"{w.sentence_case(what)} were delivered, but the file could not be used ({w.clause(problems[0])[:-1]}), so {so}."
    return f"{w.sentence_case(what)} were delivered, but none of the {w.plural(read, 'row')} could be used, so {so}."


def _without_enrollments(name: str, report: QualityReport) -> str | None:
    """Why an extract that was used gives no figure: there is nobody enrolled to relate it to."""
    extract = EXTRACTS[ENROLLMENTS].path
    if report.accepted(extract) or not report.accounts(extract):
        return None
    return f"{w.sentence_case(WORDS[name])} were delivered, but no enrollments of students, so {CONSEQUENCES[name]}."


NOT_DELIVERED = "not delivered"
"""How the quality report marks an extract without a file."""
