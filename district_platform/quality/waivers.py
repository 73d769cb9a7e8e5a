"""Waivers: findings that the district accepts for a time, as `sources.reference.waivers` reads them.

This module decides which waivers are in force and describes the others; `evaluation` applies them to all findings of a rule. A waiver
that waives nothing is a note in the report, never a failed run. The reason stays in the warehouse: it is free text and may name somebody.
"""

import datetime as dt
import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import ibis

from district_platform.engine.tables import Tables, unbound
from district_platform.quality.model import Rule
from district_platform.sources.reference.waivers import WAIVERS

ListedWaiver = tuple[int, str, str, dt.date]
"""Line, rule, key and last day of a waiver, without its reason."""


class Problem(StrEnum):
    """Why a waiver has no effect."""

    UNKNOWN_RULE = "unknown rule"
    LOCKED_RULE = "rule cannot be waived"
    EXPIRED = "expired"
    NOT_FOUND = "nothing to waive"


@dataclass(frozen=True)
class WaiverNote:
    """A line of the file that waives nothing, and what to do about it."""

    line: int
    rule_id: str
    key: str
    expiry_date: dt.date
    problem: Problem
    message: str
    """With the key, for those who may see it."""
    public_message: str
    """Without, for the report: what stands in the file is named where it is a rule's id, and nothing else of it."""


def waived_rules(tables: Tables, as_of_date: dt.date) -> frozenset[str]:
    """Ids of the rules that have a waiver in force on the day."""
    if not tables.exists(WAIVERS):
        return frozenset()
    return frozenset(rule_id for (rule_id,) in tables.fetch(_in_force(as_of_date).select("rule_id").distinct()))


def waived_keys(rule: Rule, as_of_date: dt.date) -> ibis.Table:
    """Keys of the rule's findings that are waived on the day."""
    return _in_force(as_of_date).filter(lambda waivers: waivers.rule_id == rule.id).select("finding_key").distinct()


def _in_force(as_of_date: dt.date) -> ibis.Table:
    """The last day of a waiver counts."""
    waivers = unbound(WAIVERS)
    return waivers.filter(waivers.expiry_date >= as_of_date)


def listed_waivers(tables: Tables) -> list[ListedWaiver]:
    """Every waiver that was read."""
    if not tables.exists(WAIVERS):
        return []
    waivers = unbound(WAIVERS)
    return tables.fetch(waivers.select("line_number", "rule_id", "finding_key", "expiry_date"))


def notes(
    waivers: Iterable[ListedWaiver],
    rules: Mapping[str, Rule],
    as_of_date: dt.date,
    without_finding: Collection[tuple[str, str]],
) -> list[WaiverNote]:
    """A note for each waiver without effect, in the order of the lines.

    `without_finding` holds rule and key of the waivers in force whose rule did not find the key.
    """
    found = []
    for line, rule_id, key, expiry_date in sorted(waivers):
        problem = _problem(rules.get(rule_id), expiry_date < as_of_date, (rule_id, key) in without_finding)
        if problem:
            shown = rule_id if _looks_like_a_rule(rule_id, rules) else "of this name"
            messages = (
                f"Line {line}: {_effect(problem, rules, rule_id, expiry_date, named, of_key, the_key)}"
                for named, of_key, the_key in ((rule_id, f" for {key}", key), (shown, "", "the key"))
            )
            found.append(WaiverNote(line, rule_id, key, expiry_date, problem, *messages))
    return found


def _problem(rule: Rule | None, is_over: bool, finds_nothing: bool) -> Problem | None:
    if rule is None:
        return Problem.UNKNOWN_RULE
    if rule.is_locked:
        return Problem.LOCKED_RULE
    if is_over:
        return Problem.EXPIRED
    return Problem.NOT_FOUND if finds_nothing else None


def _effect(
    problem: Problem,
    rules: Mapping[str, Rule],
    rule_id: str,
    expiry_date: dt.date,
    named: str,
    of_key: str,
    the_key: str,
) -> str:
    """What is wrong and what to do; `named`, `of_key` and `the_key` say rule and key as far as the reader may know them."""
    match problem:
        case Problem.UNKNOWN_RULE:
            return f"there is no rule {named}. {similar_rule(rule_id, rules)}"
        case Problem.LOCKED_RULE:
            return f"{rule_id} ({rules[rule_id].title}) can never be waived. Correct it at the source."
        case Problem.EXPIRED:
            return f"the waiver of {rule_id}{of_key} ended on {expiry_date}. Renew it, or remove the line."
        case Problem.NOT_FOUND:
            return f"{rule_id} does not find {the_key}, or no longer. Remove the line, or correct the key."


def _looks_like_a_rule(rule_id: str, rules: Iterable[str]) -> bool:
    """Whether it is a rule's id or a misspelt one; where columns were swapped, a key stands in its place."""
    letters, _, number = rule_id.upper().partition("-")
    return letters in {known.partition("-")[0] for known in rules} and number.isdigit() and len(number) <= 3


def similar_rule(rule_id: str, rules: Mapping[str, Rule]) -> str:
    """A hint for somebody who has misspelt a rule's id."""
    close = difflib.get_close_matches(rule_id.upper(), rules, n=1)
    return f"Did you mean {close[0]}?" if close else "docs/quality_rules.md lists them."
