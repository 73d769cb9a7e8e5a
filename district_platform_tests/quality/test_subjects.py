"""Whom a finding is about, what was found and expected, in which order; and how many children, how much money, hang on a rule."""

from decimal import Decimal

import ibis
import pytest

from district_platform.dictionary import TABLES, Layer
from district_platform.quality import evaluation
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Finding, evaluate
from district_platform.quality.subjects import FOUND, SUBJECTS, subjects, tables_of
from district_platform_tests.quality.test_evaluation import CODES, EVENTS

ENROLLMENTS = "enrollment_id,school_year,student_id,school_id,calendar_code,grade_level,entry_date,exit_date,exit_reason,is_primary\n"
STUDENTS = "school_year,student_id,first_name,last_name,birth_date\n"
VALUES_OF_FOUND = ("message", "value_found", "value_expected")
SALES = "sale_id,store_id,sale_date,customer_id,product_id,sales_person_id,quantity,unit_price,total\n"


@pytest.fixture
def judged(stage, settings):
    """A rule's result over these extracts."""

    def judge(rule_id: str, extracts: dict[str, str]):
        with stage(extracts).tables() as tables:
            return evaluate(tables, RULES[rule_id], settings)

    return judge


def seen(finding: Finding) -> tuple[str | None, ...]:
    return (
        finding.key,
        finding.student_id,
        finding.school_id,
        finding.date,
        finding.value_found,
        finding.value_expected,
    )


def test_an_enrollment_is_looked_up_by_its_id(judged):
    [finding] = judged(
        "ENR-02", {"sis/enrollments": ENROLLMENTS + "N1,2026,T1,S1,C1,02,2025-09-10,2025-09-01,,true\n"}
    ).findings
    assert seen(finding) == ("N1", "T1", "S1", "2025-09-10", "exit 2025-09-01", "exit on or after 2025-09-10")


def test_of_a_pair_both_are_said_and_one_where_they_are_the_same(judged):
    rows = "N1,2026,T1,S1,C1,02,2025-08-18,2025-12-01,,true\nN2,2026,T1,S2,C1,02,2025-11-03,,,true\n"
    [finding] = judged("ENR-01", {"sis/enrollments": ENROLLMENTS + rows}).findings
    assert seen(finding) == (
        "N1|N2",
        "T1",
        "S1|S2",
        "2025-08-18|2025-11-03",
        "2025-08-18 to 2025-12-01|2025-11-03 to 2026-06-30",
        "no day in both",
    )


def test_an_event_says_student_school_and_date_itself(judged):
    events = EVENTS + "2026,S1,T1,2025-09-01,,Q,\n"
    [finding] = judged("ATT-01", {"sis/attendance_codes": CODES, "sis/attendance_events": events}).findings
    assert seen(finding)[1:5] == ("T1", "S1", "2025-09-01", "code Q")


def test_a_value_that_holds_the_separator_is_not_taken_for_another_column(judged):
    events = EVENTS + "2026,S1,T|1,2025-09-01,,Q,\n"
    [finding] = judged("ATT-01", {"sis/attendance_codes": CODES, "sis/attendance_events": events}).findings
    assert seen(finding)[:4] == ("2026|S1|T|1|2025-09-01||Q", None, None, None)


def test_a_rejected_row_is_looked_up_by_the_key_that_was_delivered(judged):
    extracts = {"sis/students": STUDENTS + "2026,T7,Quinlan,Zephyr,6/30/2018\n"}
    [finding] = judged("CON-02", extracts).findings
    assert seen(finding) == (
        "sis/students.csv:2",
        "T7",
        None,
        None,
        "6/30/2018",
        "birth_date: a date as YYYY-MM-DD",
    )


@pytest.mark.parametrize(
    ("delivered", "shown"),
    [
        ("Zephyr", "a text of 6 characters"),
        ("Zephyr 2018", "a text of 11 characters"),
        ("Núñez", "a text of 5 characters"),
        ("Li", "a text of 2 characters"),
        ("n/a", "n/a"),
        ("Yes", "Yes"),
        ("2018-13-01", "2018-13-01"),
        ("12 Mar 2018", "12 Mar 2018"),
    ],
)
def test_a_name_that_stands_in_the_wrong_column_is_not_repeated(judged, delivered, shown):
    """Where columns have moved, a name stands where a date should."""
    extracts = {"sis/students": STUDENTS + f"2026,T7,6/30/2018,x,{delivered}\n"}
    [finding] = judged("CON-02", extracts).findings
    assert finding.value_found == shown


def test_an_unresolved_reference_is_of_the_student_of_its_row(judged):
    [finding] = judged("CON-05", {"sis/enrollments": ENROLLMENTS + "N1,2026,T1,S9,C1,02,2025-08-18,,,true\n"}).findings
    assert finding.key.endswith("|N1")
    assert (finding.value_found, finding.value_expected) == ("S9", "what is in sis/schools")


