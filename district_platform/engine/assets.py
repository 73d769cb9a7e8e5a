"""From functions to Dagster assets: the dictionary and the annotations say all that Dagster needs to know.

A table function has the name of its table; each parameter is an input: a table (annotated `ibis.Table` or `pd.DataFrame`, with the
table's name), a section of the settings (annotated with its type), or `as_of_date`. It stays a plain function, callable on a memtable.
"""

import datetime as dt
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Annotated, Any, get_origin

import dagster as dg
import ibis
import pandas as pd

from district_platform.dictionary import TABLES, Layer, Owner, Table, columns_of
from district_platform.engine.files import text_digest
from district_platform.engine.resources import column_schema
from district_platform.engine.spark.lake_tables import LARGE
from district_platform.engine.versions import code_version
from district_platform.settings import Engine, Section, Settings

GROUPS = {
    Layer.EXTRACT: "g1_extracts",
    Layer.REFERENCE: "g1_extracts",
    Layer.STAGING: "g2_staging",
    Layer.BOOKKEEPING: "g2_staging",
    Layer.DIMENSION: "g3_dimensions",
    Layer.FACT: "g4_facts",
    Layer.MEASURE: "g5_measures",
    Layer.QUALITY: "g6_quality",
    Layer.ANALYSIS: "g7_analysis",
    Layer.RELEASE: "g8_release",
}
"""Groups of the asset graph; Dagster sorts them by name, so the number keeps the order of the flow."""

CATALOG = "district.main"
"""Database and schema of every table, as DuckDB calls them once warehouse/district.duckdb is open."""

SETTINGS_GROUP = "g0_settings"
OUTPUT_GROUP = "g9_outputs"

PUBLICATION, STATE = "publication", "state"
"""The asset that publishes, and the one that sends the state on after it, where the settings say where to."""
AS_OF_DATE = "as_of_date"

TableFunction = Callable[..., Any]


def before_leaving(settings: Settings) -> str:
    """The asset after which figures may leave this machine: no figure leaves before its ledger is kept where the settings say."""
    return STATE if settings.state.address else PUBLICATION


def settings_key(section: str) -> dg.AssetKey:
    return dg.AssetKey(["settings", section])


def table_assets(functions: Iterable[TableFunction]) -> list[dg.AssetsDefinition]:
    """One asset for each table function."""
    return [table_asset(function) for function in functions]


def table_asset(function: TableFunction, inputs: dict[str, str] | None = None) -> dg.AssetsDefinition:
    """The asset of a table function; `inputs` names the table behind a parameter that is not called like it."""
    table = TABLES[function.__name__]
    compute = each_table_once(function, inputs or {})
    return dg.asset(
        name=table.name,
        ins=asset_inputs(compute, inputs),
        code_version=code_version(function, [table]),
        **table_spec(table),
    )(compute)


def each_table_once(function: TableFunction, inputs: dict[str, str]) -> TableFunction:
    """The function with one parameter for each table, because two inputs of a Dagster asset cannot be the same asset."""
    parameters = inspect.signature(function).parameters
    twice = {name: table for name, table in inputs.items() if table != name and table in parameters}
    if not twice:
        return function

    @wraps(function)
    def compute(**tables: Any) -> Any:
        return function(**tables, **{name: tables[table] for name, table in twice.items()})

    kept = [parameter for name, parameter in parameters.items() if name not in twice]
    compute.__signature__ = inspect.Signature(kept)  # type: ignore[attr-defined]
    compute.__annotations__ = {parameter.name: parameter.annotation for parameter in kept}
    return compute


def table_spec(table: Table) -> dict[str, Any]:
    """What Dagster shows of a table, whoever builds it."""
    return {
        "group_name": GROUPS[table.layer],
        "description": f"{table.description}\n\nOne row is {table.grain}. Key: {', '.join(table.key) or 'none'}.",
        "owners": [owner_tag(table.owner)],
        "kinds": {"duckdb"},
        "metadata": {
            "grain": table.grain,
            "dagster/column_schema": column_schema(columns_of(table)),
            "dagster/table_name": f"{CATALOG}.{table.name}",
        },
    }


