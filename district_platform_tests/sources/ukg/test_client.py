"""What the client makes of the API's answers, one fault at a time, against a server on a real port."""

import datetime as dt
import socket
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from district_platform.settings import Retries, Timekeeping
from district_platform.sources.ukg.client import UkgClient, Window
from district_platform.sources.ukg.errors import UkgError
from district_platform.sources.ukg.grant import GrantSecrets
from district_platform.standins.ukg.timesheets import Punch
from district_platform_tests.sources.ukg.conftest import Desk

EVERYONE = ("000001", "000002", "000003", "000004", "000005")
FIRST, LAST = dt.date(2025, 9, 2), dt.date(2025, 9, 3)
PUNCHES_EACH = 8


def punches(client: UkgClient, people: tuple[str, ...] = EVERYONE, end: dt.date = LAST) -> list[dict[str, Any]]:
    return [row for batch in client.timecards(people, FIRST, end) for row in batch.to_pylist()]


def people_asked(desk: Desk) -> list[int]:
    return [len(asked["where"]["employees"]["qualifiers"]) for asked in desk.standin.asked]


def test_a_punch_is_a_flat_row_of_local_times_beside_their_zone(desk: Desk) -> None:
    first, *_ = punches(desk.client())
    assert first == {
        "person_number": "000001",
        "punch_id": 101,
        "punch_dtm": dt.datetime(2025, 9, 2, 8, 0, 10),
        "rounded_punch_dtm": dt.datetime(2025, 9, 2, 8, 0),
        "time_zone": "America/New_York",
        "override_type": None,
        "is_phantom": False,
        "updated_on_dtm": dt.datetime(2025, 9, 2, 8, 0, 10),
    }


def test_a_person_is_a_flat_row(desk: Desk) -> None:
    [[first, *_]] = desk.client().persons()
    assert first == {
        "person_number": "000001",
        "ukg_person_id": 1,
        "full_name": "Alex Doe",
        "job_title": "Aide",
        "school_id": "0101",
        "worker_type": "hourly",
        "hire_date": dt.date(2020, 8, 1),
        "termination_date": None,
        "hourly_rate": Decimal("17.25"),
        "time_zone": "America/New_York",
    }


@pytest.mark.parametrize("repeats", [False, True])
def test_everyone_comes_once_however_pages_overlap(desk: Desk, repeats: bool) -> None:
    desk.standin.faults.repeats_pages = repeats
    client = desk.client(api={"persons_per_page": 2})
    assert [[row["person_number"] for row in page] for page in client.persons()] == [
        ["000001", "000002"],
        ["000003", "000004"],
        ["000005"],
    ]


def test_fewer_persons_than_there_are_is_an_error(desk: Desk) -> None:
    desk.standin.timesheets.persons.loc[1, "person_number"] = "000001"
    with pytest.raises(UkgError, match="5 persons, and gave 4"):
        list(desk.client().persons())


def test_requests_keep_within_persons_and_days(desk: Desk) -> None:
    client = desk.client(batch_employees=2, batch_days=1)
    assert len(punches(client)) == PUNCHES_EACH * len(EVERYONE)
    assert people_asked(desk) == [2, 2, 2, 2, 1, 1]
    assert {tuple(asked["where"]["dateRange"].values()) for asked in desk.standin.asked} == {
        ("2025-09-02", "2025-09-02"),
        ("2025-09-03", "2025-09-03"),
    }


def test_too_many_persons_are_halved(desk: Desk) -> None:
    desk.standin.max_employees = 2
    assert len(punches(desk.client())) == PUNCHES_EACH * len(EVERYONE)
    assert people_asked(desk) == [5, 2, 3, 1, 2]


def test_too_many_days_are_halved_when_persons_no_longer_can_be(desk: Desk) -> None:
    desk.standin.max_days = 1
    assert len(punches(desk.client(), EVERYONE[:2])) == PUNCHES_EACH * 2
    assert people_asked(desk) == [2, 1, 1, 1, 1, 1, 1]


def test_halves_hold_every_person_and_day_once() -> None:
    window = Window(("a",), dt.date(2025, 1, 1), dt.date(2025, 1, 4))
    first, second = window.halves
    assert (first.start, first.end) == (dt.date(2025, 1, 1), dt.date(2025, 1, 2))
    assert (second.start, second.end) == (dt.date(2025, 1, 3), dt.date(2025, 1, 4))


def test_a_day_of_a_person_that_is_too_large_is_an_error(desk: Desk) -> None:
    desk.standin.max_employees = 0
    with pytest.raises(UkgError, match="WCO-106194"):
        punches(desk.client())


