"""What Dagster hands to assets: the warehouse under its lock, and the I/O manager that turns Ibis expressions into tables.

The I/O manager extends dagster-duckdb-pandas: an asset returns an Ibis expression or a pandas frame, and receives either, by
annotation. Where the stock manager deletes and inserts in two transactions, by position, this one writes by name in one.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import ibis
import pandas as pd
from dagster_duckdb.io_manager import DuckDbClient
from dagster_duckdb_pandas import DuckDBPandasIOManager
from pydantic import Field, PrivateAttr, SecretStr

from district_platform.dictionary import TABLES, Column, Layer, Table, columns_of
from district_platform.engine.dagster_internals import DbIOManager, DbTypeHandler, TableSlice
from district_platform.engine.database import quoted
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.encryption import warehouse_connection, warehouse_key
from district_platform.engine.tables import unbound
from district_platform.home import Home
from district_platform.home.format import write_stamp
from district_platform.home.lock import WarehouseLock
from district_platform.home.permissions import close_home, keep_private
from district_platform.retries import patiently
from district_platform.settings import Credentials, Encryption, Engine, Retries, SparkEngine

SCHEMA = "main"
PREVIEW_ROWS = 5

STARTED_BY, COMMAND_LINE = "district/started_by", "command line"
"""A run's tag, where no daemon launched it."""


class Warehouse(dg.ConfigurableResource):
    """The district's own database. While a run holds it, no other process writes it."""

    root: str = Field(description="The district's home: the folder that holds data/, warehouse/ and reports/.")
    memory_limit: str = Field(description="DuckDB's memory.")
    threads: int | None = Field(default=None, description="DuckDB's threads; default: all cores.")
    key_secret: str | None = Field(
        default=None, description="Name of the secret that holds the file's key, if it has one."
    )
    credentials: dict[str, Any] = Field(default={}, description="Who is asked for that secret.")
    retries: dict[str, Any] = Field(default={}, description="How long a run waits for the lock of another.")
    spark: dict[str, Any] | None = Field(default=None, description="Where Spark runs, if it makes the large tables.")
    _held: ExitStack = PrivateAttr(default_factory=ExitStack)
    _spark: Any = PrivateAttr(default=None)

    @classmethod
    def of(
        cls,
        home: Home,
        engine: Engine,
        encryption: Encryption = Encryption(),  # noqa: B008 - settings are immutable
        credentials: Credentials = Credentials(),  # noqa: B008
        retries: Retries = Retries(),  # noqa: B008
    ) -> "Warehouse":
        return cls(
            root=str(home.root),
            memory_limit=engine.memory_limit,
            threads=engine.threads,
            key_secret=encryption.warehouse_key_secret,
            credentials=credentials.model_dump(mode="json", exclude_none=True),
            retries=retries.model_dump(mode="json"),
            spark=engine.spark.model_dump(exclude_none=True) if engine.kind == "spark" else None,
        )

    @property
    def home(self) -> Home:
        return Home(root=Path(self.root))

    @property
    def key(self) -> SecretStr | None:
        """The key of the warehouse's files, if they have one. Raises CredentialError."""
        return warehouse_key(Encryption(warehouse_key_secret=self.key_secret), Credentials(**self.credentials))

    @property
    def engine(self) -> Engine:
        return Engine(memory_limit=self.memory_limit, threads=self.threads)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Takes the lock, and keeps the database open for the run, so that a table's connection costs nothing.

        A run that the daemon launched waits for the lock; at the command line, an error names its holder at once.
        """
        keep_private()
        lock = WarehouseLock(self.home.lock)
        run = context.run
        is_launched = run is not None and run.remote_job_origin is not None and run.tags.get(STARTED_BY) != COMMAND_LINE
        if is_launched:
            self._wait_for(lock)
        else:
            lock.acquire()
        self._held.callback(lock.release)
        close_home(self.home)
        write_stamp(self.home)
        tables = self._held.enter_context(self.tables())
        if self.spark is not None:
            self._open_spark(context.run.run_id if context.run else "no-run", tables)

    def _open_spark(self, run: str, tables: DuckDBTables) -> None:
        from district_platform.engine.spark.run import spark_of_run

        engine = SparkEngine(**self.spark or {})
        self._spark = self._held.enter_context(spark_of_run(engine, self.home.root, run, tables.connection))

    def _wait_for(self, lock: WarehouseLock) -> None:
        retries, waiting = Retries(**self.retries), WarehouseLock(self.home.waiting)
        patiently(waiting.acquire, retries)
        try:
            patiently(lock.acquire, retries)
        finally:
            waiting.release()

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        self._held.close()

    @contextmanager
    def tables(self) -> Iterator[DuckDBTables]:
        """The warehouse's tables, to read and to write; closed whatever happens."""
        with warehouse_connection(self.home.database, self.engine, self.key) as connection:
            yield DuckDBTables(connection) if self._spark is None else self._spark.tables(connection)


