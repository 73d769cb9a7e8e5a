"""Gaps between groups of students: which group is held against which, and what the groups are called.

Only groups whose rate and size are both released enter. Grades are no gap: they take different tests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions.students import FLAGS, NO, RACE_ETHNICITY, SEX, YES
from district_platform.outputs.brief.estimates import Difference, Rate, difference
from district_platform.outputs.brief.release import number, whole

NAMES: dict[tuple[str, str], str] = {
    ("Economically disadvantaged", YES): "economically disadvantaged students",
    ("Economically disadvantaged", NO): "students who are not economically disadvantaged",
    ("English learner", YES): "English learners",
    ("English learner", NO): "students who are not English learners",
    ("Disability", YES): "students with disabilities",
    ("Disability", NO): "students without disabilities",
    ("Homeless", YES): "students experiencing homelessness",
    ("Homeless", NO): "students not experiencing homelessness",
    (SEX, "F"): "girls",
    (SEX, "M"): "boys",
    (SEX, "X"): "students recorded as X",
}


OTHERS = "other students"
"""A complement beside its group: those recorded as not belonging to it."""


@dataclass(frozen=True)
class Group:
    """A group of students with its released rate. `peers` is its name where what it is set against has been named."""

    name: str
    rate: Rate
    peers: str


@dataclass(frozen=True)
class Gap:
    """A group against its complement (yes against no), or against the largest released group of its dimension."""

    dimension: str
    subject: str
    group: Group
    reference: Group
    comparisons: int = 1
    """How many gaps stand beside this one: the largest of many is less sure than a single one."""

    @property
    def difference(self) -> Difference:
        """In points, negative where the group does worse."""
        return difference(self.group.rate, self.reference.rate)

    @property
    def sure(self) -> float:
        return self.difference.sure(self.comparisons)

    @property
    def lower_and_higher(self) -> tuple[Group, Group]:
        pair = (self.group, self.reference)
        return pair if self.difference.size <= 0 else (pair[1], pair[0])


def group_name(dimension: str, value: str) -> str:
    """A group as it stands in a sentence."""
    return NAMES.get((dimension, value)) or f"{value} students"


def _group(dimension: str, value: str, rate: Rate) -> Group:
    name = group_name(dimension, value)
    return Group(name, rate, peers=OTHERS if dimension in FLAGS and value == NO else name)


def gaps_in(rows: Iterable[dict[str, Any]]) -> tuple[Gap, ...]:
    """Gaps of the district in one administration, the largest and surest first."""
    groups: dict[tuple[str, str], dict[str, Rate]] = {}
    for row in rows:
        pct, n = number(row["pct_proficient"]), whole(row["n_tested"])
        dimension, value = str(row["subgroup_dimension"]), str(row["subgroup_value"])
        if pct is not None and n and value != NOT_REPORTED:
            groups.setdefault((dimension, str(row["subject"])), {})[value] = Rate(pct, n)
    found = [gap for (dimension, subject), rates in groups.items() for gap in _gaps(dimension, subject, rates)]
    counted = [Gap(g.dimension, g.subject, g.group, g.reference, len(found)) for g in found]
    return tuple(sorted(counted, key=lambda g: (-g.sure, -abs(g.difference.size), g.subject, g.group.name)))


def _gaps(dimension: str, subject: str, rates: dict[str, Rate]) -> list[Gap]:
    if dimension in FLAGS:
        reference = NO if YES in rates and NO in rates else None
    elif dimension in (RACE_ETHNICITY, SEX):
        reference = max(rates, key=lambda value: (rates[value].n, value))
    else:
        reference = None
    if reference is None:
        return []
    named = {value: _group(dimension, value, rate) for value, rate in rates.items()}
    return [Gap(dimension, subject, named[v], named[reference]) for v in sorted(rates) if v != reference]
