"""`district-platform check`: extracts and the district's own tables against the contract, without loading anything.

Prints what is wrong and how to fix it.
"""

import inspect
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from district_platform.cli.terminal import cells, labelled, plain
from district_platform.credentials import CredentialError
from district_platform.dictionary import EXTRACTS, TABLES, Layer
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.encryption import EncryptionError, tables_in_memory
from district_platform.home import Home
from district_platform.home.lock import WarehouseBusyError, WarehouseLock
from district_platform.quality.catalogue import RULES
from district_platform.quality.delivery_notes import delivery_notes
from district_platform.quality.evaluation import RuleResult, Status, check_severities, evaluate, severity_in_force
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.quality.model import Rule
from district_platform.settings import Settings
from district_platform.sources.account import keep_account
from district_platform.sources.conversion import Conversion
from district_platform.sources.converting import convert_all
from district_platform.sources.extracts import files_that_are_no_extract, files_to_read, open_delivery
from district_platform.sources.providers import check_providers
from district_platform.sources.reference.tables import (
    absentee_bands,
    employee_crosswalk_rows,
    learner_crosswalk_rows,
    waiver_rows,
)
from district_platform.sources.remote import fetch_remote
from district_platform.staging.formats import formats_of
from district_platform.staging.loading import Loaded, load_files, values_at_fault
from district_platform.storage.s3 import StorageError

EXAMPLES = 5


def check_extracts(settings: Settings, console: Console) -> int:
    """0 where the extracts can be published, findings for stewards or not; 1 where a rule of severity error refuses them.

    Stops with a message at a table of data/reference or an export that cannot be used.
    """
    try:
        formats = formats_of(settings.sources)
        check_severities(settings.quality)
        waivers = _own_tables(settings)
        judged = rules_of_extracts()
        check_providers(settings.sources)
        with (
            tables_for_check(settings) as tables,
            _canonical_extracts(settings, tables, console) as (home, conversions),
        ):
            loaded = [
                load_files(tables, files_to_read(home, settings.sources, extract), extract, formats[name])
                for name, extract in EXTRACTS.items()
            ]
            keep_account(tables, conversions)
            _print_accounts(loaded, console)
            tables.replace(TABLES["waivers"], waivers)
            results = [evaluate(tables, rule, settings) for rule in judged]
            values, notes = values_at_fault(tables), delivery_notes(tables, settings)
    except (ValueError, StorageError, CredentialError, EncryptionError, WarehouseBusyError) as error:
        console.print(labelled("Cannot be used", "red", error))
        return 1
    for result in results:
        print_result(result, values, console)
    for note in notes:
        console.print(labelled("not said", "yellow", note))
    if "files" in settings.sources.providers:
        for note in files_that_are_no_extract(settings.home.raw):
            console.print(labelled("unknown file", "yellow", note))
    warning = open_delivery(settings.home, settings.sources)
    if warning:
        console.print(labelled("open to others", "yellow", warning))
    _print_left_to_the_run(judged, settings, console)
    return _verdict(results, console)


def rules_of_extracts() -> list[Rule]:
    """Rules that extracts alone decide: they need only tables that staging makes, and no record linkage, which takes long."""
    return [rule for rule in RULES.values() if _is_decided_by_extracts(rule)]


def _is_decided_by_extracts(rule: Rule) -> bool:
    made_by_staging = all(TABLES[name].layer in (Layer.STAGING, Layer.BOOKKEEPING) for name in rule.tables)
    links = any(p.annotation is RecordLinker for p in inspect.signature(rule.function).parameters.values())
    return made_by_staging and not rule.requires and not links


def _own_tables(settings: Settings) -> pd.DataFrame:
    """The waivers; the other tables of data/reference are read to see that they can be. Raises ValueError for one that cannot."""
    for read in (absentee_bands, learner_crosswalk_rows, employee_crosswalk_rows):
        read(settings.home)
    return waiver_rows(settings.home)


