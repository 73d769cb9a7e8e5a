"""What the brief makes of chronic absence and attendance."""

import datetime as dt
import re

import pytest

from district_platform.outputs.brief.exhibits import MAKERS, exhibits
from district_platform.outputs.brief.finding import Evidence, Topic
from district_platform.outputs.brief.findings import key_findings, title
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.recommendations import recommendations
from district_platform.outputs.brief.report import limits
from district_platform.outputs.brief.schools_table import schools_table
from district_platform_tests.outputs.brief.districts import district
from district_platform_tests.outputs.brief.rows import (
    AS_OF,
    POLICY,
    absent,
    absent_at,
    attended,
    attended_on,
    compared,
    enrolled,
    facts_of,
    result,
)

EVERYONE = "All students-All students"
NO_REPORT = QualityReport({})
ENROLLED = [enrolled(2026, 2000)]


def title_of(*rows: dict[str, object]) -> str:
    return title(key_findings(facts_of(ENROLLED, absence=[*rows]), POLICY))


def test_a_level_surely_above_the_nations_is_a_finding() -> None:
    facts = facts_of(ENROLLED, absence=[absent(EVERYONE, 2000, 19.8)])
    main = key_findings(facts, POLICY)[0]
    assert main.topic is Topic.ATTENDANCE
    assert main.weight > 1
    assert main.headline == "One in five students is chronically absent"
    assert (main.figure, main.caption) == ("19.8%", "of students are chronically absent")
    assert main.detail == "They missed 10% or more of their school days so far in 2025–26."


@pytest.mark.parametrize(("n", "pct"), [(2000, 16.5), (100, 20.0)], ids=["hardly above", "few students"])
def test_a_level_that_may_be_below_it_weighs_nothing(n: int, pct: float) -> None:
    facts = facts_of(ENROLLED, absence=[absent(EVERYONE, n, pct)])
    assert {f.topic: f.weight for f in key_findings(facts, POLICY)}[Topic.ATTENDANCE] == 0


def test_a_change_is_against_the_year_before_up_to_the_same_day() -> None:
    row = absent(EVERYONE, 4000, 12.0, n_students_judged_before=4000, pct_chronically_absent_change=4.0)
    main = key_findings(facts_of(ENROLLED, absence=[row]), POLICY)[0]
    assert main.headline == "Chronic absence rose since the same day last year"
    assert (main.figure, main.caption) == ("+4.0", "points of chronic absence since the same day last year")
    assert main.detail.startswith("Now 12.0% of students are chronically absent.")


def test_a_change_that_chance_could_bring_stays_out() -> None:
    row = absent(EVERYONE, 200, 12.0, n_students_judged_before=200, pct_chronically_absent_change=4.0)
    finding = next(f for f in key_findings(facts_of(ENROLLED, absence=[row]), POLICY) if f.topic is Topic.ATTENDANCE)
    assert finding.weight == 0
    assert "4.0" not in finding.figure + finding.detail
    assert "8.0" not in finding.detail


def test_the_school_that_is_surely_highest_stands_beside_the_districts_released_rate() -> None:
    everyone = absent(EVERYONE, 2000, 12.0)
    schools = [absent_at("Adams", 500, 30.0), absent_at("Baldwin", 500, 8.0), absent_at("Cedar", 1000, 5.0)]
    facts = facts_of(ENROLLED, absence=[everyone, *schools])
    main = key_findings(facts, POLICY)[0]
    assert main.headline == "At Adams, nearly one in three students is chronically absent"
    assert main.detail == (
        "They missed 10% or more of their school days so far in 2025–26; in the district as a whole, 12.0% did."
    )
    assert exhibits(facts, (main,))[0].claim == "In one of 3 schools, chronic absence is above the district's rate"


def test_rates_are_spoken_of_where_the_release_tells_no_counts() -> None:
    untold = {"n_students_judged": None, "n_chronically_absent": None}
    rows = [
        absent(EVERYONE, 0, 14.0, **untold),
        *({**absent_at(name, 0, pct), **untold} for name, pct in [("A", 30.0), ("B", 8.0)]),
    ]
    enrolled_at = [enrolled(2026, 1000, aggregation="School", k_school=name, school_name=name) for name in "AB"]
    facts = facts_of([*ENROLLED, *enrolled_at], absence=rows)
    main = key_findings(facts, POLICY)[0]
    assert main.headline == "At A, nearly one in three students is chronically absent"
    assert not re.search(r"\b(1,000|2,000|0 students)\b", main.detail)


def test_a_small_school_with_the_highest_rate_is_not_named() -> None:
    schools = [absent_at("Adams", 12, 30.0), absent_at("Baldwin", 988, 10.0)]
    assert "Adams" not in title_of(absent(EVERYONE, 1000, 10.2), *schools)


def test_groups_and_grades_compete_and_the_surest_is_named() -> None:
    rows = [
        absent(EVERYONE, 3000, 14.0),
        absent("Economically disadvantaged-Yes", 1000, 25.0),
        absent("Economically disadvantaged-No", 2000, 8.5),
        absent(EVERYONE, 300, 28.0, grade_level="12"),
        absent(EVERYONE, 2700, 12.4, grade_level="03"),
    ]
    assert title_of(*rows) == "One in four economically disadvantaged students is chronically absent"
    assert title_of(rows[0], *rows[3:]) == "More than one in four students in grade 12 is chronically absent"


def test_a_group_whose_complement_is_hidden_is_not_compared() -> None:
    hidden = [absent("Homeless-Yes", 500, 40.0), absent("Homeless-No", 4, 0.0)]
    facts = facts_of(ENROLLED, absence=[absent(EVERYONE, 504, 12.0), *hidden])
    assert facts.absence is not None
    assert facts.absence.groups == ()


