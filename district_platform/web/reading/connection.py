"""The one place that opens DuckDB for pages: a catalogue of views over one publication, read-only and locked to its folder.

After a mistake elsewhere, a statement could at most read this publication. It reaches no other file, no network and no extension, changes
no setting and writes nothing: the catalogue is a file opened read-only.
"""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType

import duckdb
import pyarrow as pa

from district_platform.dictionary import TABLES, Layer, Table, columns_of
from district_platform.dictionary.ddl import published_tables
from district_platform.engine.database import literal, quoted
from district_platform.outputs.uploads.files import EVIDENCE, EVIDENCE_COLUMNS
from district_platform.quality.files import WORKLISTS
from district_platform.web.reading.publications import Publication, PublicationGoneError
from district_platform.web.reading.registry import OPEN

CATALOGUE = "catalogue.duckdb"
WORKLIST = "worklist"
"""The findings of all owners, as one table."""
CORRECTION = "correction"
"""The rows of the upload with their evidence, as one table."""


LATER = frozenset({"fct_school_attendance_taken"})
"""Tables that publications made before November 2026 ended do not have: there they are empty until the next run."""


@dataclass(frozen=True)
class Limits:
    """What one publication's connection may use."""

    memory: str = "1GB"
    threads: int = 2
    at_once: int = 4
    """Questions under way; others wait. More would share the same cores, and each would have less memory and spill to disk."""


DEFAULT_LIMITS = Limits()


class OpenPublication:
    """One version's connection. Every question takes a cursor of its own; `close` waits for none of them.

    What does not fit into memory is spilled beside the catalogue, in a folder that only this account reads and that goes with it.
    """

    def __init__(self, publication: Publication, limits: Limits) -> None:
        """Raises PublicationGoneError where the version is not there, whole."""
        self.publication = publication
        self._folder = Path(mkdtemp(prefix="district-pages-"))
        self._turns = threading.BoundedSemaphore(limits.at_once)
        try:
            self._files = _write_catalogue(self._folder / CATALOGUE, publication)
            self._connection = _locked(self._folder, publication, limits)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    @property
    def is_kept(self) -> bool:
        """Whether every file of it is still there."""
        return all(file.exists() for file in self._files)

    @contextmanager
    def cursor(self, tables: Mapping[str, pa.Table] = MappingProxyType({})) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for one question, when it is its turn; `tables` are in memory, and are seen by this question alone."""
        with self._turns, self._connection.cursor() as cursor:
            for name, table in tables.items():
                cursor.register(name, table)
            yield cursor

    def close(self) -> None:
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)


_OF_WRITING: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "threads": 1,
    "default_block_size": "16384",
}
"""For many small tables: in DuckDB's usual blocks of 256 KiB each column of each is mostly air."""


def _write_catalogue(path: Path, publication: Publication) -> list[Path]:
    """Views over what is on single people, which stays where it is; released tables, and those of places and days, as tables: they are
    small, and name nobody.

    Returns the files that the views read.
    """
    viewed: list[Path] = []
    with duckdb.connect(str(path), config=_OF_WRITING) as connection:
        connection.begin()  # the disk is waited for once, not after each statement
        for name, table in published_tables():
            if table.layer is Layer.RELEASE:
                source = _csv(table, [publication.folder / "reports" / "analysis_tables" / f"{name}.csv"])
                connection.execute(f"create table {quoted(name)} as from {source}")
                continue
            if name in LATER and not (publication.folder / "out" / f"{name}.parquet").exists():
                types = {column.name: _duckdb_type(column.type) for column in columns_of(table)}
                connection.execute(f"create view {quoted(name)} as {_nothing(types)}")
                continue
            files = _parquet(publication, table)
            source = f"read_parquet([{_listed(files)}], hive_partitioning = false)"
            if name in OPEN:
                connection.execute(f"create table {quoted(name)} as from {source}")
            else:
                viewed += files
                connection.execute(f"create view {quoted(name)} as from {source}")
        worklists = sorted((publication.folder / "reports" / WORKLISTS).glob("*.csv"))
        connection.execute(f"create view {WORKLIST} as {_worklist(worklists)}")
        evidence = [file for file in [publication.folder / "reports" / EVIDENCE] if file.exists()]
        connection.execute(f"create view {CORRECTION} as {_corrections(evidence)}")
        connection.commit()
    return viewed + worklists + evidence


def _parquet(publication: Publication, table: Table) -> list[Path]:
    """Every file of the table, listed by name, so that a file removed later causes an error and is not silently left out."""
    out = publication.folder / "out"
    files = sorted((out / table.name).rglob("*.parquet")) if table.is_split_by_year else [out / f"{table.name}.parquet"]
    if not files or not all(file.is_file() for file in files):
        raise PublicationGoneError(publication.version)
    return files


def _csv(table: Table, files: list[Path]) -> str:
    if not all(file.is_file() for file in files):
        raise PublicationGoneError(files[0].parents[2].name)
    return _typed_csv({column.name: _duckdb_type(column.type) for column in columns_of(table)}, files)


_DIALECT = "auto_detect = false, delim = ',', quote = '\"', escape = '\"'"
"""As the platform writes its files. Nothing is guessed: guessing reads each file once more for every question."""


def _typed_csv(types: dict[str, str], files: list[Path]) -> str:
    columns = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in types.items())
    return f"read_csv([{_listed(files)}], header = true, {_DIALECT}, columns = {{{columns}}})"


def _worklist(files: list[Path]) -> str:
    """The worklists; no row if they are sealed (encryption.sealed_reports), because nobody can read them here then.

    The date of a finding stays text: of a pair it is two dates, and of a value that is none, the value.
    """
    types = {column.name: _duckdb_type(column.type) for column in columns_of(TABLES[WORKLIST])} | {"date": "varchar"}
    return f"from {_typed_csv(types, files)}" if files else _nothing(types)


def _nothing(types: dict[str, str]) -> str:
    return f"select {', '.join(f'null::{type_} as {quoted(name)}' for name, type_ in types.items())} where false"


_OF_EVIDENCE = {"event_date": "date", "minutes_online": "double", "n_sessions": "bigint", "threshold_minutes": "bigint"}
"""Types of columns that are no text."""


def _corrections(files: list[Path]) -> str:
    """The upload's evidence, ids without the apostrophe that keeps a spreadsheet from running them; no row if it is sealed or absent."""
    types = {name: _OF_EVIDENCE.get(name, "varchar") for name in EVIDENCE_COLUMNS}
    if not files:
        return _nothing(types)
    as_written = r"regexp_replace(student_id, '^''([=+@-])', '\1') as student_id"
    return f"select * replace ({as_written}) from {_typed_csv(types, files)}"


def _duckdb_type(type_: str) -> str:
    return {"string": "varchar", "int64": "bigint", "float64": "double"}.get(type_, type_)


def _listed(files: list[Path]) -> str:
    return ", ".join(literal(str(file)) for file in files)


def _locked(folder: Path, publication: Publication, limits: Limits) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        str(folder / CATALOGUE),
        read_only=True,
        config={
            "memory_limit": limits.memory,
            "threads": limits.threads,
            "temp_directory": str(folder / "spilled"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    connection.execute("set enable_progress_bar = false")
    connection.execute("set parquet_metadata_cache = true")
    connection.execute(f"set allowed_directories = [{literal(str(publication.folder))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
