"""Which header is which column: a score from 0 to 1 for each pair, by name, vendor and the form of the values.

A wrong proposal that is called sure costs more than ten questions, so that a likeness of letters alone is never more than a question.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from district_platform.dictionary import COLUMNS, Table
from district_platform.sources.mapped.proposing.profiling import Profile
from district_platform.sources.mapped.proposing.values import means
from district_platform.sources.mapped.proposing.words import words_of

PROFILE, OWN_NAME, SYNONYM, ALIKE = 0.99, 0.97, 0.95, 0.70
"""Where a score starts: the vendor is known; the header is the column's name; it says the same; its letters are alike."""
SURE, LIKELY = 0.95, 0.70
NEAR = 0.85
"""Where a header starts that often means the column, and sometimes something beside it."""
VETO, CLOSE = 0.5, 0.05
"""Share of fitting values below which a header is no candidate; scores this close are a question."""
EMPTY = 0.9
"""What a column without any value is taken times: nothing speaks for it."""

RIVAL = 0.90
"""Most that a name gives to an id beside which the file has another: only values, or a person, can say which of them is meant."""
SHORT = 0.70
"""What a header of two letters is taken times: SC is a school, a score or a state."""

MOST = 0.9
"""Share of understood values from which a closed list is what it seems; the rest of its values are asked."""

_YEAR = re.compile(r"(19|20)\d\d(\D|$)")
_ALIKE_FROM = 0.6
_STATUSES = frozenset({"is_economically_disadvantaged", "has_disability"})
"""What systems note in several columns (lunch and direct certification, IEP and IDEA): by its name, none of them is sure."""
_IDS = {"id", "number", "code", "key", "dcid"}
_OWNERS = {
    "student_id": {"student"},
    "school_id": {"school"},
    "educator_id": {"teacher", "staff", "employee", "educator"},
}
"""Whose id a column is, as words."""


@dataclass(frozen=True)
class Candidate:
    header: str
    score: float
    why: str

    @property
    def band(self) -> str:
        return "sure" if self.score >= SURE else "likely" if self.score >= LIKELY else "open"


@dataclass(frozen=True)
class Match:
    """The candidates of a column, the best first; undecided where two are nearly as good."""

    column: str
    candidates: tuple[Candidate, ...]

    @property
    def is_undecided(self) -> bool:
        return len(self.candidates) > 1 and self.candidates[0].score - self.candidates[1].score < CLOSE

    @property
    def band(self) -> str:
        return "open" if self.is_undecided else self.candidates[0].band


def match_columns(
    extract: Table,
    headers: Sequence[str],
    profiles: Mapping[str, Profile] | None = None,
    known: Mapping[str, str] | None = None,
) -> dict[str, Match]:
    """The candidates of each column of an extract among the headers of a file; a column without any is left out.

    `known` are the columns that a vendor's profile gives to headers. Each header is proposed for one column.
    """
    scored: dict[str, list[Candidate]] = {}
    for column in extract.columns:
        found = [_candidate(extract, column, header, (profiles or {}).get(header), known or {}) for header in headers]
        if len(rivals(column, headers)) > 1 or column in _STATUSES:
            found = [c and _capped(c, column, known or {}) for c in found]
        ranked = sorted((c for c in found if c and c.score > 0.3), key=lambda c: (-c.score, c.header))
        if ranked:
            scored[column] = ranked
    taken: dict[str, str] = {}
    for column in sorted(scored, key=lambda name: -scored[name][0].score):
        free = [c for c in scored[column] if c.header not in taken]
        scored[column] = free
        if free:
            taken[free[0].header] = column
    return {name: Match(name, tuple(scored[name][:4])) for name in extract.columns if scored.get(name)}


def _capped(candidate: Candidate, column: str, known: Mapping[str, str]) -> Candidate:
    """A candidate that a name alone does not make sure, unless the vendor is known, or a status has the column's own name."""
    is_told = candidate.header in known or (column in _STATUSES and candidate.score >= OWN_NAME)
    return candidate if is_told else replace(candidate, score=min(candidate.score, RIVAL))


