"""All statements of this package on the store's tables (`schema`), in SQL that PostgreSQL and DuckDB both take.

Only these two modules of the package hold SQL. Parameters are $1, $2 …
"""

from collections.abc import Mapping

import ibis

from district_platform.sources.punches import PERSON, PUNCH

# Employees (`employees`)

_EMPLOYEE = ", ".join(PERSON.names)

_PUNCH = ", ".join(PUNCH.names)

_EDITABLE_OF_EMPLOYEE = [name for name in PERSON.names if name not in ("person_number", "ukg_person_id")]
"""The two numbers identify an employee and are never set again: DuckDB rewrites a row when a unique column is set, which foreign keys
forbid."""

JUDGE_EMPLOYEES = f"""
create temp table judged_employee as
select {_EMPLOYEE},
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
            partition by person_number order by ukg_person_id, {", ".join(_EDITABLE_OF_EMPLOYEE)}
        ) as n_of_person
        from incoming_employee
    ) as numbered
    where n_of_person = 1 or person_number is null
) as answer
"""

KEEP_EMPLOYEE_REJECTS = """
insert into employee_reject
select person_number, ukg_person_id, reason, $1 from judged_employee where reason is not null
"""

_INSERT_EMPLOYEES = f"""
insert into employee ({_EMPLOYEE}, loaded_at)
select {_EMPLOYEE}, $1 from judged_employee where reason is null
on conflict (person_number) do
"""

_UPDATE_EMPLOYEES = f"""
update set {", ".join(f"{name} = excluded.{name}" for name in _EDITABLE_OF_EMPLOYEE)}, loaded_at = excluded.loaded_at
where ({", ".join(f"employee.{name}" for name in _EDITABLE_OF_EMPLOYEE)})
    is distinct from ({", ".join(f"excluded.{name}" for name in _EDITABLE_OF_EMPLOYEE)})
"""

PROMOTE_PUNCHES = f"""
insert into punch ({_PUNCH}, first_loaded_at, changed_at)
select {_PUNCH}, $1, $1 from punch_reject
where reason = 'unknown employee' and person_number in (select person_number from employee)
on conflict (punch_id) do nothing
"""

FORGET_EMPLOYEE_REJECTS = "delete from employee_reject"

FORGET_PROMOTED_REJECTS = """
delete from punch_reject
where reason = 'unknown employee' and person_number in (select person_number from employee)
"""

MAKE_CURSORS = "insert into employee_cursor (person_number) select person_number from employee on conflict do nothing"

KNOWN_EMPLOYEES = """
select person_number from employee where person_number in (select person_number from incoming_employee)
order by person_number
"""


def upsert_employees(*, is_backup: bool) -> str:
    """A backup adds employees whom the store does not know, and changes none."""
    return _INSERT_EMPLOYEES + ("nothing" if is_backup else _UPDATE_EMPLOYEES)


# Punches (`punches`)

_EDITABLE_OF_PUNCH = [name for name in PUNCH.names if name != "punch_id"]

_KEY_WITHOUT_ID = "coalesce(person_number, '') || ' ' || coalesce(cast(punch_dtm as text), '')"

JUDGE_PUNCHES = f"""
create temp table judged_punch as
select {_PUNCH},
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

COUNT_PUNCHES = """
select count(*) as n_distinct,
    count(judged_punch.reason) as n_rejected,
    count(case when judged_punch.reason is null then punch.punch_id end) as n_known
from judged_punch left join punch on punch.punch_id = judged_punch.punch_id
"""

_IS_KNOWN = "exists (select 1 from punch where punch.punch_id = judged_punch.punch_id)"

_INSERT_PUNCHES = f"""
insert into punch ({_PUNCH}, is_deleted, first_loaded_at, changed_at)
select {_PUNCH}, false, $1, $1 from judged_punch where reason is null and
"""

EDIT_PUNCHES = f"""
{_INSERT_PUNCHES} {_IS_KNOWN}
on conflict (punch_id) do update set
    {", ".join(f"{name} = excluded.{name}" for name in _EDITABLE_OF_PUNCH)}, is_deleted = false, changed_at = excluded.changed_at
where punch.updated_on_dtm <= excluded.updated_on_dtm
    and ({", ".join(f"punch.{name}" for name in [*_EDITABLE_OF_PUNCH, "is_deleted"])})
    is distinct from ({", ".join(f"excluded.{name}" for name in [*_EDITABLE_OF_PUNCH, "is_deleted"])})
"""

ADD_PUNCHES = f"{_INSERT_PUNCHES} not {_IS_KNOWN}"
"""A statement of its own, because looking for conflicts costs DuckDB half as much again, and first loads have none."""

REJECT_PUNCHES = f"""
insert into punch_reject ({_PUNCH}, reject_key, reason, loaded_at)
select {_PUNCH}, coalesce(cast(punch_id as text), {_KEY_WITHOUT_ID}), reason, $1
from judged_punch where reason is not null
on conflict (reject_key) do update set
    {", ".join(f"{name} = excluded.{name}" for name in [*PUNCH.names, "reason", "loaded_at"])}
"""

FORGET_PUNCH_REJECTS = """
delete from punch_reject where punch_id in (select punch_id from judged_punch where reason is null)
"""

MARK_DELETED = """
update punch set is_deleted = true, changed_at = $1
where not is_deleted and punch_dtm >= $2 and punch_dtm < $3
    and person_number in (select person_number from answered)
    and not exists (select 1 from incoming_punch where incoming_punch.punch_id = punch.punch_id)
