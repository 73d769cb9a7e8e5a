"""The limits of this run's data and the results of its quality rules, in sentences for a board."""

from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import ENOUGH_TESTED, Facts, Policy
from district_platform.outputs.brief.quality_report import (
    FAILED,
    FELL_SILENT,
    PASSED,
    SKIPPED,
    WARNED,
    WITHOUT_ATTENDANCE,
    QualityReport,
)
from district_platform.outputs.brief.release import UNTOUCHED, Release
from district_platform.quality.report import open_findings


def limits(facts: Facts, release: Release, report: QualityReport, policy: Policy) -> list[str]:
    """The limits of this run's data, the most serious first."""
    return [
        *report.notes,
        *_old(facts),
        *_without_attendance(facts, report),
        *_few_tested(facts),
        *_implausible(facts, policy),
        *_hidden(release),
        *_rejected(report),
        "A difference says where to look, not what caused it.",
    ]


def _old(facts: Facts) -> list[str]:
    """Figures of an earlier year than the running one."""
    running, found = w.school_year_name(facts.year), []
    if facts.results and facts.results.year < facts.year:
        when = w.season(facts.results.administration, facts.results.year)
        found.append(f"There are no results of {running} yet; proficiency is that of {when}.")
    if facts.staffing and facts.staffing.year < facts.year:
        year = w.school_year_name(facts.staffing.year)
        found.append(f"There are no staff figures of {running} to tell; students per teacher are those of {year}.")
    if facts.absence and facts.absence.year < facts.year:
        year = w.school_year_name(facts.absence.year)
        found.append(f"Chronic absence of {running} cannot be told yet; it is that of {year}.")
    return found


def _without_attendance(facts: Facts, report: QualityReport) -> list[str]:
    """Schools whose attendance is missing from the absence rates, for all or part of the year."""
    if facts.absence is None:
        return []
    year, found = facts.absence.year, []
    for of in (year, year - 1):
        if schools := report.schools(WITHOUT_ATTENDANCE, of, facts):
            its = "its" if len(schools) == 1 else "their"
            found.append(
                f"{w.listing(schools, 3)} sent no attendance in {w.school_year_name(of)}: {its} students are in no rate of absence of "
                "that year."
            )
    if schools := report.schools(FELL_SILENT, year, facts):
        has, its = ("has", "its") if len(schools) == 1 else ("have", "their")
        found.append(
            f"{w.listing(schools, 3)} {has} sent no attendance lately: {its} absence counts up to the last day with any."
        )
    return found


def _few_tested(facts: Facts) -> list[str]:
    """Subjects in which so few were tested that proficiency may say little of the others."""
    few = [result for result in facts.results.subjects if result.has_few_tested] if facts.results else []
    if not few:
        return []
    named = w.listing([f"{w.subject(result.subject)} ({result.participation.shown})" for result in few])
    return [
        f"Fewer than {w.decimal(ENOUGH_TESTED, 0)}% of the enrolled students were tested in {named}, so results may not speak for "
        "the others."
    ]


def _implausible(facts: Facts, policy: Policy) -> list[str]:
    """Staffing that is more likely a record to correct than a fact."""
    staffing, found = facts.staffing, []
    if staffing is None:
        return []
    low, high = (w.decimal(float(bound), 0) for bound in (policy.quality.ratio_low, policy.quality.ratio_high))
    if staffing.outside:
        named = [f"{w.shortened(name)} ({ratio.shown})" for name, ratio in staffing.outside]
        found.append(
            f"Outside {low} to {high} students per teacher, so probably wrong on record: {w.listing(named, 3)}."
        )
    if staffing.without_teachers:
        found.append(f"No teacher is on record at {w.listing([w.shortened(n) for n in staffing.without_teachers], 3)}.")
    return found


def _hidden(release: Release) -> list[str]:
    """Over every released table and year."""
    marks = [rows["suppression"] for rows in release.all_tables if not rows.empty and "suppression" in rows]
    n, hidden = sum(map(len, marks)), sum(int((mark != UNTOUCHED).sum()) for mark in marks)
    if not hidden:
        return []
    verb = "hides or rounds" if hidden == 1 else "hide or round"
    return [
        f"To protect small groups, {w.count(hidden)} of the {w.plural(n, 'row')} in the released tables {verb} a figure."
    ]


def _rejected(report: QualityReport) -> list[str]:
    rejected, read = report.rows("n_rows_rejected"), report.rows("n_rows_read")
    if not rejected:
        return [f"All {w.plural(read, 'row')} delivered could be used."] if read else []
    return [f"{w.count(rejected)} of {w.plural(read, 'row')} delivered could not be used."]


def quality_results(report: QualityReport, most: int) -> list[str]:
    """How the run's checks came out, and the `most` that found most."""
    counts = {status: len(report.rules(status)) for status in (PASSED, WARNED, FAILED, SKIPPED)}
    n = sum(counts.values())
    if not n:
        return ["No check has judged this run's data."]
    spoken = [f"{w.count(counts[status])} {words}" for status, words in _SPOKEN.items() if counts[status]]
    summary = f"Of {w.plural(n, 'automatic check')} of the data, {w.listing(spoken)}."
    found = [rule for rule in [*report.rules(FAILED), *report.rules(WARNED)] if open_findings(rule)][:most]
    return [summary, *([f"Most findings: {w.listing([_found(rule) for rule in found])}."] if found else []), WHERE]


WHERE = "The quality report, published beside this brief, says who corrects what."

_SPOKEN = {
    PASSED: "found nothing",
    WARNED: "found records to correct",
    FAILED: "failed",
    SKIPPED: "could not run for want of data",
}


def _found(rule: dict[str, Any]) -> str:
    title = w.clause(str(rule.get("title")))[:-1]
    return f"{title[:1].lower() + title[1:]} ({w.count(open_findings(rule))})"
