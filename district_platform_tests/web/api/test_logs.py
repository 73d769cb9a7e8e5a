"""No id of a student in any log of ours, whatever is asked and whatever fails."""

import datetime as dt
import subprocess
import time

import pytest
import requests

from district_platform.home import Home
from district_platform.web.api import rows
from district_platform.web.signin import keys
from district_platform.web.signin.keys import ALL_SCHOOLS, KeyScope, Named
from district_platform.web.signin.store import AccessStore
from district_platform_tests.processes import COMMAND, environment, free_port
from district_platform_tests.web.api.served import Api
from district_platform_tests.web.published import people, publish

ID = "CN-secret-id"


@pytest.mark.slow
@pytest.mark.whole
def test_server_writes_no_id_of_what_it_is_asked(home: Home):
    publish(home, people())
    until, port = dt.date.today() + dt.timedelta(days=1), free_port()
    _, key = keys.add(
        AccessStore.of(home), "a@d.example", [*KeyScope], [ALL_SCHOOLS], until, Named(("*",), ("*",), ("*",))
    )
    command = [*COMMAND, "api", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment(home.root), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout
        assert (
            server.stdout.readline()
            == f"The API: http://127.0.0.1:{port}/v1 (described at http://127.0.0.1:{port}/v1/docs)\n"
        )
        statuses = []
        asked = (
            *(f"students/{ID}/attendance", f"students?school={ID}", f"nothing/{ID}", f"students?{ID}=1"),
            *(f"employees/{ID}/weeks", f"stores/{ID}/sales-team.arrows"),
        )
        for path in asked:
            for headers in ({}, {"Authorization": f"Bearer {key}"}):
                answer = requests.get(f"http://127.0.0.1:{port}/v1/{path}", headers=headers, timeout=30)
                statuses.append(answer.status_code)
                assert ID not in answer.text or answer.status_code == 422
        time.sleep(0.2)
        server.terminate()
        written = server.stdout.read()
    assert set(statuses) == {401, 404, 422}
    assert ID not in written
    assert "/v1/" not in written
    with AccessStore.of(home).reading() as connection:
        assert connection.execute("select count(*) from audit").fetchone()[0] >= 2


def test_failure_that_nobody_foresaw_is_logged_by_its_place_without_a_value(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*given: object) -> None:
        raise RuntimeError(f"cannot read {ID}")

    monkeypatch.setattr(rows, "attendance", broken)
    answer = api.program().get(f"/v1/students/{ID}/attendance")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert ID not in answer.text + caplog.text
    assert "The API failed: RuntimeError in " in caplog.text
