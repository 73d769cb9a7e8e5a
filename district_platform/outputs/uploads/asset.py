"""Uploads in Dagster: the asset that every run builds and publishes, and the weekly job that keeps a week's file for itself."""

import datetime as dt

import dagster as dg
from pydantic import Field

from district_platform.dictionary import TABLES, Owner
from district_platform.engine.assets import OUTPUT_GROUP, asset_inputs, owner_tag
from district_platform.engine.resources import Warehouse
from district_platform.engine.versions import code_version
from district_platform.outputs.uploads.files import UPLOAD
from district_platform.outputs.uploads.ledger import read_ledger, stated_days
from district_platform.outputs.uploads.preparing import prepare, prepared_folder, write_upload
from district_platform.settings import Automation, Reconciliation, Settings

READ = (
    "fct_attendance_decision",
    "fct_student_online_day",
    "learner_session_rejects",
    "stg_learner_sessions",
    "learner_crosswalk",
    "dim_student",
    "fct_student_school_attendance_event",
    "fct_student_daily_attendance",
    "fct_tracked_attendance_day",
)

PREPARE = "prepare_upload"


def attendance_upload_asset() -> dg.AssetsDefinition:
    def attendance_upload(
        context: dg.AssetExecutionContext, warehouse: Warehouse, reconciliation: Reconciliation, as_of_date: dt.date
    ) -> dg.MaterializeResult:
        told = stated_days(read_ledger(warehouse.home))
        with warehouse.tables() as tables:
            rows = write_upload(tables, warehouse.home.build, told, reconciliation, as_of_date, context.run.run_id)
        path = dg.MetadataValue.path(warehouse.home.reports / UPLOAD)
        return dg.MaterializeResult(metadata={"path": path, "rows": len(rows)})

    return dg.asset(
        group_name=OUTPUT_GROUP,
        description="Corrections of attendance for the SIS, up to the last Friday, with their evidence: what is new since "
        "the last approval (docs/reconciliation.md).",
        ins=asset_inputs(attendance_upload),
        deps=list(READ),
        owners=[owner_tag(Owner.ATTENDANCE)],
        kinds={"csv"},
        code_version=code_version(attendance_upload, [TABLES[name] for name in READ]),
    )(attendance_upload)


class Preparation(dg.Config):
    """What a person may ask the job for."""

    as_of_date: str | None = Field(
        default=None, description="The day whose upload is prepared, YYYY-MM-DD; default: the day of the run."
    )


def upload_job(settings: Settings) -> dg.JobDefinition:
    """`prepare_upload`: what changed up to the last Friday before the day asked for, from the warehouse of the last run."""

    @dg.op
    def prepare_the_upload(context: dg.OpExecutionContext, config: Preparation, warehouse: Warehouse) -> None:
        date = dt.date.fromisoformat(config.as_of_date) if config.as_of_date else settings.effective_date
        rows = prepare(warehouse, settings, date, context.run.run_id)
        context.log.info(f"{len(rows)} rows in {prepared_folder(warehouse.home, date)}")

    @dg.job(
        name=PREPARE,
        description="Corrections of attendance up to the last Friday before a day, for a clerk to look at.",
    )
    def job() -> None:
        prepare_the_upload()

    return job


def upload_schedule(automation: Automation) -> dg.ScheduleDefinition:
    """Monday early, after the weekly refresh."""
    return dg.ScheduleDefinition(
        name="weekly_upload",
        job_name=PREPARE,
        cron_schedule=automation.upload_cron,
        execution_timezone=automation.timezone,
        tags={"district/occasion": "weekly"},
        description="Corrections of attendance up to the last Friday, for the clerk's week.",
    )
