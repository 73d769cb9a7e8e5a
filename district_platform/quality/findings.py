"""Findings as tables: those of a run, and the history of their counts. They depend on no check, so a refused run has them too."""

import datetime as dt

import dagster as dg
import ibis
import pandas as pd

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.engine.assets import AS_OF_DATE, settings_key, table_spec
from district_platform.engine.resources import Warehouse
from district_platform.engine.tables import unbound
from district_platform.engine.versions import code_version
from district_platform.home.kept import Kept
from district_platform.quality import history, waivers
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.renamed import give_todays_names
from district_platform.quality.resources import RuleBook
from district_platform.quality.severe import SEVERE_COUNTS, SKIPPED_RULES, severe_before, severe_counts

FINDINGS = "quality_findings"

KEPT = Kept("findings of the last run", "severe findings that were told count as new", tables=(FINDINGS,))

_JUDGED = sorted({asset for rule in RULES.values() for asset in rule.assets})
_SETTINGS = [settings_key(name) for name in (AS_OF_DATE, "quality", "assessments")]
UPSTREAM: list[str | dg.AssetKey] = [*_JUDGED, waivers.WAIVERS, *_SETTINGS]
"""All that rules judge, and by what."""

READ = [TABLES[name] for name in (*_JUDGED, waivers.WAIVERS)] + tables_in(Layer.BOOKKEEPING)
"""Tables whose entries in the dictionary rules and report look up."""


def findings(results: list[RuleResult]) -> pd.DataFrame:
    """One row per finding that was kept, in the order of the catalogue; open ones before waived ones, then by key."""
    rows = [
        (r.rule.id, r.severity, r.rule.owner.value, r.rule.table, finding.key, finding.message, finding.is_waived)
        for r in results
        for finding in r.findings
    ]
    return pd.DataFrame(rows, columns=list(TABLES[FINDINGS].columns))


@dg.asset(deps=UPSTREAM, code_version=code_version(findings, [TABLES[FINDINGS], *READ]), **table_spec(TABLES[FINDINGS]))
def quality_findings(
    context: dg.AssetExecutionContext, rule_book: dg.ResourceParam[RuleBook], warehouse: Warehouse
) -> pd.DataFrame:
    results = rule_book.results()
    found = findings(results)
    with warehouse.tables() as tables:
        counts = severe_counts(found, severe_before(tables, FINDINGS))
    skipped = [result.rule.id for result in results if result.status is Status.SKIPPED]
    context.add_output_metadata(
        {SEVERE_COUNTS: dg.MetadataValue.json(counts), SKIPPED_RULES: dg.MetadataValue.json(skipped)}
    )
    return found


@dg.asset(
    deps=[FINDINGS],
    code_version=code_version(findings, [TABLES[history.HISTORY], *READ]),
    **table_spec(TABLES[history.HISTORY]),
)
def quality_history(
    context: dg.AssetExecutionContext, rule_book: dg.ResourceParam[RuleBook], warehouse: Warehouse
) -> ibis.Table:
    settings, now = rule_book.settings, dt.datetime.now(dt.UTC).replace(tzinfo=None)
    run = history.counts(rule_book.results(), context.run.run_id, settings.effective_date, now)
    with warehouse.tables() as tables:
        give_todays_names(tables, history.HISTORY)
        is_first = not tables.exists(history.HISTORY)
    return history.extended(None if is_first else unbound(history.HISTORY), run, settings.quality.history_runs)
