"""Releases of the same data are judged together; the ledger remembers publications, and no more of them than it should."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district_platform.dictionary import TABLES
from district_platform.engine.tables import append_frame, ensure_table, replace_with_frame
from district_platform.privacy.audit import Read, audit, read_release
from district_platform.privacy.ledger import CELLS, LEDGER, cells, earlier_releases, remember, version_of_data
from district_platform.privacy.suppression import released
from district_platform.privacy.together import told_together
from district_platform.settings import Privacy
from district_platform_tests.privacy.rows import ALL, subgroup, table

PRIVACY = Privacy()
ASIAN, BLACK, HISPANIC, WHITE = GROUPS = tuple(
    subgroup("Race/ethnicity", value) for value in ("Asian", "Black or African American", "Hispanic or Latino", "White")
)
NUMBERS = {ASIAN: 3, BLACK: 12, HISPANIC: 13, WHITE: 14}
"""Students tested by group; the Asian students are few."""


def performance(numbers: dict[str, int]) -> dict[str, pd.DataFrame]:
    """student_performance of one school with so many students in each group, and of all of them."""
    exam = {"subject": "Reading", "administration": "Spring"}
    everyone = {ALL: sum(numbers.values()), **numbers}
    rows = [{**exam, "k_subgroup": group, "n_tested": n} for group, n in everyone.items()]
    return {"student_performance": table("student_performance", rows)}


def key(group: str) -> str:
    parts = ("n_tested", "2026", "A", group, "administration=Spring;subject=Reading")
    return "|".join("All students" if part == ALL else part for part in parts)


def read(numbers: dict[str, int], privacy: Privacy = PRIVACY) -> Read:
    """A release as the platform makes it."""
    return read_release(released(performance(numbers), privacy), privacy, performance(numbers))


def hiding(*protecting: str, numbers: dict[str, int] = NUMBERS) -> Read:
    """A release that hides the Asian students, and these groups to protect them."""
    analysis = performance(numbers)
    frame = released(analysis, Privacy(min_group_size=3, min_uncertainty=1))["student_performance"]
    values = analysis["student_performance"].set_index("k_subgroup")["n_tested"]
    frame["n_tested"] = frame["k_subgroup"].map(values).astype(float)
    frame["n_tested_display"] = frame["n_tested"].map("{:.0f}".format)
    words = {ASIAN: "hidden (fewer than 10)", **dict.fromkeys(protecting, "hidden (protects another group)")}
    hidden = frame["k_subgroup"].isin(list(words))
    frame.loc[hidden, "n_tested_display"] = frame["k_subgroup"].map(words)
    frame.loc[hidden, "n_tested"] = None
    return read_release({"student_performance": frame}, PRIVACY, analysis)


def entries(*earlier: Read) -> pd.DataFrame:
    """Releases as the ledger keeps them."""
    return pd.concat([cells(read, "data").assign(release_number=i) for i, read in enumerate(earlier, start=1)])


def together(release: Read, *earlier: Read, privacy: Privacy = PRIVACY) -> dict[str, str]:
    return {finding.key: finding.message for finding in told_together(release, entries(*earlier), privacy)}


def test_two_releases_that_hide_different_groups_give_the_small_one_away():
    first, second = hiding(BLACK), hiding(WHITE)
    assert audit(first, PRIVACY).findings == audit(second, PRIVACY).findings == []
    with_first = f"together with what was released earlier of the same data: {release_id(first)}"
    assert together(second, first) == {
        key(ASIAN): f"can be worked out from what is published: 3, {with_first}",
        key(ALL): f"less the parts shown leaves 3 children, {with_first}",
    }


def test_releases_that_hide_the_same_groups_give_nothing_away():
    assert together(hiding(BLACK), hiding(BLACK, WHITE)) == {}


def test_all_earlier_releases_are_held_against_a_new_one_together():
    """No two of the three leave the Asian students alone; all three do."""
    first, second, third = hiding(BLACK, HISPANIC), hiding(HISPANIC, WHITE), hiding(WHITE, BLACK)
    assert together(third, first) == together(third, second) == together(second, first) == {}
    assert set(together(third, first, second)) == {key(ASIAN), key(ALL)}


def test_a_group_that_an_earlier_release_told_cannot_be_taken_back():
    """Seven students are told under a minimum of five; that they are hidden under one of ten is no finding."""
    numbers = {**NUMBERS, ASIAN: 7}
    new_york, nces = Privacy(profile="new_york"), Privacy()
    assert together(read(numbers, nces), read(numbers, new_york), privacy=nces) == {}


def test_a_group_that_earlier_releases_gave_away_by_themselves_is_no_finding_of_a_later_one():
    first, second = hiding(BLACK), hiding(WHITE)
    assert together(hiding(BLACK, WHITE), first, second) == {}


def test_a_count_that_is_counted_otherwise_now_is_not_related():
    """One student more of one group: the earlier release counted n_tested by another rule."""
    assert together(hiding(WHITE, numbers={**NUMBERS, HISPANIC: 14}), hiding(BLACK)) == {}


@settings(max_examples=12)
@given(st.lists(st.integers(1, 20), min_size=4, max_size=4), st.permutations((5, 10, 16)))
def test_findings_are_those_of_arithmetic_whatever_the_minimum_was_before(sizes, minimums):
    """Groups of one total: what is left of it less the least and the most of the others, of both releases."""
    numbers = dict(zip(GROUPS, sizes, strict=True))
    before, now = (Privacy(min_group_size=minimum) for minimum in minimums[:2])
    first, second = read(numbers, before), read(numbers, now)
    known, known_before = (left_of(sum(sizes), bounds(numbers, *releases)) for releases in ((first, second), (first,)))
    hidden, hidden_before = (
        {group for group in numbers if not any(is_shown(group, release) for release in releases)}
        for releases in ((first, second), (first,))
    )
    expected = {
        key(group)
        for group in hidden
        if is_small(group, first, second) and width(known[group]) < now.min_uncertainty <= width(known_before[group])
    }
    are_few, were_few = (0 < sum(numbers[group] for group in of) < minimums[1] for of in (hidden, hidden_before))
    if are_few and not were_few:
        expected.add(key(ALL))
    assert set(together(second, first, privacy=now)) == expected


def at(group: str, release: Read) -> int:
    labels = [release.groups.label(i) for i in range(len(release.groups))]
    return labels.index(key(group))


def is_shown(group: str, release: Read) -> bool:
    return bool(release.reading.is_shown[at(group, release)])


def is_small(group: str, *releases: Read) -> bool:
    return any(release.reading.is_small[at(group, release)] for release in releases)


def bounds(numbers: dict[str, int], *releases: Read) -> dict[str, tuple[float, float]]:
    """What releases say of each group by itself."""
    readings = [release.reading for release in releases]
    places = {group: [at(group, release) for release in releases] for group in numbers}
    return {
        group: (
            max(r.lower[i] for r, i in zip(readings, at, strict=True)),
            min(r.upper[i] for r, i in zip(readings, at, strict=True)),
        )
        for group, at in places.items()
    }


def left_of(total: int, bounds: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    least, most = (sum(of[end] for of in bounds.values()) for end in (0, 1))
    return {
        group: (max(low, total - (most - high)), min(high, total - (least - low)))
        for group, (low, high) in bounds.items()
    }


def width(bounds: tuple[float, float]) -> float:
    return bounds[1] - bounds[0]


@pytest.fixture
def publish(connection):
    """Remembers a release, as its publication does."""
    ensure_table(connection, TABLES[LEDGER])

    def publish(release: Read, most_releases: int = 20, data_version: str = "data") -> list[tuple[int, str]]:
        """The ledger's entries afterwards: release_number and release_id."""
        replace_with_frame(connection, TABLES[CELLS], cells(release, data_version))
        remember(connection, most_releases)
        return connection.execute(f"select distinct release_number, release_id from {LEDGER} order by all").fetchall()

    return publish


