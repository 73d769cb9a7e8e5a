"""How extracts come to where they are read: `delivery` generates them, converts them or finds them as they lie, by provider.

`extracts` says which files are there. Nothing after this room knows where an extract came from.
"""

import datetime as dt
from functools import wraps
from typing import Any

import dagster as dg
import pandas as pd

from district_platform.credentials import CredentialError
from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.engine.assets import TableFunction, asset_inputs, table_spec
from district_platform.engine.files import text_digest
from district_platform.engine.resources import Warehouse
from district_platform.engine.versions import code_version
from district_platform.retries import retried
from district_platform.settings import Assessments, Credentials, Settings, Sources, Storage, Synthetic
from district_platform.sources.account import keep_account
from district_platform.sources.conversion import Conversion, ConversionError
from district_platform.sources.converting import convert_all, remove_former
from district_platform.sources.edfi import DemoEdfi, EdfiError, bring
from district_platform.sources.extracts import content_version, extract_assets, files_that_are_no_extract
from district_platform.sources.providers import check_providers, files_of_provider
from district_platform.sources.remote import fetch_remote


def source_assets(settings: Settings, demo_edfi: DemoEdfi | None = None) -> list[dg.AssetsDefinition]:
    """The delivery, and an asset for each extract. `demo_edfi` serves the synthetic district as an Ed-Fi API."""
    check_providers(settings.sources)
    age = dt.timedelta(hours=settings.automation.max_extract_age_hours)
    freshness = dg.FreshnessPolicy.time_window(fail_window=age)
    return [
        _delivery_asset(settings, demo_edfi),
        extract_assets(settings.home, settings.sources, freshness, settings.retries),
    ]


def generated(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    synthetic: Synthetic,
    assessments: Assessments,
    as_of_date: dt.date,
) -> dg.MaterializeResult[pd.DataFrame]:
    """sources.kind = synthetic: the district is made anew from its settings."""
    from district_platform.sources.synthetic import ForeignFilesError, generate

    try:
        generate(warehouse.home.raw, synthetic, assessments, as_of_date, progress=context.log.info)
    except ForeignFilesError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    _keep_account(warehouse, {})
    notes = ["The district is synthetic: every person and number in it is made up."]
    return _output(notes, f"{synthetic.model_dump_json()}{assessments.model_dump_json()}{as_of_date}")


def delivered(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    sources: Sources,
    storage: Storage,
    credentials: Credentials,
) -> dg.MaterializeResult[pd.DataFrame]:
    """Any other kind: files are fetched where they lie elsewhere, and each provider that converts makes canonical extracts of its own.

    Files in data/raw that are no extract are reported. The data version digests the files of all providers, and the mapping.
    """
    home = warehouse.home
    fetch_remote(home, sources, storage, credentials, context.log.info)
    try:
        with warehouse.tables() as tables:
            conversions = convert_all(tables, home, sources)
    except ConversionError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    remove_former(home)
    _keep_account(warehouse, conversions)
    notes = [note for conversion in conversions.values() for note in conversion.public_notes]
    notes += files_that_are_no_extract(home.raw) if "files" in sources.providers else []
    version = "\n".join(content_version(files_of_provider(home, sources, p)) for p in sources.providers if p != "files")
    return _output(notes, f"{version}{notes if 'files' in sources.providers else ''}")


def pulled_and_delivered(settings: Settings, demo_edfi: DemoEdfi | None) -> TableFunction:
    """`delivered` after a pull from the Ed-Fi API. A pull that fails leaves the last one, and ends the run."""

    @wraps(delivered)
    def deliver(context: dg.AssetExecutionContext, warehouse: Warehouse, **sections: Any) -> Any:
        try:
            bring(settings, warehouse.home, context.log.info, demo_edfi)
        except (EdfiError, CredentialError) as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        return delivered(context, warehouse, **sections)

    return deliver


def _delivery_asset(settings: Settings, demo_edfi: DemoEdfi | None) -> dg.AssetsDefinition:
    deliver: TableFunction = generated if settings.sources.kind == "synthetic" else delivered
    if "edfi" in settings.sources.providers:
        deliver = pulled_and_delivered(settings, demo_edfi)
    table = TABLES["delivery"]
    return dg.asset(
        name=table.name,
        ins=asset_inputs(deliver),
        code_version=code_version(deliver, [table, *EXTRACTS.values()]),
        **table_spec(table),
    )(retried(settings.retries)(deliver))


def _output(notes: list[str], version: str) -> dg.MaterializeResult[pd.DataFrame]:
    frame = pd.DataFrame(list(enumerate(notes, start=1)), columns=["note_number", "message"])
    return dg.MaterializeResult(value=frame, data_version=dg.DataVersion(text_digest(version)))


def _keep_account(warehouse: Warehouse, conversions: dict[str, Conversion]) -> None:
    with warehouse.tables() as tables, tables.transaction():
        keep_account(tables, conversions)
