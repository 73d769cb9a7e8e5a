"""Chooses the findings of a brief: the largest and most certain first, at most one for each topic."""

from collections.abc import Iterator

from district_platform.outputs.brief.candidates.absence_findings import attendance_candidates
from district_platform.outputs.brief.candidates.achievement import achievement_candidates
from district_platform.outputs.brief.candidates.enrollment import enrollment_candidates, mobility_candidates
from district_platform.outputs.brief.candidates.programs import growth_candidates, program_candidates
from district_platform.outputs.brief.candidates.staffing import staffing_candidates
from district_platform.outputs.brief.facts import Facts, Policy
from district_platform.outputs.brief.finding import Finding, Topic

N_KEY_FINDINGS = 3


def key_findings(facts: Facts, policy: Policy) -> tuple[Finding, ...]:
    """At most three, the one with the most weight first; each topic once. Where too few are found, levels fill the row."""
    best: dict[Topic, Finding] = {}
    for finding in candidates(facts, policy):
        if finding.topic not in best or finding.weight > best[finding.topic].weight:
            best[finding.topic] = finding
    ordered = sorted(best.values(), key=lambda finding: (-finding.weight, finding.topic))
    return tuple(ordered[:N_KEY_FINDINGS])


def candidates(facts: Facts, policy: Policy) -> Iterator[Finding]:
    """Every finding the figures allow."""
    yield from attendance_candidates(facts, policy.attendance)
    yield from achievement_candidates(facts)
    yield from program_candidates(facts)
    yield from growth_candidates(facts)
    yield from enrollment_candidates(facts, policy.quality)
    yield from mobility_candidates(facts, policy.quality)
    yield from staffing_candidates(facts)


def title(findings: tuple[Finding, ...]) -> str:
    """The title of the brief: the first finding, or the number of students if nothing more is known."""
    if not findings:
        return "Too little can be shown to state a finding"
    is_count = all(finding.topic is Topic.ENROLLMENT and not finding.weight for finding in findings)
    return "The data tells how many students are enrolled, and little else" if is_count else findings[0].headline
