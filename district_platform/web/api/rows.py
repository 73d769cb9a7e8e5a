"""The rows of each path. A school or student out of scope is answered like one that does not exist."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pyarrow as pa

from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.dictionary import TABLES, columns_of
from district_platform.quality.files import REPORT_FILE
from district_platform.quality.report import open_findings
from district_platform.web.access.reach import HISTORY
from district_platform.web.api.answering import Asked, Found
from district_platform.web.api.parameters import FindingParameters, RosterParameters, TableParameters
from district_platform.web.api.problems import GONE, NOT_FOUND, ProblemError
from district_platform.web.reading.queries import api as queries
from district_platform.web.reading.reader import Rows

RULE_TYPES = {
    **dict.fromkeys(("rule_id", "title", "severity", "owner", "table", "unit", "status"), pa.string()),
    **dict.fromkeys(("n_judged", "n_findings", "n_open", "n_waived", "n_listed", "change"), pa.int64()),
    **dict.fromkeys(("why", "how_to_fix"), pa.string()),
}
"""Columns of /v1/quality/rules: of a rule's entry in the quality report."""


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
    elif asked.format.is_whole:
        raise ProblemError(422, "The parameter school is missing: the roster as CSV or Arrow is that of one school.")
    return asked.rows(queries.STUDENTS, school=given.school, grade=given.grade, section=given.section)


def attendance(asked: Asked, student: str, first: dt.date | None, last: dt.date | None) -> Found:
    """A student's days."""
    if asked.store:
        return _from_store(asked, asked.store, student, first, last)
    found = asked.rows(queries.ATTENDANCE, student=student, first_date=first, last_date=last)
    if not found.rows.rows and not asked.reader.rows(queries.STUDENT, asked.viewer, student=student).rows:
        raise NOT_FOUND
    return replace(found, students=(student,))


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
    shown = days if asked.format.is_whole else days[: asked.size]
    columns = tuple(queries.DAY_COLUMNS.split())
    rows = Rows(columns, tuple(tuple(day[column] for column in columns) for day in shown))
    following = (version, shown[-1]["date"], shown[-1]["school_id"]) if len(days) > len(shown) else None
    schema = asked.schema(queries.ATTENDANCE, student=student)
    return Found(rows, following, students=(student,), more={"complete_as_of": version}, schema=schema)


def absences(asked: Asked, school: str, date: dt.date) -> Found:
    """A school's absences of a day, parts of days included."""
    _check_school(asked, school)
    return asked.rows(queries.ABSENCES, school=school, first_date=date)


def quality_rules(asked: Asked) -> Found:
    """The rules of the caller's owners and what each found, as the quality report counts."""
    report = json.loads((asked.reader.publication.folder / "reports" / REPORT_FILE).read_text())
    after = asked.after[0] if asked.after else ""
    rules = [rule for rule in report.get("rules") or [] if rule["owner"] in asked.viewer.scope.owners]
    found = sorted((_rule(rule) for rule in rules if rule["rule_id"] > after), key=lambda rule: rule["rule_id"])
    shown = found if asked.format.is_whole else found[: asked.size]
    names = tuple(RULE_TYPES)
    rows = Rows(names, tuple(tuple(rule[name] for name in names) for rule in shown))
    following = (shown[-1]["rule_id"],) if len(found) > len(shown) else None
    return Found(rows, following, schema=pa.schema(RULE_TYPES))


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    return {**{name: rule.get(name) for name in RULE_TYPES}, "n_open": open_findings(rule)}


def findings(asked: Asked, given: FindingParameters) -> Found:
    """What those rules found, by id."""
    return asked.rows(queries.FINDINGS, rule=given.rule, school=given.school)


def weeks(asked: Asked, number: str, first: dt.date | None, last: dt.date | None) -> Found:
    """An employee's hours by work week."""
    found = asked.rows(queries.WEEKS, person=number, first_date=first, last_date=last)
    if not found.rows.rows and not asked.reader.rows(queries.EMPLOYEE, asked.viewer, person=number).rows:
        raise NOT_FOUND
    return replace(found, students=(f"employee:{number}",))


def sales_team(asked: Asked, store: str, month: str | None) -> Found:
    """A store's sales team, month by month."""
    if not asked.reader.rows(queries.STORE, asked.viewer, store=store).rows:
        raise NOT_FOUND
    return asked.rows(queries.SALES_TEAM, store=store, month=month)


def _check_school(asked: Asked, school: str) -> None:
    if not asked.reader.rows(queries.SCHOOL, asked.viewer, school=school).rows:
        raise NOT_FOUND
