"""The data quality report as the brief reads it, and the sentences on limits and quality that follow from it."""

from dataclasses import dataclass
from typing import Any

from district_platform.dictionary import EXTRACTS, KEY_SEPARATOR, Table
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.release import UNTOUCHED, Release
from district_platform.quality.report import open_findings

RULES_ON_SCHOOLS = ("ATT-06", "ATT-07")
"""Rules of which the brief names what they found: a school in a year."""

PASSED, WARNED, FAILED, SKIPPED = "passed", "warned", "failed", "skipped"

NEEDED = {
    "assessment_results": "proficiency, its change, and gaps between groups",
    "staff_assignments": "students per teacher",
    "attendance_events": "chronic absence",
}
"""Optional extracts that the brief lives on, and what it cannot say without them."""
WORDS = {
    "assessment_results": "assessment results",
    "staff_assignments": "staff assignments",
    "attendance_events": "attendance events with school calendars",
}
"""The same extracts as people call them."""


@dataclass(frozen=True)
class QualityReport:
    """`reports/data_quality_report.json` of this run, with the `finding_keys` of RULES_ON_SCHOOLS."""

    content: dict[str, Any]

    @property
    def run_id(self) -> str:
        return str(self.content.get("run_id") or "not recorded")

    def rules(self, status: str) -> list[dict[str, Any]]:
        """Rules of a status, those with the most offenders first."""
        rules = [rule for rule in self.content.get("rules") or [] if rule.get("status") == status]
        return sorted(rules, key=lambda rule: (-open_findings(rule), str(rule.get("rule_id"))))

    def schools(self, rule_id: str, year: int, facts: Facts) -> list[str]:
        """Names of the schools that a rule about a school in a year has found, of those the report lists."""
        names = {school.k_school: w.shortened(school.name) for school in facts.schools}
        rules = [rule for rule in self.content.get("rules") or [] if rule.get("rule_id") == rule_id]
        keys = [str(key).split(KEY_SEPARATOR) for rule in rules for key in rule.get("finding_keys") or []]
        return [names.get(school, school) for school, of in keys if of == str(year)]

    def rows(self, measure: str) -> int:
        """Rows of all extracts: n_rows_read, n_rows_accepted or n_rows_rejected."""
        return sum(int(extract.get(measure) or 0) for extract in self.content.get("extracts") or [])

    @property
    def notes(self) -> list[str]:
        """What the source itself could not say."""
        return [str(note) for note in self.content.get("notes") or []]

    @property
    def rejecting(self) -> list[tuple[str, int]]:
        """Files with rejected rows, most first."""
        files = [(str(e.get("file")), int(e.get("n_rows_rejected") or 0)) for e in self.content.get("extracts") or []]
        return sorted(((file, n) for file, n in files if n), key=lambda pair: (-pair[1], pair[0]))


def missing_extracts(facts: Facts) -> list[Table]:
    """Extracts the brief would need and has nothing of."""
    present = {
        "assessment_results": facts.has_results,
        "staff_assignments": facts.has_staff,
        "attendance_events": facts.has_attendance,
    }
    return [EXTRACTS[name] for name in NEEDED if not present[name]]


def limits(facts: Facts, release: Release, report: QualityReport) -> list[str]:
    """What this run's data cannot carry, the gravest first."""
    found = [*report.notes, *(_missing(extract) for extract in missing_extracts(facts))]
    found += [
        *_old(facts),
        *_without_attendance(facts, report),
        *_hidden(release, facts.year),
        *_rejected(report),
        *_skipped(report),
    ]
    found.append("A difference says where to look, not what caused it.")
    return found


def _missing(extract: Table) -> str:
    return (
        f"No {WORDS[extract.name]} were delivered, so {NEEDED[extract.name]} cannot be stated; "
        f"{_the(extract.owner)} can supply them."
    )


def _the(owner: str) -> str:
    return owner if owner.startswith("human") else f"the {owner}"


