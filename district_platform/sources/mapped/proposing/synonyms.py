"""What other systems call a column, as words (synonyms.toml)."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from district_platform.sources.mapped.proposing.words import words_of

Words = tuple[str, ...]


@cache
def names_of(extract: str, column: str) -> frozenset[Words]:
    """The column's own name, and what other systems call it in an extract."""
    table = _synonyms()
    phrases = (phrase for part in ("any", extract) for phrase in table.get(part, {}).get(column, []))
    return frozenset(words_of(phrase) for phrase in (column, *phrases))


@cache
def near_names_of(extract: str, column: str) -> frozenset[Words]:
    """What other systems call a column of an extract, or something beside it."""
    return frozenset(words_of(phrase) for phrase in _synonyms()["near"].get(extract, {}).get(column, []))


@cache
def _synonyms() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("synonyms.toml").read_text(encoding="utf-8"))
