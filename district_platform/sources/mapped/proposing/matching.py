"""Which header is which column: a score from 0 to 1 for each pair, by name, vendor and the form of the values.

A wrong proposal that is called sure costs more than ten questions, so that a likeness of letters alone is never more than a question.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from district_platform.dictionary import COLUMNS, Table
from district_platform.sources.mapped.proposing.profiling import Profile
from district_platform.sources.mapped.proposing.support import doubt_about, doubt_without_values, is_settled_by_values
from district_platform.sources.mapped.proposing.synonyms import names_of, near_names_of
from district_platform.sources.mapped.proposing.values import means
from district_platform.sources.mapped.proposing.words import words_of

PROFILE, OWN_NAME, SYNONYM, ALIKE = 0.99, 0.97, 0.95, 0.70
"""Where a score starts: the vendor is known; the header is the column's name; it says the same; its letters are alike."""
SURE, LIKELY = 0.95, 0.70
NEAR = 0.85
"""Where a header starts that often means the column, and sometimes something beside it; and a name that is doubted (support.py)."""
VETO, CLOSE = 0.5, 0.05
"""Share of fitting values below which a header is no candidate; scores this close are a question."""
EMPTY = 0.9
"""What a column without any value is taken times: nothing speaks for it."""

SHORT = 0.70
"""What a header of two letters is taken times: SC is a school, a score or a state."""

MOST = 0.9
"""Share of values from which a closed list, or a text, is what it seems; the rest of a list's values are asked."""

_YEAR = re.compile(r"(19|20)\d\d(\D|$)")
_ALIKE_FROM = 0.6


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
        named = {
            header: _by_name(extract, column, header, headers, known or {}, (profiles or {}).get(header))
            for header in headers
        }
        found = [_candidate(column, header, *named[header], (profiles or {}).get(header)) for header in headers]
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


def _candidate(column: str, header: str, start: float, why: str, profile: Profile | None) -> Candidate | None:
    if start <= 0:
        return None
    if profile is None:
        return Candidate(header, start, why)
    if not profile.n_filled:
        return Candidate(header, start * EMPTY, f"{why}; no value")
    fit = fit_of(column, profile)
    return None if fit < VETO else Candidate(header, round(start * fit, 3), f"{why}; {fit:.0%} of its values fit")


def _by_name(
    extract: Table,
    column: str,
    header: str,
    headers: Sequence[str],
    known: Mapping[str, str],
    profile: Profile | None,
) -> tuple[float, str]:
    if header in known:
        return (PROFILE, "the vendor's column") if known[header] == column else (0.0, "")
    words = words_of(header)
    names = names_of(extract.path, column)
    if words in names:
        is_own = header.strip().lower().replace(" ", "_") == column
        score, why = (OWN_NAME, "its own name") if is_own else (SYNONYM, "another name for it")
        doubt = doubt_about(extract, column, header, headers)
        if profile is None or not profile.n_filled or not is_settled_by_values(extract, column, header):
            doubt = doubt or doubt_without_values(extract, column, header, headers)
        score = NEAR if doubt else score
        return score if len(header.strip()) > 2 else score * SHORT, f"{why}, but {doubt}" if doubt else why
    if words in near_names_of(extract.path, column):
        return NEAR, "often another name for it"
    if not words or any(words in names_of(extract.path, other) for other in extract.columns):
        return 0.0, ""
    likeness = max(_likeness(" ".join(words), " ".join(name)) for name in names)
    return (round(likeness * ALIKE, 3), "a name like it") if likeness else (0.0, "")


def _likeness(text: str, name: str) -> float:
    """How alike they are, 0 to 1; 0 below _ALIKE_FROM. Two upper bounds come first: they cost little, and settle most pairs."""
    matcher = difflib.SequenceMatcher(None, text, name)
    if matcher.real_quick_ratio() < _ALIKE_FROM or matcher.quick_ratio() < _ALIKE_FROM:
        return 0.0
    likeness = matcher.ratio()
    return likeness if likeness >= _ALIKE_FROM else 0.0


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
    if column in ("first_name", "last_name"):
        return profile.share_letters
    if column == "email":
        return profile.share_email
    foreign = max(profile.share_date, profile.share_number if column.endswith(("_name", "_title")) else 0.0)
    return 1.0 if 1 - foreign >= MOST else 1 - foreign
