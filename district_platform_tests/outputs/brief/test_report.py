import datetime as dt
from typing import Any

from district_platform.outputs.brief.reading import read_facts
from district_platform.outputs.brief.release import Release
from district_platform.outputs.brief.report import QualityReport, limits, quality_results
from district_platform.settings import Quality
from district_platform_tests.outputs.brief.districts import district


def judged(rule_id: str, status: str, n_offenders: int = 0, reason: str | None = None) -> dict[str, Any]:
    return {
        "rule_id": rule_id,
        "title": f"Title of {rule_id}",
        "owner": "SIS data steward",
        "status": status,
        "reason": reason,
        "n_judged": 200,
        "n_offenders": n_offenders,
        "how_to_fix": "Correct it.",
    }


def limits_of(release: Release, report: dict[str, Any]) -> list[str]:
    facts = read_facts(release, Quality(), dt.date(2026, 2, 13))
    return limits(facts, release, QualityReport(report))


def test_rejected_rows_are_counted_and_the_worst_file_is_named() -> None:
    extracts = [
        {"file": "sis/a.csv", "n_rows_read": 90, "n_rows_accepted": 88, "n_rows_rejected": 2},
        {"file": "hr/b.csv", "n_rows_read": 10, "n_rows_accepted": 9, "n_rows_rejected": 1},
    ]
    assert "3 of 100 rows read could not be used, most in sis/a.csv (2)." in limits_of(
        district(), {"extracts": extracts}
    )


def test_skipped_rules_are_gathered_by_reason() -> None:
    rules = [judged("SEC-01", "skipped", reason="no sections"), judged("SEC-02", "skipped", reason="no sections.")]
    assert "SEC-01 and SEC-02 were not judged: no sections." in limits_of(district(), {"rules": rules})


def test_missing_extracts_come_first_and_name_who_can_supply_them() -> None:
    found = limits_of(district(result_years=(), staff_years=()), {})
    assert found[0].startswith("No assessment results were delivered")
    assert "the assessment office" in found[0]
    assert found[1].startswith("No staff assignments were delivered")
    assert "human resources can" in found[1]


def test_results_of_an_earlier_year_are_dated() -> None:
    found = limits_of(district(result_years=(2024, 2025)), {})
    assert "There are no results of 2025–26 yet: proficiency is that of winter 2024–25." in found


def test_hidden_rows_are_counted_without_saying_what_they_hide() -> None:
    hidden = [line for line in limits_of(district(n_schools=1, per_school=100), {}) if "small group" in line]
    assert hidden == ["67 of the 237 released rows of 2025–26 hide or round a figure to protect a small group."]


def test_quality_results_count_every_status_and_name_what_found_most() -> None:
    rules = [
        judged("ENR-01", "warned", 3),
        judged("ENR-04", "warned", 40),
        judged("ATT-01", "failed", 1),
        judged("ATT-02", "passed"),
    ]
    assert quality_results(QualityReport({"run_id": "r-1", "rules": rules}), most=2) == [
        "Of 4 rules, 1 passed, 2 found something for a steward to correct, and 1 failed.",
        "ATT-01, Title of ATT-01: 1 of 200 (SIS data steward).",
        "ENR-04, Title of ENR-04: 40 of 200 (SIS data steward).",
        "Run r-1. The full report and the tables behind this brief are published beside it.",
    ]


def test_waived_findings_are_not_counted() -> None:
    rules = [judged("ENR-03", "warned", 12) | {"n_waived": 11}, judged("EDU-05", "warned", 2)]
    _, most, least, _ = quality_results(QualityReport({"run_id": "r-1", "rules": rules}), most=2)
    assert most.startswith("EDU-05, Title of EDU-05: 2 of 200")
    assert least.startswith("ENR-03, Title of ENR-03: 1 of 200")
