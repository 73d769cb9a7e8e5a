"""How one person comes to stand in a register twice: the errors by which a second record differs from the first.

One error a record, the five kinds in equal parts; the caller decides what else differs (address, school).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import cache

NO_ERROR = -1


class ErrorKind(IntEnum):
    """The kinds, in the order in which they take turns."""

    NICKNAME = 0
    """A short form in place of the first name; a typo where the name has none."""
    SWAPPED = 1
    TYPO = 2
    """Two letters of a name exchanged, or one dropped, doubled or replaced."""
    SURNAME = 3
    """Another surname, or another one added with a hyphen."""
    BIRTH_DATE = 4
    """One digit of the birth date."""


@dataclass(frozen=True)
class Identity:
    """What a register knows a person by."""

    first_name: str
    last_name: str
    birth_date: date


def error_kind(place: int) -> ErrorKind:
    """The kind of the place-th error."""
    return ErrorKind(place % len(ErrorKind))


def with_error(person: Identity, place: int, surnames: Sequence[str]) -> Identity:
    """The person with the error of this place: places run through the kinds, and through the variants of each."""
    kind, variant = error_kind(place), place // len(ErrorKind)
    match kind:
        case ErrorKind.NICKNAME if short_forms(person.first_name):
            forms = short_forms(person.first_name)
            return replace(person, first_name=forms[variant % len(forms)].capitalize())
        case ErrorKind.SWAPPED:
            return replace(person, first_name=person.last_name, last_name=person.first_name)
        case ErrorKind.SURNAME:
            others = [name for name in surnames if name != person.last_name]
            other = others[(variant * 7_919) % len(others)]
            return replace(person, last_name=f"{person.last_name}-{other}" if variant % 2 else other)
        case ErrorKind.BIRTH_DATE:
            return replace(person, birth_date=one_digit_off(person.birth_date, variant))
    if variant % 2:
        return replace(person, last_name=mistyped(person.last_name, variant // 2))
    return replace(person, first_name=mistyped(person.first_name, variant // 2))


def mistyped(name: str, variant: int) -> str:
    """A name of two letters or more with one wrong, never the first one."""
    at = 1 + (variant + variant // 4) % max(1, len(name) - 2)
    before, letter, after = name[:at], name[at], name[at + 1 :]
    match variant % 4:
        case 0 if after and after[0] != letter:
            return before + after[0] + letter + after[1:]
        case 1:
            return before + after
        case 2:
            return before + ("e" if letter != "e" else "a") + after
    return before + letter * 2 + after


def one_digit_off(day: date, variant: int) -> date:
    """Another date that differs in one of its eight digits: of the year, or of the day."""
    if variant % 3 == 0 and (day.month, day.day) != (2, 29):
        return day.replace(year=day.year + (1 if day.year % 10 == 0 else -1))
    if variant % 3 == 1 and day.day <= 18 and day.day % 10:
        return day.replace(day=day.day + (10 if day.day < 10 else -10))
    if day.day >= 30:
        return day.replace(day=day.day - 10)
    return day.replace(day=day.day + (1 if day.day % 10 <= 1 else -1))


def short_forms(first_name: str) -> list[str]:
    """Nicknames of a first name, in alphabetical order."""
    return sorted(name for name in _nicknames().get(first_name.lower(), ()) if name.isalpha())


@cache
def _nicknames() -> dict[str, set[str]]:
    from nicknames import NickNamer  # only when a district is made

    return NickNamer().nickname_lookup
