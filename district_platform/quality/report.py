"""data_quality_report.json: what every rule found and what became of every extract's rows. No Dagster here.

It holds counts and keys, never a name nor a rejected value.
"""

import json
import os
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from district_platform.dictionary import EXTRACTS
from district_platform.engine.database import table_exists
from district_platform.engine.publication import current_publication
from district_platform.engine.resources import unbound
from district_platform.engine.tables import fetch
from district_platform.home import Home
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.settings import Settings

REPORT_FILE, SCHEMA_FILE = "data_quality_report.json", "data_quality_report.schema.json"
OFFENDING_KEYS = 20

_SCHEMA = Path(__file__).with_name(SCHEMA_FILE)
_ACCOUNT = ("extract", "file", "sha256", "n_rows_read", "n_rows_accepted", "n_rows_rejected", "problem")

Document = dict[str, Any]


def document(
    run_id: str,
    settings: Settings,
    accounts: list[Document],
    notes: list[str],
    results: list[RuleResult],
    before: Document | None,
) -> Document:
    """The report as it stands in the file; `before` is the report now published, for the change against it.

    `notes` are what the source itself could not say (`delivery`).
    """
    counts = {rule["rule_id"]: rule["n_offenders"] for rule in _judged(before)}
    return {
        "run_id": run_id,
        "as_of_date": settings.effective_date.isoformat(),
        "extracts": accounts,
        "notes": notes,
        "rules": [_entry(result, settings, counts.get(result.rule.id)) for result in results],
    }


def _judged(before: Document | None) -> list[Document]:
    return [rule for rule in before["rules"] if rule["status"] != Status.SKIPPED] if before else []


def _entry(result: RuleResult, settings: Settings, n_before: int | None) -> Document:
    rule = result.rule
    return {
        "rule_id": rule.id,
        "title": rule.title,
        "severity": result.severity,
        "owner": rule.owner.value,
        "table": rule.table,
        "status": result.status.value,
        "reason": result.reason,
        "n_judged": result.n_judged,
        "n_offenders": result.n_offenders,
        "n_waived": result.n_waived,
        "threshold": rule.threshold_values(settings.quality) or None,
        "offending_keys": [offender.key for offender in result.offenders[:OFFENDING_KEYS]],
        "how_to_fix": rule.how_to_fix,
        "change": _change(result, n_before),
    }


def _change(result: RuleResult, n_before: int | None) -> int | None:
    """Null where the rule was not judged in both runs."""
    if n_before is None or result.status is Status.SKIPPED:
        return None
    return result.n_offenders - n_before


def extract_accounts(connection: DuckDBPyConnection) -> list[Document]:
    """Every file of every extract with what became of its rows, and every extract that has none."""
    files = unbound("extract_files")
    columns = files.select(
        "extract", "file_name", files.sha256.nullif(""), "n_rows_read", "n_rows_accepted", "n_rows_rejected", "problem"
    )
    rows = fetch(connection, columns.order_by("extract", "file_name"))
    found = [dict(zip(_ACCOUNT, row, strict=True)) for row in rows]
    delivered = {account["extract"] for account in found}
    paths = sorted(extract.path for extract in EXTRACTS.values())
    absent = [dict(zip(_ACCOUNT, (path, None, None, 0, 0, 0, "not delivered"), strict=True)) for path in paths]
    return sorted(
        [*found, *(account for account in absent if account["extract"] not in delivered)],
        key=lambda account: (account["extract"], account["file"] or ""),
    )


def source_notes(connection: DuckDBPyConnection) -> list[str]:
    """What the delivery noted, in its order; nothing before the first delivery."""
    if not table_exists(connection, "delivery"):
        return []
    notes = unbound("delivery")
    return [message for (message,) in fetch(connection, notes.order_by("note_number").select("message"))]


def published_report(home: Home) -> Document | None:
    """The report of the publication that readers see now, or None before the first."""
    publication = current_publication(home)
    path = publication / "reports" / REPORT_FILE if publication else None
    return json.loads(path.read_text()) if path and path.exists() else None


def failed_report_path(home: Home, run_id: str) -> Path:
    """Where a refused run leaves its report."""
    return home.failed_reports / run_id / REPORT_FILE


def write(content: Document, folder: Path) -> Path:
    """Writes the report and its JSON Schema into `folder`, each at once or not at all; returns the report's path."""
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / SCHEMA_FILE, _SCHEMA.read_text())
    return _replace(folder / REPORT_FILE, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _replace(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text)
    os.replace(fresh, path)
    return path
