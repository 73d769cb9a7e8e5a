"""The page for people: what it says, and what of accessibility can be told without a browser."""

import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import Finding, RuleResult, Status
from district_platform.quality.page import FIRST, TEMPLATE, change_in_words, curve, html, owners
from district_platform.quality.report import document
from district_platform_tests.quality.test_report import past_run, result

ACCOUNTS = [
    {
        "extract": "sis/students",
        "file": "sis/students.csv",
        "sha256": None,
        "n_rows_read": 1200,
        "n_rows_accepted": 1190,
        "n_rows_rejected": 10,
        "problem": None,
    },
    {
        "extract": "hr/educators",
        "file": None,
        "sha256": None,
        "n_rows_read": 0,
        "n_rows_accepted": 0,
        "n_rows_rejected": 0,
        "problem": "not delivered",
    },
]
HOSTILE = "<img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """The elements of a page, and its text without the style sheet."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[str] = []
        self._is_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._is_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False
        self._words += [] if tag in ("span", "a", "code") else [" "]

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self._words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self._words).split())

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def warned(*keys: str, **counts) -> RuleResult:
    findings = tuple(Finding(key, "what was found") for key in keys)
    return result("ENR-02", Status.WARNED, counts.pop("n_findings", len(keys)), findings=findings, **counts)


@pytest.fixture
def page(settings):
    def made(*results: RuleResult, **what) -> Page:
        report = document("run 7", settings, results, accounts=ACCOUNTS, **what)
        shown = Page(html(report))
        shown.report = report
        return shown

    return made


@pytest.fixture
def full(page) -> Page:
    """A page on which every part stands."""
    june = dt.date(2026, 6, 30)
    return page(
        warned("N1", HOSTILE, "N3", "N4", "N5", "N6", n_findings=1300, n_waived=2),
        result("CON-06", Status.FAILED, 1, findings=(Finding("sis/courses", "6 of 100 rows rejected"),)),
        RuleResult(RULES["FTE-01"], "warn", Status.SKIPPED, "not delivered: hr/staff_assignments"),
        result("ENR-01", Status.PASSED),
        runs=[past_run("run 6", ENR_02=("warned", 1400, 0)), past_run("run 7", ENR_02=("warned", 1300, 2))],
        notes=["The source has no attendance."],
        listed_waivers=[(2, "ENR-99", "N1", june)],
    )


def test_a_run_that_may_be_published_says_so_first(page):
    assert "Overall ✔ Fit to publish. Nothing was found that would" in page(result("ENR-01", Status.PASSED)).text


def test_a_refused_run_says_how_many_findings_refuse_it(page):
    text = page(result("CON-06", Status.FAILED, 3, n_waived=1), warned("N1")).text
    assert "✖ Not published. 2 findings would make a published number wrong." in text


def test_waived_errors_are_not_passed_over_in_silence(page):
    text = page(result("CON-06", Status.PASSED, 1, n_waived=1)).text
    assert "Fit to publish. 1 finding that would stop the publication is waived." in text
    assert "✔ Passed, with waivers" in text


def test_a_finding_says_state_counts_meaning_and_remedy_in_words(full):
    rule = RULES["ENR-02"]
    assert f"▲ To correct: 1,298 open, 2 waived, of 100 judged. One finding is {rule.unit}." in full.text
    assert f"Why it matters {rule.why} What to do {rule.how_to_fix}" in full.text
    assert "The worklist holds the first 6 of 1,300; the next come up when these are corrected." in full.text


def test_the_page_names_what_was_not_judged_and_why(full):
    assert "FTE-01 More than one full position (not delivered: hr/staff_assignments) – Not judged" in full.text


def test_the_page_tells_the_trend_the_waivers_and_the_files(full):
    assert "100 fewer" in full.text
    [chart] = [svg for svg in full.all("svg") if svg.get("role") == "img"]
    assert chart["aria-label"].startswith("Open findings in the last 2 runs: 1,400 at first, 1,298 now, 1,400 at most.")
    assert "Line 2: there is no rule ENR-99. Did you mean" in full.text
    assert "sis/students.csv 1,200 1,190 10" in full.text
    assert "hr/educators – – – not delivered" in full.text
    assert "The source has no attendance." in full.text


