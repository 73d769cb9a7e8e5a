"""data_quality_report.json: what every rule found, how that changed, and what became of every extract's rows. No Dagster here.

It is mailed and printed, so it holds counts only: no key of a person or of a finding, no name, no rejected value, no waiver's reason.
Keys are in the restricted annex (`annex`) and in the worklists. The page for people is made from it (`page`).
"""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from district_platform.dictionary import EXTRACTS
from district_platform.engine.files import replacing
from district_platform.engine.tables import Tables, unbound
from district_platform.home import Home
from district_platform.quality import waivers
from district_platform.quality.catalogue import RULES
from district_platform.quality.delivery_notes import delivery_notes
from district_platform.quality.evaluation import RuleResult, Status
from district_platform.quality.files import REPORT_FILE, SCHEMA_FILE
from district_platform.quality.history import RuleCount, Run, last_runs
from district_platform.settings import Settings

SCHEMA_VERSION = 2

_SCHEMA = Path(__file__).with_name(SCHEMA_FILE)
_ACCOUNT = (
    "extract",
    "file",
    "sha256",
    "n_rows_read",
    "n_rows_accepted",
    "n_rows_rejected",
    "n_rows_left_out",
    "problem",
)

Document = dict[str, Any]


def report_of_run(tables: Tables, run_id: str, settings: Settings, results: list[RuleResult]) -> Document:
    """The report of the run that the warehouse holds."""
    return document(
        run_id,
        settings,
        results,
        accounts=extract_accounts(tables),
        notes=[*source_notes(tables), *delivery_notes(tables, settings)],
        runs=last_runs(tables),
        listed_waivers=waivers.listed_waivers(tables),
    )


def document(
    run_id: str,
    settings: Settings,
    results: Sequence[RuleResult],
    *,
    accounts: Sequence[Document] = (),
    notes: Sequence[str] = (),
    runs: Sequence[Run] = (),
    listed_waivers: Collection[waivers.ListedWaiver] = (),
) -> Document:
    """The content of the report file.

    `notes` list what the source cannot provide (`delivery`). `runs` are those of the history, the oldest first. Changes compare with the
    last run before this one, published or refused, because a steward asks what the last attempt changed.
    """
    before = next((run for run in reversed(runs) if run.run_id != run_id), None)
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run_id,
        "district_name": settings.district_name,
        "as_of_date": settings.effective_date.isoformat(),
        "is_publishable": is_publishable(results),
        "extracts": list(accounts),
        "notes": list(notes),
        "waivers": _waivers(settings, results, listed_waivers),
        "rules": [_entry(result, settings, before, runs) for result in results],
        "runs": [_run(run) for run in runs],
    }


def is_publishable(results: Sequence[RuleResult]) -> bool:
    """Whether no rule of severity error has an open finding."""
    return not open_errors(results)


def open_errors(results: Sequence[RuleResult]) -> str:
    """Each rule of severity error with open findings: their number and how to fix them. Empty where the run may be published."""
    failed = [result for result in results if result.status is Status.FAILED]
    return "; ".join(f"{r.rule.id} {r.rule.title} ({r.n_open}): {r.rule.how_to_fix}" for r in failed)


def _waivers(settings: Settings, results: Sequence[RuleResult], listed: Collection[waivers.ListedWaiver]) -> Document:
    idle = {(result.rule.id, key) for result in results for key in result.without_finding}
    notes = waivers.notes(listed, RULES, settings.effective_date, idle)
    return {
        "n_listed": len(listed),
        "n_waived": sum(result.n_waived for result in results),
        "notes": [
            {
                "line": note.line,
                "rule_id": note.rule_id if note.rule_id in RULES else None,
                "expiry_date": note.expiry_date.isoformat(),
                "problem": note.problem.value,
                "message": note.public_message,
            }
            for note in notes
        ],
    }