def test_the_latest_year_with_a_rate_is_dated() -> None:
    rows = [
        absent(EVERYONE, 900, 15.0, school_year=2026),
        absent(EVERYONE, 0, 0, school_year=2027, pct_chronically_absent=None),
    ]
    facts = facts_of([enrolled(2027, 900)], absence=rows, as_of_date=dt.date(2026, 9, 4))
    assert "Chronic absence of 2026–27 cannot be told yet; it is that of 2025–26." in limits(
        facts, district(), NO_REPORT, POLICY
    )


WEEKS = [attended(f"2025-09-{day:02}", 95.0 + i % 2 / 2) for i, day in enumerate((1, 8, 15, 22, 29))] + [
    attended(f"2025-10-{day:02}", 94.5 + i % 2 / 2) for i, day in enumerate((6, 13, 20, 27))
]
LONGER = [*WEEKS, attended("2025-11-03", 94.0), attended("2025-11-10", 94.2)]


def test_weekdays_that_surely_have_less_attendance_are_recommended_to_look_at() -> None:
    days = [("Monday", 93.0), ("Tuesday", 95.0), ("Wednesday", 95.0), ("Thursday", 95.0), ("Friday", 92.5)]
    trend = [*LONGER, *(attended_on(i, name, pct) for i, (name, pct) in enumerate(days, start=1))]
    facts = facts_of(ENROLLED, absence=[absent(EVERYONE, 2000, 10.0)], trend=trend)
    found = [r for r in recommendations(facts, POLICY, AS_OF) if "Mondays and Fridays" in r.action]
    assert [r.because for r in found] == [
        "Attendance is clearly lower on Mondays (93.0%) and Fridays (92.5%) than on the other days."
    ]


def test_few_weeks_say_nothing_of_weekdays() -> None:
    trend = [*WEEKS, attended_on(1, "Monday", 90.0), attended_on(2, "Tuesday", 95.0)]
    facts = facts_of(ENROLLED, absence=[absent(EVERYONE, 2000, 10.0)], trend=trend)
    assert facts.absence is not None
    assert facts.absence.weekdays == ()


def test_the_weekly_chart_counts_weeks_against_the_year_before_and_says_where_its_axis_begins() -> None:
    row = absent(EVERYONE, 4000, 12.0, n_students_judged_before=4000, pct_chronically_absent_change=4.0)
    before = [attended(f"2024-09-{day:02}", 97.0, 2025) for day in (2, 9, 16)]
    facts = facts_of(ENROLLED, absence=[row], trend=[*WEEKS, *before])
    chart = exhibits(facts, key_findings(facts, POLICY))[0]
    assert chart.claim == "In all three weeks, attendance was below that of the same week a year earlier"
    assert "The scale begins at 90%." in chart.note


def test_schools_stand_by_chronic_absence_where_that_is_the_main_finding() -> None:
    schools = [absent_at("Adams", 500, 8.0), absent_at("Baldwin", 500, 30.0)]
    facts = facts_of(
        ENROLLED,
        [result(EVERYONE, 900, 40.0)],
        schools=[compared("Adams", 500, 450, 60.0), compared("Baldwin", 500, 450, 30.0)],
        absence=[absent(EVERYONE, 1000, 19.0), *schools],
    )
    by_default, by_absence = schools_table(facts), schools_table(facts, Topic.ATTENDANCE)
    assert by_default is not None
    assert by_absence is not None
    assert [row[0] for row in by_default.rows] == ["Adams", "Baldwin"]
    assert [row[0] for row in by_absence.rows] == ["Baldwin", "Adams"]
    assert "Chronically absent, %" in by_default.headings


def test_schools_without_attendance_or_fallen_silent_are_named_among_the_limits() -> None:
    facts = facts_of(
        ENROLLED,
        schools=[compared("Adams", 500), compared("Baldwin", 500)],
        absence=[absent(EVERYONE, 1000, 19.0)],
    )
    rules = [
        {"rule_id": "ATT-07", "finding_keys": ["Adams|2026", "Baldwin|2025", "Baldwin|2019"]},
        {"rule_id": "ATT-06", "finding_keys": ["Baldwin|2026"]},
    ]
    found = [
        line
        for line in limits(facts, district(), QualityReport({"rules": rules}), POLICY)
        if "sent no attendance" in line
    ]
    assert found == [
        "Adams sent no attendance in 2025–26: its students are in no rate of absence of that year.",
        "Baldwin sent no attendance in 2024–25: its students are in no rate of absence of that year.",
        "Baldwin has sent no attendance lately: its absence counts up to the last day with any.",
    ]


def test_the_chart_by_grade_names_both_ends_or_says_that_there_are_none() -> None:
    everyone = absent(EVERYONE, 2000, 19.8)
    grades = [
        absent(EVERYONE, 300, pct, grade_level=grade) for grade, pct in (("KG", 22.5), ("01", 12.5), ("12", 27.8))
    ]
    facts = facts_of(ENROLLED, absence=[everyone, *grades])
    chart = MAKERS[Evidence.CHRONIC_BY_GRADE](facts)
    assert chart is not None
    assert chart.claim == "Chronic absence is highest in grade 12 and lowest in grade 1"
    alike = facts_of(ENROLLED, absence=[everyone, *({**grade, "pct_chronically_absent": 20.0} for grade in grades)])
    chart = MAKERS[Evidence.CHRONIC_BY_GRADE](alike)
    assert chart is not None
    assert chart.claim == "Chronic absence is 20.0% in every grade"
