"""The audit finds what a release gives away, whichever way it does, and nothing where it does not."""

import pandas as pd
import pytest

from district_platform.dictionary import COUNTS, display_column
from district_platform.privacy.audit import audit
from district_platform.privacy.audit import relations as made
from district_platform.settings import Attendance, Privacy
from district_platform_tests.privacy.rows import ALL, PRIVACY, enrolled, release_of, subgroup, table
from district_platform_tests.privacy.rows import tested as performance_of

PRIVATE = Privacy(public_figures="none")
YES, NO = subgroup("Disability", "Yes"), subgroup("Disability", "No")
GIRLS, BOYS = subgroup("Sex", "F"), subgroup("Sex", "M")

SCHOOLS = {
    **{("A", ALL): 35, ("A", YES): 5, ("A", NO): 30},
    **{("B", ALL): 75, ("B", YES): 40, ("B", NO): 35},
    **{(None, ALL): 110, (None, YES): 45, (None, NO): 65},
}
"""Students of two schools on the count day, five of them with a disability at school A."""

Tables = dict[str, pd.DataFrame]


def findings(release: Tables, analysis: Tables, privacy: Privacy = PRIVACY) -> dict[str, str]:
    """What the audit finds, by the key of the cell."""
    return {finding.key: finding.message for finding in audit(release, analysis, privacy).findings}


def telling(
    release: Tables, name: str, column: str, value: float, display: str | None = None, **where: object
) -> Tables:
    """The release with one figure told, as if nothing had hidden it."""
    frame = release[name].copy()
    row = (frame[list(where)] == pd.Series(where)).all(axis=1)
    assert row.sum() == 1
    frame.loc[row, column], frame.loc[row, display_column(column)] = value, display or f"{value:g}"
    return {**release, name: frame}


def test_what_suppression_leaves_is_no_finding():
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    found = audit(release_of(**analysis), analysis, PRIVACY)
    assert found.findings == []
    assert f"n_students_census|2026|A|{YES}" in found.judged


def test_release_that_counts_nobody_has_nothing_to_judge():
    analysis = {"enrollment_summary": enrolled(SCHOOLS).head(0)}
    found = audit(release_of(**analysis), analysis, PRIVACY)
    assert (found.judged, found.findings, found.relations) == ([], [], [])


def test_total_gives_a_hidden_count_away():
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    told = telling(release_of(**analysis), "enrollment_summary", "n_students_census", 30, k_school="A", k_subgroup=NO)
    assert findings(told, analysis)[f"n_students_census|2026|A|{YES}"] == "can be worked out from what is published: 5"


def test_school_follows_from_the_district_where_all_but_one_school_are_told():
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    release = release_of(**analysis)
    for group, n in ((YES, 40), (NO, 35)):
        release = telling(release, "enrollment_summary", "n_students_census", n, k_school="B", k_subgroup=group)
    for group, n in ((YES, 45), (NO, 65)):
        where = {"aggregation": "District", "k_subgroup": group}
        release = telling(release, "enrollment_summary", "n_students_census", n, **where)
    assert f"n_students_census|2026|A|{YES}" in findings(release, analysis)


def test_small_count_that_is_told():
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    told = telling(release_of(**analysis), "enrollment_summary", "n_students_census", 5, k_school="A", k_subgroup=YES)
    assert findings(told, analysis)[f"n_students_census|2026|A|{YES}"] == "5 is told"


def test_public_count_may_be_small():
    analysis = {"enrollment_summary": enrolled({("A", ALL): 40, ("A", GIRLS): 3, ("A", BOYS): 37})}
    assert findings(release_of(**analysis), analysis) == {}
    told = release_of(**analysis)["enrollment_summary"]
    assert told["n_students_census"].tolist() == [40, 3, 37]
    assert f"n_students_census|2026|A|{GIRLS}" in findings({"enrollment_summary": told}, analysis, PRIVATE)


