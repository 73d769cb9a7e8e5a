"""Counts severe findings, those beyond a rule's second threshold: by rule, all of a run and the new ones.

Alerts read both from the metadata of quality_findings. New means absent from the table that the run is about to replace.
"""

import pandas as pd

from district_platform.engine.tables import Tables, unbound
from district_platform.quality.model import SEVERE
from district_platform.quality.renamed import give_todays_names

SEVERE_COUNTS, SKIPPED_RULES = "severe_findings", "rules_skipped"
"""Metadata: [all, new] by rule id, of rules that have any; and the rules that could not judge."""

_KEY = ["rule_id", "finding_key"]


def severe_before(tables: Tables, findings_table: str) -> set[tuple[str, str]]:
    """Rule and key of the open severe findings that the warehouse holds."""
    give_todays_names(tables, findings_table)
    if not tables.exists(findings_table):
        return set()
    findings = unbound(findings_table)
    severe = findings.filter(findings.message.startswith(SEVERE) & ~findings.is_waived)
    return {(rule_id, key) for rule_id, key in tables.fetch(severe.select(_KEY).distinct())}


def severe_counts(findings: pd.DataFrame, before: set[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """How many open severe findings each rule has, and how many of them are new; rules without any are left out."""
    severe = findings[findings["message"].str.startswith(SEVERE) & ~findings["is_waived"].astype(bool)]
    counts: dict[str, tuple[int, int]] = {}
    for rule_id, keys in severe.groupby("rule_id")["finding_key"]:
        n_new = sum((rule_id, key) not in before for key in keys)
        counts[str(rule_id)] = len(keys), n_new
    return counts
