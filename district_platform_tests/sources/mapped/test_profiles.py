"""Every profile of a vendor holds together: what it names exists, what it guesses is asked, and what it cannot say it does not make."""

from collections.abc import Iterator

import pytest

from district_platform.cli.checking import rules_of_extracts
from district_platform.documentation import ROOT
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Engine
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.document import Lookup, Rows, headers_of, headers_of_rows
from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
from district_platform.sources.mapped.proposing.vendors import Vendor, profile_schema, recognised, vendors
from district_platform.sources.mapped.reading import BY_PATH, read_mapping

VENDORS = {vendor.key: vendor for vendor in vendors()}
WHOLE = sorted(key for key, vendor in VENDORS.items() if vendor.extract)
PAGES = ("powerschool", "infinite_campus", "skyward", "aeries", "clever", "sds")


def rows_of(vendor: Vendor) -> Iterator[Rows]:
    for blocks in (*vendor.step.values(), *vendor.extract.values()):
        yield from blocks


@pytest.mark.parametrize("key", WHOLE)
def test_every_name_in_a_profile_exists(key):
    vendor = VENDORS[key]
    known = {*vendor.tables, *vendor.step}
    for rows in rows_of(vendor):
        assert {rows.from_, *(join.file for join in rows.join)} <= known
        assert {*rows.unless, *rows.only_with} <= set(vendor.tables)
        lookups = {op.lookup for op in rows.columns.values() if isinstance(op, Lookup)}
        assert lookups <= set(vendor.lookups)
    for path, blocks in vendor.extract.items():
        assert all(set(block.columns) <= set(BY_PATH[path].columns) for block in blocks)


@pytest.mark.parametrize("key", WHOLE)
def test_what_is_read_of_a_step_is_made_there(key):
    vendor = VENDORS[key]
    for rows in (rows for rows in rows_of(vendor) if rows.from_ in vendor.step):
        made = {column for step in vendor.step[rows.from_] for column in step.columns}
        own = {new for join in rows.join for new in join.taken} | set(rows.one_per.sum if rows.one_per else ())
        read = {h for op in rows.columns.values() for h in headers_of(op)} | {h for h, _ in headers_of_rows(rows)}
        assert read <= made | own, rows.from_


@pytest.mark.parametrize("key", WHOLE)
def test_each_guess_is_about_something_that_the_profile_makes(key):
    vendor = VENDORS[key]
    for guess in vendor.guessed:
        if guess.startswith("lookups."):
            _, table, value = guess.split(".", 2)
            assert value in vendor.lookups[table]
        else:
            path, column = guess.rsplit(".", 1)
            assert any(column in block.columns for block in vendor.extract[path]), guess


@pytest.mark.parametrize("key", WHOLE)
def test_what_a_vendor_cannot_say_is_no_column_that_its_profile_makes(key):
    vendor = VENDORS[key]
    for said in vendor.cannot_say:
        assert set(said.columns) <= set(BY_PATH[said.extract].columns)
        made = {c: op for block in vendor.extract[said.extract] for c, op in block.columns.items()}
        filled = [c for c in said.columns if c in made and getattr(made[c], "constant", None) != ""]
        assert bool(filled) == said.in_earlier_years, said


