"""The files of the next upload as a Dagster asset: built with every run, published with everything else."""

import datetime as dt

import dagster as dg

from district_platform.dictionary import Owner
from district_platform.engine.assets import OUTPUT_GROUP, asset_inputs, code_version, owner_tag
from district_platform.engine.resources import Warehouse
from district_platform.outputs.uploads.files import UPLOAD, write_files
from district_platform.outputs.uploads.layouts import write_layouts
from district_platform.outputs.uploads.ledger import read_ledger, stated_days
from district_platform.outputs.uploads.rows import due_rows
from district_platform.settings import Reconciliation

READ = (
    "fct_attendance_decision",
    "fct_student_online_day",
    "learner_session_rejects",
    "stg_learner_sessions",
    "learner_crosswalk",
    "dim_student",
    "fct_student_school_attendance_event",
    "fct_student_daily_attendance",
)


def attendance_upload_asset() -> dg.AssetsDefinition:
    def attendance_upload(
        context: dg.AssetExecutionContext, warehouse: Warehouse, reconciliation: Reconciliation, as_of_date: dt.date
    ) -> dg.MaterializeResult:
        told = stated_days(read_ledger(warehouse.home))
        with warehouse.connect() as connection:
            rows = due_rows(connection, told, reconciliation, as_of_date)
            write_files(connection, warehouse.home.build, rows, context.run_id)
            write_layouts(connection, warehouse.home.build, rows, reconciliation)
        path = dg.MetadataValue.path(warehouse.home.build / UPLOAD)
        return dg.MaterializeResult(metadata={"path": path, "rows": len(rows)})

    return dg.asset(
        group_name=OUTPUT_GROUP,
        description="Corrections of attendance for the SIS, up to the last Friday, with their evidence: what is new since "
        "the last approval (docs/reconciliation.md).",
        ins=asset_inputs(attendance_upload),
        deps=list(READ),
        owners=[owner_tag(Owner.ATTENDANCE)],
        kinds={"csv"},
        code_version=code_version(attendance_upload),
    )(attendance_upload)
