import datetime as dt

import pandas as pd
import pytest

from district_platform.outputs.brief.estimates import Rate, difference
from district_platform.outputs.brief.exhibits import exhibits
from district_platform.outputs.brief.finding import Topic
from district_platform.outputs.brief.findings import key_findings, title
from district_platform.outputs.brief.gaps import gaps_in
from district_platform.outputs.brief.recommendations import recommendations
from district_platform.outputs.brief.report import QualityReport
from district_platform_tests.outputs.brief.districts import released
from district_platform_tests.outputs.brief.rows import POLICY, absent, compared, enrolled, facts_of, result, staffed

NO_REPORT = QualityReport({})


def test_same_gap_is_surer_in_larger_groups_and_less_sure_among_many() -> None:
    large, small = (difference(Rate(30, n), Rate(50, n)) for n in (1000, 100))
    assert large.size == small.size == -20
    assert large.sure() > small.sure() > small.sure(comparisons=20)


def test_a_rate_of_zero_percent_still_has_an_error() -> None:
    assert difference(Rate(0, 20), Rate(100, 20)).error > 0


def test_yes_is_held_against_no_and_a_race_against_the_largest_group() -> None:
    gaps = gaps_in(
        [
            result("Disability-Yes", 100, 20.0),
            result("Disability-No", 900, 45.0),
            result("Race/ethnicity-Asian", 100, 60.0),
            result("Race/ethnicity-White", 700, 45.0),
            result("Race/ethnicity-Not reported", 50, 10.0),
            result("Grade-03", 500, 90.0),
        ]
    )
    assert [(g.group.name, g.reference.name, g.difference.size) for g in gaps] == [
        ("students with disabilities", "students without disabilities", -25.0),
        ("Asian students", "White students", 15.0),
    ]


def test_a_group_whose_complement_is_hidden_has_no_gap() -> None:
    rows = released(
        "student_performance", pd.DataFrame([result("Homeless-Yes", 200, 20.0), result("Homeless-No", 4, 50)])
    )
    assert gaps_in(rows.to_dict("records")) == ()  # type: ignore[arg-type]


def test_the_surest_gap_leads_even_where_another_is_larger() -> None:
    facts = facts_of(
        [enrolled(2026, 2000)],
        [
            result("All students-All students", 2000, 40.0),
            result("Homeless-Yes", 12, 10.0),
            result("Homeless-No", 1988, 40.0),
            result("English learner-Yes", 600, 22.0),
            result("English learner-No", 1400, 47.0),
        ],
    )
    findings = key_findings(facts, POLICY)
    assert (
        findings[0].headline
        == "Math proficiency of English learners is 25\N{NO-BREAK SPACE}points below that of other students"
    )
    assert findings[0].detail == "22.0% of 600 English learners are proficient, against 47.0% of 1,400 other students."
    assert [f.topic for f in findings] == [Topic.GAP, Topic.ACHIEVEMENT, Topic.ENROLLMENT]


def test_the_chart_of_gaps_claims_what_is_surest_and_names_each_group_as_the_table_does() -> None:
    facts = facts_of(
        [enrolled(2026, 2000)],
        [
            result("All students-All students", 2000, 40.0),
            result("Race/ethnicity-White", 1200, 40.0),
            result("Race/ethnicity-Asian", 500, 60.0),
            result("Race/ethnicity-Two or More Races", 12, 15.0),
        ],
    )
    gaps = exhibits(facts, key_findings(facts, POLICY))[0]
    assert gaps.claim == "In Math, White students are 20\N{NO-BREAK SPACE}points below Asian students"
    assert "Asian students: 60.0%, against 40.0% of White students." in gaps.alt


@pytest.mark.parametrize(
    ("n", "headline"),
    [
        (3000, "Math proficiency fell 6\N{NO-BREAK SPACE}points, to 40.0%"),
        (60, "Math proficiency is 40.0%, about where it was a year ago"),
    ],
)
def test_a_change_is_claimed_only_where_chance_cannot_bring_it(n: int, headline: str) -> None:
    row = result("All students-All students", n, 40.0, n_tested_before=n, pct_proficient_change=-6.0)
    found = {f.topic: f for f in key_findings(facts_of([enrolled(2026, 5000)], [row]), POLICY)}
    assert found[Topic.ACHIEVEMENT].headline == headline


