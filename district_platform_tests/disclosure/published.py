"""Small tables that others published, as examples or because a program's suppression gave cells of them away, from their numbers."""

from dataclasses import dataclass
from itertools import product

from district_platform_tests.disclosure.small_tables import TOTAL, Split, Table, with_totals


@dataclass(frozen=True)
class Example:
    """Tables, the least frequency that is not sensitive, and what their source says of them."""

    source: str
    says: str
    table: Table
    splits: list[Split]
    minimum: int


def regions() -> Example:
    """Eight regions in two counties, and in two groups that cross them: two hierarchies over the same cells."""
    table = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    groups = {"county-1": "ABIJ", "county-2": "KLMN", "BIG": "LM", "small": "ABIJKN"}
    sums = {name: sum(table[region] for region in of) for name, of in groups.items()}
    splits: list[Split] = [("0", name, tuple(of)) for name, of in groups.items()]
    splits += [("0", TOTAL, ("county-1", "county-2")), ("0", TOTAL, ("BIG", "small"))]
    named = {(name,): n for name, n in (table | sums | {TOTAL: sum(table.values())}).items()}
    says = "protected one table after the other, cells follow from both together"
    return Example("sdcTools/UserSupport, issue 136", says, named, splits, 4)


def singletons() -> Example:
    numbers = (1, 1, 7, 1, 0, 1, 0, 0, 2, 8)
    finest = dict(zip(product("12", "ABHMW"), numbers, strict=True))
    says = "where three ones stand in a row, each is known to whoever knows their sum"
    return Example("sdcTools/UserSupport, issue 135", says, *with_totals(finest), 3)


def two_ones() -> Example:
    says = "15 = 10 + 3 + x + x, where each x is at least 1"
    finest = {("a",): 10, ("b",): 3, ("c",): 1, ("d",): 1}
    return Example("sdcTools/UserSupport, issue 194", says, *with_totals(finest), 3)


def few_together() -> Example:
    says = "5 and 3 are under the minimum of 11 together too; of 23, Optimal hides the 15 as well and Modular does not"
    return Example("sdcTools/UserSupport, issue 307", says, *with_totals({("A",): 15, ("B",): 5, ("C",): 3}), 11)


def linked_countries() -> Example:
    """Age by year by country, in the EU or not: only (age, EU, year) and (country, year) are published, linked by their totals."""
    numbers = {
        ("young", "Spain", "2014"): 6,
        ("young", "Iceland", "2014"): 8,
        ("old", "Spain", "2014"): 9,
        ("old", "Portugal", "2014"): 1,
        ("young", "Iceland", "2015"): 2,
        ("old", "Spain", "2015"): 4,
        ("old", "Portugal", "2015"): 3,
        ("young", "Spain", "2016"): 7,
        ("young", "Iceland", "2016"): 2,
        ("young", "Portugal", "2016"): 2,
    }
    table: dict[tuple[str, ...], int] = {}
    for (age, country, year), n in numbers.items():
        years = (year, TOTAL)
        by_union = product((age, TOTAL), ("nonEU" if country == "Iceland" else "EU", TOTAL), years)
        for at in {*by_union, *product((TOTAL,), (country, TOTAL), years)}:
            table[at] = table.get(at, 0) + n
    splits = [("0", TOTAL, ("young", "old")), *_union(), ("2", TOTAL, ("2014", "2015", "2016"))]
    says = "protected by themselves, or only alike where they share cells, the tables tell Spain in 2015"
    return Example("GaussSuppression, vignette 'Linked table suppression'", says, table, splits, 3)


def hierarchy() -> Example:
    numbers = dict(zip(product(("young", "old"), ("Spain", "Iceland", "Portugal")), (5, 2, 0, 6, 3, 4), strict=True))
    table, splits = with_totals(numbers)
    for age in ("young", "old", TOTAL):
        table[age, "EU"] = table[age, "Spain"] + table[age, "Portugal"]
        table[age, "nonEU"] = table[age, "Iceland"]
    source = "GaussSuppression, vignette 'Small count frequency table suppression', table 4"
    return Example(source, "zeros are told", table, [splits[0], *_union()], 5)


def _union() -> list[Split]:
    return [
        ("1", "EU", ("Spain", "Portugal")),
        ("1", "nonEU", ("Iceland",)),
        ("1", TOTAL, ("EU", "nonEU")),
        ("1", TOTAL, ("Spain", "Portugal", "Iceland")),
    ]


EXAMPLES = {
    example.__name__: example()
    for example in (regions, singletons, two_ones, few_together, linked_countries, hierarchy)
}
