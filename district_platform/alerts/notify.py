"""Finds which runs have ended and which extracts are stale, and sends what is new to every channel.

The daemon's sensor and the command line do the same. The first of them sends an alert; the ledger keeps the other from sending it again.
"""

import datetime as dt
import time
from collections.abc import Iterator, Sequence

import dagster as dg
from dagster import DagsterInstance, DagsterRunStatus, RunRecord, RunsFilter

from district_platform.alerts.channels import Channel, ChannelError, channels
from district_platform.alerts.freshness import look_at_extracts
from district_platform.alerts.ledger import Ledger, alone, read_ledger, write_ledger
from district_platform.alerts.message import Message, compose, trial
from district_platform.alerts.runs import Observations, look_at_run
from district_platform.credentials import CredentialError
from district_platform.home import Home
from district_platform.settings import Settings

OVERLAP_SECONDS = 3600
"""Runs that ended so long before the last look are looked for again: their end may have been written late."""
MOST_SECONDS = 7 * 86_400
"""Runs that ended longer ago are no longer news, when nothing was checked for a long time."""
SENSOR_SECONDS = 60


def notify(instance: DagsterInstance, settings: Settings, now: float) -> list[str]:
    """Sends what is new, and what could not be sent before; returns a sentence for each channel that does not take messages.

    Without a channel nothing is checked.
    """
    configured = channels(settings)
    if not configured:
        return []
    with alone(settings.home):
        ledger = read_ledger(settings.home)
        ledger.drop_channels([channel.name for channel in configured])
        for run_id, seen in _looks(instance, settings, ledger, now):
            _post_news(ledger, seen, settings, configured, now, run_id)
        ledger.looked_at = now
        write_ledger(settings.home, ledger)
        return _deliver(settings.home, ledger, configured)


def _looks(
    instance: DagsterInstance, settings: Settings, ledger: Ledger, now: float
) -> Iterator[tuple[str | None, Observations]]:
    """The observations on each run that has ended since the last check, in order of their ends; then those on extracts."""
    since = max((ledger.looked_at or now) - OVERLAP_SECONDS, now - MOST_SECONDS)
    ledger.handled = {run_id: ended for run_id, ended in ledger.handled.items() if ended > since - OVERLAP_SECONDS}
    for record in _ended_runs(instance, since):
        run = record.dagster_run
        if run.run_id not in ledger.handled:
            ledger.handled[run.run_id] = record.update_timestamp.timestamp()
            yield run.run_id, look_at_run(instance, run, settings.home)
    yield None, look_at_extracts(instance, settings, now)


def _ended_runs(instance: DagsterInstance, since: float) -> Sequence[RunRecord]:
    statuses = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE]
    ended = RunsFilter(statuses=statuses, updated_after=dt.datetime.fromtimestamp(since, dt.UTC))
    return sorted(instance.get_run_records(ended), key=lambda record: (record.end_time or 0, record.storage_id))


def _post_news(
    ledger: Ledger,
    seen: Observations,
    settings: Settings,
    configured: Sequence[Channel],
    now: float,
    run_id: str | None,
) -> None:
    news, recovered = ledger.take(seen, now)
    if news or recovered:
        message = compose(
            news,
            recovered,
            district=settings.district_name,
            written_at=now,
            run_id=run_id,
            report=seen.report,
            base_url=settings.alerts.base_url,
        )
        ledger.post(message, [channel.name for channel in configured])


def _deliver(home: Home, ledger: Ledger, configured: Sequence[Channel]) -> list[str]:
    """Sends what waits, the oldest first; a channel that does not take one is left until the next check."""
    failures = []
    for channel in configured:
        queue = [waiting for waiting in ledger.outbox if channel.name in waiting.channels]
        for n_sent, waiting in enumerate(queue):
            failure = _failure(channel, waiting.message)
            if failure:
                failures.append(
                    f"{channel.name} took no alert ({failure}); waiting for the next look: {len(queue) - n_sent}."
                )
                break
            waiting.channels.remove(channel.name)
            write_ledger(home, ledger)
    ledger.drop_channels([channel.name for channel in configured])
    write_ledger(home, ledger)
    return failures


def try_channels(settings: Settings, now: float) -> dict[str, str | None]:
    """Sends a test to each configured channel; returns by channel why it was not taken, or None."""
    message = trial(settings.district_name, now)
    return {channel.name: _failure(channel, message) for channel in channels(settings)}


def _failure(channel: Channel, message: Message) -> str | None:
    try:
        channel.send(message)
    except (ChannelError, CredentialError) as error:
        return str(error)
    return None


def alert_sensor(settings: Settings) -> dg.SensorDefinition:
    """Notifies once a minute. A run status sensor would report only runs, and could not try a channel again."""

    @dg.sensor(
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells channels of [alerts] what went wrong, once, and when it is right again.",
    )
    def alerts_are_sent(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        failures = notify(context.instance, settings, time.time())
        for failure in failures:
            context.log.warning(failure)
        return dg.SkipReason(" ".join(failures) or "All that is to be told has been told.")

    return alerts_are_sent
