"""Review at the terminal: one decision a screen, each kept as soon as it is taken."""

from collections.abc import Callable
from pathlib import Path

import click
import tomlkit

from district_platform.cli.common import console
from district_platform.cli.terminal import plain
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import replacing
from district_platform.sources.mapped.proposing.looking import Look
from district_platform.sources.mapped.questions import Apply, Question
from district_platform.sources.mapped.reviewing import belongs_to, question_of

LATER, LEAVE = "l", "q"


def at_the_terminal(question: Question) -> str:
    """What a person types; LEAVE at the end of the input."""
    hint = f"Number {question.hint}".strip() if question.options else question.hint.capitalize()
    default = str(question.default + 1) if question.default is not None else None
    try:
        return str(click.prompt(hint, default=default, prompt_suffix=": "))
    except click.Abort:
        console.print()
        return LEAVE


def ask(
    path: Path, look: Look, tables: DuckDBTables, by: str, typed: Callable[[Question], str] = at_the_terminal
) -> int:
    """Asks every open decision, and keeps each as soon as it is taken; returns how many stay open."""
    doc = tomlkit.parse(path.read_text(encoding="utf-8"))
    seen: set[str] = set()
    while key := _next(doc, seen):
        seen.add(key)
        question = question_of(key, doc, look, tables, by)
        if question is None:
            _decided(doc, key, path)
            continue
        number = f"{len(seen)} of {len(seen | set(doc['open']))}"
        answer = _asked(question, number, typed)
        while (
            question.stays and not isinstance(answer, str) and answer is not None and not _is_option(answer, question)
        ):
            answer(doc)
            if _is_blocked(key, doc):
                seen.discard(key)
                answer = LATER
                break
            question = question_of(key, doc, look, tables, by) or question
            answer = _asked(question, number, typed)
        if answer is None:
            break
        if not isinstance(answer, str):
            answer(doc)
            _decided(doc, key, path)
    return len(doc.get("open", {}))


def _next(doc: tomlkit.TOMLDocument, seen: set[str]) -> str | None:
    """The next decision that was not asked yet; a block is confirmed only when nothing before that is open."""
    for key in doc.get("open", {}):
        if key not in seen and not _is_blocked(key, doc):
            return str(key)
    return None


def _is_blocked(key: str, doc: tomlkit.TOMLDocument) -> bool:
    return any(belongs_to(other, key, doc) for other in doc["open"])


def accept(path: Path, look: Look, tables: DuckDBTables, by: str, above: float) -> int:
    """Takes each default that is certain enough, and leaves the rest; returns how many decisions stay open."""
    doc = tomlkit.parse(path.read_text(encoding="utf-8"))
    for key in list(doc.get("open", {})):
        question = question_of(key, doc, look, tables, by)
        if question is None:
            _decided(doc, key, path)
        elif question.default is not None and question.score >= above:
            if any(belongs_to(other, key, doc) for other in doc["open"]):
                continue
            question.options[question.default].apply(doc)
            _decided(doc, key, path)
    for key in doc.get("open", {}):
        console.print(plain(f"open: {doc['open'][key]}"))
    return len(doc.get("open", {}))


def _decided(doc: tomlkit.TOMLDocument, key: str, path: Path) -> None:
    del doc["open"][key]
    with replacing(path) as fresh:
        fresh.write_text(tomlkit.dumps(doc), encoding="utf-8")


def _show(question: Question, number: str) -> None:
    console.print(plain(f"\n{'─' * 80}\nDecision {number}   {question.key}\n"))
    console.print(plain(question.text), style="bold")
    for line in question.details:
        console.print(plain(f"  {line}"))
    console.print()
    for position, option in enumerate(question.options, start=1):
        mark = "  (default)" if position - 1 == question.default else ""
        console.print(plain(f"  {position}  {option.label}{mark}"))
    console.print(plain(f"  {LATER}  decide later\n  {LEAVE}  leave; what is decided stays"))


def _asked(question: Question, number: str, typed: Callable[[Question], str]) -> Apply | str | None:
    """What the answer does; LATER; None to leave. An answer that is none is asked for again."""
    _show(question, number)
    while True:
        given = typed(question).strip()
        if given.lower() == LATER:
            return LATER
        if given.lower() == LEAVE:
            return None
        if given.isdigit() and 1 <= int(given) <= len(question.options):
            return question.options[int(given) - 1].apply
        numbers = f"Type a number from 1 to {len(question.options)}, {LATER} or {LEAVE}."
        found = question.typed(given) if question.typed else numbers
        if not isinstance(found, str):
            return found
        console.print(plain(found), style="yellow")


def _is_option(answer: Apply, question: Question) -> bool:
    return any(option.apply is answer for option in question.options)