def test_each_owner_finds_its_worklist(full):
    assert {link["href"] for link in full.all("a") if ".csv" in str(link["href"])} == {
        "worklists/data-team.csv",
        "worklists/human-resources.csv",
        "worklists/sis-data-steward.csv",
    }


def links_in_order(page: Page) -> list[str]:
    """Rules as the page links to them under what matters most, and then as they stand under their owners."""
    articles = [str(article["id"]) for article in page.all("article")]
    return [str(a["href"])[1:] for a in page.all("a") if str(a["href"])[1:] in articles]


def test_what_stops_the_publication_stands_first_then_what_most_children_hang_on_then_money(page):
    shown = page(
        result("STO-01", Status.WARNED, 90, amount=Decimal("12.50")),
        result("STO-02", Status.WARNED, 2, amount=Decimal(6000)),
        result("ENR-02", Status.WARNED, 40, n_students=3),
        result("ATT-07", Status.WARNED, 1, n_students=198),
        result("CON-06", Status.FAILED, 1),
        result("FTE-02", Status.WARNED, 500),
    )
    assert links_in_order(shown) == ["CON-06", "ATT-07", "ENR-02", "STO-02", "STO-01", "FTE-02"]
    assert "ATT-07 ▲ Enrollments without any attendance 1 198 – attendance office" in shown.text
    assert "STO-02 ▲ Quantity × price is not the total 2 – $6,000 business office" in shown.text


def test_findings_stand_by_owner_and_within_by_what_hangs_on_them(page):
    shown = page(
        result("ENR-02", Status.WARNED, 40, n_students=3),
        result("ENR-03", Status.WARNED, 2, n_students=2),
        result("ATT-07", Status.WARNED, 1, n_students=198),
        result("ENR-05", Status.WARNED, 9, n_students=9),
    )
    assert [str(article["id"]) for article in shown.all("article")] == ["ATT-07", "ENR-05", "ENR-02", "ENR-03"]
    assert [h.get("id") for h in shown.all("h3")] == ["owner-attendance-office", "owner-sis-data-steward"]
    assert "198 children" in shown.text


def test_only_the_first_rules_stand_under_what_matters_most(page):
    ids = [rule_id for rule_id in RULES if rule_id.startswith(("ENR", "ATT"))]
    shown = page(*(result(rule_id, Status.WARNED, 1) for rule_id in ids))
    assert len(links_in_order(shown)) == FIRST
    assert f"The first {FIRST} of {len(ids)} rules with findings" in shown.text


def test_rules_that_passed_and_whole_files_are_folded(page):
    shown = page(result("ENR-01", Status.PASSED), result("ENR-02", Status.PASSED))
    assert len(shown.all("details")) == len(shown.all("summary")) == 1
    assert "Passed: 2 ENR-01 Overlapping primary enrollments ✔ Passed 100 judged" in shown.text
    whole = ACCOUNTS[0] | {"n_rows_accepted": 1200, "n_rows_rejected": 0}
    text = Page(html(shown.report | {"extracts": [whole]})).text
    assert "Files of which every row was accepted: 1 sis/students.csv 1,200 rows" in text


def test_a_rule_that_judged_nothing_has_not_passed(page):
    nothing = RuleResult(RULES["ENR-01"], "warn", Status.PASSED)
    shown = page(nothing, result("ENR-02", Status.PASSED))
    assert "Rules passed 1 of 2" in shown.text
    assert "Nothing to judge: 1 ENR-01 Overlapping primary enrollments – Nothing to judge" in shown.text


def test_a_trend_stands_only_where_there_is_one(page, full):
    now = warned("N1")
    first = page(now, runs=[past_run("run 7", ENR_02=("warned", 1, 0))])
    same = page(now, runs=[past_run("run 6", ENR_02=("warned", 1, 0)), past_run("run 7", ENR_02=("warned", 1, 0))])
    assert (len(first.all("svg")), "Trend" in first.text) == (0, False)
    assert [svg.get("class") for svg in same.all("svg")] == ["chart"]
    assert [svg.get("class") for svg in full.all("svg")] == ["curve", "chart"]


def test_every_table_tells_a_reader_with_a_small_window_that_it_scrolls(full):
    cues = [p for p in full.all("p") if p.get("class") == "cue"]
    assert len(cues) == len(full.all("table"))
    narrow = TEMPLATE.read_text().split("@media (max-width: 40rem)")[1].split("@media print")[0]
    assert ".cue { display: block; }" in narrow


