"""Punches of some employees on some days: one answer of the timekeeping system, in one transaction.

The answer goes into a staging table without constraints, is judged there and then upserted. Rows are compared before they are written,
so that an answer that says nothing new writes nothing. Nothing is lost: read = repeated + new + edited + unchanged + rejected.
"""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from district_platform.sources.punches import PUNCH
from district_platform.timekeeping.database import Database

_COLUMNS = ", ".join(PUNCH.names)
_EDITABLE = [name for name in PUNCH.names if name != "punch_id"]

_KEY_WITHOUT_ID = "coalesce(person_number, '') || ' ' || coalesce(cast(punch_dtm as text), '')"

_JUDGE = f"""
create temp table judged_punch as
select {_COLUMNS},
    case
        when punch_id is null or punch_dtm is null or time_zone is null or is_phantom is null or updated_on_dtm is null
        then 'incomplete'
        when not exists (select 1 from employee where employee.person_number = answer.person_number)
        then 'unknown employee'
    end as reason
from (
    select *, row_number() over (
        partition by punch_id, case when punch_id is null then {_KEY_WITHOUT_ID} end
        order by updated_on_dtm desc nulls last, {", ".join(name for name in PUNCH.names if name != "updated_on_dtm")}
    ) as n_of_punch
    from incoming_punch
) as answer
where n_of_punch = 1
"""

_COUNT = """
select count(*) as n_distinct,
    count(judged_punch.reason) as n_rejected,
    count(case when judged_punch.reason is null then punch.punch_id end) as n_known
from judged_punch left join punch on punch.punch_id = judged_punch.punch_id
"""

_IS_KNOWN = "exists (select 1 from punch where punch.punch_id = judged_punch.punch_id)"

_INSERT = f"""
insert into punch ({_COLUMNS}, is_deleted, first_loaded_at, changed_at)
select {_COLUMNS}, false, $1, $1 from judged_punch where reason is null and
"""

_EDIT = f"""
{_INSERT} {_IS_KNOWN}
on conflict (punch_id) do update set
    {", ".join(f"{name} = excluded.{name}" for name in _EDITABLE)}, is_deleted = false, changed_at = excluded.changed_at
where punch.updated_on_dtm <= excluded.updated_on_dtm
    and ({", ".join(f"punch.{name}" for name in [*_EDITABLE, "is_deleted"])})
    is distinct from ({", ".join(f"excluded.{name}" for name in [*_EDITABLE, "is_deleted"])})
"""

_ADD = f"{_INSERT} not {_IS_KNOWN}"
"""For itself, because looking for conflicts costs DuckDB half as much again, and first loads have none."""

_REJECT = f"""
insert into punch_reject ({_COLUMNS}, reject_key, reason, loaded_at)
select {_COLUMNS}, coalesce(cast(punch_id as text), {_KEY_WITHOUT_ID}), reason, $1
from judged_punch where reason is not null
on conflict (reject_key) do update set
    {", ".join(f"{name} = excluded.{name}" for name in [*PUNCH.names, "reason", "loaded_at"])}
"""

_FORGET_REJECTS = """
delete from punch_reject where punch_id in (select punch_id from judged_punch where reason is null)
"""

_MARK_DELETED = """
update punch set is_deleted = true, changed_at = $1
where not is_deleted and punch_dtm >= $2 and punch_dtm < $3
    and person_number in (select person_number from answered)
    and not exists (select 1 from incoming_punch where incoming_punch.punch_id = punch.punch_id)
"""


@dataclass(frozen=True)
class Window:
    """Some employees on the days from start to end, both included."""

    people: list[str]
    start: dt.date
    end: dt.date


@dataclass
class Counts:
    """What became of the punches of a load."""

    n_read: int = 0
    n_repeated: int = 0
    """Read more than once in one answer."""
    n_new: int = 0
    n_edited: int = 0
    """Changed in the timekeeping system, or no longer deleted there."""
    n_unchanged: int = 0
    n_rejected: int = 0
    n_deleted: int = 0
    """Not read any more, and marked so; not among those read."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    def __str__(self) -> str:
        return ", ".join(f"{number:,} {name.removeprefix('n_')}" for name, number in vars(self).items())


def load_punches(store: Database, rows: pa.Table, now: dt.datetime) -> Counts:
    """Upserts the rows, in the caller's transaction; the newer version of a punch wins. Leaves them in `incoming_punch`."""
    store.stage("incoming_punch", rows)
    if not rows.num_rows:
        return Counts()
    store.execute("drop table if exists judged_punch")
    store.execute(_JUDGE)
    (count,) = store.query(_COUNT).to_pylist()
    n_edited = store.change(_EDIT, now) if count["n_known"] else 0
    n_new = store.change(_ADD, now)
    store.execute(_FORGET_REJECTS)
    if count["n_rejected"]:
        store.execute(_REJECT, now)
    return Counts(
        n_read=rows.num_rows,
        n_repeated=rows.num_rows - count["n_distinct"],
        n_new=n_new,
        n_edited=n_edited,
        n_unchanged=count["n_known"] - n_edited,
        n_rejected=count["n_rejected"],
    )


def load_window(store: Database, window: Window, rows: pa.Table, answered: list[str], now: dt.datetime) -> Counts:
    """The window's punches, and what it has no more, in the caller's transaction.

    Nothing is marked deleted of an employee who is not in `answered`: of the others, the rows are all that there is.
    """
    counts = load_punches(store, rows, now)
    store.stage("answered", pa.table({"person_number": pa.array(answered, pa.string())}))
    first, after = (dt.datetime.combine(day, dt.time()) for day in (window.start, window.end + dt.timedelta(days=1)))
    counts.n_deleted = store.change(_MARK_DELETED, now, first, after)
    return counts
