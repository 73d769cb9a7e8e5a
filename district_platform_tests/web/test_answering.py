"""Which district, which page, and which line of the audit."""

import datetime as dt
from dataclasses import replace

import pytest

from district_platform.settings import Settings, Sources
from district_platform.web.answering import document_of
from district_platform.web.pages.model import Document
from district_platform.web.reading.publications import Publication, PublicationGoneError
from district_platform.web.signin.visits import Visit
from district_platform_tests.web.dashboard import DAY, PRINCIPAL, TEACHER, StubPage


def test_visitor_sees_every_kind_of_page_of_the_demo_district_marked_and_nothing_of_the_real_one(dashboard, browser):
    assert browser.get("/").headers["location"] == "/print/school"
    for path in ("/print/school", "/print/classes"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "<title>DEMO: " in page.text
        assert "D1" in page.text
        assert "S1" not in page.text
    assert "Real District" not in page.text
    assert dashboard.audit() == []


def test_somebody_signed_in_sees_nothing_of_the_demo_district(dashboard, browser):
    browser.sign_in()
    page = browser.get("/print/school").text
    assert "Real District" in page
    assert "DEMO" not in page
    assert "D1" not in page


def test_before_the_demo_district_is_made_visitors_are_told_and_sign_in_works(dashboard, browser):
    dashboard.demo.version = None
    answer = browser.get("/print/school")
    assert answer.status_code == 503
    assert "Nothing is published yet" in answer.text
    assert browser.sign_in().status_code == 303
    assert browser.get("/print/school").status_code == 200


def test_public_page_is_the_districts_own_and_for_everybody(dashboard, browser):
    assert "Real District" in browser.get("/public").text
    assert browser.get("/public/list.csv").status_code == 200
    dashboard.district.version = None
    assert "DEMO" in browser.get("/public").text


@pytest.mark.parametrize(
    "path", ["/print/classes", "/print/none", "/print/school?school=south", "/print/classes/list.csv"]
)
def test_what_is_not_in_the_role_or_the_scope_does_not_exist_and_the_try_is_recorded(dashboard, browser, path):
    browser.sign_in()
    answer = browser.get(path)
    assert answer.status_code == 404
    assert dashboard.events()[-1] == "refused"
    assert (
        browser.get("/print/school?school=none").text.replace("none", "south")
        == browser.get("/print/school?school=south").text
    )


def test_visitor_who_follows_a_colleagues_link_is_led_to_sign_in_and_from_there_to_the_page(browser):
    answer = browser.get("/print/school?school=north")
    assert answer.status_code == 404
    assert 'href="/sign-in?target=/print/school%3Fschool%3Dnorth"' in answer.text


def test_navigation_has_the_pages_of_the_role(dashboard, browser):
    dashboard.has_account(TEACHER)
    browser.sign_in(TEACHER)
    for path in ("/print/classes", "/password", "/public"):
        page = browser.get(path).text
        assert 'href="/print/classes"' in page, path
        assert 'href="/print/school"' not in page, path


def test_every_view_and_export_is_recorded_with_the_students_it_named(dashboard, browser):
    browser.sign_in()
    browser.get("/print/school?school=north")
    export = browser.get("/print/school/list.csv")
    assert export.headers["content-type"] == "text/csv; charset=utf-8"
    assert export.headers["content-disposition"] == 'attachment; filename="school-list-2026-02-13.csv"'
    signed_in, viewed, exported = dashboard.audit()
    assert (signed_in.event, signed_in.account, signed_in.role) == ("signed in", PRINCIPAL, "principal")
    assert (viewed.event, viewed.page, viewed.filters) == ("viewed", "school", '{"school": "north"}')
    assert (exported.event, exported.page) == ("exported", "school/list.csv")
    assert {line.students for line in (viewed, exported)} == {"S1 S2"}
    assert {line.publication for line in (viewed, exported)} == {"v00000001"}


def test_file_of_a_part_of_the_page_is_recorded_with_whom_it_holds_alone(dashboard, browser, monkeypatch):
    real = StubPage.build

    def build(self, viewer, filters, reader):
        model = real(self, viewer, filters, reader)
        [section] = model.sections
        parts = [
            replace(section.tables[0], key=key, people=people) for key, people in (("all", None), ("one", ("S2",)))
        ]
        return replace(model, sections=(replace(section, tables=tuple(parts)),))

    monkeypatch.setattr(StubPage, "build", build)
    browser.sign_in()
    for path in ("/print/school", "/print/school/all.csv", "/print/school/one.csv"):
        browser.get(path)
    assert [line.students for line in dashboard.audit()[1:]] == ["S1 S2", "S1 S2", "S2"]


@pytest.mark.parametrize("typed", ["%1b]0;owned%07", "%E2%80%AEgnp", "%c2%9b2J", "%0aviewed,you"])
def test_address_with_signs_for_a_terminal_is_harmless_in_the_audit(dashboard, browser, typed):
    browser.sign_in()
    browser.get(f"/print/{typed}?school={typed}&{typed}=1")
    line = dashboard.audit()[-1]
    assert line.event == "refused"
    assert f"{line.page}{line.filters}".isprintable()


def test_name_that_is_searched_for_stands_in_no_address_and_no_audit(dashboard, browser):
    browser.sign_in()
    token = browser.token("/print/school")
    answer = browser.post("/print/school", data={"name": "Rosalind", "csrf": token})
    assert "Searched: Rosalind." in answer.text
    assert '"search": "by name"' in dashboard.audit()[-1].filters
    assert b"Rosalind" not in dashboard.store.path.read_bytes()


def test_what_is_not_recorded_is_not_shown(dashboard, browser):
    browser.sign_in()
    with dashboard.store.writing() as connection:
        connection.execute("create trigger full before insert on audit begin select raise(abort, 'disk full'); end")
    answer = browser.get("/print/school")
    assert answer.status_code == 503
    assert "S1" not in answer.text


def test_new_publication_is_read_without_a_restart(dashboard, browser):
    browser.sign_in()
    dashboard.district.version = "v00000002"
    assert "v00000002" in browser.get("/print/school").text
    assert dashboard.audit()[-1].publication == "v00000002"


def test_publication_that_is_removed_while_it_is_read_gives_way_to_the_next(dashboard, browser, monkeypatch):
    browser.sign_in()
    real = dashboard.site.pages["school"].build
    tried = []

    def build(self, viewer, filters, reader):
        tried.append(reader.publication.version)
        if len(tried) == 1:
            dashboard.district.version = "v00000002"
            raise PublicationGoneError("v00000001")
        return real(viewer, filters, reader)

    monkeypatch.setattr(StubPage, "build", build)
    page = browser.get("/print/school")
    assert page.status_code == 200
    assert tried == ["v00000001", "v00000002"]
    assert "v00000002" in page.text
    assert "v00000001" not in page.text


def test_old_figures_of_a_real_district_are_told_and_those_of_a_synthetic_one_are_of_one_day_for_ever(dashboard):
    visit = Visit("cookie", False, "127.0.0.1")
    real = Settings(sources=Sources(kind="files"))

    def warning(settings: Settings, n_days: int) -> str:
        site = replace(dashboard.site, settings=settings, today=DAY + dt.timedelta(days=n_days))
        with dashboard.district.reader() as reader:
            return site.chrome(visit, publication=reader.publication).warning

    assert warning(real, 1) == ""
    assert "3 days old" in warning(real, 3)
    assert warning(dashboard.site.settings, 300) == ""


def test_fault_of_a_page_is_told_without_a_word_of_the_inside(dashboard):
    browser = dashboard.browser(raise_server_exceptions=False)
    browser.sign_in()
    answer = browser.get("/print/school?school=broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert browser.get("/print/school").status_code == 200


@pytest.mark.parametrize("file", ["findings.json", "..%2Fdelivery.json", "restricted%2Ffindings.json", "list.csv.bak"])
def test_no_file_of_the_publication_is_had_but_what_the_page_offers(dashboard, browser, file):
    browser.sign_in()
    assert browser.get(f"/print/school/{file}").status_code == 404


def test_a_document_is_the_publications_own_and_goes_with_it(tmp_path):
    publication = Publication("v1", tmp_path, DAY, "District")
    (tmp_path / "reports").mkdir()
    brief = Document("The brief", "policy_brief.pdf")
    with pytest.raises(PublicationGoneError):
        document_of(publication, brief)
    (tmp_path / "reports" / "policy_brief.pdf").write_bytes(b"%PDF")
    answer = document_of(publication, brief)
    assert (answer.body, answer.headers["content-type"]) == (b"%PDF", "application/pdf")
    assert answer.headers["content-disposition"] == 'attachment; filename="policy_brief.pdf"'
