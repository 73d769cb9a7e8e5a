"""The pages in Streamlit: the words of the plain page, for whoever may see it, and nothing after a sign-out."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from district_platform.outputs.brief import wording as w
from district_platform.web.access.viewer import PUBLIC, Role, Viewer
from district_platform.web.dashboard.drawing import ROWS_A_PAGE, plain
from district_platform.web.pages.model import NotFoundError, PageModel
from district_platform.web.pages.registry import Page
from district_platform.web.reading.queries import registry
from district_platform.web.reading.reader import Reader
from district_platform.web.reading.registry import NotAllowedError
from district_platform.web.rendering.charts import is_drawable
from district_platform.web.signin import audit, sessions
from district_platform.web.signin.store import AccessStore
from district_platform.web.site import Site
from district_platform_tests.web import canaries, matrix
from district_platform_tests.web.interactive.running import Browser, html_of, site_of, words_of
from district_platform_tests.web.matrix import Planted

Opens = Callable[[Viewer], Browser]


@pytest.fixture
def site(planted: Planted, tmp_path: Path) -> Iterator[Site]:
    with closing(matrix.library_of(planted, registry())) as library:
        yield site_of(library, AccessStore(tmp_path / "access" / "access.sqlite"))


@pytest.fixture
def browser(site: Site, monkeypatch: pytest.MonkeyPatch) -> Opens:
    return lambda viewer: Browser(site, monkeypatch, viewer)


def first_of(planted: Planted, role: Role) -> Viewer:
    return next(each for each in planted.viewers if each.role is role)


def model_of(site: Site, page: Page, viewer: Viewer, filters: dict[str, str]) -> PageModel | None:
    with site.district.reader() as reader:
        try:
            return page.build(viewer, filters, reader)
        except (NotFoundError, NotAllowedError):
            return None


def one_person(planted: Planted, page: str) -> dict[str, str]:
    """Filters of pages that are of one person."""
    school = canaries.schools_of(planted.home)[0]
    return {"student": {"student": f"CN-{school}-now"}, "employee": {"employee": f"CN-{school}-employee"}}.get(page, {})


def said_in(model: PageModel) -> Iterator[str]:
    """All that a page says, as it should stand in any form of it."""
    yield from (model.title, *model.notices, *model.sentences)
    for figure in model.figures:
        yield from (figure.label, figure.value)
    for section in model.sections:
        yield from section.sentences
        yield from (chart.title for chart in section.charts if is_drawable(chart.plot))
        for table in section.tables:
            yield table.caption if table.rows else table.empty
            yield from (column.name for column in table.columns if table.rows)
            yield from (cell.shown for row in table.cells()[:ROWS_A_PAGE] for cell in row)


ROLES = [role for role in Role if role not in (Role.PUBLIC, Role.KEY)]


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_says_what_the_plain_page_says(site: Site, browser: Opens, planted: Planted, role: Role):
    viewer = first_of(planted, role)
    looked_at = []
    for page in site.pages.values():
        filters = one_person(planted, page.name)
        model = model_of(site, page, viewer, filters) if viewer.role in page.roles else None
        if model is None:
            continue
        app = browser(viewer).opens(page.name, **filters)
        words = words_of(app)
        missing = [text for text in said_in(model) if " ".join(text.split()) and " ".join(text.split()) not in words]
        assert missing == [], page.name
        drawn = [chart.alt for chart in model.charts if is_drawable(chart.plot)]
        assert [element.proto.alt for element in app.main.get("vega_lite_chart")] == drawn
        looked_at.append(page.name)
    assert looked_at


@pytest.mark.parametrize("role", ROLES)
def test_page_of_another_role_is_not_found(site: Site, browser: Opens, planted: Planted, role: Role):
    viewer = first_of(planted, role)
    for page in (each for each in site.pages.values() if role not in each.roles and each.name != "public"):
        app = browser(viewer).opens(page.name, **one_person(planted, page.name))
        assert [title.value for title in app.title] == ["No such page"], page.name
        assert not app.sidebar.selectbox
        assert "CN-" not in html_of(app)


def test_two_principals_never_see_each_others_rows(browser: Opens, planted: Planted):
    one, other = [each for each in planted.viewers if each.role is Role.PRINCIPAL][:2]
    pages = [html_of(browser(viewer).opens("school")) for viewer in (one, other, one)]
    schools = canaries.schools_of(planted.home)
    assert pages[0] == pages[2]
    for page, own, others in ((pages[0], 0, 1), (pages[1], 1, 0)):
        assert f"?school={schools[own]}&amp;" in page
        assert f"?school={schools[others]}&amp;" not in page


def test_answers_kept_for_a_viewer_are_never_given_to_another_on_the_same_page(
    browser: Opens, planted: Planted, monkeypatch: pytest.MonkeyPatch
):
    """Two tabs on one page of one publication: once each is answered from what is kept, it is still its own answer."""
    tabs = [browser(each) for each in planted.viewers if each.role is Role.PRINCIPAL][:2]
    apps = [tab.opens("school") for tab in tabs]
    first = [html_of(app) for app in apps]
    asked: list[str] = []
    ask = Reader.ask

    def counted(reader: Reader, statement: str, *more: Any) -> list[tuple[Any, ...]]:
        asked.append(statement)
        return ask(reader, statement, *more)

    monkeypatch.setattr(Reader, "ask", counted)
    again = [html_of(tab.runs(app)) for tab, app in zip(tabs, apps, strict=True)]
    assert asked == [], "answered from what is kept"
    assert again == first
    schools = canaries.schools_of(planted.home)
    for page, own, others in ((again[0], 0, 1), (again[1], 1, 0)):
        assert f"?school={schools[own]}&amp;" in page
        assert f"?school={schools[others]}&amp;" not in page


def test_tab_shows_nothing_of_the_page_after_a_sign_out_in_another(site: Site, browser: Opens, planted: Planted):
    visitor = browser(first_of(planted, Role.PRINCIPAL))
    app = visitor.opens("school")
    assert "CN-" in html_of(app)
    session = sessions.find(site.store, visitor.cookie)
    assert session
    sessions.end(site.store, session, "signed out")
    visitor.runs(app)
    assert [title.value for title in app.title] == ["Signed out"]
    assert "CN-" not in html_of(app)
    assert not app.sidebar.selectbox


def test_a_filter_is_written_into_the_address_and_a_name_is_not(browser: Opens, planted: Planted):
    tab = browser(first_of(planted, Role.PRINCIPAL))
    app = tab.opens("school")
    grade = next(each for each in app.sidebar.selectbox if each.label == "Grade")
    chosen = grade.options[1]
    grade.select_index(1)
    tab.runs(app)
    assert app.query_params["grade"]
    assert next(each for each in app.sidebar.selectbox if each.label == "Grade").format_func
    assert chosen
    app.sidebar.text_input[0].set_value("CN-")
    tab.runs(app)
    assert set(app.query_params) == {"grade"}
    assert "CN-" in html_of(app)


def test_a_filter_that_is_none_is_answered_by_a_notice(browser: Opens, planted: Planted):
    app = browser(first_of(planted, Role.PRINCIPAL)).opens("school", grade="no such grade", last_date="yesterday")
    assert html_of(app).count('class="notice"') == 2


def test_same_page_drawn_anew_is_one_line_of_the_audit(site: Site, browser: Opens, planted: Planted):
    tab = browser(first_of(planted, Role.PRINCIPAL))
    app = tab.opens("school")
    tab.runs(app)
    app.query_params["grade"] = "05"
    tab.runs(app)
    viewed = [line for line in audit.lines(site.store) if line.event == "viewed"]
    assert [(line.page, "grade" in (line.filters or "")) for line in viewed] == [("school", False), ("school", True)]


def test_page_that_renews_itself_keeps_nobody_signed_in(site: Site, browser: Opens, planted: Planted):
    tab = browser(first_of(planted, Role.EMPLOYEE))
    clock = site.store.now
    tab.opens("hours")
    later = clock() + sessions.IDLE_SECONDS - 60
    site.store.now = lambda: later  # type: ignore[method-assign]
    assert tab._visit(is_used=False).account
    site.store.now = lambda: later + 120  # type: ignore[method-assign]
    assert tab._visit(is_used=False).ended_because


def test_texts_of_a_page_are_no_html(browser: Opens, planted: Planted):
    app = browser(first_of(planted, Role.PRINCIPAL)).opens("school")
    app.sidebar.text_input[0].set_value("<img src=x onerror=alert(1)>")
    app.run()
    assert "<img" not in html_of(app)


@pytest.mark.parametrize(
    ("name", "written"),
    [("[x](http://e.example)", r"\[x\]\(http\://e.example\)"), ("O*Neil*, <b>", r"O\*Neil\*, \<b\>")],
)
def test_title_is_no_markdown(name: str, written: str):
    assert plain(name) == written


def test_nobody_without_a_role_gets_a_page(site: Site, browser: Opens, planted: Planted):
    tab = browser(first_of(planted, Role.TEACHER))
    tab.viewer = PUBLIC
    app = tab.opens("classes")
    assert [title.value for title in app.title] == ["Signed out"]
    assert w.plural(0, "student") not in html_of(app)
