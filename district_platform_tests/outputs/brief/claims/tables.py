"""Every cell of every table of a brief against its row of the released tables."""

import datetime as dt
import re
from collections.abc import Iterator

from district_platform_tests.outputs.brief.claims.pdf import Element
from district_platform_tests.outputs.brief.claims.released import (
    YEAR,
    Checker,
    enrolled,
    exact,
    is_number,
    signed,
    staffed,
)


def table_errors(checker: Checker, elements: list[Element]) -> Iterator[str]:
    """Every cell of every table against its row."""
    i = 0
    while i < len(elements):
        if elements[i][0] != "TH":
            i += 1
            continue
        heads = []
        while i < len(elements) and elements[i][0] == "TH":
            heads.append(elements[i][1])
            i += 1
        cells = []
        while i < len(elements) and elements[i][0] == "TD":
            cells.append(elements[i][1])
            i += 1
        yield from _errors_of_table(checker, heads, cells)


def _errors_of_table(c: Checker, heads: list[str], cells: list[str]) -> Iterator[str]:
    if all(re.match(YEAR, head) for head in heads):
        yield from _years_errors(c, heads, _in_rows(cells, len(heads) + 1))
    elif heads[0] == "School":
        yield from _school_errors(c, heads, _in_rows(cells, len(heads)))
    elif heads[0] == "Group" and "Gap, points" in heads:
        yield from _gap_errors(c, heads, _in_rows(cells, len(heads)))
    elif heads[0] == "Group":
        yield from _group_errors(c, _in_rows(cells, len(heads)))
    elif heads[0] == "Level":
        yield from _level_errors(c, _in_rows(cells, len(heads)))
    else:
        yield f"nothing here can check a table of {heads}"


def _in_rows(cells: list[str], n: int) -> list[list[str]]:
    return [cells[i : i + n] for i in range(0, len(cells), n)]


def _differs(said: str, true: str) -> bool:
    said, true = said.rstrip("¹²³⁴⁵⁶").rstrip("%"), true.replace("%", "")
    return said != true and not (said == "–" and true in ("hidden", "–"))


