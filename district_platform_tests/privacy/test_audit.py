"""The audit finds what a release gives away, whichever way it does, and nothing where it does not."""

import pandas as pd
import pytest

from district_platform.dictionary import TABLES, display_column
from district_platform.privacy.audit import audit, read_release, rows_of
from district_platform.privacy.gathering import in_order
from district_platform.privacy.suppression import PROTECTS
from district_platform_tests.privacy.rows import ALL, PRIVACY, enrolled, release_of, subgroup, table
from district_platform_tests.privacy.rows import tested as performance_of

GIRLS, BOYS = subgroup("Sex", "F"), subgroup("Sex", "M")
EXAM = {"subject": "Reading", "administration": "Spring"}

SCHOOLS = {
    **{("A", ALL): 35, ("A", GIRLS): 5, ("A", BOYS): 30},
    **{("B", ALL): 75, ("B", GIRLS): 40, ("B", BOYS): 35},
    **{(None, ALL): 110, (None, GIRLS): 45, (None, BOYS): 65},
}
"""Students of two schools, with five girls at school A."""


def findings(release: dict[str, pd.DataFrame], analysis: dict[str, pd.DataFrame] | None = None) -> dict[str, str]:
    """What the audit finds, by the key of the cell."""
    found = rows_of([], audit(read_release(release, PRIVACY, analysis), PRIVACY).findings)
    return dict(zip(found["offender_key"], found["message"], strict=True))


def telling(release: dict[str, pd.DataFrame], name: str, column: str, value: float, **where: object) -> dict:
    """The release with one figure told, as if nothing had hidden it."""
    frame = release[name].copy()
    row = (frame[list(where)] == pd.Series(where)).all(axis=1)
    assert frame.loc[row, column].isna().tolist() == [True]
    frame.loc[row, column], frame.loc[row, display_column(column)] = value, f"{value:g}"
    return {**release, name: frame}


def without_complementary(release: dict[str, pd.DataFrame], analysis: dict[str, pd.DataFrame]) -> dict:
    """The release of a suppression that hides the small cells only."""
    frames = {name: frame.copy() for name, frame in release.items()}
    for name, values in in_order(analysis).items():
        for measure in TABLES[name].measures:
            column, display = measure.column, display_column(measure.column)
            told = frames[name][display] == PROTECTS
            frames[name][column] = frames[name][column].astype(object).mask(told, values[column])
            frames[name][display] = frames[name][display].mask(told, values[column].astype(str))
    return frames


def test_what_suppression_leaves_is_no_finding():
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    release = read_release(release_of(**analysis), PRIVACY, analysis)
    judged = audit(release, PRIVACY)
    assert judged.findings == []
    assert "n_students|2026|A|Sex-F" in judged.judged


@pytest.mark.parametrize("with_analysis", [True, False], ids=["beside the data", "as a stranger"])
def test_total_gives_a_hidden_count_away(with_analysis):
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    release = without_complementary(release_of(**analysis), analysis)
    found = findings(release, analysis if with_analysis else None)
    assert found["n_students|2026|A|Sex-F"] == "can be worked out from what is published: 5"