@pytest.mark.parametrize(("part", "whole"), [("n_students_census", "n_students"), ("n_entered_late", "n_students")])
def test_difference_of_two_told_counts_of_which_one_contains_the_other(part, whole):
    row = {
        "k_school": None,
        "k_subgroup": ALL,
        "n_students": 700,
        "n_students_census": 600,
        "n_entered_late": 60,
        part: 695,
    }
    analysis = {"enrollment_summary": table("enrollment_summary", [row])}
    release = release_of(**analysis)
    for column, value in ((part, 695), (whole, 700)):
        release = telling(release, "enrollment_summary", column, value, k_subgroup=ALL)
    assert findings(release, analysis)[f"{part}|2026|district|All students"].startswith(f"is 5 fewer than {whole}")


def test_difference_by_way_of_a_count_that_is_not_told():
    """675 enrolled, 674 judged, and who attended is not told: one child was never judged."""
    enrollment = table(
        "enrollment_summary", [{"k_school": None, "k_subgroup": ALL, "n_students": 675, "n_students_census": 600}]
    )
    absence = table(
        "chronic_absence",
        [{"k_school": None, "k_subgroup": ALL, "n_students_attending": 675, "n_students_judged": 674}],
    )
    analysis = {"enrollment_summary": enrollment, "chronic_absence": absence}
    release = release_of(**analysis)
    assert findings(release, analysis) == {}
    told = telling(release, "chronic_absence", "n_students_judged", 674, k_subgroup=ALL)
    assert "is 1 fewer than n_students" in findings(told, analysis)["n_students_judged|2026|district|All students"]


def test_percentages_of_all_other_groups_give_a_small_one_away_where_sizes_are_told_too():
    """The audit finds by the joint conditions of counts and percentages what no single figure tells."""
    numbers = {("A", ALL): (140, 27), ("A", GIRLS): (60, 3), ("A", BOYS): (80, 24)}
    analysis = {"student_performance": performance_of(numbers)}
    release = release_of(**analysis)
    assert findings(release, analysis) == {}
    for group, n, percentage in ((ALL, 140, "19.3 %"), (GIRLS, 60, "≤ 5 %"), (BOYS, 80, "30.0 %")):
        release = telling(release, "student_performance", "n_tested", n, k_subgroup=group)
        if group != GIRLS:
            rate = {"display": percentage}
            release = telling(
                release, "student_performance", "pct_proficient", float(percentage[:-2]), k_subgroup=group, **rate
            )
    frame = release["student_performance"].assign(pct_proficient=lambda t: t["pct_proficient"])
    # one decimal says a thousand students; told of a hundred it contradicts what readers are told of sizes
    assert set(findings({"student_performance": frame}, analysis).values()) & {
        "the published figures contradict each other",
        "can be worked out from what is published: 3",
    }


def test_figure_that_is_told_of_a_group_that_is_said_to_be_small():
    numbers = {("A", ALL): (80, 40), ("A", GIRLS): (5, 2), ("A", BOYS): (75, 38)}
    analysis = {"student_performance": performance_of(numbers)}
    told = telling(release_of(**analysis), "student_performance", "mean_scale_score", 500.5, k_subgroup=GIRLS)
    [message] = findings(told, analysis).values()
    assert message == "is told although a count that it rests on is hidden"


def test_figures_that_no_table_fits():
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    told = telling(release_of(**analysis), "enrollment_summary", "n_students_census", 36, k_school="A", k_subgroup=ALL)
    assert "the published figures contradict each other" in findings(told, analysis).values()


def test_relation_that_holds_by_construction_and_breaks_is_a_finding():
    row = {"k_school": None, "k_subgroup": ALL, "n_students": 600, "n_students_census": 610}
    analysis = {"enrollment_summary": table("enrollment_summary", [row])}
    [message] = findings(release_of(**analysis), analysis).values()
    assert (
        message == "n_students_census within n_students: does not hold for 1 groups, although it holds by construction"
    )


