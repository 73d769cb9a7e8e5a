"""The store's tables, in SQL that PostgreSQL and DuckDB both take. The columns of what arrives stand in `sources.punches`.

Times of punches are local wall-clock times beside the zone they were punched in; times of loads are UTC. A punch is never deleted: one
that the timekeeping system no longer has is marked. Bookkeeping of loads stands in the same database, so that it commits with them.
"""

SCHEMA = """
create table if not exists source (
    identity text primary key
);

create table if not exists employee (
    person_number text primary key,
    ukg_person_id bigint not null unique,
    full_name text,
    job_title text,
    school_id text,
    worker_type text not null check (worker_type in ('hourly', 'student', 'salaried')),
    hire_date date not null,
    termination_date date,
    hourly_rate numeric(9, 2) check (hourly_rate >= 0),
    time_zone text,
    loaded_at timestamp not null,
    check (termination_date >= hire_date)
);

create table if not exists punch (
    punch_id bigint primary key,
    person_number text not null references employee (person_number),
    punch_dtm timestamp not null,
    rounded_punch_dtm timestamp,
    time_zone text not null,
    override_type text,
    is_phantom boolean not null,
    updated_on_dtm timestamp not null,
    is_deleted boolean not null default false,
    first_loaded_at timestamp not null,
    changed_at timestamp not null
);

create table if not exists employee_reject (
    person_number text,
    ukg_person_id bigint,
    reason text not null,
    loaded_at timestamp not null
);

create table if not exists punch_reject (
    reject_key text primary key,
    person_number text,
    punch_id bigint,
    punch_dtm timestamp,
    rounded_punch_dtm timestamp,
    time_zone text,
    override_type text,
    is_phantom boolean,
    updated_on_dtm timestamp,
    reason text not null check (reason in ('unknown employee', 'incomplete')),
    loaded_at timestamp not null
);

create table if not exists employee_cursor (
    person_number text primary key references employee (person_number),
    complete_through date,
    catchup text check (catchup in ('one', 'all'))
);

create table if not exists backup (
    sha256 text primary key,
    loaded_at timestamp not null
);

create table if not exists load_run (
    run_id text,
    job text,
    started_at timestamp not null,
    ended_at timestamp,
    n_read bigint not null default 0,
    n_repeated bigint not null default 0,
    n_new bigint not null default 0,
    n_edited bigint not null default 0,
    n_unchanged bigint not null default 0,
    n_rejected bigint not null default 0,
    n_deleted bigint not null default 0,
    primary key (run_id, job)
);
"""

POSTGRES_INDEX = """
create index if not exists punch_of_employee on punch (person_number, punch_dtm);
"""
"""DuckDB finds an employee's punches as fast without it, and loads a fifth slower with it."""

TABLES = ("punch", "punch_reject", "employee_reject", "employee_cursor", "employee", "backup", "load_run", "source")
"""All tables; those that refer to others come first."""
