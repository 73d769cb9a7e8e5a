"""A district's pull: from its API, or from the stand-in that serves the synthetic district."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from pydantic import SecretStr

from district_platform.home import Home
from district_platform.home.permissions import keep_private
from district_platform.settings import Defects, Settings
from district_platform.settings.edfi import STANDIN
from district_platform.sources.edfi.client import EdfiClient
from district_platform.sources.edfi.errors import EdfiError
from district_platform.sources.edfi.pulling import Pull, pull

DemoEdfi = Callable[[Path], AbstractContextManager[tuple[str, SecretStr, SecretStr]]]
"""Serves the district whose canonical extracts lie in a folder as an Ed-Fi API: its address, and the key and secret that it takes."""

_HOUR = 3_600


def bring(settings: Settings, home: Home, tell: Callable[[str], object], demo: DemoEdfi | None = None) -> Pull:
    """Pulls what the API of the settings holds now into `home.pulled_edfi`. Raises EdfiError, and leaves the last pull as it was."""
    source = settings.sources.edfi
    keep_private()
    home.pulled_edfi.parent.mkdir(parents=True, exist_ok=True)
    if source.url != STANDIN:
        client = EdfiClient.of_settings(source, settings.credentials, settings.retries)
        return _pull(client, settings, home, tell)
    if demo is None:
        raise EdfiError(
            'sources.edfi.url = "standin": only a run starts the stand-in. `district-platform run` pulls from it.'
        )
    years = _make_district(settings, home, tell)
    source = source.model_copy(update={"school_years": source.school_years or years})
    with demo(home.standin_edfi) as (url, key, secret):
        client = EdfiClient(source, url, lambda ask: ask(key, secret), settings.retries)
        return _pull(client, settings, home, tell)


def _pull(client: EdfiClient, settings: Settings, home: Home, tell: Callable[[str], object]) -> Pull:
    source = settings.sources.edfi
    whose = f"{source.url} {source.tenant}"
    return pull(client, home.pulled_edfi, whose, source.resume_hours * _HOUR, tell)


def _make_district(settings: Settings, home: Home, tell: Callable[[str], object]) -> tuple[int, ...]:
    """Makes the synthetic district that the stand-in serves; returns its school years.

    It has no planted defects: an ODS takes no record whose key repeats, or whose value is not of its type.
    """
    from district_platform.dictionary.schools import school_year_of
    from district_platform.sources.synthetic import generate

    def told(text: str) -> None:
        tell(text)

    synthetic = settings.synthetic.model_copy(update={"defects": Defects(enabled=False)})
    generate(home.standin_edfi, synthetic, settings.assessments, settings.effective_date, progress=told)
    last = school_year_of(settings.effective_date)
    return tuple(range(last - synthetic.years + 1, last + 1))
