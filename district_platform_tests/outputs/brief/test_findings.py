import datetime as dt

import pandas as pd
import pytest

from district_platform.metrics.comparisons import Estimate, Rate, difference
from district_platform.outputs.brief.deadlines import friday
from district_platform.outputs.brief.exhibits import exhibits
from district_platform.outputs.brief.finding import Topic
from district_platform.outputs.brief.findings import key_findings, title
from district_platform.outputs.brief.gaps import gaps_in
from district_platform.outputs.brief.recommendations import recommendations
from district_platform.outputs.brief.release import records
from district_platform.outputs.brief.sections import growth_sentences
from district_platform.outputs.brief.sections import programs as programs_paragraph
from district_platform_tests.outputs.brief.districts import released
from district_platform_tests.outputs.brief.rows import (
    AS_OF,
    POLICY,
    absent,
    compared,
    enrolled,
    evaluated,
    facts_of,
    gap,
    grown,
    result,
    staffed,
)


def test_same_gap_is_surer_in_larger_groups_and_less_sure_among_many() -> None:
    large, small = (difference(Rate(30, n), Rate(50, n)) for n in (1000, 100))
    assert large.size == small.size == -20
    assert large.sure() > small.sure() > small.sure(comparisons=20)


def test_a_rate_of_zero_percent_still_has_an_error() -> None:
    assert difference(Rate(0, 20), Rate(100, 20)).error > 0


def test_a_released_interval_is_widened_where_many_are_compared() -> None:
    gap = Estimate(-20.0, -26.0, -14.0)
    assert gap.sure() == pytest.approx(14.0)
    assert 10 < gap.sure(comparisons=20) < 14
    assert Estimate(-2.0, -8.0, 4.0).sure() == 0


def test_a_group_is_held_against_the_reference_group_of_its_dimension() -> None:
    complement = gap("Disability-Yes", 100, "All others", 900, -24.0, 6.0, comparison="complement")
    rows = [
        gap("Disability-Yes", 100, "No", 900, -25.0, 6.0),
        gap("Race/ethnicity-Asian", 100, "White", 700, 15.0, 8.0),
        complement,
    ]
    gaps = gaps_in(records(released("equity_gaps", pd.DataFrame(rows))))
    assert [(g.name, g.reference, g.peers, g.points.value) for g in gaps] == [
        ("students with disabilities", "students without disabilities", "other students", -25.0),
        ("Asian students", "White students", "White students", 15.0),
    ]


def test_a_gap_of_which_one_side_is_hidden_is_none() -> None:
    rows = released("equity_gaps", pd.DataFrame([gap("Homeless-Yes", 200, "No", 4, -20.0, 6.0)]))
    assert gaps_in(records(rows)) == ()


EVERYONE = [result("All students-All students", 2000, 40.0)]


def test_the_surest_gap_leads_even_where_another_is_larger() -> None:
    gaps = [
        gap("Homeless-Yes", 12, "No", 1988, -30.0, 28.0),
        gap("English learner-Yes", 600, "No", 1400, -25.0, 4.2),
    ]
    findings = key_findings(facts_of([enrolled(2026, 2000)], EVERYONE, gaps=gaps), POLICY)
    assert findings[0].headline == "English learners are behind other students in math"
    assert (findings[0].figure, findings[0].caption) == (
        "25\N{NO-BREAK SPACE}points",
        "between English learners and other students in math",
    )
    assert [f.topic for f in findings] == [Topic.GAP, Topic.ACHIEVEMENT, Topic.ENROLLMENT]


def test_a_group_that_is_ahead_is_named_as_the_one_ahead() -> None:
    gaps = [gap("Race/ethnicity-Asian", 500, "White", 1200, 20.0, 5.0)]
    facts = facts_of([enrolled(2026, 2000)], EVERYONE, gaps=gaps)
    assert title(key_findings(facts, POLICY)) == "White students are behind Asian students in math"
    chart = exhibits(facts, key_findings(facts, POLICY))[0]
    assert chart.claim == "One gap in math is larger than chance would explain"
    assert "Asian students compared with White students: +20.0 (15.0 to 25.0)." in chart.alt


