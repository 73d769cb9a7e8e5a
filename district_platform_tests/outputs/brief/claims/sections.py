"""The sentences of the second page."""

import datetime as dt
import re
from decimal import Decimal

from district_platform_tests.outputs.brief.claims.released import (
    NUMBER,
    YEAR,
    Checker,
    bounds,
    enrolled,
    exact,
    growth_row,
    is_number,
    points,
    program_row,
    staffed,
)
from district_platform_tests.outputs.brief.claims.sentences import sentence


@sentence(
    r"(?:(?P<n>[\d,]+) further gaps? (?:is|are) not shown)?(?: and )?(?:(?P<hidden>[\d,]+) gaps? (?:in (?P<subject>\w+) "
    r")?(?:is|are) hidden)?\."
)
def _gaps_left_out(c: Checker, m: re.Match[str]) -> None:
    """How many more there are than the table shows is checked with its rows."""
    rows = c.gaps_spoken_of()
    if m["subject"]:
        rows = [row for row in rows if row["subject"] == c.subject(m["subject"])]
    else:
        c.n_further_gaps = int((m["n"] or "0").replace(",", ""))
    hidden = sum(c.shown(row, "pct_proficient_gap") == "hidden" for row in rows)
    c.equal((m["hidden"] or "0").replace(",", ""), str(hidden))


@sentence(
    r"The (?P<n>\w+) largest of (?P<of>\d+) gaps are shown\.|The (?P<m>\w+) highest of (?P<groups>\d+) groups that "
    r"can be shown\.|(?P<k>\d+) groups? (?:is|are) hidden or told as a range\."
)
def _left_out_of_chart(c: Checker, m: re.Match[str]) -> None:
    if m["of"] or (m["k"] is None and m["groups"] is None):
        return
    if m["k"]:
        rows = c.rows("chronic_absence", school_year=c.latest_absence, aggregation="District", grade_level="")
        named = [
            r
            for r in rows
            if r["subgroup_dimension"] not in ("All students", "Grade")
            and r["subgroup_value"] not in ("No", "Not reported")
        ]
        c.equal(
            m["k"],
            str(sum(not is_number(t) and t != "–" for t in (c.shown(r, "pct_chronically_absent") for r in named))),
        )


@sentence(
    r"To protect small groups, (?P<n>[\d,]+) of the (?P<of>[\d,]+) rows in the released tables hides? or rounds? a "
    r"figure\.|To protect small groups, (?P<one>[\d,]+) of the (?P<of_one>[\d,]+) rows in the released tables "
    r"(?:hide|hides) or rounds? a figure\."
)
def _limit_hidden(c: Checker, m: re.Match[str]) -> None:
    rows = [row["suppression"] for table in c.tables.values() for row in table if "suppression" in row]
    c.equal((m["n"] or m["one"]), f"{sum(mark != 'none' for mark in rows):,}")
    c.equal((m["of"] or m["of_one"]), f"{len(rows):,}")


@sentence(
    r"(?:(?P<n>[\d,]+) of (?P<of>[\d,]+) rows delivered could not be used|All (?P<all>[\d,]+) rows? delivered could be used)\."
)
def _limit_rejected(c: Checker, m: re.Match[str]) -> None:
    extracts = c.report["extracts"]
    rejected, read = (sum(int(e.get(f"n_rows_{of}") or 0) for e in extracts) for of in ("rejected", "read"))
    c.equal(m["of"] or m["all"], f"{read:,}")
    c.equal(m["n"] or "0", f"{rejected:,}")


@sentence(r"Of (?P<n>\d+) automatic checks? of the data, (?P<parts>.+?)\.")
def _quality(c: Checker, m: re.Match[str]) -> None:
    words = {
        "found nothing": "passed",
        "found records to correct": "warned",
        "failed": "failed",
        "could not run for want of data": "skipped",
    }
    counts = {text: sum(rule["status"] == status for rule in c.report["rules"]) for text, status in words.items()}
    c.equal(m["n"], str(sum(counts.values())))
    said = {text: int(n) for n, text in re.findall(rf"(\d+) ({'|'.join(words)})", m["parts"])}
    c.holds(said == {text: n for text, n in counts.items() if n}, m[0])


@sentence(r"Most findings: (?P<parts>.+)\.$")
def _quality_most(c: Checker, m: re.Match[str]) -> None:
    n_open = {
        " ".join(r["title"].split()).lower().rstrip(" ."): r["n_findings"] - (r.get("n_waived") or 0)
        for r in c.report["rules"]
    }
    for title, n in re.findall(r"(?:^|, and |, | and )([^()]+?) \(([\d,]+)\)", m["parts"]):
        known = [count for rule, count in n_open.items() if rule == title.lower()]
        c.holds(int(n.replace(",", "")) in known, f"{title}: {n} of {known}")


