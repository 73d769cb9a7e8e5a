"""What the attacker reasons about: counts of students (cells) and what it knows of each."""

from dataclasses import dataclass, field
from typing import NamedTuple

INF = float("inf")


class Cell(NamedTuple):
    """A count of students of one population, year, place and group.

    `place` is 'district', 'level:<name>' or 'school:<key>'; `dimension` and `value` are empty for all students, `grade` for all
    grades; `detail` is what else tells populations apart, such as subject and administration.
    """

    count: str
    year: int
    place: str
    dimension: str = ""
    value: str = ""
    grade: str = ""
    detail: str = ""

    def of(self, count: str, detail: str | None = None) -> "Cell":
        """The same group in another population."""
        return self._replace(count=count, detail=self.detail if detail is None else detail)

    def __str__(self) -> str:
        group = f"{self.dimension}={self.value}" if self.dimension else "all"
        grade = f" grade {self.grade}" if self.grade else ""
        return f"{self.count}[{self.year} {self.place} {group}{grade}{' ' + self.detail if self.detail else ''}]"


class Bounds(NamedTuple):
    """What one reading tells of a count: it lies between, both ends included."""

    low: float
    high: float

    def both(self, other: "Bounds") -> "Bounds":
        return Bounds(max(self.low, other.low), min(self.high, other.high))


UNKNOWN = Bounds(0, INF)


class Share(NamedTuple):
    """A told percentage: low ≤ part / whole ≤ high, as shares of 1."""

    part: Cell
    whole: Cell
    low: float
    high: float
    words: str


class Mean(NamedTuple):
    """A told mean of whole scores: low ≤ total / whole ≤ high."""

    total: Cell
    whole: Cell
    low: float
    high: float
    words: str


@dataclass
class Release:
    """All that one release says by itself, cell by cell."""

    minimum: int = 10
    bounds: dict[Cell, Bounds] = field(default_factory=dict)
    words: dict[Cell, str] = field(default_factory=dict)
    shares: list[Share] = field(default_factory=list)
    means: list[Mean] = field(default_factory=list)
    columns: set[Cell] = field(default_factory=set)
    """Cells that are a column of some table, told or not."""
    public: set[Cell] = field(default_factory=set)
    """Cells that everybody knows without the release."""
    listed: dict[tuple, set[tuple]] = field(default_factory=dict)
    """Of a population (count, year, place, detail): the shapes (dimension, by grade or not) whose groups are all listed."""
    levels: dict[str, str] = field(default_factory=dict)
    """Level of each school."""
    administrations: dict[tuple[int, str], str] = field(default_factory=dict)
    """Up to which administration growth is told, by year and subject."""

    def say(self, cell: Cell, bounds: Bounds, words: str) -> None:
        """Add one reading of a cell."""
        now = self.bounds.get(cell, UNKNOWN).both(bounds)
        if cell not in self.bounds or now != self.bounds[cell]:
            self.words[cell] = words
        self.bounds[cell] = now

    def told(self, cell: Cell) -> bool:
        bounds = self.bounds.get(cell, UNKNOWN)
        return bounds.low == bounds.high

    def lists(self, cell: Cell) -> None:
        """Remember that all groups of the shape of this cell are rows of a table."""
        key = (cell.count, cell.year, cell.place, cell.detail)
        self.listed.setdefault(key, set()).add((cell.dimension, bool(cell.grade)))
