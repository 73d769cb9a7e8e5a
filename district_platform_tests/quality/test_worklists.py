"""Worklists: what each role is asked to correct, in a file of its own that only its owner can read."""

import csv

from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Offender, Status
from district_platform.quality.worklists import OWNERS, write
from district_platform_tests.quality.test_report import result


def rows(path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_owner_gets_the_findings_of_its_rules_with_evidence_and_remedy(connection, tmp_path):
    found = (Offender("N2", "2025-09-01 is before 2025-09-10"), Offender("N1", "one day before", is_waived=True))
    results = [
        result("ENR-02", Status.WARNED, 2, n_waived=1, offenders=found),
        result("FTE-02", Status.WARNED, 1, offenders=(Offender("A1", "fte is missing"),)),
    ]
    folder = write(connection, results, tmp_path)
    rule = RULES["ENR-02"]
    assert rows(folder / "sis-data-steward.csv") == [
        {
            "rule_id": "ENR-02",
            "severity": "warn",
            "title": rule.title,
            "unit": rule.unit,
            "offender_key": key,
            "evidence": evidence,
            "how_to_fix": rule.how_to_fix,
            "is_waived": is_waived,
        }
        for key, evidence, is_waived in (
            ("N2", "2025-09-01 is before 2025-09-10", "false"),
            ("N1", "one day before", "true"),
        )
    ]
    assert [row["offender_key"] for row in rows(folder / "human-resources.csv")] == ["A1"]


def test_what_stops_the_publication_comes_first(connection, tmp_path):
    results = [
        result("CON-02", Status.WARNED, 1, offenders=(Offender("sis/students.csv:2", "x"),)),
        result("CON-06", Status.FAILED, 1, offenders=(Offender("sis/students", "x"),)),
    ]
    folder = write(connection, results, tmp_path)
    assert [row["rule_id"] for row in rows(folder / "data-team.csv")] == ["CON-06", "CON-02"]


def test_an_owner_without_findings_gets_a_list_without_rows(connection, tmp_path):
    folder = write(connection, [], tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{owner.value.lower().replace(' ', '-')}.csv" for owner in OWNERS
    )
    header = "rule_id,severity,title,unit,offender_key,evidence,how_to_fix,is_waived\n"
    assert {path.read_text() for path in folder.iterdir()} == {header}


def test_worklists_are_for_their_owner_only(connection, tmp_path):
    folder = write(connection, [], tmp_path)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_worklists_of_the_run_before_are_gone(connection, tmp_path):
    write(connection, [], tmp_path)
    (tmp_path / "worklists" / "former-office.csv").touch()
    assert not (write(connection, [], tmp_path) / "former-office.csv").exists()


def test_a_key_that_a_spreadsheet_would_run_is_text(connection, tmp_path):
    found = (Offender("=HYPERLINK(1)", "+1 day"), Offender("-12", "late"))
    folder = write(connection, [result("ENR-02", Status.WARNED, 2, offenders=found)], tmp_path)
    keys = [(row["offender_key"], row["evidence"]) for row in rows(folder / "sis-data-steward.csv")]
    assert keys == [("'=HYPERLINK(1)", "'+1 day"), ("-12", "late")]
