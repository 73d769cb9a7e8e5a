"""Random releases of few children in few schools, grades and years, for properties that hold whatever is released."""

from itertools import product

import pandas as pd
from hypothesis import strategies as st

from district_platform.dimensions.students import GRADE
from district_platform_tests.privacy.rows import ALL, subgroup, table

Children = dict[tuple[int, str, str, str], tuple[int, int]]
"""How many, and how many of them have the trait, by year, school, grade and sex."""

Totals = dict[tuple[int, str | None, str | None, str], tuple[int, int]]
"""The same by year, school (None is the district), grade (None is all) and k_subgroup; groups of nobody are left out."""

SEXES = ("F", "M")
EXAM = {"subject": "Reading", "administration": "Spring"}

counts = st.one_of(st.integers(0, 4), st.integers(0, 12), st.integers(0, 60))


@st.composite
def children(draw: st.DrawFn, years: int = 1, schools: int = 1, grades: int = 1) -> Children:
    """Children of so many years, schools and grades; most groups are small or empty."""
    groups = product(range(2026 - years + 1, 2027), "ABC"[:schools], ("03", "04")[:grades], SEXES)
    found = {}
    for group in groups:
        n = draw(counts)
        found[group] = n, draw(st.integers(0, n))
    return found


def totals(children: Children, is_crossed: bool = False) -> Totals:
    """Every group with its children; `is_crossed` tells sexes apart within grades too."""
    added: Totals = {}
    for (year, school, grade, sex), (n, k) in children.items():
        whole, split = (None, ALL), (None, subgroup("Sex", sex))
        groups = [whole, split, (grade, ALL), *([(grade, subgroup("Sex", sex))] if is_crossed else [])]
        for place, group in product((None, school), groups):
            before = added.get((year, place, *group), (0, 0))
            added[year, place, *group] = before[0] + n, before[1] + k
    return {group: of for group, of in added.items() if of[0]}


def performance(of: Totals) -> pd.DataFrame:
    """student_performance with these groups, each beside itself a year before."""
    rows = []
    for (year, school, grade, group), (n, k) in of.items():
        before = of.get((year - 1, school, grade, group))
        rows.append(
            EXAM
            | {"school_year": year, "k_school": school, "n_tested": n, "pct_proficient": 100 * k / n}
            | {"k_subgroup": subgroup(GRADE, grade) if grade else group}
            | _change(before, 100 * k / n)
        )
    return table("student_performance", rows)


def _change(before: tuple[int, int] | None, rate: float) -> dict[str, float]:
    if before is None:
        return {}
    return {"n_tested_before": before[0], "pct_proficient_change": rate - 100 * before[1] / before[0]}


def enrollment(of: Totals, n_of_two_schools: int) -> pd.DataFrame:
    """enrollment_summary; in the district so many boys of grade 03 count once, who count at two schools."""
    once = {(None, ALL), (None, subgroup("Sex", "M")), ("03", ALL)}
    rows = [
        {"school_year": year, "k_school": school, "k_subgroup": _group(grade, group)}
        | {"n_students": n - (n_of_two_schools if school is None and (grade, group) in once else 0)}
        for (year, school, grade, group), (n, _) in of.items()
    ]
    return table("enrollment_summary", rows)


def _group(grade: str | None, group: str) -> str:
    return subgroup(GRADE, grade) if grade else group


def absence(of: Totals) -> pd.DataFrame:
    """chronic_absence, where sexes stand within grades too."""
    return table(
        "chronic_absence",
        [
            {"school_year": year, "k_school": school, "grade_level": grade, "k_subgroup": group}
            | {"n_students_judged": n, "n_chronically_absent": k, "pct_chronically_absent": 100 * k / n}
            for (year, school, grade, group), (n, k) in of.items()
        ],
    )
