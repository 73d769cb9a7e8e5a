"""The chain of providers: the first that knows a name wins; remembered briefly; read anew when refused; never shown."""

import json
import logging

import pytest

from district_platform.credentials import CredentialError, chain, forget, secret, with_secrets
from district_platform.settings import Credentials

VALUE = "tr0ub4dor-and-3"
CHAIN = Credentials()


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chain, "_remembered", {})


class RefusedError(Exception):
    """The other system said 401."""


def refused(error: Exception) -> bool:
    return isinstance(error, RefusedError)


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("ukg_password", "DISTRICT_SECRET__UKG_PASSWORD"),
        ("timekeeping/database-url", "DISTRICT_SECRET__TIMEKEEPING_DATABASE_URL"),
    ],
)
def test_environment_variable_is_found_by_the_secrets_name(monkeypatch, name, variable):
    monkeypatch.setenv(variable, VALUE)
    assert secret(name, CHAIN).get_secret_value() == VALUE


def test_value_shows_nowhere_it_could_be_printed(monkeypatch, caplog):
    monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", VALUE)
    value = secret("ukg_password", CHAIN)
    with caplog.at_level(logging.INFO):
        logging.getLogger("district").info("signed in with %s", value)
    shown = [repr(value), str(value), f"{value}", json.dumps([str(value)]), repr({"password": value}), caplog.text]
    assert all(VALUE not in text and "***" in text for text in shown)


@pytest.mark.parametrize("value", [None, ""])
def test_missing_or_empty_secret_is_named_with_the_place_to_put_it(monkeypatch, value):
    if value is not None:
        monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", value)
    with pytest.raises(
        CredentialError, match=r"no secret 'ukg_password'.* environment variable DISTRICT_SECRET__UKG_PASSWORD"
    ):
        secret("ukg_password", CHAIN)


def test_remembered_for_a_while_then_read_anew(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(chain.time, "monotonic", lambda: clock[0])
    monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", "old")
    secret("ukg_password", CHAIN)
    monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", "new")
    clock[0] += 59
    assert secret("ukg_password", CHAIN).get_secret_value() == "old"
    clock[0] += 1
    assert secret("ukg_password", CHAIN).get_secret_value() == "new"


def test_forgotten_secret_is_read_anew(monkeypatch):
    monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", "old")
    secret("ukg_password", CHAIN)
    monkeypatch.setenv("DISTRICT_SECRET__UKG_PASSWORD", "new")
    forget("ukg_password", CHAIN)
    assert secret("ukg_password", CHAIN).get_secret_value() == "new"


def test_rotation_needs_no_restart(monkeypatch):
    """The password was changed after it was read: refused once, read anew, taken."""
    monkeypatch.setenv("DISTRICT_SECRET__USER", "kronos")
    monkeypatch.setenv("DISTRICT_SECRET__PASSWORD", "old")
    secret("password", CHAIN)
    monkeypatch.setenv("DISTRICT_SECRET__PASSWORD", "new")
    tried = []

    def sign_in(user, password):
        tried.append((user.get_secret_value(), password.get_secret_value()))
        if tried[-1][1] != "new":
            raise RefusedError
        return "token"

    assert with_secrets(["user", "password"], CHAIN, sign_in, refused) == "token"
    assert tried == [("kronos", "old"), ("kronos", "new")]


def test_same_password_is_not_tried_twice(monkeypatch):
    monkeypatch.setenv("DISTRICT_SECRET__PASSWORD", "wrong")
    tried = []

    def sign_in(password):
        tried.append(password)
        raise RefusedError

    with pytest.raises(RefusedError):
        with_secrets(["password"], CHAIN, sign_in, refused)
    assert len(tried) == 1


def test_other_errors_than_a_refusal_read_nothing_anew(monkeypatch):
    monkeypatch.setenv("DISTRICT_SECRET__PASSWORD", "old")

    def sign_in(password):
        monkeypatch.setenv("DISTRICT_SECRET__PASSWORD", "new")
        raise ConnectionError("no route to host")

    with pytest.raises(ConnectionError):
        with_secrets(["password"], CHAIN, sign_in, refused)
    assert secret("password", CHAIN).get_secret_value() == "old"
