import datetime as dt
import json

from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import RuleResult, Status, evaluate
from district_platform.quality.findings import findings
from district_platform.quality.history import RuleCount, Run
from district_platform.quality.report import document, extract_accounts
from district_platform.settings import Settings

AS_OF = dt.date(2026, 2, 13)


def result(rule_id: str, status: Status, n_findings: int = 0, **counts) -> RuleResult:
    rule = RULES[rule_id]
    return RuleResult(rule, rule.severity, status, n_judged=100, n_findings=n_findings, **counts)


def past_run(run_id: str, **found: tuple[str, int, int]) -> Run:
    """A run of the history: status, found and waived by rule (ENR_01 for ENR-01)."""
    counts = {
        name.replace("_", "-"): RuleCount(RULES[name.replace("_", "-")].severity, Status(status), n, n_waived)
        for name, (status, n, n_waived) in found.items()
    }
    return Run(run_id, AS_OF, dt.datetime(2026, 2, 13, 5, 15, 30), counts)


def test_change_is_against_the_run_before_where_both_judged(settings: Settings):
    runs = [
        past_run("run 1", ENR_01=("warned", 9, 0)),
        past_run("run 2", ENR_01=("warned", 5, 0), ENR_02=("skipped", 0, 0), ENR_03=("warned", 2, 0)),
        past_run("run 3", ENR_01=("warned", 3, 0), ENR_02=("warned", 1, 0), ENR_04=("passed", 0, 0)),
    ]
    now = [
        result("ENR-01", Status.WARNED, 3),
        result("ENR-02", Status.WARNED, 1),
        result("ENR-03", Status.SKIPPED),
        result("ENR-04", Status.PASSED),
    ]
    rules = {rule["rule_id"]: rule for rule in document("run 3", settings, now, runs=runs)["rules"]}
    changes = {rule_id: rule["change"] for rule_id, rule in rules.items()}
    assert changes == {"ENR-01": -2, "ENR-02": None, "ENR-03": None, "ENR-04": None}
    assert rules["ENR-01"]["trend"] == [9, 5, 3]
    assert rules["ENR-02"]["trend"] == [None, None, 1]


def test_the_first_run_has_nothing_to_compare_with(settings: Settings):
    runs = [past_run("run 1", ENR_01=("warned", 3, 0))]
    [rule] = document("run 1", settings, [result("ENR-01", Status.WARNED, 3)], runs=runs)["rules"]
    assert (rule["change"], rule["trend"]) == (None, [3])


def test_runs_hold_what_was_open_by_severity(settings: Settings):
    run = past_run("run 1", ENR_01=("warned", 5, 2), ENR_02=("warned", 1, 0), ATT_01=("failed", 4, 0))
    assert document("run 2", settings, [], runs=[run])["runs"] == [
        {
            "run_id": "run 1",
            "as_of_date": "2026-02-13",
            "recorded_at": "2026-02-13T05:15:30Z",
            "n_open_errors": 4,
            "n_open_warnings": 4,
            "n_waived": 2,
        }
    ]


def test_an_open_error_makes_a_run_unfit_to_publish_and_a_waived_one_does_not(settings: Settings):
    def is_publishable(*results: RuleResult) -> bool:
        return document("run", settings, results)["is_publishable"]

    assert is_publishable(result("CON-06", Status.PASSED, 1, n_waived=1), result("ENR-01", Status.WARNED, 3))
    assert not is_publishable(result("CON-06", Status.FAILED, 2, n_waived=1))


def test_waivers_without_effect_stand_in_the_report(settings: Settings):
    june = dt.date(2026, 6, 30)
    listed = [(2, "ENR-02", "N1", june), (3, "ENR-02", "N9", june)]
    results = [result("ENR-02", Status.PASSED, 1, n_waived=1, without_finding=("N9",))]
    waivers = document("run", settings, results, listed_waivers=listed)["waivers"]
    assert (waivers["n_listed"], waivers["n_waived"]) == (2, 1)
    assert [(note["line"], note["rule_id"], note["problem"]) for note in waivers["notes"]] == [
        (3, "ENR-02", "nothing to waive")
    ]


def test_findings_and_report_hold_neither_names_nor_rejected_values(stage, settings: Settings):
    students = "school_year,student_id,first_name,last_name,birth_date\n2026,T1,Quinlan,Zephyr,yesterday\n"
    with stage({"sis/students": students}).tables() as tables:
        results = [evaluate(tables, rule, settings) for rule in RULES.values()]
        accounts = extract_accounts(tables)
    rows = findings(results)
    unreadable = rows[rows.rule_id == "CON-02"]
    assert unreadable[["severity", "table_name", "finding_key", "message", "is_waived"]].values.tolist() == [
        ["warn", "extract_rejects", "sis/students.csv:2", "birth_date is not a date as YYYY-MM-DD", False]
    ]
    written = rows.to_csv() + json.dumps(document("run", settings, results, accounts=accounts))
    assert not any(word in written for word in ("Quinlan", "Zephyr", "yesterday"))


def test_rows_of_every_file_add_up_in_the_report(stage, settings: Settings):
    students = "school_year,student_id,birth_date\n2026,T1,2018-03-04\n2026,T2,soon\n2026,T1,2018-03-04\n"
    with stage({"sis/students": students}).tables() as tables:
        accounts = {account["extract"]: account for account in extract_accounts(tables)}
    account = accounts["sis/students"]
    assert (account["n_rows_read"], account["n_rows_accepted"], account["n_rows_rejected"]) == (3, 1, 2)
    assert "first_name" in account["problem"]
