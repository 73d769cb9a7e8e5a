"""A day of the attendance history as an item: facts of the day alone, no name, no birth date, no subgroup, nothing that adds up."""

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

import ibis

from district_platform.engine.outbox import DIGEST
from district_platform.engine.tables import unbound
from district_platform.outputs.attendance_history import READ, attendance_history

Item = dict[str, dict[str, Any]]
Day = dict[str, Any]

LAYOUT = "1"
"""Raised when an item is written in another way: then all are written anew."""
PARTITION, SORT = "student_id", "date"
KEY = (PARTITION, SORT)
INDEX, INDEX_KEY = "absences_by_school_day", "gsi_school_day"
EXPIRES = "expires_at"
OWN = "_load"
"""Value of the partition key under which the lease and the pointer stand. No student id begins so."""

_NUMBERS = frozenset({"school_year", "is_absent", EXPIRES})
_FLAGS = frozenset({"is_tracked"})
_LAST_DAY = (6, 30)
"""Of a school year: retention counts from here."""


@cache
def days(retention_years: int | None) -> ibis.Table:
    """The items' attributes, one row a student, school and date, over published tables."""
    history = attendance_history(*(unbound(name) for name in READ))
    day = history.calendar_date.strftime("%Y-%m-%d")
    is_listed = history.is_absent > 0
    expires = ibis.null("int64")
    if retention_years is not None:
        until = ibis.date(history.school_year + retention_years, *_LAST_DAY)
        expires = until.cast("timestamp").epoch_seconds().cast("int64")
    return history.filter(history.k_student_xyear.notnull(), history.k_school.notnull()).select(
        student_id=history.k_student_xyear,
        date=day + "#" + history.k_school,
        school_id=history.k_school,
        school_year=history.school_year,
        session=history.k_session,
        category=history.attendance_event_category,
        reason=history.attendance_event_reason,
        excusal=history.attendance_excusal_status,
        is_absent=history.is_absent,
        presence_source=history.presence_source,
        correction=history.correction,
        is_tracked=history.is_tracked,
        gsi_school_day=is_listed.ifelse(history.k_school + "#" + day, ibis.null("string")),
        expires_at=expires,
    )


def item(row: Day) -> Item:
    """The row as DynamoDB's own types; what is null is left out."""
    return {name: _typed(name, value) for name, value in row.items() if value is not None}


def key_of(row: Day) -> Item:
    return {name: {"S": row[name]} for name in KEY}


def day_of(item: Item) -> Day:
    """An item as the API and the terminal show it."""
    date, _, school = item[SORT]["S"].partition("#")
    shown: Day = {"student_id": item[PARTITION]["S"], "date": dt.date.fromisoformat(date), "school_id": school}
    for name in (
        "school_year",
        "session",
        "category",
        "reason",
        "excusal",
        "is_absent",
        "presence_source",
        "correction",
    ):
        shown[name] = _value(item.get(name))
    shown["school_year"] = int(shown["school_year"])
    return {**shown, "is_tracked": bool(_value(item.get("is_tracked")))}


def _typed(name: str, value: Any) -> dict[str, Any]:
    if name in _FLAGS:
        return {"BOOL": bool(value)}
    if name in _NUMBERS:
        return {"N": _plain(value)}
    return {"S": str(value)}


def _plain(value: Any) -> str:
    """A number without needless zeros: DynamoDB drops them, too."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _value(stored: dict[str, Any] | None) -> Any:
    if stored is None:
        return None
    [(type_, value)] = stored.items()
    return Decimal(value).quantize(Decimal("0.0001")) if type_ == "N" else value


__all__ = ["DIGEST", "INDEX", "INDEX_KEY", "KEY", "LAYOUT", "OWN", "READ", "Item", "day_of", "days", "item", "key_of"]
