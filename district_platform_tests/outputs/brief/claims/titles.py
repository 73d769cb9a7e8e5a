"""Titles, and key findings as '<figure> | <caption>'."""

import re
from decimal import ROUND_HALF_UP, Decimal

from district_platform_tests.outputs.brief.claims.released import (
    NUMBER,
    SEASON,
    YEAR,
    Checker,
    enrolled,
    exact,
    growth_row,
    is_number,
    points,
    program_row,
    signed,
    staffed,
    whole,
)
from district_platform_tests.outputs.brief.claims.sentences import sentence


@sentence(
    r"(?:At (?P<school>.+?), )?(?P<share>(?:(?:[Nn]early|[Mm]ore than) )?[Oo]ne in \w+|[\d.]+% of) "
    r"(?P<who>students|.+?) (?:is|are) chronically absent$"
)
def _title_absent(c: Checker, m: re.Match[str]) -> None:
    if m["school"]:
        row = c.school(
            m["school"],
            "chronic_absence",
            school_year=c.latest_absence,
            aggregation="School",
            grade_level="",
            subgroup_dimension="All students",
        )
    else:
        row = c.absence(c.latest_absence) if m["who"] == "students" else c.group_rate(m["who"])
    c.share(m["share"], exact(c.shown(row, "pct_chronically_absent")))


@sentence(r"Chronic absence (?P<way>rose|fell) (?:since the same day last year|in one year)$")
def _title_change(c: Checker, m: re.Match[str]) -> None:
    change = float(c.absence(c.latest_absence)["pct_chronically_absent_change"])
    c.holds((change > 0) is (m["way"] == "rose"), m[0])


@sentence(r"(?P<subject>\w+) proficiency (?P<way>rose|fell) in the last year$")
def _title_proficiency(c: Checker, m: re.Match[str]) -> None:
    change = float(c.performance(*c.latest_results, c.subject(m["subject"]))["pct_proficient_change"])
    c.holds((change > 0) is (m["way"] == "rose"), m[0])


@sentence(r"(?P<low>.+) are behind (?P<high>.+) in (?P<subject>\w+)$")
def _title_gap(c: Checker, m: re.Match[str]) -> None:
    c.gap(m["low"], m["high"], m["subject"])


@sentence(r"(?P<subject>\w+) results differ widely between (?P<level>\w+) schools$")
def _title_range(c: Checker, m: re.Match[str]) -> None:
    told = [exact(text) for text in c.of_level(m["level"], m["subject"]).values() if is_number(text)]
    c.holds(max(told) - min(told) >= 5, m[0])


@sentence(r"Students in (?P<program>.+) gained (?P<way>more|less) in (?P<subject>\w+) than comparable students$")
def _title_program(c: Checker, m: re.Match[str]) -> None:
    program_row(c, m["program"], m["subject"], m["way"])


@sentence(r"Students at (?P<school>.+) grew (?P<way>more|less) in (?P<subject>\w+) than students who started alike$")
def _title_growth(c: Checker, m: re.Match[str]) -> None:
    growth_row(c, m["school"], m["subject"], m["way"])


@sentence(
    r"The district has (?P<way>more|fewer) students than a year ago$|There are (?P<again>more|fewer) students than a year ago\."
)
def _title_enrollment(c: Checker, m: re.Match[str]) -> None:
    now, before = (whole(enrolled(c, c.running_year - back)["n_students_census"]) for back in (0, 1))
    c.holds((now > before) is ((m["way"] or m["again"]) == "more"), m[0])


@sentence(rf"(?P<n>{NUMBER}) students? (?:is|are) enrolled (?P<when>on .+ of|so far in) (?P<year>{YEAR})$")
def _title_enrolled(c: Checker, m: re.Match[str]) -> None:
    measure = "n_students" if m["when"] == "so far in" else "n_students_census"
    c.equal(m["n"], c.shown(enrolled(c, c.year(m["year"])), measure))


@sentence(r"(?P<pct>[\d.]+%) of students are proficient in (?P<subject>\w+)$")
def _title_proficient(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["pct"], c.shown(c.performance(*c.latest_results, c.subject(m["subject"])), "pct_proficient"))


@sentence(r"There are (?P<ratio>[\d.]+) students for each full-time teacher$")
def _title_ratio(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["ratio"], c.shown(staffed(c), "students_per_teacher_fte"))


