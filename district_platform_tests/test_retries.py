"""Transient faults are waited out, faults of data never, and a minute without network ends no run."""

import errno
import smtplib
import sqlite3
from types import SimpleNamespace
from urllib.error import URLError

import dagster as dg
import duckdb
import pytest
import requests

from district_platform.home.lock import WarehouseBusyError
from district_platform.retries import is_transient, patiently, retried, seconds_to_wait
from district_platform.settings import Retries

AT_ONCE = Retries(max_retries=3, first_delay_seconds=0)


def answer(status: int) -> requests.HTTPError:
    return requests.HTTPError(response=SimpleNamespace(status_code=status))


def of_aws(code: str, status: int) -> Exception:
    """Shaped like botocore's ClientError."""
    error = RuntimeError(code)
    error.response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return error


def raised_from(cause: Exception, error: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError("reset"),
        TimeoutError("timed out"),
        requests.ConnectionError("network is unreachable"),
        requests.ReadTimeout("too slow"),
        URLError(ConnectionRefusedError("refused")),
        OSError(errno.ESTALE, "stale file handle"),
        answer(429),
        answer(503),
        of_aws("SlowDown", 503),
        of_aws("ThrottlingException", 400),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPDataError(451, b"try again later"),
        WarehouseBusyError("held"),
        duckdb.IOException("IO Error: Could not set lock on file"),
        sqlite3.OperationalError("database is locked"),
        raised_from(ConnectionResetError("reset"), RuntimeError("the export could not be read")),
    ],
    ids=lambda error: f"{type(error).__name__} {error}",
)
def test_network_throttling_and_locks_pass_by_themselves(error):
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("line 3, Date '6/30/2026': is not a date"),
        KeyError("student_id"),
        FileNotFoundError(errno.ENOENT, "no such file"),
        PermissionError(errno.EACCES, "not yours"),
        duckdb.ConversionException("Could not convert string 'abc' to INT32"),
        requests.exceptions.SSLError("certificate verify failed"),
        answer(401),
        answer(404),
        of_aws("AccessDenied", 403),
        smtplib.SMTPAuthenticationError(535, b"wrong password"),
        raised_from(ConnectionResetError("reset"), dg.Failure("known to last", allow_retries=False)),
    ],
    ids=lambda error: f"{type(error).__name__} {error}",
)
def test_faults_of_data_keys_and_settings_do_not(error):
    assert not is_transient(error)


def test_waits_double_and_are_shortened_by_up_to_half():
    waits = [seconds_to_wait(Retries(first_delay_seconds=2), n) for n in (1, 2, 3, 4)]
    for wait, whole in zip(waits, (2, 4, 8, 16), strict=True):
        assert whole / 2 <= wait <= whole


class Network:
    """A network that is away for `seconds`, on a clock that only sleeping moves."""

    def __init__(self, seconds: float) -> None:
        self.now, self.back_at = 0.0, seconds

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def call(self) -> str:
        if self.now < self.back_at:
            raise ConnectionError("network is unreachable")
        return "answer"


def test_network_down_for_a_minute_is_waited_out_by_default():
    network = Network(seconds=60)
    assert patiently(network.call, Retries(), sleep=network.sleep) == "answer"


def test_network_down_for_good_is_given_up_with_its_own_error():
    network = Network(seconds=float("inf"))
    with pytest.raises(ConnectionError, match="unreachable"):
        patiently(network.call, Retries(), sleep=network.sleep)
    assert 63 <= network.now <= 126


def outcome_of_a_run(faults: list[Exception], *, generator: bool = False) -> tuple[bool, int, str]:
    """Runs an asset that raises one fault a try: whether it succeeded, how often it was tried, and the error."""
    left, tries = list(faults), []

    @retried(AT_ONCE)
    def value() -> int:
        tries.append(1)
        if left:
            raise left.pop(0)
        return 1

    @retried(AT_ONCE)
    def results():
        tries.append(1)
        if left:
            raise left.pop(0)
        yield dg.MaterializeResult(asset_key="touches_the_outside")

    if generator:
        asset = dg.multi_asset(specs=[dg.AssetSpec("touches_the_outside")])(results)
    else:
        asset = dg.asset(name="touches_the_outside")(value)
    run = dg.materialize([asset], raise_on_error=False)
    failures = [e.step_failure_data.error.to_string() for e in run.all_events if e.is_step_failure]
    return run.success, len(tries), " ".join(failures)


@pytest.mark.parametrize("generator", [False, True])
def test_step_with_a_transient_fault_is_tried_again(generator):
    faults = [ConnectionResetError("reset"), TimeoutError("slow")]
    assert outcome_of_a_run(faults, generator=generator) == (True, 3, "")


def test_step_is_given_up_after_the_last_try_and_tells_the_fault():
    success, tries, error = outcome_of_a_run([ConnectionResetError("reset")] * 9)
    assert (success, tries) == (False, 4)
    assert "ConnectionResetError: reset" in error


def test_step_with_a_fault_of_data_is_not_tried_again():
    success, tries, error = outcome_of_a_run([ValueError("line 3 is no row")])
    assert (success, tries) == (False, 1)
    assert "line 3 is no row" in error
