"""Charts of students and staff: enrollment by year and by grade, students per teacher by level."""

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.exhibits.model import MOST_YEARS, Exhibit
from district_platform.outputs.brief.facts import Facts


def enrollment_by_year(facts: Facts) -> Exhibit | None:
    """Students on the census date, over the years."""
    if len(facts.enrollment.by_year) < 2:
        return None
    shown = facts.enrollment.by_year[-MOST_YEARS:]
    (first, before), (_, now) = shown[0], shown[-1]
    labels, values = [w.school_year_name(year) for year, _ in shown], [float(n) for _, n in shown]
    more = "as many as" if now == before else f"{w.count(abs(now - before))} {'more' if now > before else 'fewer'} than"
    return Exhibit(
        f"{w.plural(now, 'student')} on the census date, {more} in {w.school_year_name(first)}",
        "Students enrolled on the census date of each school year. Axis from zero.",
        "Column chart of students by school year: "
        + w.listing([f"{w.count(n)} in {w.school_year_name(year)}" for year, n in shown])
        + ".",
        lambda width, height: charts.columns(
            labels, values, [w.count(v) for v in values], width, height, {len(values) - 1}
        ),
    )


def enrollment_by_grade(facts: Facts) -> Exhibit | None:
    """Students of the running year in each grade."""
    if len(facts.enrollment.by_grade) < 2:
        return None
    grades = facts.enrollment.by_grade
    largest, smallest = max(grades, key=lambda g: g[1]), min(grades, key=lambda g: g[1])
    labels, values = [grade.lstrip("0") for grade, _ in grades], [float(n) for _, n in grades]
    return Exhibit(
        f"{w.sentence_case(w.grade(largest[0]))} is the largest with {w.plural(largest[1], 'student')}, "
        f"{w.grade(smallest[0])} the smallest with {w.count(smallest[1])}",
        f"Students enrolled in {w.school_year_name(facts.year)}, by grade, where not hidden. Axis from zero.",
        "Column chart of students by grade: "
        + w.listing([f"{w.grade(grade)} {w.count(n)}" for grade, n in grades])
        + ".",
        lambda width, height: charts.columns(labels, values, [w.count(v) for v in values], width, height),
    )


def ratios_by_level(facts: Facts) -> Exhibit | None:
    """Students per teacher FTE at each level of school."""
    levels = facts.staffing.by_level if facts.staffing else ()
    if len(levels) < 2:
        return None
    most = max(levels, key=lambda level: level[2])
    labels, values = [level for level, _, _ in levels], [ratio for _, _, ratio in levels]
    shown = [w.decimal(value) for value in values]
    return Exhibit(
        f"Students per teacher are highest at level {most[0]}, {w.decimal(most[2])}",
        "Students per teacher FTE by level of school. Axis from zero.",
        "Bar chart of students per teacher FTE: "
        + w.listing([f"{label} {text}" for label, text in zip(labels, shown, strict=True)])
        + ".",
        lambda width, height: charts.bars(labels, values, shown, width, height),
    )
