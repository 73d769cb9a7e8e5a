"""One headcount a place and group; of the others only what gives no difference away."""

import pandas as pd
import pytest

from district_platform.dictionary import COLUMNS, COUNTS, TABLES, Layer, Told, tables_in
from district_platform.privacy.audit import audit
from district_platform.privacy.released import released
from district_platform.privacy.words import NOT_TOLD
from district_platform.settings import Privacy
from district_platform_tests.privacy.rows import ALL, TODAY, enrolled, release_of, subgroup, table

ASIAN, WHITE = subgroup("Race/ethnicity", "Asian"), subgroup("Race/ethnicity", "White")
YES, NO = subgroup("Disability", "Yes"), subgroup("Disability", "No")


def of_all(**counts: int) -> dict[str, str]:
    """What readers see of counts of all students of the district, in enrollment_summary."""
    row = {"k_school": None, "k_subgroup": ALL, **counts}
    told = release_of(enrollment_summary=table("enrollment_summary", [row]))["enrollment_summary"].iloc[0]
    return {name: told[f"{name}_display"] for name in counts}


def test_headcount_of_the_count_day_is_told_and_no_other_of_a_school():
    told = release_of(enrollment_summary=enrolled({("A", ALL): 675, ("A", WHITE): 312}, more=40))["enrollment_summary"]
    assert told["n_students_census_display"].tolist() == ["675", "312"]
    assert told["n_students_display"].tolist() == [NOT_TOLD, NOT_TOLD]


@pytest.mark.parametrize(
    ("enrolled_in_year", "told"), [(675, NOT_TOLD), (676, NOT_TOLD), (684, NOT_TOLD), (685, "685")]
)
def test_district_tells_a_second_count_where_it_differs_by_no_small_group(enrolled_in_year, told):
    assert of_all(n_students_census=675, n_students=enrolled_in_year)["n_students"] == told


def test_parts_that_exclude_each_other_count_as_one_population():
    """1,000 enrolled, 950 on the count day and 45 later leave 5 who had left before it."""
    counts = {"n_students": 1000, "n_students_census": 950, "n_entered_late": 45}
    assert of_all(**counts) == {"n_students": "1000", "n_students_census": "950", "n_entered_late": NOT_TOLD}
    assert of_all(**{**counts, "n_entered_late": 40})["n_entered_late"] == "40"


def test_public_figures_are_told_however_small():
    told = release_of(enrollment_summary=enrolled({("A", ALL): 60, ("A", ASIAN): 3, ("A", WHITE): 57}))
    assert told["enrollment_summary"]["n_students_census_display"].tolist() == ["60", "3", "57"]


def test_attributes_that_nobody_publishes_are_protected():
    counts = {("A", ALL): 60, ("A", YES): 3, ("A", NO): 57}
    told = release_of(enrollment_summary=enrolled(counts))["enrollment_summary"].set_index("k_subgroup")
    assert told["n_students_census_display"].to_dict() == {
        ALL: "60",
        YES: "hidden (fewer than 10)",
        NO: "hidden (protects another group)",
    }


@pytest.mark.parametrize(("yes", "no"), [(1, 1), (1, 0), (0, 1), (2, 1)])
def test_nothing_is_said_of_groups_that_any_word_would_give_away(yes, no):
    """Of two students of whom one has a disability, 'hidden' of both groups, or a told 0 of one, tells of each."""
    counts = {("A", ALL): yes + no, ("A", YES): yes, ("A", NO): no}
    analysis = {"enrollment_summary": enrolled(counts)}
    release = release_of(**analysis)
    told = release["enrollment_summary"].set_index("k_subgroup")["n_students_census_display"].to_dict()
    assert told == {ALL: str(yes + no), YES: NOT_TOLD, NO: NOT_TOLD}
    assert audit(release, analysis, Privacy()).findings == []


def test_number_of_all_is_not_told_where_a_group_of_which_a_figure_is_told_leaves_too_few():
    """18 are judged, under a minimum of 16: a figure of those with a disability says 16 or more, so that one or two have none."""
    privacy = Privacy(profile="delaware")
    rows = [
        {
            "k_school": None,
            "k_subgroup": group,
            "n_students_judged": n,
            "pct_chronically_absent": 50.0,
            "n_chronically_absent": n // 2,
        }
        for group, n in ((ALL, 18), (YES, 16), (NO, 2))
    ]
    told = release_of(privacy, chronic_absence=table("chronic_absence", rows))["chronic_absence"].set_index(
        "k_subgroup"
    )
    assert told["n_students_judged_display"].to_dict() == {ALL: NOT_TOLD, YES: NOT_TOLD, NO: NOT_TOLD}
    assert told["pct_chronically_absent_display"][NO] == "hidden (fewer than 16)"


