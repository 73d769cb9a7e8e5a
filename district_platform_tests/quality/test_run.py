"""The room in Dagster: a run of its assets and checks over a staged district."""

import json
from pathlib import Path

import dagster as dg
import jsonschema
import pytest

from district_platform.engine.assets import table_assets
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.quality import evaluation, resources
from district_platform.quality.assets import data_quality_report
from district_platform.quality.catalogue import RULES
from district_platform.quality.checks import quality_checks, rule_of_check
from district_platform.quality.findings import quality_findings, quality_history
from district_platform.quality.resources import rule_book_resource
from district_platform.sources.reference.tables import waivers
from district_platform_tests.quality.test_evaluation import CODES, EVENTS

pytestmark = pytest.mark.whole

SCHEMA = Path(resources.__file__).with_name("data_quality_report.schema.json")
UNMAPPED = {"sis/attendance_codes": CODES, "sis/attendance_events": EVENTS + "2026,S1,T1,2025-09-01,,Q,\n"}


@pytest.fixture
def run(stage, settings):
    """Runs the room's assets, the checks on them and on tables `judged`, and what hangs on the report as the publication does."""

    @dg.asset(deps=[data_quality_report])
    def publication() -> None: ...

    def start(extracts: dict[str, str] | None, *judged: str) -> dg.ExecuteInProcessResult:
        """Without extracts, once more over what is there."""
        warehouse = Warehouse.of(settings.home, settings.engine) if extracts is None else stage(extracts)
        return dg.materialize(
            [
                *(already_built(name) for name in judged),
                *table_assets([waivers]),
                quality_findings,
                quality_history,
                data_quality_report,
                publication,
                *quality_checks(),
            ],
            instance=dg.DagsterInstance.ephemeral(),
            resources={
                "warehouse": warehouse,
                "io_manager": DistrictIOManager(warehouse=warehouse),
                "rule_book": rule_book_resource(settings),
            },
            raise_on_error=False,
        )

    return start


def already_built(name: str) -> dg.AssetsDefinition:
    """Stands for the asset of a table, so that the checks on it run too."""

    @dg.asset(name=name)
    def built() -> None: ...

    return built


def read(path: Path) -> dict:
    report = json.loads(path.read_text())
    jsonschema.validate(report, json.loads(SCHEMA.read_text()), format_checker=jsonschema.FormatChecker())
    return report