def _old(facts: Facts) -> list[str]:
    """What is of an earlier year than the running one."""
    running, found = w.school_year_name(facts.year), []
    if facts.results and facts.results.year < facts.year:
        when = w.season(facts.results.administration, facts.results.year)
        found.append(f"There are no results of {running} yet: proficiency is that of {when}.")
    if facts.staffing and facts.staffing.year < facts.year:
        year = w.school_year_name(facts.staffing.year)
        found.append(f"There are no staff figures of {running} yet: students per teacher are those of {year}.")
    if facts.absence and facts.absence.year < facts.year:
        year = w.school_year_name(facts.absence.year)
        found.append(f"There is no rate of chronic absence of {running} yet: it is that of {year}.")
    return found


def _without_attendance(facts: Facts, report: QualityReport) -> list[str]:
    """Schools that are in no rate of absence, or in it with a part of the year; rules ATT-07 and ATT-06."""
    if facts.absence is None:
        return []
    year, found = facts.absence.year, []
    for of in (year, year - 1):
        if schools := report.schools("ATT-07", of, facts):
            its = "its" if len(schools) == 1 else "their"
            change = "" if of == year else ", and the change compares different schools"
            found.append(
                f"No attendance of {w.listing(schools, 3)} in {w.school_year_name(of)} was delivered: {its} students are in "
                f"no rate of absence of that year{change} (ATT-07)."
            )
    if schools := report.schools("ATT-06", year, facts):
        has, its = ("has", "its") if len(schools) == 1 else ("have", "their")
        found.append(
            f"{w.listing(schools, 3)} {has} sent no attendance lately: {its} absence is that up to the last day with any "
            "(ATT-06)."
        )
    return found


def _hidden(release: Release, year: int) -> list[str]:
    current = [rows["suppression"][rows["school_year"] == year] for rows in release.tables.values() if not rows.empty]
    n = sum(len(suppression) for suppression in current)
    hidden = sum(int((suppression != UNTOUCHED).sum()) for suppression in current)
    if not hidden:
        return []
    return [
        f"{w.count(hidden)} of the {w.plural(n, 'released row')} of {w.school_year_name(year)} "
        f"{'hides or rounds' if hidden == 1 else 'hide or round'} a figure to protect a small group."
    ]


def _rejected(report: QualityReport) -> list[str]:
    rejected, read = report.rows("n_rows_rejected"), report.rows("n_rows_read")
    if not rejected:
        return [f"All {w.plural(read, 'row')} read could be used."] if read else []
    most, n = report.rejecting[0]
    where = f"all in {most}" if n == rejected else f"most in {most} ({w.count(n)})"
    return [f"{w.count(rejected)} of {w.plural(read, 'row')} read could not be used, {where}."]


def _skipped(report: QualityReport) -> list[str]:
    by_reason: dict[str, list[str]] = {}
    for rule in report.rules(SKIPPED):
        reason = " ".join(str(rule.get("reason") or "no reason given").split()).rstrip(".")
        by_reason.setdefault(reason, []).append(str(rule.get("rule_id")))
    return [
        f"{w.listing(sorted(ids), most=4)} {w.was_or_were(len(ids))} not judged: {reason}."
        for reason, ids in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def quality_results(report: QualityReport, most: int) -> list[str]:
    """How the run's rules came out, and the `most` that found most."""
    counts = {status: len(report.rules(status)) for status in (PASSED, WARNED, FAILED, SKIPPED)}
    n = sum(counts.values())
    run = f"Run {report.run_id}. The full report and the tables behind this brief are published beside it."
    if not n:
        return ["No rule has judged this run's data.", run]
    spoken = [f"{w.count(counts[status])} {words}" for status, words in _SPOKEN.items() if counts[status]]
    summary = f"Of {w.plural(n, 'rule')}, {w.listing(spoken)}."
    return [summary, *(_found(rule) for rule in [*report.rules(FAILED), *report.rules(WARNED)][:most]), run]


_SPOKEN = {
    PASSED: "passed",
    WARNED: "found something for a steward to correct",
    FAILED: "failed",
    SKIPPED: "could not be judged",
}


def _found(rule: dict[str, Any]) -> str:
    n, judged = open_findings(rule), int(rule.get("n_judged") or 0)
    of = f" of {w.count(judged)}" if judged else ""
    return f"{rule.get('rule_id')}, {w.clause(str(rule.get('title')))[:-1]}: {w.count(n)}{of} ({rule.get('owner')})."
