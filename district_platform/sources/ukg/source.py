"""Which source of punches a district has. It imports quickly: dlt is imported only when it is used."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from district_platform.home import Home
from district_platform.settings import Settings
from district_platform.sources.punches import PunchSource

if TYPE_CHECKING:
    from district_platform.sources.ukg.grant import GrantSecrets

DemoApi = Callable[[Path], AbstractContextManager[tuple[str, "GrantSecrets"]]]
"""Serves the timekeeping system of the synthetic district at data/raw: its address, and secrets that it takes."""


@contextmanager
def open_source(settings: Settings, home: Home, demo_api: DemoApi | None = None) -> Iterator[PunchSource | None]:
    """The district's source of punches while the block lasts; None where timekeeping is not delivered.

    With `timekeeping.api.url` it is that API. Without, the synthetic district asks `demo_api`, started here and ended with the
    block; any other district delivers no timekeeping.
    """
    from district_platform.sources.ukg.client import UkgClient

    timekeeping = settings.timekeeping
    if timekeeping.api.url is not None:
        yield UkgClient.of_settings(timekeeping, settings.credentials, settings.retries)
    elif settings.sources.kind == "synthetic" and demo_api is not None:
        with demo_api(home.raw) as (url, secrets):
            yield UkgClient(timekeeping, url, lambda ask: ask(secrets), settings.retries)
    else:
        yield None
