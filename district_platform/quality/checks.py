"""Dagster asset checks: one for each rule, which reports and blocks nothing, and one for all rules, which refuses the publication.

A check is named after its rule's id and title, because Dagster's pages show only the name. It holds counts and no key of a row: everybody
who opens the UI sees it, and a key may name a person. Keys are in the worklists.
"""

import re
from collections.abc import Iterator
from typing import Any

import dagster as dg

from district_platform.dictionary import TABLES, Layer
from district_platform.quality import worklists
from district_platform.quality.assets import REPORT
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.findings import FINDINGS
from district_platform.quality.model import Rule
from district_platform.quality.report import failed_report_path, open_errors
from district_platform.quality.resources import RuleBook
from district_platform.sources.reference.waivers import WAIVERS

PUBLISHABLE = "publishable"
"""The check that refuses the publication."""

_SEVERITIES = {"error": dg.AssetCheckSeverity.ERROR, "warn": dg.AssetCheckSeverity.WARN}


def quality_checks() -> list[dg.AssetChecksDefinition]:
    """A check for every rule of the catalogue, those of one table in one step, and `publishable`."""
    by_asset: dict[str, list[Rule]] = {}
    for rule in RULES.values():
        by_asset.setdefault(_judged_asset(rule), []).append(rule)
    return [*(_checks_of(asset, rules) for asset, rules in by_asset.items()), publishable]


def check_name(rule: Rule) -> str:
    """Id and title in the letters that Dagster takes, such as ENR_02_exit_before_entry."""
    return re.sub(r"[^A-Za-z0-9]+", "_", f"{rule.id} {rule.title.lower()}").strip("_")


def rule_of_check(name: str) -> Rule | None:
    """The rule behind a check; None for `publishable`, and for a check of an earlier version whose rule is gone."""
    return RULES.get("-".join(name.split("_")[:2]))


def _judged_asset(rule: Rule) -> str:
    """The table that the rule judges; for contract rules, which judge what no asset builds, the findings."""
    return rule.table if TABLES[rule.table].layer is not Layer.BOOKKEEPING else FINDINGS


def _checks_of(asset: str, rules: list[Rule]) -> dg.AssetChecksDefinition:
    by_name = {check_name(rule): rule for rule in rules}

    @dg.multi_asset_check(
        name=f"rules_of_{asset}",
        specs=[_check_spec(name, asset, rule) for name, rule in by_name.items()],
        can_subset=True,
    )
    def checks(
        context: dg.AssetCheckExecutionContext, rule_book: dg.ResourceParam[RuleBook]
    ) -> Iterator[dg.AssetCheckResult]:
        keys = sorted(context.selected_asset_check_keys)
        results = rule_book.judge(by_name[key.name].id for key in keys)
        for key, result in zip(keys, results, strict=True):
            yield _check_result(key, result, rule_book)

    return checks


def _check_spec(name: str, asset: str, rule: Rule) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name,
        asset=asset,
        additional_deps=[WAIVERS, *(table for table in rule.assets if table != asset)],
        description=f"{rule.id} {rule.title}. One finding is {rule.unit}.\n\n{rule.why}\n\n{rule.how_to_fix}",
    )


def _check_result(key: dg.AssetCheckKey, result: RuleResult, rule_book: RuleBook) -> dg.AssetCheckResult:
    rule = result.rule
    metadata: dict[str, Any] = {
        "status": result.status.value,
        "n_judged": result.n_judged,
        "n_findings": result.n_findings,
        "n_waived": result.n_waived,
        "thresholds": dg.MetadataValue.json(rule.threshold_values(rule_book.settings.quality)),
        "owner": rule.owner.value,
        "worklist": f"reports/{worklists.FOLDER}/{worklists.file_name(rule.owner)}",
        "why": rule.why,
        "how_to_fix": rule.how_to_fix,
    }
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=result.status is not Status.FAILED,
        severity=_SEVERITIES[result.severity],
        description=_told(result),
        metadata=metadata,
    )


def _told(result: RuleResult) -> str:
    """The text of a result: why the rule was skipped, or what it found and what it could not judge."""
    if result.status is Status.SKIPPED:
        return result.reason or ""
    return f"{_found(result)}. {result.reason}" if result.reason else _found(result)


def _found(result: RuleResult) -> str:
    """How many were found and of how many; a warning says so first, since Dagster knows only passed and failed."""
    waived = f", {result.n_waived:,} of them waived" if result.n_waived else ""
    found = f"{result.n_findings:,} found among {result.n_judged:,} judged{waived}"
    return f"Warning: {found}" if result.status is Status.WARNED else found


@dg.asset_check(
    name=PUBLISHABLE,
    asset=REPORT,
    blocking=True,
    description="Refuses the publication while a rule of severity error finds anything. Everything published hangs on it.",
)
def publishable(context: dg.AssetCheckExecutionContext, rule_book: dg.ResourceParam[RuleBook]) -> dg.AssetCheckResult:
    found = open_errors(rule_book.results())
    if not found:
        return dg.AssetCheckResult(passed=True, description="No rule of severity error found anything.")
    path = failed_report_path(rule_book.settings.home, context.run.run_id)
    description = f"Not published, the last publication stays. {found} All findings: {path}"
    context.log.error(description)
    return dg.AssetCheckResult(passed=False, description=description, metadata={"report": dg.MetadataValue.path(path)})
