"""What must hold among counts of students, whoever counts them. Nothing of it is read from the platform.

A row says low ≤ Σ coefficient × count ≤ high. All of it follows from what the counts are: groups of a dimension divide a population,
a population that is part of another stays part of it in every group, and a child of two schools counts at both but once in the
district. The differences of nested populations are populations themselves, and so divide and nest as well.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .cells import INF, Cell, Release

PARTS: tuple[tuple[str, str], ...] = (
    ("enrolled", "census"),
    ("enrolled", "late"),
    ("enrolled", "exited"),
    ("enrolled", "attending"),
    ("attending", "judged"),
    ("attending", "judged_federal"),
    ("judged_federal", "judged"),
    ("judged", "chronic"),
    ("judged", "chronic_other"),
    ("judged_federal", "chronic_federal"),
    ("judged_federal", "chronic_federal_other"),
    ("judged_federal", "judged_fs195"),
    ("judged_fs195", "chronic_fs195"),
    ("attending", "reconciled"),
    ("attending", "on_a_day"),
    ("judged", "judged_to_date"),
    ("judged_to_date", "chronic_to_date"),
    ("tested", "proficient"),
)
"""Population and its part, in any place, group and year."""

COVERED = ("enrolled", "census", "attending")
"""Every member of the district's is one of some school's, and the other way round."""
WITHIN = (*COVERED, "judged", "judged_federal", "judged_to_date", "on_a_day")
"""Every member of a school's is one of the district's."""
AT_SOME_SCHOOL = (*COVERED, "late", "exited", "on_a_day")
"""Every member of the district's is one of some school's."""
ONCE = ("tested", "proficient", "not_proficient", "growth")
"""A member is of one school at most; some schools are unknown."""
WHOLE_GROUPS = {
    "participants",
    "compared",
    "group",
    "comparison",
    "participants_attrited",
    "compared_attrited",
    "not_compared",
}
"""Counts of comparisons, which need not add up: where one side has nobody in a stratum, the other does not count."""
TOTALS = {"score_total": "tested", "percentile_total": "growth"}
"""Sums of scores, by the population whose they are."""


class Relation(NamedTuple):
    """low ≤ Σ coefficient × count ≤ high, and why."""

    terms: tuple[tuple[Cell, float], ...]
    low: float
    high: float
    reason: str

    def __str__(self) -> str:
        return f"{self.reason}: " + " ".join(f"{c:+g}·{cell}" for cell, c in self.terms)


def nested(big: Cell, small: Cell, reason: str) -> Relation:
    return Relation(((big, 1.0), (small, -1.0)), 0, INF, reason)


def difference(big: Cell, small: Cell) -> Cell:
    """Those of a population who are not of its part."""
    names = {"judged-chronic": "not_chronic", "tested-proficient": "not_proficient"}
    name = f"{big.count}-{small.count}"
    detail = big.detail if big.detail == small.detail else f"{big.detail}|{small.detail}"
    return big._replace(count=names.get(name, name), detail=detail)


class Groups:
    """The cells by population and place, and which groups of which shape are all listed."""

    def __init__(self, cells: Iterable[Cell], release: Release) -> None:
        self.release = release
        self.cells: dict[Cell, None] = dict.fromkeys(cells)
        self.listed = {key: set(shapes) for key, shapes in release.listed.items()}
        self.members: dict[tuple, dict[tuple, Cell]] = defaultdict(dict)
        for cell in list(self.cells):
            self.add(cell)

    @staticmethod
    def population(cell: Cell) -> tuple:
        return (cell.count, cell.year, cell.place, cell.detail)

    @staticmethod
    def group(cell: Cell) -> tuple:
        return (cell.dimension, cell.value, cell.grade)

    @staticmethod
    def shape(cell: Cell) -> tuple:
        return (cell.dimension, bool(cell.grade))

    def add(self, cell: Cell) -> Cell:
        self.cells[cell] = None
        self.members[self.population(cell)][self.group(cell)] = cell
        return cell

    def populations(self, *counts: str) -> list[tuple]:
        return [p for p in self.members if not counts or p[0] in counts]

    def shapes(self, population: tuple) -> set[tuple]:
        return self.listed.get(population, set())

    def follow(self, new: tuple, *parents: tuple) -> None:
        """A population lists what all of those list from which it is made."""
        shapes = set.intersection(*(set(self.shapes(p)) for p in parents))
        self.listed[new] = self.listed.get(new, set()) | shapes


def relations(cells: Iterable[Cell], release: Release) -> list[Relation]:
    """All relations among the cells, and among those that they define together."""
    groups = Groups(cells, release)
    found: list[Relation] = []
    to_date_groups(groups)
    found += list(parts(groups))
    found += list(early_leavers(groups))
    found += list(places(groups))
    found += list(tests(groups))
    found += list(programs(groups))
    found += list(comparisons(groups))
    found += list(pools(groups))
    found += list(divisions(groups))
    return found


def to_date_groups(groups: Groups) -> None:
    """A year to date has the groups that the whole year lists, those that are gone in the year after included."""
    for count in ("judged", "chronic"):
        for population in groups.populations(f"{count}_to_date"):
            whole = (count, *population[1:])
            for cell in list(groups.members.get(whole, {}).values()):
                groups.add(cell.of(f"{count}_to_date"))
            groups.follow(population, whole)


def parts(groups: Groups) -> Iterator[Relation]:
    """A population holds its part in every group; who is not of the part is a population as well."""
    for big, small in PARTS:
        for population in groups.populations(small):
            detail = "" if small == "on_a_day" else population[3]
            whole = (big, *population[1:3], detail)
            yield from absent(groups, whole, population)
            for group, cell in list(groups.members[population].items()):
                if over := groups.members.get(whole, {}).get(group):
                    rest = groups.add(difference(over, cell))
                    terms = ((over, 1.0), (cell, -1.0), (rest, -1.0))
                    yield Relation(terms, 0, 0, f"{small} are part of {big}")
                    groups.follow(groups.population(rest), whole, population)


def absent(groups: Groups, whole: tuple, population: tuple) -> Iterator[Relation]:
    """A group without a row, where all groups that have somebody have one, is empty."""
    for group, over in list(groups.members.get(whole, {}).items()):
        if group not in groups.members[population] and groups.shape(over) in groups.shapes(population):
            empty = groups.add(over._replace(count=population[0], detail=population[3]))
            yield Relation(((empty, 1.0),), 0, 0, "no row: nobody")


def early_leavers(groups: Groups) -> Iterator[Relation]:
    """Enrolled are who was there on the census date, who came later, and who had left before."""
    for population in groups.populations("census"):
        late, enrolled = ("late", *population[1:]), ("enrolled", *population[1:])
        for group, census in list(groups.members[population].items()):
            came, all_of_year = groups.members.get(late, {}).get(group), groups.members.get(enrolled, {}).get(group)
            if came and all_of_year:
                rest = groups.add(census.of("left_before_census"))
                terms = ((all_of_year, 1.0), (census, -1.0), (came, -1.0), (rest, -1.0))
                yield Relation(terms, 0, 0, "on the census date, later, or before it only")
                groups.follow(groups.population(rest), population, late, enrolled)


def schools_of(groups: Groups, population: tuple) -> list[tuple]:
    """The same population of each school."""
    count, year, _, detail = population
    return [p for p in groups.members if (p[0], p[1], p[3]) == (count, year, detail) and p[2].startswith("school:")]


def by_place(groups: Groups, *counts: str) -> Iterator[tuple[tuple, list[tuple], str]]:
    """Population of the district or a level, those of the schools or levels in it, and what they are."""
    index: dict[tuple, list[tuple]] = defaultdict(list)
    for population in groups.populations(*counts):
        index[population[0], population[1], population[3]].append(population)
    for same in index.values():
        district = [p for p in same if p[2] == "district"]
        levels = [p for p in same if p[2].startswith("level:")]
        schools = [p for p in same if p[2].startswith("school:")]
        for whole in district:
            if schools:
                yield whole, schools, "schools"
            if levels:
                yield whole, levels, "levels"
        for whole in levels:
            name = whole[2].removeprefix("level:")
            inside = [p for p in schools if groups.release.levels.get(p[2]) == name]
            if inside:
                yield whole, inside, "schools of the level"


def members_at(groups: Groups, places: list[tuple], cell: Cell) -> list[Cell] | None:
    """The group at each place, nobody where a place lists such groups without it; None where a place does not list them."""
    found = []
    for population in places:
        member = groups.members[population].get(groups.group(cell))
        if member:
            found.append(member)
        elif cell.dimension or cell.grade:
            if groups.shape(cell) not in groups.shapes(population):
                return None
        else:
            return None
    return found


def places(groups: Groups) -> Iterator[Relation]:
    """Schools, levels and the district."""
    for whole, inside, _ in by_place(groups, *WITHIN):
        for population in inside:
            for group, cell in groups.members[population].items():
                if over := groups.members[whole].get(group):
                    yield nested(over, cell, f"{cell.count} of a place are the district's, too")
    for whole, inside, what in list(by_place(groups, *AT_SOME_SCHOOL)):
        for cell in list(groups.members[whole].values()):
            members = members_at(groups, inside, cell)
            if members is None:
                continue
            extra = groups.add(cell.of(f"counted_again:{cell.count}:{what}"))
            terms = ((cell, -1.0), *((m, 1.0) for m in members), (extra, -1.0))
            yield Relation(terms, 0, 0, f"{what} hold the {cell.count} of the whole, some twice")
            groups.follow(groups.population(extra), whole, *inside)
    for smaller in ("census", "attending"):
        for what in ("schools", "levels", "schools of the level"):
            for population in groups.populations(f"counted_again:{smaller}:{what}"):
                for cell in groups.members[population].values():
                    over = cell.of(f"counted_again:enrolled:{what}")
                    if over in groups.cells:
                        yield nested(over, cell, f"who counts twice as {smaller} is enrolled twice")
    for whole, inside, what in list(by_place(groups, *ONCE)):
        for cell in list(groups.members[whole].values()):
            members = members_at(groups, inside, cell)
            if members is None:
                continue
            unknown = groups.add(cell.of(f"school_unknown:{cell.count}"))
            terms = ((cell, 1.0), *((m, -1.0) for m in members), (unknown, -1.0))
            yield Relation(terms, 0, 0, f"{what} and unknown schools make up the {cell.count} of the district")
            groups.follow(groups.population(unknown), whole, *inside)


def tests(groups: Groups) -> Iterator[Relation]:
    """Tested, of those enrolled in the district; those with growth, of those tested."""
    for population in groups.populations("tested"):
        if population[2] == "district":
            for group, cell in groups.members[population].items():
                over = groups.members.get(("enrolled", *population[1:3], ""), {}).get(group)
                if over:
                    yield nested(over, cell, "who is tested is enrolled in the district")
    for population in groups.populations("growth"):
        administration = groups.release.administrations.get((population[1], population[3]))
        whole = ("tested", *population[1:3], f"{population[3]}/{administration}")
        yield from absent(groups, whole, population)
        for group, cell in list(groups.members[population].items()):
            if over := groups.members.get(whole, {}).get(group):
                rest = groups.add(difference(over, cell))
                yield Relation(((over, 1.0), (cell, -1.0), (rest, -1.0)), 0, 0, "who has grown is tested")
                groups.follow(groups.population(rest), whole, population)


def pools(groups: Groups) -> Iterator[Relation]:
    """All schools but one, put together: a child of two of them counts twice."""
    for population in groups.populations():
        count, year, place, detail = population
        if not place.startswith("others than "):
            continue
        left_out = place.removeprefix("others than ")
        schools = schools_of(groups, (count, year, "", detail))
        for group, cell in groups.members[population].items():
            members = [m for p in schools if p[2] != left_out and (m := groups.members[p].get(group))]
            yield Relation(((cell, -1.0), *((m, 1.0) for m in members)), 0, 0, "the other schools together")


COMPARED_ARMS = ("participants", "compared")
ARMS = (*COMPARED_ARMS, "not_compared", "participants_attrited", "compared_attrited")


def programs(groups: Groups) -> Iterator[Relation]:
    """Participants and those they are compared with are different students, with scores at both administrations."""
    for population in groups.populations("participants"):
        place, detail = population[2:]
        _, subject, first, last = detail.split("/")
        for cell in list(groups.members[population].values()):
            both = [c for c in (cell.of(arm) for arm in ARMS[:3]) if c in groups.cells]
            lost = [c for c in (cell.of(arm) for arm in ARMS[3:]) if c in groups.cells]
            for administration, parts in ((last, both), (first, [*both, *lost])):
                over = cell._replace(count="tested", detail=f"{subject}/{administration}")
                if place == "district" and over in groups.cells:
                    terms = ((over, 1.0), *((c, -1.0) for c in parts))
                    yield Relation(terms, 0, INF, f"both arms were tested in {administration}")
    yield from strata(groups)


def strata(groups: Groups) -> Iterator[Relation]:
    """A stratum of a group that has both arms is part of one that has both: groups never hold more than all students.

    Levels share out the strata. A level where nobody is compared has no row, nor have schools without a level: those of them who are not
    compared, or were not tested again, are the district's only.
    """
    for population in groups.populations("participants"):
        _, year, place, detail = population
        everyone = groups.members[population].get(("", "", ""))
        if not everyone:
            continue
        dimensions: dict[str, list[Cell]] = defaultdict(list)
        for cell in groups.members[population].values():
            if cell.dimension:
                dimensions[cell.dimension].append(cell)
        for dimension, cells in dimensions.items():
            for arm in COMPARED_ARMS:
                terms = ((everyone.of(arm), 1.0), *((c.of(arm), -1.0) for c in cells))
                yield Relation(terms, 0, INF, f"compared groups of {dimension} are compared students")
        levels = [
            p
            for p in groups.populations("participants")
            if (p[1], p[3]) == (year, detail) and p[2].startswith("level:")
        ]
        parts = [groups.members[p].get(("", "", "")) for p in levels]
        if place == "district" and parts and all(parts):
            for arm in ARMS:
                terms = ((everyone.of(arm), 1.0), *((c.of(arm), -1.0) for c in parts if c))
                yield Relation(terms, 0, 0 if arm in COMPARED_ARMS else INF, f"levels share out {arm}")


def comparisons(groups: Groups) -> Iterator[Relation]:
    """Students of a gap, on either side, are tested students of a group or of the groups it is compared with."""
    for population in groups.populations("group"):
        subject, administration, comparison, value = population[3].split("/", 3)
        for cell in groups.members[population].values():
            tested = cell._replace(count="tested", detail=f"{subject}/{administration}")
            if tested in groups.cells:
                yield nested(tested, cell, "a group of a gap is tested")
            others = cell.of("comparison")
            over = tested._replace(value=value)
            if comparison == "reference group" and over in groups.cells and others in groups.cells:
                yield nested(over, others, "a reference group is tested")
            every = tested._replace(dimension="", value="")
            if every in groups.cells and tested in groups.cells and others in groups.cells:
                terms = ((every, 1.0), (tested, -1.0), (others, -1.0))
                yield Relation(terms, 0, INF, "whom a group is compared with are tested and not of it")
            wider = cell._replace(detail=f"{subject}/{administration}/complement/All others")
            if comparison == "reference group" and wider in groups.cells:
                yield nested(wider, cell, "all others are in more grades than the reference group")
                yield nested(wider.of("comparison"), others, "the reference group is of the others")
    for whole, inside, _ in list(by_place(groups, "group", "comparison")):
        for group, cell in groups.members[whole].items():
            parts = [m for p in inside if (m := groups.members[p].get(group))]
            if parts:
                yield Relation(
                    ((cell, 1.0), *((m, -1.0) for m in parts)), 0, INF, "gaps of schools are of tested students"
                )


def divisions(groups: Groups) -> Iterator[Relation]:
    """Groups of a dimension, and grades, make up a population where all of them are listed; else they are part of it."""
    for population, members in groups.members.items():
        count = population[0]
        if count in WHOLE_GROUPS:
            continue
        shapes = groups.shapes(population)
        by_dimension: dict[tuple, list[Cell]] = defaultdict(list)
        by_grade: dict[tuple, list[Cell]] = defaultdict(list)
        for cell in members.values():
            if cell.dimension:
                by_dimension[cell.dimension, cell.grade].append(cell)
            if cell.grade:
                by_grade[cell.dimension, cell.value].append(cell)
        for (dimension, grade), inside in by_dimension.items():
            if whole := members.get(("", "", grade)):
                is_full = (dimension, bool(grade)) in shapes
                yield division(whole, inside, is_full, f"{dimension} divides")
        for (dimension, value), inside in by_grade.items():
            if whole := members.get((dimension, value, "")):
                is_full = (dimension, True) in shapes
                yield division(whole, inside, is_full, "grades divide")


def division(whole: Cell, inside: list[Cell], is_full: bool, reason: str) -> Relation:
    terms = ((whole, 1.0), *((cell, -1.0) for cell in inside))
    return Relation(terms, 0, 0 if is_full else INF, f"{reason} {whole.count}")
