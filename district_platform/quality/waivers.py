"""Waivers: findings that the district accepts for a time, from data/reference/waivers.csv (rule_id, key, reason, expiry_date).

Here they are read and looked at; `evaluation` applies them, to all offenders of a rule. A waiver that waives nothing is a note in the
report, never a failed run. The reason stays in the warehouse: it is free text, and may name somebody.
"""

import csv
import datetime as dt
import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import ibis
import pandas as pd
from duckdb import DuckDBPyConnection

from district_platform.dictionary import TABLES
from district_platform.engine.database import table_exists
from district_platform.engine.resources import unbound
from district_platform.engine.tables import fetch
from district_platform.quality.model import Rule

WAIVERS = "waivers"
COLUMNS = ("rule_id", "key", "reason", "expiry_date")
"""Of the file; other columns do not matter."""
LISTED_FAULTS = 5


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


def read_waivers(path: Path) -> pd.DataFrame:
    """The table `waivers`: a row for each line that holds a waiver; none where there is no file.

    Raises ValueError naming line, column and value of what is no waiver.
    """
    rows, faults = [], []
    for line, values in _lines(path) if path.exists() else ():
        fault = _fault(values)
        faults += [f"line {line}{fault}"] if fault else []
        if not fault:
            expiry_date = dt.date.fromisoformat(values["expiry_date"])
            rows.append((line, values["rule_id"], values["key"], values["reason"], expiry_date))
    if faults:
        n_more = len(faults) - LISTED_FAULTS
        raise ValueError("; ".join(faults[:LISTED_FAULTS]) + (f"; and {n_more} more" if n_more > 0 else ""))
    return pd.DataFrame(rows, columns=list(TABLES[WAIVERS].columns))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its values, trimmed; lines without any are left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip().lower() for name in next(reader, [])]
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise ValueError(f"line 1 lacks the columns {', '.join(missing)}; it has {', '.join(header) or 'none'}")
            for record in reader:
                if any(value.strip() for value in record):
                    yield reader.line_num, _named(header, record, reader.line_num)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text; in a spreadsheet, save it as CSV UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} is not valid CSV: {error}") from None


def _named(header: list[str], record: list[str], line: int) -> dict[str, str]:
    if len(record) != len(header):
        raise ValueError(
            f"line {line} has {len(record)} values where the header has {len(header)} columns; "
            "a reason that holds a comma stands between quotation marks"
        )
    return {name: value.strip() for name, value in zip(header, record, strict=True)}


def _fault(values: dict[str, str]) -> str | None:
    empty = [name for name in COLUMNS if not values[name]]
    if empty:
        return f", {empty[0]}: is empty; a waiver names a rule, a key, a reason and its last day"
    value = values["expiry_date"]
    try:
        is_iso = dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        is_iso = False
    return None if is_iso else f", expiry_date {value!r}: is not a date as YYYY-MM-DD"


def waived_rules(connection: DuckDBPyConnection, as_of_date: dt.date) -> frozenset[str]:
    """Ids of the rules of which a waiver is in force on the day."""
    if not table_exists(connection, WAIVERS):
        return frozenset()
    return frozenset(rule_id for (rule_id,) in fetch(connection, _in_force(as_of_date).select("rule_id").distinct()))


def waived_keys(rule: Rule, as_of_date: dt.date) -> ibis.Table:
    """Keys of the rule's offenders that are waived on the day."""
    return _in_force(as_of_date).filter(lambda waivers: waivers.rule_id == rule.id).select("offender_key").distinct()


def _in_force(as_of_date: dt.date) -> ibis.Table:
    """The last day of a waiver counts."""
    waivers = unbound(WAIVERS)
    return waivers.filter(waivers.expiry_date >= as_of_date)


def listed_waivers(connection: DuckDBPyConnection) -> list[ListedWaiver]:
    """Every waiver that was read."""
    if not table_exists(connection, WAIVERS):
        return []
    waivers = unbound(WAIVERS)
    return fetch(connection, waivers.select("line_number", "rule_id", "offender_key", "expiry_date"))


def notes(
    waivers: Iterable[ListedWaiver],
    rules: Mapping[str, Rule],
    as_of_date: dt.date,
    without_offender: Collection[tuple[str, str]],
) -> list[WaiverNote]:
    """What is said of each waiver without effect: in the order of the lines.

    `without_offender` holds rule and key of the waivers in force whose rule did not find the key.
    """
    found = []
    for line, rule_id, key, expiry_date in sorted(waivers):
        problem = _problem(rules.get(rule_id), expiry_date < as_of_date, (rule_id, key) in without_offender)
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
