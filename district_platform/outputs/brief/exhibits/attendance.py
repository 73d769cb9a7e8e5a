"""Charts of absence: chronic absence by grade, group and school, attendance by week."""

import datetime as dt
from collections.abc import Sequence

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.attendance import GRADES, Absence, AbsentGroup
from district_platform.outputs.brief.exhibits.model import Exhibit
from district_platform.outputs.brief.facts import Facts

MOST_GROUPS = 6
MOST_SCHOOLS = 10
MOST_LETTERS = 30
STEP = 5
"""Percent: axes begin and end at multiples of it."""


def by_grade(facts: Facts) -> Exhibit | None:
    """Chronic absence in each grade, the highest dark."""
    grades = facts.absence.by_grade if facts.absence else ()
    if facts.absence is None or len(grades) < 2:
        return None
    highest, lowest = max(grades, key=lambda g: g[1]), min(grades, key=lambda g: g[1])
    claim = (
        f"Chronic absence is highest in {w.grade(highest[0])}, at {w.percent(highest[1])}, and lowest in "
        f"{w.grade(lowest[0])}, at {w.percent(lowest[1])}"
        if w.rounded(highest[1]) > w.rounded(lowest[1])
        else f"Chronic absence is {w.percent(highest[1])} in every grade"
    )
    labels, values = [grade.lstrip("0") for grade, _ in grades], [pct for _, pct in grades]
    return Exhibit(
        claim,
        f"Percent of students chronically absent, by grade, {_when(facts.absence)}. Axis from zero.",
        "Column chart of percent chronically absent by grade: "
        + w.listing([f"{w.grade(grade)} {w.percent(pct)}" for grade, pct in grades])
        + ".",
        lambda width, height: charts.columns(
            labels, values, [w.decimal(v) for v in values], width, height, {grades.index(highest)}
        ),
    )


def by_group(facts: Facts) -> Exhibit | None:
    """Groups of students beside all others of their kind, the surest difference first."""
    shown = [g for g in facts.absence.groups if g.kind != GRADES][:MOST_GROUPS] if facts.absence else []
    if facts.absence is None or not shown:
        return None
    pairs = [charts.Pair(w.sentence_case(g.name), g.rate.pct, g.others.pct) for g in shown]
    end = min(-int(-max(max(p.value, p.reference) for p in pairs) * 1.25 // STEP) * STEP, 100)
    first = shown[0]
    more = "more" if first.difference.size > 0 else "fewer"
    return Exhibit(
        f"{w.percent(first.rate.pct)} of {first.name} are chronically absent, {w.points(first.difference.size)} {more} "
        f"than {first.peers}",
        f"Percent chronically absent, {_when(facts.absence)}: filled, the group named; hollow, all others of its kind. "
        f"Surest differences first; scale from 0 to {end}.",
        f"Dot plot of percent chronically absent. {' '.join(map(_in_words, shown))}",
        lambda width, height: charts.dumbbells(pairs, width, height, end),
    )


def _in_words(group: AbsentGroup) -> str:
    return (
        f"{w.sentence_case(group.name)}: {w.percent(group.rate.pct)}, against {w.percent(group.others.pct)} of "
        f"{group.peers}."
    )


def by_school(facts: Facts) -> Exhibit | None:
    """Schools by their rate, the highest first; the surely highest dark."""
    if facts.absence is None or not facts.absence.schools:
        return None
    main = facts.absence.schools[0]
    ranked = sorted(facts.absence.schools, key=lambda s: (-s.rate.pct, s.name))[:MOST_SCHOOLS]
    spoken_of = [i for i, school in enumerate(ranked) if school == main]
    labels, values = [w.shortened(s.name, MOST_LETTERS) for s in ranked], [s.rate.pct for s in ranked]
    n = len(facts.absence.schools)
    which = f"the {MOST_SCHOOLS} highest of {n} schools" if n > MOST_SCHOOLS else "by school"
    return Exhibit(
        f"At {w.shortened(main.name)}, {w.percent(main.rate.pct)} of students are chronically absent, against "
        f"{w.percent(main.others.pct)} at {main.peers}",
        f"Percent of students chronically absent, {which}, {_when(facts.absence)}. Axis from zero.",
        "Bar chart of percent chronically absent by school: "
        + w.listing([f"{s.name} {w.percent(s.rate.pct)}" for s in ranked])
        + ".",
        lambda width, height: charts.bars(labels, values, [w.percent(v) for v in values], width, height, spoken_of),
    )


def by_week(facts: Facts) -> Exhibit | None:
    """Attendance week by week, with the year before beside it up to the same week."""
    absence = facts.absence
    if absence is None or len(absence.by_week) < 2:
        return None
    weeks, last = absence.by_week, absence.by_week[-1][0]
    before = [(monday, pct) for monday, pct in absence.by_week_before if weeks[0][0] <= monday <= last]
    lines = [charts.Timeline(w.school_year_name(absence.year), _points(weeks))]
    if len(before) > 1:
        lines.append(charts.Timeline(w.school_year_name(absence.year - 1), _points(before)))
    floor = int(min(pct for _, pct in [*weeks, *before]) // STEP) * STEP
    months = [(monday.toordinal(), w.MONTHS[monday.month - 1][:3]) for monday in _first_mondays([m for m, _ in weeks])]
    lowest = min(weeks, key=lambda week: week[1])
    return Exhibit(
        _weekly_claim(absence),
        f"Percent of enrolled days attended, by week, {w.school_year_name(absence.year)}. The axis begins at {floor}%, not at "
        "zero.",
        f"Line chart of percent attendance by week: {w.percent(weeks[0][1])} in the {_week(weeks[0][0])}, lowest with "
        f"{w.percent(lowest[1])} in the {_week(lowest[0])}, {w.percent(weeks[-1][1])} in the {_week(last)}.",
        lambda width, height: charts.timeline(lines, months, floor, width, height),
    )


def _points(weeks: Sequence[tuple[dt.date, float]]) -> tuple[tuple[float, float], ...]:
    return tuple((monday.toordinal(), pct) for monday, pct in weeks)


def _first_mondays(mondays: Sequence[dt.date]) -> list[dt.date]:
    return [m for i, m in enumerate(mondays) if i == 0 or m.month != mondays[i - 1].month]


def _weekly_claim(absence: Absence) -> str:
    before = dict(absence.by_week_before)
    both = [(pct, before[monday]) for monday, pct in absence.by_week if monday in before]
    below, above = sum(now < then for now, then in both), sum(now > then for now, then in both)
    if not both or below == above:
        monday, pct = min(absence.by_week, key=lambda week: week[1])
        return f"Attendance was lowest in the {_week(monday)}, at {w.percent(pct)}"
    than, n = ("below", below) if below > above else ("above", above)
    weeks = f"all {w.spelled(n)} weeks" if n == len(both) else f"{w.spelled(n)} of {w.spelled(len(both))} weeks"
    return f"In {weeks}, attendance was {than} that of the same week a year earlier"


def _week(monday: dt.date) -> str:
    return f"week of {w.day_of_year(monday.month, monday.day)}"


def _when(absence: Absence) -> str:
    return f"{w.school_year_name(absence.year)}{' so far' if absence.is_running else ''}"
