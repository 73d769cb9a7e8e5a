"""Runs with destinations: one run loads them all; whatever is killed meanwhile fails alone, says since when, and catches up."""

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from district_platform_tests.destinations.servers import OfMariaDB, OfPostgres
from district_platform_tests.postgres import fetch
from district_platform_tests.processes import SIZE, platform

QUICK = {"retries__max_retries": 1, "retries__first_delay_seconds": 0.1}
SECTIONS = {
    "bi": {"kind": "postgresql", "url_secret": "bi", "tables": "all"},
    "sheets": {"kind": "mysql", "url_secret": "sheets"},
    "store": {"kind": "mysql", "url_secret": "store", "tables": "marts"},
}
IN_POSTGRES = "select obj_description('district'::regnamespace, 'pg_namespace')"
COPYING = "select count(*) from pg_stat_activity where application_name = 'district-platform' and state = 'active'"
STAGED = "select count(*) from information_schema.tables where table_schema = 'district_staging'"


def run(
    home: Path, *arguments: str, urls: dict[str, str], sections: dict[str, dict]
) -> subprocess.CompletedProcess[str]:
    """The platform with these destinations, and the secrets that they name."""
    secrets = {f"secret__{name}": url for name, url in urls.items()}
    return platform(home, *arguments, **SIZE, **QUICK, **secrets, destinations=json.dumps(sections))


def version(home: Path) -> str:
    return (home / "warehouse" / "current").resolve().name


@contextmanager
def killed_in_a_load(is_loading: Callable[[], bool], kill: Callable[[], None]) -> Iterator[threading.Event]:
    """Kills a server as soon as something is being loaded into it; the event says whether that happened."""
    over, killed = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.is_set() and not killed.is_set():
            if is_loading():
                kill()
                killed.set()
            time.sleep(0.005)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield killed
    finally:
        over.set()
        watching.join()


@pytest.mark.slow
def test_one_run_loads_all_and_those_whose_servers_are_killed_in_a_load_catch_up(
    copy: Path, postgres: OfPostgres, maria: OfMariaDB
) -> None:
    postgres.clear()
    maria.clear()
    urls = {"bi": postgres.url(), "sheets": maria.url(), "store": maria.url()}

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        ended = run(copy, *arguments, urls=urls, sections=SECTIONS)
        assert "Horse" not in ended.stdout + ended.stderr
        return ended

    def seen() -> tuple[str, str]:
        return fetch(postgres.server.admin, IN_POSTGRES)[0][0], maria.read("select version from district.publication")[
            0
        ][0]

    first = ran("run", "--select", "publication+")
    assert first.returncode == 0, first.stdout + first.stderr
    loaded = version(copy)
    assert seen() == (loaded, loaded)
    assert fetch(postgres.server.admin, "select count(*) from restricted.fct_student_daily_attendance") == [(0,)]
    assert maria.read("select count(*) > 10 from district_store.customers_mart_seed") == ((1,),)
    assert ran("destinations", "status").returncode == 0

    with (
        killed_in_a_load(lambda: fetch(postgres.server.admin, COPYING)[0][0] > 0, postgres.server.kill) as is_bi,
        killed_in_a_load(lambda: maria.server.fetch(STAGED)[0][0] > 3, maria.server.kill) as is_sheets,
    ):
        second = ran("run", "--select", "publication+")
    assert is_bi.is_set()
    assert is_sheets.is_set()
    assert second.returncode == 1, second.stdout + second.stderr
    behind = r"behind since \d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.search(rf"Published after \d+ s, run \S+; bi {behind}, sheets {behind}, store {behind}\.", second.stdout)
    assert "policy_brief.pdf" in second.stdout
    assert version(copy) > loaded
    status = ran("destinations", "status")
    assert status.returncode == 1
    assert re.search(rf"bi +postgresql +{loaded} .*nobody listens", status.stdout)

    postgres.server.start()
    maria.server.start()
    assert seen() == (loaded, loaded)
    third = ran("run", "--select", "publication+")
    assert third.returncode == 0, third.stdout + third.stderr
    assert seen() == (version(copy), version(copy))
    checked = ran("destinations", "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    again = ran("destinations", "load", "bi")
    assert again.returncode == 0
    assert "rows loaded 0" in again.stdout


def test_commands_say_where_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "district.toml").write_text('[sources]\nkind = "files"\n')
    none = platform(tmp_path, "destinations", "status")
    assert (none.returncode, "No destination is configured" in none.stderr) == (1, True)
    unknown = run(tmp_path, "destinations", "load", "b", urls={}, sections={"bi": {"kind": "mysql", "url_secret": "x"}})
    assert (unknown.returncode, "b: no such destination. Known: bi." in unknown.stderr) == (1, True)