def test_what_a_rule_could_not_judge_is_said(page):
    shown = page(result("ENR-09", Status.WARNED, 0, reason="too many alike"))
    assert "Not judged in full: too many alike." in shown.text


def test_owners_with_most_to_do_come_first(settings):
    results = [warned("N1"), result("CON-06", Status.FAILED, 1), result("ATT-03", Status.WARNED, 9, n_waived=4)]
    rows = owners(document("run", settings, results)["rules"])
    assert [(row["owner"], row["n_open_errors"], row["n_open_warnings"], row["n_waived"]) for row in rows] == [
        ("data team", 1, 0, 0),
        ("attendance office", 0, 5, 4),
        ("SIS data steward", 0, 1, 0),
    ]


def test_the_page_counts_findings_and_names_none(full):
    """What was found stands in the worklist; a page that is mailed and printed holds no key."""
    assert "They are in the worklist, with the evidence." in full.text or "The worklist holds the first" in full.text
    assert not re.search(r"\bN[1-6]\b|sis/courses", full.text)


def test_what_was_delivered_cannot_become_markup(page):
    hostile = page(result("ENR-01", Status.PASSED), notes=[HOSTILE])
    assert HOSTILE in hostile.text
    assert not hostile.all("img")


def test_the_page_needs_no_script_and_asks_nobody(full):
    assert not full.all("script", "iframe", "object", "embed", "img")
    [policy] = [meta["content"] for meta in full.all("meta") if meta.get("http-equiv")]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    links = [str(link["href"]) for link in full.all("a", "link")]
    assert [link for link in links if not re.match(r"#|worklists/[a-z-]+\.csv$|data:,$", link)] == []
    assert not re.search(r"url\(|@import|https?:", TEMPLATE.read_text())


def test_language_title_and_headings_are_in_order(full):
    [(_, root)] = [element for element in full.elements if element[0] == "html"]
    assert root["lang"] == "en"
    assert len(full.all("title")) == len(full.all("h1")) == len(full.all("main")) == 1
    levels = [int(tag[1]) for tag, _ in full.elements if re.fullmatch(r"h[1-6]", tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_table_has_a_caption_and_every_heading_cell_a_scope(full):
    assert len(full.all("table")) == len(full.all("caption")) == 4
    assert {cell.get("scope") for cell in full.all("th")} == {"col", "row"}


def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name(full):
    regions = [div for div in full.all("div") if div.get("class") == "scroll"]
    ids = {attributes["id"] for _, attributes in full.elements if "id" in attributes}
    assert regions
    assert all(region["tabindex"] == "0" and region["aria-labelledby"] in ids for region in regions)


def test_ids_are_unique_and_links_within_the_page_lead_somewhere(full):
    ids = [attributes["id"] for _, attributes in full.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in full.all("a") if str(a["href"]).startswith("#")} <= set(ids)


def test_curves_without_a_name_are_hidden_from_screen_readers(full):
    assert all(svg.get("role") == "img" or svg.get("aria-hidden") == "true" for svg in full.all("svg"))


def palettes() -> list[dict[str, str]]:
    """The three color schemes of the style sheet: light, dark, print."""
    blocks = re.findall(r":root \{(.*?)\}", TEMPLATE.read_text(), re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in blocks]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""

    def luminance(color: str) -> float:
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["page", "panel"])
def test_all_text_has_enough_contrast(palette, ground):
    texts = ("text", "muted", "link", "failed", "warned", "passed", "skipped")
    too_faint = {name: contrast(palette[name], palette[ground]) for name in texts}
    assert {name: ratio for name, ratio in too_faint.items() if ratio < 4.5} == {}


def test_a_change_is_said_in_words():
    assert [change_in_words(n) for n in (None, 0, 1200, -3)] == ["–", "no change", "1,200 more", "3 fewer"]


def test_a_curve_runs_from_nothing_to_the_highest_value_with_gaps_where_nothing_was_judged():
    assert curve([0, 10], 90, 22) == ["0.0,21.0 90.0,1.0"]
    assert curve([5, None, 10, 0], 90, 22) == ["0.0,11.0 0.0,11.0", "60.0,1.0 90.0,21.0"]
    assert curve([0, 0], 90, 22) == ["0.0,21.0 90.0,21.0"]
    assert curve([None], 90, 22) == []