"""

# Where each employee's load stands (`cursors`)

STARTS = """
select person_number, complete_through, catchup from employee_cursor
where person_number in (select person_number from asked)
order by person_number
"""

ADVANCE = """
update employee_cursor set
    complete_through = case when complete_through > $1 then complete_through else $1 end,
    catchup = case when $1 >= $2 then null else catchup end
where person_number in (select person_number from asked)
"""

_ASKED = "person_number in (select person_number from asked)"

BEGUN_FOR_ONE, BEGUN_FOR_ALL = (
    f"select person_number from employee_cursor where {_ASKED} and {is_begun} order by person_number"
    for is_begun in ("catchup is not null", "catchup = 'all'")
)

RESTART = f"update employee_cursor set complete_through = null, catchup = $1 where {_ASKED}"

# The account of loads (`runs`)

BEGIN_RUN = "insert into load_run (run_id, job, started_at) values ($1, $2, $3) on conflict do nothing"
END_RUN = "update load_run set ended_at = $1 where run_id = $2 and job = $3"
FIND_BACKUP = "select 1 from backup where sha256 = $1"
ADD_BACKUP = "insert into backup values ($1, $2) on conflict do nothing"
IDENTITY = "select identity from source"
CLAIM = "insert into source (identity) values ($1)"


def add_counts(counts: Mapping[str, int]) -> str:
    """Adds to the counts of the load $1 of job $2, by column."""
    sums = ", ".join(f"{name} = {name} + {number}" for name, number in counts.items())
    return f"update load_run set {sums} where run_id = $1 and job = $2"


def drop(table: str) -> str:
    return f"drop table {table}"


def forget(table: str) -> str:
    return f"drop table if exists {table}"


STATE = """
select (select count(*) from employee) as n_employees, (select max(loaded_at) from employee) as employees_at,
    (select count(*) from punch) as n_punches, (select max(changed_at) from punch) as punches_at,
    (select count(*) from punch_reject) as n_rejects, (select max(loaded_at) from punch_reject) as rejects_at
"""
"""Values that change whenever a row of the store changes (`assets`)."""

# What staging reads (`reading`)


def read(table: str, schema: Mapping[str, ibis.DataType]) -> str:
    """A table's columns; decimals as text, since ADBC has no other exact form of them."""
    columns = (f"cast({name} as text) as {name}" if dtype.is_decimal() else name for name, dtype in schema.items())
    return f"select {', '.join(columns)} from {table}"


# What a page reads of one employee or of all (`live`), and who may read it (`reader`)

LIVE_EMPLOYEE = ("person_number", "school_id", "worker_type", "hourly_rate", "time_zone")
"""Columns that hours need: no name is among them."""


def read_one(table: str, schema: Mapping[str, ibis.DataType], condition: str = "true") -> str:
    """The same of the employee $1."""
    return f"{read(table, schema)} where person_number = $1 and {condition}"


SINCE = "punch_dtm >= cast($2 as date)"
OF_ALL_SINCE = "where punch_dtm >= cast($1 as date) and person_number in (select person_number from employee)"
"""Said of each employee, so that the index of their punches is used."""
LAST_ASKED = "select max(ended_at) as asked_at from load_run where job in ('update_punches', 'catchup')"
"""When the timekeeping system was last asked, to the end, in UTC."""

READER = "district_hours_reader"
FIND_ROLE = "select 1 from pg_roles where rolname = $1"
GRANTS = (
    f"grant usage on schema timekeeping to {READER}",
    f"grant select ({', '.join(LIVE_EMPLOYEE)}) on timekeeping.employee to {READER}",
    f"grant select ({', '.join(PUNCH.names)}, is_deleted) on timekeeping.punch to {READER}",
    f"grant select (job, ended_at) on timekeeping.load_run to {READER}",
)
"""The columns that hours need, and no other table."""
READ_ONLY = ("set default_transaction_read_only to on", "set statement_timeout to '3s'", "set timezone to 'UTC'")
"""Of a session that pages read by."""
LIMITS = (
    f"alter role {READER} set default_transaction_read_only to on",
    f"alter role {READER} set statement_timeout to '3s'",
    f"alter role {READER} set search_path to timekeeping",
    f"alter role {READER} connection limit 20",
)


def make_reader(verifier: str, *, is_known: bool) -> str:
    """Makes the reading role, or gives it another password, as SCRAM keeps it: the server's log holds no other."""
    verb = "alter" if is_known else "create"
    return f"{verb} role {READER} with login nosuperuser nocreatedb nocreaterole password '{verifier}'"


# A session of PostgreSQL (`database`)

POSTGRES_SCHEMA = "timekeeping"
FIND_SCHEMA = "select 1 from pg_namespace where nspname = $1"
MAKE_SCHEMA = f"create schema {POSTGRES_SCHEMA}"
BEGIN_SESSION = (
    f"set search_path to {POSTGRES_SCHEMA}",
    "set timezone to 'UTC'",
    "set lock_timeout to '30s'",  # a connection whose client was killed ends when its statement does; longer than that it is another run
    "select pg_advisory_lock(hashtext('district_platform.timekeeping'))",
    "set lock_timeout to 0",
)


def counted(change: str) -> str:
    """A statement that says how many rows another one changed, as n."""
    return f"with changed as ({change} returning 1) select count(*) as n from changed"


def forget_staged(name: str) -> str:
    return f"drop table if exists pg_temp.{name}"


def analyze(name: str) -> str:
    return f"analyze {name}"
