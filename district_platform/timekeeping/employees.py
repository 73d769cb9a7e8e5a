"""Employees as the timekeeping system has them now; of those whom it no longer has, what was known last."""

import datetime as dt
from collections.abc import Iterable

import pyarrow as pa

from district_platform.sources.punches import PERSON, PUNCH, Record
from district_platform.timekeeping.database import Database

_COLUMNS = ", ".join(PERSON.names)
_PUNCH = ", ".join(PUNCH.names)

_EDITABLE = [name for name in PERSON.names if name not in ("person_number", "ukg_person_id")]
"""DuckDB writes a row anew when a unique column of it is set, which foreign keys forbid; the two numbers identify, and stay."""

_JUDGE = f"""
create temp table judged_employee as
select {_COLUMNS},
    case
        when person_number is null or ukg_person_id is null or worker_type is null or hire_date is null then 'incomplete'
        when worker_type not in ('hourly', 'student', 'salaried') then 'unknown worker type'
        when termination_date < hire_date then 'terminated before hired'
        when hourly_rate < 0 then 'negative hourly rate'
        when exists (
            select 1 from employee as known
            where known.person_number = answer.person_number and known.ukg_person_id <> answer.ukg_person_id
        ) then 'person id has changed'
        when n_of_person_id > 1 or exists (
            select 1 from employee as known
            where known.person_number <> answer.person_number and known.ukg_person_id = answer.ukg_person_id
        ) then 'person id of another employee'
    end as reason
from (
    select *, row_number() over (partition by ukg_person_id order by person_number) as n_of_person_id
    from (
        select *, row_number() over (
            partition by person_number order by ukg_person_id, {", ".join(_EDITABLE)}
        ) as n_of_person
        from incoming_employee
    ) as numbered
    where n_of_person = 1 or person_number is null
) as answer
"""

_KEEP_REJECTS = """
insert into employee_reject
select person_number, ukg_person_id, reason, $1 from judged_employee where reason is not null
"""

_INSERT = f"""
insert into employee ({_COLUMNS}, loaded_at)
select {_COLUMNS}, $1 from judged_employee where reason is null
on conflict (person_number) do
"""

_UPDATE = f"""
update set {", ".join(f"{name} = excluded.{name}" for name in _EDITABLE)}, loaded_at = excluded.loaded_at
where ({", ".join(f"employee.{name}" for name in _EDITABLE)})
    is distinct from ({", ".join(f"excluded.{name}" for name in _EDITABLE)})
"""

_PROMOTE = f"""
insert into punch ({_PUNCH}, first_loaded_at, changed_at)
select {_PUNCH}, $1, $1 from punch_reject
where reason = 'unknown employee' and person_number in (select person_number from employee)
on conflict (punch_id) do nothing
"""


def load_employees(
    store: Database, pages: Iterable[list[Record]], now: dt.datetime, *, is_backup: bool = False
) -> list[str]:
    """Upserts everyone in one transaction; returns the person numbers of the answer that the store knows, in order.

    A record that cannot be an employee is kept in `employee_reject` with the reason, until the next answer. Punches that waited
    for an employee become the employee's. A backup adds whom nobody knew, and changes nobody.
    """
    rows = pa.Table.from_pylist([record for page in pages for record in page], PERSON)
    with store.transaction():
        store.stage("incoming_employee", rows)
        store.execute("drop table if exists judged_employee")
        store.execute(_JUDGE)
        if not is_backup:
            store.execute("delete from employee_reject")
        store.execute(_KEEP_REJECTS, now)
        store.execute(_INSERT + ("nothing" if is_backup else _UPDATE), now)
        store.execute(_PROMOTE, now)
        store.execute(
            "delete from punch_reject where reason = 'unknown employee' "
            "and person_number in (select person_number from employee)"
        )
        store.execute(
            "insert into employee_cursor (person_number) select person_number from employee on conflict do nothing"
        )
        known = store.query(
            "select person_number from employee where person_number in (select person_number from incoming_employee) "
            "order by person_number"
        )
    return known["person_number"].to_pylist()