def shown_by_engine(engine: Engine, assets: Iterable[Any]) -> list[Any]:
    """The assets, with the kind `spark` where Spark makes the table."""
    if engine.kind != "spark":
        return list(assets)
    return [asset.map_asset_specs(_on_spark) if _is_made_by_spark(asset) else asset for asset in assets]


def _on_spark(spec: dg.AssetSpec) -> dg.AssetSpec:
    return spec.replace_attributes(kinds={"spark"})


def _is_made_by_spark(asset: Any) -> bool:
    """Whether an asset is one table, of a layer that grows, and no frame: a frame is DuckDB's."""
    if not isinstance(asset, dg.AssetsDefinition) or len(asset.keys) != 1 or asset.key.path[-1] not in TABLES:
        return False
    made = [output.dagster_type.typing_type for output in asset.node_def.output_defs]
    return TABLES[asset.key.path[-1]].layer in LARGE and made != [pd.DataFrame]


def owner_tag(owner: Owner) -> str:
    """Dagster's form of a role."""
    return f"team:{owner.value.replace(' ', '_')}"


def asset_inputs(function: TableFunction, inputs: dict[str, str] | None = None) -> dict[str, dg.AssetIn]:
    """The assets behind a function's parameters; Dagster's context and resources are left out.

    Raises TypeError for a parameter whose annotation says neither table nor setting.
    """
    parameters = [p for p in inspect.signature(function).parameters.values() if not _is_dagsters(p.annotation)]
    return {p.name: _asset_in(p, (inputs or {}).get(p.name, p.name)) for p in parameters}


def _is_dagsters(kind: Any) -> bool:
    """Whether an annotation is a context or a resource, dg.ResourceParam[...] included, which is an Annotated."""
    if get_origin(kind) is Annotated:
        return True
    contexts = (dg.ConfigurableResource, dg.AssetExecutionContext, dg.AssetCheckExecutionContext)
    return isinstance(kind, type) and issubclass(kind, contexts)


def _asset_in(parameter: inspect.Parameter, table: str) -> dg.AssetIn:
    kind = parameter.annotation
    if kind in (ibis.Table, pd.DataFrame):
        return dg.AssetIn(key=dg.AssetKey(table))
    if kind is dt.date:
        return dg.AssetIn(key=settings_key(AS_OF_DATE), input_manager_key="settings_io")
    if isinstance(kind, type) and issubclass(kind, Section):
        return dg.AssetIn(key=settings_key(kind.__name__.lower()), input_manager_key="settings_io")
    raise TypeError(f"{parameter.name}: {kind} is neither a table nor a section of the settings")


class SettingsIOManager(dg.IOManager):
    """Hands a section of the settings to whoever declares it as an input."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def handle_output(self, context: dg.OutputContext, obj: object) -> None:
        raise NotImplementedError("settings are edited in district.toml")

    def load_input(self, context: dg.InputContext) -> object:
        name = context.asset_key.path[-1]
        return self._settings.effective_date if name == AS_OF_DATE else getattr(self._settings, name)


def settings_assets(settings: Settings) -> dg.AssetsDefinition:
    """An asset for as_of_date and for each section. Its version is its value, so that an edit makes it, and what uses it, out of date."""
    values = {AS_OF_DATE: settings.effective_date.isoformat()}
    values |= {name: section.model_dump_json() for name, section in settings if isinstance(section, Section)}

    @dg.multi_asset(specs=[_setting_spec(name, value) for name, value in values.items()], can_subset=True)
    def run_settings(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        for key in sorted(context.selected_asset_keys):
            value = values[key.path[-1]]
            version = dg.DataVersion(text_digest(value))
            yield dg.MaterializeResult(asset_key=key, metadata={"value": value}, data_version=version)

    return run_settings


def _setting_spec(name: str, value: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        settings_key(name),
        group_name=SETTINGS_GROUP,
        description=Settings.model_fields[name].description,
        owners=[owner_tag(Owner.DATA)],
        kinds={"settings"},
        code_version=text_digest(value),
    )
