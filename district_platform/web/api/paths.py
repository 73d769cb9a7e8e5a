"""The paths of the API. Each list can be had as <path>.json, <path>.csv and <path>.arrows; without an ending, Accept decides."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from fastapi.security import HTTPBearer
from starlette.requests import Request
from starlette.responses import Response

from district_platform.web.api import models, rows
from district_platform.web.api.answering import Answering, Path
from district_platform.web.api.formats import Format, accepted
from district_platform.web.api.parameters import (
    DayParameters,
    FindingParameters,
    Id,
    MonthParameters,
    Paged,
    Parameters,
    RosterParameters,
    SpanParameters,
    TableParameters,
)
from district_platform.web.api.problems import MEDIA_TYPE
from district_platform.web.signin.keys import KeyScope

_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
    for status, words in {
        401: "No key that works was sent.",
        403: "The key does not open this scope.",
        404: "There is no such thing, or it is out of the key's scope.",
        410: "The publication that the pages belong to is no longer kept.",
        422: "A parameter is unknown or wrong.",
        429: "Too many requests; Retry-After says how many seconds to wait.",
        503: "Nothing is published yet, or the access file cannot be read.",
    }.items()
}
Student = Annotated[Id, InPath(description="student_id, with its zeros.")]
School = Annotated[Id, InPath(description="school_id, with its zeros.")]
Employee = Annotated[Id, InPath(description="The number in the timekeeping system, with its zeros.")]
Store = Annotated[Id, InPath(description="store_id.")]


def router(answering: Answering) -> APIRouter:
    """All paths, under /v1."""
    made = APIRouter(
        dependencies=[Depends(HTTPBearer(auto_error=False, description="A key: district-platform keys add."))],
        responses=_PROBLEMS,
    )
    made.add_api_route(
        "",
        partial_of(_start, answering),
        methods=["GET"],
        name="start",
        summary="The publication, and its released tables with what each holds",
        response_model=models.Rows[models.Described],
    )
    for name, path, function, model, summary in _LISTS:
        for format_ in (*Format, None):
            ending = f".{format_}" if format_ else ""
            made.add_api_route(
                f"{path}{ending}",
                partial_of(function, answering, format_),
                methods=["GET"],
                name=f"{name}_{format_ or 'negotiated'}",
                summary=summary,
                responses={200: _content(format_)},
                response_model=model if format_ is Format.JSON else None,
            )
    return made


def partial_of(function: Callable[..., Response], *given: Any) -> Callable[..., Response]:
    """The function without its first arguments, in which FastAPI sees the rest."""
    made = partial(function, *given)
    made.__doc__ = function.__doc__
    return made


def _start(answering: Answering, request: Request, given: Annotated[Parameters, Query()]) -> Response:
    path = Path("start", None, Format.JSON, Paged(), {}, rows.start)
    return answering.answer(request, path)


def _table(
    answering: Answering,
    format_: Format | None,
    request: Request,
    name: Id,
    given: Annotated[TableParameters, Query()],
) -> Response:
    path = Path(
        f"tables/{name}",
        KeyScope.RELEASED,
        _format(request, format_),
        given,
        given.filters(),
        lambda asked: rows.table(asked, name, given),
    )
    return answering.answer(request, path)


def _students(
    answering: Answering, format_: Format | None, request: Request, given: Annotated[RosterParameters, Query()]
) -> Response:
    path = Path(
        "students",
        KeyScope.STUDENTS,
        _format(request, format_),
        given,
        given.filters(),
        lambda asked: rows.students(asked, given),
    )
    return answering.answer(request, path)


def _attendance(
    answering: Answering,
    format_: Format | None,
    request: Request,
    student_id: Student,
    given: Annotated[SpanParameters, Query()],
) -> Response:
    path = Path(
        "students/attendance",
        KeyScope.STUDENTS,
        _format(request, format_),
        given,
        given.filters(),
        lambda asked: rows.attendance(asked, student_id, given.from_, given.to),
        student_id,
    )
    return answering.answer(request, path)


def _absences(
    answering: Answering,
    format_: Format | None,
    request: Request,
    school_id: School,
    given: Annotated[DayParameters, Query()],
) -> Response:
    path = Path(
        "schools/absences",
        KeyScope.STUDENTS,
        _format(request, format_),
        given,
        {"school": school_id, **given.filters()},
        lambda asked: rows.absences(asked, school_id, given.date),
    )
    return answering.answer(request, path)


def _rules(
    answering: Answering, format_: Format | None, request: Request, given: Annotated[Paged, Query()]
) -> Response:
    path = Path(
        "quality/rules", KeyScope.QUALITY, _format(request, format_), given, given.filters(), rows.quality_rules
    )
    return answering.answer(request, path)


def _findings(
    answering: Answering, format_: Format | None, request: Request, given: Annotated[FindingParameters, Query()]
) -> Response:
    path = Path(
        "quality/findings",
        KeyScope.QUALITY,
        _format(request, format_),
        given,
        given.filters(),
        lambda asked: rows.findings(asked, given),
    )
    return answering.answer(request, path)


def _weeks(
    answering: Answering,
    format_: Format | None,
    request: Request,
    employee_number: Employee,
    given: Annotated[SpanParameters, Query()],
) -> Response:
    path = Path(
        "employees/weeks",
        KeyScope.HOURS,
        _format(request, format_),
        given,
        given.filters(),
        lambda asked: rows.weeks(asked, employee_number, given.from_, given.to),
        employee=employee_number,
    )
    return answering.answer(request, path)


def _sales_team(
    answering: Answering,
    format_: Format | None,
    request: Request,
    store_id: Store,
    given: Annotated[MonthParameters, Query()],
) -> Response:
    path = Path(
        "stores/sales-team",
        KeyScope.STORE,
        _format(request, format_),
        given,
        {"store": store_id, **given.filters()},
        lambda asked: rows.sales_team(asked, store_id, given.month),
    )
    return answering.answer(request, path)


def _format(request: Request, format_: Format | None) -> Format:
    return format_ or accepted(request.headers.get("accept", ""))


def _content(format_: Format | None) -> dict[str, Any]:
    text = {Format.CSV.media_type: {"schema": {"type": "string"}}}
    stream = {Format.ARROW.media_type: {"schema": {"type": "string", "format": "binary"}}}
    if format_ is Format.CSV:
        return {"description": "All rows, with a header.", "content": text}
    if format_ is Format.ARROW:
        return {"description": "All rows, as an Arrow stream.", "content": stream}
    if format_ is Format.JSON:
        return {"description": "A page of rows."}
    return {
        "description": "As <path>.json, or as <path>.csv or <path>.arrows where Accept names its type.",
        "content": {Format.JSON.media_type: {"schema": {"type": "object"}}, **text, **stream},
    }


_LISTS: tuple[tuple[str, str, Callable[..., Response], Any, str], ...] = (
    ("table", "/tables/{name}", _table, models.Rows[models.TableRow], "A released table, in the order of its key"),
    (
        "students",
        "/students",
        _students,
        models.Rows[models.Student],
        "Students enrolled on as_of_date, at each school of theirs",
    ),
    (
        "attendance",
        "/students/{student_id}/attendance",
        _attendance,
        models.Rows[models.Day],
        "A student's days of attendance, by date",
    ),
    (
        "absences",
        "/schools/{school_id}/absences",
        _absences,
        models.Rows[models.Day],
        "Who was absent at a school on a day, for all of it or for a part",
    ),
    (
        "rules",
        "/quality/rules",
        _rules,
        models.Rows[models.Rule],
        "Quality rules of the owners that the key names, with counts",
    ),
    (
        "findings",
        "/quality/findings",
        _findings,
        models.Rows[models.Finding],
        "What those rules found, by id and without names",
    ),
    (
        "weeks",
        "/employees/{employee_number}/weeks",
        _weeks,
        models.Rows[models.Week],
        "An employee's hours by work week, without pay",
    ),
    (
        "sales_team",
        "/stores/{store_id}/sales-team",
        _sales_team,
        models.Rows[models.Seller],
        "A store's sales team, month by month",
    ),
)
