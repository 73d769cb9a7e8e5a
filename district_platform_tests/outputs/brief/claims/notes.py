"""The notes on charts and tables: which they show, of when, and what is left out."""

import datetime as dt
import re

from district_platform_tests.outputs.brief.claims.released import (
    SEASON,
    YEAR,
    Checker,
)
from district_platform_tests.outputs.brief.claims.sentences import sentence


@sentence(
    r"(?:Points of percent proficient in \w+ below \(left\) or above the group compared with, in the same "
    rf"grades|Percent proficient|Proficient), (?P<season>{SEASON})(?:, largest gaps first\.|: each group less the "
    r"group it is compared with, in the same grades\. Groups in the order of their largest gap\.)"
)
def _note_gaps(c: Checker, m: re.Match[str]) -> None:
    c.holds(c.season(m["season"]) == c.latest_results, m[0])


@sentence(
    r"Percent (?:of students )?chronically absent, (?:by (?:grade|school), )?\d{4}–\d{2}(?: so far)?(?:, highest "
    r"first)?(?:: filled, the group named; hollow, who it is compared with)?\."
)
def _note_absent(c: Checker, m: re.Match[str]) -> None:
    found = re.search(rf"({YEAR})( so far)?", m[0])
    year = c.year(found[1]) if found else 0
    c.holds(year == c.latest_absence and bool(found and found[2]) is (c.as_of_date < dt.date(year, 7, 1)), m[0])


@sentence(
    r"(?:The six highest and the six lowest of (?P<n>the \d+ schools that can be shown|\d+ schools) by (?P<by>.+?), "
    r"grouped by level|Schools by level(?:, then by (?P<order>.+?), highest first)?(?:; 12 of \d+ schools)?)\."
)
def _note_schools(c: Checker, m: re.Match[str]) -> None:
    """The order itself is checked with the table's rows."""


@sentence(
    rf"(?:Chronically absent: (?P<absent>{YEAR})(?P<so_far> so far)?; )?(?:[Pp]roficient: (?P<season>{SEASON}); "
    rf")?[Tt]he rest: (?P<rest>{YEAR})\."
)
def _note_when(c: Checker, m: re.Match[str]) -> None:
    c.holds(c.year(m["rest"]) == c.running_year, m[0])
    c.holds(m["absent"] is None or c.year(m["absent"]) == c.latest_absence, m[0])
    c.holds(m["season"] is None or c.season(m["season"]) == c.latest_results, m[0])


@sentence(
    r"(?:Percent of students tested who are proficient|Percent of days attended, by week|Students for each full-time "
    rf"teacher, by level of school|Students enrolled in {YEAR}, by grade|Average growth percentile in \w+)(?:, "
    rf"(?P<year>{YEAR})|, {SEASON}|, \w+ of each school year)?\."
)
def _note_year(c: Checker, m: re.Match[str]) -> None:
    c.holds(m["year"] is None or c.year(m["year"]) <= c.running_year, m[0])


@sentence(r"The scale begins at (?P<floor>\d+)%\.")
def _note_floor(c: Checker, m: re.Match[str]) -> None:
    rows = [
        r
        for year in (c.latest_absence, c.latest_absence - 1)
        for r in c.rows("attendance_trend", aggregation="District", school_year=year)
    ]
    c.holds(int(m["floor"]) <= min(float(r["pct_attendance"]) for r in rows if r["pct_attendance"]) + 5, m[0])


@sentence(
    rf"The largest groups of (?P<year>{YEAR}) that can be shown\.(?: (?P<n>\d+) further groups? (?:is|are) hidden or smaller\.)?"
)
def _note_groups(c: Checker, m: re.Match[str]) -> None:
    c.holds(c.year(m["year"]) == c.running_year, m[0])


@sentence(
    r"The (?P<k>\w+) highest and the (?P=k) lowest of (?P<n>\d+) schools that can be shown\.|\w+ of \d+ "
    r"(?:schools|comparisons) are shown\.|10 of \d+ schools are shown\.|Hollow: between the two values\.|h: hidden to "
    r"protect a small group\.|A year without a point is hidden or told as a range\."
)
def _note_left_out(c: Checker, m: re.Match[str]) -> None:
    if m["n"]:
        of_all = c.rows("student_growth", aggregation="School", subgroup_dimension="All students")
        year = max(int(r["school_year"]) for r in of_all if r["mean_growth_percentile"])
        counts = {
            s: sum(
                bool(r["mean_growth_percentile"]) for r in of_all if int(r["school_year"]) == year and r["subject"] == s
            )
            for s in {r["subject"] for r in of_all}
        }
        c.holds(int(m["n"]) in counts.values(), m[0])


@sentence(rf"Figures of (?P<year>{YEAR})\.")
def _note_figures(c: Checker, m: re.Match[str]) -> None:
    c.holds(c.year(m["year"]) == c.running_year, m[0])
