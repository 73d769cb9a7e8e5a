"""Dagster asset checks: one a rule, which reports and blocks nothing, and one for all, which refuses the publication."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from district_platform.dictionary import TABLES, Layer
from district_platform.quality.assets import FINDINGS, REPORT
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.model import Rule
from district_platform.quality.report import OFFENDING_KEYS, failed_report_path
from district_platform.quality.resources import RuleBook
from district_platform.quality.waivers import WAIVERS

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
    return rule.id.replace("-", "_")


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
        description=f"{rule.title}. One offender is {rule.unit}.\n\n{rule.why}\n\n{rule.how_to_fix}",
    )


def _check_result(key: dg.AssetCheckKey, result: RuleResult, rule_book: RuleBook) -> dg.AssetCheckResult:
    rule = result.rule
    metadata: dict[str, Any] = {
        "status": result.status.value,
        "n_judged": result.n_judged,
        "n_offenders": result.n_offenders,
        "n_waived": result.n_waived,
        "offenders": dg.MetadataValue.md(_listed(result)),
        "thresholds": dg.MetadataValue.json(rule.threshold_values(rule_book.settings.quality)),
        "owner": rule.owner.value,
        "why": rule.why,
        "how_to_fix": rule.how_to_fix,
    }
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=result.status in (Status.PASSED, Status.SKIPPED),
        severity=_SEVERITIES[result.severity],
        description=result.reason or _found(result),
        metadata=metadata,
    )


def _found(result: RuleResult) -> str:
    """How many offenders, and the first of them, open ones before waived ones."""
    keys = [offender.key for offender in result.offenders[:OFFENDING_KEYS]]
    more = ", …" if result.n_offenders > len(keys) else ""
    waived = f", {result.n_waived:,} of them waived" if result.n_waived else ""
    found = f"{result.n_offenders:,} found among {result.n_judged:,} judged{waived}"
    return f"{found}: {', '.join(keys)}{more}" if keys else found


def _listed(result: RuleResult) -> str:
    """The first offenders, with the evidence."""
    shown = result.offenders[:OFFENDING_KEYS]
    lines = [f"- `{o.key}` {o.message}{' (waived)' if o.is_waived else ''}" for o in shown]
    n_more = result.n_offenders - len(lines)
    return "\n".join([*lines, *([f"- … and {n_more:,} more"] if n_more else [])]) or "none"


@dg.asset_check(
    name=PUBLISHABLE,
    asset=REPORT,
    blocking=True,
    description="Refuses the publication while a rule of severity error finds anything. Everything published hangs on it.",
)
def publishable(context: dg.AssetCheckExecutionContext, rule_book: dg.ResourceParam[RuleBook]) -> dg.AssetCheckResult:
    failed = [result for result in rule_book.results() if result.status is Status.FAILED]
    if not failed:
        return dg.AssetCheckResult(passed=True, description="No rule of severity error found anything.")
    found = "; ".join(f"{r.rule.id} {r.rule.title} ({r.n_open}): {r.rule.how_to_fix}" for r in failed)
    path = failed_report_path(rule_book.settings.home, context.run.run_id)
    description = f"Not published, the last publication stays. {found} All findings: {path}"
    context.log.error(description)
    return dg.AssetCheckResult(passed=False, description=description, metadata={"report": dg.MetadataValue.path(path)})
