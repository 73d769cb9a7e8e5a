"""Charts of absence: chronic absence by grade, group and school, attendance by week. A hidden figure keeps its place, with a mark."""

import datetime as dt
from collections.abc import Mapping, Sequence

from district_platform.outputs.brief import charts
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.absence import GRADES, Absence, AbsentGroup
from district_platform.outputs.brief.exhibits.model import Exhibit
from district_platform.outputs.brief.extremes import Ends, Extreme, ends, scope
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.release import Figure, State

MOST_GROUPS = 6
MOST_SCHOOLS = 10
MOST_LETTERS = 30
COMMON_END = " School"
MOST_NAMED = 2
"""Grades that a claim names at an end."""
STEP = 5
"""Percent: axes begin and end at multiples of it."""


def by_grade(facts: Facts) -> Exhibit | None:
    """Chronic absence in each grade, the highest dark."""
    grades = facts.absence.by_grade if facts.absence else ()
    if facts.absence is None or sum(rate.is_told for _, rate in grades) < 2:
        return None
    found = ends(grades)
    labels, figures = [grade.lstrip("0") for grade, _ in grades], [rate for _, rate in grades]
    highest = [i for i, (grade, _) in enumerate(grades) if found and grade in found.highest.names]
    return Exhibit(
        _grade_claim(found, figures),
        f"Percent of students chronically absent, by grade, {_when(facts.absence)}.{_legend(figures)}",
        "Column chart of percent chronically absent by grade: "
        + w.listing([f"{w.grade(grade)} {rate.shown}" for grade, rate in grades])
        + ".",
        charts.Columns(labels, figures, highest),
    )


def _grade_claim(found: Ends | None, figures: Sequence[Figure]) -> str:
    if found is None:
        told = next(figure for figure in figures if figure.is_told)
        is_of_all = all(figure.is_told for figure in figures)
        return f"Chronic absence is {told.shown} in every grade{'' if is_of_all else ' that can be shown'}"
    if max(len(found.lowest.names), len(found.highest.names)) > MOST_NAMED:
        return "Chronic absence by grade"
    low, high = _grades(found.lowest), _grades(found.highest)
    begin = scope("grades", found.are_of_all)
    return (
        f"{begin}chronic absence is highest in {high} and lowest in {low}"
        if begin
        else (f"Chronic absence is highest in {high} and lowest in {low}")
    )


def _grades(extreme: Extreme) -> str:
    return w.listing([w.grade(grade) for grade in extreme.names])


def _legend(figures: Sequence[Figure]) -> str:
    """How withheld figures are drawn, where any is."""
    states = {figure.state for figure in figures}
    hidden = " h: hidden to protect a small group." if State.HIDDEN in states else ""
    return f"{' Hollow: between the two values.' if State.RANGE in states else ''}{hidden}"


