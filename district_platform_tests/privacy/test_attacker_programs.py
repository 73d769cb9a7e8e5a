"""What the attacker's programs see in a few equations."""

from district_platform_tests.privacy.attacker.attack import settle
from district_platform_tests.privacy.attacker.cells import Bounds, Cell, Release
from district_platform_tests.privacy.attacker.programs import narrow_by_programs
from district_platform_tests.privacy.attacker.propagation import Knowledge
from district_platform_tests.privacy.attacker.relations import Relation


def cells(names: str) -> list[Cell]:
    return [Cell(name, 2025, "district") for name in names]


def related(*rows: tuple[str, list[float], float], high: float = 9) -> Knowledge:
    """Counts named by single letters, each 0 to `high`, and equations among them."""
    relations = [
        Relation(tuple(zip(cells(names), factors, strict=True)), total, total, "given")
        for names, factors, total in rows
    ]
    release = Release(columns={cell for relation in relations for cell, _ in relation.terms})
    for cell in release.columns:
        release.say(cell, Bounds(0, high), "given")
    return Knowledge(release, relations)


def bounds_of(known: Knowledge, names: str) -> list[tuple[float, float]]:
    return [(known.low[known.index[c]], known.high[known.index[c]]) for c in cells(names)]


def test_linear_programs_see_what_intervals_do_not() -> None:
    """a + b, b + c and a + c are 6 each: each interval leaves 1 to 5, all three together only 3."""
    known = related(("ab", [1, 1], 6), ("bc", [1, 1], 6), ("ac", [1, 1], 6), high=5)
    settle(known)
    assert bounds_of(known, "abc") == [(1, 5)] * 3
    assert narrow_by_programs(known)
    settle(known)
    assert bounds_of(known, "abc") == [(3, 3)] * 3


def test_integer_programs_see_what_linear_ones_do_not() -> None:
    """4 a + 6 b + 5 c = 15: fractions leave c at 0, whole numbers do not, since 15 is odd."""
    known = related(("abc", [4, 6, 5], 15), high=3)
    settle(known)
    while narrow_by_programs(known):
        settle(known)
    assert bounds_of(known, "c") == [(0, 3)]
    assert narrow_by_programs(known, in_whole_numbers=True)
    assert bounds_of(known, "c") == [(1, 3)]
