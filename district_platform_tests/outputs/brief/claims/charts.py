"""The claims over charts."""

import datetime as dt
import re

from district_platform_tests.outputs.brief.claims.released import (
    NUMBER,
    YEAR,
    Checker,
    by_grade,
    count,
    enrolled,
    exact,
    is_number,
    level_of,
    points,
    program_row,
    staffed,
    whole,
)
from district_platform_tests.outputs.brief.claims.sentences import sentence


@sentence(
    r"(?:Of the grades that can be shown, c|C)hronic absence is highest in (?P<high>.+) and lowest in "
    r"(?P<low>(?:grade \d+|kindergarten|prekindergarten)(?:(?:,? and |, )(?:grade \d+|kindergarten))*)$"
)
def _chart_grades(c: Checker, m: re.Match[str]) -> None:
    figures = by_grade(c)
    low, high = (
        tuple(level_of(g) for g in re.findall(r"prekindergarten|kindergarten|grade \d+", m[end]))
        for end in ("low", "high")
    )
    c.extremes(figures, low, high, m[0].startswith("Of the"))


@sentence(r"Chronic absence is (?P<pct>[\d.]+%) in every grade(?P<scoped> that can be shown)?$")
def _chart_every_grade(c: Checker, m: re.Match[str]) -> None:
    texts = set(by_grade(c).values()) - {"–"}
    c.holds({text for text in texts if is_number(text)} == {m["pct"]} and bool(m["scoped"]) is (len(texts) > 1), m[0])


@sentence(
    r"In (?P<n>\w+) of (?P<of>\d+) schools?(?P<scoped> that can be shown)?, chronic absence is above the district's rate$"
)
def _chart_schools(c: Checker, m: re.Match[str]) -> None:
    year = c.latest_absence
    rates = [
        c.shown(r, "pct_chronically_absent")
        for r in c.rows(
            "chronic_absence", school_year=year, aggregation="School", grade_level="", subgroup_dimension="All students"
        )
    ]
    told = [exact(rate) for rate in rates if is_number(rate)]
    of_district = exact(c.shown(c.absence(year), "pct_chronically_absent"))
    c.equal(m["of"], str(len(told)))
    c.holds(count(m["n"]) == sum(rate > of_district for rate in told), m[0])
    c.holds(bool(m["scoped"]) is any(not is_number(rate) and rate != "–" for rate in rates), m[0])


@sentence(
    r"In (?:all )?(?P<n>\w+)(?: of (?P<of>\w+))? weeks, attendance was (?P<than>below|above) that of the same week a year earlier$"
)
def _chart_weeks(c: Checker, m: re.Match[str]) -> None:
    year = c.latest_absence
    now, before = (
        {
            dt.date.fromisoformat(r["week_begin_date"][:10]): exact(c.shown(r, "pct_attendance"))
            for r in c.rows("attendance_trend", school_year=of, aggregation="District")
            if r["week_begin_date"] and is_number(c.shown(r, "pct_attendance"))
        }
        for of in (year, year - 1)
    )
    pairs = [
        (rate, before[monday - dt.timedelta(weeks=52)])
        for monday, rate in now.items()
        if monday - dt.timedelta(weeks=52) in before
    ]
    n = sum((a < b) if m["than"] == "below" else (a > b) for a, b in pairs)
    c.holds(count(m["n"]) == n and count(m["of"] or m["n"]) == len(pairs), f"{m[0]}: {n} of {len(pairs)}")


