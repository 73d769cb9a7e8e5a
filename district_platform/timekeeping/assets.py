"""The store in Dagster: an asset that follows the timekeeping system, and the two jobs that run it alone."""

from collections.abc import Callable

import dagster as dg
from pydantic import Field

from district_platform.dictionary import Layer, Owner
from district_platform.engine.assets import GROUPS, owner_tag
from district_platform.engine.dagster_internals import UnresolvedAssetJobDefinition
from district_platform.engine.encryption import warehouse_key
from district_platform.engine.files import file_hash, text_digest
from district_platform.engine.resources import Warehouse
from district_platform.engine.versions import code_version
from district_platform.settings import Settings
from district_platform.sources.extracts import content_version
from district_platform.sources.punches import PunchSource
from district_platform.sources.synthetic.folder import TIMEKEEPING_PERSONS, TIMEKEEPING_PUNCHES
from district_platform.sources.ukg import DemoApi, UkgError, open_source
from district_platform.sources.ukg.backup import UkgBackup
from district_platform.timekeeping import runs, sql
from district_platform.timekeeping.database import StoreError, open_store
from district_platform.timekeeping.punches import Counts
from district_platform.timekeeping.runs import SYNTHETIC
from district_platform.timekeeping.updating import CATCHUP, UPDATE, Load

STORE = "timekeeping_store"


class Extent(dg.Config):
    """How much a run asks for."""

    is_catchup: bool = Field(
        default=False, description="Everything that the timekeeping system has, from first_date on."
    )
    person_number: str | None = Field(default=None, description="A catchup of this employee alone; default: everyone.")


def timekeeping_store(settings: Settings, demo_api: DemoApi | None = None) -> dg.AssetsDefinition:
    """The asset. Its data version changes when a row of the store does. `demo_api` serves the synthetic district's punches."""

    @dg.asset(
        name=STORE,
        deps=["delivery"],
        group_name=GROUPS[Layer.EXTRACT],
        description="Employees and punches in the relational store, brought up to date with the timekeeping system "
        "(docs/timekeeping.md). The first run loads everything.",
        owners=[owner_tag(Owner.HR)],
        kinds={"postgres" if settings.timekeeping.database_url else "duckdb"},
        code_version=code_version(bring_up_to_date),
    )
    def store(context: dg.AssetExecutionContext, config: Extent, warehouse: Warehouse) -> dg.MaterializeResult:
        try:
            return bring_up_to_date(settings, config, context.run.run_id, context.log.info, demo_api)
        except (UkgError, StoreError) as error:
            raise dg.Failure(str(error), allow_retries=False) from error

    return store


def timekeeping_jobs(hooks: set[dg.HookDefinition]) -> list[UnresolvedAssetJobDefinition]:
    """Both are safe to run twice, and go on after a kill."""
    selection = dg.AssetSelection.assets(STORE)
    catchup = {"ops": {STORE: {"config": {"is_catchup": True}}}}
    return [
        dg.define_asset_job(
            UPDATE,
            selection=selection,
            hooks=hooks,
            description="Punches of everyone since the last update, and of the look-back before it.",
        ),
        dg.define_asset_job(
            CATCHUP,
            selection=selection,
            config=catchup,
            hooks=hooks,
            description="Everything that the timekeeping system has, of everyone or of one employee (person_number).",
        ),
    ]


def timekeeping_schedule(settings: Settings) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=f"daily_{UPDATE}",
        job_name=UPDATE,
        cron_schedule=settings.punches_cron,
        execution_timezone=settings.automation.timezone,
        description="Punches since the last update: of the day before, ahead of the refresh, or every quarter of an hour "
        "(automation.punches_cron).",
    )


def bring_up_to_date(
    settings: Settings,
    extent: Extent,
    run_id: str,
    log: Callable[[str], None],
    demo_api: DemoApi | None = None,
) -> dg.MaterializeResult:
    """Runs one load from the district's source and returns what a run reports about it; `log` gets messages on progress."""
    home, timekeeping = settings.home, settings.timekeeping
    key = warehouse_key(settings.encryption, settings.credentials)
    with open_source(settings, home, demo_api) as source, open_store(home, timekeeping, settings.engine, key) as store:
        runs.claim(store, _identity(settings, source))
        last_date, counts = settings.effective_date, Counts()
        if timekeeping.backup_file:
            path = home.root / timekeeping.backup_file
            if not runs.has_backup(store, digest := file_hash(path)):
                backup = UkgBackup(path, timekeeping.api.time_zones)
                counts += Load(store, backup, timekeeping, last_date, run_id, log).backup(digest)
        if source:
            load = Load(store, source, timekeeping, last_date, run_id, log)
            counts += load.catchup(extent.person_number) if extent.is_catchup else load.update()
        else:
            log("No timekeeping system is set (timekeeping.api.url): the store stays as it is.")
        (state,) = store.query(sql.STATE).to_pylist()
    totals = {name: number for name, number in state.items() if name.startswith("n_")}
    return dg.MaterializeResult(
        metadata={**vars(counts), **totals}, data_version=dg.DataVersion(text_digest(repr(state)))
    )


def _identity(settings: Settings, source: PunchSource | None) -> str | None:
    """Names the system that the punches come from: another API or synthetic district has other punches under the same ids."""
    if source is None or settings.timekeeping.api.url:
        return settings.timekeeping.api.url
    raw = settings.home.raw
    return SYNTHETIC + content_version([raw / TIMEKEEPING_PERSONS, raw / TIMEKEEPING_PUNCHES])
