"""Charts of students and staff: enrollment by year and by grade, students per teacher by level."""

from collections.abc import Sequence

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.model import MOST_YEARS, Exhibit
from district_platform.outputs.brief.extremes import Ends, ends, scope
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.release import Figure, State

MOST_NAMED = 2
"""Grades that a claim names at an end."""


def enrollment_by_year(facts: Facts) -> Exhibit | None:
    """Students on the census date, over the years; nothing where they are as many as in the first."""
    shown = [(year, n) for year, n in facts.enrollment.by_year if n.state is not State.NONE][-MOST_YEARS:]
    told = [n.exact for _, n in shown if n.is_told]
    if len(told) < 2 or told[0] == told[-1]:
        return None
    labels, figures = [w.school_year_name(year) for year, _ in shown], [n for _, n in shown]
    return Exhibit(
        _enrollment_claim(shown),
        "Students enrolled on the census date of each school year.",
        "Column chart of students by school year: "
        + w.listing([f"{n.shown} in {w.school_year_name(year)}" for year, n in shown])
        + ".",
        charts.Columns(labels, figures, {len(figures) - 1}),
    )


def _enrollment_claim(shown: Sequence[tuple[int, Figure]]) -> str:
    told = [(year, n) for year, n in shown if n.is_told]
    (first, before), (last, now) = told[0], told[-1]
    apart = int(now.exact - before.exact)
    than = f"in {w.school_year_name(last)} than in {w.school_year_name(first)}"
    return f"{w.count(abs(apart))} {'more' if apart > 0 else 'fewer'} students {than}"


def enrollment_by_grade(facts: Facts) -> Exhibit | None:
    """Students of the running year in each grade."""
    grades = [(grade, n) for grade, n in facts.enrollment.by_grade if n.state is not State.NONE]
    found = ends(grades)
    if found is None:
        return None
    labels, figures = [grade.lstrip("0") for grade, _ in grades], [n for _, n in grades]
    hidden = " h: hidden to protect a small group." if any(n.is_withheld for n in figures) else ""
    return Exhibit(
        _grade_claim(found),
        f"Students enrolled in {w.school_year_name(facts.year)}, by grade.{hidden}",
        "Column chart of students by grade: " + w.listing([f"{w.grade(grade)} {n.shown}" for grade, n in grades]) + ".",
        charts.Columns(labels, figures),
    )


def _grade_claim(found: Ends) -> str:
    if max(len(found.lowest.names), len(found.highest.names)) > MOST_NAMED:
        return "Students enrolled by grade"
    high, low = (w.listing([w.grade(grade) for grade in end.names]) for end in (found.highest, found.lowest))
    return w.sentence_case(f"{scope('grades', found.are_of_all)}most students are in {high} and fewest in {low}")


def ratios_by_level(facts: Facts) -> Exhibit | None:
    """Students per teacher FTE at each level of school."""
    levels = [(level, ratio) for level, _, ratio in (facts.staffing.by_level if facts.staffing else ())]
    levels = [(level, ratio) for level, ratio in levels if ratio.state is not State.NONE]
    found = ends(levels)
    if found is None or facts.staffing is None:
        return None
    labels, figures = [f"{level} schools" for level, _ in levels], [ratio for _, ratio in levels]
    high = w.listing([f"{name.lower()} schools" for name in found.highest.names])
    return Exhibit(
        w.sentence_case(
            f"{scope('levels', found.highest.is_of_all)}there are most students for each teacher in {high}"
        ),
        f"Students for each full-time teacher, by level of school, {w.school_year_name(facts.staffing.year)}.",
        "Bar chart of students per full-time teacher: "
        + w.listing([f"{label} {ratio.shown}" for label, ratio in zip(labels, figures, strict=True)])
        + ".",
        charts.Bars(labels, figures),
    )
