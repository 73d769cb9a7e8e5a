"""All statements that are sent to PostgreSQL. Parameters are $1, $2 …

<prefix>_<publication>_<digest>   the tables of one version, read by nobody but through the views
district                          views of released tables, for whoever may read them (role `district_bi`)
restricted                        views of tables on single people, which show a role the rows that access.viewer gives it
district_store                    views of the store's two marts, for an account of their own
"""

from collections.abc import Iterable, Sequence

from district_platform.destinations.relations import SCHOOL, Relation
from district_platform.dictionary import Column
from district_platform.dictionary.ddl import meaning, sql_type, text_literal
from district_platform.engine.database import quoted
from district_platform.engine.published import profile_query

DISTRICT, RESTRICTED, STORE, ACCESS = "district", "restricted", "district_store", "access"
READERS = "district_bi"
"""The role of those who read released tables."""

LEAST_VERSION = 150000
SWAP_LOCK_MS = 900
"""How long a swap waits for a lock: less than the second after which PostgreSQL looks for deadlocks and may end a reader."""

_TOTALS = {
    "string": "sum(octet_length({}))",
    "int64": "sum({}::numeric)",
    "decimal": "sum({})",
    "float64": "sum(abs({}))",
    "boolean": "sum({}::int)",
    "date": "sum({} - date '1970-01-01')",
    "timestamp": "sum((extract(epoch from {}) * 1000000)::bigint)",
}
"""As `engine.published` has them."""

BEGIN_SESSION = ("set timezone to 'UTC'", "set idle_in_transaction_session_timeout to 0", "set statement_timeout to 0")
TRY_LOCK = "select pg_try_advisory_lock(hashtext('district_platform.destinations'), hashtext($1)) as is_ours"
"""Of the versions that begin with a prefix: two homes wait for each other, too."""

SERVER = """
select current_setting('server_version_num')::int as version, current_setting('server_version') as says,
    current_database() as database, current_user as account, pg_is_in_recovery() as is_standby,
    coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as is_encrypted,
    has_database_privilege(current_database(), 'create') as may_create, pg_database_size(current_database()) as n_bytes,
    exists (select 1 from pg_roles where rolname = 'district_bi') as has_readers
"""
FOREIGN_SCHEMAS = """
select nspname as name from pg_namespace
where nspname in ('district', 'restricted', 'district_store', 'access') and not pg_has_role(nspowner, 'usage')
order by nspname
"""
"""Schemas of our names that the account does not own."""

HOLDERS = """
select distinct activity.pid, activity.usename as account, activity.xact_start as since
from pg_locks join pg_class on pg_class.oid = pg_locks.relation join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    join pg_stat_activity as activity on activity.pid = pg_locks.pid
where pg_namespace.nspname in ('district', 'restricted', 'district_store') and activity.pid <> pg_backend_pid()
    and activity.usename is not null
order by since
"""
"""Who reads our views in a transaction that is open now; since when, PostgreSQL tells accounts with pg_read_all_stats alone."""

SCHEMAS = """
select nspname as name, obj_description(oid, 'pg_namespace') as mark from pg_namespace where nspname like $1 order by nspname
"""
FIND_SCHEMA = "select 1 from pg_namespace where nspname = $1"
VIEWS = "select table_name as name from information_schema.views where table_schema = $1 order by table_name"
COLUMNS_OF_VIEW = """
select attname as name, format_type(atttypid, atttypmod) as type
from pg_attribute join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace
where nspname = $1 and relname = $2 and attnum > 0 and not attisdropped
order by attnum
"""
GRANTS_ON_VIEW = """
select grantee, privilege_type as privilege from information_schema.role_table_grants
where table_schema = $1 and table_name = $2 and grantee <> current_user
"""
MAKE_ACCESS = (
    "create schema if not exists access",
    "revoke all on schema access from public",
    "create table if not exists access.viewer (role_name name not null, k_school varchar not null, primary key (role_name, k_school))",
    "comment on table access.viewer is 'Which role sees rows of which school in the schema restricted; * is every row. The administrator "
    "fills it, the platform reads it.'",
)


def make_schema(name: str) -> tuple[str, str]:
    return f"create schema if not exists {name}", f"revoke all on schema {name} from public"


def let_readers_in(schema: str) -> str:
    return f"grant usage on schema {schema} to {READERS}"


def drop_schema(name: str) -> str:
    return f"drop schema {quoted(name)} cascade"


def comment_on_schema(name: str, text: str) -> str:
    return f"comment on schema {quoted(name)} is {text_literal(text)}"


def create_table(schema: str, relation: Relation) -> str:
    """The table with its key. A key that may be null is unique with nulls taken for equal."""
    table = relation.table
    lines = [
        f"{quoted(column.name)} {sql_type(column.type)}"
        + (" not null" if column.name in table.key and column.name not in table.nullable_key else "")
        for column in relation.columns
    ]
    if table.key:
        kind = "unique nulls not distinct" if table.nullable_key else "primary key"
        lines.append(f"{kind} ({', '.join(map(quoted, table.key))})")
    return f"create table {_name(schema, relation.name)} ({', '.join(lines)})"


def analyze(schema: str, name: str) -> str:
    return f"analyze {_name(schema, name)}"


def profile(schema: str, relation: Relation) -> str:
    """Asks what the table's rows add up to."""
    return profile_query(_name(schema, relation.name), relation.columns, _TOTALS)


def create_view(schema: str, version: str, relation: Relation, *, is_restricted: bool) -> str:
    columns = ", ".join(f"published.{quoted(column.name)}" for column in relation.columns)
    source = f"{_name(version, relation.name)} as published"
    if not is_restricted:
        return f"create or replace view {_name(schema, relation.name)} as select {columns} from {source}"
    school = f" or viewer.k_school = published.{SCHOOL}" if SCHOOL in relation.table.columns else ""
    return (
        f"create or replace view {_name(schema, relation.name)} with (security_barrier) as select {columns} from {source} "
        f"where exists (select 1 from {ACCESS}.viewer where viewer.role_name = session_user and (viewer.k_school = '*'{school}))"
    )


def drop_view(schema: str, name: str) -> str:
    return f"drop view {_name(schema, name)}"


def comments(schema: str, relation: Relation) -> Iterable[str]:
    """The meaning of a view and of each of its columns."""
    name = _name(schema, relation.name)
    yield f"comment on view {name} is {text_literal(relation.about)}"
    for column in relation.columns:
        yield f"comment on column {name}.{quoted(column.name)} is {text_literal(meaning(column))}"


def grant(privilege: str, schema: str, name: str, grantee: str) -> str:
    role = "public" if grantee == "PUBLIC" else quoted(grantee)
    return f"grant {privilege} on {_name(schema, name)} to {role}"


def lock_timeout(milliseconds: int) -> str:
    return f"set local lock_timeout to '{milliseconds}ms'"


def types_of(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Name and type of each column, as COLUMNS_OF_VIEW gives them."""
    return [
        (column.name, _CATALOGUE.get(column.type) or sql_type(column.type).replace("decimal", "numeric"))
        for column in columns
    ]


_CATALOGUE = {"string": "character varying", "timestamp": "timestamp without time zone"}


def _name(schema: str, name: str) -> str:
    return f"{quoted(schema)}.{quoted(name)}"