def test_relation_that_the_delivery_breaks_is_left_out_and_no_finding():
    """Twelve results are of students who are missing from the enrollments."""
    enrollment = enrolled({(None, ALL): 100, (None, GIRLS): 50, (None, BOYS): 50})
    performance = performance_of({(None, ALL): (112, 50), (None, GIRLS): (56, 25), (None, BOYS): (56, 25)})
    analysis = {"enrollment_summary": enrollment, "student_performance": performance}
    found = audit(release_of(**analysis), analysis, PRIVACY)
    assert found.findings == []
    assert [(b.relation, b.n) for b in found.broken] == [("n_tested within n_students", 3)]
    assert "n_tested within n_students" not in {relation.name for relation in found.relations}


@pytest.mark.parametrize(("federal", "local", "is_known"), [(10, 20, True), (20, 20, True), (30, 20, False)])
def test_federal_reading_is_wider_only_while_it_asks_for_no_more_days(federal, local, is_known):
    row = {"k_school": None, "k_subgroup": ALL, "n_students_judged": 90, "n_students_judged_federal": 90}
    analysis = {"chronic_absence": table("chronic_absence", [row])}
    rules = Attendance(federal_min_days=federal, chronic_absence_min_days=local)
    names = {relation.name for relation in audit(release_of(**analysis), analysis, PRIVACY, rules).relations}
    assert ("n_students_judged within n_students_judged_federal" in names) is is_known


NESTED = [
    (name, within.count)
    for name, count in COUNTS.items()
    for within in count.wholes
    if not within.rests_on_delivery
    and within.count in ("n_students", "n_students_attending")
    and name in ("n_students_census", "n_students_attending", "n_students_judged")
]


@pytest.mark.parametrize(("part", "whole"), NESTED)
def test_a_relation_that_the_suppression_forgets_is_seen_by_the_audit(monkeypatch, part, whole):
    """Both counts are told of the district by a suppression that does not know that one contains the other."""
    from district_platform.privacy import told_counts as suppression

    known = suppression.containing
    monkeypatch.setattr(
        suppression, "containing", lambda count: known(count) - {whole} if count == part else known(count)
    )
    numbers = {"n_students": 800, "n_students_attending": 740, "n_students_census": 600, "n_students_judged": 700}
    numbers[part] = numbers[whole] - 5
    enrollment = {name: numbers[name] for name in ("n_students", "n_students_census")}
    absence = {name: numbers[name] for name in ("n_students_attending", "n_students_judged")}
    analysis = {
        "enrollment_summary": table("enrollment_summary", [{"k_school": None, "k_subgroup": ALL, **enrollment}]),
        "chronic_absence": table("chronic_absence", [{"k_school": None, "k_subgroup": ALL, **absence}]),
    }
    release = release_of(**analysis)
    assert any("fewer than" in message for message in findings(release, analysis).values())


def test_a_partition_that_the_audit_forgets_is_kept_by_the_suppression(monkeypatch):
    """Each side makes its equations itself: without the audit's, the release is the same."""
    analysis = {"enrollment_summary": enrolled(SCHOOLS)}
    before = release_of(**analysis)["enrollment_summary"]
    monkeypatch.setattr(made, "_partitions", lambda cells: iter(()))
    assert release_of(**analysis)["enrollment_summary"].equals(before)
    assert {row for row in before["n_students_census_display"] if "protects" in row}


def test_profile_is_judged_by_its_own_minimum():
    analysis = {"enrollment_summary": enrolled({(None, ALL): 60, (None, YES): 12, (None, NO): 48})}
    release = release_of(**analysis)
    assert findings(release, analysis) == {}
    assert findings(release, analysis, replace_minimum(16))


def replace_minimum(minimum: int) -> Privacy:
    return PRIVACY.model_copy(update={"min_group_size": minimum})
