"""The assets of this room: the findings and their history as tables, and the report with its page, annex and worklists.

None hangs on a check, so that a refused run has them.
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import dagster as dg
import ibis
import pandas as pd
from duckdb import DuckDBPyConnection

from district_platform.dictionary import TABLES
from district_platform.engine.assets import AS_OF_DATE, OUTPUT_GROUP, code_version, owner_tag, settings_key, table_spec
from district_platform.engine.database import table_exists
from district_platform.engine.files import text_digest
from district_platform.engine.resources import Warehouse, unbound
from district_platform.quality import annex, history, page, report, waivers, worklists
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.resources import RuleBook
from district_platform.quality.severe import SEVERE_COUNTS, SKIPPED_RULES, severe_before, severe_counts

FINDINGS, REPORT = "quality_findings", "data_quality_report"

_JUDGED = sorted({asset for rule in RULES.values() for asset in rule.assets})
_SETTINGS = [settings_key(name) for name in (AS_OF_DATE, "quality", "assessments")]
_UPSTREAM: list[str | dg.AssetKey] = [*_JUDGED, waivers.WAIVERS, *_SETTINGS]


def findings(results: list[RuleResult]) -> pd.DataFrame:
    """One row per offender that was kept, in the order of the catalogue; open ones before waived ones, then by key."""
    rows = [
        (r.rule.id, r.severity, r.rule.owner.value, r.rule.table, offender.key, offender.message, offender.is_waived)
        for r in results
        for offender in r.offenders
    ]
    return pd.DataFrame(rows, columns=list(TABLES[FINDINGS].columns))


def write_files(
    connection: DuckDBPyConnection, document: report.Document, results: list[RuleResult], folder: Path
) -> Path:
    """All that people read of a run's findings; returns the path of the report."""
    path = report.write(document, folder)
    page.write(document, folder)
    annex.write(annex.annex(document, results, waivers.listed_waivers(connection)), folder)
    worklists.write(connection, results, folder)
    return path


@dg.asset(deps=_UPSTREAM, code_version=code_version(findings, TABLES[FINDINGS]), **table_spec(TABLES[FINDINGS]))
def quality_findings(
    context: dg.AssetExecutionContext, rule_book: dg.ResourceParam[RuleBook], warehouse: Warehouse
) -> pd.DataFrame:
    results = rule_book.results()
    found = findings(results)
    with warehouse.connect() as connection:
        counts = severe_counts(found, severe_before(connection, FINDINGS))
    skipped = [result.rule.id for result in results if result.status is Status.SKIPPED]
    context.add_output_metadata(
        {SEVERE_COUNTS: dg.MetadataValue.json(counts), SKIPPED_RULES: dg.MetadataValue.json(skipped)}
    )
    return found


@dg.asset(
    deps=[FINDINGS],
    code_version=code_version(history.counts, TABLES[history.HISTORY]),
    **table_spec(TABLES[history.HISTORY]),
)
def quality_history(
    context: dg.AssetExecutionContext, rule_book: dg.ResourceParam[RuleBook], warehouse: Warehouse
) -> ibis.Table:
    settings, now = rule_book.settings, dt.datetime.now(dt.UTC).replace(tzinfo=None)
    run = history.counts(rule_book.results(), context.run.run_id, settings.effective_date, now)
    with warehouse.connect() as connection:
        is_first = not table_exists(connection, history.HISTORY)
    return history.extended(None if is_first else unbound(history.HISTORY), run, settings.quality.history_runs)


@dg.asset(
    group_name=OUTPUT_GROUP,
    deps=[*_UPSTREAM, FINDINGS, history.HISTORY],
    description="reports/data_quality_report.json, the page made from it, and the worklists: every rule and every extract of the "
    "run. Keys stand in the worklists and the restricted annex alone. Made on every run whose rules are judged, also a refused one.",
    owners=[owner_tag(TABLES[FINDINGS].owner)],
    kinds={"json"},
    code_version=text_digest(code_version(write_files) + page.TEMPLATE.read_text()),
)
def data_quality_report(
    context: dg.AssetExecutionContext, rule_book: dg.ResourceParam[RuleBook], warehouse: Warehouse
) -> dg.MaterializeResult:
    home, results, run_id = rule_book.settings.home, rule_book.results(), context.run.run_id
    with warehouse.connect() as connection:
        document = report.report_of_run(connection, run_id, rule_book.settings, results)
        write_files(connection, document, results, home.build)
        path = home.reports / report.REPORT_FILE
        if not report.is_publishable(results):
            path = write_files(connection, document, results, report.failed_report_path(home, run_id).parent)
            context.log.error(f"The publication will be refused. What was found: {path}")
    counts = Counter(result.status.value for result in results)
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(path), **{status.value: counts[status.value] for status in Status}}
    )