def test_school_follows_from_the_district_where_both_totals_are_told():
    """Neither row gives it away alone: boys of A protect the girls of A, boys of B those of A."""
    analysis = {"student_performance": performance_of({group: (n, n // 2) for group, n in SCHOOLS.items()})}
    release = release_of(**analysis)
    assert findings(release, analysis) == {}
    told = telling(release, "student_performance", "n_tested", 40, k_school="B", k_subgroup=GIRLS)
    assert findings(told)["n_tested|2026|A|Sex-F|administration=Spring;subject=Reading"].endswith(": 5")


def test_small_count_that_is_told():
    release = release_of(enrollment_summary=enrolled(SCHOOLS))
    told = telling(release, "enrollment_summary", "n_students", 5, k_school="A", k_subgroup=GIRLS)
    assert findings(told)["n_students|2026|A|Sex-F"] == "5 is shown"


def test_small_count_that_only_the_words_tell():
    release = release_of(enrollment_summary=enrolled(SCHOOLS))
    told = telling(release, "enrollment_summary", "n_students", 5, k_school="A", k_subgroup=GIRLS)
    told["enrollment_summary"]["n_students"] = release["enrollment_summary"]["n_students"]
    assert findings(told)["n_students|2026|A|Sex-F"] == "5 is shown"


def test_count_hidden_in_one_table_and_told_in_another():
    schools = [{"k_school": s, "n_students": SCHOOLS[s, ALL]} for s in "AB"] + [{"k_school": "C", "n_students": 6}]
    students = {**SCHOOLS, ("C", ALL): 6, ("C", BOYS): 6, (None, ALL): 116, (None, BOYS): 71}
    release = release_of(enrollment_summary=enrolled(students), school_comparison=table("school_comparison", schools))
    assert findings(release) == {}
    told = telling(release, "school_comparison", "n_students", 6, k_school="C")
    assert findings(told)["n_students|2026|C|All students"].startswith("6 is shown")


@pytest.mark.parametrize(("n_proficient", "few"), [(4, "4"), (46, "46"), (0, "0")])
def test_percentage_of_a_known_number_tells_how_many(n_proficient, few):
    release = release_of(student_performance=performance_of({("A", ALL): (50, n_proficient)}))
    assert findings(release) == {}
    told = telling(release, "student_performance", "pct_proficient", 2.0 * n_proficient, k_school="A")
    key = "n_proficient|2026|A|All students|administration=Spring;subject=Reading"
    assert findings(told)[key] == f"{few} is shown"


def two_years(before: int, now: int) -> dict[str, pd.DataFrame]:
    """The release of 50 students tested in two years, so many of whom were proficient."""
    rows = [
        {**EXAM, "school_year": 2025, "n_tested": 50, "pct_proficient": 2.0 * before},
        {**EXAM, "n_tested": 50, "pct_proficient": 2.0 * now, "n_tested_before": 50}
        | {"pct_proficient_change": 2.0 * (now - before), "mean_scale_score_change": 4.0},
    ]
    return release_of(student_performance=table("student_performance", rows))


def test_change_tells_the_percentage_of_the_year_before():
    release = two_years(before=4, now=25)
    assert findings(release) == {}
    told = telling(release, "student_performance", "pct_proficient_change", 42.0, school_year=2026)
    key = "n_proficient|2025|A|All students|administration=Spring;subject=Reading"
    assert findings(told)[key] == "4 is shown"


def test_change_tells_the_percentage_of_this_year():
    release = two_years(before=25, now=4)
    assert findings(release) == {}
    told = telling(release, "student_performance", "pct_proficient_change", -42.0, school_year=2026)
    assert list(findings(told)) == [
        "student_performance|2026|School|A|Reading|Spring|" + ALL + "|pct_proficient_change"
    ]


def test_change_of_a_count_tells_the_count():
    row = {"n_students": 5, "n_students_before": 30, "n_students_change": -25}
    release = release_of(enrollment_summary=table("enrollment_summary", [row]))
    assert findings(release) == {}
    told = telling(release, "enrollment_summary", "n_students_change", -25, k_school="A")
    assert list(findings(told)) == [f"enrollment_summary|2026|School|A|{ALL}|n_students_change"]


GAP = {"mean_scale_score_gap": -20.0, "hedges_g": -0.4, "hedges_g_ci_low": -0.9, "pct_proficient_gap": -12.0}
EFFECT = {"did_estimate": 3.0, "did_ci_high": 7.0, "effect_size": 0.2, "did_p_value": 0.04}


def gap_of_five_girls() -> dict[str, pd.DataFrame]:
    row = {
        **EXAM,
        "k_subgroup": GIRLS,
        "subgroup_dimension": "Sex",
        "comparison": "complement",
        "comparison_value": "M",
    }
    return release_of(equity_gaps=table("equity_gaps", [{**row, "n_group": 5, "n_comparison": 40, **GAP}]))


@pytest.mark.parametrize(("figure", "value"), GAP.items())
def test_gap_effect_size_and_interval_are_told_of_a_hidden_group(figure, value):
    release = gap_of_five_girls()
    assert findings(release) == {}
    [key] = findings(telling(release, "equity_gaps", figure, value, k_subgroup=GIRLS))
    assert key == f"equity_gaps|2026|School|A|Reading|Spring|{GIRLS}|complement|{figure}"


@pytest.mark.parametrize(("figure", "value"), EFFECT.items())
def test_effect_of_a_program_is_told_of_five_participants(figure, value):
    row = {"program": "Tutoring", "subject": "Math", "school_level": "Elementary", "aggregation": "Level"}
    rows = table("program_evaluation", [{**row, "n_participants": 5, "n_comparison": 90, **EFFECT}])
    release = release_of(program_evaluation=rows)
    assert findings(release) == {}
    [key] = findings(telling(release, "program_evaluation", figure, value, program="Tutoring"))
    assert key.endswith(f"|{figure}")


def test_gap_in_proficiency_is_told_beside_a_range():
    """The percentage of one side is a range, so that the gap to the other would tell it."""
    performance = {("A", GIRLS): (50, 4), ("A", BOYS): (50, 25)}
    row = {
        **EXAM,
        "k_subgroup": GIRLS,
        "subgroup_dimension": "Sex",
        "comparison": "complement",
        "comparison_value": "M",
    }
    gaps = table("equity_gaps", [{**row, "n_group": 50, "n_comparison": 50, **GAP, "pct_proficient_gap": -42.0}])
    release = release_of(student_performance=performance_of(performance), equity_gaps=gaps)
    assert findings(release) == {}
    [key] = findings(telling(release, "equity_gaps", "pct_proficient_gap", -42.0, k_subgroup=GIRLS))
    assert key.endswith("|pct_proficient_gap")


def test_hidden_parts_that_are_few_together():
    """Nobody knows how many of the seven are at B or C, but their mean follows from those of the others."""
    students = {("A", ALL): 30, ("B", ALL): 4, ("C", ALL): 3, (None, ALL): 37}
    analysis = {"student_performance": performance_of({group: (n, n // 2) for group, n in students.items()})}
    message = findings(without_complementary(release_of(**analysis), analysis))[
        "n_tested|2026|district|All students|administration=Spring;subject=Reading"
    ]
    assert message == "less the parts shown leaves 7 children"


def test_figures_that_nobody_has_are_not_hidden_cells():
    """Without tests and without a census there is nothing to hide, and nothing to find."""
    row = {"n_students": 40, "n_students_census": None, "n_entered_late": None}
    analysis = {"enrollment_summary": table("enrollment_summary", [row, {"k_school": None, **row}])}
    assert findings(release_of(**analysis), analysis) == {}
    assert findings(release_of(**analysis)) == {}


def test_figures_that_contradict_each_other_are_a_finding():
    """Girls of A are at least one and those of B at least ten, but the district is said to have ten."""
    release = release_of(student_performance=performance_of({group: (n, n // 2) for group, n in SCHOOLS.items()}))
    frame = release["student_performance"]
    frame.loc[frame["k_school"].isna() & (frame["k_subgroup"] == GIRLS), "n_tested"] = 10
    assert "the published figures contradict their totals" in findings(release).values()


def test_running_year_is_compared_with_the_year_before_to_the_same_day_only():
    """As many students were judged by this day a year ago as in all of that year, but fewer of them were absent so often."""
    year = {"n_students_judged": 50, "n_chronically_absent": 20, "pct_chronically_absent": 40.0}
    running = {"n_students_judged_before": 50, "pct_chronically_absent_change": 10.0}
    analysis = {"chronic_absence": table("chronic_absence", [{"school_year": 2025, **year}, {**year, **running}])}
    assert findings(release_of(**analysis), analysis) == {}


LEARNERS, OTHERS = subgroup("English learner", "Yes"), subgroup("English learner", "No")
LEARNER_WHO_LEFT = table(
    "chronic_absence",
    [
        {"k_subgroup": group, "school_year": year, "n_students_judged": n, "n_students_judged_before": before}
        | {"pct_chronically_absent": 20.0, "pct_chronically_absent_change": change}
        for group, year, n, before, change in (
            (ALL, 2025, 15, None, None),
            (LEARNERS, 2025, 1, None, None),
            (OTHERS, 2025, 14, None, None),
            (ALL, 2026, 15, 15, 100 / 15),
            (OTHERS, 2026, 15, 14, 80 / 14),
        )
    ],
)
"""A school with one English learner, who is there no longer; by this day a year ago one child less was absent so often."""


def test_group_that_a_running_year_lacks_does_not_follow_from_what_it_repeats_of_the_year_before():
    analysis = {"chronic_absence": LEARNER_WHO_LEFT}
    release = release_of(**analysis)
    told = release["chronic_absence"].set_index(["school_year", "k_subgroup"])["n_students_judged_before"].loc[2026]
    assert told.isna()[OTHERS]
    assert findings(release, analysis) == {}
    both = {OTHERS: 14, ALL: 15}
    for group in told.index[told.isna()]:
        release = telling(
            release, "chronic_absence", "n_students_judged_before", both[group], school_year=2026, k_subgroup=group
        )
    assert "less the parts shown leaves 1 children" in findings(release, analysis).values()


def test_running_year_too_small_to_show_that_it_is_compared_to_the_same_day():
    """The percentages by this day differ from those of the whole year, but no such percentage is told; the data behind them tell."""
    analysis = {"chronic_absence": LEARNER_WHO_LEFT}
    release = read_release(release_of(**analysis), PRIVACY, analysis)
    assert release.groups.is_incomplete().any()
    assert not read_release(release_of(**analysis), PRIVACY).groups.is_incomplete().any()


def test_group_that_nobody_is_in_any_longer_is_still_told_as_a_range():
    """Its change has no value this year, so that the percentage before cannot be worked out; last year's row has it all the same."""
    past = {"school_year": 2025, "n_students_judged": 17, "n_chronically_absent": 3, "pct_chronically_absent": 300 / 17}
    now = {"n_students_judged": 0, "n_chronically_absent": 0, "n_students_judged_before": 17}
    analysis = {"chronic_absence": table("chronic_absence", [past, now])}
    release = release_of(**analysis)
    assert release["chronic_absence"]["pct_chronically_absent"].isna().all()
    assert findings(release, analysis) == {}
