"""Employees as the timekeeping system has them now; for those it no longer has, what was known last."""

import datetime as dt
from collections.abc import Iterable

import pyarrow as pa

from district_platform.sources.punches import PERSON, Record
from district_platform.timekeeping import sql
from district_platform.timekeeping.database import Database


def load_employees(
    store: Database, pages: Iterable[list[Record]], now: dt.datetime, *, is_backup: bool = False
) -> list[str]:
    """Upserts everyone in one transaction; returns the person numbers of the answer that the store knows, in order.

    A record that cannot be an employee is kept in `employee_reject` with the reason, until the next answer. Punches that waited
    for an employee become the employee's. A backup adds employees whom the store does not know, and changes none.
    """
    rows = pa.Table.from_pylist([record for page in pages for record in page], PERSON)
    with store.transaction():
        store.stage("incoming_employee", rows)
        store.execute(sql.forget("judged_employee"))
        store.execute(sql.JUDGE_EMPLOYEES)
        if not is_backup:
            store.execute(sql.FORGET_EMPLOYEE_REJECTS)
        store.execute(sql.KEEP_EMPLOYEE_REJECTS, now)
        store.execute(sql.upsert_employees(is_backup=is_backup), now)
        store.execute(sql.PROMOTE_PUNCHES, now)
        store.execute(sql.FORGET_PROMOTED_REJECTS)
        store.execute(sql.MAKE_CURSORS)
        known = store.query(sql.KNOWN_EMPLOYEES)
    return known["person_number"].to_pylist()
