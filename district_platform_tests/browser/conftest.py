"""One browser and one dashboard for all; who changes the district has a copy of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from district_platform.web.demo import Demo
from district_platform_tests.browser.serving import Dashboard, send_code, send_sign_in, serving, wait_for_demo
from district_platform_tests.browser.streamlit_pages import settled

QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
"""Switches that keep chromium from asking anybody but the dashboard."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET), chromium_sandbox=False
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the demo district lies, made once, while the district has its first run."""
    folder = tmp_path_factory.mktemp("cache")
    demo = Demo(folder / "demo")
    demo.make_in_background()
    yield folder
    demo.close()


@pytest.fixture(scope="session")
def dashboard(cache: Path, district: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard of a small synthetic district, to look at."""
    home = tmp_path_factory.mktemp("served") / "district"
    shutil.copytree(district, home, symlinks=True)
    with serving(home, cache) as running:
        wait_for_demo(running)
        yield running


@pytest.fixture
def own_dashboard(copy: Path, cache: Path, dashboard: Dashboard) -> Iterator[Dashboard]:
    """The dashboard of the same district, which a test may change."""
    with serving(copy, cache) as running:
        yield running


@pytest.fixture
def signed_in(dashboard: Dashboard, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Signs in as a role, each time in a browser of its own."""
    pages: list[Page] = []

    def enter(role: str, **context: object) -> Page:
        pages.append(dashboard.sign_in(browser, role, **context))
        return pages[-1]

    yield enter
    for page in pages:
        page.context.close()


@pytest.fixture
def visitor(dashboard: Dashboard, browser: Browser) -> Iterator[Page]:
    """Somebody who has not signed in."""
    context = browser.new_context(base_url=dashboard.url)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def interactive(district: Path, dashboard: Dashboard, cache: Path) -> Iterator[Dashboard]:
    """A second dashboard of the same district, with Streamlit before the plain pages; it has accounts of its own."""
    del dashboard  # made the demo district
    with serving(district, cache, options=()) as running:
        yield running


@pytest.fixture
def enters(interactive: Dashboard, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Signs in as a role and opens `/`, once a role: a code is good for one sign-in."""
    opened: list[Page] = []

    def enter(role: str, **context: object) -> Page:
        state = interactive.kept.get(role)
        page = browser.new_context(base_url=interactive.url, storage_state=state, **context).new_page()  # type: ignore[arg-type]
        opened.append(page)
        if state is None:
            page.goto("/sign-in")
            send_sign_in(page, role, interactive.passwords[role])
            if role in interactive.app_keys:
                send_code(page, interactive.code(role))
                page.wait_for_url(f"{interactive.url}/")
                interactive.kept[role] = page.context.storage_state()
        page.goto("/")
        settled(page)
        return page

    yield enter
    for page in opened:
        page.context.close()
