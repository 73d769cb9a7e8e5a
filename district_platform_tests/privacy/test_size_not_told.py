"""Where the words 'fewer than' would give a small group away themselves, the release does not use them."""

import pandas as pd
import pytest

from district_platform.privacy.audit import audit, read_release
from district_platform.privacy.suppression import OF_ANY_SIZE, fewer_than
from district_platform.settings import Privacy
from district_platform_tests.privacy.rows import ALL, enrolled, release_of, subgroup

FEW = Privacy(profile="new_york")
LEARNERS, OTHERS = (subgroup("English learner", value) for value in ("Yes", "No"))
GRADES = [subgroup("Grade", grade) for grade in ("09", "10", "11")]

ONE_AT_EACH_SCHOOL = {
    **{(school, ALL): 40 for school in "ABC"},
    **{(school, LEARNERS): 1 for school in "ABC"},
    **{(school, OTHERS): 39 for school in "ABC"},
    **{(None, ALL): 120, (None, LEARNERS): 3, (None, OTHERS): 117},
}
"""Three English learners in the district, fewer than five: one or two of them at each of three schools."""

HIDDEN_WHOLLY = {(None, ALL): 3, **dict.fromkeys(((None, grade) for grade in GRADES), 1)}
"""Nothing but small groups, so that nothing is left to hide."""


def found(release: dict[str, pd.DataFrame], analysis: dict[str, pd.DataFrame] | None) -> list[str]:
    """Cells that the audit finds."""
    return sorted(finding.key for finding in audit(read_release(release, FEW, analysis), FEW).findings)


@pytest.mark.parametrize("counts", [ONE_AT_EACH_SCHOOL, HIDDEN_WHOLLY], ids=["some to hide", "nothing to hide"])
def test_size_is_not_told_where_it_would_give_the_parts_away(counts):
    analysis = {"enrollment_summary": enrolled(counts)}
    release = release_of(FEW, **analysis)
    assert OF_ANY_SIZE in set(release["enrollment_summary"]["n_students_display"])
    assert "undisclosed" in set(release["enrollment_summary"]["suppression"])
    assert found(release, analysis) == []
    assert found(release, None) == []


@pytest.mark.parametrize("with_analysis", [True, False], ids=["beside the data", "as a stranger"])
def test_told_all_the_same_it_gives_every_part_away(with_analysis):
    analysis = {"enrollment_summary": enrolled(HIDDEN_WHOLLY)}
    release = release_of(FEW, **analysis)
    frame = release["enrollment_summary"]
    told = frame.assign(n_students_display=frame["n_students_display"].replace(OF_ANY_SIZE, fewer_than(5)))
    cells = found({"enrollment_summary": told}, analysis if with_analysis else None)
    whole = "n_students|2026|district|All students"
    assert cells == [whole, *(f"{whole}|{grade}" for grade in ("09", "10", "11"))]


def test_group_whose_size_is_not_told_is_judged_as_a_small_one():
    """One learner and 39 others make 40: that nothing is said of the learners does not help them."""
    counts = {("A", ALL): 40, ("A", LEARNERS): 1, ("A", OTHERS): 39}
    release = release_of(FEW, enrollment_summary=enrolled(counts))["enrollment_summary"]
    is_learners = release["k_subgroup"] == LEARNERS
    numbers = release["k_subgroup"].map({group: n for (_, group), n in counts.items()})
    told = release.assign(
        n_students=numbers.mask(is_learners),
        n_students_display=numbers.astype(str).mask(is_learners, OF_ANY_SIZE),
    )
    assert f"n_students|2026|A|{LEARNERS}" in found({"enrollment_summary": told}, None)
