"""A model as an HTML document: its structure, for whoever sees, hears or prints it."""

import datetime as dt
from dataclasses import replace

from district_platform.outputs.brief.charts import Bars, Lines, Series
from district_platform.outputs.brief.release import Figure as Told
from district_platform.outputs.brief.release import State
from district_platform.web.pages.model import (
    Cell,
    Chart,
    Column,
    Figure,
    Filter,
    FilterKind,
    Kind,
    Link,
    PageModel,
    Search,
    Section,
    Table,
)
from district_platform.web.rendering import (
    NOT_FOUND,
    Chrome,
    NavEntry,
    html,
    message,
    page,
    password_form,
    sign_in_form,
)
from district_platform_tests.web.markup import Element, parsed

CHROME = Chrome(
    site_name="Example District",
    nav=(NavEntry("District", "district"), NavEntry("School", "school")),
    who="pat@example.org",
    role="principal",
    csrf="a-token",
    publication="v00000001",
    as_of_date=dt.date(2026, 2, 13),
)
SCHOOLS = Table(
    key="schools",
    caption="Schools by chronic absence",
    columns=(Column("School"), Column("Chronically absent", Kind.NUMBER)),
    rows=((Cell("Birch Creek", Link("school", (("school", "0101"),))), "19%"), ("Old Mill", "hidden")),
)
EMPTY = Table("none", "Nobody", (Column("Name"),), (), empty="Nobody is to be called.")
BARS = Chart(
    key="absence",
    title="Absence is highest at Birch Creek",
    note="Percent of students.",
    alt="Bar chart: Birch Creek 19%, Old Mill hidden.",
    plot=Bars(
        ("Birch Creek", "Old Mill"),
        (Told(19.0, "19%", State.TOLD, 19.0, 19.0), Told(None, "hidden", State.HIDDEN, 0.0, 100.0)),
    ),
)
MODEL = PageModel(
    name="district",
    title="The district",
    sentences=("Absence rose.",),
    figures=(Figure("Attendance", "94.1%", "0.1 points less"),),
    sections=(
        Section("schools", "Schools", ("One is above.",), (BARS,), (SCHOOLS,)),
        Section("b", "Calls", tables=(EMPTY,)),
    ),
    filters=(
        Filter("school", "School", "0101"),
        Filter("first_date", "From", "2026-01-02", FilterKind.DATE),
        Filter("subject", "Subject", "Math", FilterKind.CHOICE, (("", "All"), ("Math", "Math"))),
    ),
    search=Search("Student's name", "O'Neil"),
    trail=(("Start", Link("district")),),
)


def shown(model: PageModel = MODEL, chrome: Chrome = CHROME) -> Element:
    return parsed(page(model, chrome))


def test_landmarks_and_a_link_that_skips_to_the_content() -> None:
    document = shown()
    assert document.one("html").attributes["lang"] == "en"
    assert [len(document.all(tag)) for tag in ("header", "main", "footer")] == [1, 1, 1]
    assert document.one("a", class_="skip").attributes["href"] == "#" + document.one("main").attributes["id"]
    assert {nav.attributes["aria-label"] for nav in document.all("nav")} == {"Pages", "Where you are"}


def test_headings_go_down_one_level_at_a_time() -> None:
    levels = [int(e.tag[1]) for e in shown() if e.tag in ("h1", "h2", "h3", "h4")]
    assert levels == [1, 2, 2]


def test_a_table_has_its_caption_and_says_what_each_header_is_of() -> None:
    table = shown().one("table")
    assert table.one("caption").text == "Schools by chronic absence"
    assert [th.text for th in table.all("th", scope="col")] == ["School", "Chronically absent"]
    assert [th.text for th in table.all("th", scope="row")] == ["Birch Creek", "Old Mill"]
    assert [td.text for td in table.all("td")] == ["19%", "hidden"]


def test_a_wide_table_is_scrolled_by_keyboard() -> None:
    region = shown().one("div", class_="table")
    assert region.attributes["tabindex"] == "0"
    assert region.attributes["aria-labelledby"] == region.one("caption").attributes["id"]


def test_an_empty_table_is_a_sentence() -> None:
    assert shown().one("p", class_="empty").text == "Nobody is to be called."


