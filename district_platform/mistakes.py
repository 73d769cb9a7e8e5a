"""What is wrong with a value of the settings, in words of the person who wrote it, and not in those of the validator."""

import difflib
from typing import Any

_BOUNDS = {
    "greater_than_equal": ("ge", "must be at least"),
    "greater_than": ("gt", "must be more than"),
    "less_than_equal": ("le", "must be at most"),
    "less_than": ("lt", "must be less than"),
}
_KINDS = {
    "int": "must be a whole number",
    "float": "must be a number",
    "decimal": "must be a number",
    "bool": "must be true or false",
    "date": "must be a date, such as 2026-02-13",
    "string": 'must be text, in quotation marks: "…"',
    "literal": "must be one of",
    "list": 'must be a list, such as ["…"]',
    "tuple": 'must be a list, such as ["…"]',
    "set": 'must be a list, such as ["…"]',
    "dict": "must be a table of names and values",
    "model": "must be a section with settings of its own",
    "path": "must be a path, in quotation marks",
    "too": "has too many or too few values",
    "missing": "is missing",
}
"""What a value must be, by the first word of the validator's name of the mistake."""

_WHOLE = {
    "int_from_float": "must be a whole number",
    "string_pattern_mismatch": "is not written as it must be",
    "decimal_max_places": "has too many decimal places",
    "finite_number": "must be a number",
}


def in_words(error: dict[str, Any]) -> str:
    """One mistake (pydantic's `errors()`), as a clause after the value."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{words} {context[name]}"
    if kind == "literal_error":
        return _one_of(str(error["input"]), str(context["expected"]))
    if kind == "value_error":
        return str(context["error"])
    return _WHOLE.get(kind) or _KINDS.get(kind.split("_")[0], "cannot be used")


def _one_of(found: str, expected: str) -> str:
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    close = difflib.get_close_matches(found, choices, n=1)
    meant = f" (did you mean {close[0]}?)" if close else ""
    return f"must be one of {', '.join(choices)}{meant}"
