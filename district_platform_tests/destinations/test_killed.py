"""A load that is killed at any moment leaves readers the version before, and the next load succeeds."""

import datetime as dt
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from district_platform.destinations.kinds import destination
from district_platform.home import Home
from district_platform.retries import patiently
from district_platform.settings import Retries
from district_platform_tests.destinations.publications import of_day, published
from district_platform_tests.destinations.servers import Server, configured

FIRST, SECOND = dt.date(2026, 2, 13), dt.date(2026, 2, 14)
N_ROWS = 30_000
TABLES = ["customer_segments", "school_comparison"]
LOAD = """
import sys
from pathlib import Path
from district_platform.destinations.kinds import destination
from district_platform.destinations.model import Published
from district_platform.retries import patiently
from district_platform.settings import Retries, load_settings
loading = destination("bi", load_settings())
print("begins", flush=True)
publication = Published(Path(sys.argv[1]), 2)
patiently(lambda: loading.load(publication), Retries(max_retries=int(sys.argv[2])))
print("ended", flush=True)
"""
TRIES = str(Retries().max_retries)
"""A busy server takes seconds to notice that the load before was killed, and keeps its lock; a run waits it out by trying again."""

SEEN = """
select (select count(*) from district.customer_segments), (select min(as_of_date) from district.customer_segments),
    (select max(as_of_date) from district.school_comparison), (select count(*) from district.school_comparison)
"""


def many(day: dt.date) -> dict[str, list[dict]]:
    rows = of_day(day, 3)["school_comparison"]
    segments = [
        {"sales_date_month": f"{n:06}", "customer_segment": "Premium", "sales": n, "as_of_date": day}
        for n in range(N_ROWS)
    ]
    return {"customer_segments": segments, "school_comparison": list(rows)}


@pytest.mark.slow
def test_killed_at_random_moments(home: Home, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configured(monkeypatch, server.kind, server.url(), TABLES)
    before, after = published(home, 9, **of_day(FIRST)), published(home, 9, **many(SECOND))
    old, new = (3, FIRST, FIRST, 3), (N_ROWS, SECOND, SECOND, 3)
    destination("bi", settings).load(before)
    seconds, n_killed = 4.0, 0
    for number in range(6):
        seconds_of_a_load = _load_and_kill(after.folder, seconds * (number + random.random()) / 6)
        assert tuple(server.read(SEEN)[0]) in {old, new}
        if seconds_of_a_load is None:
            n_killed += 1
        else:
            seconds = seconds_of_a_load
            assert tuple(server.read(SEEN)[0]) == new
            destination("bi", settings).load(before)
    assert n_killed >= 2
    assert patiently(lambda: destination("bi", settings).load(after), Retries())["tables"] == 2
    assert tuple(server.read(SEEN)[0]) == new


def _load_and_kill(folder: Path, after_seconds: float) -> float | None:
    """Loads in a process that is killed (SIGKILL) so long after it begins; the seconds of a load that was done before, else None."""
    with subprocess.Popen(
        [sys.executable, "-c", LOAD, str(folder), TRIES], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == "begins"
        started = time.monotonic()
        try:
            process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None
        assert process.returncode == 0
        return time.monotonic() - started


@pytest.mark.slow
def test_the_server_is_killed_and_the_next_load_succeeds(
    home: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = configured(monkeypatch, server.kind, server.url(), TABLES)
    before, after = published(home, 9, **of_day(FIRST)), published(home, 9, **many(SECOND))
    destination("bi", settings).load(before)
    with subprocess.Popen(
        [sys.executable, "-c", LOAD, str(after.folder), "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == "begins"
        time.sleep(0.5)
        server.server.kill()
        _, told = process.communicate(timeout=60)
    server.server.start()
    assert process.returncode == 0 or "DestinationAwayError: bi: " in told
    assert "Horse" not in told
    assert server.read(SEEN)[0][0] in {3, N_ROWS}
    destination("bi", settings).load(after)
    assert tuple(server.read(SEEN)[0]) == (N_ROWS, SECOND, SECOND, 3)
