"""Which extracts are stale: not delivered, or not read by a run, within automation.max_extract_age_hours."""

import datetime as dt
from collections.abc import Iterator

from dagster import DagsterInstance

from district_platform.alerts.kinds import Alert, Kind
from district_platform.alerts.runs import Observations
from district_platform.dictionary import EXTRACTS, Table
from district_platform.engine.deliveries import looks_of
from district_platform.settings import Settings, SettingsError
from district_platform.sources.extracts import extract_key
from district_platform.sources.providers import files_of_extract


def look_at_extracts(instance: DagsterInstance, settings: Settings, now: float) -> Observations:
    """Which of alerts.fresh_extracts are not. A synthetic district delivers to itself: there none is stale.

    Raises SettingsError for a name that is no extract.
    """
    seen = Observations()
    if settings.sources.kind == "synthetic":
        return seen
    oldest = now - settings.automation.max_extract_age_hours * 3600
    for extract in _watched(settings.alerts.fresh_extracts):
        told = _why_stale(extract, _delivered_at(extract, settings), _read_at(extract, instance), oldest)
        alert = Alert(Kind.NO_FRESH_EXTRACT, extract.path, f"{extract.path}: {told}.")
        if told:
            seen.wrong.append(alert)
        else:
            seen.right.add(alert.key)
    return seen


def _watched(paths: tuple[str, ...]) -> Iterator[Table]:
    by_path = {extract.path: extract for extract in EXTRACTS.values()}
    for path in paths:
        if path not in by_path:
            raise SettingsError(
                f"alerts.fresh_extracts: {path} is no extract of the data contract. Known: {', '.join(sorted(by_path))}."
            )
        yield by_path[path]


def _why_stale(extract: Table, delivered_at: float | None, read_at: float | None, oldest: float) -> str | None:
    if delivered_at is None:
        return "not delivered"
    if delivered_at < oldest:
        return f"last delivered {_shown(delivered_at)}"
    if read_at is not None and read_at < oldest:
        return f"last read by a run {_shown(read_at)}"
    return None


def _delivered_at(extract: Table, settings: Settings) -> float | None:
    """When the newest of its files came."""
    return max((time_ns / 1e9 for _, _, time_ns in looks_of(files_of_extract(settings, extract))), default=None)


def _read_at(extract: Table, instance: DagsterInstance) -> float | None:
    """When a run last read it; None before the first run."""
    event = instance.get_latest_materialization_event(extract_key(extract))
    return event.timestamp if event else None


def _shown(moment: float) -> str:
    return f"{dt.datetime.fromtimestamp(moment, dt.UTC):%Y-%m-%d %H:%M} UTC"
