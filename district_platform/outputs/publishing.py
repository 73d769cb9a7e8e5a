"""The publication: readers see all outputs of one run, or none of them."""

import datetime as dt
import shutil
from pathlib import Path

import dagster as dg

from district_platform.dictionary import TABLES, Layer, Owner, tables_in
from district_platform.engine.assets import OUTPUT_GROUP, asset_inputs, owner_tag
from district_platform.engine.publication import Permission, publish
from district_platform.engine.resources import Warehouse
from district_platform.engine.tables import Tables
from district_platform.engine.versions import code_version
from district_platform.outputs.call_lists.asset import FOLDER as CALL_LISTS
from district_platform.outputs.marts import FOLDER as MARTS
from district_platform.outputs.marts import MARTS as MART_TABLES
from district_platform.outputs.marts import write_marts
from district_platform.outputs.policy_brief import BRIEF
from district_platform.outputs.sealing import seal_reports
from district_platform.outputs.uploads.files import FILES as UPLOAD_FILES
from district_platform.outputs.uploads.layouts import FOLDER as UPLOAD_LAYOUTS
from district_platform.outputs.workbook import WORKBOOK, write_district_tables
from district_platform.privacy.audit import AUDIT
from district_platform.privacy.audited import AUDITED, tables_not_audited
from district_platform.privacy.ledger import CELLS, ROWS, remember
from district_platform.privacy.release import RELEASED
from district_platform.quality import annex
from district_platform.quality.files import REPORT_FILE, SCHEMA_FILE
from district_platform.quality.page import PAGE_FILE
from district_platform.quality.report import open_errors
from district_platform.quality.resources import RuleBook
from district_platform.quality.worklists import FOLDER as WORKLISTS
from district_platform.settings import Encryption, Publication, Sources
from district_platform.sources.last_delivery import write_delivery

BUILT_FILES = (BRIEF, REPORT_FILE, SCHEMA_FILE, PAGE_FILE, *UPLOAD_FILES)

ON_SINGLE_PEOPLE = (*UPLOAD_FILES, UPLOAD_LAYOUTS, CALL_LISTS, WORKLISTS, annex.FOLDER, MARTS)
"""Of the reports, what nobody but those may see who may see single people."""

PUBLISHED_LAYERS = (Layer.DIMENSION, Layer.FACT, Layer.MEASURE)


def publication_asset(district_name: str) -> dg.AssetsDefinition:
    published = [table.name for layer in PUBLISHED_LAYERS for table in tables_in(layer)]

    def publication(
        context: dg.AssetExecutionContext,
        warehouse: Warehouse,
        keeping: Publication,
        encryption: Encryption,
        sources: Sources,
        as_of_date: dt.date,
        rule_book: dg.ResourceParam[RuleBook],
        permission: dg.ResourceParam[Permission],
    ) -> dg.MaterializeResult:
        with warehouse.tables() as tables:
            _refuse(tables, rule_book)
        label = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}-{context.run.run_id[:8]}"

        def write(building: Path) -> None:
            _write_tables(warehouse, building, published, keeping.csv_byte_order_mark)
            for name in BUILT_FILES:
                shutil.copy2(warehouse.home.build / name, building / "reports" / name)
            for folder in (WORKLISTS, annex.FOLDER, UPLOAD_LAYOUTS, CALL_LISTS):
                shutil.copytree(warehouse.home.build / folder, building / "reports" / folder)
            with warehouse.tables() as tables:
                write_district_tables(tables, building / "reports" / WORKBOOK, district_name, as_of_date)
                write_delivery(tables, sources.kind, building)
            if encryption.sealed_reports:
                seal_reports(building, ON_SINGLE_PEOPLE, encryption)

        permission.confirm()
        with warehouse.tables() as tables:
            remember(tables)
        folder = publish(warehouse.home, label, keeping.keep_versions, write)
        return dg.MaterializeResult(metadata={"version": folder.name, "path": dg.MetadataValue.path(folder)})

    return dg.asset(
        group_name=OUTPUT_GROUP,
        description="Everything that readers see, replaced at once: tables as Parquet, released analysis as CSV, the "
        "report and the brief. A refused run leaves the last publication as it was.",
        ins=asset_inputs(publication),
        deps=[
            *published,
            *RELEASED,
            CELLS,
            ROWS,
            AUDITED,
            "policy_brief",
            "attendance_upload",
            "call_lists",
            "data_quality_report",
        ],
        owners=[owner_tag(Owner.DATA)],
        kinds={"parquet", "csv"},
        code_version=code_version(publication, [TABLES[name] for name in (*published, *RELEASED, *MART_TABLES)]),
    )(publication)


def _refuse(tables: Tables, rule_book: RuleBook) -> None:
    """Raises Failure where the release was not audited or a rule of severity error has open findings.

    In a run of all assets the check `publishable` has refused before. A run of selected assets may leave out the audit or the report.
    """
    unknown = tables_not_audited(tables)
    if unknown:
        raise _refused(f"Not audited as they are now: {', '.join(unknown)}. Add {AUDIT} to the selection.")
    found = open_errors(rule_book.results())
    if found:
        raise _refused(f"{found} For the findings add data_quality_report to the selection.")


def _refused(reason: str) -> dg.Failure:
    return dg.Failure(f"Not published, the last publication stays. {reason}", allow_retries=False)


def _write_tables(warehouse: Warehouse, building: Path, published: list[str], byte_order_mark: bool) -> None:
    analysis = building / "reports" / "analysis_tables"
    analysis.mkdir()
    with warehouse.tables() as tables:
        for name in published:
            tables.write_parquet(TABLES[name], building / "out")
        for name, source in RELEASED.items():
            tables.write_csv(TABLES[name], analysis / f"{source}.csv", byte_order_mark=byte_order_mark)
        write_marts(tables, building / "reports", byte_order_mark=byte_order_mark)
