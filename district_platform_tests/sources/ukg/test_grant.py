"""The token: asked for once, renewed when it ends, and never seen."""

import datetime as dt
import logging

import pytest
from pydantic import SecretStr

from district_platform.settings import Credentials, Retries, Timekeeping
from district_platform.sources.ukg.client import UkgClient
from district_platform.sources.ukg.errors import UkgError
from district_platform.sources.ukg.grant import GrantSecrets
from district_platform_tests.sources.ukg.conftest import Desk

HALF_AN_HOUR, A_WEEK = 1_799, 7 * 24 * 60 * 60


def test_one_grant_serves_many_requests(desk: Desk) -> None:
    client = desk.client(api={"persons_per_page": 1})
    list(client.persons())
    list(client.persons())
    assert desk.standin.tokens.granted == ["password"]


def test_an_ended_token_is_renewed_once_by_its_refresh_token_and_the_reading_goes_on(desk: Desk) -> None:
    client = desk.client(batch_employees=1)
    batches = client.timecards(["000001", "000002"], dt.date(2025, 9, 2), dt.date(2025, 9, 2))
    next(batches)
    desk.clock.now += HALF_AN_HOUR
    assert {row["person_number"] for row in next(batches).to_pylist()} == {"000002"}
    assert desk.standin.tokens.granted == ["password", "refresh_token"]


def test_a_token_that_ends_while_the_api_is_throttling_is_renewed_in_between(desk: Desk) -> None:
    client = desk.client()
    list(client.persons())
    desk.clock.now += HALF_AN_HOUR
    desk.standin.faults.throttle(retry_after=3)
    assert len(list(client.persons())) == 1
    assert desk.standin.tokens.granted == ["password", "refresh_token"]
    assert desk.waits == [3]


def test_a_user_who_stays_unauthorized_is_an_error_and_no_endless_renewal(desk: Desk) -> None:
    client = desk.client()
    list(client.persons())
    desk.standin.tokens.lifetime = 0
    desk.standin.tokens.revoke()
    with pytest.raises(UkgError, match="with 401: WFP-00401"):
        list(client.persons())
    assert desk.standin.tokens.granted == ["password", "refresh_token"]


def test_a_token_lives_until_its_last_second(desk: Desk) -> None:
    client = desk.client()
    list(client.persons())
    desk.clock.now += HALF_AN_HOUR - 1
    list(client.persons())
    assert desk.standin.tokens.granted == ["password"]


def test_after_a_week_the_password_is_asked_for_again(desk: Desk) -> None:
    client = desk.client()
    list(client.persons())
    desk.clock.now += A_WEEK
    list(client.persons())
    assert desk.standin.tokens.granted == ["password", "password"]


@pytest.mark.parametrize("wrong", ["user", "password", "client_id", "client_secret", "app_key"])
def test_wrong_secrets_are_an_error_that_shows_none(desk: Desk, wrong: str) -> None:
    desk.standin.secrets = GrantSecrets(**(vars(desk.standin.secrets) | {wrong: SecretStr("hunter2")}))
    with pytest.raises(UkgError, match="refuses the password grant") as error:
        list(desk.client().persons())
    assert not _shows_a_secret(f"{error.value!r} {error.value.__cause__!r}", desk)


def test_nothing_secret_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = desk.client()
    list(client.persons())
    desk.clock.now += HALF_AN_HOUR
    list(client.persons())
    assert "apply_read" in caplog.text
    assert not _shows_a_secret(caplog.text, desk)


def test_a_password_rotated_while_the_platform_runs_is_read_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in vars(desk.standin.secrets).items():
        monkeypatch.setenv(f"DISTRICT_SECRET__UKG_{name.upper()}", value.get_secret_value())
    monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", "of yesterday")
    client = UkgClient.of_settings(Timekeeping.model_validate({"api": {"url": desk.url}}), Credentials(), Retries())
    with pytest.raises(UkgError, match="refuses"):
        list(client.persons())
    monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", desk.standin.secrets.password.get_secret_value())
    assert len(list(client.persons())) == 1


def _shows_a_secret(text: str, desk: Desk) -> bool:
    values = [secret.get_secret_value() for secret in vars(desk.standin.secrets).values()]
    return any(value in text for value in [*values, "Bearer "])