@sentence(r"(?P<n>No|\w+) gaps? in (?P<subject>\w+) (?:is|are) larger than chance would explain$")
def _chart_gaps(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.latest_results
    rows = c.rows(
        "equity_gaps",
        school_year=year,
        administration=administration,
        aggregation="District",
        comparison="reference group",
        subject=c.subject(m["subject"]),
    )
    ends = [
        (float(r["pct_proficient_gap_ci_low"]), float(r["pct_proficient_gap_ci_high"]))
        for r in rows
        if r["pct_proficient_gap"] and r["pct_proficient_gap_ci_low"]
    ]
    c.holds(count(m["n"]) == sum(low * high > 0 for low, high in ends), f"{m[0]}: {ends}")


@sentence(rf"(?P<n>{NUMBER}) (?P<way>more|fewer) students in (?P<last>{YEAR}) than in (?P<first>{YEAR})$")
def _chart_years(c: Checker, m: re.Match[str]) -> None:
    last, first = (whole(enrolled(c, c.year(m[which]))["n_students_census"]) for which in ("last", "first"))
    c.holds(last - first == count(m["n"]) * (1 if m["way"] == "more" else -1), m[0])


@sentence(r"(?:Of the grades that can be shown, m|M)ost students are in (?P<high>.+) and fewest in (?P<low>.+)$")
def _chart_grade_sizes(c: Checker, m: re.Match[str]) -> None:
    measure = "n_students" if c.as_of_date < dt.date(c.running_year - 1, 10, 1) else "n_students_census"
    rows = c.rows("enrollment_summary", school_year=c.running_year, aggregation="District", subgroup_dimension="Grade")
    figures = {r["subgroup_value"]: text for r in rows if (text := c.shown(r, measure)) != "–"}
    low, high = (
        tuple(level_of(g) for g in re.findall(r"prekindergarten|kindergarten|grade \d+", m[end]))
        for end in ("low", "high")
    )
    told = {name: exact(text) for name, text in figures.items() if is_number(text)}
    c.holds(
        set(low) == {n for n, v in told.items() if v == min(told.values())}
        and set(high) == {n for n, v in told.items() if v == max(told.values())},
        m[0],
    )
    c.holds(m[0].startswith("Of the") is (len(told) < len(figures)), m[0])


@sentence(r"(?:Of the levels that can be shown, t|T)here are most students for each teacher in (?P<high>.+) schools$")
def _chart_levels(c: Checker, m: re.Match[str]) -> None:
    rows = c.rows("staffing_ratios", school_year=staffed(c)["school_year"], aggregation="Level")
    figures = {r["school_level"].lower(): text for r in rows if (text := c.shown(r, "students_per_teacher_fte")) != "–"}
    told = {name: exact(text) for name, text in figures.items() if is_number(text)}
    c.holds(all(name in m["high"] for name, v in told.items() if v == max(told.values())), m[0])
    c.holds(m[0].startswith("Of the") is (len(told) < len(figures)), m[0])


@sentence(rf"Proficiency since (?P<year>{YEAR})$")
def _chart_trend_untold(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.latest_results
    rows = [
        r
        for r in c.rows(
            "student_performance",
            administration=administration,
            aggregation="District",
            subgroup_dimension="All students",
        )
        if int(r["school_year"]) in (year, c.year(m["year"]))
    ]
    c.holds(any(not r["pct_proficient"] for r in rows) or len({r["subject"] for r in rows}) * 2 > len(rows), m[0])


@sentence(rf"Since (?P<year>{YEAR}), (?P<parts>.*proficiency (?:rose|fell|has not changed).*)$")
def _chart_trend(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.latest_results
    for part in re.finditer(r"(\w+) proficiency (?:(rose|fell) ([\d.]+) points?|has not changed)", m["parts"]):
        now, then = (
            exact(c.shown(c.performance(of, administration, c.subject(part[1])), "pct_proficient"))
            for of in (year, c.year(m["year"]))
        )
        size = (now - then) if part[2] != "fell" else (then - now)
        c.equal(part[3] or "0", points(str(size)))


@sentence(
    r"(?P<n>\w+) of (?P<of>\d+) schools? .*$|Growth in (?P<subject>\w+) differs clearly from the average at (?:no "
    r"school|(?P<k>\w+) of (?P<n_of>\d+) schools?)$"
)
def _chart_growth(c: Checker, m: re.Match[str]) -> None:
    of_all = c.rows("student_growth", aggregation="School", subgroup_dimension="All students")
    known = [r for r in of_all if r["mean_growth_percentile"] and r["mean_growth_percentile_ci_low"]]
    year = max(int(r["school_year"]) for r in known)
    ends = [
        [float(r[f"mean_growth_percentile_ci_{end}"]) - 50 for end in ("low", "high")]
        for r in known
        if int(r["school_year"]) == year and r["subject"] == c.subject(m["subject"])
    ]
    c.holds(sum(low * high > 0 for low, high in ends) == count(m["k"] or "no"), m[0])
    c.holds(m["n_of"] in (None, str(len(ends))), m[0])


@sentence(
    r"No program's difference is larger than chance would explain$|Participants gained about as much as comparable "
    r"students: .* larger than chance would explain\."
)
def _chart_no_program(c: Checker, m: re.Match[str]) -> None:
    rows = [
        r
        for r in c.rows("program_evaluation", aggregation="District", subgroup_dimension="All students")
        if r["did_estimate"] and r["did_ci_low"]
    ]
    latest = [r for r in rows if r["school_year"] == max(r["school_year"] for r in rows)]
    c.holds(not any(float(r["did_ci_low"]) * float(r["did_ci_high"]) > 0 for r in latest), m[0])
    if found := re.search(r"in (\w+) comparisons", m[0]):
        c.holds(count(found[1]) == len(latest), m[0])


@sentence(r"Students gained (?P<parts>(?:more|less) than comparable students in .+)$")
def _chart_programs(c: Checker, m: re.Match[str]) -> None:
    for part in re.finditer(r"(more|less) than comparable students in (.+?)(?= and less|$)", m["parts"]):
        for program in re.finditer(r"([A-Z][\w ]+?) \((\w+)\)", part[2]):
            program_row(c, program[1], program[2], part[1])
