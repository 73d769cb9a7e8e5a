"""How far the figures can be trusted: their limits, and what the checks of the data found."""

from district_platform.outputs.brief.report import limits, quality_results
from district_platform.quality.report import open_findings
from district_platform.web.pages.district.sights import Sight
from district_platform.web.pages.model import Column, Kind, Section, Table

MOST_NAMED = 3


def section(sight: Sight, *, has_rules: bool) -> Section:
    """Rules with open findings, those with most first; only roles that can act on them see them."""
    released = sight.released
    results = quality_results(released.report, MOST_NAMED)[:-1]
    said = (*results, *limits(released.facts, released.marks, released.report, released.policy))
    return Section("quality", "Can these figures be believed?", said, (), (_rules(sight),) if has_rules else ())


def _rules(sight: Sight) -> Table:
    rules = [rule for rule in sight.released.report.content.get("rules") or [] if open_findings(rule)]
    ordered = sorted(rules, key=lambda rule: (-open_findings(rule), rule["rule_id"]))
    return Table(
        "quality",
        "Rules with open findings",
        (
            Column("Rule"),
            Column("What it finds"),
            Column("Who corrects it"),
            Column("Open", Kind.NUMBER),
            Column("Judged", Kind.NUMBER),
            Column("Why it matters"),
        ),
        tuple(
            (
                rule["rule_id"],
                rule["title"],
                rule["owner"],
                f"{open_findings(rule):,}",
                f"{rule['n_judged'] or 0:,}",
                rule["why"],
            )
            for rule in ordered
        ),
        empty="No check found anything that is still open.",
    )
