"""Relations between the populations of a release: what adds up to what, and what contains what.

Made from the dictionary alone, one relation for each kind: the groups of a dimension make up all students, schools add up to the district
as the count says (Adding), and a count lies within others (Within). Every run checks each relation on the unreleased tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from district_platform.dictionary import COUNTS, Adding, Within
from district_platform.dictionary.analysis import CENSUS
from district_platform.privacy.cells import SUBGROUP_OF, TO_DATE, ReleaseCells
from district_platform.privacy.truth import Truth
from district_platform.settings import Attendance

LEVEL = "level "


@dataclass(frozen=True)
class Relation:
    """Instances of one relation as entries (instance, count, coefficient): the sum of each instance is 0, or 0 and more."""

    name: str
    instance: np.ndarray
    count: np.ndarray
    coefficient: np.ndarray
    is_exact: bool
    rests_on_delivery: bool = False
    is_containment: bool = False
    """One count is contained in another: their difference is a population of its own."""

    @property
    def n_checked(self) -> int:
        return int(self.instance.max(initial=-1)) + 1

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Of each instance."""
        return np.bincount(self.instance, self.coefficient * values[self.count], self.n_checked)

    def where(self, keep: np.ndarray) -> "Relation":
        """Some of the instances."""
        number, entries = np.cumsum(keep) - 1, keep[self.instance]
        return replace(
            self,
            instance=number[self.instance[entries]],
            count=self.count[entries],
            coefficient=self.coefficient[entries],
        )


@dataclass(frozen=True)
class Broken:
    """A relation that the data do not obey, with the first count that shows it."""

    relation: str
    key: str
    n: int
    rests_on_delivery: bool

    @property
    def message(self) -> str:
        return f"{self.relation}: does not hold for {self.n} groups, although it holds by construction"


def checked(
    relations: list[Relation], release_cells: ReleaseCells, truth: Truth
) -> tuple[list[Relation], list[Broken]]:
    """The relations to use, without instances in which a count is not known; and those that are broken.

    A relation that the delivery breaks is left out as a whole: a relation that the data need not obey tells a reader nothing.
    """
    kept, broken = [], []
    for relation in relations:
        unknown = np.bincount(relation.instance, truth.is_unknown[relation.count], relation.n_checked) > 0
        known = relation.where(~unknown)
        sums = known.sums(truth.filled)
        off = (sums != 0) if known.is_exact else (sums < 0)
        if off.any():
            first = int(known.count[np.flatnonzero(off[known.instance])[0]])
            broken.append(Broken(relation.name, release_cells.label(first), int(off.sum()), relation.rests_on_delivery))
        if not (off.any() and relation.rests_on_delivery):
            kept.append(known.where(~off))
    return kept, broken


def relations_of(
    release_cells: ReleaseCells, attendance: Attendance, withheld_years: frozenset[str] = frozenset()
) -> list[Relation]:
    """Every relation of a release; in `withheld_years` some school's groups have rows among the headcounts only."""
    cells = _cells(release_cells)
    found = [
        *_partitions(cells),
        *_places(cells, withheld_years),
        *_containments(cells, attendance),
        *_periods(release_cells),
    ]
    return [relation for relation in found if len(relation.instance)]


def _cells(release_cells: ReleaseCells) -> pd.DataFrame:
    """A row a count: what it counts, and of whom."""
    cells = pd.DataFrame(
        {name: release_cells.names(name).astype(str) for name in ("count", "year", "place", "grade", "other")}
    )
    words = release_cells.words["subgroup"].values
    dimension = np.array(["", *(SUBGROUP_OF.get(word, (word, ""))[0] for word in words[1:])], dtype=object)
    code = release_cells.codes("subgroup")
    cells["subgroup"] = np.array(["", *words[1:]], dtype=object)[code]
    cells["dimension"] = dimension[code]
    cells["is_to_date"] = cells["other"] == TO_DATE
    cells["cell"] = np.arange(len(cells))
    levels = {
        release_cells.words["place"].values[s]: release_cells.words["place"].values[level]
        for s, level in release_cells.level_of.items()
    }
    cells["level"] = cells["place"].map(levels).astype(object)
    return cells


_GROUP = ["count", "year", "place", "subgroup", "grade", "other"]


def _partitions(cells: pd.DataFrame) -> Iterator[Relation]:
    """The groups of each dimension, and the grades, add up to all students of the place.

    Where not all groups are listed they add up to at most that: at levels, and beside a running year, which may lack groups.
    """
    is_related = cells["count"].map(lambda name: name in COUNTS and COUNTS[name].groups_add_up)
    cells = cells[is_related]
    parts = cells[cells["subgroup"] != ""].assign(split=lambda t: t["dimension"], subgroup="")
    grades = cells[cells["grade"] != ""].assign(split="grade", grade="")
    for name, found in (("subgroups", parts), ("grades", grades)):
        pairs = found.merge(cells[[*_GROUP, "cell"]], on=_GROUP, suffixes=("", "_whole"))
        is_listed = ~pairs["is_to_date"] & ~pairs["place"].str.startswith(LEVEL)
        yield _summed(f"{name} make up all students", pairs[is_listed], [*_GROUP, "split"], is_exact=True)
        yield _summed(f"{name} are among all students", pairs[~is_listed], [*_GROUP, "split"], is_exact=False)


