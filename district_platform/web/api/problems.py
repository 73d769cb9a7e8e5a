"""What is answered when something is wrong: application/problem+json (RFC 9457), without SQL and without values."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    401: "No key",
    403: "Not opened by this key",
    404: "Not found",
    405: "GET and HEAD only",
    410: "Publication no longer kept",
    422: "Request not understood",
    429: "Too many requests",
    500: "Something went wrong on our side",
    503: "Not available now",
}


class ProblemError(Exception):
    """An answer that is no success; `detail` is one sentence for whoever wrote the program."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})


NOT_FOUND = ProblemError(404, "There is no such path, table, school or student, or it is not open to the caller.")
"""The same for what does not exist and for what is out of scope."""
NO_KEY = ProblemError(
    401,
    "Send a key that works as the header Authorization: Bearer dp_…; district-platform keys list says which do.",
    {"www-authenticate": "Bearer"},
)
GONE = ProblemError(
    410, "The publication that these pages belong to is no longer kept: begin again with the first page."
)
NOTHING_YET = ProblemError(
    503, "Nothing is published yet: answers come after the district's first run.", {"retry-after": "600"}
)
NOT_NOW = ProblemError(503, "Who may see what cannot be looked up now. Try again in a minute.", {"retry-after": "60"})
NO_STORE = ProblemError(503, "The attendance store cannot be asked now. Try again in a minute.", {"retry-after": "60"})
BROKEN = ProblemError(500, "The request could not be answered. It is recorded; nothing was changed.")


def answer(problem: ProblemError) -> Response:
    body = {
        "type": "about:blank",
        "title": _TITLES.get(problem.status, "Refused"),
        "status": problem.status,
        "detail": problem.detail,
    }
    headers = {"cache-control": "no-store", **problem.headers}
    return Response(orjson.dumps(body), problem.status, headers, MEDIA_TYPE)


def of_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return answer(error)


def of_http(request: Request, error: Exception) -> Response:
    """Of Starlette's own: a path that is not there, a method that is not allowed."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return answer(ProblemError(405, "The API only reads: GET and HEAD.", {"allow": "GET, HEAD"}))
    return answer(NOT_FOUND if error.status_code == 404 else ProblemError(error.status_code, "Refused."))


def of_parameters(request: Request, error: Exception) -> Response:
    """Of FastAPI: which parameter breaks which rule. What was sent is not repeated."""
    assert isinstance(error, RequestValidationError)
    return answer(ProblemError(422, " ".join(_sentences(error.errors()))))


def _sentences(errors: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for each in errors:
        where = each["loc"][-1]
        if each["type"] == "extra_forbidden":
            yield f"{str(where)[:40]!r} is no parameter of this path."
        elif each["type"] == "missing":
            yield f"The parameter {where} is missing."
        else:
            rule = each["msg"].removeprefix("Value error, ")
            yield f"The parameter {where} is wrong: {rule[0].lower()}{rule[1:]}."