def section(page: str, title: str) -> str:
    return page.split(f"## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("key", PAGES)
def test_a_vendors_page_has_each_rule_that_judges_its_files_otherwise_with_the_reason(key):
    """The profile is the list by which whole/test_vendors_defects.py compares findings."""
    page = (ROOT / "docs" / "sources" / f"{key}.md").read_text(encoding="utf-8")
    rows = [line for line in section(page, "Which rules judge otherwise").splitlines() if line.startswith("| [")]
    link = "[{0}](../quality_rules.md#{1})"
    listed = VENDORS[key].judged_otherwise
    assert rows == [f"| {link.format(one.rule, one.rule.lower())} | {one.why} |" for one in listed]
    assert {one.rule for one in listed} <= {rule.id for rule in rules_of_extracts()}


@pytest.mark.parametrize("key", PAGES)
def test_a_vendors_page_names_every_column_that_it_cannot_say(key):
    page = (ROOT / "docs" / "sources" / f"{key}.md").read_text(encoding="utf-8")
    said = section(page, "What the platform then cannot say")
    assert [c for one in VENDORS[key].cannot_say for c in one.columns if c not in said] == []


@pytest.mark.parametrize("key", PAGES)
def test_a_vendors_page_names_every_table_and_says_what_was_seen(key):
    page = (ROOT / "docs" / "sources" / f"{key}.md").read_text(encoding="utf-8").lower()
    assert [table for table in VENDORS[key].tables if table not in page] == []
    assert "nobody has\ntried this on a district's" in page or "nobody has tried this on a district's" in page


def test_the_schema_of_a_profile_knows_all_that_profiles_say():
    schema = profile_schema()
    assert {"tables", "lookups", "guessed", "step", "extract", "cannot_say", "judged_otherwise"} <= set(
        schema["properties"]
    )


def test_tables_with_the_same_columns_are_told_apart_by_their_names():
    vendor = VENDORS["powerschool"]
    headers = ["studentid", "schoolid", "calendardate", "membershipvalue", "attendancevalue"]
    assert vendor.table_of("ps_adaadm_meeting_ptod", headers) == "ps_adaadm_meeting_ptod"
    assert vendor.table_of("ps_adaadm_daily_ctod_2026", headers) == "ps_adaadm_daily_ctod"


def test_a_vendor_is_recognised_by_two_tables_and_not_by_one():
    school = ("school", ["schoolid", "number", "name"])
    lep = ("lep", ["personid", "programstatus"])
    found = recognised([school, lep])
    assert found is not None
    assert found.key == "infinite_campus"
    assert recognised([school]) is None


CAMPUS = {
    "School": "schoolID,number,name\n1,007,Oak Hill\n",
    "Calendar": "calendarID,schoolID,endYear,wholeDayAbsence,halfDayAbsence\n5,1,2026,300,120\n",
    "Person": "personID,studentNumber,currentIdentityID\n9,4711,90\n",
    "Identity": "identityID,lastName,firstName,birthdate,gender,raceEthnicityFed\n90,Zzyx,Qqyx,2012-05-15,F,6\n",
    "Period": "periodID,periodMinutes\n1,60\n2,60\n3,60\n4,60\n5,60\n",
    "AttendanceExcuse": "excuseID,code,description,status,excuse\n1,ILL,Illness,A,E\n2,TRIP,Trip,A,X\n3,LATE,Late,T,U\n",
}
MARKS = "personID,calendarID,periodID,date,status,excuse,excuseID,presentMinutes\n"


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([f"9,5,{p},2025-10-0{{}},A,E,1,0" for p in (1, 2, 3, 4, 5)], "ILL@1"),
        (["9,5,1,2025-10-0{},A,E,1,0", "9,5,2,2025-10-0{},A,E,1,0"], "ILL@0.5"),
        (["9,5,1,2025-10-0{},A,E,1,0", "9,5,2,2025-10-0{},A,E,1,30"], "ILL@0"),
        (["9,5,1,2025-10-0{},A,E,1,0", "9,5,2,2025-10-0{},A,X,2,0"], "ILL@0"),
        (["9,5,1,2025-10-0{},T,U,3,50"], "LATE@0"),
    ],
)
@pytest.mark.whole
def test_minutes_of_periods_are_held_against_the_thresholds_of_infinite_campus(tmp_path, marks, code):
    """Without AttDayAggregation: 300 minutes are a whole day, 120 half a one, and what is exempt does not count."""
    assert converted(tmp_path, CAMPUS, MARKS, marks) == [code, code]


def test_the_minutes_of_the_day_go_before_those_of_periods(tmp_path):
    day = "personID,calendarID,date,scheduledMinutes,absentMinutes\n9,5,2025-10-01,300,75\n9,5,2025-10-02,300,75\n"
    marks = ["9,5,1,2025-10-0{},A,E,1,0"]
    assert converted(tmp_path, {**CAMPUS, "AttDayAggregation": day}, MARKS, marks) == ["ILL@0.25", "ILL@0.25"]


def converted(folder, files, header, marks) -> list[str]:
    """The codes of the events that come out of these marks, once on each of two days."""
    delivered = folder / "delivered"
    delivered.mkdir()
    rows = "".join(f"{mark.format(day)}\n" for day in (1, 2) for mark in marks)
    for name, text in {**files, "Attendance": header + rows}.items():
        (delivered / f"{name}.csv").write_text(text)
    with connect(":memory:", Engine()) as connection:
        tables = DuckDBTables(connection)
        (folder / "campus.toml").write_text(draft_document(tables, look_at(tables, delivered), "campus").as_string())
        convert_mapped(tables, read_mapping(folder / "campus.toml"), delivered, folder / "out", proposed_too=True)
        path = folder / "out" / "sis" / "attendance_events"
        return [code for (code,) in connection.execute(f"select attendance_code from '{path}/*.parquet'").fetchall()]
