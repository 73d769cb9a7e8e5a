"""When and how the platform refreshes itself: jobs, schedules, sensors, the hook on failures."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from district_platform.alerts.notify import alert_sensor
from district_platform.destinations.assets import is_destination
from district_platform.engine.dagster_internals import UnresolvedAssetJobDefinition
from district_platform.engine.deliveries import looks_of
from district_platform.engine.files import text_digest
from district_platform.home import Home
from district_platform.operations.recovery import recovery_sensor
from district_platform.outputs.uploads.asset import upload_schedule
from district_platform.settings import Automation, Settings, SettingsError, Sources
from district_platform.sources.extracts import content_version
from district_platform.sources.providers import delivered_files
from district_platform.sources.remote import is_mirrored, remote_state
from district_platform.timekeeping.assets import timekeeping_jobs, timekeeping_schedule

REFRESH = "refresh"
BEGIN_ANEW = {"dagster/retry_strategy": "ALL_STEPS"}
"""The tag that makes Dagster run all steps again after a run died."""

SENSOR_INTERVAL_SECONDS = 30


@dg.failure_hook
def log_failure(context: dg.HookContext) -> None:
    """Logs one line that an operator can act on; the step's own error stands above it in the run's log."""
    if is_destination(context.op.name):
        context.log.error(
            f"{context.op.name} failed; the publication itself stands. Mend the cause: the next run catches up."
        )
    else:
        context.log.error(f"{context.op.name} failed; what was published before stays. Mend the cause and run again.")


def jobs() -> list[UnresolvedAssetJobDefinition]:
    """`refresh` builds, checks and publishes everything; `stage_extracts` stages what was delivered and goes no further; the timekeeping
    jobs load its store.

    A run that died is started again from the beginning, because new files may have been delivered since.
    """
    staging = dg.AssetSelection.groups("g0_settings", "g1_extracts", "g2_staging")
    hangs_on_dimensions = dg.AssetSelection.assets("learner_session_rejects")
    return [
        dg.define_asset_job(
            REFRESH,
            selection=dg.AssetSelection.all(),
            hooks={log_failure},
            tags=BEGIN_ANEW,
            description="From extracts to a publication: every asset and every check.",
        ),
        dg.define_asset_job(
            "stage_extracts",
            selection=staging - hangs_on_dimensions,
            hooks={log_failure},
            tags=BEGIN_ANEW,
            description="Reads and judges what was delivered; changes nothing that is published.",
        ),
        *timekeeping_jobs({log_failure}),
    ]


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """A daily refresh, and a weekly one before the leadership meets, each with a tag of its own; punches are loaded before them, uploads
    are made after them.

    Raises SettingsError where one of `automation`'s crons is none that Dagster knows.
    """
    try:
        return _schedules(settings)
    except dg.DagsterInvalidDefinitionError as error:
        crons = ", ".join(name for name in Automation.model_fields if name.endswith("_cron"))
        raise SettingsError(f"automation: {error} Mend {crons}: minute, hour, day, month, weekday.") from error


def _schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    automation = settings.automation
    refreshes = [
        dg.ScheduleDefinition(
            name=f"{occasion}_refresh",
            job_name=REFRESH,
            cron_schedule=cron,
            execution_timezone=automation.timezone,
            tags={"district/occasion": occasion},
            description=description,
        )
        for occasion, cron, description in (
            ("daily", automation.daily_cron, "After the nightly exports."),
            ("weekly", automation.weekly_cron, "Before the week's leadership meeting."),
        )
    ]
    return [timekeeping_schedule(settings), *refreshes, upload_schedule(automation)]


def sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """The sensor on delivered files; a synthetic district delivers to itself, so that there it is off."""
    home, sources = settings.home, settings.sources
    is_on = sources.kind != "synthetic"

    @dg.sensor(
        job_name=REFRESH,
        minimum_interval_seconds=SENSOR_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED,
        description="Starts one refresh when delivered files have changed and have been still for "
        f"{settings.automation.settle_seconds} s.",
    )
    def extracts_have_settled(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not is_on:
            return dg.SkipReason("The district is synthetic: its files are made by the run itself.")
        state = json.loads(context.cursor or "{}")
        remote = remote_state(sources, settings.storage, settings.credentials)
        result, state = evaluate_files(home, sources, state, settings.automation.settle_seconds, time.time(), remote)
        context.update_cursor(json.dumps(state))
        return result

    return [extracts_have_settled, recovery_sensor(home), alert_sensor(settings)]


def evaluate_files(
    home: Home,
    sources: Sources,
    state: dict[str, str | float],
    settle_seconds: int,
    now: float,
    remote: Sequence[tuple[str, str, int]] = (),
) -> tuple[dg.SensorResult | dg.SkipReason, dict[str, str | float]]:
    """What the sensor decides, and its next state.

    `seen` holds names, sizes and times of the files at `since`; `asked` is the content for which a refresh was last requested. Files that
    have not changed for `settle_seconds` are hashed once; the same content requests nothing. The run itself changes folders that mirror a
    store, so for them the objects in the store count (`remote`), by their states instead of their contents.
    """
    files = [path for path in delivered_files(home, sources) if not is_mirrored(home, sources, path)]
    look = _look(files, remote)
    if not files and not remote:
        return dg.SkipReason("No extract has been delivered."), state
    if look == state.get("asked_look"):
        return dg.SkipReason("Nothing has changed."), state
    if look != state.get("seen"):
        return dg.SkipReason("Files are changing."), {**state, "seen": look, "since": now}
    if now - float(state["since"]) < settle_seconds:
        return dg.SkipReason(f"Files changed less than {settle_seconds} s ago."), state
    content = text_digest(f"{content_version(files)}{list(remote)}")
    settled = {**state, "asked": content, "asked_look": look}
    if content == state.get("asked"):
        return dg.SkipReason("Files were touched, but hold what they held."), settled
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"{content}-{look}")]), settled


def _look(files: list[Path], remote: Sequence[tuple[str, str, int]]) -> str:
    return text_digest(f"{looks_of(files)}{list(remote)}")
