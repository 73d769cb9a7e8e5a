"""Which faults are transient, and how they are waited out. Both are defined only here.

A transient fault is one after which the same call may succeed although nobody changes anything: the network, a server that asks for
patience, a lock that somebody holds. Every other fault, above all a fault of data, needs a person and is never retried.
A call of ours is made `patiently`; a step of a run asks Dagster for another try (`retried`), so that the UI shows it. `recovery` clears up
after a run that died.
"""

import errno
import inspect
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from random import random
from smtplib import SMTPResponseException, SMTPServerDisconnected
from socket import EAI_AGAIN, gaierror
from typing import Any, TypeVar
from urllib.error import URLError

from district_platform.home.lock import WarehouseBusyError
from district_platform.settings import Retries

T = TypeVar("T")

_KINDS = (WarehouseBusyError, ConnectionError, TimeoutError, SMTPServerDisconnected)
_LIBRARIES = {
    "aiohttp.client_exceptions.ClientConnectionError",
    "botocore.exceptions.ConnectionError",
    "botocore.exceptions.HTTPClientError",
    "botocore.exceptions.IncompleteReadError",
    "requests.exceptions.ChunkedEncodingError",
    "requests.exceptions.ConnectionError",
    "requests.exceptions.Timeout",
    "urllib3.exceptions.ProtocolError",
    "urllib3.exceptions.TimeoutError",
}
"""Names of network errors in libraries that are not imported only to name them."""
_LASTING = {"botocore.exceptions.SSLError", "requests.exceptions.InvalidProxyURL", "requests.exceptions.SSLError"}
"""Those of them that stay until somebody corrects a certificate or a setting."""
_STATUSES = {408, 425, 429, 500, 502, 503, 504}
"""RFC 9110 and 6585: the request was right, and the server could not serve it now."""
_CODES = {
    "InternalError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
"""The same of AWS and of those who speak its protocol."""
_SQLSTATES = ("08", "40001", "40P01", "53300", "55P03", "57P03")
"""PostgreSQL: connection lost, serialization, deadlock, too many connections, lock not available, starting up."""
_ERRNOS = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.EIO,
    errno.ENETDOWN,
    errno.ENETUNREACH,
    errno.ESTALE,
    errno.ETIMEDOUT,
}
"""A network, or a drive on one, that is away for now."""
_LOCK_TEXTS = {"duckdb.IOException": "Could not set lock", "_duckdb.IOException": "Could not set lock"}


def is_transient(error: BaseException | None) -> bool:
    """Whether the fault, or one that it was raised from, is transient."""
    while error is not None:
        if not getattr(error, "allow_retries", True):  # of a dg.Failure
            return False
        if _passes(error):
            return True
        error = error.reason if isinstance(error, URLError) and isinstance(error.reason, Exception) else error.__cause__
    return False


def _passes(error: BaseException) -> bool:
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    if names & _LASTING:
        return False
    return (
        isinstance(error, _KINDS)
        or bool(names & _LIBRARIES)
        or (isinstance(error, gaierror) and error.errno == EAI_AGAIN)
        or (isinstance(error, OSError) and not isinstance(error, gaierror) and error.errno in _ERRNOS)
        or (isinstance(error, SMTPResponseException) and 400 <= error.smtp_code < 500)
        or (isinstance(error, sqlite3.OperationalError) and "locked" in str(error))
        or any(name in names and text in str(error) for name, text in _LOCK_TEXTS.items())
        or str(getattr(error, "sqlstate", None) or "").startswith(_SQLSTATES)
        or _asks_for_patience(error)
        or _asks_for_patience(getattr(error, "response", None))
    )


def _asks_for_patience(response: Any) -> bool:
    """Whether an error is, or carries (in requests and botocore), the answer of a server under load."""
    if isinstance(response, dict):
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status in _STATUSES or response.get("Error", {}).get("Code") in _CODES
    return getattr(response, "status_code", None) in _STATUSES


def seconds_to_wait(retries: Retries, n_failed: int) -> float:
    """Seconds to wait after so many failed tries: twice as long each time, less a random part of up to half, so that callers stopped by one
    fault do not all return at once."""
    whole: float = retries.first_delay_seconds * 2 ** (n_failed - 1)
    return whole * (1 + random()) / 2


def patiently(call: Callable[[], T], retries: Retries, sleep: Callable[[float], None] = time.sleep) -> T:
    """The call's result, tried again while its fault is transient; raises the last fault when tries are used up."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt

    tries = Retrying(
        retry=retry_if_exception(is_transient),
        stop=stop_after_attempt(retries.max_retries + 1),
        wait=lambda state: seconds_to_wait(retries, state.attempt_number),
        sleep=sleep,
        reraise=True,
    )
    return tries(call)


def retried(retries: Retries) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates the function of an asset: after a transient fault it asks Dagster for another try; any other fault passes.

    A `dg.RetryPolicy` would not do: it retries every fault, and a run that a person stops.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def result(*args: Any, **kwargs: Any) -> Any:
            with _asking_for_another_try(retries):
                return function(*args, **kwargs)

        @wraps(function)
        def results(*args: Any, **kwargs: Any) -> Iterator[Any]:
            with _asking_for_another_try(retries):
                yield from function(*args, **kwargs)

        return results if inspect.isgeneratorfunction(function) else result

    return decorate


@contextmanager
def _asking_for_another_try(retries: Retries) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if not is_transient(error):
            raise
        import dagster as dg  # here: the dashboard retries calls too, and starts a quarter sooner without Dagster

        n_failed = dg.AssetExecutionContext.get().retry_number + 1
        raise dg.RetryRequested(retries.max_retries, seconds_to_wait(retries, n_failed)) from error
