"""What the attacker claims: counts that were hidden and are known, and differences of told counts that are small groups."""

from dataclasses import dataclass
from typing import NamedTuple

from .cells import Cell, Release
from .propagation import PARTS_OF_SHARES, Knowledge

FEWEST_VALUES = 3
"""A hidden count with fewer possible values than this is found."""
HIDDEN, PART, DIFFERENCE, TOLD = "hidden count", "part of a percentage", "deduced difference", "told difference"
MOVED = "students of two places"
KINDS = (HIDDEN, PART, TOLD, DIFFERENCE, MOVED)


class Finding(NamedTuple):
    """A count that the release does not tell, the few values it can have, and how that follows."""

    kind: str
    cell: Cell
    values: tuple[int, ...]
    why: str

    @property
    def is_exact(self) -> bool:
        return len(self.values) == 1

    def __str__(self) -> str:
        return f"{self.kind}: {self.cell} is {' or '.join(map(str, self.values))}\n{self.why}"


@dataclass
class Findings:
    """All findings of an attack, and how many counts it had to look for."""

    knowledge: Knowledge
    found: list[Finding]

    def of(self, kind: str, is_exact: bool | None = None) -> list[Finding]:
        return [f for f in self.found if f.kind == kind and is_exact in (None, f.is_exact)]

    def __str__(self) -> str:
        lines = [
            f"{kind}: {len(self.of(kind, True))} exactly, {len(self.of(kind, False))} within one" for kind in KINDS
        ]
        return "\n".join(lines)


def findings(knowledge: Knowledge) -> Findings:
    """Counts under the minimum that are not told and have one or two possible values left."""
    release = knowledge.release
    small = (knowledge.low < release.minimum) & (knowledge.high >= 1) & (knowledge.high - knowledge.low < 20)
    found = []
    for i in map(int, small.nonzero()[0]):
        cell = knowledge.cells[i]
        if cell.count.endswith("_total") or release.told(cell) or cell in release.public:
            continue
        values = [int(v) for v in knowledge.possible(i)]
        if len(values) >= FEWEST_VALUES or max(values) < 1 or min(values) >= release.minimum:
            continue
        found.append(Finding(kind_of(cell, release, knowledge), cell, tuple(values), knowledge.why(i)))
    found.sort(key=lambda f: (KINDS.index(f.kind), len(f.values), len(f.why), f.cell))
    return Findings(knowledge, found)


def kind_of(cell: Cell, release: Release, knowledge: Knowledge) -> str:
    if cell in release.columns:
        return HIDDEN
    name = cell.count.partition(":")[0]
    if name in ("counted_again", "school_unknown"):
        return MOVED
    if cell.count.removesuffix("_federal").removesuffix("_to_date") in PARTS_OF_SHARES:
        return PART
    if any(cell.count == f"{whole}-{part}" for whole, part in SHARED):
        return PART
    terms = knowledge.made_of.get(cell, ())
    if terms and all(release.told(term) or term in release.public for term in terms):
        return TOLD
    return DIFFERENCE


SHARED = (
    ("judged_federal", "chronic_federal"),
    ("judged_to_date", "chronic_to_date"),
    ("judged", "chronic_other"),
    ("judged_fs195", "chronic_fs195"),
)
"""Populations whose percentages are told, and who of them has the trait."""
