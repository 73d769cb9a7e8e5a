"""data_quality_report.html: the report for people, one file without scripts that is read, printed and mailed as it is.

It says what the report (`report`) says, and nothing that does not stand there: no key of a person or a finding, never a name.
Words first; color and curves only repeat them. The text around the figures is the template's.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from district_platform.engine.files import replacing
from district_platform.quality import worklists
from district_platform.quality.report import Document, open_findings

PAGE_FILE = "data_quality_report.html"
TEMPLATE = Path(__file__).with_name("data_quality_report.html.jinja")

LISTED_RUNS = 12
WORDS = {"failed": "Stops publication", "warned": "To correct", "passed": "Passed", "skipped": "Not judged"}
"""How a rule came out, for readers."""
MARKS = {"failed": "✖", "warned": "▲", "passed": "✔", "skipped": "–"}
_ORDER = tuple(WORDS)


def write(document: Document, folder: Path) -> Path:
    """Writes the page into `folder`, at once or not at all; returns its path."""
    with replacing(folder / PAGE_FILE) as fresh:
        fresh.write_text(html(document))
    return folder / PAGE_FILE


def html(document: Document) -> str:
    """The page of a report."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": number, "change": change_in_words}
    environment.globals |= {"words": WORDS, "marks": MARKS, "curve": curve}
    return environment.from_string(TEMPLATE.read_text()).render(_content(document))


def _content(report: Document) -> dict[str, Any]:
    rules = sorted(report["rules"], key=lambda rule: (_ORDER.index(rule["status"]), -open_findings(rule)))
    by_status = {status: [rule for rule in rules if rule["status"] == status] for status in WORDS}
    return {
        "report": report,
        "by_status": by_status,
        "with_findings": [*by_status["failed"], *by_status["warned"]],
        "rules": rules,
        "owners": owners(report["rules"]),
        "n_open_errors": sum(open_findings(rule) for rule in by_status["failed"]),
        "n_open_warnings": sum(open_findings(rule) for rule in by_status["warned"]),
        "n_waived_errors": sum(rule["n_waived"] for rule in rules if rule["severity"] == "error"),
        "n_read": sum(extract["n_rows_read"] for extract in report["extracts"]),
        "n_rejected": sum(extract["n_rows_rejected"] for extract in report["extracts"]),
        "runs": report["runs"][-LISTED_RUNS:][::-1],
        "open_by_run": [run["n_open_errors"] + run["n_open_warnings"] for run in report["runs"]],
    }


def owners(rules: Iterable[Document]) -> list[dict[str, Any]]:
    """A row for each role that owns rules: what is open, and where its worklist lies. Whoever has most to do comes first."""
    found: dict[str, Counter[str]] = {}
    for rule in rules:
        counts = found.setdefault(rule["owner"], Counter())
        counts[rule["status"]] += open_findings(rule)
        counts["waived"] += rule["n_waived"]
        counts["change"] += rule["change"] or 0
        counts["compared"] += rule["change"] is not None
    rows = [
        {
            "owner": owner,
            "n_open_errors": counts["failed"],
            "n_open_warnings": counts["warned"],
            "n_waived": counts["waived"],
            "change": counts["change"] if counts["compared"] else None,
            "worklist": f"{worklists.FOLDER}/{worklists.file_name(owner)}",
        }
        for owner, counts in found.items()
    ]
    return sorted(rows, key=lambda row: (-row["n_open_errors"], -row["n_open_warnings"], row["owner"]))


def number(value: int) -> str:
    return f"{value:,}"


def change_in_words(change: int | None) -> str:
    """A change as a reader sees it; a dash where there is nothing to compare with, which is not the same as no change."""
    if change is None:
        return "–"
    return "no change" if change == 0 else f"{abs(change):,} {'more' if change > 0 else 'fewer'}"


def curve(values: Sequence[int | None], width: int, height: int) -> list[str]:
    """Points of the lines that show a trend, from 0 at the bottom to the highest value; a gap where a run has no value.

    A value alone between gaps is a line of no length, which round ends make a dot.
    """
    top = max([value for value in values if value is not None], default=0) or 1
    step = width / max(len(values) - 1, 1)
    lines: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            lines.append([])
        else:
            lines[-1].append(f"{index * step:.1f},{1 + (height - 2) * (1 - value / top):.1f}")
    return [" ".join(line if len(line) > 1 else line * 2) for line in lines if line]
