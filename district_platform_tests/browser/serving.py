"""The dashboard as a process of its own, and the people who sign in to it."""

import re
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, Locator, Page

from district_platform_tests.processes import COMMAND, SIZE, environment, free_port, platform

_PASSWORD = re.compile(r"^ {2}(\w+) +([a-z0-9-]{15,})$", re.MULTILINE)
_APP_KEY = re.compile(r"^ {2}(\w+) +key for an authenticator app: (\w+)$", re.MULTILINE)
_SECONDS_TO_START = 120
_SECONDS_FOR_DEMO = 900
"""It is made behind all else that the machine does (nice 10): minutes on a busy one."""


@dataclass
class Dashboard:
    """A running dashboard: its address, its home, and the ready-made accounts that it printed."""

    url: str
    home: Path
    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    """Cookies by role."""

    @property
    def passwords(self) -> dict[str, str]:
        return dict(_PASSWORD.findall("\n".join(self.printed)))

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    def has_demo(self) -> bool:
        """Whether the made-up district that visitors see is there."""
        return requests.get(f"{self.url}/print/district", timeout=30).ok

    def sign_in(self, browser: Browser, role: str, **context: object) -> Page:
        """The first page of a role, in a browser of its own.

        A role with a second factor goes on in the session of its first sign-in while that lasts: a code is good once in half a minute.
        """
        page = browser.new_context(base_url=self.url, storage_state=self.kept.get(role), **context).new_page()  # type: ignore[arg-type]
        if role in self.kept:
            page.goto("/")
            if not page.title().startswith("DEMO") and "/print/" in page.url:
                return page
        page.goto("/sign-in")
        send_sign_in(page, role, self.passwords[role])
        if role in self.app_keys:
            send_code(page, self.code(role))
        page.wait_for_url("**/print/**")
        if role in self.app_keys:
            self.kept[role] = page.context.storage_state()
        return page

    @property
    def app_keys(self) -> dict[str, str]:
        return dict(_APP_KEY.findall("\n".join(self.printed)))

    def code(self, role: str) -> str:
        """The next code of the role's app that is not used yet."""
        return platform(self.home, "accounts", "code", role).stdout.strip()


def send_sign_in(page: Page, account: str, password: str) -> None:
    """Fills in the form of the page and sends it."""
    page.get_by_label("E-mail or person number").fill(account)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def send_code(page: Page, code: str) -> None:
    """Fills in the second step of sign-in and sends it."""
    page.get_by_label("Six digits of your authenticator app").fill(code)
    page.get_by_role("button", name="Sign in").click()


def addresses(links: Locator) -> list[str]:
    """Where links lead, as the page writes it."""
    return [str(href) for href in links.evaluate_all("all => all.map(a => a.getAttribute('href'))")]


@contextmanager
def serving(
    home: Path,
    cache: Path,
    port: int = 0,
    options: Sequence[str] = ("--plain",),
    *,
    has_accounts: bool = True,
    **settings: object,
) -> Iterator[Dashboard]:
    """A dashboard until the end of the block, on this port or a free one; the plain pages alone unless the options say otherwise.

    `has_accounts` says whether it makes accounts, which it does not under an address of the network.
    """
    port = port or free_port()
    process = subprocess.Popen(
        [*COMMAND, "dashboard", "--port", str(port), *options],
        env=environment(home, **{"cache": cache, **SIZE, **settings}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    dashboard = Dashboard(f"http://127.0.0.1:{port}", home, process)
    assert process.stdout
    reading = threading.Thread(
        target=lambda: dashboard.printed.extend(line.rstrip("\n") for line in process.stdout or ()), daemon=True
    )
    reading.start()
    try:
        wait_for(dashboard.answers, _SECONDS_TO_START, lambda: "\n".join(dashboard.printed))
        if has_accounts:
            wait_for(
                lambda: "made anew at each start" in "\n".join(dashboard.printed), 10, lambda: str(dashboard.printed)
            )
        yield dashboard
    finally:
        process.terminate()
        process.wait(_SECONDS_TO_START)


def wait_for_demo(dashboard: Dashboard) -> None:
    wait_for(dashboard.has_demo, _SECONDS_FOR_DEMO, lambda: "\n".join(dashboard.printed))


def wait_for(is_so, seconds: float, why) -> None:  # type: ignore[no-untyped-def]
    """Asks again until it is so; fails with the words of `why`."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, why()
        time.sleep(0.2)
