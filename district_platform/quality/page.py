"""data_quality_report.html: the report for people, one file without scripts that is read, printed and mailed as it is.

It says what the report (`report`) says and nothing more: no key of a person or a finding, never a name. Words carry the meaning; color
and curves only repeat it. The text around the figures is in the template.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from district_platform.engine.files import replacing
from district_platform.quality import worklists
from district_platform.quality.report import Document, open_findings

PAGE_FILE = "data_quality_report.html"
TEMPLATE = Path(__file__).with_name("data_quality_report.html.jinja")

LISTED_RUNS = 12
FIRST = 10
"""Rules that stand under what matters most."""
WORDS = {
    "failed": "Stops publication",
    "warned": "To correct",
    "passed": "Passed",
    "empty": "Nothing to judge",
    "skipped": "Not judged",
}
"""How a rule came out, for readers."""
MARKS = {"failed": "✖", "warned": "▲", "passed": "✔", "empty": "–", "skipped": "–"}
FOLDED = {"passed": "Passed", "empty": "Nothing to judge", "skipped": "Not judged"}
"""What is folded, and its heading."""
_ORDER = tuple(WORDS)


def write(document: Document, folder: Path) -> Path:
    """Writes the page into `folder` atomically; returns its path."""
    with replacing(folder / PAGE_FILE) as fresh:
        fresh.write_text(html(document))
    return folder / PAGE_FILE


def html(document: Document) -> str:
    """The page of a report."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"number": number, "change": change_in_words, "capital": capital}
    environment.filters |= {"children": _or_dash(number), "money": _or_dash(money)}
    environment.globals |= {"words": WORDS, "marks": MARKS, "folded": FOLDED, "curve": curve, "most_first": FIRST}
    return environment.from_string(TEMPLATE.read_text()).render(_content(document))


def _content(report: Document) -> dict[str, Any]:
    rules = sorted((_shown(rule) for rule in report["rules"]), key=importance)
    by_state = {state: [rule for rule in rules if rule["state"] == state] for state in WORDS}
    is_odd = [bool(extract["problem"] or extract["n_rows_rejected"]) for extract in report["extracts"]]
    return {
        "report": report,
        "by_state": by_state,
        "with_findings": [*by_state["failed"], *by_state["warned"]],
        "rules": rules,
        "owners": owners(rules),
        "n_open_errors": sum(open_findings(rule) for rule in by_state["failed"]),
        "n_open_warnings": sum(open_findings(rule) for rule in by_state["warned"]),
        "n_waived_errors": sum(rule["n_waived"] for rule in rules if rule["severity"] == "error"),
        "n_read": sum(extract["n_rows_read"] for extract in report["extracts"]),
        "n_rejected": sum(extract["n_rows_rejected"] for extract in report["extracts"]),
        "runs": report["runs"][-LISTED_RUNS:][::-1],
        "open_by_run": [run["n_open_errors"] + run["n_open_warnings"] for run in report["runs"]],
        "files": {
            "odd": [extract for extract, odd in zip(report["extracts"], is_odd, strict=True) if odd],
            "whole": [extract for extract, odd in zip(report["extracts"], is_odd, strict=True) if not odd],
        },
    }


def _shown(rule: Document) -> Document:
    """A rule's entry with what the page adds: its state (`empty` if it passed but had nothing to judge), and what it concerns."""
    judged_nothing = rule["status"] == "passed" and not rule["n_judged"] and not rule["n_findings"]
    children, amount = rule["n_students"], rule["amount"]
    at_stake = [
        *([f"{number(children)} {'child' if children == 1 else 'children'}"] if children else []),
        *([money(amount)] if amount else []),
    ]
    return rule | {
        "state": "empty" if judged_nothing else rule["status"],
        "at_stake": ", ".join(at_stake),
        "has_trend": len({value for value in rule["trend"] if value is not None}) > 1,
    }


def importance(rule: Document) -> tuple[Any, ...]:
    """The sort key of rules: result, children concerned, money concerned, number of findings."""
    return (
        _ORDER.index(rule.get("state", rule["status"])),
        -(rule["n_students"] or 0),
        -(rule["amount"] or 0),
        -open_findings(rule),
    )


def owners(rules: Iterable[Document]) -> list[dict[str, Any]]:
    """A row for each role that owns rules: what is open, its rules with findings, and the path of its worklist.

    Roles and their rules are sorted by importance.
    """
    of_owner: dict[str, list[Document]] = {}
    for rule in rules:
        of_owner.setdefault(rule["owner"], []).append(rule)
    rows = [_owner(owner, owned) for owner, owned in of_owner.items()]
    return sorted(rows, key=lambda row: (*row["order"], row["owner"]))


def _owner(owner: str, rules: list[Document]) -> dict[str, Any]:
    with_findings = sorted((rule for rule in rules if rule["status"] in ("failed", "warned")), key=importance)
    n_open: Counter[str] = Counter()
    for rule in with_findings:
        n_open[rule["status"]] += open_findings(rule)
    changes = [rule["change"] for rule in rules if rule["change"] is not None]
    most_children = max((rule["n_students"] or 0 for rule in with_findings), default=0)
    most_money = max((rule["amount"] or 0 for rule in with_findings), default=0)
    return {
        "owner": owner,
        "anchor": f"owner-{owner.lower().replace(' ', '-')}",
        "rules": with_findings,
        "n_open_errors": n_open["failed"],
        "n_open_warnings": n_open["warned"],
        "n_waived": sum(rule["n_waived"] for rule in rules),
        "change": sum(changes) if changes else None,
        "worklist": f"{worklists.FOLDER}/{worklists.file_name(owner)}",
        "order": (-n_open["failed"], -most_children, -most_money, -n_open["warned"]),
    }


def capital(text: str) -> str:
    """With a capital letter in front; abbreviations stay."""
    return text[:1].upper() + text[1:]


def money(amount: float) -> str:
    """US dollars, whole."""
    return f"${amount:,.0f}"


def _or_dash(shown: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "–" if value is None else shown(value)


def number(value: int) -> str:
    return f"{value:,}"


def change_in_words(change: int | None) -> str:
    """A change in words; a dash if there is nothing to compare with, which differs from no change."""
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
