"""Recommendations: what they say of the figures, and their days."""

import datetime as dt
import re

from district_platform_tests.outputs.brief.claims.released import SEASON, Checker, enrolled, exact, program_row, whole
from district_platform_tests.outputs.brief.claims.sentences import sentence


@sentence(
    r"\d\. Bring the (?P<subject>\w+) teams of (?P<low>.+) and (?P<high>.+) together; pick two practices that .+ will "
    r"take over\. They have the lowest and the highest \w+ results of the (?P<level>\w+) schools(?P<scoped> that can "
    r"be shown)?\."
)
def _compare_schools(c: Checker, m: re.Match[str]) -> None:
    c.extremes(c.of_level(m["level"], m["subject"]), c.names(m["low"]), c.names(m["high"]), bool(m["scoped"]))


@sentence(
    r"\d\. Find in each school the (?P<low>.+) who need help in (?P<subject>\w+), and give them a place in a small "
    r"group\. They are clearly behind (?P<high>.+?)\."
)
def _narrow(c: Checker, m: re.Match[str]) -> None:
    c.gap(m["low"], m["high"], m["subject"])


@sentence(
    r"\d\. Meet the principal of (?P<school>.+): learn .+ three steps\. Its chronic absence is clearly above the district's\."
)
def _visit(c: Checker, m: re.Match[str]) -> None:
    year = c.latest_absence
    row = c.school(
        m["school"],
        "chronic_absence",
        school_year=year,
        aggregation="School",
        grade_level="",
        subgroup_dimension="All students",
    )
    c.holds(float(row["pct_chronically_absent"]) > float(c.absence(year)["pct_chronically_absent"]), m[0])


@sentence(
    r"\d\. Review with every principal in which grades (?P<subject>\w+) results fell, and what will be taught again\. "
    r"\w+ proficiency is lower than a year ago\."
)
def _decline(c: Checker, m: re.Match[str]) -> None:
    c.holds(float(c.performance(*c.latest_results, c.subject(m["subject"]))["pct_proficient_change"]) < 0, m[0])


@sentence(
    r"\d\. Agree with (?P<school>.+) on extra (?P<subject>\w+) time each week, and on who teaches it\. Its \w+ "
    r"results are clearly below the district's\."
)
def _support(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.latest_results
    row = c.school(m["school"], "school_comparison", school_year=year)
    of_district = c.performance(year, administration, c.subject(m["subject"]))
    c.holds(float(row[f"pct_proficient_{m['subject']}"]) < float(of_district["pct_proficient"]), m[0])


@sentence(
    r"\d\. Ask principals what keeps students away on (?P<days>.+), and try one change\. Attendance is clearly "
    r"lower on (?P<rates>.+) than on the other days\."
)
def _weekdays(c: Checker, m: re.Match[str]) -> None:
    rows = c.rows("attendance_trend", aggregation="District", school_year=c.latest_absence)
    rates = {r["weekday"]: c.shown(r, "pct_attendance") for r in rows if r["weekday"]}
    low = dict(re.findall(r"(\w+)s \(([\d.]+%)\)", m["rates"]))
    c.holds(all(rates[day] == rate for day, rate in low.items()), f"{m[0]} {rates}")
    c.holds(max(exact(rate) for rate in low.values()) < max(exact(rate) for rate in rates.values()), m[0])


@sentence(
    r"\d\. (?:Keep|Review) (?P<program>.+?)(?:, and give .+? places|  before .+? meanwhile| before .+? meanwhile)\. "
    r"Participants gained (?P<way>more|less) in (?P<subject>\w+) than comparable students\."
)
def _decide(c: Checker, m: re.Match[str]) -> None:
    program_row(c, m["program"], m["subject"], m["way"])


@sentence(
    r"\d\. Redo next year's budget and staffing plan for (?P<way>more|fewer) students, school by school\. There are "
    r"(?P<again>more|fewer) students than a year ago\."
)
def _budget(c: Checker, m: re.Match[str]) -> None:
    now, before = (whole(enrolled(c, c.running_year - back)["n_students_census"]) for back in (0, 1))
    c.holds((now > before) is (m["way"] == "more") and m["way"] == m["again"], m[0])


@sentence(
    r"\d\. (?:Call the family|Give every student) .+?\. (?:The list names .+?|Many students come and go during the year)\."
)
def _routine(c: Checker, m: re.Match[str]) -> None:
    c.holds("come and go" in m[0] or float(c.absence(c.latest_absence)["pct_chronically_absent"] or 0) > 0, m[0])


@sentence(
    r"(?:Principals|Superintendent|Chief academic officer|Student services|Business office)(?: First round by)? "
    r"(?P<day>\w+ \d+, \d{4})(?:, then every week)?$"
)
def _who(c: Checker, m: re.Match[str]) -> None:
    day = dt.datetime.strptime(m["day"], "%B %d, %Y").date()
    c.holds(day > c.as_of_date and day.weekday() == 4, m[0])


@sentence(
    r"(?:.+ is closer to the district in|Schools report places filled; the gap is smaller in|\w+ proficiency rises "
    rf"in) (?P<season>{SEASON})(?: results)?\."
)
def _seen(c: Checker, m: re.Match[str]) -> None:
    order = ("Fall", "Winter", "Spring")
    (year, name), (last_year, last) = c.season(m["season"]), c.latest_results
    c.holds((year, order.index(name)) > (last_year, order.index(last)), m[0])
