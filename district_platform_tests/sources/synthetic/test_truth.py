"""What the rules find is what was planted: nothing in a clean district, exactly the truth in a damaged one."""

import csv
import datetime as dt
from collections import defaultdict
from pathlib import Path

import pytest

from district_platform.settings import Assessments, Defects, Synthetic
from district_platform.sources.synthetic import generate
from district_platform_tests.sources.synthetic.audit import RULES, findings
from district_platform_tests.sources.synthetic.conftest import AS_OF, make_district

LINKAGE = {"EDU-02", "ENR-09"}
"""Rules that need record linkage, which the audit does not do."""

STORE = {f"STO-0{k}" for k in range(1, 7)}
"""Rules about store sales, which test_store holds against the truth."""

STAFF_TIME = {f"TIM-0{k}" for k in range(1, 8)}
HELD_ELSEWHERE = LINKAGE | STORE | STAFF_TIME
"""Rules that whole/test_planted holds against the truth, on the tables of a run: the audit reads the extracts of SIS and HR."""

PLANTED = {
    *("CON-02", "CON-03", "CON-04", "CON-05", "EDU-01", "EDU-02", "EDU-03", "EDU-04", "EDU-05", "FTE-01", "FTE-02"),
    *("STF-01", "STF-02", "STF-03", *(f"ENR-0{k}" for k in range(1, 10)), "SEC-01", "SEC-02"),
    *(f"ATT-0{k}" for k in range(2, 9)),
    "ATT-10",
    *("ASM-01", "ASM-02"),
    *STORE,
    *STAFF_TIME,
    "ONL-01",
}


def truth(raw: Path) -> dict[str, set[str]]:
    keys = defaultdict(set)
    with (raw / "_planted_defects.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            keys[row["rule_id"]].add(row["key"])
    return dict(keys)


def judged(found: dict[str, set[str]]) -> dict[str, set[str]]:
    return {rule: keys for rule, keys in found.items() if rule not in HELD_ELSEWHERE}


def test_nothing_is_wrong_in_a_district_without_defects(clean_district: Path) -> None:
    assert findings(clean_district, "2026-02-13") == {}
    assert truth(clean_district) == {}


def test_everything_planted_is_found_and_nothing_else(damaged_district: Path) -> None:
    assert findings(damaged_district, "2026-02-13") == judged(truth(damaged_district))


def test_each_warn_rule_has_a_planted_defect(damaged_district: Path) -> None:
    planted = truth(damaged_district)
    assert set(planted) == PLANTED
    assert set(RULES) - {"ATT-01"} <= PLANTED - HELD_ELSEWHERE


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.whole
def test_a_tiny_district_is_clean_but_for_what_was_planted(tmp_path: Path, seed: int) -> None:
    raw = make_district(tmp_path, students=60, years=3, seed=seed)
    assert findings(raw, "2026-02-13") == judged(truth(raw))


@pytest.mark.parametrize(
    "as_of",
    [
        pytest.param("2025-07-10", id="before the year's first day"),
        pytest.param("2025-08-22", id="in its first week"),
        pytest.param("2025-10-10", id="just after the census"),
        pytest.param("2026-06-30", id="after its last day"),
    ],
)
@pytest.mark.parametrize("defects", [False, True])
@pytest.mark.whole
def test_any_day_of_the_year_can_be_looked_at(tmp_path: Path, as_of: str, defects: bool) -> None:
    raw = make_district(tmp_path, as_of=dt.date.fromisoformat(as_of), students=300, years=2, defects=defects)
    assert findings(raw, as_of) == judged(truth(raw))


@pytest.fixture(scope="module")
def many_duplicates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small district with enough of each defect to see every kind of error."""
    raw = tmp_path_factory.mktemp("duplicates")
    synthetic = Synthetic(students=1_000, years=2, defects=Defects(staff_rate=0.1, student_rate=0.02))
    generate(raw, synthetic, Assessments(), AS_OF)
    return raw


def records_by_id(raw: Path, extract: str, key: str) -> dict[str, dict[str, str]]:
    """Each person's last record."""
    with (raw / f"{extract}.csv").open(newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("rule_id", "extract", "key"),
    [("EDU-02", "hr/educators", "educator_id"), ("ENR-09", "sis/students", "student_id")],
)
def test_a_second_id_differs_in_the_birth_date_or_in_the_names_never_in_both(
    many_duplicates: Path, rule_id: str, extract: str, key: str
) -> None:
    people = records_by_id(many_duplicates, extract, key)
    errors = set()
    for pair in truth(many_duplicates)[rule_id]:
        one, other = (people[person_id] for person_id in pair.split("|"))
        differ = tuple(name for name in ("first_name", "last_name", "birth_date") if one[name] != other[name])
        errors.add(differ)
    assert errors == {("first_name",), ("last_name",), ("first_name", "last_name"), ("birth_date",)}


def test_a_child_with_two_ids_moved_or_is_enrolled_twice_or_was_registered_anew(many_duplicates: Path) -> None:
    with (many_duplicates / "sis" / "enrollments.csv").open(newline="") as file:
        spans = defaultdict(list)
        for row in csv.DictReader(file):
            spans[row["student_id"]].append((row["entry_date"], row["exit_date"] or "9999"))
    ways = set()
    for pair in truth(many_duplicates)["ENR-09"]:
        first, second = sorted((min(spans[student_id]), max(spans[student_id])) for student_id in pair.split("|"))
        handed_over_on, begun = first[1][1], second[0][0]
        year_ended = handed_over_on < "2025-08-01"
        ways.add("twice" if begun <= handed_over_on else "anew" if year_ended else "moved")
    assert ways == {"moved", "twice", "anew"}


def test_some_absences_are_stamped_with_the_school_to_which_the_child_moved(damaged_district: Path) -> None:
    stays = defaultdict(list)
    with (damaged_district / "sis" / "enrollments.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            stay = (row["entry_date"], row["exit_date"] or "9999", row["school_id"])
            stays[row["student_id"], row["school_year"]].append(stay)
    strays = 0
    for key in truth(damaged_district)["ATT-04"]:
        year, school, student, date, *_ = key.split("|")
        had = {s for entry, left, s in stays[student, year] if entry <= date <= left}
        strays += len(had - {school}) == 1 and any(s == school and entry > date for entry, _, s in stays[student, year])
    assert strays >= 2
