"""The report as an asset, with its page, annex and worklists. It depends on no check, so a refused run has it too."""

from collections import Counter
from pathlib import Path

import dagster as dg

from district_platform.dictionary import TABLES
from district_platform.engine.assets import OUTPUT_GROUP, owner_tag
from district_platform.engine.resources import Warehouse
from district_platform.engine.tables import Tables
from district_platform.engine.versions import code_version
from district_platform.quality import annex, history, page, report, waivers, worklists
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.findings import FINDINGS, READ, UPSTREAM
from district_platform.quality.resources import RuleBook

REPORT = "data_quality_report"


def write_files(tables: Tables, document: report.Document, results: list[RuleResult], folder: Path) -> Path:
    """Writes every file about a run's findings that people read; returns the path of the report."""
    path = report.write(document, folder)
    page.write(document, folder)
    annex.write(annex.annex(document, results, waivers.listed_waivers(tables)), folder)
    worklists.write(tables, results, folder)
    return path


@dg.asset(
    group_name=OUTPUT_GROUP,
    deps=[*UPSTREAM, FINDINGS, history.HISTORY],
    description="reports/data_quality_report.json, the page made from it, and the worklists: every rule and every extract of the "
    "run. Keys stand in the worklists and the restricted annex alone. Made on every run whose rules are judged, also a refused one.",
    owners=[owner_tag(TABLES[FINDINGS].owner)],
    kinds={"json"},
    code_version=code_version(write_files, [TABLES[FINDINGS], TABLES[history.HISTORY], *READ]),
)
def data_quality_report(
    context: dg.AssetExecutionContext, rule_book: dg.ResourceParam[RuleBook], warehouse: Warehouse
) -> dg.MaterializeResult:
    home, results, run_id = rule_book.settings.home, rule_book.results(), context.run.run_id
    with warehouse.tables() as tables:
        document = report.report_of_run(tables, run_id, rule_book.settings, results)
        write_files(tables, document, results, home.build)
        path = home.reports / report.REPORT_FILE
        if not report.is_publishable(results):
            path = write_files(tables, document, results, report.failed_report_path(home, run_id).parent)
            context.log.error(f"The publication will be refused. What was found: {path}")
    counts = Counter(result.status.value for result in results)
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(path), **{status.value: counts[status.value] for status in Status}}
    )
