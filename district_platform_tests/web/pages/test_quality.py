"""The page Quality: a steward's own rules, their trend, and what is to be corrected, by id."""

from typing import Any

import pytest

from district_platform.home import Home
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.pages import quality
from district_platform.web.pages.model import PageModel
from district_platform.web.reading.reader import Library
from district_platform_tests.web.published import people, publish

STEWARD = Viewer("sis@d.example", Role.STEWARD, Scope(owners=("SIS data steward",)))


def rule(name: str, n: int, owner: str = "SIS data steward", **other: Any) -> dict[str, Any]:
    made = {
        "rule_id": name,
        "title": f"Title {name}",
        "severity": "warn",
        "owner": owner,
        "unit": "a thing",
        "status": "warned",
    }
    return {
        **made,
        "n_judged": 100,
        "n_findings": n,
        "n_waived": 0,
        "why": "It matters",
        "how_to_fix": "Mend it",
        "change": 0,
        "trend": [n, n],
        **other,
    }


def finding(name: str, key: str, owner: str = "SIS data steward", **other: Any) -> dict[str, Any]:
    return {"rule_id": name, "finding_key": key, "owner": owner, "is_waived": False, "value_found": "a name", **other}


REPORT = {
    "rules": [
        rule("ENR-01", 5, change=3, trend=[None, 2, 5]),
        rule("ENR-02", 2, severity="error", n_waived=1, change=-4),
        rule("SEC-01", 0),
        rule("EDU-01", 9, "human resources"),
    ],
    "runs": [{"as_of_date": f"2026-02-{day}", "run_id": "r"} for day in (11, 12, 13)],
}
FINDINGS = [
    finding("ENR-01", "E1|E2", school_id="north", student_id="ann", date="2026-02-01|2026-02-03", evidence="overlap"),
    finding("ENR-01", "E3", is_waived=True),
    finding("ENR-02", "E4"),
    finding("EDU-01", "P1", "human resources"),
]


@pytest.fixture
def look(home: Home, library: Library, monkeypatch: pytest.MonkeyPatch):
    publish(home, {**people(), "worklist": FINDINGS})
    monkeypatch.setattr(quality, "read_report", lambda publication: QualityReport(REPORT))

    def looked(viewer: Viewer = STEWARD, **filters: str) -> PageModel:
        with library.reader() as reader:
            return quality.build(viewer, filters, reader)

    return looked


def cells(model: PageModel, table: str) -> list[list[str]]:
    return [[cell.shown for cell in row] for row in model.table(table).cells()]


def test_own_rules_stand_by_what_stops_a_publication_and_how_much_is_open(look) -> None:
    assert [row[0] for row in cells(look(), "rules")] == ["ENR-02", "ENR-01", "SEC-01"]
    assert look().sentences == ("6 findings of 2 of 3 rules of SIS data steward are open.",)


def test_figures_tell_what_changed_overnight(look) -> None:
    assert [figure.value for figure in look().figures] == ["6", "1", "3", "4"]


def test_a_rule_is_chosen_with_its_worklist_open_ones_first(look) -> None:
    model = look(rule="ENR-01")
    assert [[row[0], row[-1]] for row in cells(model, "worklist")] == [["E1|E2", "no"], ["E3", "yes"]]
    assert "1 of 5 open findings are listed." in model.sections[-1].sentences


def test_the_trend_leaves_out_runs_that_did_not_judge(look) -> None:
    model = look(rule="ENR-01")
    assert cells(model, "trend") == [["2026-02-13", "5"], ["2026-02-12", "2"]]
    assert model.sections[1].sentences == ("5 in the last run, more than 2 in the run before.",)


def test_what_stands_in_a_record_is_not_shown(look) -> None:
    assert "a name" not in str(look(rule="ENR-01"))


@pytest.mark.parametrize("asked", ["EDU-01", "XXX-99", "ENR-01' or 1=1"])
def test_a_rule_of_somebody_else_gives_a_notice_and_an_own_worklist(look, asked: str) -> None:
    model = look(rule=asked)
    assert model.notices
    assert [row[0] for row in cells(model, "worklist")] == ["E4"]
    assert "P1" not in str(model)


def test_who_owns_no_rule_is_told_so(look) -> None:
    assert look(Viewer("new", Role.STEWARD)).tables == ()
