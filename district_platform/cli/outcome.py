"""What a run says when it has ended: what it found, what it made, or why it published nothing."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import ibis
from rich.table import Table

from district_platform.cli.common import console
from district_platform.cli.terminal import cells, labelled, plain
from district_platform.home import Home, shown
from district_platform.settings import Settings

EXAMPLES = 5
OF_THE_CONTRACT = "CON-"
"""Rules whose findings are places in files. Findings of other rules may be keys of people, and appear only in worklists."""

SYNTHETIC = "SYNTHETIC district: every person and every number in it is made up."


def say_if_synthetic(settings: Settings) -> None:
    if settings.sources.kind == "synthetic":
        console.print(SYNTHETIC, style="bold yellow")


def summarize(settings: Settings, outcome: Any, seconds: float) -> None:
    """What the outcome of a run (`running.Outcome`) says to the person who started it."""
    home = settings.home
    for step, reason in outcome.failures.items():
        console.print(labelled(step, "yellow" if outcome.is_only_behind else "red", reason))
    refused = home.failed_reports / outcome.run_id / "data_quality_report.json"
    if refused.exists():
        console.print("Not published: what was published before stays.", style="red")
        _print_refusal(settings, refused)
    elif (outcome.exit_code == 0 or outcome.is_only_behind) and home.current.exists():
        _print_counts(home.reports / "data_quality_report.json")
        _print_outputs(home)
    _warn_of_open_files(settings)
    if not refused.exists():
        for check in outcome.failed_error_checks:
            console.print(labelled("Refused by a check", "red", check))
    say_if_synthetic(settings)
    ended = "Stopped" if outcome.was_interrupted else "Done" if outcome.exit_code == 0 else "Failed"
    if outcome.is_only_behind:
        console.print(f"Published after {seconds:.0f} s, run {outcome.run_id}; {behind_in_words(settings)}.")
        console.print("The next run catches up, and so does district-platform destinations load.")
    else:
        console.print(f"{ended} after {seconds:.0f} s, run {outcome.run_id}.")
    if outcome.was_interrupted:
        console.print("What was published before stays; run again when you like.")


def behind_in_words(settings: Settings) -> str:
    """The destinations that do not hold the current publication, each with the time since when."""
    from district_platform.destinations.assets import places
    from district_platform.destinations.state import behind

    late = behind(settings.home, places(settings))
    return ", ".join(f"{name} behind since {state.behind_since:%Y-%m-%d %H:%M} UTC" for name, state in late.items())


def _warn_of_open_files(settings: Settings) -> None:
    from district_platform.sources.extracts import open_delivery

    warning = open_delivery(settings.home, settings.sources)
    if warning:
        console.print(labelled("open to others", "yellow", warning))


def _print_refusal(settings: Settings, report: Path) -> None:
    """Each rule that refused the publication: what it found, where, and what to do about it."""
    failed = [rule for rule in json.loads(report.read_text())["rules"] if rule["status"] == "failed"]
    found = _errors_found(settings) if any(_is_of_the_contract(rule) for rule in failed) else {}
    for rule in failed:
        n_open = rule["n_findings"] - rule["n_waived"]
        console.print(labelled(rule["rule_id"], "red", f"{rule['title']}: {n_open:,}"))
        places = found.get(rule["rule_id"], []) if _is_of_the_contract(rule) else []
        for key, message in places[:EXAMPLES]:
            console.print(plain(f"  {key}: {message}"))
        if not places:
            console.print(plain(f"  Which: {shown(report.parent / 'worklists')}"))
        elif n_open > EXAMPLES:
            console.print(f"  … and {n_open - EXAMPLES:,} more")
        console.print(plain(f"  To mend: {rule['how_to_fix']}"))
    _print_counts(report)


def _is_of_the_contract(rule: dict[str, Any]) -> bool:
    return str(rule["rule_id"]).startswith(OF_THE_CONTRACT)


def _errors_found(settings: Settings) -> dict[str, list[tuple[str, str]]]:
    """Findings of severity error that nobody has waived, by rule: key and message."""
    from district_platform.engine.resources import Warehouse
    from district_platform.engine.tables import unbound

    findings = unbound("quality_findings")
    errors = findings.filter(findings.severity == "error", ~findings.is_waived)
    rows = errors.order_by(ibis._.rule_id, ibis._.finding_key).select("rule_id", "finding_key", "message")
    found: dict[str, list[tuple[str, str]]] = {}
    with Warehouse.of(settings.home, settings.engine, settings.encryption, settings.credentials).tables() as tables:
        for rule_id, key, message in tables.fetch(rows):
            found.setdefault(rule_id, []).append((key, message))
    return found


def _print_counts(path: Path) -> None:
    from district_platform.quality.report import open_findings

    report = json.loads(path.read_text())
    counts = Counter((rule["severity"], rule["status"]) for rule in report["rules"])
    found: Counter[str] = Counter()
    for rule in report["rules"]:
        found[rule["severity"]] += open_findings(rule)
    table = Table("severity", "findings", "rules with findings", "rules passed", "rules skipped", box=None)
    for severity in ("error", "warn"):
        failing = counts[severity, "failed"] + counts[severity, "warned"]
        numbers = (found[severity], failing, counts[severity, "passed"], counts[severity, "skipped"])
        table.add_row(severity, *(f"{number:,}" for number in numbers))
    console.print(table)
    _print_paths({"data quality report": path.with_suffix(".html"), "the same as JSON": path})


def _print_outputs(home: Home) -> None:
    _print_paths(
        {
            "policy brief": home.reports / "policy_brief.pdf",
            "attendance upload": home.reports / "attendance_upload.csv",
            "call lists": home.reports / "call_lists",
            "analysis tables (CSV)": home.reports / "analysis_tables",
            "the same for Excel": home.reports / "district_tables.xlsx",
            "warehouse (Parquet)": home.warehouse / "out",
        }
    )
    console.print(plain(f"Open {shown(home.reports / 'policy_brief.pdf')} first."))


def _print_paths(paths: dict[str, Path]) -> None:
    for name, path in paths.items():
        console.print(*cells(f"  {name:<21} {shown(path)}"))
