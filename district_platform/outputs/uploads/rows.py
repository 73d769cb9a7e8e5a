"""Which rows are due: what differs from what the SIS was told, up to the last Friday.

If somebody changes a corrected day in the SIS, it is not changed again: they know more. A correction is taken back only if the SIS still
shows it and the time online is no longer enough.
"""

import datetime as dt

import ibis

from district_platform.dictionary.online import PRESENT_VIRTUAL, VIRTUAL
from district_platform.engine.tables import Tables, unbound
from district_platform.facts.reconciliation.decisions import Verdict
from district_platform.outputs.uploads.ledger import Day, Row
from district_platform.settings import Reconciliation

PRESENT, ABSENT = "present", "absent"
IN_PERSON, ONLINE, NOWHERE = "in-person", "virtual", ""
FRIDAY = 4
HALF_A_DAY = 0.5
"""A day of which at least so much is missed is uploaded as absent."""

AS_THE_CORRECTION_LEFT_IT = {VIRTUAL}
"""Codes that the SIS may show of a day whose correction it took; or none, where it took the absence away."""

WITHOUT_A_MARK = ((Verdict.IN_PERSON, False), (Verdict.NOT_TAKEN, False))
"""What is decided of a day that shows no absence, without enough time online."""


def last_friday(as_of_date: dt.date) -> dt.date:
    """The last Friday before the day: a week is uploaded once it is over."""
    return as_of_date - dt.timedelta(days=(as_of_date.weekday() - FRIDAY) % 7 or 7)


def due_rows(tables: Tables, told: dict[Day, Row], reconciliation: Reconciliation, as_of_date: dt.date) -> list[Row]:
    """The rows of the next upload, by student and date; none of them states what `told` already does."""
    first = reconciliation.first_open_date(as_of_date)
    last = last_friday(as_of_date)
    wanted = {row.day: row for row in _every_day(tables, first, last)} if reconciliation.upload_scope == "all" else {}
    wanted |= {row.day: row for row in _virtual_days(tables, first, last)}
    virtual = [day for day, row in told.items() if row.source == ONLINE and first <= day[1] <= last]
    for day in _no_longer_virtual(tables, virtual, reconciliation) if virtual else ():
        wanted[day] = Row(*day, ABSENT, NOWHERE)
    return [wanted[day] for day in sorted(wanted) if told.get(day) != wanted[day]]


def _virtual_days(tables: Tables, first: dt.date, last: dt.date) -> list[Row]:
    decisions = unbound("fct_attendance_decision")
    days = decisions.filter(decisions.is_reconciled, decisions.event_date.between(first, last))
    found = tables.fetch(days.select("k_student_xyear", "event_date").distinct())
    return [Row(student, date, PRESENT, ONLINE) for student, date in found]


def _every_day(tables: Tables, first: dt.date, last: dt.date) -> list[Row]:
    """Each enrolled student-day as the daily fact has it; at several schools, the most present wins."""
    daily = unbound("fct_student_daily_attendance")
    days = daily.filter(daily.is_enrolled == 1, daily.is_absent.notnull(), daily.calendar_date.between(first, last))
    stated = days.group_by("k_student_xyear", "calendar_date").agg(
        is_virtual=(days.attendance_event_category == PRESENT_VIRTUAL).any(),
        least_absent=days.is_absent.min(),
    )
    return [
        Row(student, date, PRESENT, ONLINE)
        if is_virtual
        else Row(student, date, PRESENT, IN_PERSON)
        if least_absent < HALF_A_DAY
        else Row(student, date, ABSENT, NOWHERE)
        for student, date, is_virtual, least_absent in tables.fetch(stated)
    ]


def _no_longer_virtual(tables: Tables, days: list[Day], reconciliation: Reconciliation) -> list[Day]:
    """Days that the SIS was told are virtual and still shows as virtual, but that no longer have enough time online."""
    codes = _codes_of(tables, days)
    decided = _decided(tables, days)
    online = _online_weeks(tables, days) if reconciliation.has_weekly_minimum else set()
    return [
        day
        for day in days
        if codes.get(day, set()) <= AS_THE_CORRECTION_LEFT_IT
        and decided.get(day, WITHOUT_A_MARK[0]) in WITHOUT_A_MARK
        and (day in decided or (day[0], _monday(day[1])) not in online)
    ]


def _codes_of(tables: Tables, days: list[Day]) -> dict[Day, set[str]]:
    """The SIS's codes of the days that have any."""
    events = _of_students(unbound("fct_student_school_attendance_event"), days)
    codes: dict[Day, set[str]] = {}
    for student, date, code in tables.fetch(events.select("k_student_xyear", "event_date", "attendance_code")):
        codes.setdefault((student, date), set()).add(code)
    return codes


def _decided(tables: Tables, days: list[Day]) -> dict[Day, tuple[str, bool]]:
    """Rule and whether the time suffices, of the days that were considered; at several schools, the most favourable."""
    decisions = _of_students(unbound("fct_attendance_decision"), days)
    columns = ("has_enough_time", "reconciliation_rule", "k_student_xyear", "event_date")
    found = sorted(tables.fetch(decisions.select(*columns)))
    return {(student, date): (rule, enough) for enough, rule, student, date in found}


def _online_weeks(tables: Tables, days: list[Day]) -> set[Day]:
    """Students and Mondays of weeks with time online: such a week may reach the weekly minimum although no single day reaches the daily
    one.
    """
    online = _of_students(unbound("fct_student_online_day"), days)
    return {(s, _monday(date)) for s, date in tables.fetch(online.select("k_student_xyear", "activity_date"))}


def _of_students(table: ibis.Table, days: list[Day]) -> ibis.Table:
    return table.filter(table.k_student_xyear.isin(sorted({student for student, _ in days})))


def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())
