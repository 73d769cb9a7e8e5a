"""Where each employee's load stands, so that it goes on from there whatever happened in between.

`complete_through` is the last day up to which everything was loaded since `timekeeping.first_date`. A catchup sets it back, and
notes in `catchup` that it did, and for whom (`one` employee, or `all`): a second start after a kill goes on, and does not begin again. An
update goes on with a catchup that was killed, too.
"""

import datetime as dt

import pyarrow as pa

from district_platform.settings import Timekeeping
from district_platform.timekeeping import sql
from district_platform.timekeeping.database import Database


def starts(store: Database, people: list[str], timekeeping: Timekeeping) -> dict[str, dt.date]:
    """The first day to ask for, by employee: after the cursor, or the look-back before it where nothing is being caught up."""
    _ask(store, people)
    return {
        row["person_number"]: _start(row["complete_through"], row["catchup"] is not None, timekeeping)
        for row in store.query(sql.STARTS).to_pylist()
    }


def _start(complete_through: dt.date | None, is_catching_up: bool, timekeeping: Timekeeping) -> dt.date:
    if complete_through is None:
        return timekeeping.first_date
    look_back = 0 if is_catching_up else timekeeping.look_back_days
    return max(timekeeping.first_date, complete_through + dt.timedelta(days=1 - look_back))


def begin_catchup(store: Database, people: list[str], scope: str) -> list[str]:
    """The employees for whom a catchup still has to ask, in order: all of these, or those that a killed catchup left.

    `scope` is 'one' or 'all'. A catchup of one employee does not count as the start of a catchup of all.
    """
    with store.transaction():
        _ask(store, people)
        begun = sql.BEGUN_FOR_ONE if scope == "one" else sql.BEGUN_FOR_ALL
        left: list[str] = store.query(begun)["person_number"].to_pylist()
        if left:
            return left
        store.execute(sql.RESTART, scope)
    return people


def advance(store: Database, people: list[str], end: dt.date, last_date: dt.date) -> None:
    """Records that these employees are complete through `end`, in the caller's transaction. A catchup ends with the last date of a load."""
    _ask(store, people)
    store.execute(sql.ADVANCE, end, last_date)


def _ask(store: Database, people: list[str]) -> None:
    store.stage("asked", pa.table({"person_number": pa.array(people, pa.string())}))
