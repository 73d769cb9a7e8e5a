"""The release: every analysis table as it may leave the platform, decided together in one step, and audited in the next."""

import datetime as dt
import inspect
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.engine.assets import asset_inputs, code_version, table_spec
from district_platform.engine.resources import Warehouse
from district_platform.privacy import ledger
from district_platform.privacy.audit import AUDIT, audit, read_release, rows_of
from district_platform.privacy.ledger import CELLS
from district_platform.privacy.suppression import released
from district_platform.privacy.together import told_together
from district_platform.settings import Privacy

RELEASED: dict[str, str] = {f"release_{table.name}": table.name for table in tables_in(Layer.ANALYSIS)}
"""Released table, and the analysis table it is made from."""


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
            cells = ledger.cells(release, ledger.version_of_data(connection, as_of_date))
            earlier = ledger.earlier_releases(connection, cells)
        findings = [*judged.findings, *told_together(release, earlier, privacy)]
        yield dg.Output(rows_of(judged.judged, findings), AUDIT)
        yield dg.Output(cells, CELLS)

    frames = dict.fromkeys([*RELEASED, *RELEASED.values()], pd.DataFrame)
    _declare(audit_of_release, {"warehouse": Warehouse, "privacy": Privacy, "as_of_date": dt.date, **frames})
    outs = _outs((AUDIT, CELLS), audit)
    return dg.multi_asset(name="audit_of_release", ins=asset_inputs(audit_of_release), outs=outs)(audit_of_release)


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
