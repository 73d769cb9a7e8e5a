"""What the brief says of learning online: a sentence where both readings of attendance are apart, and nothing else."""

from typing import Any

import pytest

from district_platform.outputs.brief.sections import attendance_sentences
from district_platform_tests.outputs.brief.rows import absent, enrolled, facts_of

EVERYONE = "All students-All students"


def reconciled(other: str, pct: float, difference: float, n_students: int = 115, **more: Any) -> dict[str, Any]:
    """The district's row of a year in which 689 days marked absent were days of learning online."""
    row = {
        "school_year": 2026,
        "aggregation": "District",
        "other_reading": other,
        "n_students_attending": 5_000,
        "n_students_judged": 5_000,
        "n_students_reconciled": n_students,
        "days_reconciled": 689.0,
        "pct_attendance_other": pct,
        "pct_attendance_difference": difference,
        "pct_chronically_absent_other": 20.3,
    }
    return {**row, **more}


def last_sentence(*rows: dict[str, Any]) -> str:
    facts = facts_of([enrolled(2026, 5_000)], absence=[absent(EVERYONE, 5_000, 20.5)], reconciliation=[*rows])
    return " ".join(attendance_sentences(facts)[-1:])


def test_what_attendance_would_be_with_learning_online_counted() -> None:
    assert last_sentence(reconciled("reconciled", 93.6, -0.13)) == (
        "With learning online counted as presence, attendance would be 93.6% and chronic absence 20.3%: 115 students "
        "worked online on 689 days that schools marked absent."
    )


def test_what_it_would_be_without_where_the_district_counts_it() -> None:
    assert last_sentence(reconciled("SIS", 93.5, 0.13)).startswith(
        "Without learning online, attendance would be 93.5% and chronic absence 20.3%: "
    )


def test_a_rate_that_is_hidden_is_left_out() -> None:
    row = reconciled("reconciled", 93.6, -0.13, pct_chronically_absent_other=None)
    assert "attendance would be 93.6%: 115 students" in last_sentence(row)


@pytest.mark.parametrize(
    "row",
    [
        reconciled("reconciled", 93.6, -0.09),
        reconciled("reconciled", 93.6, -0.13, n_students=9),
        reconciled("reconciled", 93.6, -0.13, school_year=2025),
        reconciled("reconciled", 93.6, -0.13, aggregation="School", k_school="A"),
    ],
    ids=["hardly apart", "a small group", "another year", "a school"],
)
def test_else_nothing_is_said(row: dict[str, Any]) -> None:
    assert "online" not in last_sentence(row)
