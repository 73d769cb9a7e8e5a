"""Worklists: what each role is asked to correct, and what was found at each school, in files that only their owner can read."""

import csv

import pytest

from district_platform.dictionary import TABLES
from district_platform.quality import worklists
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Finding, Status
from district_platform.quality.worklists import OWNERS, school_file_name, write
from district_platform_tests.quality.test_report import result


def rows(path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def schools(tables):
    """A district of two schools."""
    tables.ensure(TABLES["stg_schools"])
    tables.append(TABLES["stg_schools"], [{"school_id": "0101"}, {"school_id": "0102"}])


def test_each_owner_gets_the_findings_of_its_rules_with_evidence_and_remedy(tables, tmp_path):
    subject = {"student_id": "004411", "school_id": "0101", "date": "2025-09-10"}
    values = {"value_found": "exit 2025-09-01", "value_expected": "exit on or after 2025-09-10"}
    found = (
        Finding("N2", "2025-09-01 is before 2025-09-10", **subject, **values),
        Finding("N1", "one day before", is_waived=True, **subject, **values),
    )
    results = [
        result("ENR-02", Status.WARNED, 2, n_waived=1, findings=found),
        result("FTE-02", Status.WARNED, 1, findings=(Finding("A1", "fte is missing"),)),
    ]
    folder = write(tables, results, tmp_path)
    rule = RULES["ENR-02"]
    assert rows(folder / "sis-data-steward.csv") == [
        {
            "rule_id": "ENR-02",
            "severity": "warn",
            "title": rule.title,
            "owner": "SIS data steward",
            "unit": rule.unit,
            "finding_key": key,
            "student_id": "004411",
            "staff_id": "",
            "school_id": "0101",
            "date": "2025-09-10",
            "value_found": "exit 2025-09-01",
            "value_expected": "exit on or after 2025-09-10",
            "evidence": evidence,
            "how_to_fix": rule.how_to_fix,
            "is_waived": is_waived,
        }
        for key, evidence, is_waived in (
            ("N2", "2025-09-01 is before 2025-09-10", "false"),
            ("N1", "one day before", "true"),
        )
    ]
    assert [row["finding_key"] for row in rows(folder / "human-resources.csv")] == ["A1"]


def test_what_stops_the_publication_comes_first(tables, tmp_path):
    results = [
        result("CON-02", Status.WARNED, 1, findings=(Finding("sis/students.csv:2", "x"),)),
        result("CON-06", Status.FAILED, 1, findings=(Finding("sis/students", "x"),)),
    ]
    folder = write(tables, results, tmp_path)
    assert [row["rule_id"] for row in rows(folder / "data-team.csv")] == ["CON-06", "CON-02"]


def test_an_owner_without_findings_gets_a_list_without_rows(tables, tmp_path):
    folder = write(tables, [], tmp_path)
    assert sorted(path.name for path in folder.glob("*.csv")) == sorted(
        f"{owner.value.lower().replace(' ', '-')}.csv" for owner in OWNERS
    )
    header = (
        "rule_id,severity,title,owner,unit,finding_key,student_id,staff_id,school_id,date,value_found,value_expected,"
        "evidence,how_to_fix,is_waived\n"
    )
    assert {path.read_text() for path in folder.glob("*.csv")} == {header}


def test_worklists_are_for_their_owner_only(tables, tmp_path, schools):
    folder = write(tables, [], tmp_path)
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / "schools")} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*.csv")} == {0o600}


def test_each_school_gets_what_was_found_there_whoever_corrects_it(tables, tmp_path, schools):
    results = [
        result("ENR-02", Status.WARNED, 1, findings=(Finding("N1", "x", student_id="1", school_id="0101"),)),
        result("ATT-01", Status.FAILED, 1, findings=(Finding("2026|0101|1", "x", student_id="1", school_id="0101"),)),
        result("ENR-01", Status.WARNED, 1, findings=(Finding("N2|N3", "x", student_id="1", school_id="0101|0102"),)),
        result("CON-06", Status.FAILED, 1, findings=(Finding("sis/students", "x"),)),
    ]
    folder = write(tables, results, tmp_path) / "schools"
    found = {path.name: [(row["rule_id"], row["owner"]) for row in rows(path)] for path in folder.glob("*.csv")}
    assert found == {
        "0101.csv": [
            ("ATT-01", "attendance office"),
            ("ENR-02", "SIS data steward"),
            ("ENR-01", "SIS data steward"),
        ],
        "0102.csv": [("ENR-01", "SIS data steward")],
    }


def test_what_names_a_member_of_staff_is_in_no_list_of_a_school(tables, tmp_path, schools):
    found = (Finding("A1", "fte is missing", staff_id="900", school_id="0101"),)
    folder = write(tables, [result("FTE-02", Status.WARNED, 1, findings=found)], tmp_path)
    assert [row["staff_id"] for row in rows(folder / "human-resources.csv")] == ["900"]
    assert rows(folder / "schools" / "0101.csv") == []


@pytest.mark.parametrize(
    ("school_id", "name"),
    [
        ("0101", "0101.csv"),
        ("A/1", "A%2F1.csv"),
        ("..", "%2E..csv"),
        (".x", "%2Ex.csv"),
        ("Oak St", "Oak%20St.csv"),
        ("Ñ", "%C3%91.csv"),
    ],
)
def test_the_list_of_a_school_is_called_by_its_id_and_stays_in_the_folder(school_id, name):
    assert school_file_name(school_id) == name


def test_a_very_long_id_does_not_make_a_very_long_name():
    assert len(school_file_name("9" * 300)) < 50


@pytest.mark.parametrize("stopped_at", ["first", "last"])
def test_cut_short_the_lists_of_before_stay_whole(tables, tmp_path, schools, monkeypatch, stopped_at):
    before = result("ENR-02", Status.WARNED, 1, findings=(Finding("N1", "before", school_id="0101"),))
    folder = write(tables, [before], tmp_path)
    files = {path: path.read_text() for path in folder.rglob("*.csv")}
    written = []

    def killed(tables, frame, path):
        written.append(path)
        if stopped_at == "first" or len(written) == len(files):
            raise KeyboardInterrupt
        path.write_text("half")

    monkeypatch.setattr(worklists, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        write(tables, [], tmp_path)
    assert {path: path.read_text() for path in folder.rglob("*.csv")} == files
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".w")] == []


def test_killed_between_two_names_the_lists_of_before_are_put_back_before_the_next_attempt(
    tables, tmp_path, monkeypatch
):
    folder = write(tables, [], tmp_path)
    files = {path.name for path in folder.iterdir()}
    folder.rename(tmp_path / ".worklists.old")

    def killed(tables, frame, path):
        raise KeyboardInterrupt

    monkeypatch.setattr(worklists, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        write(tables, [], tmp_path)
    assert {path.name for path in folder.iterdir()} == files


def test_worklists_of_the_run_before_are_gone(tables, tmp_path):
    write(tables, [], tmp_path)
    (tmp_path / "worklists" / "former-office.csv").touch()
    assert not (write(tables, [], tmp_path) / "former-office.csv").exists()


def test_a_key_that_a_spreadsheet_would_run_is_text(tables, tmp_path):
    found = (Finding("=HYPERLINK(1)", "+1 day"), Finding("-12", "late"))
    folder = write(tables, [result("ENR-02", Status.WARNED, 2, findings=found)], tmp_path)
    keys = [(row["finding_key"], row["evidence"]) for row in rows(folder / "sis-data-steward.csv")]
    assert keys == [("'=HYPERLINK(1)", "'+1 day"), ("-12", "late")]
