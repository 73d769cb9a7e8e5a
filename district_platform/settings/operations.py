"""When the platform runs, and how long it waits out faults."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, Field

from district_platform.settings.section import SecretName, Section, did_you_mean


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        meant = did_you_mean(name, available_timezones())
        raise ValueError(f"must be a time zone of the IANA database{meant}") from None


TimeZone = Annotated[str, AfterValidator(_known_zone)]


class Automation(Section):
    """When the platform refreshes itself."""

    settle_seconds: int = Field(
        default=60, ge=0, description="Files under data/raw must be unchanged this long before they are read."
    )
    daily_cron: str = Field(default="15 5 * * *", description="Daily refresh, after nightly exports have arrived.")
    weekly_cron: str = Field(default="30 5 * * 1", description="Weekly full run: generation, checks, publication.")
    punches_cron: str | None = Field(
        default=None,
        description="Update of the store of punches; default: 45 4 * * *, daily before the refresh, and */15 * * * *, every quarter of an "
        "hour, where pages read the store (timekeeping.reader_url_secret).",
    )
    upload_cron: str = Field(
        default="0 6 * * 1", description="Corrections of attendance for the week, Monday early, after the weekly run."
    )
    timezone: TimeZone = Field(default="America/New_York", description="Time zone of the schedules.")
    max_extract_age_hours: int = Field(
        default=36, ge=1, description="An extract not refreshed for this long is shown as stale."
    )


class Server(Section):
    """What a server with processes of its own for webserver, daemon and runs needs. Needs district-platform[server]."""

    dagster_database_secret: SecretName | None = Field(
        default=None,
        description="Name of the secret with the PostgreSQL address for Dagster's runs, schedules and events, "
        "postgresql://user:password@host/name?sslmode=verify-full; default: SQLite files in .dagster/.",
    )


class Retries(Section):
    """How long faults that pass by themselves (network, throttling, a lock) are waited out; faults of data never are."""

    max_retries: int = Field(default=6, ge=0, description="Tries after the first that failed.")
    first_delay_seconds: float = Field(
        default=2.0,
        ge=0,
        description="Wait before the second try, doubled before each further one, and shortened by up to half by chance: "
        "six of them outlast a minute without network for certain.",
    )