@pytest.mark.parametrize(("without", "attending"), [(300, NOT_TOLD), (299, "302")], ids=["in steps of two", "of four"])
def test_number_of_all_is_not_told_where_the_form_of_a_percentage_leaves_too_few(without, attending):
    """Steps of two percent are of 300 or more: beside 302 who attend, one or two are homeless. Steps of four are of 100 or more."""
    yes, no = subgroup("Homeless", "Yes"), subgroup("Homeless", "No")
    rows = [
        {
            "k_school": None,
            "k_subgroup": group,
            "n_students_attending": of_group,
            "n_students_judged": judged,
            "pct_chronically_absent": 100 * chronic / judged,
            "n_chronically_absent": chronic,
        }
        for group, of_group, judged, chronic in (
            (ALL, 302, without + 1, 9),
            (no, 301, without, 9),
            (yes, 1, 1, 0),
        )
    ]
    analysis = {"chronic_absence": table("chronic_absence", rows)}
    release = release_of(**analysis)
    told = release["chronic_absence"].set_index("k_subgroup")
    assert told["n_students_attending_display"][ALL] == attending
    assert told["pct_chronically_absent_display"][yes] == "hidden (fewer than 10)"
    assert audit(release, analysis, Privacy()).findings == []


def test_private_schools_publish_nothing_elsewhere():
    counts = {("A", ALL): 60, ("A", ASIAN): 3, ("A", WHITE): 57}
    told = release_of(Privacy(public_figures="none"), enrollment_summary=enrolled(counts))["enrollment_summary"]
    assert told["n_students_census"].notna().tolist() == [True, False, False]


def test_share_of_a_group_is_that_of_the_headcount_which_is_told():
    """37 of 398 enrolled in the year, beside 36 of 380 on the count day, would leave one child who came or left."""
    rows = [
        {
            "k_school": None,
            "k_subgroup": group,
            "n_students": n,
            "n_students_census": census,
            "pct_of_students": 100 * census / 380,
        }
        for group, n, census in ((ALL, 398, 380), (subgroup("Grade", "07"), 37, 36))
    ]
    told = release_of(enrollment_summary=table("enrollment_summary", rows))["enrollment_summary"]
    assert told["pct_of_students_display"].tolist() == ["100.0 %", "9.5 %"]


def test_share_before_the_count_day_leaves_open_how_many_are_enrolled():
    """30 of 120, of whom nobody is told how many they are: a whole percent would leave one number."""
    counts = enrolled({("A", ALL): 120, ("A", YES): 30, ("A", NO): 90})
    early = released({"enrollment_summary": counts}, Privacy(), TODAY, frozenset({"2026"})).tables["enrollment_summary"]
    assert early["pct_of_students_display"].tolist()[1:] == ["74–78 %", "22–26 %"]


def test_every_released_count_of_students_has_a_place_among_the_others():
    for analysis in tables_in(Layer.ANALYSIS):
        for measure in analysis.measures:
            counted = analysis.count_in(measure.column).count
            if COLUMNS[measure.column].unit == "students" and COLUMNS[measure.column].type.startswith("int"):
                name = counted.removesuffix("_change")
                assert name in COUNTS, f"{analysis.name}.{measure.column} has no entry in COUNTS"
                assert COUNTS[name].wholes or COUNTS[name].is_everybody, f"{name} lies in no other count"


def test_only_the_count_day_is_told_everywhere():
    told = {name for name, count in COUNTS.items() if count.told is Told.EVERYWHERE and count.is_of_students}
    assert told == {"n_students_census"}


def segments(rows: list[tuple[str, str, int, int]]) -> pd.DataFrame:
    """customer_segments with (month, segment, customers, new); all who are not new are retained."""
    return pd.DataFrame(
        [
            {"school_year": 2026, "sales_date_month": month, "customer_segment": segment, "customers": n}
            | {"retained": n - new, "new": new, "lapsed": 0, "dormant": 0, "sales": 100.0}
            for month, segment, n, new in rows
        ],
        columns=list(TABLES["customer_segments"].columns),
    )


def test_new_customers_of_a_month_do_not_follow_from_the_months_beside_it():
    months = [("2025-09", "A", 40, 0), ("2025-09", "B", 60, 0)]
    months += [("2025-10", "A", 43, 3), ("2025-10", "B", 80, 20), ("2025-11", "A", 43, 0), ("2025-11", "B", 92, 12)]
    release = release_of(customer_segments=segments(months))["customer_segments"]
    hidden = release[release["customers"].isna()]
    assert ("2025-10", "A") in set(zip(hidden["sales_date_month"], hidden["customer_segment"], strict=True))
    assert len(hidden) == 2
