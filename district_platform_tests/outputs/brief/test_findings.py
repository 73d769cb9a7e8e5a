import datetime as dt
from typing import Any

import pandas as pd
import pytest

from district_platform.outputs.brief.estimates import Rate, difference
from district_platform.outputs.brief.exhibits import exhibits
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.findings import Topic, key_findings, title
from district_platform.outputs.brief.gaps import gaps_in
from district_platform.outputs.brief.reading import read_facts
from district_platform.outputs.brief.recommendations import recommendations
from district_platform.outputs.brief.release import Release
from district_platform.outputs.brief.report import QualityReport
from district_platform.settings import Quality
from district_platform_tests.outputs.brief.districts import released

AS_OF = dt.date(2026, 2, 13)
QUALITY = Quality()
NO_REPORT = QualityReport({})


def result(group: str, n: int, pct: float, **more: Any) -> dict[str, Any]:
    """A row of the district's Math results; `group` is 'dimension-value'."""
    dimension, value = group.split("-")
    row = {
        "school_year": 2026,
        "aggregation": "District",
        "subject": "Math",
        "administration": "Winter",
        "k_subgroup": group,
        "subgroup_dimension": dimension,
        "subgroup_value": value,
        "n_tested": n,
        "pct_proficient": pct,
    }
    return {**row, **more}


def enrolled(year: int, n: int, **more: Any) -> dict[str, Any]:
    """A row of all students of the district, all of them there on the census date."""
    row = {
        "school_year": year,
        "aggregation": "District",
        "k_subgroup": "All students-All students",
        "subgroup_dimension": "All students",
        "subgroup_value": "All students",
        "n_students": n,
        "n_students_census": n,
        "n_entered_late": 0,
        "n_exited_early": 0,
    }
    return {**row, **more}


def staffed(aggregation: str, name: str | None, students: int, fte: float, year: int = 2026) -> dict[str, Any]:
    return {
        "school_year": year,
        "aggregation": aggregation,
        "k_school": name,
        "school_name": name,
        "n_students_census": students,
        "n_teachers": round(fte),
        "teacher_fte": fte,
        "students_per_teacher_fte": students / fte if fte else None,
    }


def compared(name: str, n_students: int, n_tested: int | None = None, pct: float | None = None) -> dict[str, Any]:
    return {
        "school_year": 2026,
        "k_school": name,
        "school_name": name,
        "school_level": "Middle",
        "n_students": n_students,
        "administration": "Winter",
        "n_tested_math": n_tested,
        "pct_proficient_math": pct,
    }


def facts_of(
    enrollment: list[dict[str, Any]] = (),  # type: ignore[assignment]
    performance: list[dict[str, Any]] = (),  # type: ignore[assignment]
    staffing: list[dict[str, Any]] = (),  # type: ignore[assignment]
    schools: list[dict[str, Any]] = (),  # type: ignore[assignment]
    as_of_date: dt.date = AS_OF,
) -> Facts:
    release = Release(
        released("enrollment_summary", pd.DataFrame(enrollment)),
        released("student_performance", pd.DataFrame(performance)),
        released("staffing_ratios", pd.DataFrame(staffing)),
        released("school_comparison", pd.DataFrame(schools)),
    )
    return read_facts(release, QUALITY, as_of_date)


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
    findings = key_findings(facts, QUALITY)
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
    gaps = exhibits(facts)[1]
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
    found = {f.topic: f for f in key_findings(facts_of([enrolled(2026, 5000)], [row]), QUALITY)}
    assert found[Topic.ACHIEVEMENT].headline == headline


def test_without_a_year_before_no_change_is_spoken_of() -> None:
    facts = facts_of([enrolled(2026, 500)], [result("All students-All students", 500, 40.0)])
    details = " ".join(f.detail for f in key_findings(facts, QUALITY))
    assert "There is no comparable figure for the year before." in details


def test_enrollment_is_compared_on_the_census_date() -> None:
    facts = facts_of([enrolled(2025, 1000), enrolled(2026, 1010, n_students_census=900)])
    assert title(key_findings(facts, QUALITY)) == "Enrollment fell 10.0%, to 900 students"


def test_a_year_that_has_just_begun_is_not_held_against_a_whole_one() -> None:
    facts = facts_of([enrolled(2026, 1000), enrolled(2027, 12)], as_of_date=dt.date(2026, 8, 20))
    assert title(key_findings(facts, QUALITY)) == "12 students enrolled so far in 2026–27"


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
    findings = key_findings(facts, QUALITY)
    assert title(findings) == "Too little can be shown to state a finding"
    assert not any(character.isdigit() for f in findings for character in f.figure + f.headline)


def test_each_recommendation_follows_from_a_figure() -> None:
    facts = facts_of(
        [enrolled(2025, 1000), enrolled(2026, 950, n_entered_late=70, n_exited_early=60)],
        [result("All students-All students", 900, 40.0), result("Sex-F", 450, 41.0), result("Sex-M", 450, 39.0)],
        [staffed("District", None, 950, 50.0), staffed("School", "Adams", 350, 10.0)],
        [compared("Adams", 350, 300, 20.0), compared("Baldwin", 600, 600, 50.0)],
    )
    found = recommendations(facts, NO_REPORT, QUALITY)
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
    )
    assert recommendations(facts, NO_REPORT, QUALITY) == ()


def test_missing_extracts_are_asked_of_who_can_supply_them() -> None:
    found = recommendations(facts_of([enrolled(2026, 900)]), NO_REPORT, QUALITY)
    assert [(r.action, r.owner) for r in found] == [
        ("Deliver assessment results (assessments/assessment_results) with the next extracts.", "assessment office"),
        ("Deliver staff assignments (hr/staff_assignments) with the next extracts.", "human resources"),
    ]
