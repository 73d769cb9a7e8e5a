import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from district_platform.sources.synthetic.identity_errors import (
    ErrorKind,
    Identity,
    error_kind,
    mistyped,
    one_digit_off,
    with_error,
)

ROBERT = Identity("Robert", "Smith", dt.date(1980, 3, 14))
SURNAMES = ["Jones", "Smith"]


def variants(kind: ErrorKind, n: int = 4) -> list[Identity]:
    return [with_error(ROBERT, kind + len(ErrorKind) * turn, SURNAMES) for turn in range(n)]


def test_kinds_take_turns():
    assert [error_kind(place) for place in range(7)] == [*ErrorKind, ErrorKind.NICKNAME, ErrorKind.SWAPPED]


def test_each_kind_changes_what_it_says():
    assert {person.first_name for person in variants(ErrorKind.NICKNAME)} == {"Bill", "Billy", "Bob", "Bobby"}
    assert {(person.first_name, person.last_name) for person in variants(ErrorKind.SWAPPED)} == {("Smith", "Robert")}
    assert {person.last_name for person in variants(ErrorKind.SURNAME)} == {"Jones", "Smith-Jones"}
    assert {person.birth_date.isoformat() for person in variants(ErrorKind.BIRTH_DATE)} == {
        "1981-03-14",
        "1980-03-04",
        "1980-03-13",
    }
    assert [(person.first_name, person.last_name) for person in variants(ErrorKind.TYPO)] == [
        ("Rboert", "Smith"),
        ("Robert", "Simth"),
        ("Roert", "Smith"),
        ("Robert", "Smth"),
    ]


def test_a_name_without_a_short_form_is_mistyped():
    person = Identity("Quetzal", "Smith", ROBERT.birth_date)
    assert with_error(person, ErrorKind.NICKNAME, SURNAMES) == Identity("Qeutzal", "Smith", ROBERT.birth_date)


@given(st.text("abe", min_size=2, max_size=8), st.integers(0, 50))
def test_a_typo_changes_the_name_but_not_its_first_letter(name: str, variant: int):
    wrong = mistyped(name, variant)
    assert wrong != name
    assert wrong[0] == name[0]


@given(st.dates(dt.date(1940, 1, 1), dt.date(2025, 12, 31)), st.integers(0, 50))
def test_one_digit_of_the_date_is_off(day: dt.date, variant: int):
    digits = zip(day.isoformat(), one_digit_off(day, variant).isoformat(), strict=True)
    assert sum(one != other for one, other in digits) == 1
