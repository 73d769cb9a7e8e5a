"""Decisions about single values: what a code of another system means."""

import re

from district_platform.dictionary import COLUMNS
from district_platform.sources.mapped.proposing.looking import Look
from district_platform.sources.mapped.proposing.values import column_of
from district_platform.sources.mapped.questions import Apply, Document, Option, Question


def value_question(key: str, text: str) -> Question:
    """What one value of a closed list means."""
    _, table, value = key.split(".", 2)
    column = column_of(table) or ""

    def put(meaning: str) -> Apply:
        def apply(d: Document) -> None:
            if table not in d.setdefault("lookups", {}):
                d["lookups"][table] = {}
            d["lookups"][table][value] = meaning

        return apply

    domain = _SHARES if column == "is_absent" else COLUMNS[column].domain or () if column else ()
    options = [Option(meaning, put(meaning)) for meaning in domain]

    def typed(answer: str) -> Apply | str:
        is_share = column == "is_absent" and re.fullmatch(r"0?\.\d+", answer.strip())
        if domain and answer.strip() not in domain and not is_share:
            return f"Type a number, or one of {', '.join(domain)}."
        return put(answer.strip())

    return Question(
        key,
        text,
        [f"{column}: {COLUMNS[column].description}"] if column else [],
        [*options, Option("nothing: it is empty", put(""))],
        typed=typed,
        hint="or what it means",
    )


_SHARES = ("1", "0.5", "0.25", "0")
"""Shares of a day that a code often means; others are typed."""

_MEANINGS = (
    ("absent all day, excused", "Excused", "1"),
    ("absent all day, not excused", "Unexcused", "1"),
    ("absent half a day, excused", "Excused", "0.5"),
    ("absent half a day, not excused", "Unexcused", "0.5"),
    ("present (late, a trip, at school elsewhere)", "", "0"),
)


def code_question(key: str, text: str, look: Look) -> Question:
    """What an attendance code means: excused or not, and the share of the day."""
    code = key.split(".", 1)[1]
    draft = next((b for b in look.blocks if b.extract.path == "sis/attendance_codes"), None)
    header = draft.header("attendance_code") if draft else None

    def put(excusal: str, absent: str) -> Apply:
        def apply(d: Document) -> None:
            for title, meaning in (("code_excusal", excusal), ("code_absent", absent)):
                d.setdefault("lookups", {})
                if title not in d["lookups"]:
                    d["lookups"][title] = {}
                d["lookups"][title][code] = meaning
            columns = d["extract"]["sis/attendance_codes"][0]["columns"]
            columns["attendance_excusal_status"] = {"lookup": "code_excusal", "of": header}
            columns["is_absent"] = {"lookup": "code_absent", "of": header}

        return apply

    def typed(answer: str) -> Apply | str:
        match = re.fullmatch(r"(excused|unexcused|-)\s+(0|1|0?\.\d+)", answer.strip(), re.IGNORECASE)
        if match is None:
            return "Type Excused, Unexcused or -, and the share of the day that is missed, such as: Unexcused 0.25"
        return put("" if match[1] == "-" else match[1].capitalize(), match[2])

    options = [Option(label, put(e, a)) for label, e, a in _MEANINGS]
    return Question(key, text, _uses(code, look), options, None, typed, "or such as Excused 0.25")


def _uses(code: str, look: Look) -> list[str]:
    events = next((b for b in look.blocks if b.extract.path == "sis/attendance_events"), None)
    header = events.header("attendance_code") if events else None
    if events is None or header not in events.source.columns:
        return []
    return [f"{events.source.columns[header].values.get(code, 0):,} marks of attendance have it."]
