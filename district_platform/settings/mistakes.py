"""Explains what is wrong with district.toml or the environment, in the words of the person who wrote it instead of the validator's."""

import difflib
from typing import Any, get_args

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from district_platform.settings.section import ENV_PREFIX, SecretName, SettingsError, did_you_mean

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
"""What a value must be, by the first word of the validator's error type."""

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
    if kind == "union_tag_invalid":
        return _one_of(str(context["tag"]), str(context["expected_tags"]))
    if kind == "union_tag_not_found":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
    return _WHOLE.get(kind) or _KINDS.get(kind.split("_")[0], "cannot be used")


def _one_of(found: str, expected: str) -> str:
    choices = expected.replace("'", "").replace(" or ", ", ").split(", ")
    return f"must be one of {', '.join(choices)}{did_you_mean(found, choices)}"


def refuse_secrets(values: dict[str, Any], model: Any, path: tuple[str, ...] = ()) -> None:
    """Raises SettingsError for a secret in district.toml, because that file is copied, mailed and put under version control."""
    for name, field in model.model_fields.items():
        if name not in values:
            continue
        if _is_secret(field):
            key = [*path, name]
            raise SettingsError(
                f"{'.'.join(key)} is a secret: take it out of district.toml and set {environment_variable(key)}."
            )
        if isinstance(values[name], dict) and hasattr(section := _section_type(model, name), "model_fields"):
            refuse_secrets(values[name], section, (*path, name))


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def _names_secret(field: FieldInfo) -> bool:
    constraint = get_args(SecretName)[1]
    return SecretName in get_args(field.annotation) or constraint in field.metadata


def explain(error: Any, model: Any) -> str:
    """One validation error of `model` (the class of all settings), in words for the person who edits district.toml."""
    if not error["loc"]:  # sections that do not go together; what was found is all of the settings, secrets included
        return f"{in_words(error)} (district.toml)"
    path, parts, model = _place(error, model)
    field: FieldInfo | None = None
    for depth, part in enumerate(parts, start=1):
        if error["type"] == "extra_forbidden" and depth == len(parts):
            return unknown_key(part, model, ".".join(path))
        field = _field(model, part) or field
        model = _section_type(model, part) or model
    key = ".".join(part for part in path if part != "[key]")
    meaning = f" It means: {field.description}" if field is not None and field.description else ""
    is_key = "SECRET" in str(error["input"])
    has_no_value = isinstance(error["input"], dict) and in_words(error) == _KINDS["missing"]
    if is_key or has_no_value or (field is not None and (_is_secret(field) or _names_secret(field))):
        return f"{key}: {in_words(error)}.{meaning} ({environment_variable(path)})"
    found = error["ctx"]["tag"] if error["type"] == "union_tag_invalid" else error["input"]
    return f"{key} = {found!r}: {in_words(error)}.{meaning} (district.toml or {environment_variable(path)})"


def _place(error: Any, model: Any) -> tuple[list[str], list[str], Any]:
    """The path of a mistake as the reader writes it, its last parts, and the section in which these stand.

    In a table of sections of several kinds the validator's path also names the kind, which no reader writes.
    """
    path = [str(part) for part in error["loc"]]
    kinds = kinds_of(model.model_fields[path[0]]) if path[0] in model.model_fields else {}
    if kinds and error["type"].startswith("union_tag"):
        return [*path, "kind"], ["kind"], next(iter(kinds.values()))
    if len(path) > 2 and path[2] in kinds:
        return [*path[:2], *path[3:]], path[3:], kinds[path[2]]
    return path, path, model


def kinds_of(field: FieldInfo) -> dict[str, type[BaseModel]]:
    """The classes of a table of named sections of several kinds, such as destinations.<name>, by their kind; else none."""
    named = get_args(get_args(field.annotation)[1]) if len(get_args(field.annotation)) == 2 else ()
    of_kinds = [each for each in get_args(named[0]) if "kind" in getattr(each, "model_fields", {})] if named else []
    return {get_args(each.model_fields["kind"].annotation)[0]: each for each in of_kinds}


def _field(model: Any, name: str) -> FieldInfo | None:
    """A setting by the name under which district.toml has it."""
    return model.model_fields.get(name) or next((f for f in model.model_fields.values() if f.alias == name), None)


def _section_type(model: Any, name: str) -> Any:
    field = model.model_fields.get(name)
    if field is None:
        return None
    candidates = [field.annotation, *get_args(field.annotation)]
    return next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)


def unknown_key(name: str, model: Any, shown: str) -> str:
    """Says that `model` (one section, or all settings) has no such key, and which one may have been meant."""
    close = difflib.get_close_matches(name, model.model_fields, n=1)
    if close:
        hint = f"Did you mean {close[0]}? It means: {model.model_fields[close[0]].description}"
    else:
        hint = f"Known here: {', '.join(model.model_fields)}."
    return f"{shown}: there is no such setting. {hint}"


def environment_variable(path: list[str]) -> str:
    """The environment variable of a key."""
    return ENV_PREFIX + "__".join(path).upper()
