"""The four figures, each with its change, and the sentence over the page."""

from district_platform.analysis.grouping import DISTRICT
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts, SubjectResult
from district_platform.outputs.brief.findings import key_findings, title
from district_platform.outputs.brief.release import Figure as Told
from district_platform.outputs.brief.release import State, figure, records
from district_platform.web.pages.model import Figure
from district_platform.web.pages.released import Released

ATTENDANCE = "Attendance, %"
CERTIFIED = "pct_teachers_fully_certified"


def lead(released: Released) -> tuple[str, ...]:
    """The main findings of the brief, the first one as a sentence of its own."""
    found = key_findings(released.facts, released.policy)
    return (title(found) + ".", *(f"{w.sentence_case(f.headline)}." for f in found[1:]))


def figures(released: Released) -> tuple[Figure, ...]:
    """Attendance, chronic absence, proficiency, certified teachers."""
    facts = released.facts
    return (_attendance(facts), _chronic_absence(facts), _proficient(facts), _certified(released))


def _attendance(facts: Facts) -> Figure:
    """The attendance rate. In a running year it has no change, because the release compares it with no part of the year before."""
    known = [year for year in facts.years if year.figures[ATTENDANCE].state is not State.NONE]
    if not known:
        return Figure("Attendance", "–", words="No days of attendance are known yet.")
    now, before = known[-1], known[-2] if len(known) > 1 else None
    so_far = " so far" if now.is_running else ""
    change = f"{w.school_year_name(before.year)}, the whole year: {before.figures[ATTENDANCE].shown}" if before else ""
    words = f"of the days enrolled, {w.school_year_name(now.year)}{so_far}"
    return Figure("Attendance", now.figures[ATTENDANCE].shown, change, words)


def _chronic_absence(facts: Facts) -> Figure:
    absence = facts.absence
    if absence is None:
        return Figure("Chronically absent", "–", words="No student can be judged yet, or the rate is hidden.")
    since = "the same day last year" if absence.is_running else "the year before"
    words = f"of students, {w.school_year_name(absence.year)}{' so far' if absence.is_running else ''}"
    return Figure("Chronically absent", absence.now.shown, against(absence.change, since), words)


def _proficient(facts: Facts) -> Figure:
    if facts.results is None or not facts.results.subjects:
        return Figure("Proficient", "–", words="No results can be shown.")
    first, *others = facts.results.subjects
    when = w.season(facts.results.administration, facts.results.year)
    beside = "".join(f"; {w.subject(other.subject)} {other.now.shown}{_changed(other)}" for other in others[:1])
    return Figure(
        f"Proficient in {w.subject(first.subject)}",
        first.now.shown,
        against(first.change, f"{facts.results.administration.lower()} a year before"),
        f"of students tested, {when}{beside}",
    )


def _changed(result: SubjectResult) -> str:
    return f" ({result.change.signed})" if result.change.is_told else ""


def _certified(released: Released) -> Figure:
    staffing = released.facts.staffing
    if staffing is None:
        return Figure("Teachers fully certified", "–", words="No staff figures can be shown.")
    rows = records(released.tables.staffing_ratios, aggregation=DISTRICT, school_year=staffing.year)
    change = figure(rows[0], f"{CERTIFIED}_change") if rows else Told()
    words = f"certified for all that they teach, {w.school_year_name(staffing.year)}"
    return Figure("Teachers fully certified", staffing.certified.shown, against(change, "the year before"), words)


def against(change: Told, before: str) -> str:
    """A change in words, or why there is none."""
    if change.is_told:
        moved = (
            "no change" if change.exact == 0 else f"{change.signed} {'point' if abs(change.exact) == 1 else 'points'}"
        )
        return f"{moved} against {before}"
    return f"change against {before}: {change.shown}" if change.is_withheld else f"nothing to compare with of {before}"