def test_a_program_is_a_finding_where_chance_does_not_explain_its_participants_gain() -> None:
    programs = [evaluated("Tutoring", 12.0, 1.5), evaluated("Math Lab", 14.0, 13.9)]
    facts = facts_of([enrolled(2026, 2000)], EVERYONE, programs=programs)
    main = key_findings(facts, POLICY)[0]
    assert main.headline == "Students in Tutoring gained more in reading than comparable students"
    assert "Students were not assigned by lot, so the program need not be the reason." in main.detail
    assert recommendations(facts, POLICY, AS_OF)[0].action.startswith("Keep Tutoring, and give new places")


@pytest.mark.parametrize(
    "apart",
    [
        {"standardized_baseline_difference": -0.5},
        {"standardized_baseline_difference": None},
        {"pct_participants_attrited": 30.0},
    ],
    ids=["began far below", "baseline hidden", "many lost"],
)
def test_participants_who_are_not_alike_make_no_finding_however_sure_the_difference(
    apart: dict[str, float | None],
) -> None:
    facts = facts_of([enrolled(2026, 2000)], EVERYONE, programs=[evaluated("Tutoring", 12.0, 1.5, **apart)])
    assert Topic.PROGRAMS not in {f.topic for f in key_findings(facts, POLICY)}
    told = programs_paragraph(facts)
    assert told is not None
    assert told.heading == "Tutoring, 2025–26."
    assert told.text.endswith(
        "Participants and the others began too differently, or too many left, to credit the program."
    )


def test_programs_that_chance_explains_are_told_as_such() -> None:
    programs = [evaluated("Tutoring", 2.0, 3.0), evaluated("Math Lab", -1.0, 6.0)]
    facts = facts_of([enrolled(2026, 2000)], EVERYONE, programs=programs)
    assert Topic.PROGRAMS not in {f.topic for f in key_findings(facts, POLICY)}
    told = programs_paragraph(facts)
    assert told is not None
    assert told.heading == "Math Lab and Tutoring, 2025–26."
    assert told.text == (
        "Participants gained about as much as comparable students: no difference in two comparisons is larger than chance would "
        "explain."
    )


def test_a_school_that_surely_grew_more_is_found_and_named_once() -> None:
    growth = [grown("Adams", 62.0, 3.0), grown("Baldwin", 49.0, 3.0), grown("Cedar", 42.0, 3.0)]
    facts = facts_of([enrolled(2026, 2000)], EVERYONE, growth=growth)
    found = {f.topic: f.headline for f in key_findings(facts, POLICY)}
    assert found[Topic.GROWTH] == "Students at Adams grew more in math than students who started alike"
    assert growth_sentences(facts) == [
        "Students grew clearly more than those who started alike at Adams (math, percentile 62.0).",
        "Students grew clearly less than those who started alike at Cedar (math, percentile 42.0).",
    ]


def test_growth_of_a_single_school_is_the_districts_and_says_nothing() -> None:
    assert facts_of([enrolled(2026, 300)], EVERYONE, growth=[grown("Adams", 62.0, 3.0)]).growth == ()


@pytest.mark.parametrize(
    ("n", "headline"),
    [
        (3000, "Math proficiency fell in the last year"),
        (60, "40.0% of students are proficient in math"),
    ],
)
def test_a_change_is_claimed_only_where_chance_cannot_bring_it(n: int, headline: str) -> None:
    row = result("All students-All students", n, 40.0, n_tested_before=n, pct_proficient_change=-6.0)
    found = {f.topic: f for f in key_findings(facts_of([enrolled(2026, 5000)], [row]), POLICY)}
    assert found[Topic.ACHIEVEMENT].headline == headline