def test_keys_stand_in_natural_order(judged):
    ids = ("N10", "N9", "N2", "N100", "N1")
    rows = "".join(f"{id_},2026,T1,S1,C1,02,2025-09-10,2025-09-01,,true\n" for id_ in ids)
    result = judged("ENR-02", {"sis/enrollments": ENROLLMENTS + rows})
    assert [finding.key for finding in result.findings] == ["N1", "N2", "N9", "N10", "N100"]


def test_children_that_hang_on_a_rule_are_counted_once(judged):
    rows = (
        "N1,2026,T1,S1,C1,02,2025-09-10,2025-09-01,,true\nN2,2026,T1,S1,C1,02,2025-09-11,2025-09-01,,true\n"
        "N3,2026,T2,S1,C1,02,2025-09-10,2025-09-01,,true\n"
    )
    result = judged("ENR-02", {"sis/enrollments": ENROLLMENTS + rows})
    assert (result.n_findings, result.n_students, result.amount) == (3, 2, None)


@pytest.fixture
def at_stake(tables):
    """Children and money that hang on these keys, of these columns, but for waived ones."""
    rows = [
        ("N1", 2026, "T1", "S1"),
        ("N2", 2026, "T1", "S1"),
        ("N3", 2026, "T2", "S1"),
        ("N4", 2025, "T3", "S1"),
        ("N5", 2026, "T4", "S2"),
    ]
    names = ("enrollment_id", "school_year", "student_id", "school_id")
    tables.ensure(TABLES["stg_enrollments"])
    tables.append(TABLES["stg_enrollments"], [dict(zip(names, row, strict=True)) for row in rows])

    def counted(key: tuple[str, ...], *keys: str, waived: str | None = None):
        found = ibis.memtable(
            [{"finding_key": k} | dict.fromkeys(VALUES_OF_FOUND) for k in keys], schema=FOUND.schema()
        )
        tables.temporary(FOUND.get_name(), found)
        tables.temporary(SUBJECTS.get_name(), subjects(key))
        accepted = ibis.memtable({"finding_key": [waived]}) if waived else None
        return evaluation.at_stake(tables, key, accepted)

    return counted


def test_on_a_school_hang_all_who_are_enrolled_there_in_the_year(at_stake):
    school_and_year = ("school_id", "school_year")
    assert at_stake(school_and_year, "S1|2026") == (2, None)
    assert at_stake(school_and_year, "S1|2026", "S1|2025", "S2|2026") == (4, None)
    assert at_stake(school_and_year, "S9|2026") == (0, None)


def test_on_waived_findings_hangs_nobody(at_stake):
    assert at_stake(("enrollment_id",), "N1", "N3") == (2, None)
    assert at_stake(("enrollment_id",), "N1", "N3", waived="N3") == (1, None)
    assert at_stake(("school_id", "school_year"), "S1|2026", "S2|2026", waived="S1|2026") == (1, None)


def test_a_rule_on_staff_is_about_no_children(at_stake):
    assert at_stake(("educator_id", "school_year"), "80410276|2026") == (None, None)


def test_money_that_hangs_on_sales_is_their_total(judged):
    sales = (
        SALES
        + "1,ST,2025-09-01,C,P,,2,1.00,3.00\n2,ST,2025-09-01,C,P,,-1,1.00,-2.00\n3,ST,2025-09-01,C,P,,1,1.00,1.00\n"
    )
    result = judged("STO-02", {"store/sales": sales})
    assert [(o.key, o.value_found, o.value_expected) for o in result.findings] == [
        ("1", "3.00", "2.00"),
        ("2", "-2.00", "-1.00"),
    ]
    assert (result.n_students, result.amount) == (None, Decimal("5.00"))


def test_every_rule_names_the_columns_of_its_key_or_judges_no_row_of_the_district():
    """A rule without key is about files, or about the release."""
    without = [TABLES[rule.table] for rule in RULES.values() if not rule.key]
    assert {table.layer for table in without} <= {Layer.BOOKKEEPING, TABLES["privacy_audit"].layer}
    for rule in RULES.values():
        assert subjects(rule.key).schema().names == SUBJECTS.schema().names
        assert set(tables_of(rule.key)) <= TABLES.keys()


def test_where_no_school_is_said_it_is_that_of_the_latest_enrollment(judged):
    """An assessment result of T1, who went from S1 to S2; and one of T9, who is nowhere enrolled."""
    enrollments = "N1,2025,T1,S1,C1,01,2024-08-18,,,true\nN2,2026,T1,S2,C1,02,2025-08-18,,,true\n"
    results = (
        "school_year,student_id,subject,administration,test_date,school_id,grade_level,scale_score,performance_level,"
        "is_proficient,growth_percentile\n2026,T1,Math,Fall,soon,,,500,3,true,\n2026,T9,Math,Fall,soon,,,500,3,true,\n"
    )
    extracts = {"sis/enrollments": ENROLLMENTS + enrollments, "assessments/assessment_results": results}
    found = judged("CON-02", extracts).findings
    assert [(finding.student_id, finding.school_id) for finding in found] == [("T1", "S2"), ("T9", None)]