def _summed(name: str, pairs: pd.DataFrame, by: list[str], is_exact: bool, is_floor: bool = False) -> Relation:
    """Parts (`cell`) that add up to their whole (`cell_whole`), are at most it, or at least it where it is their floor."""
    instance = pairs.groupby(by, sort=False).ngroup().to_numpy()
    whole = pairs.assign(_instance=instance).drop_duplicates("_instance")
    sign = 1.0 if is_floor else -1.0
    return Relation(
        name,
        np.concatenate([instance, whole["_instance"]]),
        np.concatenate([pairs["cell"], whole["cell_whole"]]),
        np.concatenate([np.full(len(pairs), sign), np.full(len(whole), -sign)]),
        is_exact,
    )


def _places(cells: pd.DataFrame, withheld_years: frozenset[str]) -> Iterator[Relation]:
    """Schools in their level and in the district, levels in the district, as each count adds up."""
    kinds = {name: count.schools for name, count in COUNTS.items()}
    cells = cells[cells["count"].isin(kinds) & ~cells["is_to_date"]]
    is_level, is_district = cells["place"].str.startswith(LEVEL), cells["place"] == "district"
    schools, levels = cells[~is_level & ~is_district], cells[is_level]
    of_levels = schools.dropna(subset="level").assign(place=lambda t: t["level"])
    families = (
        ("schools in the district", schools.assign(place="district")),
        ("schools in their level", of_levels),
        ("levels in the district", levels.assign(place="district")),
    )
    for name, parts in families:
        pairs = parts.merge(cells[[*_GROUP, "cell"]], on=_GROUP, suffixes=("", "_whole"))
        kind = pairs["count"].map(kinds)
        exact, each = pairs[kind == Adding.EXACTLY], pairs[kind.isin([Adding.AT_LEAST, Adding.EACH])]
        yield _summed(f"{name} add up", exact, _GROUP, is_exact=True)
        has_all = (pairs["count"] == CENSUS) | (pairs["subgroup"] == "") | ~pairs["year"].isin(withheld_years)
        floors = pairs[(kind == Adding.AT_LEAST) & has_all]
        yield _summed(f"{name} are at least it", floors, _GROUP, False, is_floor=True)
        yield _summed(f"{name} are at most it", pairs[kind == Adding.AT_MOST], _GROUP, False)
        yield replace(_contained(f"each of the {name} is at most it", each), is_containment=False)


def _contained(name: str, pairs: pd.DataFrame, rests_on_delivery: bool = False) -> Relation:
    """Each `cell` is at most its `cell_whole`."""
    n = np.arange(len(pairs))
    counts = np.concatenate([pairs["cell_whole"], pairs["cell"]])
    signs = np.concatenate([np.ones(len(pairs)), -np.ones(len(pairs))])
    return Relation(name, np.concatenate([n, n]), counts, signs, False, rests_on_delivery, True)


def _containments(cells: pd.DataFrame, attendance: Attendance) -> Iterator[Relation]:
    """Each count within the counts that contain it, of the same group; one to the same day within that of the whole year; two parts
    that exclude each other, together.
    """
    for name, count in COUNTS.items():
        parts = cells[cells["count"] == name]
        for within in count.wholes:
            if _holds(within, attendance):
                of_year = parts[~parts["is_to_date"]]
                pairs = _with_wholes(
                    of_year[of_year["place"] == "district"] if within.at_district_only else of_year, cells, within.count
                )
                yield _contained(f"{name} within {within.count}", pairs, within.rests_on_delivery)
        if count.grows:
            yield _contained(f"{name} to date within {name}", _with_wholes(parts[parts["is_to_date"]], cells, name))
        if count.apart_from and count.part_of:
            yield _exclusive_parts(parts, cells, count.apart_from, count.part_of)


def _holds(within: Within, attendance: Attendance) -> bool:
    return not within.if_federal_is_wider or attendance.federal_min_days <= attendance.chronic_absence_min_days


def _with_wholes(parts: pd.DataFrame, cells: pd.DataFrame, whole: str) -> pd.DataFrame:
    """Each part with the count `whole` of its group and the whole year, matched by the columns that the whole is split by."""
    wholes = cells[(cells["count"] == whole) & ~cells["is_to_date"]]
    columns = {item.partition("=")[0] for other in wholes["other"].unique() for item in other.split(";") if item}
    same = parts.assign(other=parts["other"].map(lambda text: _restricted(text, columns)))
    on = [name for name in _GROUP if name != "count"]
    return same.merge(wholes[[*on, "cell"]], on=on, suffixes=("", "_whole"))


def _restricted(other: str, columns: set[str]) -> str:
    return ";".join(item for item in other.split(";") if item.partition("=")[0] in columns)


def _exclusive_parts(parts: pd.DataFrame, cells: pd.DataFrame, other: str, whole: str) -> Relation:
    """Two parts of a whole that share no student."""
    both = _with_wholes(parts, cells, other).rename(columns={"cell_whole": "cell_other"})
    both = both.merge(_with_wholes(parts, cells, whole)[["cell", "cell_whole"]], on="cell")
    n = np.arange(len(both))
    counts = np.concatenate([both["cell_whole"], both["cell"], both["cell_other"]])
    signs = np.concatenate([np.ones(len(both)), -np.ones(2 * len(both))])
    name = f"{parts['count'].iloc[0] if len(parts) else other} and {other} within {whole}"
    return Relation(name, np.concatenate([n, n, n]), counts, signs, False, is_containment=True)


def _periods(release_cells: ReleaseCells) -> Iterator[Relation]:
    """A stock is the stock of the period before plus what came in (dictionary.Carried)."""
    if release_cells.periods:
        sizes = [len(counts) for counts, _ in release_cells.periods]
        yield Relation(
            "stocks carried over",
            np.repeat(np.arange(len(sizes)), sizes),
            np.concatenate([counts for counts, _ in release_cells.periods]),
            np.concatenate([signs for _, signs in release_cells.periods]),
            is_exact=True,
        )
