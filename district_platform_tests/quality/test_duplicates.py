"""EDU-02 and ENR-09: each hard case by its rows. Every other person of these tables is a stranger."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import ibis
import pytest

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.quality.duplicates import probable_duplicate_educators, probable_duplicate_students
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.settings import Quality
from district_platform_tests.quality.tables import table

EDUCATOR = "educator_id first_name last_name birth_date email hire_date"
STUDENT = "student_id first_name last_name birth_date sex race_ethnicity school_year"
ENROLLMENT = "student_id school_id entry_date exit_date enrollment_id school_year"

Find = Callable[..., dict[str, str]]


@pytest.fixture
def find(tables: DuckDBTables) -> Iterator[Find]:
    """Writes the tables, and returns the findings of a rule: message by key."""
    with RecordLinker(tables) as linker:

        def findings(rule, *given: ibis.Table, probability: str = "0.8") -> dict[str, str]:
            found = rule(*given, Quality(duplicate_probability=Decimal(probability)), linker)
            return dict(tables.fetch(found))

        yield findings


@pytest.fixture
def educators(find: Find) -> Find:
    def found(*rows: tuple, **settings: str) -> dict[str, str]:
        return find(probable_duplicate_educators, table("stg_educators", EDUCATOR, rows), **settings)

    return found


def pair(educators: Find, *other: object, **settings: str) -> str | None:
    """The finding about Robert Meyer, and about the record given as the other one."""
    robert = ("E1", "Robert", "Meyer", "1980-03-14", "robert.meyer@d.example", "2015-08-03")
    found = educators(robert, ("E2", *other), **settings)
    assert set(found) <= {"E1|E2"}
    return found.get("E1|E2")


def test_nickname(educators):
    assert pair(educators, "Bob", "Meyer", "1980-03-14", None, "2019-08-05") == (
        "match probability 0.999: first name is a nickname of the other, same last name; same birth date; hire dates differ"
    )


def test_swapped_names(educators):
    assert pair(educators, "Meyer", "Robert", "1980-03-14", "rmeyer@d.example", "2019-08-05") == (
        "match probability 0.999: first and last name swapped; same birth date; emails differ; hire dates differ"
    )


@pytest.mark.parametrize(
    ("first_name", "last_name", "told"),
    [
        ("Robrt", "Meyer", "first names are alike, same last name"),
        ("Robert", "Mayer", "same first name, last names are alike"),
        ("ROBERT", " Méyer", "same names"),
        ("Robert", "Meyer-Ortiz", "same first name, one last name is part of the other"),
    ],
    ids=["typo in the first name", "typo in the last name", "written otherwise", "surname added"],
)
def test_names_that_differ_a_little(educators, first_name, last_name, told):
    message = f"match probability 0.999: {told}; same birth date; emails differ; hire dates differ"
    assert pair(educators, first_name, last_name, "1980-03-14", "new@d.example", "2019-08-05") == message


def test_changed_surname_with_another_agreement(educators):
    assert pair(educators, "Robert", "Ortiz", "1980-03-14", "Robert.Meyer@d.example", "2019-08-05") == (
        "match probability 0.999: same first name, last names differ; same birth date; same email; hire dates differ"
    )
    assert pair(educators, "Robert", "Ortiz", "1980-03-14", None, "2015-08-03")


def test_one_digit_off_in_the_birth_date(educators):
    assert pair(educators, "Robert", "Meyer", "1980-03-24", None, "2015-08-03") == (
        "match probability 0.998: same names; birth dates differ in one digit; same hire date"
    )


def test_two_people_of_one_name_are_two(educators):
    assert not pair(educators, "Robert", "Meyer", "1975-11-02", "robert.meyer2@d.example", "2015-08-03")


def test_a_name_alone_is_not_enough(educators):
    assert not pair(educators, "Robert", "Meyer", None, None, None)


def test_an_email_that_several_share_does_not_make_them_one(educators):
    assert not pair(educators, "Ana", "Ruiz", "1990-10-20", "robert.meyer@d.example", "2021-08-02")


def test_threshold_is_a_setting(educators):
    other = ("Robert", "Ortiz", "1980-03-14", None, "2019-08-05")
    assert not pair(educators, *other, probability="0.99")
    assert pair(educators, *other, probability="0.5")


def test_three_ids_are_three_pairs_and_each_pair_stands_once(educators):
    same = ("Robert", "Meyer", "1980-03-14", "robert.meyer@d.example", "2015-08-03")
    assert educators(("E3", *same), ("E1", *same), ("E2", *same)).keys() == {"E1|E2", "E1|E3", "E2|E3"}


def test_nobody_and_one_person_have_no_duplicates(educators):
    assert educators() == {}
    assert educators(("E1", "Robert", "Meyer", "1980-03-14", None, None)) == {}


MAYA = ("Maya", "Lopez", "2015-06-07", "F", "White", 2026)
WHOLE_YEAR = ("T1", "S1", "2025-08-20", None, "N1", 2026)


@pytest.fixture
def students(find: Find) -> Find:
    def found(rows: list[tuple], enrollments: list[tuple]) -> dict[str, str]:
        tables_given = table("stg_students", STUDENT, rows), table("stg_enrollments", ENROLLMENT, enrollments)
        return find(probable_duplicate_students, *tables_given)

    return found


def test_child_at_two_schools_under_two_ids(students):
    second = ("T2", "S2", "2025-10-01", None, "N2", 2026)
    assert students([("T1", *MAYA), ("T2", *MAYA)], [WHOLE_YEAR, second]) == {
        "T1|T2": "match probability 0.999: same names; same birth date; same sex; same race/ethnicity; "
        "enrolled at two schools at the same time"
    }


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (("Maia", "Lopez", "2015-06-07"), "first names are alike, same last name; same birth date"),
        (("Lopez", "Maya", "2015-06-07"), "first and last name swapped; same birth date"),
        (("Maya", "Lopez", "2015-06-17"), "same names; birth dates differ in one digit"),
        (("Maya", "Nguyen", "2015-06-07"), "same first name, last names differ; same birth date"),
    ],
    ids=["typo", "swapped", "one digit", "changed surname"],
)
def test_one_id_ends_and_the_other_begins(students, other, told):
    left, came = ("T1", "S1", "2025-08-20", "2025-10-03", "N1", 2026), ("T2", "S2", "2025-10-06", None, "N2", 2026)
    found = students([("T1", *MAYA), ("T2", *other, *MAYA[3:])], [left, came])
    evidence = f"{told}; same sex; same race/ethnicity; one enrollment begins as the other ends"
    assert found.keys() == {"T1|T2"}
    assert found["T1|T2"].endswith(evidence)


def test_child_of_last_year_registered_anew(students):
    last_year = ("T1", "S1", "2024-08-20", "2025-06-05", "N0", 2025)
    rows = [("T1", *MAYA[:5], 2025), ("T2", "Maya", "Nguyen", *MAYA[2:])]
    assert "never enrolled at the same time" in students(rows, [last_year, ("T2", *WHOLE_YEAR[1:])])["T1|T2"]


def test_changed_surname_at_two_schools_at_once_is_left_alone(students):
    rows = [("T1", *MAYA), ("T2", "Maya", "Nguyen", *MAYA[2:])]
    assert not students(rows, [WHOLE_YEAR, ("T2", "S2", "2025-08-20", None, "N2", 2026)])


@pytest.mark.parametrize("twin", ["Elena", "Mya", "Mayra"], ids=["other name", "alike", "alike, too"])
def test_twins_are_two_children(students, twin):
    rows = [("T1", *MAYA), ("T2", twin, *MAYA[1:])]
    assert not students(rows, [WHOLE_YEAR, ("T2", "S1", "2025-08-20", None, "N2", 2026)])


@pytest.mark.parametrize("twin", ["Elena", "Mya", "Mayra"], ids=["other name", "alike", "alike, too"])
def test_twins_at_two_schools_all_year_are_two_children(students, twin):
    rows = [("T1", *MAYA), ("T2", twin, *MAYA[1:])]
    assert not students(rows, [WHOLE_YEAR, ("T2", "S2", "2025-08-25", None, "N2", 2026)])


def test_child_that_a_second_school_enters_later_under_a_misspelt_name(students):
    rows = [("T1", *MAYA), ("T2", "Maia", *MAYA[1:])]
    assert students(rows, [WHOLE_YEAR, ("T2", "S2", "2025-10-01", None, "N2", 2026)]).keys() == {"T1|T2"}


def test_one_first_name_at_two_schools_all_year_is_one_child(students):
    rows = [("T1", *MAYA), ("T2", *MAYA)]
    assert students(rows, [WHOLE_YEAR, ("T2", "S2", "2025-08-20", None, "N2", 2026)]).keys() == {"T1|T2"}


def test_twins_whose_enrollments_are_not_known_are_two_children(students):
    assert not students([("T1", *MAYA), ("T2", "Elena", *MAYA[1:])], [])


def test_siblings_and_namesakes_are_two_children(students):
    sibling, namesake = (
        ("T2", "Maya", "Lopez", "2017-11-28", *MAYA[3:]),
        ("T3", "Elena", "Lopez", "2013-01-19", *MAYA[3:]),
    )
    assert not students([("T1", *MAYA), sibling, namesake], [WHOLE_YEAR])


def test_a_student_is_judged_as_last_delivered(students):
    before = ("T1", "Maja", "Perez", "2014-01-01", "M", "Asian", 2025)
    assert students([before, ("T1", *MAYA), ("T2", *MAYA)], []).keys() == {"T1|T2"}
