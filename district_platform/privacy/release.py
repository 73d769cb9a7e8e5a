"""The release: every analysis table as it may leave the platform, decided together in one step."""

import inspect
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pandas as pd

from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.engine.assets import asset_inputs, code_version, table_spec
from district_platform.privacy.suppression import released
from district_platform.settings import Privacy

RELEASED: dict[str, str] = {f"release_{table.name}": table.name for table in tables_in(Layer.ANALYSIS)}
"""Released table, and the analysis table it is made from."""


def release_asset() -> dg.AssetsDefinition:
    """One step that builds every released table: they share counts and totals, so none can be decided by itself."""

    def release(privacy: Privacy, **tables: pd.DataFrame) -> Iterator[dg.Output[pd.DataFrame]]:
        shown = released(tables, privacy)
        for name, source in RELEASED.items():
            yield dg.Output(shown[source], name)

    _declare(release, {"privacy": Privacy, **dict.fromkeys(RELEASED.values(), pd.DataFrame)})
    outs = {
        name: dg.AssetOut(code_version=code_version(released, TABLES[name]), **table_spec(TABLES[name]))
        for name in RELEASED
    }
    return dg.multi_asset(name="release", ins=asset_inputs(release), outs=outs)(release)


def _declare(function: Any, parameters: dict[str, type]) -> None:
    """Names the tables that a function takes, for Dagster."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    function.__signature__ = inspect.Signature(
        [inspect.Parameter(name, kind, annotation=annotation) for name, annotation in parameters.items()]
    )
    function.__annotations__ = parameters
