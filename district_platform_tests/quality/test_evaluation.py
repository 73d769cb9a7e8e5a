import pytest

from district_platform.quality import evaluation, resources
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Finding, Status, check_severities, evaluate
from district_platform.settings import Quality, Settings, SettingsError
from district_platform_tests.quality.conftest import StageExtracts

CODES = (
    "attendance_code,attendance_event_category,attendance_excusal_status,is_absent\nU,Unexcused Absence,Unexcused,1\n"
)
EVENTS = "school_year,school_id,student_id,event_date,session_id,attendance_code,reason\n"


def judged(stage: StageExtracts, settings: Settings, rule_id: str, extracts: dict[str, str]):
    with stage(extracts).tables() as tables:
        return evaluate(tables, RULES[rule_id], settings)


def with_quality(settings: Settings, **quality: object) -> Settings:
    return settings.model_copy(update={"quality": Quality(**quality)})


def unmapped_events(n: int) -> dict[str, str]:
    days = "".join(f"2026,S1,T1,2025-09-{day:02},,X{day:02},\n" for day in range(1, n + 1))
    return {"sis/attendance_codes": CODES, "sis/attendance_events": EVENTS + days}


def test_findings_are_capped_by_key_and_counted_whole(stage, settings):
    capped = with_quality(settings, max_findings=20)
    result = judged(stage, capped, "ATT-01", unmapped_events(25))
    assert (result.status, result.n_judged, result.n_findings) == (Status.FAILED, 25, 25)
    assert [finding.key[-3:] for finding in result.findings] == [f"X{day:02}" for day in range(1, 21)]


def test_the_rule_book_looks_once_at_what_was_delivered_for_all_that_it_judges(stage, settings, monkeypatch):
    looks = []

    def looked(tables):
        looks.append(tables)
        return evaluation.delivered_extracts(tables)

    monkeypatch.setattr(resources, "delivered_extracts", looked)
    book = resources.RuleBook(stage(unmapped_events(1)), settings)
    judged = book.judge(["ATT-01", "ENR-02"])
    assert [(result.rule.id, result.status) for result in judged] == [
        ("ATT-01", Status.FAILED),
        ("ENR-02", Status.PASSED),
    ]
    assert book.judge(["ENR-02"]) == judged[1:]
    assert len(looks) == 1


def test_rule_that_finds_nothing_passes(stage, settings):
    result = judged(stage, settings, "ENR-02", {})
    assert (result.status, result.n_judged, result.n_findings, result.findings) == (Status.PASSED, 1, 0, ())


def test_rule_without_its_extract_is_skipped_with_the_reason(stage, settings):
    result = judged(stage, settings, "FTE-02", {})
    assert (result.status, result.reason) == (Status.SKIPPED, "not delivered: hr/staff_assignments")


def test_rule_whose_table_is_not_built_is_skipped_with_the_reason(stage, settings):
    result = judged(stage, settings, "STF-01", {})
    assert (result.status, result.reason) == (Status.SKIPPED, "not built yet: staffing_ratios")


def test_events_without_any_attendance_codes_are_not_skipped_but_refused(stage, settings):
    result = judged(stage, settings, "ATT-01", {"sis/attendance_events": EVENTS + "2026,S1,T1,2025-09-01,,A,\n"})
    assert result.status is Status.FAILED
    assert result.findings == (
        Finding("2026|S1|T1|2025-09-01||A", "code 'A' is not in sis/attendance_codes (1 events)"),
    )


def test_district_may_raise_a_severity(stage, settings):
    reversed_dates = "enrollment_id,school_year,student_id,school_id,entry_date,exit_date\n"
    reversed_dates += "N1,2026,T1,S1,2025-09-10,2025-09-01\n"
    raised = with_quality(settings, severity={"ENR-02": "error"})
    result = judged(stage, raised, "ENR-02", {"sis/enrollments": reversed_dates})
    assert (result.severity, result.status) == ("error", Status.FAILED)


def test_severity_of_a_locked_rule_may_not_be_lowered(settings):
    with pytest.raises(SettingsError, match=r"quality.severity.ATT-01 = 'warn': .* always 'error'"):
        check_severities(Quality(severity={"ATT-01": "warn"}))
    check_severities(Quality(severity={"ATT-01": "error"}))


def test_severity_of_a_rule_that_does_not_exist_is_refused(settings):
    with pytest.raises(SettingsError, match=r"quality.severity.ENR-2: there is no such rule. Did you mean ENR-02\?"):
        check_severities(Quality(severity={"ENR-2": "warn"}))
