"""Quality: what broke overnight, and whose is it? A steward's own rules, their trend, and what is to be corrected, by id alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.release import Figure as Told
from district_platform.outputs.brief.release import State
from district_platform.quality.report import open_findings
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.model import (
    Cell,
    Chart,
    Column,
    Figure,
    Filters,
    Kind,
    Link,
    PageModel,
    Section,
    Table,
)
from district_platform.web.pages.released import read_report
from district_platform.web.reading.queries import quality as queries
from district_platform.web.reading.reader import Reader, named

NAME = "quality"
MOST_RUNS = 12
"""Runs of the trend."""

Rule = dict[str, Any]
Row = Mapping[str, Any]


def build(viewer: Viewer, filters: Filters, reader: Reader) -> PageModel:
    """The page. The worklist is of the rule chosen; by default of the one with most open findings, those that stop a publication first."""
    notices: list[str] = []
    content = read_report(reader.publication).content
    rules = _ordered([rule for rule in content.get("rules") or [] if rule["owner"] in viewer.scope.owners])
    if not rules:
        return PageModel(NAME, "Quality", ("You own no rule: whoever gives access names the owner in access.csv.",))
    listed = {row["rule_id"]: row for row in reader.rows(queries.RULES, viewer)}
    names = [(rule["rule_id"], f"{rule['rule_id']}  {rule['title']}") for rule in rules]
    chosen = asking.choice("rule", "Rule", names, filters, notices, default=names[0][0])
    rule = next(rule for rule in rules if rule["rule_id"] == chosen.value)
    found = list(reader.rows(queries.WORKLIST, viewer, rule=chosen.value))
    runs = content.get("runs") or []
    return PageModel(
        name=NAME,
        title="Quality",
        sentences=(_said(rules, viewer.scope.owners),),
        figures=_figures(rules),
        sections=(
            _overview(rules, listed, Link(NAME)),
            _trend(rule, runs),
            _worklist(rule, found),
        ),
        filters=(chosen,),
        notices=tuple(notices),
        access=f"You see what the rules of {w.listing(sorted(viewer.scope.owners))} found, by id and without names. Each page and file "
        "that names an id is recorded.",
    )


def _ordered(rules: Sequence[Rule]) -> list[Rule]:
    return sorted(
        rules,
        key=lambda rule: (not open_findings(rule), rule["severity"] != "error", -open_findings(rule), rule["rule_id"]),
    )


def _said(rules: Sequence[Rule], owners: Sequence[str]) -> str:
    n = sum(map(open_findings, rules))
    with_some = sum(bool(open_findings(rule)) for rule in rules)
    whose = w.listing(sorted(owners))
    if not n:
        return f"Nothing is open in the {w.plural(len(rules), 'rule')} of {whose}."
    return (
        f"{w.plural(n, 'finding')} of {with_some} of {w.plural(len(rules), 'rule')} of {whose} {w.is_or_are(n)} open."
    )


def _figures(rules: Sequence[Rule]) -> tuple[Figure, ...]:
    changes = [rule["change"] for rule in rules if rule.get("change") is not None]
    more, fewer = sum(each for each in changes if each > 0), -sum(each for each in changes if each < 0)
    stops = sum(open_findings(rule) for rule in rules if rule["severity"] == "error")
    return (
        Figure("Open", w.count(sum(map(open_findings, rules))), words="findings that no waiver covers"),
        Figure("Stop a publication", w.count(stops), words="open findings of severity error"),
        Figure("More since the last run", w.count(more) if changes else "–", words="over all rules that found more"),
        Figure("Fewer since the last run", w.count(fewer) if changes else "–", words="over all rules that found fewer"),
    )


def _overview(rules: Sequence[Rule], listed: Mapping[str, Row], link: Link) -> Section:
    columns = (
        Column("Rule"),
        Column("What it finds"),
        Column("Severity"),
        Column("Open", Kind.NUMBER),
        Column("Change", Kind.NUMBER, "since the last run"),
        Column("Waived", Kind.NUMBER),
        Column("Judged", Kind.NUMBER),
        Column("Schools", Kind.NUMBER, "with open ones"),
    )
    rows = tuple(
        (
            Cell(rule["rule_id"], link.having(rule=rule["rule_id"])),
            rule["title"],
            rule["severity"],
            w.count(open_findings(rule)),
            "–" if rule.get("change") is None else w.signed(rule["change"], 0),
            w.count(rule["n_waived"] or 0),
            w.count(rule["n_judged"] or 0) if rule["status"] != "skipped" else "skipped",
            w.count(listed[rule["rule_id"]]["n_schools"]) if rule["rule_id"] in listed else "–",
        )
        for rule in rules
    )
    note = (
        "A rule leads to its worklist. The worklist holds findings up to a limit for each rule; the counts are whole."
    )
    empty = "No rule of yours is known to this publication."
    table = Table("rules", "Own rules and what they found", columns, rows, note, empty, people=())
    return Section("rules", "Own rules", tables=(table,))


def _trend(rule: Rule, runs: Sequence[Mapping[str, Any]]) -> Section:
    """What the rule found in the last runs, the last one last."""
    pairs = list(zip(runs, rule.get("trend") or [], strict=False))[-MOST_RUNS:]
    title = f"Trend of {rule['rule_id']}"
    judged = [(run, n) for run, n in pairs if n is not None]
    if len(judged) < 2:
        return Section("trend", title, ("There are not two runs yet that judged this rule.",))
    labels = [run["as_of_date"][5:] for run, _ in judged]
    figures = [Told(float(n), w.count(n), State.TOLD) for _, n in judged]
    (_, first), (_, last) = judged[0], judged[-1]
    moved = "as many as" if first == last else "more than" if last > first else "fewer than"
    ago = "in the run before" if len(judged) == 2 else f"{w.spelled(len(judged) - 1)} runs before"
    claim = f"{w.count(last)} in the last run, {moved} {w.count(first)} {ago}"
    alt = "Findings by run: " + "; ".join(f"{run['as_of_date']}: {n}" for run, n in judged) + "."
    chart = Chart(
        "trend",
        claim,
        "All findings, waived ones too, by the day that each run looked at (month-day).",
        alt,
        charts.Columns(labels, figures),
    )
    columns = (Column("Run of", Kind.DATE), Column("Findings", Kind.NUMBER))
    rows = tuple((run["as_of_date"], w.count(n)) for run, n in reversed(judged))
    return Section(
        "trend",
        title,
        (f"{claim}.",),
        (chart,),
        (Table("trend", f"Findings of {rule['rule_id']} by run", columns, rows, people=()),),
    )


def _worklist(rule: Rule, found: Sequence[Row]) -> Section:
    title = f"To correct: {rule['rule_id']}, {rule['title'][:1].lower()}{rule['title'][1:]}"
    said = [w.clause(rule["why"]), f"How to correct it: {w.clause(rule['how_to_fix'])}"]
    n_open = sum(not row["is_waived"] for row in found)
    if open_findings(rule) > n_open:
        said.append(f"{w.count(n_open)} of {w.count(open_findings(rule))} open findings are listed.")
    columns = (
        Column("Finding", note=rule["unit"]),
        Column("School"),
        Column("Student"),
        Column("Staff"),
        Column("Date"),
        Column("Found"),
        Column("Should be"),
        Column("Waived"),
    )
    rows = tuple(
        (
            row["finding_key"],
            *(
                row[name] or "–"
                for name in ("school_id", "student_id", "staff_id", "date", "evidence", "value_expected")
            ),
            "yes" if row["is_waived"] else "no",
        )
        for row in found
    )
    empty = "Nothing is listed. Where findings are sealed, their file is for those who hold the key."
    return Section(
        "worklist",
        title,
        tuple(said),
        tables=(Table("worklist", f"Findings of {rule['rule_id']}", columns, rows, empty=empty, people=named(found)),),
    )
