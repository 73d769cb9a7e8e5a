"""Holds the attacker's claims against the truth, which only the district's own warehouse knows.

The attacker never sees this module. It reads the unreleased analysis tables by the same description of their columns, so that a cell
means the same on both sides, and gives the attacker the public figures, as the Common Core of Data would.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from pypdf import PdfReader

from district_platform_tests.privacy.attacker.attack import attack, cells_of
from district_platform_tests.privacy.attacker.brief import places_of, read_brief
from district_platform_tests.privacy.attacker.cells import Cell, Release
from district_platform_tests.privacy.attacker.files import of_home
from district_platform_tests.privacy.attacker.findings import HIDDEN, KINDS, Finding, Findings, findings
from district_platform_tests.privacy.attacker.public import PublicFigure, add_public
from district_platform_tests.privacy.attacker.reading import compares_some_schools, read
from district_platform_tests.privacy.attacker.relations import Relation, relations
from district_platform_tests.privacy.attacker.tables import (
    TABLES,
    Count,
    Percentage,
    Row,
    said_of,
)

CENSUS_DAY = "10-01"
"""The count day of the default settings, in the autumn of a school year."""


@dataclass
class Judged:
    """Findings of an attack, held against the truth."""

    findings: Findings
    truth: dict[Cell, float]
    n_hidden_small: int = 0
    right: list[Finding] = field(default_factory=list)
    wrong: list[Finding] = field(default_factory=list)

    def count(self, kind: str, is_exact: bool) -> int:
        """Right findings of a kind whose true count is under the minimum."""
        return sum(f.kind == kind and f.is_exact == is_exact for f in self.right)

    @property
    def exact(self) -> int:
        return self.count(HIDDEN, True)

    def __str__(self) -> str:
        lines = [f"hidden counts of 1 to {self.findings.knowledge.release.minimum - 1}: {self.n_hidden_small}"]
        lines += [f"{kind}: {self.count(kind, True)} exactly, {self.count(kind, False)} within one" for kind in KINDS]
        return "\n".join([*lines, f"false: {len(self.wrong)}"])


def unreleased(home: Path) -> dict[str, list[Row]]:
    """Rows of the analysis tables as they are before the release, values as text."""
    tables = {}
    with duckdb.connect(str(home / "warehouse" / "district.duckdb"), read_only=True) as connection:
        for name in TABLES:
            result = connection.table(name)
            rows = result.fetchall()
            texts = (["" if v is None else str(v) for v in row] for row in rows)
            tables[name] = [dict(zip(result.columns, row, strict=True)) for row in texts]
    return tables


def truth_of(tables: dict[str, list[Row]]) -> dict[Cell, float]:
    """The true value of every cell that the analysis tables count, shares and totals included."""
    truth: dict[Cell, float] = {}
    said = [(row, s, row.get(s.column, "")) for name, rows in tables.items() for row, s in said_of(name, rows)]
    told = [(row, s, float(value)) for row, s, value in said if value not in ("", "nan")]
    for _, one, value in told:
        if isinstance(one, Count):
            truth[one.cell] = value
    for row, one, value in told:
        if not isinstance(one, Percentage):
            continue
        if one.whole in truth:
            truth.setdefault(one.part, round(value * truth[one.whole] / one.unit))
        change = row.get(one.change, "") if one.change else ""
        if one.before and not compares_some_schools(row) and change not in ("", "nan") and one.before[1] in truth:
            truth.setdefault(one.before[0], round((value - float(change)) * truth[one.before[1]] / one.unit))
    return truth


def complete(truth: dict[Cell, float], related: list[Relation]) -> None:
    """Add the cells that relations define: differences, and groups without a row."""
    for relation in related:
        *others, (cell, coefficient) = relation.terms
        if relation.low == relation.high == 0 and cell not in truth and coefficient in (-1, 1):
            if not others:
                truth[cell] = 0
            elif coefficient == -1 and all(c in truth for c, _ in others):
                truth[cell] = sum(truth[c] * x for c, x in others)


def broken(truth: dict[Cell, float], related: list[Relation]) -> list[str]:
    """Relations that the truth does not obey: the attacker must not use them."""
    found = []
    for relation in related:
        if all(cell in truth for cell, _ in relation.terms):
            value = sum(truth[cell] * x for cell, x in relation.terms)
            if not relation.low - 0.5 <= value <= relation.high + 0.5 or any(truth[c] < 0 for c, _ in relation.terms):
                found.append(f"{relation}: {[truth[c] for c, _ in relation.terms]}")
    return found


def misread(truth: dict[Cell, float], release: Release) -> list[str]:
    """Cells, percentages and means that the attacker reads as what they are not."""
    found = [
        f"{cell} read as {bounds} of {release.words[cell]}, is {truth[cell]}"
        for cell, bounds in release.bounds.items()
        if cell in truth and not bounds.low - 0.01 <= truth[cell] <= bounds.high + 0.01
    ]
    for one in (*release.shares, *release.means):
        if one[0] in truth and truth.get(one.whole):
            exact = truth[one[0]] / truth[one.whole]
            if not one.low - 1e-5 <= exact <= one.high + 1e-5:
                found.append(f"{one}: is {exact}")
    return found


def public_figures(home: Path) -> list[PublicFigure]:
    """Membership of each school by grade, race and sex on the count day, from the warehouse."""
    query = f"""
        with member as (
            select distinct a.school_year, a.k_school, a.k_student
            from fct_student_school_association a
            where a.entry_date <= make_date(a.school_year - 1, {CENSUS_DAY.replace("-", ", ")})
              and coalesce(a.exit_date, date '9999-12-31') >= make_date(a.school_year - 1, {CENSUS_DAY.replace("-", ", ")})
        ),
        groups as (
            select g.k_student, g.school_year, s.subgroup_dimension, any_value(s.subgroup_value) as value
            from fct_student_subgroup g join dim_subgroup s using (k_subgroup)
            group by all
        )
        select m.school_year, m.k_school, grade.value, race.value, sex.value, count(*)
        from member m
        join groups grade using (k_student, school_year)
        join groups race using (k_student, school_year)
        join groups sex using (k_student, school_year)
        where grade.subgroup_dimension = 'Grade' and race.subgroup_dimension = 'Race/ethnicity' and sex.subgroup_dimension = 'Sex'
        group by all order by all"""
    with duckdb.connect(str(home / "warehouse" / "district.duckdb"), read_only=True) as connection:
        return [PublicFigure(*row) for row in connection.execute(query).fetchall()]


def judged(found: Findings, truth: dict[Cell, float]) -> Judged:
    """Which findings are right; findings about counts that nobody counted are left out."""
    release = found.knowledge.release
    result = Judged(found, truth)
    for finding in found.found:
        if finding.cell in truth:
            is_right = truth[finding.cell] in finding.values
            if not is_right:
                result.wrong.append(finding)
            elif 1 <= truth[finding.cell] < release.minimum:
                result.right.append(finding)
    result.n_hidden_small = sum(
        1 <= truth.get(cell, 0) < release.minimum and not release.told(cell)
        for cell in release.columns - release.public
    )
    return result


def text_of(pdf: Path) -> str:
    """The text of a published PDF; none where it was not made."""
    if not pdf.exists():
        return ""
    return "\n".join(page.extract_text() for page in PdfReader(pdf).pages)


def attacked(home: Path, with_public: bool = True, programs: bool = True) -> tuple[Judged, list[str]]:
    """The findings in what a home publishes, held against its warehouse, and whatever of the attack itself is not true."""
    tables = of_home(home)
    release = read(tables)
    read_brief(release, text_of(home / "reports" / "policy_brief.pdf"), places_of(tables["school_comparison"]))
    if with_public:
        add_public(release, public_figures(home))
    related = relations(cells_of(release), release)
    truth = truth_of(unreleased(home))
    for figure in release.public:
        truth.setdefault(figure, release.bounds[figure].low)
    complete(truth, related)
    untrue = misread(truth, release) + broken(truth, related)
    return judged(findings(attack(release, programs)), truth), untrue


def by_count(findings_: list[Finding]) -> str:
    """How many findings of each population."""
    return ", ".join(f"{count} {n}" for count, n in Counter(f.cell.count for f in findings_).most_common())