class _Client(DuckDbClient):
    """Stock client, but one transaction a table, and the connection closed whatever happens."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    @contextmanager
    def connect(self, context: object, table_slice: TableSlice) -> Iterator[DuckDBTables]:  # type: ignore[override]
        with self._warehouse.tables() as tables, tables.transaction():
            yield tables

    @staticmethod
    def ensure_schema_exists(*_: object) -> None:
        """DuckDB's own schema always exists."""

    @staticmethod
    def delete_table_slice(*_: object) -> None:
        """Nothing is deleted first: the handler replaces the whole table in its one statement."""


class _IbisHandler(DbTypeHandler[ibis.Table]):
    """An Ibis expression over warehouse tables, run inside DuckDB."""

    supported_types: Sequence[type[object]] = (ibis.Table,)

    def handle_output(
        self, context: dg.OutputContext, table_slice: TableSlice, obj: ibis.Table, tables: DuckDBTables
    ) -> dict[str, Any]:
        table = TABLES[table_slice.table]
        query = tables.replace(table, obj)
        return {"sql": dg.MetadataValue.md(f"```sql\n{query}\n```"), **table_metadata(tables, table)}

    def load_input(self, context: dg.InputContext, table_slice: TableSlice, tables: DuckDBTables) -> ibis.Table:
        return unbound(table_slice.table)


class _PandasHandler(DbTypeHandler[pd.DataFrame]):
    """A pandas frame, for small tables and model output. Decimals stay decimal.Decimal."""

    supported_types: Sequence[type[object]] = (pd.DataFrame,)

    def handle_output(
        self, context: dg.OutputContext, table_slice: TableSlice, obj: pd.DataFrame, tables: DuckDBTables
    ) -> dict[str, Any]:
        table = TABLES[table_slice.table]
        tables.replace(table, obj)
        return table_metadata(tables, table)

    def load_input(self, context: dg.InputContext, table_slice: TableSlice, tables: DuckDBTables) -> pd.DataFrame:
        return tables.frame(unbound(table_slice.table))


class _TableIOManager(DbIOManager):
    """The stock manager, except that an Ibis input needs no connection: it is a name and a schema until it is written."""

    def load_input(self, context: dg.InputContext) -> object:
        if context.dagster_type.typing_type is ibis.Table:
            return unbound(context.asset_key.path[-1])
        return super().load_input(context)


class DistrictIOManager(DuckDBPandasIOManager):
    """Writes each asset's table in one transaction, checked against the dictionary."""

    database: str = "the warehouse's own"
    warehouse: dg.ResourceDependency[Warehouse]

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler]:
        return [_IbisHandler(), _PandasHandler()]

    def create_io_manager(self, context: dg.InitResourceContext) -> DbIOManager:
        client = _Client(self.warehouse)
        return _TableIOManager(
            db_client=client, database=self.database, schema=SCHEMA, type_handlers=self.type_handlers()
        )


def column_schema(columns: list[Column]) -> dg.TableSchema:
    """A table's columns as Dagster shows them."""
    return dg.TableSchema([_shown_column(column) for column in columns])


def _shown_column(column: Column) -> dg.TableColumn:
    unit = f" Unit: {column.unit}." if column.unit else ""
    tags = {"sensitivity": column.sensitivity.value}
    return dg.TableColumn(column.name, column.type, f"{column.description}{unit}", tags=tags)


def table_metadata(tables: DuckDBTables, table: Table) -> dict[str, Any]:
    """What Dagster shows of a table to everybody who opens its UI: the number of rows and the share of nulls, but no row.

    Only a released table has a preview: any other is about individual people, or about groups so small that they identify people.
    """
    n_rows, *n_values = _counts(tables, table)
    shown: dict[str, Any] = {"dagster/row_count": n_rows, "null shares": _null_shares(table, n_rows, n_values)}
    if table.layer is Layer.RELEASE:
        shown["preview"] = dg.MetadataValue.md(_preview(tables, table))
    return shown


def _counts(tables: DuckDBTables, table: Table) -> list[int]:
    """Rows, then values that are not null, column by column."""
    values = ", ".join(f"count({quoted(name)})" for name in table.columns)
    return list(tables.connection.execute(f"select count(*), {values} from {quoted(table.name)}").fetchall()[0])


def _null_shares(table: Table, n_rows: int, n_values: list[int]) -> dg.MetadataValue:
    """Percent of the rows in which a column has no value, for columns that lack any."""
    filled = dict(zip(table.columns, n_values, strict=True))
    missing = {name: f"{100 - 100 * n / n_rows:.1f} %" for name, n in filled.items() if n < n_rows}
    return dg.MetadataValue.json(missing)


def _preview(tables: DuckDBTables, table: Table) -> str:
    columns = [column.name for column in columns_of(table)]
    rows = tables.fetch(unbound(table.name).select(columns).limit(PREVIEW_ROWS))
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
