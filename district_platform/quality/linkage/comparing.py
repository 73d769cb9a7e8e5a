"""Comparisons that both models share: names and birth date. docs/record_linkage.md says where the weights come from."""

from typing import TYPE_CHECKING

from district_platform.quality.linkage.model import Block, Comparison, Level

if TYPE_CHECKING:
    from splink.internals.comparison_level_creator import ComparisonLevelCreator

ALIKE = 0.88
"""Jaro-Winkler similarity of a name and the same name with a letter wrong, missing or moved; unrelated names are below."""


def names() -> Comparison:
    """First and last name as one comparison: twins share a last name because they are a family, not because they are one person."""
    from splink import comparison_level_library as cll

    same_first, same_last = cll.ExactMatchLevel("first_name"), cll.ExactMatchLevel("last_name")
    same_person_called_otherwise = cll.ArrayIntersectLevel("first_name_forms")
    outcomes = (
        Level("same names", cll.And(same_first, same_last), m=0.40, u=2e-6),
        Level(
            "first and last name swapped",
            cll.ColumnsReversedLevel("first_name", "last_name", symmetrical=True),
            m=0.05,
            u=1e-7,
        ),
        Level(
            "first name is a nickname of the other, same last name",
            cll.And(same_person_called_otherwise, same_last),
            m=0.12,
            u=3e-6,
        ),
        Level("first names are alike, same last name", cll.And(_alike("first_name"), same_last), m=0.12, u=2e-6),
        Level(
            "same first name, one last name is part of the other",
            cll.And(same_first, cll.ArrayIntersectLevel("last_name_parts")),
            m=0.05,
            u=1e-6,
        ),
        Level("same first name, last names are alike", cll.And(same_first, _alike("last_name")), m=0.10, u=2e-6),
        Level("same first name, last names differ", same_first, m=0.12, u=1.7e-3),
    )
    missing = cll.Or(cll.NullLevel("first_name"), cll.NullLevel("last_name"))
    return Comparison("names", missing, outcomes, otherwise="names differ")


def birth_date(u_same: float, u_digit: float) -> Comparison:
    """The birth date as eight digits, so that one wrong digit still counts as close."""
    from splink import comparison_level_library as cll

    outcomes = (
        Level("same birth date", cll.ExactMatchLevel("birth_date"), m=0.85, u=u_same),
        Level("birth dates differ in one digit", cll.LevenshteinLevel("birth_date", 1), m=0.12, u=u_digit),
    )
    return Comparison("birth_date", cll.NullLevel("birth_date"), outcomes, otherwise="birth dates differ")


BLOCKS_ON_PEOPLE = (
    Block(("birth_date", "last_name")),
    Block(("birth_date", "first_name")),
    Block(("first_name", "last_name")),
    Block(("birth_date", "first_name"), meets=("birth_date", "last_name")),
)
"""Pairs that agree on two of first name, last name and birth date, or on both names swapped and the birth date."""


def _alike(column: str) -> "ComparisonLevelCreator":
    from splink import comparison_level_library as cll

    return cll.Or(cll.JaroWinklerLevel(column, ALIKE), cll.DamerauLevenshteinLevel(column, 1))
