import json

from district_platform.quality.assets import findings
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status, evaluate
from district_platform.quality.report import document, extract_accounts, published_report, write
from district_platform.settings import Settings


def result(rule_id: str, status: Status, n_offenders: int = 0) -> RuleResult:
    return RuleResult(RULES[rule_id], RULES[rule_id].severity, status, n_judged=100, n_offenders=n_offenders)


def test_change_is_against_the_published_report_where_both_judged(settings: Settings):
    before = [result("ENR-01", Status.WARNED, 5), result("ENR-02", Status.SKIPPED), result("ENR-03", Status.WARNED, 2)]
    published = settings.home.current / "reports"
    write(document("run 1", settings, [], [], before, before=None), published)
    now = [
        result("ENR-01", Status.WARNED, 3),
        result("ENR-02", Status.WARNED, 1),
        result("ENR-03", Status.SKIPPED),
        result("ENR-04", Status.PASSED),
    ]
    report = document("run 2", settings, [], [], now, published_report(settings.home))
    changes = {rule["rule_id"]: rule["change"] for rule in report["rules"]}
    assert changes == {"ENR-01": -2, "ENR-02": None, "ENR-03": None, "ENR-04": None}


def test_findings_and_report_hold_neither_names_nor_rejected_values(stage, settings: Settings):
    students = "school_year,student_id,first_name,last_name,birth_date\n2026,T1,Quinlan,Zephyr,yesterday\n"
    with stage({"sis/students": students}).connect() as connection:
        results = [evaluate(connection, rule, settings) for rule in RULES.values()]
        accounts = extract_accounts(connection)
    rows = findings(results)
    unreadable = rows[rows.rule_id == "CON-02"]
    assert unreadable[["severity", "table_name", "offender_key", "message"]].values.tolist() == [
        ["warn", "extract_rejects", "sis/students.csv:2", "birth_date is not a date as YYYY-MM-DD"]
    ]
    written = rows.to_csv() + json.dumps(document("run", settings, accounts, [], results, before=None))
    assert not any(word in written for word in ("Quinlan", "Zephyr", "yesterday"))


def test_rows_of_every_file_add_up_in_the_report(stage, settings: Settings):
    students = "school_year,student_id,birth_date\n2026,T1,2018-03-04\n2026,T2,soon\n2026,T1,2018-03-04\n"
    with stage({"sis/students": students}).connect() as connection:
        accounts = {account["extract"]: account for account in extract_accounts(connection)}
    account = accounts["sis/students"]
    assert (account["n_rows_read"], account["n_rows_accepted"], account["n_rows_rejected"]) == (3, 1, 2)
    assert "sex" in account["problem"]
