"""The dashboard over a published home: ready-made accounts, the demo district, and the process as a person starts it."""

import datetime as dt
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from district_platform.home import Home
from district_platform.settings import Directory, Settings, Sources, Web, load_settings
from district_platform.web import demo as demo_module
from district_platform.web.demo import Demo, code_version
from district_platform.web.district import is_made_up
from district_platform.web.opening import opened
from district_platform.web.signin import accounts, ready_made, second_factor
from district_platform.web.signin.store import AccessStore
from district_platform_tests.processes import COMMAND, environment, free_port
from district_platform_tests.web.pages.pupils import calendar, day
from district_platform_tests.web.published import AS_OF, people, publish


def published(home: Home, kind: str = "synthetic", version: str = "v00000001-made") -> Path:
    folder = publish(home, people(), version)
    (folder / "delivery.json").write_text(json.dumps({"kind": kind}))
    return folder


@pytest.fixture
def cache(tmp_path_factory, monkeypatch) -> Path:
    """The cache of an account in which the demo district is made already."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("DISTRICT_CACHE", str(folder))
    published(Home(root=folder / "demo" / code_version()))
    return folder


def sign_in(client: TestClient, login: str, password: str):
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/sign-in").text)
    assert found
    form = {"account": login, "password": password, "csrf": found[1]}
    return client.post("/sign-in", data=form, follow_redirects=False)


def sign_in_ready_made(client: TestClient, home: Home, made, login: str):
    """As a ready-made account, with a code where its role asks for one."""
    answer = sign_in(client, login, made.passwords[login])
    if login not in made.app_keys:
        return answer
    assert answer.headers["location"] == "/code"
    store = AccessStore.of(home)
    code = second_factor.code_now(store, accounts.find(store, login).account_id)
    assert code
    found = re.search(r'name="csrf" value="(\w+)"', client.get("/code").text)
    return client.post("/code", data={"code": code, "csrf": found[1]}, follow_redirects=False)


def client_of(app) -> TestClient:
    return TestClient(app, "http://127.0.0.1:8501", headers={"origin": "http://127.0.0.1:8501"})


def test_ready_made_accounts_of_a_synthetic_district_open_the_pages_of_their_role(home, cache):
    published(home)
    with opened(load_settings()) as made:
        assert set(made.passwords) == {
            *("district", "principal", "counselor", "teacher", "analyst"),
            *("clerk", "steward", "hr", "employee", "store"),
        }
        assert set(made.app_keys) == second_factor.REQUIRED & set(made.passwords)
        for login in made.passwords:
            client = client_of(made.app)
            assert sign_in_ready_made(client, home, made, login).headers["location"] == "/", login
            assert client.get("/").status_code == 200, login
        leader = client_of(made.app)
        sign_in_ready_made(leader, home, made, "district")
        page = leader.get("/print/district")
        assert page.status_code == 200
        assert "DEMO" not in page.text


@pytest.mark.parametrize(("exit_date_inclusive", "n_enrolled"), [("true", 2), ("false", 1)])
def test_pages_count_the_exit_date_as_the_districts_settings_say(
    home, cache, monkeypatch, exit_date_inclusive, n_enrolled
):
    """ann leaves on the day that the publication is of."""
    rows = people(dim_calendar_date=calendar(AS_OF))
    stays = [
        {**row, "exit_date": AS_OF} if row["enrollment_id"] == "ann-north-2026" else row
        for row in rows["fct_student_school_association"]
    ]
    lately = [day(name, AS_OF - dt.timedelta(days=n)) for name in ("ann", "moved") for n in (1, 2)]
    folder = publish(home, {**rows, "fct_student_school_association": stays, "fct_student_daily_attendance": lately})
    (folder / "delivery.json").write_text(json.dumps({"kind": "synthetic"}))
    monkeypatch.setenv("DISTRICT_ATTENDANCE__EXIT_DATE_INCLUSIVE", exit_date_inclusive)
    with opened(load_settings()) as made:
        client = client_of(made.app)
        sign_in(client, "principal", made.passwords["principal"])
        page = client.get("/print/school").text
    assert f"{n_enrolled} of {n_enrolled} students enrolled here" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert ("L, ann" in page) == (n_enrolled == 2)


def test_ready_made_passwords_are_new_at_each_start_and_the_old_ones_open_nothing(home, cache):
    published(home)
    with opened(load_settings()) as first:
        pass
    with opened(load_settings()) as second:
        assert first.passwords["principal"] != second.passwords["principal"]
        assert sign_in(client_of(second.app), "principal", first.passwords["principal"]).status_code == 401


def test_ready_made_account_opens_nothing_of_a_district_that_became_real_meanwhile(home, cache):
    published(home)
    with opened(load_settings()) as made:
        client = client_of(made.app)
        sign_in(client, "principal", made.passwords["principal"])
        assert client.get("/", follow_redirects=False).status_code in (303, 404)
        published(home, "files", "v00000002-real")
        answer = client.get("/print/district", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert sign_in(client_of(made.app), "principal", made.passwords["principal"]).status_code == 401


def test_publication_that_does_not_say_what_it_is_is_taken_for_real(tmp_path):
    (tmp_path / "delivery.json").write_text("{}")
    assert not is_made_up(tmp_path)
    assert not is_made_up(tmp_path / "none")


@pytest.mark.parametrize(
    ("kind", "url", "are_allowed"),
    [
        ("synthetic", "http://127.0.0.1:8501", True),
        ("synthetic", "https://data.example.org", False),
        ("files", "http://127.0.0.1:8501", False),
        ("oneroster", "http://localhost:8501", False),
    ],
)
def test_ready_made_accounts_exist_only_in_a_synthetic_district_on_this_machine(home, cache, kind, url, are_allowed):
    published(home)
    settings = Settings(sources=Sources(kind=kind), web=Web(public_url=url))
    assert ready_made.are_allowed(settings) == are_allowed
    store = AccessStore.of(home)
    ready_made.renew(store, ["principal"])
    with opened(settings) as made:
        assert bool(made.passwords) == are_allowed
        assert bool(accounts.every(store)) == are_allowed


def test_ready_made_account_never_takes_the_name_of_somebodys(home):
    store = AccessStore.of(home)
    accounts.add(store, ["teacher"])
    assert set(ready_made.renew(store, ["teacher", "principal"])) == {"principal"}
    assert accounts.find(store, "teacher").ready_made_role is None


def test_missing_secret_of_the_directory_is_told_at_the_start_and_everything_else_works(home, cache):
    published(home)
    directory = Directory(issuer="https://idp.example", client_id="c", client_secret="missing", domains=("d.example",))
    with opened(Settings(web=Web(directory=directory))) as made:
        assert made.problems[0].startswith("Nobody can sign in by the directory. There is no secret 'missing'")
        assert client_of(made.app).get("/sign-in").status_code == 200


def test_visitor_sees_the_demo_district_while_the_home_has_a_publication_of_its_own(home, cache):
    published(home)
    with opened(load_settings()) as made:
        page = client_of(made.app).get("/print/district")
    assert "<title>DEMO: " in page.text


@pytest.mark.parametrize(("student", "school"), [("ann", "North"), ("sue", "South")])
def test_visitor_sees_a_student_of_the_demo_district_as_the_principal_of_the_school(home, cache, student, school):
    with opened(load_settings()) as made:
        page = client_of(made.app).get(f"/print/student?student={student}").text
    assert f"You are principal of {school}, where this student is enrolled" in page.replace("\N{NO-BREAK SPACE}", " ")


def test_demo_district_is_made_whole_in_the_background_and_others_are_removed(tmp_path, monkeypatch):
    def run(demo: Demo, building: Home) -> None:
        published(building)
        (building.root / "data").mkdir()

    monkeypatch.setattr(Demo, "_run", run)
    (tmp_path / "older").mkdir()
    (tmp_path / ".building").mkdir()
    demo = Demo(tmp_path)
    assert not demo.is_ready
    demo.make_in_background()
    wait_until(lambda: demo.is_ready)
    wait_until(lambda: sorted(path.name for path in tmp_path.iterdir()) == [".lock", demo.home.root.name])
    assert [path.name for path in demo.home.root.iterdir()] == ["warehouse"]
    assert demo.home.current.resolve().is_dir()


def test_demo_district_that_cannot_be_made_is_told(home, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("DISTRICT_CACHE", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setattr(demo_module, "_RUN", [sys.executable, "-c", "raise SystemExit(1)"])
    published(home)
    with opened(load_settings()) as made:
        client = client_of(made.app)
        assert client.get("/print/district").status_code == 503
        wait_until(lambda: "could not be made" in client.get("/print/district").text)
        assert sign_in(client, "district", made.passwords["district"]).status_code == 303


def test_dashboard_that_ends_ends_the_run_that_makes_the_demo_district(tmp_path, monkeypatch):
    monkeypatch.setattr(demo_module, "_RUN", [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(demo_module, "_TO_END_SECONDS", 1)
    demo = Demo(tmp_path)
    demo.make_in_background()
    wait_until(lambda: demo._process is not None)
    demo.close()
    assert demo._process.returncode in (-signal.SIGTERM, -signal.SIGKILL)
    assert not demo.is_ready


def test_run_of_the_demo_district_knows_nothing_of_the_home(home, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    monkeypatch.setenv("DAGSTER_HOME", str(home.root))
    script = "import os; print({k: v for k, v in os.environ.items() if k.startswith(('DISTRICT', 'DAGSTER'))})"
    monkeypatch.setattr(demo_module, "_RUN", [sys.executable, "-c", script])
    demo = Demo(folder)
    building = Home(root=folder / "building")
    building.root.mkdir()
    demo._run(building)
    told = (building.root / "run.log").read_text()
    assert str(home.root) not in told
    assert "'DISTRICT_SOURCES__KIND': 'synthetic'" in told


def wait_until(holds, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
@pytest.mark.whole
def test_dashboard_as_a_person_starts_it(home, cache):
    """Prints the accounts, answers, tells nobody else, and ends at once when told to."""
    published(home)
    port = free_port()
    env = environment(home.root, cache=cache, sources__kind="synthetic")
    command = [*COMMAND, "dashboard", "--port", str(port)]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == f"The dashboard: http://127.0.0.1:{port}"
        told = [process.stdout.readline() for _ in range(14)]
        wait_until(lambda: status(f"http://127.0.0.1:{port}/healthz") == 200)
        assert status(f"http://127.0.0.1:{port}/print/district") == 200
        started = time.monotonic()
        process.terminate()
        rest = process.stdout.read()
        assert process.wait(20) == 0
        assert time.monotonic() - started < 10
    roles = ["district", "principal", "counselor", "teacher", "analyst", "clerk", "steward", "hr", "employee", "store"]
    assert [line.split()[0] for line in told[:10]] == roles
    for line, role in zip(told[10:12], ("district", "hr"), strict=True):
        assert re.fullmatch(rf"  {role} +key for an authenticator app: [A-Z2-7]{{32}}", line.rstrip())
    assert told[13].strip() == "In place of an app: district-platform accounts code NAME"
    assert rest == ""
    assert (home.root / "warehouse" / "access" / "access.sqlite").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
@pytest.mark.whole
def test_dashboard_refuses_other_machines_without_tls_and_a_taken_port(home, cache):
    env = environment(home.root, cache=cache, sources__kind="synthetic")
    refused = subprocess.run(
        [*COMMAND, "dashboard", "--host", "0.0.0.0"], env=env, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "web.public_url" in refused.stderr
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        taken = subprocess.run(
            [*COMMAND, "dashboard", "--port", port], env=env, capture_output=True, text=True, check=False
        )
    assert taken.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in taken.stderr


def test_before_the_first_publication_there_is_the_demo_district_and_after_it_the_accounts_work(home, cache):
    with opened(load_settings()) as made:
        client = client_of(made.app)
        assert not made.is_published
        assert "DEMO" in client.get("/print/district").text
        assert sign_in(client, "principal", made.passwords["principal"]).status_code == 401
        published(home)
        assert sign_in(client, "principal", made.passwords["principal"]).status_code == 303
