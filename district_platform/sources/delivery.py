"""How extracts come to where they are read: `delivery` generates them, converts them or finds them as they lie, by `sources.kind`.

`extracts` says which files are there. Nothing after this room knows where an extract came from.
"""

import datetime as dt

import dagster as dg
import pandas as pd

from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.engine.assets import TableFunction, asset_inputs, table_spec
from district_platform.engine.files import text_digest
from district_platform.engine.resources import Warehouse
from district_platform.engine.versions import code_version
from district_platform.retries import retried
from district_platform.settings import Assessments, Credentials, Settings, Sources, Storage, Synthetic
from district_platform.sources.account import keep_account
from district_platform.sources.extracts import (
    content_version,
    delivered_files,
    extract_assets,
    extract_root,
    files_that_are_no_extract,
)
from district_platform.sources.oneroster import Conversion, OneRosterError, convert
from district_platform.sources.remote import fetch_remote


def source_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """The delivery, and an asset for each extract."""
    root = extract_root(settings.home, settings.sources)
    age = dt.timedelta(hours=settings.automation.max_extract_age_hours)
    freshness = dg.FreshnessPolicy.time_window(fail_window=age)
    return [_delivery_asset(settings), extract_assets(root, freshness, settings.retries)]


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
    _keep_account(warehouse, None)
    notes = ["The district is synthetic: every person and number in it is made up."]
    return _output(notes, f"{synthetic.model_dump_json()}{assessments.model_dump_json()}{as_of_date}")


def found(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    sources: Sources,
    storage: Storage,
    credentials: Credentials,
) -> dg.MaterializeResult[pd.DataFrame]:
    """sources.kind = files: the extracts lie where they are read, or are fetched there; files that are no extract are reported."""
    fetch_remote(warehouse.home, sources, storage, credentials, context.log.info)
    _keep_account(warehouse, None)
    notes = files_that_are_no_extract(warehouse.home.raw)
    return _output(notes, "\n".join(notes))


def converted(
    context: dg.AssetExecutionContext,
    warehouse: Warehouse,
    sources: Sources,
    storage: Storage,
    credentials: Credentials,
) -> dg.MaterializeResult[pd.DataFrame]:
    """sources.kind = oneroster: canonical extracts made from a OneRoster export, and an account of its rows."""
    home = warehouse.home
    fetch_remote(home, sources, storage, credentials, context.log.info)
    try:
        conversion = convert(
            home.root / sources.oneroster.path, home.converted, sources.null_words, sources.max_file_bytes
        )
    except OneRosterError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    _keep_account(warehouse, conversion)
    return _output(conversion.public_notes, content_version(delivered_files(home, sources)))


KINDS: dict[str, TableFunction] = {"synthetic": generated, "files": found, "oneroster": converted}


def _delivery_asset(settings: Settings) -> dg.AssetsDefinition:
    deliver = KINDS[settings.sources.kind]
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


def _keep_account(warehouse: Warehouse, conversion: Conversion | None) -> None:
    with warehouse.tables() as tables, tables.transaction():
        keep_account(tables, conversion)
