"""The page Attendance desk: corrections that wait, and what is doubtful, of a clerk's own school."""

import csv
import datetime as dt
from typing import Any

import pytest

from district_platform.facts.reconciliation.decisions import RECONCILED, Verdict
from district_platform.home import Home
from district_platform.outputs.uploads.files import EVIDENCE, EVIDENCE_COLUMNS
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.pages import desk
from district_platform.web.pages.model import NotFoundError, PageModel
from district_platform.web.reading.reader import Library
from district_platform_tests.web.published import people, publish

NORTH = Viewer("desk@d.example", Role.CLERK, Scope(schools=("north",)))
BOTH = Viewer("desk@d.example", Role.CLERK, Scope(schools=("north", "south")))
DAY = dt.date(2026, 2, 3)


def correction(student: str, school: str = "", **other: str) -> dict[str, str]:
    made = {
        "event_date": "2026-02-03",
        "attendance_status": "present",
        "presence_source": "virtual",
        "minutes_online": "61.5",
    }
    why = {"threshold_minutes": "10", "reconciliation_rule": "daily minimum", "old_attendance_code": "AU"}
    return {"student_id": student, "school_id": school, **made, **why, **other}


def decision(student: str, rule: str, school: str = "north") -> dict[str, Any]:
    who = {"k_student_xyear": student, "k_school": school, "school_year": 2026, "event_date": DAY}
    return {**who, "reconciliation_rule": rule, "is_reconciled": rule in RECONCILED}


def finding(key: str, school: str = "north", **other: Any) -> dict[str, Any]:
    made = {
        "rule_id": "ATT-04",
        "title": "Event outside the enrollment",
        "owner": "attendance office",
        "is_waived": False,
    }
    return {**made, "finding_key": key, "school_id": school, **other}


def taken(day: int, school: str = "north", submitted: bool = True, marks: bool = True) -> dict[str, Any]:
    date = dt.date(2026, 2, day)
    return {
        "k_school": school,
        "school_year": 2026,
        "calendar_date": date,
        "has_submission": submitted,
        "has_events": marks,
    }


@pytest.fixture
def look(home: Home, library: Library):
    decisions = [
        decision("ann", "locked"),
        decision("moved", "locked"),
        decision("ann", "daily minimum"),
        decision("sue", "excused", "south"),
    ]
    findings = [
        finding("a", student_id="ann", date="2026-02-03"),
        finding("b", student_id="gone"),
        finding("c", "south"),
        finding("d", is_waived=True),
        finding("e", owner="SIS data steward"),
    ]
    days = [taken(3), taken(4, submitted=False), taken(5, submitted=False, marks=False), taken(13, submitted=False)]
    rows = {"fct_school_attendance_taken": [*days, taken(3, "south", False), taken(4, "south", False, False)]}
    folder = publish(home, {**people(), **rows, "fct_attendance_decision": decisions, "worklist": findings})
    with (folder / "reports" / EVIDENCE).open("w", newline="") as file:
        writer = csv.DictWriter(file, EVIDENCE_COLUMNS)
        writer.writeheader()
        back = correction(
            "moved", attendance_status="absent", presence_source="", minutes_online="", reconciliation_rule=""
        )
        writer.writerows([correction("ann", "north"), correction("sue", "south"), back, correction("'=x", "north")])

    def looked(viewer: Viewer = NORTH, **filters: str) -> PageModel:
        with library.reader() as reader:
            return desk.build(viewer, filters, reader)

    return looked


def cells(model: PageModel, table: str) -> list[list[str]]:
    return [[cell.shown for cell in row] for row in model.table(table).cells()]


def test_days_before_today_without_submission_are_listed(look) -> None:
    assert cells(look(), "days") == [
        ["February\N{NO-BREAK SPACE}5, 2026", "none"],
        ["February\N{NO-BREAK SPACE}4, 2026", "some"],
    ]
    assert look().sections[0].sentences[0].startswith("2 days of 3 school days")


def test_a_school_that_submits_nothing_is_judged_by_its_marks(look) -> None:
    model = look(BOTH, school="south")
    assert cells(model, "days") == [["February\N{NO-BREAK SPACE}4, 2026", "none"]]
    assert "submits no attendance" in model.sections[0].sentences[1]


def test_other_days_can_be_chosen(look) -> None:
    assert cells(look(last_date="2026-02-04"), "days") == [["February\N{NO-BREAK SPACE}4, 2026", "some"]]
    for filters in ({"first_date": "9999-12-31"}, {"last_date": "0001-01-01"}, {"first_date": "x"}):
        assert look(**filters).title == "Attendance desk, North"


def test_corrections_of_the_own_school_wait_with_why(look) -> None:
    day = "February\N{NO-BREAK SPACE}3, 2026"
    assert cells(look(), "corrections") == [
        ["L, ann", "ann", day, "AU", "present, virtual", "61.5", "10", "daily minimum"],
        ["L, moved", "moved", day, "AU", "absent", "–", "10", "no longer enough time online"],
        ["–", "=x", day, "AU", "present, virtual", "61.5", "10", "daily minimum"],
    ]


def test_the_page_names_the_command_that_approves(look) -> None:
    assert 'uploads approve --by "YOUR NAME"' in " ".join(look().sections[1].sentences)


def test_days_that_stay_are_counted_by_why(look) -> None:
    assert [row[:2] for row in cells(look(), "unchanged")] == [["The SIS has closed the day", "2"]]


def test_every_rule_that_leaves_a_day_has_words(look) -> None:
    assert set(desk.WHY_UNCHANGED) == {verdict.value for verdict in Verdict} - {verdict.value for verdict in RECONCILED}


def test_findings_are_the_schools_and_of_who_left_by_id(look) -> None:
    assert [row[:2] for row in cells(look(), "att-04")] == [["a", "L, ann"], ["b", "gone"]]


def test_a_clerk_of_two_schools_chooses(look) -> None:
    assert [row[1] for row in cells(look(BOTH, school="south"), "corrections")] == ["sue"]
    assert look(BOTH).filters[0].options == (("north", "North"), ("south", "South"))


def test_another_school_is_not_found(look) -> None:
    for school in ("south", "nowhere", "north' or 1=1"):
        with pytest.raises(NotFoundError):
            look(school=school)


def test_a_clerk_without_a_school_sees_nothing(look) -> None:
    assert look(Viewer("new", Role.CLERK)).tables == ()


def test_sealed_evidence_is_no_correction(home: Home, library: Library) -> None:
    publish(home, people())
    with library.reader() as reader:
        assert desk.build(NORTH, {}, reader).table("corrections").rows == ()


def test_a_publication_from_before_the_days_were_published_has_a_desk(home: Home, library: Library) -> None:
    folder = publish(home, people())
    (folder / "out" / "fct_school_attendance_taken.parquet").unlink()
    with library.reader() as reader:
        assert desk.build(NORTH, {}, reader).table("days").rows == ()
