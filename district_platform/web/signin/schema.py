"""The tables of access.sqlite, version by version. A version that was delivered is never changed: what is new is one more script.

A file's `user_version` is the number of scripts that made it.
"""

AUDIT_YEARS = 3
"""How long a line of the audit cannot be removed."""

_FIRST = f"""
create table account (
    account_id integer primary key,
    login text not null unique,
    password_hash text,
    expires_at real,
    is_disabled integer not null default 0,
    ready_made_role text,
    created_at real not null
) strict;

create table session (
    id_hash text primary key,
    account_id integer not null references account on delete cascade,
    role text not null,
    started_at real not null,
    seen_at real not null,
    ended_at real,
    ended_because text
) strict;
create index session_of_account on session (account_id);

create table attempt (at real not null, login text not null, address text not null) strict;
create index attempt_by_login on attempt (login, at);
create index attempt_by_address on attempt (address, at);

create table audit (
    audit_id integer primary key autoincrement,
    at real not null,
    event text not null,
    account text not null,
    role text not null,
    address text not null,
    page text not null,
    filters text not null,
    students text not null,
    publication text not null
) strict;
create index audit_by_time on audit (at);

create trigger audit_is_not_changed before update on audit
begin select raise(abort, 'the audit is only ever added to'); end;
create trigger audit_is_not_removed before delete on audit
when old.at > unixepoch('now', '-{AUDIT_YEARS} years')
begin select raise(abort, 'the audit is kept for {AUDIT_YEARS} years'); end;
create trigger audit_is_not_replaced before insert on audit
when exists (select 1 from audit where audit_id = new.audit_id)
begin select raise(abort, 'the audit is only ever added to'); end;
"""

_KEYS = """
create table api_key (
    key_id text primary key,
    secret_hash text not null,
    owner text not null,
    scopes text not null,
    schools text not null,
    created_at real not null,
    expires_on text not null,
    revoked_at real,
    last_used_at real,
    addresses text not null default ''
) strict;

create table api_signing (secret blob not null) strict;
insert into api_signing values (randomblob(32));
"""
"""Keys of programs that read the API, and what signs the addresses of its next pages."""

_SIGN_IN = """
-- 'half': the password was right, the second factor is awaited; 'one': a password, or the directory; 'two': a second factor as well
alter table session add column proof text not null default 'one';

create table second_factor (
    account_id integer primary key references account on delete cascade,
    secret text not null,
    last_step integer not null,
    n_wrong integer not null default 0,
    since real not null
) strict;

create table recovery_code (
    code_hash text primary key,
    account_id integer not null references account on delete cascade
) strict;
create index recovery_code_of_account on recovery_code (account_id);

-- an authenticator app that is being set up, in this session and no other
create table enrolment (
    id_hash text primary key references session on delete cascade,
    secret text not null
) strict;

create table invitation (
    token_hash text primary key,
    account_id integer not null unique references account on delete cascade,
    expires_at real not null
) strict;

-- whom the directory knows an account by: addresses are given to other people, subjects are not
create table identity (
    account_id integer primary key references account on delete cascade,
    issuer text not null,
    subject text not null,
    unique (issuer, subject)
) strict;

-- somebody who was sent to the directory and has not come back
create table journey (
    state_hash text primary key,
    cookie_hash text not null,
    nonce text not null,
    verifier text not null,
    target text not null,
    address text not null,
    at real not null
) strict;
create index journey_by_time on journey (at);
"""
"""What sign-in needs beside a password: a second factor, invitations, and the district's directory."""

_NAMED = """
alter table api_key add column named text not null default '{}';
"""
"""What a key names besides schools, as JSON: owners of rules, employees, stores."""

VERSIONS = (_FIRST, _KEYS, _SIGN_IN, _NAMED)