def test_links_hold_ids_and_keep_filters() -> None:
    document = shown()
    assert document.one("table").one("a").attributes["href"] == "/print/school?school=0101"
    exported = document.one("a", class_="export").attributes["href"]
    assert exported == "/print/district/schools.csv?school=0101&first_date=2026-01-02&subject=Math"


def test_a_filter_is_labelled_and_what_a_link_set_is_carried_on() -> None:
    form = shown().one("form", method="get")
    assert form.attributes["action"] == "/print/district"
    assert [(f.attributes["name"], f.attributes["value"]) for f in form.all("input")] == [
        ("school", "0101"),
        ("first_date", "2026-01-02"),
    ]
    assert [
        label.one(control).attributes["name"]
        for label, control in zip(form.all("label"), ("input", "select"), strict=True)
    ] == [
        "first_date",
        "subject",
    ]
    assert form.one("option", selected="").attributes["value"] == "Math"


def test_a_name_is_posted_and_never_stands_in_an_address() -> None:
    document = shown()
    form = document.one("form", role="search")
    assert form.attributes["method"] == "post"
    assert form.one("input", name="csrf").attributes["value"] == "a-token"
    assert form.one("input", name="name").attributes["value"] == "O'Neil"
    assert not [e for e in document if "Neil" in e.attributes.get("href", "") + e.attributes.get("action", "")]


def test_a_chart_is_told_in_words_and_needs_no_style_of_its_own() -> None:
    document = shown()
    assert document.one("svg").attributes["aria-label"] == "Bar chart: Birch Creek 19%, Old Mill hidden."
    assert not [e for e in document if "style" in e.attributes or e.tag in ("script", "style")]


def test_a_chart_with_nothing_told_is_left_out() -> None:
    nothing = Chart("x", "t", "n", "a", Lines((Series("s", (Told(), None)),), ("2025", "2026")))
    model = PageModel("district", "t", sections=(Section("a", "A", charts=(nothing,)),))
    assert not shown(model).all("figure")


def test_only_a_page_that_names_nobody_is_kept_as_it_was_drawn() -> None:
    kept = html._kept_drawing
    for change, n in (({"is_internal": True}, 0), ({"access": "You see your own hours."}, 0), ({}, 1)):
        kept.cache_clear()
        page(replace(MODEL, **change), CHROME)
        assert kept.cache_info().currsize == n, change


def test_text_of_the_district_is_text() -> None:
    table = Table("t", "<b>x</b>", (Column("<i>"),), (("<script>alert(1)</script>",),))
    document = shown(PageModel("district", "<u>", sections=(Section("a", "A", tables=(table,)),)))
    assert not [e for e in document if e.tag in ("b", "i", "u", "script")]
    assert document.one("th", scope="row").text == "<script>alert(1)</script>"


def test_the_footer_names_publication_and_date_and_the_page_begins_with_their_age() -> None:
    old = Chrome(
        "Example District", as_of_date=dt.date(2026, 2, 1), publication="v2", warning="These figures are 12 days old."
    )
    document = shown(chrome=old)
    footer = document.one("footer").text
    assert "Figures as of February 1, 2026, publication v2." in footer
    assert document.one("main").text.lstrip().startswith("Note: These figures are 12 days old.")


def test_the_page_of_made_up_people_says_so() -> None:
    document = shown(chrome=Chrome("Example District", is_demo=True))
    assert document.one("title").text.startswith("DEMO")
    assert "made up" in document.one("p", class_="banner").text


def test_sign_out_is_a_form_with_a_token() -> None:
    form = shown().one("form", action="/sign-out")
    assert form.attributes["method"] == "post"
    assert form.one("input", name="csrf").attributes["value"] == "a-token"


def test_forms_label_every_field_and_say_what_went_wrong() -> None:
    for made in (sign_in_form(CHROME, problem="no"), password_form(CHROME, problem="no")):
        document = parsed(made)
        fields = [e for e in document.one("main").all("input") if e.attributes.get("type") != "hidden"]
        labelled = [e for label in document.all("label") for e in label.all("input")]
        assert [e for e in fields if "aria-label" not in e.attributes] == labelled
        assert document.one("p", role="alert").text.endswith("no")


def test_a_message_says_what_to_do() -> None:
    document = parsed(message(NOT_FOUND, Chrome("Example District")))
    assert document.one("h1").text == "No such page"
    assert document.one("main").one("a").attributes["href"] == "/"
