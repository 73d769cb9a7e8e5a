"""How many students are behind a rate, to distinguish a difference from chance. These sizes are never printed.

A release tells few counts besides the students on the census date. If the students behind a rate are not told, the census count of the
same place and group is used instead: of the same year, else of the nearest year before.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from district_platform.dimensions.students import ALL_STUDENTS, GRADE
from district_platform.metrics.comparisons import Rate
from district_platform.outputs.brief.release import Figure, records, whole

TESTED_SHARE = 0.5
"""Of students, those in tested grades: ESEA 1111(b)(2)(B)(v) asks for grades 3 to 8 and one of high school, 7 of 13."""

_Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Sizes:
    """Students on the census date by place and group, for each year that tells them."""

    by_year: dict[int, dict[_Key, int]]

    def rate(self, told: Figure, n: object, row: dict[str, Any], *, of_tested: bool = False) -> Rate | None:
        """A told percentage with its students: `n` where it is released, else by the census; None where neither is known."""
        size = whole(n)
        if size is None and (enrolled := self._enrolled(row)) is not None:
            size = round(enrolled * TESTED_SHARE) if of_tested else enrolled
        return Rate(told.value, size) if told.value is not None and size else None

    def _enrolled(self, row: dict[str, Any]) -> int | None:
        key, year = _key(row), int(row["school_year"])
        known = [of for of, sizes in self.by_year.items() if of <= year and key in sizes]
        return self.by_year[max(known)][key] if known else None


def read_sizes(enrollment_summary: pd.DataFrame) -> Sizes:
    """Of every place and group whose students on the census date are told."""
    by_year: dict[int, dict[_Key, int]] = {}
    for row in records(enrollment_summary):
        n = whole(row["n_students_census"]) or whole(row["n_students"])
        if n:
            by_year.setdefault(int(row["school_year"]), {})[_key(row)] = n
    return Sizes(by_year)


def _key(row: dict[str, Any]) -> _Key:
    grade, school = row.get("grade_level"), row.get("k_school")
    group = (str(row.get("subgroup_dimension", ALL_STUDENTS)), str(row.get("subgroup_value", ALL_STUDENTS)))
    group = (GRADE, grade) if isinstance(grade, str) and group[0] == ALL_STUDENTS else group
    return (str(row.get("aggregation", "School")), school if isinstance(school, str) else "", *group)
