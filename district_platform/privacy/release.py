"""The release: every analysis table as it may leave the platform, decided together in one step, and audited in the next."""

import datetime as dt
import hashlib
import inspect
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd
from duckdb import DuckDBPyConnection

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.engine.assets import asset_inputs, code_version, table_spec
from district_platform.engine.database import table_exists, transaction
from district_platform.engine.resources import Warehouse, unbound
from district_platform.engine.tables import fetch, replace_with_frame
from district_platform.privacy import ledger
from district_platform.privacy.audit import audit, read_release
from district_platform.privacy.ledger import CELLS, LEDGER
from district_platform.privacy.suppression import released
from district_platform.settings import Privacy

RELEASED: dict[str, str] = {f"release_{table.name}": table.name for table in tables_in(Layer.ANALYSIS)}
"""Released table, and the analysis table it is made from."""

AUDIT = "privacy_audit"


def release_assets() -> list[dg.AssetsDefinition]:
    return [_release_asset(), _audit_asset()]


def _release_asset() -> dg.AssetsDefinition:
    """One step that builds every released table: they share counts and totals, so none can be decided by itself."""

    def release(privacy: Privacy, **tables: pd.DataFrame) -> Iterator[dg.Output[pd.DataFrame]]:
        shown = released(tables, privacy)
        for name, source in RELEASED.items():
            yield dg.Output(shown[source], name)

    _declare(release, {"privacy": Privacy, **dict.fromkeys(RELEASED.values(), pd.DataFrame)})
    return dg.multi_asset(name="release", ins=asset_inputs(release), outs=_outs(RELEASED, released))(release)


def _audit_asset() -> dg.AssetsDefinition:
    """The step after it, which reads what was released and nothing of how."""

    def audit_of_release(
        warehouse: Warehouse, privacy: Privacy, as_of_date: dt.date, **tables: pd.DataFrame
    ) -> Iterator[dg.Output[pd.DataFrame]]:
        analysis = {source: tables[source] for source in RELEASED.values()}
        release = read_release({source: tables[name] for name, source in RELEASED.items()}, privacy, analysis)
        judged = audit(release, privacy)
        with warehouse.connect() as connection:
            cells = ledger.cells(release, _data_version(connection, as_of_date))
            earlier = _ledger(connection)
        findings = [*judged.findings, *ledger.told_together(release, cells, earlier, privacy)]
        yield dg.Output(_rows(judged.judged, findings), AUDIT)
        yield dg.Output(cells, CELLS)

    frames = dict.fromkeys([*RELEASED, *RELEASED.values()], pd.DataFrame)
    _declare(audit_of_release, {"warehouse": Warehouse, "privacy": Privacy, "as_of_date": dt.date, **frames})
    outs = _outs((AUDIT, CELLS), audit)
    return dg.multi_asset(name="audit_of_release", ins=asset_inputs(audit_of_release), outs=outs)(audit_of_release)


def remember(connection: DuckDBPyConnection, privacy: Privacy) -> None:
    """Writes what the release shows into the ledger."""
    entries = ledger.extended(_ledger(connection), _frame(connection, CELLS), privacy.ledger_releases)
    with transaction(connection):
        replace_with_frame(connection, TABLES[LEDGER], entries)


def _ledger(connection: DuckDBPyConnection) -> pd.DataFrame:
    if table_exists(connection, LEDGER):
        return _frame(connection, LEDGER)
    return pd.DataFrame(columns=list(TABLES[LEDGER].columns))


def _frame(connection: DuckDBPyConnection, name: str) -> pd.DataFrame:
    return pd.DataFrame(fetch(connection, unbound(name)), columns=list(TABLES[name].columns))


def _data_version(connection: DuckDBPyConnection, as_of_date: dt.date) -> str:
    """Digest of the extracts' files and the day they are looked at."""
    files = unbound("extract_files").select("extract", "file_name", "sha256").order_by("extract", "file_name")
    return hashlib.sha256(f"{as_of_date}{fetch(connection, files)}".encode()).hexdigest()[:16]


def _rows(judged: list[str], findings: list[Any]) -> pd.DataFrame:
    """One row for each key: what was found of it, or nothing."""
    messages: dict[str, str | None] = dict.fromkeys(judged)
    for finding in findings:
        known = messages.get(finding.key)
        messages[finding.key] = f"{known}; {finding.message}" if known else finding.message
    return pd.DataFrame(sorted(messages.items()), columns=list(TABLES[AUDIT].columns))


def _outs(names: Any, function: Any) -> dict[str, dg.AssetOut]:
    return {
        name: dg.AssetOut(code_version=code_version(function, TABLES[name]), **table_spec(TABLES[name]))
        for name in names
    }


def _declare(function: Any, parameters: dict[str, type]) -> None:
    """Names the tables that a function takes, for Dagster."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    function.__signature__ = inspect.Signature(
        [inspect.Parameter(name, kind, annotation=annotation) for name, annotation in parameters.items()]
    )
    function.__annotations__ = parameters
