import datetime as dt
from typing import Any

import pandas as pd

from district_platform.outputs.brief.facts import Policy
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.reading import read_facts
from district_platform.outputs.brief.release import Release
from district_platform.outputs.brief.report import WHERE, limits, quality_results
from district_platform.outputs.brief.sections.attendance_sentences import DERIVED_DAYS, derived_days
from district_platform.settings import Quality
from district_platform_tests.outputs.brief.districts import district


def judged(rule_id: str, status: str, n_findings: int = 0, reason: str | None = None) -> dict[str, Any]:
    return {
        "rule_id": rule_id,
        "title": f"Title of {rule_id}",
        "owner": "SIS data steward",
        "status": status,
        "reason": reason,
        "n_judged": 200,
        "n_findings": n_findings,
        "how_to_fix": "Correct it.",
    }


def limits_of(release: Release, report: dict[str, Any]) -> list[str]:
    facts = read_facts(release, Quality(), dt.date(2026, 2, 13))
    return limits(facts, release, QualityReport(report), Policy())


def test_rejected_rows_are_counted() -> None:
    extracts = [
        {"file": "sis/a.csv", "n_rows_read": 90, "n_rows_accepted": 88, "n_rows_rejected": 2},
        {"file": "hr/b.csv", "n_rows_read": 10, "n_rows_accepted": 9, "n_rows_rejected": 1},
    ]
    assert "3 of 100 rows delivered could not be used." in limits_of(district(), {"extracts": extracts})


def test_staffing_that_is_hardly_real_is_a_limit_and_no_finding() -> None:
    assert (
        "Outside 8 to 30 students per teacher, so probably wrong on record: Baldwin Middle School (40.0)."
        in limits_of(district(), {})
    )


def test_results_of_an_earlier_year_are_dated() -> None:
    found = limits_of(district(result_years=(2024, 2025)), {})
    assert "There are no results of 2025–26 yet; proficiency is that of winter 2024–25." in found


def test_hidden_rows_are_counted_over_every_released_table_and_year() -> None:
    """In the 13 tables of a release stand hidden rows that the brief says nothing else of: they are left out all the same."""
    marks = pd.DataFrame({"suppression": ["none", "primary", "coarsened"]})
    empty = {name: pd.DataFrame() for name in Release.__dataclass_fields__}
    release = Release(**{**empty, "equity_gaps": marks, "staff_hours": marks, "customer_segments": marks})
    facts = read_facts(district(), Quality(), dt.date(2026, 2, 13))
    assert "To protect small groups, 6 of the 9 rows in the released tables hide or round a figure." in limits(
        facts, release, QualityReport({}), Policy()
    )


def test_quality_results_count_every_status_and_name_what_found_most_without_identifiers() -> None:
    rules = [
        judged("ENR-01", "warned", 3),
        judged("ENR-04", "warned", 40),
        judged("ATT-01", "failed", 1),
        judged("ATT-02", "passed"),
        judged("SEC-01", "skipped", reason="not delivered: sis/sections"),
    ]
    for rule, title in zip(rules, ("Overlap", "Grade and age", "Code", "Day", "Section"), strict=True):
        rule["title"] = title
    assert quality_results(QualityReport({"run_id": "r-1", "rules": rules}), most=2) == [
        "Of 5 automatic checks of the data, 1 found nothing, 2 found records to correct, 1 failed, and 1 could not run for want "
        "of data.",
        "Most findings: code (1) and grade and age (40).",
        WHERE,
    ]


def test_waived_findings_are_not_counted() -> None:
    rules = [judged("ENR-03", "warned", 12) | {"n_waived": 11}, judged("EDU-05", "warned", 2)]
    found = quality_results(QualityReport({"run_id": "r-1", "rules": rules}), most=2)[1]
    assert found == "Most findings: title of EDU-05 (2) and title of ENR-03 (1)."


def test_rows_of_converted_files_are_not_counted_twice():
    accounts = [
        {
            "extract": "mapped/sis/students",
            "file": "s.csv",
            "n_rows_read": 100,
            "n_rows_accepted": 97,
            "n_rows_rejected": 3,
        },
        {
            "extract": "sis/students",
            "file": "s.parquet",
            "n_rows_read": 97,
            "n_rows_accepted": 96,
            "n_rows_rejected": 1,
        },
    ]
    report = QualityReport({"extracts": accounts})
    assert (report.rows("n_rows_read"), report.rows("n_rows_rejected"), report.rows("n_rows_accepted")) == (100, 4, 96)


def test_a_derived_calendar_is_said_where_attendance_is_told() -> None:
    derived = "No calendar was delivered. Days enrolled, attendance rates and chronic absence rest on a derived one: the weekdays on which…"
    assert derived_days(QualityReport({"notes": ["Another note.", derived]})) == (DERIVED_DAYS,)
    assert (
        derived_days(QualityReport({"notes": ["No calendar was delivered, so there are no attendance rates."]})) == ()
    )
