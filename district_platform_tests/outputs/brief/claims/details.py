"""The sentences under the key findings."""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from district_platform_tests.outputs.brief.claims.released import (
    NUMBER,
    SEASON,
    YEAR,
    Checker,
    UntrueError,
    enrolled,
)
from district_platform_tests.outputs.brief.claims.sentences import sentence


@sentence(
    rf"They missed 10% or more of their school days(?P<so_far> so far)? in (?P<year>{YEAR})(?:; (?P<whom>in the "
    r"district as a whole|of other students), (?P<pct>[\d.]+%) did)?\."
)
def _detail_absent(c: Checker, m: re.Match[str]) -> None:
    year = c.year(m["year"])
    c.holds(year == c.latest_absence and bool(m["so_far"]) is (c.as_of_date < dt.date(year, 7, 1)), m[0])
    if m["pct"]:
        known = {
            c.shown(r, "pct_chronically_absent")
            for r in c.rows("chronic_absence", school_year=year, aggregation="District", grade_level="")
            if m["whom"].startswith("in the") is (r["subgroup_dimension"] == "All students")
            and r["subgroup_value"] in ("No", "All students")
        }
        c.holds(m["pct"] in known, f"{m[0]} of {known}")


@sentence(r"Now (?P<pct>[\d.]+%) of students are chronically absent\.")
def _detail_now(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["pct"], c.shown(c.absence(c.latest_absence), "pct_chronically_absent"))


@sentence(
    rf"This is the gap in percent proficient, (?P<season>{SEASON}), between students of the same grades\. It is larger "
    r"than chance would explain\."
)
def _detail_gap(c: Checker, m: re.Match[str]) -> None:
    c.holds(c.season(m["season"]) == c.latest_results, m[0])


@sentence(
    r"(?:Of the (?P<level>\w+) schools that can be shown, p|P)ercent proficient runs from (?P<low>[\d.]+) at "
    r"(?P<lowest>.+?) to (?P<high>[\d.]+) at (?P<highest>.+)\.$"
)
def _detail_range(c: Checker, m: re.Match[str]) -> None:
    low, high = c.names(m["lowest"]), c.names(m["highest"])
    levels = {c.school(name, "school_comparison", school_year=c.running_year)["school_level"] for name in (*low, *high)}
    c.holds(len(levels) == 1, f"{low} and {high} are of one level")
    for subject in ("Reading", "Math"):
        figures = c.of_level(levels.copy().pop(), subject)
        if figures.get(low[0], "").rstrip("%") == m["low"] and figures.get(high[0], "").rstrip("%") == m["high"]:
            c.extremes(figures, low, high, bool(m["level"]))
            return
    raise UntrueError(f"{m[0]} is so in no subject")


@sentence(rf"In (?P<season>{SEASON}), (?P<pct>[\d.]+%) of the students tested were proficient\.")
def _detail_proficient(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.season(m["season"])
    known = {
        c.shown(r, "pct_proficient")
        for r in c.rows(
            "student_performance",
            school_year=year,
            administration=administration,
            aggregation="District",
            subgroup_dimension="All students",
        )
    }
    c.holds(m["pct"] in known, f"{m[0]} of {known}")


@sentence(
    rf"On October 1 of (?P<year>{YEAR}), (?P<n>{NUMBER}) students? (?:was|were) enrolled; a year earlier it was (?P<before>{NUMBER})\."
)
def _detail_enrolled(c: Checker, m: re.Match[str]) -> None:
    year = c.year(m["year"])
    c.equal(m["n"], c.shown(enrolled(c, year), "n_students_census"))
    c.equal(m["before"], c.shown(enrolled(c, year - 1), "n_students_census"))


@sentence(rf"These are points of the test's scale, from (?P<first>\w+) to (?P<last>\w+) of (?P<year>{YEAR})\.")
def _detail_program(c: Checker, m: re.Match[str]) -> None:
    c.holds(
        bool(
            c.rows(
                "program_evaluation",
                school_year=c.year(m["year"]),
                from_administration=m["first"].capitalize(),
                to_administration=m["last"].capitalize(),
            )
        ),
        m[0],
    )


@sentence(rf"In (?P<year>{YEAR})\.")
def _detail_growth(c: Checker, m: re.Match[str]) -> None:
    c.holds(bool(c.rows("student_growth", school_year=c.year(m["year"]))), m[0])


@sentence(r"For every 100 students enrolled on October 1, that is (?P<share>[\d.]+)\.")
def _detail_moves(c: Checker, m: re.Match[str]) -> None:
    row = enrolled(c, c.running_year)
    n = Decimal(row["n_entered_late"]) + Decimal(row["n_exited_early"])
    c.equal(
        m["share"], str((100 * n / Decimal(row["n_students_census"])).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
    )
