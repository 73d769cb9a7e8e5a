"""What everybody knows: each school's membership on the count day by grade, race and sex, as the Common Core of Data publishes it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from .cells import Bounds, Cell, Release

GROUPS = (("", ""), ("Race/ethnicity", "race"), ("Sex", "sex"))


class PublicFigure(NamedTuple):
    """Students of one school, grade, race and sex enrolled on the count day."""

    year: int
    school: str
    grade: str
    race: str
    sex: str
    students: int


def add_public(release: Release, figures: Iterable[PublicFigure]) -> None:
    """Let the attacker know them, and every sum of them that a release might hide."""
    sums: dict[Cell, int] = defaultdict(int)
    for figure in figures:
        for dimension, name in GROUPS:
            for grade in ("", figure.grade):
                value = getattr(figure, name) if name else ""
                sums[Cell("census", figure.year, f"school:{figure.school}", dimension, value, grade)] += figure.students
    for cell, students in sums.items():
        release.say(cell, Bounds(students, students), "public: membership on the count day")
        release.public.add(cell)
        release.lists(cell)
    # what schools add up to is as public: at other places the count is no secret either
    release.public |= {c for c in release.bounds if c.count == "census" and c.dimension in dict(GROUPS)}
