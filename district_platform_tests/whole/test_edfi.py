"""A district pulled from an Ed-Fi API is published as its canonical extracts are; and a run with each fault ends as it is said to."""

import json
from collections import deque
from pathlib import Path

import pytest
from pydantic import SecretStr

from district_platform.standins.edfi import District, StandIn, vocabulary
from district_platform_tests.processes import Together, platform
from district_platform_tests.whole import edfi
from district_platform_tests.whole.acceptance import assert_same_publication, run


@pytest.fixture(scope="session")
def raw(together: Together) -> Path:
    return together("edfi_raw", edfi.make_district)


@pytest.fixture(scope="session")
def canonical(raw: Path, together: Together) -> Path:
    """The district from canonical files, in which that is blank which Ed-Fi cannot say, in Ed-Fi's ids."""

    def make(home: Path) -> None:
        edfi.canonical_home(home, raw)
        run(home)

    return together("edfi_canonical", make)


@pytest.mark.parametrize(("data_standard", "pages_by"), [(5, "cursor"), (6, "offset")])
def test_a_district_from_edfi_is_published_as_from_canonical_files(canonical, raw, tmp_path, data_standard, pages_by):
    home = tmp_path / "edfi"
    with edfi.edfi_home(home, raw, StandIn(District(raw), data_standard, pages_by)) as settings:
        done = platform(home, "run", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_same_publication(home, canonical)


def said(done) -> str:
    return " ".join((done.stdout + done.stderr).split())


def test_a_run_with_every_fault_that_passes_is_published(raw, tmp_path):
    """Too many requests, a server that is away, a token that ends, a slow page, records that shift, a resource that is not granted and one
    that the model lacks, in one run."""
    standin = StandIn(District(raw), 6, "offset")
    faults = standin.faults
    faults.throttle(2)
    faults.let_through(20)
    faults.break_down(2, status=503)
    faults.let_through(5)
    faults.break_down(1, status=500)
    faults.expire_after = 40
    faults.shifts["studentSectionAssociations"] = 1
    faults.forbidden.add("credentials")
    faults.missing.add("localEducationAgencies")
    faults.delays.extend([0.0] * 30 + [1.5])
    with edfi.edfi_home(tmp_path, raw, standin) as settings:
        done = platform(tmp_path, "run", sources__edfi__timeout_seconds=1, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (standin.tokens.n_granted, faults.next, list(faults.delays)) == (2, deque(), [])
    report = json.loads((tmp_path / "reports" / "data_quality_report.json").read_text())
    note = "The Ed-Fi API does not grant credentials: it is unknown, not empty. It feeds hr/certifications."
    assert note in report["notes"]
    walks = [asked for asked in standin.asked if asked == "studentSectionAssociations?limit=500&offset=0"]
    assert len(walks) == 3, "twice in the first year, in which the record shifts, and once in the second"
    assert "Doe" not in done.stdout + done.stderr


def forbid(standin):
    standin.faults.forbidden.add("studentSchoolAssociations")


def away(standin):
    standin.faults.let_through(30)
    standin.faults.break_down(50)


def html(standin):
    standin.faults.let_through(30)
    standin.faults.answer_html()


def shift(standin):
    standin.faults.shifts["studentSectionAssociations"] = 1_000


def short(standin):
    standin.tokens.lifetime = -1


def refuse(standin):
    standin.tokens.key = SecretStr("rotated")


def wrong_year(standin):
    standin.district.years.remove(2025)


FATAL = {
    forbid: "studentSchoolAssociations: the Ed-Fi API does not grant it to this client (urn:ed-fi:api:security:authorization",
    away: "in 3 attempts: HTTP 503",
    html: "with text/html instead of JSON: a proxy or a page to sign in",
    shift: "a second try agreed no better. Somebody is writing to it: pull at a quieter time.",
    short: "refuses a token that it has just given (401).",
    refuse: "The Ed-Fi API refuses key and secret",
    wrong_year: "Is the school year, the tenant or the instance right?",
}
"""Each fault that stays, and the sentence in which the run ends."""


def test_a_run_with_a_fault_that_stays_says_which_and_the_next_one_goes_on(raw, tmp_path):
    """One home: after each fault nothing is published and nothing converted; after the last one the run goes on where a pull broke off."""
    years = [2025, 2026]
    for fault, sentence in FATAL.items():
        standin = StandIn(District(raw), 5, "offset")
        assert standin.district.years == years
        with edfi.edfi_home(tmp_path, raw, standin) as settings:
            fault(standin)
            done = platform(tmp_path, "run", **settings)
        assert done.returncode == 1, fault.__name__
        assert sentence in said(done), f"{fault.__name__}: {said(done)}"
        assert "Traceback" not in said(done), fault.__name__
        left = [name for name in ("current", "converted", "pulled/edfi") if (tmp_path / "warehouse" / name).exists()]
        assert left == [], fault.__name__
    standin = StandIn(District(raw), 5, "offset")
    with edfi.edfi_home(tmp_path, raw, standin) as settings:
        away(standin)
        assert platform(tmp_path, "edfi", "pull", **settings).returncode == 1
        standin.faults.next.clear()
        standin.asked.clear()
        typed = [
            platform(tmp_path, *words, **settings)
            for words in (("edfi", "pull"), ("edfi", "crosswalks"), ("check",), ("run",))
        ]
    assert [done.returncode for done in typed] == [0, 0, 0, 0], "\n".join(said(done) for done in typed)
    assert "the pull that broke off goes on" in said(typed[0])
    assert "These extracts can be published" in said(typed[2])
    lines = (
        (tmp_path / "data" / "reference" / "edfi" / "AttendanceEventCategoryDescriptor.csv").read_text().splitlines()
    )
    assert lines[0] == "code,value,excusal,is_absent,count"
    assert {line.split(",")[0] for line in lines[1:]} == {
        "Excused Absence",
        "Unexcused Absence",
        "Tardy",
        "In Attendance",
    }


def test_an_unknown_category_stops_at_its_rule_and_a_line_lets_it_through(raw, tmp_path, monkeypatch):
    """ATT-01: an absence could be published as presence."""
    monkeypatch.setitem(vocabulary.ATTENDANCE, "FT", ("Field Trip", None))
    with edfi.edfi_home(tmp_path, raw, StandIn(District(raw))) as settings:
        refused = platform(tmp_path, "edfi", "pull", **settings), platform(tmp_path, "check", **settings)
        line = tmp_path / "data" / "reference" / "edfi" / "AttendanceEventCategoryDescriptor.csv"
        line.parent.mkdir(parents=True)
        line.write_text("code,value,excusal,is_absent\nField Trip,Field Trip,,0\n")
        passed = platform(tmp_path, "check", **settings)
    assert [done.returncode for done in (*refused, passed)] == [0, 1, 0], said(refused[1])
    assert "ATT-01" in said(refused[1])
    assert "code 'Field Trip'" in said(refused[1])
