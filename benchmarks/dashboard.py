"""The dashboard in Streamlit as browsers meet it: first pages, the same again, filters, and many people who arrive at once.

    python benchmarks/dashboard.py --home HOME --sessions 30 --within 9

Starts `district-platform dashboard` for a synthetic home and speaks its websocket as the browser's script does: the time is from the
request to the end of the page's last message, without what a browser then needs to draw it. Each person signs in as a principal once, and
each session is a websocket of its own with that cookie.

Prints, in milliseconds: a session's first page (the connection included), the same page again, and a filter (another grade); then how long
`sessions` of them wait who all arrive `within` so many seconds; and the server's peak memory.
"""

import argparse
import os
import re
import statistics
import threading
import time
from pathlib import Path

import requests
from websockets.sync.client import ClientConnection

from benchmarks.memory import peak
from district_platform_tests.browser.serving import Dashboard, serving
from district_platform_tests.streaming import streamed, streaming

ROLE, PAGE = "principal", "school"


def cookie_of(dashboard: Dashboard) -> str:
    """The session of a principal, as the header of a browser."""
    with requests.Session() as browser:
        form = browser.get(f"{dashboard.url}/sign-in", timeout=30)
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', form.text)
        assert found
        fields = {"csrf": found[1], "account": ROLE, "password": dashboard.passwords[ROLE]}
        browser.post(f"{dashboard.url}/sign-in", fields, headers={"origin": dashboard.url}, timeout=30)
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def asked(connection: ClientConnection, query: str = "") -> float:
    """Asks for the page and waits for the end of it; seconds."""
    began = time.perf_counter()
    page = streamed(connection, PAGE, query)
    seconds = time.perf_counter() - began
    assert "<table>" in page, "a page without a table is not the page"
    return seconds


def one_by_one(dashboard: Dashboard, cookie: str, n: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"first page": [], "again": [], "a filter": []}
    for _ in range(n):
        began = time.perf_counter()
        with streaming(dashboard.url, cookie) as connection:
            asked(connection)
            times["first page"].append(time.perf_counter() - began)
            times["again"].append(asked(connection))
            times["a filter"] += [asked(connection, f"grade={grade:02}") for grade in range(1, 6)]
    return times


def at_once(dashboard: Dashboard, cookie: str, n: int, within: float) -> list[float]:
    """How long each of `n` waits for the first page, who arrive evenly within so many seconds and stay."""
    waited: list[float] = []
    finished = threading.Barrier(n)

    def arrive(number: int) -> None:
        time.sleep(within * number / n)
        began = time.perf_counter()
        with streaming(dashboard.url, cookie) as connection:
            asked(connection)
            waited.append(time.perf_counter() - began)
            finished.wait()

    people = [threading.Thread(target=arrive, args=(number,)) for number in range(n)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return waited


def shown(what: str, times: list[float]) -> str:
    ordered = sorted(1000 * seconds for seconds in times)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{what:<34}{statistics.median(ordered):>8.0f}{p95:>8.0f}{ordered[-1]:>8.0f}{len(ordered):>6}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("/tmp/dashboard-cache"), help="where the demo district lies")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--within", type=float, default=9.0, help="seconds in which all sessions arrive")
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    with serving(given.home, given.cache, options=()) as dashboard:
        cookie = cookie_of(dashboard)
        with streaming(dashboard.url, cookie) as connection:
            asked(connection)  # what a process does once
        print(f"load {os.getloadavg()[0]:.1f}\n{'milliseconds':<34}{'50 %':>8}{'95 %':>8}{'most':>8}{'n':>6}")
        for what, times in one_by_one(dashboard, cookie, given.times).items():
            print(shown(what, times))
        alone = peak(dashboard.process.pid)
        waited = at_once(dashboard, cookie, given.sessions, given.within)
        print(shown(f"{given.sessions} arriving within {given.within:g} s", waited))
        n_in_time = sum(seconds <= 5 for seconds in waited)
        print(
            f"{n_in_time} of {len(waited)} had a page within 5 s. Memory at most: {alone:.0f} MB with one session, ",
            end="",
        )
        print(f"{peak(dashboard.process.pid):.0f} MB with all.")


if __name__ == "__main__":
    main()
