"""All statements that are sent to MySQL and MariaDB. Parameters are %s.

    district            what is read
    district_staging    what is being loaded
    district_old        what was read before, until it is dropped

The store's marts have the same three, called district_store.
"""

from collections.abc import Iterable, Sequence

from district_platform.destinations.relations import Relation
from district_platform.dictionary import Column
from district_platform.dictionary.ddl import meaning, text_literal
from district_platform.engine.published import profile_query

DISTRICT, STORE = "district", "district_store"
PUBLICATION = "publication"
"""A table of one row beside the others: which publication they are. It is renamed with them."""

LEAST_MYSQL, LEAST_MARIADB = (8, 0), (10, 6)
"""From these on a rename of several tables is undone whole after a crash, and windows are known."""

SWAP_LOCK_SECONDS = 1
_KEY_BYTES = 3072
"""InnoDB's limit for all columns of a key together; a character may take four bytes."""

_TYPES = {"int64": "bigint", "float64": "double", "boolean": "boolean", "date": "date", "timestamp": "datetime(6)"}
_TEXT = "mediumtext"

_TOTALS = {
    "string": "sum(length({}))",
    "int64": "sum({})",
    "decimal": "sum({})",
    "float64": "sum(abs({}))",
    "boolean": "sum({})",
    "date": "sum(datediff({}, '1970-01-01'))",
    "timestamp": "sum(timestampdiff(microsecond, '1970-01-01', {}))",
}
"""As `engine.published` has them."""

BEGIN_SESSION = (
    "set session sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "set session time_zone = '+00:00'",
    f"set session lock_wait_timeout = {SWAP_LOCK_SECONDS}",
)
SERVER = """
select version() as says, current_user() as account, @@read_only as is_read_only, @@datadir as folder,
    (select sum(data_length + index_length) from information_schema.tables) as n_bytes
"""
ENCRYPTION = "show session status like 'Ssl_cipher'"
GRANTS = "show grants"
WARNINGS = "show warnings"
TRY_LOCK = "select get_lock(concat('district_platform.', %s), 0) as is_ours"
TABLES = """
select table_name as name from information_schema.tables where table_schema = %s and table_type = 'BASE TABLE' order by table_name
"""
DATABASE = "select 1 from information_schema.schemata where schema_name = %s"
TRANSACTIONS = """
select trx_mysql_thread_id as id, trx_started as since from information_schema.innodb_trx
where trx_mysql_thread_id <> connection_id() order by trx_started
"""


def staging(base: str) -> str:
    return f"{base}_staging"


def old(base: str) -> str:
    return f"{base}_old"


def create_database(name: str) -> str:
    return f"create database if not exists {quoted(name)} character set utf8mb4 collate utf8mb4_bin"


def create_table(database: str, relation: Relation) -> str:
    """The table with its key and its meaning. Text compares by its code points, so that no key meets another by chance."""
    table = relation.table
    lines = [_column(column, table.key, table.nullable_key, _key_length(relation)) for column in relation.columns]
    if table.key:
        kind = "unique key" if table.nullable_key else "primary key"
        lines.append(f"{kind} ({', '.join(map(quoted, table.key))})")
    body = ",\n    ".join(lines)
    return (
        f"create table {named(database, relation.name)} (\n    {body}\n)\n"
        f"engine = InnoDB default character set utf8mb4 collate utf8mb4_bin comment = {text_literal(relation.about)}"
    )


def _column(column: Column, key: Sequence[str], nullable: Sequence[str], length: int) -> str:
    type_ = _TYPES.get(column.type, column.type.replace(", ", ","))
    if column.type == "string":
        type_ = f"varchar({length})" if column.name in key else _TEXT
    required = " not null" if column.name in key and column.name not in nullable else " null"
    return f"{quoted(column.name)} {type_}{required} comment {text_literal(meaning(column))}"


def _key_length(relation: Relation) -> int:
    """Characters of a text in the key: what InnoDB's limit leaves to each."""
    types = [column.type for column in relation.columns if column.name in relation.table.key]
    n_texts = types.count("string")
    return min(255, (_KEY_BYTES - 8 * (len(types) - n_texts)) // (4 * max(n_texts, 1)))


def insert(database: str, relation: Relation) -> str:
    """For executemany of PyMySQL, which makes one statement of many rows."""
    columns = ", ".join(quoted(column.name) for column in relation.columns)
    return (
        f"insert into {named(database, relation.name)} ({columns}) values ({', '.join(['%s'] * len(relation.columns))})"
    )


def create_publication(database: str) -> str:
    return (
        f"create table {named(database, PUBLICATION)} (version varchar(100) not null primary key, shape varchar(20) not null, "
        "loaded_at datetime not null, loaded_by varchar(40) not null) engine = InnoDB default character set utf8mb4 collate utf8mb4_bin "
        "comment = 'The publication that the tables of this database are'"
    )


def insert_publication(database: str) -> str:
    return f"insert into {named(database, PUBLICATION)} (version, shape, loaded_by, loaded_at) values (%s, %s, %s, utc_timestamp())"


def publication(database: str) -> str:
    """All columns: a table of an earlier version lacks `loaded_by`."""
    return f"select * from {named(database, PUBLICATION)}"


def profile(database: str, relation: Relation) -> str:
    """Asks what the table's rows add up to."""
    return profile_query(named(database, relation.name), relation.columns, _TOTALS, quoted, "cast({} as char)")


def rename(pairs: Iterable[tuple[str, str, str]]) -> str:
    """One statement for all (table, from database, to database): for a reader all of them at once."""
    return "rename table " + ", ".join(
        f"{named(source, name)} to {named(target, name)}" for name, source, target in pairs
    )


def drop_table(database: str, name: str) -> str:
    return f"drop table {named(database, name)}"


def quoted(identifier: str) -> str:
    return "`" + identifier.replace("`", "``") + "`"


def named(database: str, name: str) -> str:
    """A table of a database."""
    return f"{quoted(database)}.{quoted(name)}"