def by_group(facts: Facts) -> Exhibit | None:
    """Groups of students beside those they are compared with, the highest rate first."""
    known = [g for g in facts.absence.groups if g.kind != GRADES] if facts.absence else []
    if facts.absence is None or not known:
        return None
    shown = sorted(known, key=lambda g: (-(g.figure.value or 0), g.name))[:MOST_GROUPS]
    withheld = facts.absence.groups_withheld
    places = withheld[: MOST_GROUPS - len(shown)]
    pairs = [charts.Pair(_beside(g), g.figure, g.reference) for g in shown]
    pairs += [charts.Pair(w.sentence_case(name), rate, Figure()) for name, rate in places]
    end = min(-int(-max(f.value or 0 for g in shown for f in (g.figure, g.reference)) * 1.25 // STEP) * STEP, 100)
    return Exhibit(
        "Chronic absence by group of students",
        f"Percent chronically absent, {_when(facts.absence)}, highest first: filled, the group named; hollow, who it is compared "
        f"with.{_left_out(len(known), len(shown), len(withheld))}",
        f"Dot plot of percent chronically absent. {' '.join(map(_in_words, shown))} "
        + " ".join(f"{w.sentence_case(name)}: {rate.shown}." for name, rate in places),
        charts.Dumbbells(pairs, end),
    )


def _left_out(n: int, n_shown: int, n_withheld: int) -> str:
    """Says what the chart has no room for, and what is hidden."""
    texts = [f" The {w.spelled(n_shown)} highest of {n} groups that can be shown."] if n > n_shown else []
    if n_withheld:
        groups = w.sentence_case(w.plural(n_withheld, "group"))
        texts.append(f" {groups} {w.is_or_are(n_withheld)} hidden or told as a range.")
    return "".join(texts)


def _beside(group: AbsentGroup) -> str:
    return f"{w.sentence_case(group.name)}, compared with {group.beside}"


def _in_words(group: AbsentGroup) -> str:
    return f"{_beside(group)}: {group.figure.shown} and {group.reference.shown}."


def by_school(facts: Facts) -> Exhibit | None:
    """Schools by their rate, the highest first and those hidden last; the surely highest dark."""
    if facts.absence is None or not facts.absence.schools:
        return None
    main, every = facts.absence.schools[0], [s for s in facts.absence.by_school if s[1].state is not State.NONE]
    ranked = sorted(every, key=lambda s: (not s[1].is_told, -(s[1].value or s[1].high), s[0]))[:MOST_SCHOOLS]
    spoken_of = [i for i, (name, _) in enumerate(ranked) if main.sure and name == main.name]
    labels, figures = _labels([name for name, _ in ranked]), [rate for _, rate in ranked]
    above = sum(rate.exact > facts.absence.now.exact for _, rate in every if rate.is_told)
    n_told = sum(rate.is_told for _, rate in every)
    of = f"{w.plural(n_told, 'school')}{'' if n_told == len(every) else ' that can be shown'}"
    which = f" {MOST_SCHOOLS} of {len(every)} schools are shown." if len(every) > MOST_SCHOOLS else ""
    return Exhibit(
        f"In {w.spelled(above)} of {of}, chronic absence is above the district's rate",
        f"Percent of students chronically absent, by school, {_when(facts.absence)}, highest first.{which}{_legend(figures)}",
        "Bar chart of percent chronically absent by school: "
        + w.listing([f"{name} {rate.shown}" for name, rate in ranked])
        + ".",
        charts.Bars(labels, figures, spoken_of),
    )


def _labels(names: Sequence[str]) -> list[str]:
    """Names of schools as labels, without the word that ends all of them."""
    short = [name.removesuffix(COMMON_END) for name in names] if all(n.endswith(COMMON_END) for n in names) else names
    return [w.shortened(name, MOST_LETTERS) for name in short]


def by_week(facts: Facts) -> Exhibit | None:
    """Attendance week by week, with the year before beside it up to the same week."""
    absence = facts.absence
    if absence is None or len(absence.by_week) < 2:
        return None
    weeks, last = absence.by_week, absence.by_week[-1][0]
    before = [(monday, rate) for monday, rate in absence.by_week_before if weeks[0][0] <= monday <= last]
    lines = [charts.Timeline(w.school_year_name(absence.year), _points(weeks))]
    if len(before) > 1:
        lines.append(charts.Timeline(w.school_year_name(absence.year - 1), _points(before)))
    floor = int(min(rate.value or 0 for _, rate in [*weeks, *before]) // STEP) * STEP
    months = [(monday.toordinal(), w.MONTHS[monday.month - 1][:3]) for monday in _first_mondays([m for m, _ in weeks])]
    return Exhibit(
        weekly_claim(absence.by_week, dict(absence.by_week_before)),
        f"Percent of days attended, by week, {w.school_year_name(absence.year)}. The scale begins at {floor}%.",
        f"Line chart of percent attendance by week: {weeks[0][1].shown} in the {_week(weeks[0][0])}, {weeks[-1][1].shown} in the "
        f"{_week(last)}{_a_year_before(before)}.",
        charts.Timelines(lines, months, floor),
    )


def _a_year_before(before: Sequence[tuple[dt.date, Figure]]) -> str:
    return f"; {before[-1][1].shown} a year before" if len(before) > 1 else ""


def _points(weeks: Sequence[tuple[dt.date, Figure]]) -> tuple[tuple[float, Figure], ...]:
    return tuple((monday.toordinal(), rate) for monday, rate in weeks)


def _first_mondays(mondays: Sequence[dt.date]) -> list[dt.date]:
    return [m for i, m in enumerate(mondays) if i == 0 or m.month != mondays[i - 1].month]


def weekly_claim(weeks: Sequence[tuple[dt.date, Figure]], before: Mapping[dt.date, Figure]) -> str:
    """In how many weeks attendance was below, or above, that of the same week a year earlier, which stands under this year's Mondays."""
    both = [
        (rate.exact, before[monday].exact)
        for monday, rate in weeks
        if rate.is_told and monday in before and before[monday].is_told
    ]
    below, above = sum(now < then for now, then in both), sum(now > then for now, then in both)
    if not both or below == above:
        return "Attendance week by week"
    than, n = ("below", below) if below > above else ("above", above)
    of_weeks = f"all {w.spelled(n)} weeks" if n == len(both) else f"{w.spelled(n)} of {w.spelled(len(both))} weeks"
    return f"In {of_weeks}, attendance was {than} that of the same week a year earlier"


def _week(monday: dt.date) -> str:
    return f"week of {w.day_of_year(monday.month, monday.day)}"


def _when(absence: Absence) -> str:
    return f"{w.school_year_name(absence.year)}{' so far' if absence.is_running else ''}"