def test_too_many_requests_are_waited_out_as_long_as_the_api_asks(desk: Desk) -> None:
    desk.standin.faults.throttle(times=2, retry_after=17)
    assert len(punches(desk.client())) == PUNCHES_EACH * len(EVERYONE)
    assert desk.waits == [17, 17]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_errors_are_tried_again_after_longer_and_longer_waits(desk: Desk, status: int) -> None:
    desk.standin.faults.break_down(times=3, status=status)
    retries = Retries(max_retries=3, first_delay_seconds=10)
    assert len(punches(desk.client(retries))) == PUNCHES_EACH * len(EVERYONE)
    first, second, third = desk.waits
    assert 5 <= first <= 10 <= second <= 20 <= third <= 40


def test_persons_are_waited_for_too(desk: Desk) -> None:
    desk.standin.faults.throttle(retry_after=17)
    desk.standin.faults.break_down()
    assert len(next(desk.client().persons())) == len(EVERYONE)
    assert desk.waits[0] == 17
    assert len(desk.waits) == 2


def test_an_answer_that_is_no_success_is_an_error_with_its_code(desk: Desk) -> None:
    desk.standin.faults.break_down(status=403)
    with pytest.raises(UkgError, match=r"persons/apply_read with 403: WFP-00403"):
        list(desk.client().persons())


def test_a_server_that_stays_broken_is_given_up(desk: Desk) -> None:
    desk.standin.faults.break_down(times=9, status=503)
    with pytest.raises(UkgError, match=r"multi_read in 3 attempts: HTTP 503"):
        punches(desk.client(Retries(max_retries=2)))


def test_a_server_that_is_away_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    waits: list[float] = []
    client = UkgClient(
        Timekeeping(), f"http://127.0.0.1:{port}/api", _ask_with_some, Retries(max_retries=1), waits.append
    )
    with pytest.raises(UkgError, match=r"access_token in 2 attempts: ConnectionError"):
        punches(client)
    assert len(waits) == 1


def test_a_slow_answer_is_asked_for_again(desk: Desk) -> None:
    client = desk.client(Retries(max_retries=1), api={"timeout_seconds": 0.2})
    list(client.persons())
    desk.standin.faults.delay_seconds = 1
    with pytest.raises(UkgError, match=r"in 2 attempts: ReadTimeout"):
        punches(client)


def test_of_a_partial_success_what_came_is_kept_and_the_rest_asked_for_again(desk: Desk) -> None:
    desk.standin.faults.missing.update({"000002": 1, "000004": 2})
    client = desk.client()
    rows = punches(client)
    assert len(rows) == len({row["punch_id"] for row in rows}) == PUNCHES_EACH * len(EVERYONE)
    assert people_asked(desk) == [5, 2, 1]
    assert client.unanswered == ()


def test_whose_timecards_do_not_come_is_said(desk: Desk) -> None:
    desk.standin.faults.missing["000002"] = 99
    client = desk.client(Retries(max_retries=2))
    assert {row["person_number"] for row in punches(client)} == set(EVERYONE) - {"000002"}
    assert client.unanswered == ("000002",)
    desk.standin.faults.missing.clear()
    assert len(punches(client)) == PUNCHES_EACH * len(EVERYONE)
    assert client.unanswered == ()


def test_an_edited_a_deleted_and_a_late_punch_are_seen(desk: Desk) -> None:
    client, held = desk.client(), desk.standin.timesheets
    before = punches(client, ("000001",))
    held.edit("000001", 101, punch_dtm=dt.datetime(2025, 9, 2, 7, 45), updated_on_dtm=dt.datetime(2025, 9, 4, 9))
    held.delete("000001", 104)
    held.add(
        Punch(
            timecard_of="000001",
            person_number="000001",
            punch_id=999,
            punch_dtm=dt.datetime(2025, 9, 2, 16, 10),
            rounded_punch_dtm=dt.datetime(2025, 9, 2, 16, 15),
            time_zone="America/New_York",
            override_type="Out Punch",
            is_phantom=False,
            updated_on_dtm=dt.datetime(2025, 9, 4, 9, 1),
        )
    )
    after = punches(client, ("000001",))
    assert [row["punch_id"] for row in before] == [101, 102, 103, 104, 105, 106, 107, 108]
    assert [row["punch_id"] for row in after] == [101, 102, 103, 999, 105, 106, 107, 108]
    assert after[0]["punch_dtm"] == dt.datetime(2025, 9, 2, 7, 45)
    assert after[3]["override_type"] == "Out Punch"


def test_a_punch_of_another_person_says_whose_it_is(desk: Desk) -> None:
    desk.standin.timesheets.edit("000001", 101, person_number="X77")
    assert punches(desk.client(), ("000001",))[0]["person_number"] == "X77"


def test_repeated_punches_are_passed_on(desk: Desk) -> None:
    desk.standin.faults.repeats_punches = True
    assert len(punches(desk.client(), ("000001",))) == 2 * PUNCHES_EACH


def _ask_with_some(ask: Callable[[GrantSecrets], None]) -> None:
    ask(GrantSecrets(*[SecretStr("x")] * 5))