def by_rule(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    evaluations = result.get_asset_check_evaluations()
    return {rule.id: e for e in evaluations if (rule := rule_of_check(e.check_name))}


def keys_of(folder: Path) -> list[tuple[str, list[str]]]:
    """Rule and keys, from the restricted annex in the folder, which only its owner reads."""
    annex = folder / "restricted" / "findings.json"
    assert [path.stat().st_mode & 0o777 for path in (annex.parent, annex)] == [0o700, 0o600]
    content, schema = (json.loads(path.read_text()) for path in (annex, annex.with_name("findings.schema.json")))
    jsonschema.validate(content, schema, format_checker=jsonschema.FormatChecker())
    return [(rule["rule_id"], rule["finding_keys"]) for rule in content["rules"]]


def names(evaluations: list[dg.AssetCheckEvaluation]) -> set[str]:
    return {evaluation.check_name for evaluation in evaluations}


def test_report_of_a_sound_district_says_what_was_judged_and_what_was_not(run, settings):
    result = run({})
    report = read(settings.home.build / "data_quality_report.json")
    rules = {rule["rule_id"]: rule for rule in report["rules"]}
    extracts = {extract["extract"]: extract for extract in report["extracts"]}

    assert result.success
    assert list(rules) == list(RULES)
    assert report["run_id"] == result.run_id
    assert report["as_of_date"] == "2026-02-13"
    assert rules["ENR-02"] | {"n_judged": 1, "status": "passed", "change": None} == rules["ENR-02"]
    assert rules["FTE-01"] | {"status": "skipped", "reason": "not delivered: hr/staff_assignments"} == rules["FTE-01"]
    assert rules["CON-06"]["threshold"] == {"max_rejected_pct": 5.0}
    assert extracts["sis/schools"] | {"file": "sis/schools.csv", "n_rows_read": 1} == extracts["sis/schools"]
    assert (
        extracts["hr/educators"] | {"file": None, "sha256": None, "problem": "not delivered"}
        == extracts["hr/educators"]
    )
    assert not settings.home.failed_reports.exists()


def test_refused_run_publishes_nothing_and_leaves_its_report_page_and_worklists(run, settings):
    result = run(UNMAPPED)
    folder = settings.home.failed_reports / result.run_id
    report = read(folder / "data_quality_report.json")
    page = (folder / "data_quality_report.html").read_text()
    worklist = folder / "worklists" / "attendance-office.csv"
    failed = [rule for rule in report["rules"] if rule["status"] == "failed"]

    assert not result.success
    assert not result.asset_materializations_for_node("publication")
    assert [(rule["rule_id"], rule["n_findings"], rule["n_offenders"]) for rule in failed] == [("ATT-01", 1, 1)]
    assert ("ATT-01", ["2026|S1|T1|2025-09-01||Q"]) in keys_of(folder)
    refusal = next(e for e in result.get_asset_check_evaluations() if e.check_name == "publishable")
    assert "ATT-01" in refusal.description
    assert result.run_id in refusal.description
    assert "Not published. 1 finding would make a published number wrong." in page
    assert "2026|S1|T1|2025-09-01||Q" in worklist.read_text()
    assert worklist.stat().st_mode & 0o777 == 0o600


def test_warning_is_reported_and_stops_nothing(run, settings):
    header = "enrollment_id,school_year,student_id,school_id,calendar_code,grade_level,entry_date,exit_date,exit_reason,is_primary\n"
    result = run({"sis/enrollments": header + "N1,2026,T1,S1,C1,02,2025-09-10,2025-09-01,,true\n"}, "stg_enrollments")
    checks = by_rule(result)

    assert result.success
    assert result.asset_materializations_for_node("publication")
    assert (checks["ENR-02"].passed, checks["ENR-02"].severity) == (True, dg.AssetCheckSeverity.WARN)
    assert checks["ENR-02"].description == "Warning: 1 found among 1 judged"
    with Warehouse.of(settings.home, settings.engine).tables() as tables:
        rows = tables.connection.execute(
            "select rule_id, severity, table_name, finding_key from quality_findings"
        ).fetchall()
    assert ("ENR-02", "warn", "stg_enrollments", "N1") in rows


BACKWARDS = {
    "sis/enrollments": "enrollment_id,school_year,student_id,school_id,calendar_code,grade_level,entry_date,exit_date,"
    "exit_reason,is_primary\nN1,2026,T1,S1,C1,02,2025-09-10,2025-09-01,,true\nN2,2026,T1,S1,C1,02,2025-09-10,2025-09-01,,true\n"
}
"""Two enrollments that end before they begin."""


def waive(settings, *keys: str) -> None:
    settings.home.reference.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"ENR-02,{key},known,2026-06-30\n" for key in keys)
    (settings.home.reference / "waivers.csv").write_text("rule_id,key,reason,expiry_date\n" + lines)


def test_a_check_shows_how_many_were_found_and_waived_and_the_worklist_but_no_key(run, settings):
    waive(settings, "N1")
    result = run(BACKWARDS, "stg_enrollments")
    checks = by_rule(result)
    assert checks["ENR-02"].description == "Warning: 2 found among 2 judged, 1 of them waived"
    assert checks["ENR-02"].metadata["n_waived"].value == 1
    assert checks["ENR-02"].metadata["worklist"].value == "reports/worklists/sis-data-steward.csv"
    shown = [f"{check.description}{check.metadata}" for check in result.get_asset_check_evaluations()]
    assert [text for text in shown if "N1" in text or "N2" in text] == []


def test_a_check_passes_when_all_it_finds_is_waived(run, settings):
    waive(settings, "N1", "N2")
    checks = by_rule(run(BACKWARDS, "stg_enrollments"))
    assert (checks["ENR-02"].passed, checks["ENR-02"].description[:7]) == (True, "2 found")


def test_the_change_is_also_against_a_refused_run(run, settings):
    waive(settings, "N1")
    first = run(BACKWARDS | UNMAPPED)
    assert not first.success
    waive(settings, "N2")
    second = run(None)
    report = read(settings.home.failed_reports / second.run_id / "data_quality_report.json")
    [rule] = [rule for rule in report["rules"] if rule["rule_id"] == "ENR-02"]
    assert [past["run_id"] for past in report["runs"]] == [first.run_id, second.run_id]
    assert (rule["change"], rule["trend"], rule["n_waived"]) == (0, [2, 2], 1)


def test_every_rule_has_a_check_named_after_its_title_and_is_judged_once_a_run(run, monkeypatch):
    judged = []

    def counted(tables, rule, *how):
        judged.append(rule.id)
        return evaluation.evaluate(tables, rule, *how)

    monkeypatch.setattr(resources, "evaluate", counted)
    tables = {table for rule in RULES.values() for table in rule.assets}
    result = run({}, *sorted(tables))
    assert by_rule(result).keys() == RULES.keys()
    assert {"publishable", "ENR_02_exit_before_entry"} <= names(result.get_asset_check_evaluations())
    assert sorted(judged) == sorted(RULES)