def _print_left_to_the_run(judged: list[Rule], settings: Settings, console: Console) -> None:
    left = [rule for rule in RULES.values() if rule not in judged]
    refusing = [rule.id for rule in left if severity_in_force(rule, settings.quality) == "error"]
    console.print()
    console.print(
        f"Only a run can judge {', '.join(refusing)}, which refuse a publication too, and {len(left) - len(refusing)} rules whose "
        "findings are for stewards."
    )


def tables_for_check(settings: Settings) -> AbstractContextManager[DuckDBTables]:
    """Tables in memory for the extracts; what does not fit spills to disk, encrypted where the warehouse is."""
    is_encrypted = settings.encryption.warehouse_key_secret is not None
    return tables_in_memory(settings.home.database, settings.engine, is_encrypted=is_encrypted)


@contextmanager
def _canonical_extracts(
    settings: Settings, tables: DuckDBTables, console: Console
) -> Iterator[tuple[Home, dict[str, Conversion]]]:
    """The home whose extracts are read, once they are fetched; files of another form are converted into a temporary folder."""
    sources = settings.sources
    if sources.remote:
        with WarehouseLock(settings.home.lock):
            fetch_remote(settings.home, sources, settings.storage, settings.credentials, console.print)
    with tempfile.TemporaryDirectory() as folder:
        conversions = convert_all(tables, settings.home, sources, Path(folder))
        for conversion in conversions.values():
            _print_conversion(conversion, console)
        yield Elsewhere(settings.home, Path(folder)), conversions


class Elsewhere(Home):
    """A home whose converted extracts lie in another folder, so that a check changes nothing."""

    def __init__(self, home: Home, folder: Path) -> None:
        super().__init__(root=home.root)
        self._converted = folder

    _converted: Path

    @property
    def converted(self) -> Path:
        return self._converted


def _print_conversion(conversion: Conversion, console: Console) -> None:
    for file in conversion.files:
        console.print(plain(f"{file.file}: {file.rows_read:,} rows read, {file.rows_rejected:,} rejected"))
    for reject in conversion.rejects[:EXAMPLES]:
        place = f"{reject.file}:{reject.line} {reject.column}"
        console.print(plain(f"  {place} {reject.value!r}: {reject.reason}"))
    for note in conversion.notes:
        console.print(plain(f"  {note}"))


def _print_accounts(loaded: list[Loaded], console: Console) -> None:
    table = Table("file", box=None)
    for name in ("rows read", "accepted", "rejected"):
        table.add_column(name, justify="right")
    for file in (file for extract in loaded for file in extract.files):
        rejected = f"{file.n_rejected:,}" if file.n_rejected else ""
        table.add_row(*cells(file.name, f"{file.n_rows_read:,}", f"{file.n_rows_read - file.n_rejected:,}", rejected))
    console.print(table)
    absent = [extract.extract for extract in loaded if not extract.files]
    if absent:
        console.print(f"Not delivered: {', '.join(absent)}")


def print_result(
    result: RuleResult, values: dict[str, list[str]], console: Console, *, shows_keys: bool = True
) -> None:
    """Prints the findings that are not waived; without keys, which may be of people, only how many they are."""
    if result.status not in (Status.WARNED, Status.FAILED):
        return
    color = "red" if result.status is Status.FAILED else "yellow"
    console.print()
    console.print(Text.assemble((result.rule.id, color), f" {result.rule.title}: {result.n_open:,}"))
    shown = [finding for finding in result.findings if not finding.is_waived and shows_keys][:EXAMPLES]
    for finding in shown:
        value = "".join(f" {value!r}" for value in values.get(finding.key, []))
        console.print(plain(f"  {finding.key}{value}: {finding.message}"))
    if result.n_open > len(shown) and shows_keys:
        console.print(f"  … and {result.n_open - len(shown):,} more")
    console.print(plain(f"  To mend: {result.rule.how_to_fix}"))


def _verdict(results: list[RuleResult], console: Console) -> int:
    failed = [result.rule.id for result in results if result.status is Status.FAILED]
    if failed:
        console.print()
        console.print(labelled("These extracts would not be published", "red", f"{', '.join(failed)}."))
        return 1
    n_findings = sum(result.n_open for result in results)
    console.print(f"\nThese extracts can be published; {n_findings:,} findings for stewards.")
    return 0
