"""The pages of docs/ as a site (`make docs-site`), opened as files: whole, without a network, with a search, readable for everybody."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from playwright.sync_api import Browser, Page

from district_platform.documentation import ROOT
from district_platform_tests.browser.test_accessibility import faults

LOOKED_AT = ("index.html", "sources/mapping.html", "operations.html", "quality_rules.html", "cli.html")
ANSWERED = {
    "chronically absent": "metrics.html",
    "power bi": "bi.html",
    "restore": "operations.html",
    "tardy": "attendance.html",
}
"""What somebody searches for, and a page that has to be among the answers."""


class Links(HTMLParser):
    """Addresses that a page names, and those that it loads by itself."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.named: set[str] = set()
        self.loaded: set[str] = set()
        self.anchors: set[str] = set()
        self.feed(page.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := found.get(name))}
        if tag == "a" and found.get("href"):
            self.named.add(str(found["href"]))
        if tag in ("script", "img", "iframe") and found.get("src"):
            self.loaded.add(str(found["src"]))
        if tag == "link" and found.get("rel") in ("stylesheet", "icon", "preconnect") and found.get("href"):
            self.loaded.add(str(found["href"]))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs-site` does it, where a page without a way to it or a link to nothing ends the build."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a browser that keeps count of what it asked others for, and of faults."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.context.close()


def is_elsewhere(link: str) -> bool:
    return bool(re.match(r"(https?:)?//|mailto:", link))


def test_every_page_is_reached_from_the_first_and_every_link_leads_somewhere(site: Path):
    pages = {path: Links(path) for path in site.rglob("*.html") if path.name != "404.html"}
    reached, waiting = set(), [site / "index.html"]
    while waiting:
        here = waiting.pop()
        if here in reached:
            continue
        reached.add(here)
        for link in pages[here].named:
            if is_elsewhere(link):
                continue
            path, anchor = urldefrag(unquote(link))
            there = (here.parent / path).resolve() if path else here
            assert there.exists(), f"{here.relative_to(site)} links to {link}"
            if there.suffix == ".html":
                assert not anchor or anchor in pages[there].anchors, f"{here.relative_to(site)} links to {link}"
                waiting.append(there)
    assert {path.relative_to(site) for path in pages} == {path.relative_to(site) for path in reached}


def test_nothing_is_loaded_from_elsewhere(site: Path):
    for path in site.rglob("*.html"):
        assert not [each for each in Links(path).loaded if is_elsewhere(each)], path.name


@pytest.mark.parametrize(("words", "answer"), ANSWERED.items())
def test_search_needs_no_server(site: Path, page: Page, words: str, answer: str):
    asked, broken = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda fault: broken.append(str(fault)))
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("s")
    page.locator("[data-md-component=search-query]").press_sequentially(words)
    page.locator(".md-search-result__item").first.wait_for()
    links = [link.get_attribute("href") or "" for link in page.locator("a.md-search-result__link").all()]
    assert any(answer in link for link in links), links
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    assert not broken


@pytest.mark.parametrize("name", LOOKED_AT)
def test_axe_finds_nothing(site: Path, page: Page, name: str):
    page.goto((site / name).as_uri())
    assert faults(page) == []


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_fits_a_telephone(site: Path, page: Page, name: str):
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto((site / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
