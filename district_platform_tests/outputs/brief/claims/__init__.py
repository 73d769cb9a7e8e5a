"""A reader of briefs who trusts nothing: every number and every claim of a brief's text, worked out again from the released CSVs.

Shares no code with the brief and imports nothing of the platform. The text comes from the tagged PDF, element by element; each
sentence must be one that this module knows how to check, or hold neither a number nor a word that claims anything.
"""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from district_platform_tests.outputs.brief.claims import actions, charts, details, notes, sections, titles
from district_platform_tests.outputs.brief.claims.pdf import Element, alternatives, elements_of
from district_platform_tests.outputs.brief.claims.released import NUMBER, Checker, UntrueError
from district_platform_tests.outputs.brief.claims.sentences import CHECKS, CLAIM_WORDS, SAID_ALWAYS, SECTIONS_ON_MEANING
from district_platform_tests.outputs.brief.claims.tables import table_errors

__all__ = ["actions", "charts", "details", "errors_of", "notes", "sections", "titles"]


def claims(pdf: Path) -> Iterator[Element]:
    """The paragraphs of a brief whose truth is in question: captions joined to their figure, explanations of words left out."""
    heading, figure = "", ""
    for kind, text in elements_of(pdf):
        if kind.startswith("H"):
            heading = text
        if kind not in ("P", "H1", "Caption") or heading in SECTIONS_ON_MEANING:
            continue
        if re.fullmatch(rf"{NUMBER}(%| points?)?", text) and not figure:
            figure = text
            continue
        yield kind, f"{figure} | {text}" if figure else text
        figure = ""


def errors_of(pdf: Path, tables: Path, report: dict[str, Any], as_of_date: dt.date) -> list[str]:
    """What of a brief's sentences, tables and charts is untrue, or cannot be checked; empty for a true brief."""
    checker = Checker(tables, report, as_of_date)
    found = [error for kind, text in claims(pdf) for error in _errors_in(checker, text, kind)]
    return [*found, *table_errors(checker, elements_of(pdf)), *_picture_errors(pdf)]


def _errors_in(checker: Checker, text: str, kind: str) -> Iterator[str]:
    rest = text
    if text in (checker.report.get("notes") or []):
        return
    if kind == "P" and re.match(r"Policy brief ·|\w+ \d+, \d{4}$|Run [\w-]+\.$|¹|²", text):
        return
    while rest:
        for pattern, check in CHECKS:
            if (m := pattern.match(rest)) and m.end():
                try:
                    check(checker, m)
                except (UntrueError, ValueError, KeyError, TypeError, IndexError, ArithmeticError) as error:
                    yield f"{m[0]!r}: {type(error).__name__} {error}"
                rest = rest[m.end() :].lstrip()
                break
        else:
            known = next((said for said in SAID_ALWAYS if rest.startswith(said)), None)
            one = known or re.split(r"(?<=[.!])\s+(?=[A-Z\d])", rest, maxsplit=1)[0]
            if not known and CLAIM_WORDS.search(one):
                yield f"nothing here can check {one!r}"
            rest = rest[len(one) :].lstrip()


def _picture_errors(pdf: Path) -> Iterator[str]:
    """Every figure drawn in a chart stands in its description too, ticks of axes aside."""
    described = " ".join(alternatives(PdfReader(pdf)))
    for kind, text in elements_of(pdf):
        if kind == "Figure":
            drawn = re.findall(r"[+−]?[\d,]*\d\.\d+%?", text)
            yield from (
                f"a chart draws {number}, which its description has not"
                for number in drawn
                if number not in described and number.lstrip("+") not in described
            )
