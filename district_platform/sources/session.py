"""One HTTP session that waits out transient faults (too many requests, server errors, a lost connection), up to a limit.

Which other answers mean what is for the client of each API to say.
"""

import re
import time
from collections.abc import Callable
from typing import Any

import requests
import tenacity

from district_platform.retries import is_transient, seconds_to_wait
from district_platform.settings import Retries


class PatientSession(requests.Session):
    """Sends a request until the answer is not 429 or 5xx, or until all tries are used.

    Waits as long as Retry-After says, else as `retries` sets. When it gives up, it raises the client's `error`, naming the system, the
    path and the reason.
    """

    def __init__(
        self,
        system: str,
        error: type[Exception],
        timeout_seconds: float,
        retries: Retries,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        self._system, self._error = system, error
        self._timeout_seconds, self._retries = timeout_seconds, retries
        self._retrying = tenacity.Retrying(
            sleep=sleep,
            wait=self._wait,
            stop=tenacity.stop_after_attempt(retries.max_retries + 1),
            retry=tenacity.retry_if_exception(is_transient) | tenacity.retry_if_result(passes_by_itself),
            retry_error_callback=self._give_up,
        )

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if options.get("timeout") is None:
            options["timeout"] = self._timeout_seconds
        response: requests.Response = self._retrying(super().send, request, **options)
        return response

    def _wait(self, state: tenacity.RetryCallState) -> float:
        outcome = state.outcome
        if outcome is not None and not outcome.failed:
            asked = outcome.result().headers.get("Retry-After", "")
            if re.fullmatch(r"\s*\d+\s*", asked):
                return float(asked)
        return seconds_to_wait(self._retries, state.attempt_number)

    def _give_up(self, state: tenacity.RetryCallState) -> None:
        outcome, path = state.outcome, state.args[0].path_url
        assert outcome is not None
        reason = type(outcome.exception()).__name__ if outcome.failed else f"HTTP {outcome.result().status_code}"
        raise self._error(f"{self._system} did not answer {path} in {state.attempt_number} attempts: {reason}.")


def passes_by_itself(response: requests.Response) -> bool:
    """Whether the session asks again after such an answer."""
    return response.status_code == requests.codes.too_many_requests or response.status_code >= 500