def test_without_a_year_before_no_change_is_spoken_of() -> None:
    facts = facts_of([enrolled(2026, 500)], [result("All students-All students", 500, 40.0)])
    details = " ".join(f.detail for f in key_findings(facts, POLICY))
    assert "There is no comparable figure for the year before." in details


def test_enrollment_is_compared_on_the_census_date() -> None:
    facts = facts_of([enrolled(2025, 1000), enrolled(2026, 1010, n_students_census=900)])
    assert title(key_findings(facts, POLICY)) == "Enrollment fell 10.0%, to 900 students"


def test_a_year_that_has_just_begun_is_not_held_against_a_whole_one() -> None:
    facts = facts_of([enrolled(2026, 1000), enrolled(2027, 12)], as_of_date=dt.date(2026, 8, 20))
    assert title(key_findings(facts, POLICY)) == "12 students enrolled so far in 2026–27"


def test_schools_outside_the_bounds_are_found_farthest_first() -> None:
    staffing = [
        staffed("District", None, 900, 45.0),
        staffed("School", "Adams", 400, 10.0),
        staffed("School", "Baldwin", 300, 50.0),
        staffed("School", "Cedar", 200, 10.0),
        staffed("School", "Dewey", 200, 0.0),
    ]
    facts = facts_of([enrolled(2026, 900)], staffing=staffing)
    assert facts.staffing is not None
    assert facts.staffing.outside == (("Adams", 40.0), ("Baldwin", 6.0))
    assert facts.staffing.without_teachers == ("Dewey",)


def test_findings_name_no_figure_that_is_hidden() -> None:
    facts = facts_of([enrolled(2026, 7)], [result("All students-All students", 7, 42.9)])
    findings = key_findings(facts, POLICY)
    assert title(findings) == "Too little can be shown to state a finding"
    assert not any(character.isdigit() for f in findings for character in f.figure + f.headline)


def test_each_recommendation_follows_from_a_figure() -> None:
    facts = facts_of(
        [enrolled(2025, 1000), enrolled(2026, 950, n_entered_late=70, n_exited_early=60)],
        [result("All students-All students", 900, 40.0), result("Sex-F", 450, 41.0), result("Sex-M", 450, 39.0)],
        [staffed("District", None, 950, 50.0), staffed("School", "Adams", 350, 10.0)],
        [compared("Adams", 350, 300, 20.0), compared("Baldwin", 600, 600, 50.0)],
        [absent("All students-All students", 900, 10.0)],
    )
    found = recommendations(facts, NO_REPORT, POLICY)
    assert [(r.owner, r.because) for r in found] == [
        ("superintendent", "Its proficiency is 20\N{NO-BREAK SPACE}points below the district's 40.0%."),
        ("human resources", "Students per teacher FTE outside 8–30 are rarely real."),
        ("business office", "50 students fewer than a year earlier (−5.0%)."),
        ("student services", "Late entries and early exits come to 13.7% of students."),
    ]


def test_without_cause_nothing_is_recommended() -> None:
    facts = facts_of(
        [enrolled(2026, 900)],
        [result("All students-All students", 900, 40.0)],
        [staffed("District", None, 900, 45.0)],
        absence=[absent("All students-All students", 900, 10.0)],
    )
    assert recommendations(facts, NO_REPORT, POLICY) == ()


def test_missing_extracts_are_asked_of_who_can_supply_them() -> None:
    found = recommendations(facts_of([enrolled(2026, 900)]), NO_REPORT, POLICY)
    assert [(r.action, r.owner) for r in found] == [
        ("Deliver assessment results (assessments/assessment_results) with the next extracts.", "assessment office"),
        ("Deliver staff assignments (hr/staff_assignments) with the next extracts.", "human resources"),
        (
            "Deliver attendance events with school calendars (sis/attendance_events) with the next extracts.",
            "attendance office",
        ),
    ]