def _candidate(
    extract: Table, column: str, header: str, profile: Profile | None, known: Mapping[str, str]
) -> Candidate | None:
    start, why = _by_name(extract, column, header, known)
    if start <= 0:
        return None
    if profile is None:
        return Candidate(header, start, why)
    if not profile.n_filled:
        return Candidate(header, start * EMPTY, f"{why}; no value")
    fit = fit_of(column, profile)
    return None if fit < VETO else Candidate(header, round(start * fit, 3), f"{why}; {fit:.0%} of its values fit")


def _by_name(extract: Table, column: str, header: str, known: Mapping[str, str]) -> tuple[float, str]:
    if header in known:
        return (PROFILE, "the vendor's column") if known[header] == column else (0.0, "")
    if header.strip().lower().replace(" ", "_") == column:
        return OWN_NAME, "its own name"
    words = words_of(header)
    if not words:
        return 0.0, ""
    if words == words_of(column) or words in synonyms(extract.path, column):
        return (SYNONYM if len(header.strip()) > 2 else SYNONYM * SHORT), "another name for it"
    if words in near_synonyms(extract.path, column):
        return NEAR, "often another name for it"
    for other in extract.columns:
        if other != column and (words == words_of(other) or words in synonyms(extract.path, other)):
            return 0.0, ""
    likeness = max(
        difflib.SequenceMatcher(None, " ".join(words), " ".join(w)).ratio()
        for w in (words_of(column), *synonyms(extract.path, column))
    )
    return (round(likeness * ALIKE, 3), "a name like it") if likeness >= _ALIKE_FROM else (0.0, "")


def rivals(column: str, headers: Sequence[str]) -> list[str]:
    """The headers that could be the id of the same thing, such as id, dcid and student_number in a file of students."""
    owner = _OWNERS.get(column)
    if owner is None:
        return []
    return [h for h in headers if (words := set(words_of(h))) and words & _IDS and words <= _IDS | owner]


@cache
def synonyms(extract: str, column: str) -> frozenset[tuple[str, ...]]:
    """What other systems call a column of an extract, as words."""
    table = _synonyms()
    return frozenset(words_of(phrase) for part in ("any", extract) for phrase in table.get(part, {}).get(column, []))


@cache
def near_synonyms(extract: str, column: str) -> frozenset[tuple[str, ...]]:
    """What other systems call a column of an extract, or something beside it, as words."""
    return frozenset(words_of(phrase) for phrase in _synonyms()["near"].get(extract, {}).get(column, []))


@cache
def _synonyms() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("synonyms.toml").read_text(encoding="utf-8"))


def fit_of(column: str, profile: Profile) -> float:
    """The share of a header's values that could stand in the column."""
    described = COLUMNS[column]
    if column in ("low_grade", "high_grade", "grade_level"):
        return max(
            profile.share_grade,
            0.8 if profile.values and profile.n_distinct <= 25 and profile.share_integer > 0.8 else 0,
        )
    if described.domain:
        if not profile.values:
            return 0.0
        understood = sum(n for value, n in profile.values.items() if means(column, value) is not None)
        share = understood / profile.n_filled
        return 1.0 if share >= MOST else max(share, 0.75)
    if described.type == "date":
        return profile.share_date
    if described.type == "boolean":
        return max(profile.share_boolean, 0.75 if 0 < profile.n_distinct <= 3 else 0)
    if described.type == "int64":
        if column == "school_year":
            years = sum(n for value, n in profile.values.items() if _YEAR.match(value))
            return max(years / profile.n_filled, profile.share_date)
        return profile.share_integer
    if described.type.startswith(("decimal", "float")):
        return profile.share_number
    if column.endswith("_name") and column.startswith(("first", "last")):
        return profile.share_letters
    if column == "email":
        return profile.share_email
    return 1.0