@sentence(r"(?P<pct>[\d.]+%) \| of students are chronically absent$")
def _found_absent(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["pct"], c.shown(c.absence(c.latest_absence), "pct_chronically_absent"))


@sentence(r"(?P<pct>[\d.]+%) \| of students at (?P<school>.+) are chronically absent$")
def _found_absent_school(c: Checker, m: re.Match[str]) -> None:
    row = c.school(
        m["school"],
        "chronic_absence",
        school_year=c.latest_absence,
        aggregation="School",
        grade_level="",
        subgroup_dimension="All students",
    )
    c.equal(m["pct"], c.shown(row, "pct_chronically_absent"))


@sentence(r"(?P<pct>[\d.]+%) \| of (?P<who>.+) are chronically absent$")
def _found_absent_group(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["pct"], c.shown(c.group_rate(m["who"]), "pct_chronically_absent"))


@sentence(rf"(?P<change>{NUMBER}) \| points of chronic absence (?:since the same day last year|in one year)$")
def _found_absence_change(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["change"], signed(c.shown(c.absence(c.latest_absence), "pct_chronically_absent_change")))


@sentence(r"(?P<points>[\d.]+) points? \| between (?P<low>.+) and (?P<high>.+) in (?P<subject>\w+)$")
def _found_gap(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["points"], points(c.shown(c.gap(m["low"], m["high"], m["subject"]), "pct_proficient_gap")))


@sentence(r"(?P<points>[\d.]+) points? \| between (?P<level>\w+) schools in (?P<subject>\w+) proficiency$")
def _found_range(c: Checker, m: re.Match[str]) -> None:
    told = [exact(text) for text in c.of_level(m["level"], m["subject"]).values() if is_number(text)]
    c.equal(m["points"], points(str(max(told) - min(told))))


@sentence(rf"(?P<pct>[\d.]+%) \| of students tested in (?P<season>{SEASON}) are proficient in (?P<subject>\w+)$")
def _found_level(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["pct"], c.shown(c.performance(*c.season(m["season"]), c.subject(m["subject"])), "pct_proficient"))


@sentence(rf"(?P<change>{NUMBER}) \| points in (?P<subject>\w+) proficiency in one year$")
def _found_change(c: Checker, m: re.Match[str]) -> None:
    c.equal(
        m["change"], signed(c.shown(c.performance(*c.latest_results, c.subject(m["subject"])), "pct_proficient_change"))
    )


@sentence(rf"(?P<change>{NUMBER})% \| students in one year$")
def _found_enrollment(c: Checker, m: re.Match[str]) -> None:
    now, before = (Decimal(enrolled(c, c.running_year - back)["n_students_census"]) for back in (0, 1))
    change = (100 * (now - before) / before).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    c.equal(m["change"], signed(str(change).replace("-", "−")))


@sentence(rf"(?P<n>{NUMBER}) \| students? enrolled (?P<when>on .+ of|so far in) (?P<year>{YEAR})$")
def _found_enrolled(c: Checker, m: re.Match[str]) -> None:
    _title_enrolled(c, m)


@sentence(rf"(?P<ratio>[\d.]+) \| students for each full-time teacher in (?P<year>{YEAR})$")
def _found_ratio(c: Checker, m: re.Match[str]) -> None:
    c.equal(
        m["ratio"],
        c.shown(
            c.row("staffing_ratios", school_year=c.year(m["year"]), aggregation="District"), "students_per_teacher_fte"
        ),
    )


@sentence(r"(?P<points>[\d.]+) points? \| (?P<way>more|less) gained in (?P<subject>\w+) in (?P<program>.+)$")
def _found_program(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["points"], points(c.shown(program_row(c, m["program"], m["subject"], m["way"]), "did_estimate")))


@sentence(r"(?P<mean>[\d.]+) \| average growth percentile in (?P<subject>\w+) at (?P<school>.+)$")
def _found_growth(c: Checker, m: re.Match[str]) -> None:
    way = "more" if exact(m["mean"]) > 50 else "less"
    c.equal(m["mean"], c.shown(growth_row(c, m["school"], m["subject"], way), "mean_growth_percentile"))


@sentence(rf"(?P<n>{NUMBER}) \| late entries and early exits$")
def _found_moves(c: Checker, m: re.Match[str]) -> None:
    row = enrolled(c, c.running_year)
    c.equal(m["n"], f"{whole(row['n_entered_late']) + whole(row['n_exited_early']):,}")
