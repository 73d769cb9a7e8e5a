"""A run with destinations: one run loads them all; one that cannot be reached fails alone, says since when, and catches up."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from district_platform_tests import mariadb
from district_platform_tests.destinations.servers import OfMariaDB, OfPostgres
from district_platform_tests.postgres import fetch
from district_platform_tests.processes import SIZE, free_port, platform

QUICK = {"retries__max_retries": 1, "retries__first_delay_seconds": 0.1}


def run(
    home: Path, *arguments: str, urls: dict[str, str], sections: dict[str, dict]
) -> subprocess.CompletedProcess[str]:
    """The platform with these destinations, and the secrets that they name."""
    secrets = {f"secret__{name}": url for name, url in urls.items()}
    return platform(home, *arguments, **SIZE, **QUICK, **secrets, destinations=json.dumps(sections))


@pytest.mark.slow
def test_one_run_loads_both_and_one_that_was_away_catches_up(
    copy: Path, postgres: OfPostgres, request: pytest.FixtureRequest
) -> None:
    postgres.clear()
    sections = {"bi": {"kind": "postgresql", "url_secret": "bi", "tables": "all"}}
    urls = {"bi": postgres.url()}
    if mariadb.is_wanted():
        maria: OfMariaDB = request.getfixturevalue("maria")
        maria.clear()
        sections |= {"sheets": {"kind": "mysql", "url_secret": "sheets"}}
        sections |= {"store": {"kind": "mysql", "url_secret": "store", "tables": "marts"}}
        urls |= {"sheets": maria.url(), "store": maria.url()}
    selected = ("run", "--select", "publication+")

    away = urls | {"bi": postgres.url().replace(f":{postgres.server.port}/", f":{free_port()}/")}
    first = run(copy, *selected, urls=away, sections=sections)
    assert first.returncode == 1, first.stdout + first.stderr
    assert re.search(r"Published after \d+ s, run \S+; bi behind since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.", first.stdout)
    assert "bi: it cannot be reached: nobody listens at the address" in first.stdout
    assert "policy_brief.pdf" in first.stdout

    status = run(copy, "destinations", "status", urls=urls, sections=sections)
    assert status.returncode == 1
    assert re.search(r"bi +postgresql +nothing yet .*nobody listens", status.stdout)

    second = run(copy, *selected, urls=urls, sections=sections)
    assert second.returncode == 0, second.stdout + second.stderr
    version = (copy / "warehouse" / "current").resolve().name
    assert fetch(postgres.server.admin, "select obj_description('district'::regnamespace, 'pg_namespace')") == [
        (version,)
    ]
    assert fetch(postgres.server.admin, "select count(*) > 100 from restricted.fct_student_daily_attendance") == [
        (False,)
    ]
    if mariadb.is_wanted():
        assert maria.read("select version from district.publication") == ((version,),)
        assert maria.read("select count(*) > 10 from district_store.customers_mart_seed") == ((1,),)
    assert run(copy, "destinations", "status", urls=urls, sections=sections).returncode == 0

    everything = first.stdout + first.stderr + second.stdout + second.stderr + status.stdout
    assert "Horse" not in everything

    checked = run(copy, "destinations", "check", urls=urls, sections=sections)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    loaded = run(copy, "destinations", "load", "bi", urls=urls, sections=sections)
    assert loaded.returncode == 0
    assert "rows loaded 0" in loaded.stdout


def test_commands_say_where_there_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "district.toml").write_text('[sources]\nkind = "files"\n')
    none = platform(tmp_path, "destinations", "status")
    assert (none.returncode, "No destination is configured" in none.stderr) == (1, True)
    unknown = run(tmp_path, "destinations", "load", "b", urls={}, sections={"bi": {"kind": "mysql", "url_secret": "x"}})
    assert (unknown.returncode, "b: no such destination. Known: bi." in unknown.stderr) == (1, True)