@sentence(
    r"Outside (?P<low>\d+) to (?P<high>\d+) students per teacher, so probably wrong on record: (?P<schools>.+)\.$"
)
def _limit_outside(c: Checker, m: re.Match[str]) -> None:
    year = staffed(c)["school_year"]
    for name in c.names(m["schools"]):
        ratio = c.shown(
            c.school(name, "staffing_ratios", school_year=year, aggregation="School"), "students_per_teacher_fte"
        )
        c.holds(f"{name} ({ratio})" in m["schools"] and not int(m["low"]) <= exact(ratio) <= int(m["high"]), m[0])


@sentence(
    r"Students per teacher leave out (?P<n>\d+) schools? without a teacher on record(?:, with (?P<pct>[^ ]+%) of the students)?\."
)
def _left_out(c: Checker, m: re.Match[str]) -> None:
    row = staffed(c)
    c.equal(m["n"], c.shown(row, "n_schools_left_out"))
    c.holds(m["pct"] in (None, c.shown(row, "pct_students_left_out")), m[0])


@sentence(r"Students per teacher are not told: no teacher is on record at (?P<n>\d+|some) schools? with students\.")
def _not_told(c: Checker, m: re.Match[str]) -> None:
    rows = c.rows("staffing_ratios", aggregation="District")
    c.holds(not any(row["students_per_teacher_fte"] for row in rows), m[0])
    known = {c.shown(row, "n_schools_left_out") for row in rows}
    c.holds(m["n"] == "some" or m["n"] in known, f"{m[0]} {known}")