def _entry(result: RuleResult, settings: Settings, before: Run | None, runs: Sequence[Run]) -> Document:
    rule = result.rule
    return {
        "rule_id": rule.id,
        "title": rule.title,
        "severity": result.severity,
        "owner": rule.owner.value,
        "table": rule.table,
        "unit": rule.unit,
        "status": result.status.value,
        "reason": result.reason,
        "n_judged": result.n_judged,
        "n_findings": result.n_findings,
        "n_offenders": result.n_findings,
        "n_waived": result.n_waived,
        "n_listed": len(result.findings),
        "n_students": result.n_students,
        "amount": None if result.amount is None else float(result.amount),
        "threshold": rule.threshold_values(settings.quality) or None,
        "why": rule.why,
        "how_to_fix": rule.how_to_fix,
        "change": _change(result, before),
        "trend": [_found(run.rules.get(rule.id)) for run in runs],
    }


def open_findings(rule: Document) -> int:
    """The number of findings in a rule's entry that no waiver covers; 0 if the entry has no counts.

    Reports of version 1, of earlier publications, have `n_offenders` alone.
    """
    return int(rule.get("n_findings") or rule.get("n_offenders") or 0) - int(rule.get("n_waived") or 0)


def _change(result: RuleResult, before: Run | None) -> int | None:
    """Null where the rule was not judged in both runs."""
    n_before = _found(before.rules.get(result.rule.id)) if before else None
    if n_before is None or result.status is Status.SKIPPED:
        return None
    return result.n_findings - n_before


def _found(count: RuleCount | None) -> int | None:
    return None if count is None or count.status is Status.SKIPPED else count.n_findings


def _run(run: Run) -> Document:
    open_by_severity = {
        severity: sum(count.n_open for count in run.rules.values() if count.severity == severity)
        for severity in ("error", "warn")
    }
    return {
        "run_id": run.run_id,
        "as_of_date": run.as_of_date.isoformat(),
        "recorded_at": f"{run.recorded_at:%Y-%m-%dT%H:%M:%SZ}",
        "n_open_errors": open_by_severity["error"],
        "n_open_warnings": open_by_severity["warn"],
        "n_waived": sum(count.n_waived for count in run.rules.values()),
    }


def extract_accounts(tables: Tables) -> list[Document]:
    """Every file of every extract with its rows read, accepted and rejected; also every extract without a file."""
    files = unbound("extract_files")
    columns = files.select(
        "extract",
        "file_name",
        files.sha256.nullif(""),
        "n_rows_read",
        "n_rows_accepted",
        "n_rows_rejected",
        "n_rows_left_out",
        "problem",
    )
    rows = tables.fetch(columns.order_by("extract", "file_name"))
    found = [dict(zip(_ACCOUNT, row, strict=True)) for row in rows]
    delivered = {account["extract"] for account in found}
    paths = sorted(extract.path for extract in EXTRACTS.values())
    absent = [dict(zip(_ACCOUNT, (path, None, None, 0, 0, 0, 0, "not delivered"), strict=True)) for path in paths]
    return sorted(
        [*found, *(account for account in absent if account["extract"] not in delivered)],
        key=lambda account: (account["extract"], account["file"] or ""),
    )


def source_notes(tables: Tables) -> list[str]:
    """The notes of the delivery, in order; empty before the first delivery."""
    if not tables.exists("delivery"):
        return []
    notes = unbound("delivery")
    return [message for (message,) in tables.fetch(notes.order_by("note_number").select("message"))]


def failed_report_path(home: Home, run_id: str) -> Path:
    """The folder in which a refused run leaves its report, page, annex and worklists."""
    return home.failed_reports / run_id / REPORT_FILE


def write(content: Document, folder: Path) -> Path:
    """Writes the report and its JSON Schema into `folder`, each file atomically; returns the report's path."""
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / SCHEMA_FILE) as fresh:
        fresh.write_text(_SCHEMA.read_text())
    with replacing(folder / REPORT_FILE) as fresh:
        fresh.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return folder / REPORT_FILE
