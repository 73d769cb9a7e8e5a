"""The rows of each path. A school or student out of scope is answered like one that does not exist."""

import datetime as dt
from typing import Any

from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.dictionary import TABLES, columns_of
from district_platform.web.access.reach import HISTORY
from district_platform.web.api.answering import Asked, Found
from district_platform.web.api.formats import Format
from district_platform.web.api.parameters import RosterParameters, TableParameters
from district_platform.web.api.problems import GONE, NOT_FOUND, ProblemError
from district_platform.web.reading.queries import api as queries
from district_platform.web.reading.reader import Rows


def start(asked: Asked) -> Found:
    """The tables that a key with the scope `released` reads, with what each holds."""
    counted = dict(asked.reader.rows(queries.TABLES_AND_ROWS, asked.viewer).rows)
    tables = tuple((_described(name, counted[name]),) for name in sorted(queries.RELEASED))
    return Found(Rows(("table",), tables))


def _described(name: str, n_rows: int) -> dict[str, Any]:
    table, whole = TABLES[f"release_{name}"], TABLES[name]
    return {
        "name": name,
        "url": f"/v1/tables/{name}",
        "meaning": whole.description,
        "one_row_is": whole.grain,
        "n_rows": n_rows,
        "key": list(table.key),
        "columns": [
            {"name": column.name, "type": column.type, "unit": column.unit or None, "meaning": column.description}
            for column in columns_of(table)
        ],
    }


def table(asked: Asked, name: str, given: TableParameters) -> Found:
    """A released table."""
    query = queries.RELEASED.get(name)
    if query is None:
        raise NOT_FOUND
    filters: dict[str, Any] = {}
    for column, filter_ in queries.FILTER_OF.items():
        parameter = {"year": "school_year"}.get(filter_, filter_)
        value = getattr(given, parameter)
        if column in query.order_by:
            filters[filter_] = value
        elif value is not None:
            raise ProblemError(422, f"The table {name} has no {column} in its key, and so no filter {parameter}.")
    return asked.rows(query, **filters)


def students(asked: Asked, given: RosterParameters) -> Found:
    """Students enrolled now, at each school of theirs."""
    if given.school:
        _check_school(asked, given.school)
    elif asked.format is Format.CSV:
        raise ProblemError(422, "The parameter school is missing: the roster as CSV is that of one school.")
    return asked.rows(queries.STUDENTS, school=given.school, grade=given.grade, section=given.section)


def attendance(asked: Asked, student: str, first: dt.date | None, last: dt.date | None) -> Found:
    """A student's days."""
    if asked.store:
        return _from_store(asked, asked.store, student, first, last)
    found = asked.rows(queries.ATTENDANCE, student=student, first_date=first, last_date=last)
    if not found.rows.rows and not asked.reader.rows(queries.STUDENT, asked.viewer, student=student).rows:
        raise NOT_FOUND
    return Found(found.rows, found.next_after, students=(student,))


def _from_store(
    asked: Asked, store: AttendanceStore, student: str, first: dt.date | None, last: dt.date | None
) -> Found:
    """The same from the attendance store, for the same callers. A next page belongs to the load that the first one was read from."""
    places = {school for _, school in asked.reader.rows(queries.STUDENT, asked.viewer, student=student).rows}
    if not places:
        raise NOT_FOUND
    version = store.complete_as_of().version
    if asked.after and asked.after[0] != version:
        raise GONE
    days = [
        day
        for day in store.history(student, first, last)
        if (asked.viewer.role in HISTORY or day["school_id"] in places)
        and (not asked.after or (day["date"], day["school_id"]) > asked.after[1:])
    ]
    shown = days if asked.format is Format.CSV else days[: asked.size]
    columns = tuple(queries.DAY_COLUMNS.split())
    rows = Rows(columns, tuple(tuple(day[column] for column in columns) for day in shown))
    following = (version, shown[-1]["date"], shown[-1]["school_id"]) if len(days) > len(shown) else None
    return Found(rows, following, students=(student,), more={"complete_as_of": version})


def absences(asked: Asked, school: str, date: dt.date) -> Found:
    """A school's absences of a day, parts of days included."""
    _check_school(asked, school)
    return asked.rows(queries.ABSENCES, school=school, first_date=date)


def _check_school(asked: Asked, school: str) -> None:
    if not asked.reader.rows(queries.SCHOOL, asked.viewer, school=school).rows:
        raise NOT_FOUND