def test_without_a_year_before_no_change_is_spoken_of() -> None:
    facts = facts_of([enrolled(2026, 500)], [result("All students-All students", 500, 40.0)])
    assert not any(
        word in f.headline + f.detail for f in key_findings(facts, POLICY) for word in ("rose", "fell", "year ago")
    )


def test_enrollment_is_compared_on_the_census_date() -> None:
    facts = facts_of([enrolled(2025, 1000), enrolled(2026, 1010, n_students_census=900)])
    assert title(key_findings(facts, POLICY)) == "The district has fewer students than a year ago"


def test_a_year_that_has_just_begun_is_not_held_against_a_whole_one() -> None:
    facts = facts_of([enrolled(2026, 1000), enrolled(2027, 12)], as_of_date=dt.date(2026, 8, 20))
    findings = key_findings(facts, POLICY)
    assert title(findings) == "The data tells how many students are enrolled, and little else"
    assert [(f.figure, f.caption) for f in findings] == [("12", "students enrolled so far in 2026–27")]


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
    assert [(name, ratio.shown) for name, ratio in facts.staffing.outside] == [("Adams", "40.0"), ("Baldwin", "6.0")]
    assert facts.staffing.without_teachers == ("Dewey",)


def test_findings_name_no_figure_that_is_hidden() -> None:
    facts = facts_of([enrolled(2026, 7)], [result("All students-All students", 7, 42.9)])
    findings = key_findings(facts, POLICY)
    assert title(findings) == "Too little can be shown to state a finding"
    assert not any(character.isdigit() for f in findings for character in f.figure + f.headline)


def test_each_recommendation_follows_from_a_figure_and_says_who_by_when_and_how_it_is_seen() -> None:
    facts = facts_of(
        [enrolled(2025, 1000), enrolled(2026, 950, n_entered_late=70, n_exited_early=60)],
        [result("All students-All students", 900, 40.0), result("Sex-F", 450, 41.0), result("Sex-M", 450, 39.0)],
        [staffed("District", None, 950, 50.0), staffed("School", "Adams", 350, 10.0)],
        [compared("Adams", 350, 300, 20.0), compared("Baldwin", 600, 600, 50.0)],
        [absent("All students-All students", 900, 21.0)],
    )
    found = recommendations(facts, POLICY, AS_OF)
    assert [(r.owner, r.because) for r in found] == [
        ("Principals", "The list names the students who were absent most in the last weeks."),
        ("Chief academic officer", "They have the lowest and the highest math results of the middle schools."),
        ("Business office", "There are fewer students than a year ago."),
        ("Student services", "Many students come and go during the year."),
    ]
    assert "reports/call_lists/<school_id>.csv" in found[0].action
    day = "\N{NO-BREAK SPACE}"
    assert [r.by for r in found] == [
        f"First round by February{day}20, 2026, then every week",
        f"March{day}13, 2026",
        f"April{day}10, 2026",
        f"March{day}13, 2026",
    ]
    assert all(r.seen.endswith(".") for r in found)


def test_nobody_is_asked_for_anything_in_the_winter_break() -> None:
    assert [friday(dt.date(2026, 11, 29), week).replace("\N{NO-BREAK SPACE}", " ") for week in (1, 3, 4)] == [
        "December 4, 2026",
        "December 18, 2026",
        "January 8, 2027",
    ]


def test_data_to_correct_is_no_recommendation() -> None:
    outside = [staffed("District", None, 900, 45.0), staffed("School", "Adams", 400, 10.0)]
    assert recommendations(facts_of([enrolled(2026, 900)], staffing=outside), POLICY, AS_OF) == ()


def test_without_cause_nothing_is_recommended() -> None:
    facts = facts_of(
        [enrolled(2026, 900)],
        [result("All students-All students", 900, 40.0)],
        [staffed("District", None, 900, 45.0)],
        absence=[absent("All students-All students", 900, 10.0)],
    )
    assert recommendations(facts, POLICY, AS_OF) == ()