def _years_errors(c: Checker, heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    administration = c.latest_results[1] if any("Proficient" in row[0] for row in rows) else ""
    for name, *cells in rows:
        for head, said in zip(heads, cells, strict=True):
            year = c.year(head)
            if name.startswith("Enrolled") and c.as_of_date < dt.date(year - 1, 10, 1):
                found, measure = [], ""
            elif name.startswith("Enrolled"):
                found, measure = (
                    c.rows(
                        "enrollment_summary",
                        school_year=year,
                        aggregation="District",
                        subgroup_dimension="All students",
                    ),
                    "n_students_census",
                )
            elif name.startswith("Proficient"):
                subject = c.subject(name.split()[2].rstrip(","))
                found, measure = (
                    c.rows(
                        "student_performance",
                        school_year=year,
                        administration=administration,
                        subject=subject,
                        aggregation="District",
                        subgroup_dimension="All students",
                    ),
                    "pct_proficient",
                )
            elif name == "Per teacher, federal count":
                found, measure = (
                    c.rows("staffing_ratios", school_year=year, aggregation="District"),
                    "students_per_teacher_fte_ccd",
                )
            elif name.startswith("Students per teacher"):
                found, measure = (
                    c.rows("staffing_ratios", school_year=year, aggregation="District"),
                    "students_per_teacher_fte",
                )
            else:
                found = c.rows(
                    "chronic_absence",
                    school_year=year,
                    aggregation="District",
                    subgroup_dimension="All students",
                    grade_level="",
                )
                measure = {"Attendance, %": "pct_attendance", "Chronically absent, %": "pct_chronically_absent"}.get(
                    name, "pct_chronically_absent_federal"
                )
            true = c.shown(found[0], measure) if found else "–"
            if _differs(said, true):
                yield f"{name}, {head}: said {said}, released {true}"


def _school_errors(c: Checker, heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    for name, _level_name, *cells in rows:
        for head, said in zip(heads[2:], cells, strict=True):
            true = _of_district(c, head) if name == "District" else _of_school(c, name, head)
            if _differs(said, true):
                yield f"{name}, {head}: said {said}, released {true}"


def _of_district(c: Checker, head: str) -> str:
    if head == "Students":
        return c.shown(
            enrolled(c, c.running_year),
            "n_students_census" if c.as_of_date >= dt.date(c.running_year - 1, 10, 1) else "n_students",
        )
    if head == "Students per teacher":
        found = c.rows("staffing_ratios", school_year=c.running_year, aggregation="District")
        return c.shown(found[0], "students_per_teacher_fte") if found else "–"
    if head == "Chronically absent, %":
        return c.shown(c.absence(c.latest_absence), "pct_chronically_absent")
    subject, is_change = _subject_measure(head)
    row = c.performance(*c.latest_results, subject)
    return signed(c.shown(row, "pct_proficient_change")) if is_change else c.shown(row, "pct_proficient")


def _of_school(c: Checker, name: str, head: str) -> str:
    name = name.replace("…", " … ")
    row = c.school(name, "school_comparison", school_year=c.running_year)
    if head == "Students":
        return c.shown(row, "n_students_census")
    if head == "Students per teacher":
        return c.shown(row, "students_per_teacher_fte")
    if head == "Chronically absent, %":
        found = c.rows(
            "chronic_absence",
            school_year=c.latest_absence,
            aggregation="School",
            k_school=row["k_school"],
            grade_level="",
            subgroup_dimension="All students",
        )
        return c.shown(found[0], "pct_chronically_absent") if found else "–"
    subject, is_change = _subject_measure(head)
    tested = c.rows("school_comparison", school_year=c.latest_results[0], k_school=row["k_school"])
    measure = f"pct_proficient_{subject.lower()}"
    text = c.shown(tested[0], f"{measure}_change" if is_change else measure) if tested else "–"
    return signed(text) if is_change else text


def _gap_errors(c: Checker, heads: list[str], rows: list[list[str]]) -> Iterator[str]:
    year, administration = c.latest_results
    sizes = []
    for cells in rows:
        row = dict(zip([f"{head} {heads[:i].count(head)}" for i, head in enumerate(heads)], cells, strict=True))
        dimension, value = c.group(row["Group 0"])
        found = c.row(
            "equity_gaps",
            school_year=year,
            administration=administration,
            subject=row["Subject 0"],
            aggregation="District",
            comparison="reference group",
            subgroup_dimension=dimension,
            subgroup_value=value,
        )
        low, high = (signed(c.shown(found, f"pct_proficient_gap_ci_{end}")) for end in ("low", "high"))
        true = {
            "Gap, points 0": signed(c.shown(found, "pct_proficient_gap")),
            "95% interval 0": f"{low} to {high}",
            "Effect size 0": signed(c.shown(found, "hedges_g")),
            "Students 0": c.shown(found, "n_group"),
            "Students 1": c.shown(found, "n_comparison"),
        }
        yield from (
            f"{row['Group 0']}, {row['Subject 0']}, {head}: said {row[head]}, released {text}"
            for head, text in true.items()
            if head in row and row[head] != text and not (head.startswith("95%") and "hidden" in text)
        )
        sizes.append((row["Group 0"], abs(exact(row["Gap, points 0"]))))
    told = [row for row in c.gaps_spoken_of() if is_number(c.shown(row, "pct_proficient_gap"))]
    if len(told) - len(rows) != c.n_further_gaps:
        yield f"{c.n_further_gaps} gaps are said not to be shown: {len(told)} are told, {len(rows)} stand in the table"
    largest = list({name: max(size for other, size in sizes if other == name) for name, _ in sizes}.values())
    if largest != sorted(largest, reverse=True):
        yield f"groups are not in the order of their largest gap: {sizes}"


def _group_errors(c: Checker, rows: list[list[str]]) -> Iterator[str]:
    measure = "n_students_census" if c.as_of_date >= dt.date(c.running_year - 1, 10, 1) else "n_students"
    for name, n, share in rows:
        dimension, value = c.group(name)
        row = c.row(
            "enrollment_summary",
            school_year=c.running_year,
            aggregation="District",
            subgroup_dimension=dimension,
            subgroup_value=value,
        )
        for said, true in ((n, c.shown(row, measure)), (share, c.shown(row, "pct_of_students"))):
            if _differs(said, true):
                yield f"{name}: said {said}, released {true}"


def _level_errors(c: Checker, rows: list[list[str]]) -> Iterator[str]:
    year = staffed(c)["school_year"]
    for name, _fte, ratio in rows:
        row = c.row(
            "staffing_ratios", school_year=year, aggregation="Level", school_level=name.removesuffix(" schools")
        )
        if _differs(ratio, c.shown(row, "students_per_teacher_fte")):
            yield f"{name}: said {ratio}, released {c.shown(row, 'students_per_teacher_fte')}"


def _subject_measure(head: str) -> tuple[str, bool]:
    return head.split(",")[0], head.endswith("change")