@sentence(
    r"Fewer than 95% of the enrolled students were tested in (?P<parts>.+?), so results may not speak for the others\."
)
def _few_tested(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.latest_results
    for subject, pct in re.findall(r"(\w+) \(([^)]+)\)", m["parts"]):
        of = {"school_year": year, "administration": administration, "subject": c.subject(subject)}
        row = c.row("assessment_participation", aggregation="District", subgroup_dimension="All students", **of)
        text = c.shown(row, "pct_participation")
        c.equal(pct, text)
        found = bounds(text)
        c.holds(found is not None and (found[1] < 95 or (found[1] == 95 and not is_number(text))), m[0])


@sentence(rf"Of students enrolled in (?P<year>{YEAR}), tested: (?P<parts>.+?)\.(?= |$)")
def _tested(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.latest_results
    c.holds(c.year(m["year"]) == year, m[0])
    for pct, subject in re.findall(r"(\S+%) in (\w+)", m["parts"]):
        of = {"school_year": year, "administration": administration, "subject": c.subject(subject)}
        row = c.row("assessment_participation", aggregation="District", subgroup_dimension="All students", **of)
        c.equal(pct, c.shown(row, "pct_participation"))


@sentence(
    r"The change compares the (?P<n>\d+) of (?P<of>\d+) schools with (?P<what>attendance|results) in both years\."
)
def _basis(c: Checker, m: re.Match[str]) -> None:
    year, administration = c.latest_results if m["what"] == "results" else (0, "")
    rows = c.tested(school_year=year, administration=administration) if year else [c.absence(c.latest_absence)]
    c.holds(any(row["change_basis"].startswith(f"{m['n']} of {m['of']} schools") for row in rows), m[0])


@sentence(r"No teacher is on record at (?P<schools>.+)\.$")
def _limit_no_teacher(c: Checker, m: re.Match[str]) -> None:
    year = staffed(c)["school_year"]
    for name in c.names(m["schools"]):
        c.holds(
            float(c.school(name, "staffing_ratios", school_year=year, aggregation="School")["teacher_fte"]) == 0, m[0]
        )


@sentence(
    r"There are no (?:results|staff figures) of .+?\.|Chronic absence of .+? cannot be told yet; it is that of .+?\."
)
def _limit_old(c: Checker, m: re.Match[str]) -> None:
    years = [c.year(y) for y in re.findall(YEAR, m[0])]
    c.holds(years[0] == c.running_year and all(year < years[0] for year in years[1:]), m[0])


@sentence(
    r"(?P<schools>.+?) (?:sent no attendance in .+?: (?:its|their) students are in no rate of absence of that "
    r"year|(?:has|have) sent no attendance lately: (?:its|their) absence counts up to the last day with any)\."
)
def _limit_attendance(c: Checker, m: re.Match[str]) -> None:
    c.holds(bool(c.names(m["schools"])), m[0])


@sentence(
    r"No .+ were delivered, so .+\.|It is too early in the year for chronic absence: no student has been enrolled for "
    r"20 days yet\.|.+ is hidden to protect a small group\.|.+ is told as a range only .+\.|.+ were delivered, but "
    r".+\."
)
def _missing(c: Checker, m: re.Match[str]) -> None:
    """Which reason is given is tested for each (test_missing); here, that the figure is not told."""
    told = {
        "proficiency": any(
            r["pct_proficient"]
            for r in c.rows("student_performance", aggregation="District", subgroup_dimension="All students")
        ),
        "students per teacher": any(
            r["students_per_teacher_fte"] for r in c.rows("staffing_ratios", aggregation="District")
        ),
        "chronic absence": any(
            r["pct_chronically_absent"]
            for r in c.rows(
                "chronic_absence", aggregation="District", subgroup_dimension="All students", grade_level=""
            )
        ),
    }
    c.holds(not any(is_told and what in m[0].split(".")[0].lower() for what, is_told in told.items()), f"{m[0]} {told}")


@sentence(
    r"There are (?P<parts>[\d.]+ (?:English learners|students with disabilities) .+? teacher(?: of English learners)?)\."
)
def _by_need(c: Checker, m: re.Match[str]) -> None:
    for ratio, who in re.findall(r"([\d.]+) (English learners|students with disabilities) for", m["parts"]):
        measure = (
            "english_learners_per_teacher_fte" if who.startswith("E") else "students_with_disability_per_teacher_fte"
        )
        c.equal(ratio, c.shown(staffed(c), measure))


@sentence(r"(?P<pct>[\d.]+%) of teachers are fully certified for all they teach\.")
def _certified(c: Checker, m: re.Match[str]) -> None:
    value = Decimal(staffed(c)["pct_teachers_fully_certified"])
    c.holds(abs(value - exact(m["pct"])) <= Decimal("0.06"), m[0])


@sentence(
    r"(?:At|Among) (?P<who>[^%]+?), (?P<pct>[\d.]+%) are chronically absent, clearly more than (?:in|among) "
    r"(?P<beside>.+?)(?: \((?P<other>[\d.]+%)\))?\."
)
def _clearly_absent(c: Checker, m: re.Match[str]) -> None:
    year = c.latest_absence
    if m[0].startswith("At"):
        row = c.school(
            m["who"],
            "chronic_absence",
            school_year=year,
            aggregation="School",
            grade_level="",
            subgroup_dimension="All students",
        )
    else:
        row = c.group_rate(m["who"])
    c.equal(m["pct"], c.shown(row, "pct_chronically_absent"))
    reference = c.shown(c.absence(year), "pct_chronically_absent") if m["other"] is None else m["other"]
    c.holds(exact(m["pct"]) > exact(reference), m[0])


@sentence(
    r"(?:Without learning online|With learning online counted as presence), attendance would be (?P<pct>[\d.]+%)(?: "
    rf"and chronic absence (?P<chronic>[\d.]+%))?(?:: (?P<n>{NUMBER}) students? worked online on (?P<days>{NUMBER}) "
    r"days? that schools marked absent)?\."
)
def _online(c: Checker, m: re.Match[str]) -> None:
    row = c.row("reconciliation_summary", aggregation="District", school_year=c.latest_absence)
    c.equal(m["pct"], c.shown(row, "pct_attendance_other"))
    c.equal(m["chronic"] or "", c.shown(row, "pct_chronically_absent_other") if m["chronic"] else "")
    c.equal(m["n"] or "", c.shown(row, "n_students_reconciled") if m["n"] else "")


@sentence(
    rf"(?:(?P<late>{NUMBER}) students? entered after October 1, and (?P<early>{NUMBER}) left before the last school "
    rf"day|(?P<only>{NUMBER}) students? entered after October 1)\."
)
def _moves(c: Checker, m: re.Match[str]) -> None:
    row = enrolled(c, c.running_year)
    c.equal(m["late"] or m["only"], c.shown(row, "n_entered_late"))
    c.equal(m["early"] or "", c.shown(row, "n_exited_early") if m["early"] else "")


@sentence(rf"Students are counted on October 1; the count of (?P<year>{YEAR}) is still to come\.")
def _before_census(c: Checker, m: re.Match[str]) -> None:
    c.holds(c.as_of_date < dt.date(c.year(m["year"]) - 1, 10, 1), m[0])


@sentence(r"(?P<names>.+), \d{4}–\d{2}\. (?=From|Participants)")
def _programs_heading(c: Checker, m: re.Match[str]) -> None:
    c.holds(any(r["program"] in m["names"] for r in c.tables["program_evaluation"]), m[0])


@sentence(
    r"From (?P<first>\w+) to (?P<last>\w+), participants of (?P<program>.+?) gained (?P<points>[\d.]+) points? "
    r"(?P<way>more|less) in (?P<subject>\w+) than comparable students\."
)
def _program_gained(c: Checker, m: re.Match[str]) -> None:
    c.equal(m["points"], points(c.shown(program_row(c, m["program"], m["subject"], m["way"]), "did_estimate")))


@sentence(
    r"Students grew clearly (?P<way>more|less) than those who started alike at (?P<schools>.+?)\.(?= Students grew|$)"
)
def _grew(c: Checker, m: re.Match[str]) -> None:
    for school in c.names(m["schools"]):
        if found := re.search(rf"{re.escape(school)} \(([^)]+)\)", m["schools"]):
            for subject, mean in re.findall(r"(\w+), percentile ([\d.]+)", found[1]):
                c.equal(mean, c.shown(growth_row(c, school, subject, m["way"]), "mean_growth_percentile"))
