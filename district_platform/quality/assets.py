"""The two assets of this room: the findings as a table, and the report. Neither hangs on a check, so that a refused run has them."""

from collections import Counter

import dagster as dg
import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.engine.assets import AS_OF_DATE, OUTPUT_GROUP, code_version, owner_tag, settings_key, table_spec
from district_platform.engine.resources import Warehouse
from district_platform.quality import report
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.resources import RuleBook
from district_platform.quality.waivers import WAIVERS

FINDINGS, REPORT = "quality_findings", "data_quality_report"

_JUDGED = sorted({asset for rule in RULES.values() for asset in rule.assets})
_SETTINGS = [settings_key(name) for name in (AS_OF_DATE, "quality", "assessments")]
_UPSTREAM: list[str | dg.AssetKey] = [*_JUDGED, WAIVERS, *_SETTINGS]


def findings(results: list[RuleResult]) -> pd.DataFrame:
    """One row per offender that was kept, in the order of the catalogue and of the keys."""
    rows = [
        (r.rule.id, r.severity, r.rule.owner.value, r.rule.table, offender.key, offender.message, offender.is_waived)
        for r in results
        for offender in r.offenders
    ]
    return pd.DataFrame(rows, columns=list(TABLES[FINDINGS].columns))


@dg.asset(deps=_UPSTREAM, code_version=code_version(findings, TABLES[FINDINGS]), **table_spec(TABLES[FINDINGS]))
def quality_findings(rule_book: dg.ResourceParam[RuleBook]) -> pd.DataFrame:
    return findings(rule_book.results())


@dg.asset(
    group_name=OUTPUT_GROUP,
    deps=[*_UPSTREAM, FINDINGS],
    description="reports/data_quality_report.json: every rule and every extract of the run. Made on every run, also a refused one.",
    owners=[owner_tag(TABLES[FINDINGS].owner)],
    kinds={"json"},
    code_version=code_version(report.document),
)
def data_quality_report(
    context: dg.AssetExecutionContext, rule_book: dg.ResourceParam[RuleBook], warehouse: Warehouse
) -> dg.MaterializeResult:
    home, results = rule_book.settings.home, rule_book.results()
    with warehouse.connect() as connection:
        accounts, notes = report.extract_accounts(connection), report.source_notes(connection)
    before = report.published_report(home)
    document = report.document(context.run.run_id, rule_book.settings, accounts, notes, results, before)
    path = report.write(document, home.build)
    if any(result.status is Status.FAILED for result in results):
        failed = report.write(document, report.failed_report_path(home, context.run.run_id).parent)
        context.log.error(f"The publication will be refused. What was found: {failed}")
    counts = Counter(result.status.value for result in results)
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(path), **{status.value: counts[status.value] for status in Status}}
    )
