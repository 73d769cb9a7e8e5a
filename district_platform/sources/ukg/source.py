"""Which source of punches a district has, and how one fails. Light: nothing of dlt is imported before it is used."""

from collections.abc import Iterator
from contextlib import contextmanager

from district_platform.home import Home
from district_platform.settings import Settings
from district_platform.timekeeping.source import PunchSource


class UkgError(RuntimeError):
    """The timekeeping system could not be read; the message is for the person who can mend it and holds no secret."""


@contextmanager
def open_source(settings: Settings, home: Home) -> Iterator[PunchSource | None]:
    """The district's source of punches while the block lasts; None where timekeeping is not delivered.

    With `timekeeping.api.url` it is that API. Without, the synthetic district has a stand-in server, started here and ended with
    the block; any other district delivers no timekeeping.
    """
    from district_platform.sources.ukg.client import UkgClient

    timekeeping = settings.timekeeping
    if timekeeping.api.url is not None:
        yield UkgClient.of_settings(timekeeping, settings.credentials, settings.retries)
    elif settings.sources.kind == "synthetic":
        from district_platform.sources.ukg.standin import serve_district

        with serve_district(home.raw) as (url, secrets):
            yield UkgClient(timekeeping, url, lambda ask: ask(secrets), settings.retries)
    else:
        yield None