def release_id(release: Read) -> str:
    return str(cells(release, "data")["release_id"].iloc[0])


def test_a_publication_is_remembered_with_all_that_it_says(connection, publish):
    publish(hiding(BLACK))
    query = f"select subgroup, lowest_value, highest_value, is_shown, is_small from {LEDGER} where is_small or is_shown"
    rows = {row[0]: row[1:] for row in connection.execute(query).fetchall()}
    assert (rows[ASIAN], rows[HISPANIC]) == ((1, 9, False, True), (13, 13, True, False))


def test_the_same_release_again_changes_nothing(publish):
    assert publish(hiding(BLACK)) == publish(hiding(BLACK)) == [(1, release_id(hiding(BLACK)))]


def test_the_ledger_keeps_the_latest_releases(publish):
    for protecting in (BLACK, HISPANIC, WHITE):
        kept = publish(hiding(protecting), most_releases=2)
    assert kept == [(2, release_id(hiding(HISPANIC))), (3, release_id(hiding(WHITE)))]


def test_a_release_that_is_published_again_later_counts_as_the_latest(publish):
    for protecting in (BLACK, HISPANIC, BLACK):
        kept = publish(hiding(protecting))
    assert kept == [(2, release_id(hiding(HISPANIC))), (3, release_id(hiding(BLACK)))]


@pytest.mark.parametrize(
    ("protecting", "data_version", "numbers"),
    [(WHITE, "data", {1}), (BLACK, "data", set()), (WHITE, "other data", set())],
    ids=["another release", "the same release", "other data"],
)
def test_a_release_is_held_against_other_releases_of_the_same_data(
    connection, publish, protecting, data_version, numbers
):
    publish(hiding(BLACK))
    earlier = earlier_releases(connection, cells(hiding(protecting), data_version))
    assert set(earlier["release_number"]) == numbers


def test_other_files_and_another_day_are_other_data(connection):
    files = TABLES["extract_files"]
    ensure_table(connection, files)
    file = pd.DataFrame([dict.fromkeys(files.columns)]).assign(extract="sis/students", file_name="a.csv", sha256="1")
    versions = [version_of_data(connection, dt.date(2026, 2, day)) for day in (13, 14)]
    append_frame(connection, files, file)
    versions.append(version_of_data(connection, dt.date(2026, 2, 13)))
    assert len(set(versions)) == 3
    assert version_of_data(connection, dt.date(2026, 2, 13)) == versions[-1]
